/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"

#define ERASE_TIMEOUT_MS 15000

static void
finish_erasing (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
  chat_secure_session_drop_ask (g_task_get_source_object (task), ask);
}

static const ChatSecureAskFuncs erasing_funcs = { .done = finish_erasing, .once = TRUE };

/* The entry that tells everybody tells us as well. The room's number is of this connection only. */
void
chat_secure_erasing_async (ChatSession *session,
                           ChatRoom *room,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  g_autoptr (GTask) task =
      chat_secure_session_new_task (self, cancellable, callback, data, chat_secure_erasing_async);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  ChatControlRequest request = { 0 };

  if (place == NULL || chat_secure_room_get_number (place->room) == 0 ||
      chat_secure_session_get_link (self) == NULL)
    {
      g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "Not connected");
      return;
    }

  request.room = chat_secure_room_get_number (place->room);
  request.member = chat_secure_room_get_stored (place->room)->member;
  chat_secure_session_add_ask (self, chat_secure_ask_new (CHAT_OPERATION_ERASE, &request,
                                                          g_steal_pointer (&task), ERASE_TIMEOUT_MS,
                                                          &erasing_funcs, NULL));
}
