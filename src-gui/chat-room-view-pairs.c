/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-error-text.h"
#include "chat-room-key.h"
#include "chat-room-pair.h"
#include "chat-room-view-private.h"

#include <glib/gi18n.h>

/* A conversation of two beside the room: from the list of members, or by /msg. */

typedef struct
{
  ChatRoomView *self; /* owned */
  char *typed;        /* owned (nullable): as it was typed; else it came from a menu */
  char *message;      /* owned (nullable): what is said there */
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->self);
  g_free (opening->typed);
  g_free (opening->message);
  g_free (opening);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
tell (ChatRoomView *self, const char *typed, const char *sentence)
{
  if (typed != NULL)
    chat_composer_set_hint (chat_room_view_get_composer (self), sentence);
  else
    chat_room_view_add_toast (self, sentence);
}

/* Who is told something stays where it was typed. */
static void
go_on (const Opening *opening, ChatRoom *room)
{
  g_autofree char *key = chat_room_key (room);
  g_autofree char *toast = NULL;

  if (opening->message == NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (opening->self), "win.open-room", "s", key);
      return;
    }

  chat_room_send_async (room, opening->message, NULL, NULL, NULL);
  /* Translators: %s is a name */
  toast = g_strdup_printf (_ ("Said to %s alone"), chat_room_get_name (room));
  chat_room_view_add_toast (opening->self, toast);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Opening) opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatRoom) room = chat_room_open_private_finish (CHAT_ROOM (source), result, &error);
  g_autofree char *reason = room == NULL ? chat_error_text (error) : NULL;
  const gboolean here = CHAT_ROOM (source) == chat_room_view_get_room (opening->self);

  if (room != NULL && here && opening->typed != NULL)
    chat_room_view_clear_if_sent (opening->self, opening->typed);
  if (room != NULL)
    go_on (opening, room);
  else if (here)
    tell (opening->self, opening->typed, reason);
}

static void
open_with (ChatRoomView *self, ChatMember *member, const char *typed, const char *message)
{
  ChatRoom *room = chat_room_view_get_room (self);
  Opening *opening;

  if (!chat_room_may_open_private (room, member))
    {
      tell (self, typed,
            chat_room_is_private (room) ? _ ("This conversation is private already.")
                                        : _ ("No private message can be sent to this person."));
      return;
    }

  opening = g_new0 (Opening, 1);
  opening->self = g_object_ref (self);
  opening->typed = g_strdup (typed);
  opening->message = message != NULL && *message != '\0' ? g_strdup (message) : NULL;
  chat_room_open_private_async (room, member, NULL, on_opened, opening);
}

void
chat_room_view_message_member (ChatRoomView *self, const char *argument, const char *text)
{
  const char *message = NULL;
  g_autoptr (ChatMember) member = chat_room_view_take_member (self, argument, text, &message);

  if (member != NULL)
    open_with (self, member, text, message);
}

void
chat_room_view_open_private (ChatRoomView *self, guint64 number)
{
  ChatRoom *room = chat_room_view_get_room (self);
  GListModel *members = room != NULL ? chat_room_get_members (room) : NULL;

  for (guint i = 0; members != NULL && i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (chat_member_get_number (member) != number)
        continue;
      open_with (self, member, NULL, NULL);
      return;
    }
}
