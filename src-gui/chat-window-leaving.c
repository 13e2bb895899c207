/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-confirm.h"

#include <glib/gi18n.h>

/* --- one room ----------------------------------------------------------------------------------
 */

static void
on_left (GObject *source, GAsyncResult *result, gpointer data)
{
  chat_room_leave_finish (CHAT_ROOM (source), result, NULL);
}

static void
leave_now (gpointer data)
{
  chat_room_leave_async (data, NULL, on_left, NULL);
}

void
chat_window_leave (ChatWindow *self, ChatRoom *room)
{
  if (chat_room_get_state (room) == CHAT_ROOM_ENDED ||
      chat_room_get_state (room) == CHAT_ROOM_LEAVING)
    return;
  if (!chat_room_is_host (room))
    {
      leave_now (room);
      return;
    }

  /* Translators: %s is the name of a room */
  g_autofree char *heading = g_strdup_printf (_ ("Close “%s”?"), chat_room_get_name (room));
  chat_confirm (GTK_WINDOW (self), heading,
                _ ("You are the host. When you leave, the room closes for everybody in it."), NULL,
                _ ("Close _Room"), leave_now, g_object_ref (room), g_object_unref);
}

/* --- the window --------------------------------------------------------------------------------
 */

typedef struct
{
  GPtrArray *hosted; /* of names, borrowed from the rooms, NULL-terminated */
  guint joined;      /* hosted ones too */
} Rooms;

static void
look_at_rooms (ChatWindow *self, Rooms *rooms)
{
  GListModel *all = chat_window_get_rooms (self);

  rooms->hosted = g_ptr_array_new ();
  rooms->joined = 0;
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (all, i);
      if (chat_room_get_state (room) == CHAT_ROOM_ENDED)
        continue;
      rooms->joined++;
      if (chat_room_is_host (room))
        g_ptr_array_add (rooms->hosted, (gpointer) chat_room_get_name (room));
    }
  g_ptr_array_add (rooms->hosted, NULL);
}

static void
close_now (ChatWindow *self)
{
  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_all_left (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;

  chat_client_leave_all_finish (CHAT_CLIENT (source), result, NULL);
  close_now (self);
}

static void
leave_all (gpointer data)
{
  ChatWindow *self = data;

  gtk_widget_set_sensitive (GTK_WIDGET (self->main_stack), FALSE);
  chat_window_toast (self, _ ("Leaving…"));
  chat_client_leave_all_async (self->client, NULL, on_all_left, g_object_ref (self));
}

static char *
describe (const Rooms *rooms)
{
  guint hosted = rooms->hosted->len - 1;

  if (hosted == 0)
    return g_strdup_printf (ngettext ("You leave the room that you are in.",
                                      "You leave the %u rooms that you are in.", rooms->joined),
                            rooms->joined);

  return g_strdup (
      ngettext ("You are the host of this room. It closes, and everybody in it is sent "
                "away:",
                "You are the host of these rooms. They close, and everybody in them "
                "is sent away:",
                hosted));
}

static void
ask (ChatWindow *self, const Rooms *rooms)
{
  g_autofree char *body = describe (rooms);
  GtkWindow *question = chat_confirm (GTK_WINDOW (self), _ ("Leave and Quit?"), body,
                                      (const char *const *) rooms->hosted->pdata, _ ("_Quit"),
                                      leave_all, g_object_ref (self), g_object_unref);

  g_set_weak_pointer (&self->question, question);
}

gboolean
chat_window_ask_before_closing (ChatWindow *self)
{
  Rooms rooms;

  if (self->may_close)
    return FALSE;
  if (self->question != NULL)
    {
      gtk_window_present (self->question);
      return TRUE;
    }

  look_at_rooms (self, &rooms);
  if (rooms.joined > 0)
    ask (self, &rooms);
  g_ptr_array_unref (rooms.hosted);
  return rooms.joined > 0;
}
