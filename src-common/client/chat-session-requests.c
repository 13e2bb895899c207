/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-transfer-private.h"

#include "chat-error.h"

/* Whatever protocol it speaks: asked of its class. */

void
chat_session_create_room_async (ChatSession *self,
                                const char *room,
                                const char *user,
                                ChatRoomFlags flags,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->create_room_async (self, room, user, flags, cancellable, callback,
                                                    data);
}

void
chat_session_join_room_async (ChatSession *self,
                              const char *room,
                              const char *user,
                              const char *password,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->join_room_async (self, room, user, password, cancellable, callback,
                                                  data);
}

ChatRoom *
chat_session_enter_room_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_session_list_rooms_async (ChatSession *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->list_rooms_async (self, cancellable, callback, data);
}

GListModel *
chat_session_list_rooms_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_session_send_async (ChatSession *self,
                         ChatRoom *room,
                         ChatMessage *message,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->send_async (self, room, message, cancellable, callback, data);
}

gboolean
chat_session_send_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_session_leave_async (ChatSession *self,
                          ChatRoom *room,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->leave_async (self, room, cancellable, callback, data);
}

gboolean
chat_session_leave_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- protocols with a log ------------------------------------------------ */

void
chat_session_erase_mine_async (ChatSession *self,
                               ChatRoom *room,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionClass *klass = CHAT_SESSION_GET_CLASS (self);

  if (klass->erase_mine_async != NULL)
    klass->erase_mine_async (self, room, cancellable, callback, data);
  else
    g_task_report_new_error (self, callback, data, chat_session_erase_mine_async, CHAT_ERROR,
                             CHAT_ERROR_BAD_REQUEST, "This protocol cannot erase");
}

gboolean
chat_session_erase_mine_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_session_start_transfer (ChatSession *self, ChatRoom *room, ChatTransfer *transfer)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  g_autoptr (GError) error = NULL;

  if (CHAT_SESSION_GET_CLASS (self)->start_transfer != NULL)
    {
      CHAT_SESSION_GET_CLASS (self)->start_transfer (self, room, transfer);
      return;
    }

  error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NO_FILES, "This protocol has no files");
  chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
}

void
chat_session_load_back_to (ChatSession *self, ChatRoom *room, guint64 id)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->load_back_to != NULL)
    CHAT_SESSION_GET_CLASS (self)->load_back_to (self, room, id);
}

gboolean
chat_session_has_log (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return CHAT_SESSION_GET_CLASS (self)->read_log != NULL;
}

GPtrArray *
chat_session_read_log (ChatSession *self, ChatRoom *room, guint64 *next, guint limit)
{
  g_return_val_if_fail (chat_session_has_log (self), NULL);

  return CHAT_SESSION_GET_CLASS (self)->read_log (self, room, next, limit);
}

ChatLocalStore *
chat_session_get_log (ChatSession *self, ChatRoom *room, gint64 *number)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return CHAT_SESSION_GET_CLASS (self)->get_log != NULL
             ? CHAT_SESSION_GET_CLASS (self)->get_log (self, room, number)
             : NULL;
}

void
chat_session_order_async (ChatSession *self,
                          ChatRoom *room,
                          const ChatRoomOrder *order,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionClass *klass = CHAT_SESSION_GET_CLASS (self);

  if (klass->order_async != NULL)
    klass->order_async (self, room, order, cancellable, callback, data);
  else
    g_task_report_new_error (self, callback, data, chat_session_order_async, CHAT_ERROR,
                             CHAT_ERROR_BAD_REQUEST, "This protocol has no hosts with powers");
}

gboolean
chat_session_order_finish (ChatSession *self,
                           GAsyncResult *result,
                           GListModel **bans,
                           GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  GError *failure = NULL;

  *bans = g_task_propagate_pointer (G_TASK (result), &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

void
chat_session_open_private_async (ChatSession *self,
                                 ChatRoom *room,
                                 guint64 member,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (chat_session_has_privates (self))
    CHAT_SESSION_GET_CLASS (self)->open_private_async (self, room, member, cancellable, callback,
                                                       data);
  else
    g_task_report_new_error (self, callback, data, chat_session_open_private_async, CHAT_ERROR,
                             CHAT_ERROR_BAD_REQUEST, "This protocol has no private rooms");
}

ChatRoom *
chat_session_open_private_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
chat_session_has_privates (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return CHAT_SESSION_GET_CLASS (self)->open_private_async != NULL;
}

void
chat_session_load_older (ChatSession *self, ChatRoom *room, guint n)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->load_older != NULL)
    CHAT_SESSION_GET_CLASS (self)->load_older (self, room, n);
}

void
chat_session_note_sight (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_sight != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_sight (self, room);
}

void
chat_session_note_read (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_read != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_read (self, room);
}

void
chat_session_note_draft (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_draft != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_draft (self, room);
}

void
chat_session_note_typing (ChatSession *self, ChatRoom *room, gboolean typing)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_typing != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_typing (self, room, typing);
}

void
chat_session_set_away (ChatSession *self, gboolean away)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->set_away != NULL)
    CHAT_SESSION_GET_CLASS (self)->set_away (self, away);
}

void
chat_session_discard (ChatSession *self, ChatRoom *room, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->discard != NULL)
    CHAT_SESSION_GET_CLASS (self)->discard (self, room, message);
}
