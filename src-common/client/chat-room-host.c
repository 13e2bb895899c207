/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-host.h"

#include "chat-error.h"
#include "chat-session-private.h"

gboolean
chat_room_may_run (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_get_state (self) == CHAT_ROOM_JOINED &&
         (chat_room_is_host (self) || chat_room_is_cohost (self));
}

gboolean
chat_room_is_above (ChatRoom *self, ChatMember *member)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MEMBER (member), FALSE);

  return chat_room_may_run (self) && !chat_member_is_own (member) &&
         !chat_member_is_host (member) &&
         (chat_room_is_host (self) || (chat_member_get_powers (member) & CHAT_MEMBER_COHOST) == 0);
}

static void
on_order_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GListModel) bans = NULL;
  GError *error = NULL;

  if (!chat_session_order_finish (CHAT_SESSION (source), result, &bans, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&bans), g_object_unref);
}

static void
order (ChatRoom *self,
       const ChatRoomOrder *what,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data,
       gpointer tag)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  ChatSession *session = chat_room_get_session (self);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  if (session != NULL && chat_room_get_state (self) == CHAT_ROOM_JOINED)
    chat_session_order_async (session, self, what, cancellable, on_order_done,
                              g_steal_pointer (&task));
  else if (chat_room_get_state (self) == CHAT_ROOM_UNREACHABLE)
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "Not connected");
  else
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "Not in the room");
}

void
chat_room_act_async (ChatRoom *self,
                     ChatAct act,
                     ChatMember *member,
                     guint64 seconds,
                     const char *reason,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (member == NULL || CHAT_IS_MEMBER (member));

  const ChatRoomOrder what = { .kind = CHAT_ROOM_ORDER_ACT,
                               .act = act,
                               .member = member != NULL ? chat_member_get_number (member) : 0,
                               .seconds = seconds,
                               .reason = reason };

  order (self, &what, cancellable, callback, user_data, chat_room_act_async);
}

void
chat_room_change_async (ChatRoom *self,
                        const ChatRoomChange *change,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (change != NULL);

  const ChatRoomOrder what = { .kind = CHAT_ROOM_ORDER_CHANGE, .change = change };

  order (self, &what, cancellable, callback, user_data, chat_room_change_async);
}

void
chat_room_close_async (ChatRoom *self,
                       guint64 grace_s,
                       const char *reason,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const ChatRoomOrder what = { .kind = CHAT_ROOM_ORDER_CLOSE,
                               .seconds = grace_s,
                               .reason = reason };

  order (self, &what, cancellable, callback, user_data, chat_room_close_async);
}

void
chat_room_reopen_async (ChatRoom *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const ChatRoomOrder what = { .kind = CHAT_ROOM_ORDER_REOPEN };

  order (self, &what, cancellable, callback, user_data, chat_room_reopen_async);
}

void
chat_room_leave_open_async (ChatRoom *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const ChatRoomOrder what = { .kind = CHAT_ROOM_ORDER_LEAVE };

  order (self, &what, cancellable, callback, user_data, chat_room_leave_open_async);
}

gboolean
chat_room_host_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  GError *failure = NULL;
  g_autoptr (GObject) nothing = g_task_propagate_pointer (G_TASK (result), &failure);

  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

void
chat_room_list_bans_async (ChatRoom *self,
                           guint64 unban,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const ChatRoomOrder what = { .kind = CHAT_ROOM_ORDER_BANS, .member = unban };

  order (self, &what, cancellable, callback, user_data, chat_room_list_bans_async);
}

GListModel *
chat_room_list_bans_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
