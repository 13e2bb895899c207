/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-connection.h"

#include "chat-error.h"
#include "chat-limits.h"

#define AGENT "online-chat-messenger"
#define HELLO_TIMEOUT_MS 10000
/* The server reads a whole file again before it answers, and may have a slow disk. */
#define REQUEST_TIMEOUT_MS (10 * 60 * 1000)
/* A PING waits behind what is under way, on slow networks for a while. */
#define ANSWER_MS (2 * 60 * 1000)
#define QUEUE_MAX (256 * 1024) /* bytes */

struct _ChatFileConnection
{
  /* owned */
  ChatTlsLink *link;
  GCancellable *cancellable;
  /* borrowed */
  const ChatFileConnectionFuncs *funcs; /* nullable: it is over */
  gpointer data;
};

static void
fail (ChatFileConnection *self, const GError *error, guint retry_ms)
{
  const ChatFileConnectionFuncs *funcs = g_steal_pointer (&self->funcs);

  if (funcs != NULL)
    funcs->failed (error, retry_ms, self->data);
}

/* --- the link ------------------------------------------------------------ */

static void
on_event (ChatTlsLink *link, const ChatControlEvent *event, gpointer data)
{
}

static void
on_data (ChatTlsLink *link, const guint8 *bytes, gsize len, gpointer data)
{
  ChatFileConnection *self = data;

  if (self->funcs != NULL)
    self->funcs->chunk (bytes, len, self->data);
}

static void
on_drained (ChatTlsLink *link, gpointer data)
{
  ChatFileConnection *self = data;

  if (self->funcs != NULL)
    self->funcs->drained (self->data);
}

static void
on_closed (ChatTlsLink *link, const GError *error, gpointer data)
{
  fail (data, error, 0);
}

static const ChatTlsLinkFuncs link_funcs = {
  .event = on_event,
  .data = on_data,
  .drained = on_drained,
  .closed = on_closed,
};

/* Of what the link lost its closed() tells. */
static gboolean
is_answer (ChatFileConnection *self, const ChatLinkReply *reply, const GError *error)
{
  if (self->funcs == NULL)
    return FALSE;
  if (reply != NULL && reply->error == NULL)
    return TRUE;

  if (reply != NULL)
    fail (self, reply->error, reply->retry_ms);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TIMED_OUT))
    fail (self, error, 0);
  return FALSE;
}

static void
on_answer (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  ChatFileConnection *self = data;

  if (is_answer (self, reply, error))
    self->funcs->reply (&reply->file, self->data);
}

static void
on_hello (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  ChatFileConnection *self = data;

  if (is_answer (self, reply, error))
    self->funcs->ready (self->data);
}

static void
greet (ChatFileConnection *self)
{
  const ChatControlRequest request = { .protocol = CHAT_PROTOCOL_VERSION,
                                       .agent = (char *) AGENT,
                                       .purpose = (char *) CHAT_CONTROL_PURPOSE_FILES };

  chat_tls_link_set_bulk (self->link);
  chat_tls_link_set_patience (self->link, CHAT_SESSION_PING_S * 1000, ANSWER_MS);
  chat_tls_link_request (self->link, CHAT_OPERATION_HELLO, &request, HELLO_TIMEOUT_MS, on_hello,
                         self);
}

/* Only the attempt that was not given up may touch @data: it may be gone. */
static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  ChatFileConnection *self = data;
  g_autoptr (GError) error = NULL;
  const gboolean opened = chat_tls_link_open_finish (CHAT_TLS_LINK (source), result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    chat_tls_link_close (CHAT_TLS_LINK (source));
  else if (opened)
    greet (self);
  else
    fail (self, error, 0);
}

/* --- public -------------------------------------------------------------- */

ChatFileConnection *
chat_file_connection_new (ChatEndpoint *endpoint,
                          const char *pin,
                          const ChatFileConnectionFuncs *funcs,
                          gpointer data)
{
  ChatFileConnection *self = g_new0 (ChatFileConnection, 1);

  self->funcs = funcs;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  self->link = chat_tls_link_new (endpoint, pin);
  chat_tls_link_set_handler (self->link, &link_funcs, self);
  chat_tls_link_open_async (self->link, self->cancellable, on_opened, self);
  return self;
}

void
chat_file_connection_free (ChatFileConnection *self)
{
  self->funcs = NULL;
  g_cancellable_cancel (self->cancellable);
  chat_tls_link_close (self->link);
  g_object_unref (self->link);
  g_object_unref (self->cancellable);
  g_free (self);
}

void
chat_file_connection_request (ChatFileConnection *self,
                              ChatOperation operation,
                              const ChatControlRequest *request)
{
  chat_tls_link_request (self->link, operation, request, REQUEST_TIMEOUT_MS, on_answer, self);
}

void
chat_file_connection_send (ChatFileConnection *self, const guint8 *bytes, gsize len)
{
  chat_tls_link_send_data (self->link, bytes, len);
}

gboolean
chat_file_connection_has_room (ChatFileConnection *self)
{
  return chat_tls_link_get_queued (self->link) < QUEUE_MAX;
}

gsize
chat_file_connection_get_queued (ChatFileConnection *self)
{
  return chat_tls_link_get_queued (self->link);
}

void
chat_file_connection_hold (ChatFileConnection *self, gboolean held)
{
  chat_tls_link_hold (self->link, held);
}
