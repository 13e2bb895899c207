/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-limits.h"
#include "chat-room-info.h"
#include "chat-secure-deed.h"

#define LIST_TIMEOUT_MS 15000

static GListModel *
make_infos (const GArray *rooms)
{
  GListStore *infos = g_list_store_new (CHAT_TYPE_ROOM_INFO);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; rooms != NULL && i < rooms->len; i++)
    {
      const ChatControlRoom *room = &g_array_index (rooms, ChatControlRoom, i);

      g_ptr_array_add (items, chat_room_info_new_with_topic (
                                  room->name, (int) MIN (room->online, G_MAXINT),
                                  (room->off_record ? CHAT_ROOM_OFF_RECORD : 0) |
                                      (room->encrypted_only ? CHAT_ROOM_ENCRYPTED_ONLY : 0) |
                                      (room->password ? CHAT_ROOM_HAS_PASSWORD : 0),
                                  chat_secure_deed_judge (room->topic, CHAT_TOPIC_MAX, FALSE)));
    }
  g_list_store_splice (infos, 0, 0, items->pdata, items->len);
  return G_LIST_MODEL (infos);
}

static void
finish_listing (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, make_infos (reply->rooms.rooms), g_object_unref);
  chat_secure_session_drop_ask (g_task_get_source_object (task), ask);
}

static const ChatSecureAskFuncs listing_funcs = { .done = finish_listing };

void
chat_secure_listing_async (ChatSession *session,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  const ChatControlRequest request = { 0 };

  chat_secure_session_add_ask (
      self, chat_secure_ask_new (CHAT_OPERATION_CONTROL_LIST, &request,
                                 chat_secure_session_new_task (self, cancellable, callback, data,
                                                               chat_secure_listing_async),
                                 LIST_TIMEOUT_MS, &listing_funcs, NULL));
}
