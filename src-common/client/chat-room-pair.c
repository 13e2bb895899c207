/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-pair.h"

#include "chat-error.h"
#include "chat-session-private.h"

gboolean
chat_room_may_open_private (ChatRoom *self, ChatMember *member)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MEMBER (member), FALSE);

  ChatSession *session = chat_room_get_session (self);

  return session != NULL && chat_session_has_privates (session) && !chat_room_is_private (self) &&
         (chat_room_get_state (self) == CHAT_ROOM_JOINED ||
          chat_room_get_state (self) == CHAT_ROOM_UNREACHABLE) &&
         !chat_member_is_own (member) && !chat_member_is_legacy (member) &&
         chat_member_get_number (member) != 0;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  ChatRoom *room = chat_session_open_private_finish (CHAT_SESSION (source), result, &error);

  if (room != NULL)
    g_task_return_pointer (task, room, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chat_room_open_private_async (ChatRoom *self,
                              ChatMember *member,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (CHAT_IS_MEMBER (member));

  GTask *task = g_task_new (self, cancellable, callback, user_data);
  ChatSession *session = chat_room_get_session (self);

  g_task_set_source_tag (task, chat_room_open_private_async);
  g_task_set_check_cancellable (task, FALSE);
  if (session != NULL)
    {
      chat_session_open_private_async (session, self, chat_member_get_number (member), cancellable,
                                       on_opened, task);
      return;
    }

  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "Not in the room");
  g_object_unref (task);
}

ChatRoom *
chat_room_open_private_finish (ChatRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GListModel *
chat_room_list_privates (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  ChatSession *session = chat_room_get_session (self);
  GListModel *rooms = session != NULL ? chat_session_get_rooms (session) : NULL;
  GListStore *privates = g_list_store_new (CHAT_TYPE_ROOM);

  for (guint i = 0; rooms != NULL && i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      if (chat_room_get_parent (room) == self && chat_room_get_state (room) != CHAT_ROOM_ENDED)
        g_list_store_append (privates, room);
    }
  return G_LIST_MODEL (privates);
}
