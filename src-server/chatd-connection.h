/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-link.h"
#include "chatd-poller.h"
#include "chatd-requests.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One TCP peer, from accept to close. One that speaks TLS becomes a link; of any other a request of
 * protocol 1 is collected and answered, the reply sent in one write, and the connection closed
 * without losing it. Bounded in bytes; its owner bounds it in time. */

typedef struct _ChatdConnection ChatdConnection;

typedef struct
{
  /* The request is in, and the reply on its way: another deadline holds. */
  void (*answered) (ChatdConnection *connection, gpointer data);
  /* A link is established, or its peer was heard of again: it may stay for as long as it is not
   * silent. */
  void (*alive) (ChatdConnection *connection, gpointer data);
  /* It is over: the owner frees it, in this call. */
  void (*ended) (ChatdConnection *connection, gpointer data);
} ChatdConnectionFuncs;

/**
 * chatd_connection_new:
 * @stream: as accepted; a reference is kept until the connection is freed
 * @poller, @requests, @tls, @acceptor: borrowed
 * @peer: its two ends
 * @refused: every request gets %CHAT_ERROR_TOO_FAST
 */
ChatdConnection *chatd_connection_new (GSocketConnection *stream,
                                       ChatdPoller *poller,
                                       ChatdRequests *requests,
                                       ChatdTls *tls,
                                       const ChatdLinkAcceptor *acceptor,
                                       const ChatdPeer *peer,
                                       gboolean refused,
                                       const ChatdConnectionFuncs *funcs,
                                       gpointer data,
                                       GError **error);
/* Closes the socket, whatever is still to be sent. */
void chatd_connection_free (ChatdConnection *self);

const ChatdPeer *chatd_connection_get_peer (ChatdConnection *self);

G_END_DECLS
