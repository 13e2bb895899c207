/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connection.h"

#include "chat-deadline.h"
#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-limits.h"
#include "chat-tcp-frame.h"

#define CONNECT_TIMEOUT_MS 5000 /* all addresses of the host and the name look-up together */
#define REPLY_TIMEOUT_MS 5000   /* from the first byte sent to the last one read */
#define READ_SIZE 16384         /* bytes asked for at once */

/* --- open ---------------------------------------------------------------- */

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection == NULL)
    g_task_return_error (
        task, chat_deadline_map_error (g_task_get_task_data (task), g_steal_pointer (&error)));
  else
    g_task_return_pointer (task, connection, g_object_unref);
}

static void
free_deadline (gpointer data)
{
  chat_deadline_free (data);
}

void
chat_connection_open_async (ChatEndpoint *endpoint,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = g_network_address_new (
      chat_endpoint_get_host (endpoint), chat_endpoint_get_tcp_port (endpoint));
  ChatDeadline *deadline = chat_deadline_new (cancellable, CONNECT_TIMEOUT_MS);

  g_task_set_source_tag (task, chat_connection_open_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, deadline, free_deadline);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, address, chat_deadline_get_cancellable (deadline),
                                 on_connected, g_steal_pointer (&task));
}

GSocketConnection *
chat_connection_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- request ------------------------------------------------------------- */

typedef struct
{
  GIOStream *stream;      /* owned */
  GBytes *frame;          /* owned */
  GByteArray *input;      /* owned */
  ChatDeadline *deadline; /* owned */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_object_unref (request->stream);
  g_bytes_unref (request->frame);
  g_byte_array_unref (request->input);
  chat_deadline_free (request->deadline);
  g_free (request);
}

static void
return_no_frame (GTask *task, const char *why)
{
  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_A_CHAT_SERVER,
                           "The peer is not a chat server: %s", why);
}

/* Whoever began to speak but never ended a frame did answer, but not as a chat server. */
static void
return_failure (GTask *task, GError *error)
{
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) mapped = chat_deadline_map_error (request->deadline, error);

  if (mapped->code == CHAT_ERROR_TIMED_OUT && request->input->len > 0)
    return_no_frame (task, "its frame does not end");
  else
    g_task_return_error (task, g_steal_pointer (&mapped));
}

static void read_more (GTask *task);

/* Takes the task. */
static void
decode_input (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  ChatTcpFrame frame;
  gsize used;

  switch (chat_tcp_frame_decode (request->input->data, request->input->len, CHAT_LEGACY_REPLY_MAX,
                                 &frame, &used, &error))
    {
    case CHAT_DECODE_OK:
      g_task_return_pointer (task, g_bytes_new (request->input->data, used),
                             (GDestroyNotify) g_bytes_unref);
      break;
    case CHAT_DECODE_MORE:
      read_more (g_steal_pointer (&owned));
      break;
    case CHAT_DECODE_BAD:
    default:
      return_no_frame (task, error != NULL ? error->message : "no frame");
    }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (bytes == NULL)
    {
      return_failure (task, g_steal_pointer (&error));
      return;
    }

  if (g_bytes_get_size (bytes) == 0)
    {
      return_no_frame (task, "it closed the connection");
      return;
    }

  g_byte_array_append (request->input, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
  decode_input (g_steal_pointer (&task));
}

/* Takes the task. */
static void
read_more (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (
      g_io_stream_get_input_stream (request->stream), READ_SIZE, G_PRIORITY_DEFAULT,
      chat_deadline_get_cancellable (request->deadline), on_read, task);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    return_failure (task, g_steal_pointer (&error));
  else
    read_more (g_steal_pointer (&task));
}

void
chat_connection_request_async (GSocketConnection *connection,
                               GBytes *frame,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (G_IS_SOCKET_CONNECTION (connection));
  g_return_if_fail (frame != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);
  gsize size;
  const guint8 *data = g_bytes_get_data (frame, &size);

  g_task_set_source_tag (task, chat_connection_request_async);
  g_task_set_check_cancellable (task, FALSE);
  request->stream = G_IO_STREAM (g_object_ref (connection));
  request->frame = g_bytes_ref (frame);
  request->input = g_byte_array_new ();
  request->deadline = chat_deadline_new (cancellable, REPLY_TIMEOUT_MS);
  g_task_set_task_data (task, request, free_request);

  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (request->stream), data, size, G_PRIORITY_DEFAULT,
      chat_deadline_get_cancellable (request->deadline), on_written, g_steal_pointer (&task));
}

GBytes *
chat_connection_request_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
