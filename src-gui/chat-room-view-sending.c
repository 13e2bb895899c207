/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-commands.h"
#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-room-marks.h"
#include "chat-room-view-private.h"

#include <glib/gi18n.h>

void
chat_room_view_clear_if_sent (ChatRoomView *self, const char *text)
{
  g_autofree char *typed = chat_composer_dup_text (chat_room_view_get_composer (self));

  if (!g_str_equal (typed, text))
    return;
  chat_composer_set_text (chat_room_view_get_composer (self), "");
  chat_room_set_draft (chat_room_view_get_room (self), "");
}

typedef struct
{
  ChatRoomView *self; /* owned */
  char *text;         /* owned: as it was typed */
} Sending;

static void
sending_free (Sending *sending)
{
  g_object_unref (sending->self);
  g_free (sending->text);
  g_free (sending);
}

/* What was never added to the conversation goes back to its writer; the rest failed as a line. */
static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Sending *sending = data;
  ChatRoomView *self = sending->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_room_reply_finish (CHAT_ROOM (source), result, &error);

  if (message == NULL && CHAT_ROOM (source) == chat_room_view_get_room (self) &&
      (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG) ||
       g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED)))
    {
      g_autofree char *typed = chat_composer_dup_text (chat_room_view_get_composer (self));
      g_autofree char *reason = chat_error_text (error);

      if (*typed == '\0')
        chat_composer_set_text (chat_room_view_get_composer (self), sending->text);
      chat_composer_set_hint (chat_room_view_get_composer (self), reason);
    }
  sending_free (sending);
}

void
chat_room_view_send_text (ChatRoomView *self,
                          const char *text,
                          const char *message,
                          ChatMessage *target)
{
  ChatRoom *room = chat_room_view_get_room (self);
  Sending *sending = g_new0 (Sending, 1);

  sending->self = g_object_ref (self);
  sending->text = g_strdup (text);
  chat_room_view_clear_if_sent (self, text);
  if (target != NULL)
    chat_room_reply_async (room, target, message, NULL, on_sent, sending);
  else
    chat_room_send_async (room, message, NULL, on_sent, sending);
  chat_conversation_scroll_to_end (chat_room_view_get_conversation (self));
}

static void
answer_help (ChatRoomView *self, const char *text)
{
  g_autofree char *help = chat_commands_help ();

  chat_room_view_clear_if_sent (self, text);
  chat_room_add_local (chat_room_view_get_room (self), help);
  chat_conversation_scroll_to_end (chat_room_view_get_conversation (self));
}

static void
say_away (ChatRoomView *self, gboolean away, const char *text)
{
  chat_room_view_clear_if_sent (self, text);
  if (gtk_widget_activate_action (GTK_WIDGET (self), "app.set-away", "b", away))
    chat_room_view_add_toast (self, away ? _ ("The others see that you are away")
                                         : _ ("The others see that you are back"));
}

void
chat_room_view_send (ChatRoomView *self, const char *text)
{
  ChatRoom *room = chat_room_view_get_room (self);
  g_autofree char *message = NULL;
  g_autofree char *hint = NULL;

  if (room == NULL || chat_room_get_state (room) == CHAT_ROOM_ENDED)
    return;

  const ChatCommand command = chat_commands_parse (text, &message, &hint);

  switch (command)
    {
    case CHAT_COMMAND_TEXT:
      if (!chat_room_view_answer (self, text, message))
        chat_room_view_send_text (self, text, message, NULL);
      break;
    case CHAT_COMMAND_QUIT:
      chat_room_view_clear_if_sent (self, text);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.leave-room", NULL);
      break;
    case CHAT_COMMAND_MSG:
      chat_room_view_message_member (self, message, text);
      break;
    case CHAT_COMMAND_AWAY:
    case CHAT_COMMAND_BACK:
      say_away (self, command == CHAT_COMMAND_AWAY, text);
      break;
    case CHAT_COMMAND_HELP:
      answer_help (self, text);
      break;
    case CHAT_COMMAND_INCOMPLETE:
    case CHAT_COMMAND_UNKNOWN:
      chat_composer_set_hint (chat_room_view_get_composer (self), hint);
      break;
    case CHAT_COMMAND_NONE:
      break;
    default:
      chat_room_view_run (self, command, message, text);
    }
}
