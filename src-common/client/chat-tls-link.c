/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tls-link-private.h"

#include "chat-connection.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-tcp-frame.h"
#include "chat-tls-handshake.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define HANDSHAKE_TIMEOUT_MS 5000
#define READ_SIZE (16 * 1024)      /* bytes; a TLS record */
#define READ_PER_TURN (256 * 1024) /* bytes, so that a flood starves nobody */
#define BULK_BUFFER (256 * 1024)   /* bytes in the kernel, each way */

G_DEFINE_FINAL_TYPE (ChatTlsLink, chat_tls_link, G_TYPE_OBJECT)

/* --- the end ------------------------------------------------------------- */

void
chat_tls_link_destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

GSource *
chat_tls_link_attach (GSource *source, const char *name, GSourceFunc func, gpointer data)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
tear_down (ChatTlsLink *self)
{
  self->is_open = FALSE;
  g_clear_pointer (&self->readable, chat_tls_link_destroy_source);
  g_clear_pointer (&self->writable, chat_tls_link_destroy_source);
  g_clear_pointer (&self->flush, chat_tls_link_destroy_source);
  g_clear_pointer (&self->silence, chat_tls_link_destroy_source);
  if (self->connection != NULL)
    g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
}

void
chat_tls_link_fail (ChatTlsLink *self, ChatError code, const char *why)
{
  g_autoptr (ChatTlsLink) owned = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (gint) code, why);

  if (!self->is_open)
    return;

  tear_down (self);
  chat_tls_link_fail_requests (self, error);
  if (self->funcs != NULL)
    self->funcs->closed (self, error, self->data);
}

/* --- is it alive --------------------------------------------------------- */

static void
on_pong (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  ChatTlsLink *self = data;

  self->pinging = FALSE;
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TIMED_OUT))
    chat_tls_link_fail (self, CHAT_ERROR_SERVER_GONE, "The server does not answer");
}

void
chat_tls_link_ping (ChatTlsLink *self)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));

  const ChatControlRequest request = { 0 };

  if (self->pinging || !self->is_open)
    return;

  self->pinging = TRUE;
  chat_tls_link_request (self, CHAT_OPERATION_PING, &request, self->answer_ms, on_pong, self);
}

static void watch_silence (ChatTlsLink *self);

static gboolean
on_silence (gpointer data)
{
  ChatTlsLink *self = data;

  if (g_get_monotonic_time () - self->said_us >= (gint64) self->silence_ms * 1000)
    chat_tls_link_ping (self);
  watch_silence (self);
  return G_SOURCE_REMOVE;
}

static void
watch_silence (ChatTlsLink *self)
{
  const gint64 quiet_ms = (g_get_monotonic_time () - self->said_us) / 1000;
  const gint64 rest_ms = MAX ((gint64) self->silence_ms - quiet_ms, 0);

  g_clear_pointer (&self->silence, chat_tls_link_destroy_source);
  self->silence =
      chat_tls_link_attach (g_timeout_source_new (rest_ms > 0 ? (guint) rest_ms : self->silence_ms),
                            "[chat] TLS silence", on_silence, self);
}

/* --- reading ------------------------------------------------------------- */

static void
break_off (ChatTlsLink *self, const char *why)
{
  chat_tls_link_fail (self, CHAT_ERROR_NOT_A_CHAT_SERVER, why);
}

static void
take_reply (ChatTlsLink *self, const ChatTcpFrame *frame)
{
  g_auto (ChatLinkReply) reply = { 0 };

  if (!chat_link_reply_decode (frame, &reply, NULL))
    break_off (self, "The server's reply is none");
  else if (!chat_tls_link_take_reply (self, frame->operation, &reply))
    break_off (self, "The server's reply is to another operation");
}

static void
take_event (ChatTlsLink *self, const ChatTcpFrame *frame)
{
  g_auto (ChatControlEvent) event = { 0 };

  if (!chat_control_event_decode (frame->payload, frame->payload_len, &event, NULL))
    break_off (self, "The server's event is none");
  else if (self->funcs != NULL)
    self->funcs->event (self, &event, self->data);
}

static void
take_frame (ChatTlsLink *self, const ChatTcpFrame *frame)
{
  const gboolean is_event = frame->state == CHAT_STATE_EVENT;

  if (frame->operation == CHAT_OPERATION_DATA && is_event)
    {
      if (self->funcs != NULL)
        self->funcs->data (self, frame->payload, frame->payload_len, self->data);
    }
  else if (frame->operation == CHAT_OPERATION_EVENT && is_event)
    take_event (self, frame);
  else if (frame->state == CHAT_STATE_SUCCESS || frame->state == CHAT_STATE_ERROR)
    take_reply (self, frame);
  else
    break_off (self, "The server's frame has a wrong state");
}

/* Judged by the header alone. */
static gsize
max_payload (const guint8 *bytes, gsize len)
{
  return len > 1 && bytes[1] == CHAT_OPERATION_DATA ? CHAT_CONTROL_MAX : CHAT_CONTROL_REPLY_MAX;
}

static void
take_input (ChatTlsLink *self)
{
  ChatDecodeResult result = CHAT_DECODE_OK;
  gsize at = 0;

  while (self->is_open && result == CHAT_DECODE_OK && at < self->input->len)
    {
      const guint8 *bytes = self->input->data + at;
      const gsize len = self->input->len - at;
      ChatTcpFrame frame;
      gsize used;

      result = chat_tcp_frame_decode (bytes, len, max_payload (bytes, len), &frame, &used, NULL);
      if (result != CHAT_DECODE_OK)
        break;
      take_frame (self, &frame);
      at += used;
    }
  if (result == CHAT_DECODE_BAD)
    break_off (self, "The server's frame is too large");
  g_byte_array_remove_range (self->input, 0, (guint) at);
}

/* Returns: whether the connection goes on */
static gboolean
read_some (ChatTlsLink *self)
{
  guint8 buffer[READ_SIZE];
  ChatTlsResult result = CHAT_TLS_DONE;
  gsize total = 0;

  while (result == CHAT_TLS_DONE && (total < READ_PER_TURN || chat_tls_has_pending (self->tls)))
    {
      gsize n = 0;

      result = chat_tls_read (self->tls, buffer, sizeof buffer, &n);
      g_byte_array_append (self->input, buffer, (guint) n);
      total += n;
    }
  if (total > 0)
    self->heard_us = g_get_monotonic_time ();

  return result == CHAT_TLS_DONE || result == CHAT_TLS_AGAIN;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (ChatTlsLink) self = g_object_ref (data);
  const gboolean goes_on = read_some (self);

  take_input (self);
  if (!goes_on)
    chat_tls_link_fail (self, CHAT_ERROR_SERVER_GONE, "The server ended the connection");
  return self->is_open && self->readable != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- opening ------------------------------------------------------------- */

static void
watch_readable (ChatTlsLink *self)
{
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  self->readable = chat_tls_link_attach (g_socket_create_source (socket, G_IO_IN, NULL),
                                         "[chat] TLS readable", G_SOURCE_FUNC (on_readable), self);
}

static void
start (ChatTlsLink *self)
{
  self->is_open = TRUE;
  self->said_us = self->heard_us = g_get_monotonic_time ();
  watch_readable (self);
  watch_silence (self);
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatTlsLink *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!chat_tls_handshake_finish (result, &error))
    {
      tear_down (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  start (self);
  g_task_return_boolean (task, TRUE);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatTlsLink *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  GSocket *socket;

  self->connection = chat_connection_open_finish (result, &error);
  if (self->connection == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  socket = g_socket_connection_get_socket (self->connection);
  /* A message must not wait until the one before it was acknowledged (Nagle). */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  self->remote = G_INET_SOCKET_ADDRESS (g_socket_get_remote_address (socket, NULL));
  self->tls = chat_tls_new (socket, self->pin);
  chat_tls_handshake_async (self->tls, socket, HANDSHAKE_TIMEOUT_MS, g_task_get_cancellable (task),
                            on_handshake, g_object_ref (task));
}

void
chat_tls_link_open_async (ChatTlsLink *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));
  g_return_if_fail (self->connection == NULL);

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_tls_link_open_async);
  g_task_set_check_cancellable (task, FALSE);
  chat_connection_open_async (self->endpoint, cancellable, on_connected, task);
}

gboolean
chat_tls_link_open_finish (ChatTlsLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- object -------------------------------------------------------------- */

static void
chat_tls_link_dispose (GObject *object)
{
  chat_tls_link_close (CHAT_TLS_LINK (object));

  G_OBJECT_CLASS (chat_tls_link_parent_class)->dispose (object);
}

static void
chat_tls_link_finalize (GObject *object)
{
  ChatTlsLink *self = CHAT_TLS_LINK (object);

  g_clear_pointer (&self->tls, chat_tls_free);
  g_clear_object (&self->connection);
  g_clear_object (&self->remote);
  g_object_unref (self->endpoint);
  g_free (self->pin);
  g_byte_array_unref (self->input);
  g_byte_array_unref (self->output);
  g_hash_table_unref (self->requests);

  G_OBJECT_CLASS (chat_tls_link_parent_class)->finalize (object);
}

static void
chat_tls_link_class_init (ChatTlsLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_tls_link_dispose;
  object_class->finalize = chat_tls_link_finalize;
}

static void
chat_tls_link_init (ChatTlsLink *self)
{
  self->input = g_byte_array_new ();
  self->output = g_byte_array_new ();
  self->requests = chat_tls_link_new_requests ();
  self->silence_ms = CHAT_SESSION_PING_S * 1000;
  self->answer_ms = CHAT_SESSION_PONG_S * 1000;
}

/* --- public -------------------------------------------------------------- */

ChatTlsLink *
chat_tls_link_new (ChatEndpoint *endpoint, const char *pin)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  ChatTlsLink *self = g_object_new (CHAT_TYPE_TLS_LINK, NULL);

  self->endpoint = g_object_ref (endpoint);
  self->pin = g_strdup (pin);
  return self;
}

void
chat_tls_link_set_handler (ChatTlsLink *self, const ChatTlsLinkFuncs *funcs, gpointer data)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));

  self->funcs = funcs;
  self->data = data;
}

const char *
chat_tls_link_get_fingerprint (ChatTlsLink *self)
{
  g_return_val_if_fail (CHAT_IS_TLS_LINK (self), NULL);

  return self->tls != NULL ? chat_tls_get_fingerprint (self->tls) : NULL;
}

gboolean
chat_tls_link_was_hung_up (ChatTlsLink *self)
{
  g_return_val_if_fail (CHAT_IS_TLS_LINK (self), FALSE);

  return self->tls != NULL && chat_tls_get_peer (self->tls) == CHAT_TLS_PEER_HUNG_UP;
}

GInetSocketAddress *
chat_tls_link_get_remote_address (ChatTlsLink *self)
{
  g_return_val_if_fail (CHAT_IS_TLS_LINK (self), NULL);

  return self->remote;
}

void
chat_tls_link_send_data (ChatTlsLink *self, const guint8 *frames, gsize len)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));
  g_return_if_fail (len <= CHAT_CONTROL_MAX);

  if (!self->is_open)
    return;

  chat_control_data_append (CHAT_STATE_REQUEST, frames, len, self->output);
  chat_tls_link_note_long (self);
  chat_tls_link_plan_flush (self);
}

void
chat_tls_link_set_bulk (ChatTlsLink *self)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));
  g_return_if_fail (self->connection != NULL);

  GSocket *socket = g_socket_connection_get_socket (self->connection);

  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, BULK_BUFFER, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, BULK_BUFFER, NULL);
}

void
chat_tls_link_hold (ChatTlsLink *self, gboolean held)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));

  if (held)
    g_clear_pointer (&self->readable, chat_tls_link_destroy_source);
  else if (self->is_open && self->readable == NULL)
    watch_readable (self);
}

gint64
chat_tls_link_get_heard_us (ChatTlsLink *self)
{
  g_return_val_if_fail (CHAT_IS_TLS_LINK (self), 0);

  return self->heard_us;
}

void
chat_tls_link_set_patience (ChatTlsLink *self, guint silence_ms, guint answer_ms)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));

  self->silence_ms = silence_ms;
  self->answer_ms = answer_ms;
  if (self->is_open)
    watch_silence (self);
}

void
chat_tls_link_close (ChatTlsLink *self)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));

  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_CANCELLED, "Closed");

  self->funcs = NULL;
  if (self->is_open)
    {
      chat_tls_link_flush_output (self);
      if (self->is_open)
        chat_tls_say_goodbye (self->tls);
    }
  tear_down (self);
  chat_tls_link_fail_requests (self, error);
}
