/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tls-link.h"

#include "chat-connection.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-tcp-frame.h"
#include "chat-tls-handshake.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define HANDSHAKE_TIMEOUT_MS 5000
#define READ_SIZE (16 * 1024)       /* bytes; a TLS record */
#define READ_PER_TURN (256 * 1024)  /* bytes, so that a flood starves nobody */
#define RECORD_SIZE (16 * 1024)     /* bytes */
#define QUEUE_MAX (2 * 1024 * 1024) /* bytes that a server may leave unread */
#define QUEUE_LOW (64 * 1024)       /* bytes: more than that is long */
#define BULK_BUFFER (256 * 1024)    /* bytes in the kernel, each way */
#define QUEUE_KEPT (64 * 1024)      /* bytes of a buffer that are worth keeping */

typedef struct
{
  ChatTlsLink *link; /* borrowed */
  guint32 id;
  guint8 operation;
  ChatTlsLinkAnswer answer;
  gpointer data;
  GSource *timeout; /* owned */
} Request;

struct _ChatTlsLink
{
  GObject parent_instance;

  /* owned */
  ChatEndpoint *endpoint;
  char *pin; /* nullable */
  ChatTls *tls;
  GSocketConnection *connection;
  GInetSocketAddress *remote;
  GByteArray *input;
  GByteArray *output;
  GHashTable *requests; /* id -> Request */
  GSource *readable;
  GSource *writable; /* nullable */
  GSource *flush;    /* nullable: output waits for the end of this turn */
  GSource *silence;
  /* borrowed */
  const ChatTlsLinkFuncs *funcs;
  gpointer data;

  gsize written; /* bytes of output */
  guint32 last_id;
  gint64 said_us;  /* when something was last written */
  gint64 heard_us; /* … and read */
  guint silence_ms;
  guint answer_ms;
  gboolean is_open;
  gboolean pinging;
  gboolean was_long; /* drained() is due */
};

G_DEFINE_FINAL_TYPE (ChatTlsLink, chat_tls_link, G_TYPE_OBJECT)

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static GSource *
attach (GSource *source, const char *name, GSourceFunc func, gpointer data)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* --- the end ------------------------------------------------------------- */

static void
free_request (gpointer data)
{
  Request *request = data;

  destroy_source (request->timeout);
  g_free (request);
}

/* Takes the request. */
static void
answer_request (Request *request, const ChatLinkReply *reply, const GError *error)
{
  request->answer (reply, error, request->data);
  free_request (request);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const guint one = GPOINTER_TO_UINT (a);
  const guint other = GPOINTER_TO_UINT (b);

  return one < other ? -1 : one > other;
}

/* In the order in which they were made. */
static void
fail_requests (ChatTlsLink *self, const GError *error)
{
  g_autoptr (GList) ids = g_list_sort (g_hash_table_get_keys (self->requests), compare_ids);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      Request *request = NULL;

      if (g_hash_table_steal_extended (self->requests, l->data, NULL, (gpointer *) &request))
        answer_request (request, NULL, error);
    }
}

static void
tear_down (ChatTlsLink *self)
{
  self->is_open = FALSE;
  g_clear_pointer (&self->readable, destroy_source);
  g_clear_pointer (&self->writable, destroy_source);
  g_clear_pointer (&self->flush, destroy_source);
  g_clear_pointer (&self->silence, destroy_source);
  if (self->connection != NULL)
    g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
}

static void
fail (ChatTlsLink *self, ChatError code, const char *why)
{
  g_autoptr (ChatTlsLink) owned = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (gint) code, why);

  if (!self->is_open)
    return;

  tear_down (self);
  fail_requests (self, error);
  if (self->funcs != NULL)
    self->funcs->closed (self, error, self->data);
}

/* --- writing ------------------------------------------------------------- */

static void flush_output (ChatTlsLink *self);
static void tell_drained (ChatTlsLink *self);

static gboolean
on_writable (GSocket *socket, GIOCondition condition, gpointer data)
{
  ChatTlsLink *self = data;

  g_autoptr (ChatTlsLink) owned = g_object_ref (self);

  g_clear_pointer (&self->writable, destroy_source);
  flush_output (self);
  tell_drained (self);
  return G_SOURCE_REMOVE;
}

static void
wait_writable (ChatTlsLink *self)
{
  if (self->writable == NULL)
    self->writable = attach (
        g_socket_create_source (g_socket_connection_get_socket (self->connection), G_IO_OUT, NULL),
        "[chat] TLS writable", G_SOURCE_FUNC (on_writable), self);
}

/* There were keys in it. */
static void
reset_output (ChatTlsLink *self)
{
  self->written = 0;
  if (self->output->len == 0)
    return;

  explicit_bzero (self->output->data, self->output->len);
  if (self->output->len <= QUEUE_KEPT)
    {
      g_byte_array_set_size (self->output, 0);
      return;
    }

  g_byte_array_unref (self->output);
  self->output = g_byte_array_new ();
}

/* A queue that never empties must not keep what was sent of it. */
static void
forget_sent (ChatTlsLink *self)
{
  if (self->written == self->output->len)
    reset_output (self);
  else if (self->written >= QUEUE_LOW)
    {
      g_byte_array_remove_range (self->output, 0, (guint) self->written);
      self->written = 0;
    }
}

static void
tell_drained (ChatTlsLink *self)
{
  if (!self->was_long || !self->is_open || chat_tls_link_get_queued (self) > QUEUE_LOW)
    return;

  self->was_long = FALSE;
  if (self->funcs != NULL && self->funcs->drained != NULL)
    self->funcs->drained (self, self->data);
}

static void
flush_output (ChatTlsLink *self)
{
  while (self->written < self->output->len)
    {
      const gsize len = MIN (self->output->len - self->written, RECORD_SIZE);
      gsize n = 0;

      switch (chat_tls_write (self->tls, self->output->data + self->written, len, &n))
        {
        case CHAT_TLS_DONE:
          self->written += n;
          self->said_us = g_get_monotonic_time ();
          break;
        case CHAT_TLS_AGAIN:
          wait_writable (self);
          forget_sent (self);
          return;
        case CHAT_TLS_END:
        case CHAT_TLS_FAILED:
        default:
          fail (self, CHAT_ERROR_SERVER_GONE, "The connection broke off");
          return;
        }
    }
  forget_sent (self);
}

static gboolean
on_flush (gpointer data)
{
  ChatTlsLink *self = data;
  g_autoptr (ChatTlsLink) owned = g_object_ref (self);

  g_clear_pointer (&self->flush, destroy_source);
  if (chat_tls_link_get_queued (self) > QUEUE_MAX)
    fail (self, CHAT_ERROR_SERVER_GONE, "The server reads nothing");
  else if (self->writable == NULL)
    flush_output (self);
  tell_drained (self);
  return G_SOURCE_REMOVE;
}

static void
plan_flush (ChatTlsLink *self)
{
  if (self->flush != NULL || !self->is_open)
    return;

  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  self->flush = attach (source, "[chat] TLS flush", on_flush, self);
}

/* --- requests ------------------------------------------------------------ */

static gboolean
on_request_timeout (gpointer data)
{
  Request *request = data;
  g_autoptr (ChatTlsLink) link = g_object_ref (request->link);
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TIMED_OUT, "No answer in time");

  g_hash_table_steal (link->requests, GUINT_TO_POINTER (request->id));
  answer_request (request, NULL, error);
  return G_SOURCE_REMOVE;
}

static void
on_pong (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  ChatTlsLink *self = data;

  self->pinging = FALSE;
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TIMED_OUT))
    fail (self, CHAT_ERROR_SERVER_GONE, "The server does not answer");
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

  g_clear_pointer (&self->silence, destroy_source);
  self->silence = attach (g_timeout_source_new (rest_ms > 0 ? (guint) rest_ms : self->silence_ms),
                          "[chat] TLS silence", on_silence, self);
}

/* --- reading ------------------------------------------------------------- */

static void
break_off (ChatTlsLink *self, const char *why)
{
  fail (self, CHAT_ERROR_NOT_A_CHAT_SERVER, why);
}

static void
take_reply (ChatTlsLink *self, const ChatTcpFrame *frame)
{
  g_auto (ChatLinkReply) reply = { 0 };
  Request *request = NULL;

  if (!chat_link_reply_decode (frame, &reply, NULL))
    {
      break_off (self, "The server's reply is none");
      return;
    }

  request = g_hash_table_lookup (self->requests, GUINT_TO_POINTER (reply.id));
  if (request == NULL)
    return; /* too late */
  if (request->operation != frame->operation)
    {
      break_off (self, "The server's reply is to another operation");
      return;
    }

  g_hash_table_steal (self->requests, GUINT_TO_POINTER (reply.id));
  answer_request (request, &reply, NULL);
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
    fail (self, CHAT_ERROR_SERVER_GONE, "The server ended the connection");
  return self->is_open && self->readable != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- opening ------------------------------------------------------------- */

static void
watch_readable (ChatTlsLink *self)
{
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  self->readable = attach (g_socket_create_source (socket, G_IO_IN, NULL), "[chat] TLS readable",
                           G_SOURCE_FUNC (on_readable), self);
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
  self->requests = g_hash_table_new_full (NULL, NULL, NULL, free_request);
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

static Request *
new_request (ChatTlsLink *self, ChatOperation operation, guint timeout_ms)
{
  Request *request = g_new0 (Request, 1);

  self->last_id = self->last_id < G_MAXINT32 ? self->last_id + 1 : 1;
  request->link = self;
  request->id = self->last_id;
  request->operation = (guint8) operation;
  request->timeout =
      attach (g_timeout_source_new (timeout_ms), "[chat] TLS request", on_request_timeout, request);
  g_hash_table_insert (self->requests, GUINT_TO_POINTER (request->id), request);
  return request;
}

void
chat_tls_link_request (ChatTlsLink *self,
                       ChatOperation operation,
                       const ChatControlRequest *request,
                       guint timeout_ms,
                       ChatTlsLinkAnswer answer,
                       gpointer data)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));
  g_return_if_fail (self->is_open);

  Request *waiting = new_request (self, operation, timeout_ms);
  ChatControlRequest numbered = *request;

  waiting->answer = answer;
  waiting->data = data;
  numbered.id = waiting->id;
  chat_control_request_append ((guint8) operation, &numbered, self->output);
  plan_flush (self);
}

void
chat_tls_link_send_data (ChatTlsLink *self, const guint8 *frames, gsize len)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));
  g_return_if_fail (len <= CHAT_CONTROL_MAX);

  if (!self->is_open)
    return;

  chat_control_data_append (CHAT_STATE_REQUEST, frames, len, self->output);
  self->was_long = self->was_long || chat_tls_link_get_queued (self) > QUEUE_LOW;
  plan_flush (self);
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
    g_clear_pointer (&self->readable, destroy_source);
  else if (self->is_open && self->readable == NULL)
    watch_readable (self);
}

gsize
chat_tls_link_get_queued (ChatTlsLink *self)
{
  g_return_val_if_fail (CHAT_IS_TLS_LINK (self), 0);

  return self->output->len - self->written;
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
      flush_output (self);
      if (self->is_open)
        chat_tls_say_goodbye (self->tls);
    }
  tear_down (self);
  fail_requests (self, error);
}
