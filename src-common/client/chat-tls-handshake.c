/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tls-handshake.h"

#include "chat-deadline.h"

typedef struct
{
  ChatTls *tls;           /* borrowed */
  GSocket *socket;        /* owned */
  ChatDeadline *deadline; /* owned */
} Handshake;

static void
free_handshake (gpointer data)
{
  Handshake *handshake = data;

  g_object_unref (handshake->socket);
  chat_deadline_free (handshake->deadline);
  g_free (handshake);
}

static void advance (GTask *task);

static gboolean
on_ready (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  Handshake *handshake = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (chat_deadline_get_cancellable (handshake->deadline),
                                            &error))
    g_task_return_error (task, chat_deadline_map_error (handshake->deadline, error));
  else
    advance (g_steal_pointer (&task));
  return G_SOURCE_REMOVE;
}

/* Takes the task. */
static void
wait (GTask *task)
{
  Handshake *handshake = g_task_get_task_data (task);
  g_autoptr (GSource) source =
      g_socket_create_source (handshake->socket, chat_tls_get_condition (handshake->tls),
                              chat_deadline_get_cancellable (handshake->deadline));

  g_source_set_callback (source, G_SOURCE_FUNC (on_ready), task, g_object_unref);
  g_source_set_static_name (source, "[chat] handshake");
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* Takes the task. */
static void
advance (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Handshake *handshake = g_task_get_task_data (task);
  GError *error = NULL;

  switch (chat_tls_step (handshake->tls, &error))
    {
    case CHAT_TLS_AGAIN:
      wait (g_steal_pointer (&owned));
      break;
    case CHAT_TLS_DONE:
      g_task_return_boolean (task, TRUE);
      break;
    case CHAT_TLS_END:
    case CHAT_TLS_FAILED:
    default:
      g_task_return_error (task, error);
    }
}

void
chat_tls_handshake_async (ChatTls *tls,
                          GSocket *socket,
                          guint timeout_ms,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Handshake *handshake = g_new0 (Handshake, 1);

  g_task_set_source_tag (task, chat_tls_handshake_async);
  g_task_set_check_cancellable (task, FALSE);
  handshake->tls = tls;
  handshake->socket = g_object_ref (socket);
  handshake->deadline = chat_deadline_new (cancellable, timeout_ms);
  g_task_set_task_data (task, handshake, free_handshake);
  advance (g_steal_pointer (&task));
}

gboolean
chat_tls_handshake_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
