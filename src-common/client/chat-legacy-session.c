/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-session.h"

#include "chat-error.h"
#include "chat-limits.h"
#include "chat-session-private.h"

struct _ChatLegacySession
{
  ChatSession parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatLegacySession, chat_legacy_session, CHAT_TYPE_SESSION)

static void
refuse (ChatSession *self, GAsyncReadyCallback callback, gpointer data)
{
  g_task_report_new_error (self, callback, data, NULL, CHAT_ERROR, CHAT_ERROR_FAILED,
                           "Not possible yet");
}

static void
enter_room_async (ChatSession *self,
                  const char *room,
                  const char *user,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  refuse (self, callback, data);
}

static void
list_rooms_async (ChatSession *self,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  refuse (self, callback, data);
}

static void
send_async (ChatSession *self,
            ChatRoom *room,
            ChatMessage *message,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  refuse (self, callback, data);
}

static void
leave_async (ChatSession *self,
             ChatRoom *room,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer data)
{
  refuse (self, callback, data);
}

static void
retry (ChatSession *self)
{
}

static gsize
max_text_len (ChatSession *self, ChatRoom *room)
{
  return CHAT_LEGACY_TEXT_MAX;
}

static void
chat_legacy_session_class_init (ChatLegacySessionClass *klass)
{
  ChatSessionClass *session_class = CHAT_SESSION_CLASS (klass);

  session_class->create_room_async = enter_room_async;
  session_class->join_room_async = enter_room_async;
  session_class->list_rooms_async = list_rooms_async;
  session_class->send_async = send_async;
  session_class->leave_async = leave_async;
  session_class->retry = retry;
  session_class->max_text_len = max_text_len;
}

static void
chat_legacy_session_init (ChatLegacySession *self)
{
}

ChatSession *
chat_legacy_session_new (ChatEndpoint *endpoint)
{
  return g_object_new (CHAT_TYPE_LEGACY_SESSION, "endpoint", endpoint, NULL);
}
