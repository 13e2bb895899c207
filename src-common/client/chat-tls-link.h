/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-link-reply.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One encrypted TCP connection to a server: opens it, pairs requests and replies, brings events and
 * data frames, notices when it is dead. It knows no room and makes no second attempt.
 * docs/protocol-session.md. Private to the client library. */

#define CHAT_TYPE_TLS_LINK (chat_tls_link_get_type ())
G_DECLARE_FINAL_TYPE (ChatTlsLink, chat_tls_link, CHAT, TLS_LINK, GObject)

typedef struct
{
  void (*event) (ChatTlsLink *link, const ChatControlEvent *event, gpointer data);
  /* @frames: (array length=len): data frames, not looked at yet */
  void (*data) (ChatTlsLink *link, const guint8 *frames, gsize len, gpointer data);
  /* (nullable): the queue was long, and is short again: more may be sent */
  void (*drained) (ChatTlsLink *link, gpointer data);
  /* It is over, by whatever cause but chat_tls_link_close(); requests failed before. Last call.
   * @error: #CHAT_ERROR, %CHAT_ERROR_SERVER_GONE unless the peer broke the protocol */
  void (*closed) (ChatTlsLink *link, const GError *error, gpointer data);
} ChatTlsLinkFuncs;

/**
 * ChatTlsLinkAnswer:
 * @reply: (nullable): borrowed; it may hold a refusal
 * @error: (nullable): #CHAT_ERROR, where there is no reply: timed out, or the link is over
 */
typedef void (*ChatTlsLinkAnswer) (const ChatLinkReply *reply, const GError *error, gpointer data);

/* @pin: (nullable): the fingerprint that the server must have; %NULL: any */
ChatTlsLink *chat_tls_link_new (ChatEndpoint *endpoint, const char *pin);

/* @funcs: static */
void chat_tls_link_set_handler (ChatTlsLink *self, const ChatTlsLinkFuncs *funcs, gpointer data);

/**
 * chat_tls_link_open_async:
 *
 * TCP and the handshake. Errors: #CHAT_ERROR, those of reaching a server, and
 * %CHAT_ERROR_NOT_ENCRYPTED, %CHAT_ERROR_KEY_CHANGED, %CHAT_ERROR_BAD_PROTOCOL (an older TLS).
 * Nothing was said to the server in all of these cases.
 */
void chat_tls_link_open_async (ChatTlsLink *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean chat_tls_link_open_finish (ChatTlsLink *self, GAsyncResult *result, GError **error);

/* Returns: (nullable): of the server that answered, whether or not it is the right one */
const char *chat_tls_link_get_fingerprint (ChatTlsLink *self);

/* Returns: whether opening failed because the server hung up at once, without a byte. A server
 * without encryption does so, and one that is just ending or full does as well. */
gboolean chat_tls_link_was_hung_up (ChatTlsLink *self);

/* Returns: (transfer none) (nullable): while it is open */
GInetSocketAddress *chat_tls_link_get_remote_address (ChatTlsLink *self);

/**
 * chat_tls_link_request:
 * @request: borrowed; its id is not looked at
 * @timeout_ms: after it the answer is %CHAT_ERROR_TIMED_OUT, and a later reply is dropped
 * @answer: called exactly once, never from inside; not after the link was disposed of
 */
void chat_tls_link_request (ChatTlsLink *self,
                            ChatOperation operation,
                            const ChatControlRequest *request,
                            guint timeout_ms,
                            ChatTlsLinkAnswer answer,
                            gpointer data);

/* Data frames; what one turn of the loop queues goes out in one write. */
void chat_tls_link_send_data (ChatTlsLink *self, const guint8 *frames, gsize len);

/* It carries much that nobody waits for: little of it is under way at once. Once it is open */
void chat_tls_link_set_bulk (ChatTlsLink *self);
/* Nothing is read while it is held, so that the server has to wait. */
void chat_tls_link_hold (ChatTlsLink *self, gboolean held);

/* Bytes that wait for the socket */
gsize chat_tls_link_get_queued (ChatTlsLink *self);

/* Returns: when something last came from the server, monotonic µs */
gint64 chat_tls_link_get_heard_us (ChatTlsLink *self);

/* Asks at once whether the server is there: it is closed() if no answer comes in time. */
void chat_tls_link_ping (ChatTlsLink *self);

/* @silence_ms: how long nothing may be said, @answer_ms: how long a PING may take */
void chat_tls_link_set_patience (ChatTlsLink *self, guint silence_ms, guint answer_ms);

/* Ends it, without closed(). Requests are answered with %CHAT_ERROR_CANCELLED. */
void chat_tls_link_close (ChatTlsLink *self);

G_END_DECLS
