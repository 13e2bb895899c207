/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-private.h"

#include "chat-error.h"
#include "chat-message-list.h"
#include "chat-message-private.h"
#include "chat-session-private.h"

#include <string.h>

/* What a person does in a room. */

#define TARGET_MAX_LEN 8 /* bytes of the number of another message */

static ChatMessageList *
get_list (ChatRoom *self)
{
  return CHAT_MESSAGE_LIST (chat_room_get_messages (self));
}

/* Line breaks as the rest of the world has them; the contract asks for UTF-8, the wire must have
 * it.
 */
char *
chat_room_normalize_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) out = g_string_new (valid);

  g_string_replace (out, "\r\n", "\n", 0);
  g_string_replace (out, "\r", "\n", 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
chat_room_check_sendable (ChatRoom *self, const char *text, gboolean about, GError **error)
{
  if (chat_room_get_state (self) != CHAT_ROOM_JOINED &&
      chat_room_get_state (self) != CHAT_ROOM_UNREACHABLE)
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
      return FALSE;
    }

  if (chat_room_get_session (self) == NULL)
    return TRUE;

  const gsize max_len = chat_session_get_max_text_len (chat_room_get_session (self), self) -
                        (about ? TARGET_MAX_LEN : 0);

  if (strlen (text) <= max_len)
    return TRUE;

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG,
               "The text has %" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT " are possible",
               strlen (text), max_len);
  return FALSE;
}

static void
on_message_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (!chat_session_send_finish (CHAT_SESSION (source), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
}

static ChatMessage *
new_message (ChatRoom *self, const char *text, ChatMessage *target)
{
  ChatMessage *message = chat_message_new (CHAT_MESSAGE_TEXT, chat_room_get_user_name (self), text,
                                           g_get_real_time (), TRUE);

  if (target != NULL)
    chat_message_set_reply (message, chat_message_get_id (target), chat_message_get_sender (target),
                            chat_message_get_text (target));
  return message;
}

void
chat_room_send_text (ChatRoom *self, const char *text, ChatMessage *target, GTask *task)
{
  g_autoptr (GTask) owned = task;
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *normal = chat_room_normalize_text (text);

  if (!chat_room_check_sendable (self, normal, target != NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  message = new_message (self, normal, target);
  g_task_set_task_data (task, g_object_ref (message), g_object_unref);
  chat_room_append (self, &message, 1);

  if (chat_room_get_session (self) != NULL)
    chat_session_send_async (chat_room_get_session (self), self, message,
                             g_task_get_cancellable (task), on_message_sent,
                             g_steal_pointer (&owned));
  else
    g_task_return_pointer (task, g_steal_pointer (&message), g_object_unref);
}

void
chat_room_send_async (ChatRoom *self,
                      const char *text,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (text != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_room_send_async);
  g_task_set_check_cancellable (task, FALSE);
  chat_room_send_text (self, text, NULL, g_steal_pointer (&task));
}

ChatMessage *
chat_room_send_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_room_resend (ChatRoom *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  if (chat_message_get_delivery (message) != CHAT_DELIVERY_FAILED ||
      !chat_room_check_sendable (self, chat_message_get_text (message),
                                 chat_message_is_reply (message), NULL))
    return;

  chat_message_set_delivery (message, CHAT_DELIVERY_WAITING, NULL);
  if (chat_room_get_session (self) != NULL && chat_session_confirms (chat_room_get_session (self)))
    chat_message_list_move_to_end (get_list (self), message);
  if (chat_room_get_session (self) != NULL)
    chat_session_send_async (chat_room_get_session (self), self, message, NULL, NULL, NULL);
}

void
chat_room_discard (ChatRoom *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  if (chat_message_get_delivery (message) != CHAT_DELIVERY_FAILED)
    return;

  g_object_ref (message);
  if (chat_room_get_session (self) != NULL)
    chat_session_discard (chat_room_get_session (self), self, message);
  chat_room_remove (self, message);
  g_object_unref (message);
}

static gboolean
is_returned (ChatMessage *message)
{
  const GError *error = chat_message_get_error (message);

  return chat_message_get_delivery (message) == CHAT_DELIVERY_FAILED &&
         (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_ROOM_GONE) ||
          g_error_matches (error, CHAT_ERROR, CHAT_ERROR_ROOM_CLOSED) ||
          g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED));
}

GPtrArray *
chat_room_get_returned (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  GPtrArray *returned = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (chat_room_get_messages (self)); i++)
    {
      ChatMessage *message = chat_message_list_peek (get_list (self), i);

      if (is_returned (message))
        g_ptr_array_add (returned, g_object_ref (message));
    }

  return returned;
}

static void
on_mine_erased (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (!chat_session_erase_mine_finish (CHAT_SESSION (source), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
chat_room_erase_mine_async (ChatRoom *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_room_erase_mine_async);
  g_task_set_check_cancellable (task, FALSE);
  if (chat_room_get_session (self) != NULL && chat_room_get_state (self) == CHAT_ROOM_JOINED)
    chat_session_erase_mine_async (chat_room_get_session (self), self, cancellable, on_mine_erased,
                                   g_steal_pointer (&task));
  else
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "Not in the room");
}

gboolean
chat_room_erase_mine_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_room_left (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (!chat_session_leave_finish (CHAT_SESSION (source), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
chat_room_leave_async (ChatRoom *self,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_room_leave_async);
  g_task_set_check_cancellable (task, FALSE);

  if (chat_room_get_state (self) != CHAT_ROOM_ENDED && chat_room_get_session (self) != NULL)
    {
      chat_session_leave_async (chat_room_get_session (self), self, cancellable, on_room_left,
                                g_steal_pointer (&task));
      return;
    }

  if (chat_room_get_state (self) != CHAT_ROOM_ENDED)
    chat_room_set_state (self, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  g_task_return_boolean (task, TRUE);
}

gboolean
chat_room_leave_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_room_add_local (ChatRoom *self, const char *text)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (text != NULL);

  g_autoptr (ChatMessage) message =
      chat_message_new (CHAT_MESSAGE_LOCAL, NULL, text, g_get_real_time (), FALSE);

  chat_room_append (self, &message, 1);
}
