/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-marks.h"

#include "chat-entry-about.h"
#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

#include <string.h>

static gboolean
is_in (ChatRoom *self)
{
  const ChatRoomState state = chat_room_get_state (self);

  return state == CHAT_ROOM_JOINED || state == CHAT_ROOM_UNREACHABLE;
}

/* A room without a session is one of a test or a demo: it does what it is told. */
static gboolean
knows_marks (ChatRoom *self)
{
  ChatSession *session = chat_room_get_session (self);

  return session == NULL || CHAT_SESSION_GET_CLASS (session)->mark != NULL;
}

static gboolean
can_have_marks (ChatRoom *self, ChatMessage *message)
{
  const ChatMessageKind kind = chat_message_get_kind (message);

  return is_in (self) && knows_marks (self) &&
         (kind == CHAT_MESSAGE_TEXT || kind == CHAT_MESSAGE_FILE);
}

gboolean
chat_room_can_answer (ChatRoom *self, ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);

  return can_have_marks (self, message) && chat_message_get_id (message) != 0;
}

gboolean
chat_room_can_change (ChatRoom *self, ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);

  return can_have_marks (self, message) && chat_message_is_own (message) &&
         (chat_message_get_id (message) != 0 ||
          chat_message_get_delivery (message) == CHAT_DELIVERY_WAITING);
}

gboolean
chat_room_can_edit (ChatRoom *self, ChatMessage *message)
{
  return chat_room_can_change (self, message) &&
         chat_message_get_kind (message) == CHAT_MESSAGE_TEXT;
}

/* --- answering ----------------------------------------------------------- */

void
chat_room_reply_async (ChatRoom *self,
                       ChatMessage *target,
                       const char *text,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (CHAT_IS_MESSAGE (target));
  g_return_if_fail (text != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_room_reply_async);
  g_task_set_check_cancellable (task, FALSE);
  if (is_in (self) && !chat_room_can_answer (self, target))
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED, "It cannot be answered");
  else
    chat_room_send_text (self, text, target, g_steal_pointer (&task));
}

ChatMessage *
chat_room_reply_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- changing ------------------------------------------------------------ */

static gboolean
check_allowed (ChatRoom *self, gboolean allowed, GError **error)
{
  if (!is_in (self))
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
  else if (!allowed)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED, "It cannot be changed");
  return is_in (self) && allowed;
}

/* The same without a server */
static void
mark_here (ChatRoom *self, ChatMessage *message, const ChatRoomMark *mark)
{
  if (mark->kind == CHAT_ROOM_MARK_EDIT)
    chat_message_set_edit (message, mark->text, 0);
  else if (mark->kind == CHAT_ROOM_MARK_RETRACT)
    chat_message_erase (message);
  else
    chat_message_react (message, G_MAXUINT64, chat_room_get_user_name (self), TRUE, mark->text,
                        mark->on);
}

static gboolean
put_mark (ChatRoom *self, ChatMessage *message, const ChatRoomMark *mark, GError **error)
{
  ChatSession *session = chat_room_get_session (self);

  if (session != NULL)
    return CHAT_SESSION_GET_CLASS (session)->mark (session, self, message, mark, error);

  mark_here (self, message, mark);
  return TRUE;
}

gboolean
chat_room_edit (ChatRoom *self, ChatMessage *message, const char *text, GError **error)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  g_autofree char *normal = chat_room_normalize_text (text);
  const ChatRoomMark mark = { .kind = CHAT_ROOM_MARK_EDIT, .text = normal };

  if (!check_allowed (self, chat_room_can_edit (self, message), error) ||
      !chat_room_check_sendable (self, normal, TRUE, error))
    return FALSE;
  if (*normal == '\0')
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_TEXT, "There is no text");
      return FALSE;
    }

  return strcmp (normal, chat_message_get_text (message)) == 0 ||
         put_mark (self, message, &mark, error);
}

gboolean
chat_room_retract (ChatRoom *self, ChatMessage *message, GError **error)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);

  const ChatRoomMark mark = { .kind = CHAT_ROOM_MARK_RETRACT };

  return check_allowed (self, chat_room_can_change (self, message), error) &&
         put_mark (self, message, &mark, error);
}

static gboolean
has_own (ChatMessage *message, const char *sign)
{
  const GPtrArray *reactions = chat_message_get_reactions (message);

  for (guint i = 0; i < reactions->len; i++)
    {
      const ChatReaction *reaction = g_ptr_array_index (reactions, i);

      if (strcmp (reaction->text, sign) == 0)
        return reaction->own;
    }

  return FALSE;
}

gboolean
chat_room_react (
    ChatRoom *self, ChatMessage *message, const char *sign, gboolean on, GError **error)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (sign != NULL, FALSE);

  const ChatRoomMark mark = { .kind = CHAT_ROOM_MARK_SIGN, .text = sign, .on = on != FALSE };

  if (!check_allowed (self, chat_room_can_answer (self, message), error))
    return FALSE;
  if (!chat_entry_reaction_is_valid (sign, strlen (sign)))
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_TEXT, "It is not one short word");
      return FALSE;
    }

  return has_own (message, sign) == (on != FALSE) || put_mark (self, message, &mark, error);
}

/* --- looking for what was answered ---------------------------------------- */

guint
chat_room_locate_answered (ChatRoom *self, ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), G_MAXUINT);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), G_MAXUINT);

  const guint64 target = chat_message_get_reply_target (message);
  ChatSession *session = chat_room_get_session (self);
  guint position;

  if (target == 0)
    return G_MAXUINT;
  if (session != NULL)
    chat_session_load_back_to (session, self, target);

  return chat_room_find_entry (self, target, &position) != NULL ? position : G_MAXUINT;
}
