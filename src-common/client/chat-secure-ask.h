/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-tls-link.h"

G_BEGIN_DECLS

/* One thing that a person asked of a server: a request that survives a lost connection, since the
 * same request may be made again, and that ends with its answer, its time, or the person's change
 * of mind. Private to the client library. */

typedef struct _ChatSecureAsk ChatSecureAsk;

typedef struct
{
  /* It is over. Called exactly once, with @reply (no refusal) or @error (#CHAT_ERROR, also a
   * refusal). Returns the task that chat_secure_ask_new() was given, or moves it on. */
  void (*done) (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error);
  /* (nullable): it was over, and then the server did what it was asked to. @reply: no refusal */
  void (*late) (ChatSecureAsk *ask, const ChatLinkReply *reply);
  void (*free_data) (gpointer data); /* (nullable) */
  /* It names what only its first connection knows: lost with it, %CHAT_ERROR_SERVER_GONE */
  gboolean once;
} ChatSecureAskFuncs;

/**
 * chat_secure_ask_new:
 * @request: copied
 * @task: (transfer full): its cancellable ends the ask
 * @timeout_ms: for all of it
 * @data: freed with the ask
 *
 * Returns: (transfer full): the caller's reference; done() may come before it is dropped
 */
ChatSecureAsk *chat_secure_ask_new (ChatOperation operation,
                                    const ChatControlRequest *request,
                                    GTask *task,
                                    guint timeout_ms,
                                    const ChatSecureAskFuncs *funcs,
                                    gpointer data);
ChatSecureAsk *chat_secure_ask_ref (ChatSecureAsk *self);
void chat_secure_ask_unref (ChatSecureAsk *self);

/* Makes the request, unless it is under way on @link already, or over. */
void chat_secure_ask_send (ChatSecureAsk *self, ChatTlsLink *link);
void chat_secure_ask_fail (ChatSecureAsk *self, const GError *error);

gboolean chat_secure_ask_was_sent (ChatSecureAsk *self);   /* the server may have heard of it */
guint64 chat_secure_ask_get_attempt (ChatSecureAsk *self); /* each request has a later one */
gpointer chat_secure_ask_get_data (ChatSecureAsk *self);

G_END_DECLS
