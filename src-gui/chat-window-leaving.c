/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-confirm.h"
#include "chat-error-text.h"
#include "chat-private-text.h"

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

static void
ask_to_end (ChatWindow *self, ChatRoom *room)
{
  /* Translators: %s is a name */
  g_autofree char *heading =
      g_strdup_printf (_ ("End the Conversation with %s?"), chat_room_get_name (room));

  chat_confirm (GTK_WINDOW (self), heading,
                _ ("It ends for both of you. What was said can still be read here."), NULL,
                _ ("_End"), leave_now, g_object_ref (room), g_object_unref);
}

static void
leave_as_guest (ChatWindow *self, ChatRoom *room)
{
  g_autofree char *ends = chat_private_text_end (room);
  g_autofree char *heading = NULL;

  if (ends == NULL)
    {
      leave_now (room);
      return;
    }

  /* Translators: %s is the name of a room */
  heading = g_strdup_printf (_ ("Leave “%s”?"), chat_room_get_name (room));
  chat_confirm (GTK_WINDOW (self), heading, ends, NULL, _ ("_Leave"), leave_now,
                g_object_ref (room), g_object_unref);
}

/* A server without such rooms, or nobody to leave it to, leaves no choice. */
static gboolean
can_stay_open (ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);

  return session != NULL && chat_session_confirms (session) &&
         chat_room_get_state (room) == CHAT_ROOM_JOINED &&
         g_list_model_get_n_items (chat_room_get_members (room)) > 1;
}

void
chat_window_leave (ChatWindow *self, ChatRoom *room)
{
  if (chat_room_get_state (room) == CHAT_ROOM_ENDED ||
      chat_room_get_state (room) == CHAT_ROOM_LEAVING)
    return;
  if (chat_room_is_private (room))
    {
      ask_to_end (self, room);
      return;
    }
  if (!chat_room_is_host (room))
    {
      leave_as_guest (self, room);
      return;
    }

  if (can_stay_open (room))
    {
      chat_window_leave_as_host (self, room);
      return;
    }

  /* Translators: %s is the name of a room */
  g_autofree char *heading = g_strdup_printf (_ ("Close “%s”?"), chat_room_get_name (room));
  g_autofree char *ends = chat_private_text_end (room);
  g_autofree char *body = g_strjoin (
      "\n\n", _ ("You are the host. When you leave, the room closes for everybody in it."), ends,
      NULL);
  chat_confirm (GTK_WINDOW (self), heading, body, NULL, _ ("Close _Room"), leave_now,
                g_object_ref (room), g_object_unref);
}

/* --- what one said -----------------------------------------------------------------------------
 */

typedef struct
{
  ChatWindow *window; /* owned */
  ChatRoom *room;     /* owned */
} Erasing;

static void
erasing_free (gpointer data)
{
  Erasing *erasing = data;

  g_object_unref (erasing->window);
  g_object_unref (erasing->room);
  g_free (erasing);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;
  g_autoptr (GError) error = NULL;
  gboolean erased = chat_room_erase_mine_finish (CHAT_ROOM (source), result, &error);
  g_autofree char *reason = erased ? NULL : chat_error_text (error);

  chat_window_toast (self, erased ? _ ("All that you said here was erased") : reason);
}

static void
erase_now (gpointer data)
{
  Erasing *erasing = data;

  chat_room_erase_mine_async (erasing->room, NULL, on_erased, g_object_ref (erasing->window));
}

void
chat_window_erase_mine (ChatWindow *self, ChatRoom *room)
{
  Erasing *erasing = g_new0 (Erasing, 1);
  /* Translators: %s is the name of a room */
  g_autofree char *heading =
      g_strdup_printf (_ ("Erase All You Said in “%s”?"), chat_room_get_name (room));

  erasing->window = g_object_ref (self);
  erasing->room = g_object_ref (room);
  chat_confirm (GTK_WINDOW (self), heading,
                _ ("Your messages go from the server and from everybody’s screen. Whoever copied "
                   "them, or has no encryption, may still have them. This cannot be undone."),
                NULL, _ ("_Erase"), erase_now, erasing, erasing_free);
}

/* --- the window --------------------------------------------------------------------------------
 */

/* What closing ends: in the other rooms one is only away. */
typedef struct
{
  GPtrArray *closed; /* of names, borrowed from the rooms, NULL-terminated: end for everybody */
  guint left;        /* closed ones too */
  guint kept;
} Rooms;

/* By protocol 1 one cannot be away, and what is off the record is nowhere to come back to. */
static gboolean
ends_with_window (ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);

  return session == NULL || !chat_session_confirms (session) || chat_room_is_off_record (room);
}

static void
look_at_rooms (ChatWindow *self, Rooms *rooms)
{
  GListModel *all = chat_window_get_rooms (self);

  *rooms = (Rooms){ .closed = g_ptr_array_new () };
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (all, i);
      if (chat_room_get_state (room) == CHAT_ROOM_ENDED)
        continue;
      if (!ends_with_window (room))
        {
          rooms->kept++;
          continue;
        }
      rooms->left++;
      if (chat_room_is_host (room))
        g_ptr_array_add (rooms->closed, (gpointer) chat_room_get_name (room));
    }
  g_ptr_array_add (rooms->closed, NULL);
}

static void
close_now (ChatWindow *self)
{
  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_quit_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;

  chat_client_quit_finish (CHAT_CLIENT (source), result, NULL);
  close_now (self);
}

static void
quit (ChatWindow *self, const char *toast)
{
  self->quitting = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->main_stack), FALSE);
  if (toast != NULL)
    chat_window_toast (self, toast);
  chat_client_quit_async (self->client, NULL, on_quit_done, g_object_ref (self));
}

static void
quit_confirmed (gpointer data)
{
  quit (data, _ ("Leaving…"));
}

static char *
describe (const Rooms *rooms)
{
  guint closed = rooms->closed->len - 1;

  if (closed == 0)
    return g_strdup_printf (
        rooms->kept == 0
            ? ngettext ("You leave the room that you are in.",
                        "You leave the %u rooms that you are in.", rooms->left)
            : ngettext ("You leave one room that cannot be kept: it is off the record, or its "
                        "server knows nobody who is away.",
                        "You leave %u rooms that cannot be kept: they are off the record, or their "
                        "server knows nobody who is away.",
                        rooms->left),
        rooms->left);

  return g_strdup (
      ngettext ("You are the host of this room. It closes, and everybody in it is sent "
                "away:",
                "You are the host of these rooms. They close, and everybody in them "
                "is sent away:",
                closed));
}

static void
ask (ChatWindow *self, const Rooms *rooms)
{
  g_autofree char *body = describe (rooms);
  GtkWindow *question;

  gtk_window_present (GTK_WINDOW (self)); /* it may be hidden */
  question = chat_confirm (GTK_WINDOW (self), _ ("Leave and Quit?"), body,
                           (const char *const *) rooms->closed->pdata, _ ("_Quit"), quit_confirmed,
                           g_object_ref (self), g_object_unref);

  g_set_weak_pointer (&self->question, question);
}

gboolean
chat_window_ask_before_closing (ChatWindow *self)
{
  Rooms rooms;

  if (self->may_close)
    return FALSE;
  if (self->quitting)
    return TRUE;
  if (self->question != NULL)
    {
      gtk_window_present (self->question);
      return TRUE;
    }

  look_at_rooms (self, &rooms);
  gboolean asks = rooms.left > 0;
  gboolean stays = asks || rooms.kept > 0;
  if (asks)
    ask (self, &rooms);
  else if (stays)
    quit (self, NULL); /* one becomes away, and all is on disk */
  g_ptr_array_unref (rooms.closed);
  return stays;
}

gboolean
chat_window_hide_instead (ChatWindow *self)
{
  if (self->ending || self->may_close ||
      !g_settings_get_boolean (self->settings, "run-in-background"))
    return FALSE;

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return TRUE;
}

void
chat_window_quit (ChatWindow *self)
{
  g_return_if_fail (CHAT_IS_WINDOW (self));

  g_object_ref (self);
  self->ending = TRUE;
  gtk_window_close (GTK_WINDOW (self));
  self->ending = FALSE; /* what was asked may be answered with no */
  g_object_unref (self);
}
