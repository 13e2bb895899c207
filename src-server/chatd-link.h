/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-poller.h"
#include "chatd-requests.h"
#include "chatd-tls.h"
#include "chatd-turns.h"

#include "chat-tcp-frame.h"

#include <glib.h>

G_BEGIN_DECLS

/* One encrypted TCP peer: handshake, then whole frames in and bytes out, bounded. Knows no
 * operation. docs/protocol-session.md, "The connection". */

/* Beyond it a peer that does not read is cut off. */
#define CHATD_LINK_QUEUE_MAX (2 * 1024 * 1024)
/* Below it drained() is called, where the queue was longer before. */
#define CHATD_LINK_QUEUE_LOW (32 * 1024)

typedef struct _ChatdLink ChatdLink;

/* Who speaks with the peer; none of these may free the link. */
typedef struct
{
  /* A whole frame, borrowed for the call; its payload is within the limit. */
  void (*frame) (ChatdLink *link, const ChatTcpFrame *frame, gpointer data);
  void (*drained) (ChatdLink *link, gpointer data);
  /* It is over, whatever the cause. Once; the last call */
  void (*closed) (ChatdLink *link, gpointer data);
} ChatdLinkFuncs;

/* Whoever waits for new peers. */
typedef struct
{
  /* Its handshake is complete: set a handler. */
  void (*opened) (ChatdLink *link, gpointer data);
  gpointer data; /* borrowed */
} ChatdLinkAcceptor;

void chatd_link_set_handler (ChatdLink *self, const ChatdLinkFuncs *funcs, gpointer data);

/* Queued: what one turn of the loop queues goes out together. Never calls back from inside. Over
 * %CHATD_LINK_QUEUE_MAX the peer is cut off: closed() comes from the loop. */
void chatd_link_send (ChatdLink *self, const guint8 *bytes, gsize len);
gsize chatd_link_get_queued (const ChatdLink *self);

/* No frame is taken any more; what is queued is sent, then closed() is called, from the loop, at
 * the latest when the connection's deadline is over. */
void chatd_link_close (ChatdLink *self);

/* The first frame was the right one: the deadline for it ends. From now on it is the limit of
 * silence that counts. */
void chatd_link_established (ChatdLink *self);

/* At first CHAT_HELLO_MAX */
void chatd_link_set_max_payload (ChatdLink *self, gsize max_payload);

/* From now on it carries much that nobody waits for: it has a turn after all others, and little of
 * it is under way at once. */
void chatd_link_set_bulk (ChatdLink *self);
/* Nothing is read while it is held, so that the peer has to wait. */
void chatd_link_hold (ChatdLink *self, gboolean held);

const ChatdPeer *chatd_link_get_peer (const ChatdLink *self);

/* --- for its connection --- */

/* What all links of a port have in common; borrowed */
typedef struct
{
  ChatdTls *tls;
  ChatdPoller *poller;
  ChatdTurns *handshakes; /* steps of which each may cost a signature */
  ChatdTurns *writes;     /* one for all that a turn of the loop queued */
  ChatdTurns *bulk;       /* reading and writing of those that are bulk */
  const ChatdLinkAcceptor *acceptor;
} ChatdLinkShared;

typedef struct
{
  void (*established) (gpointer data);
  void (*heard) (gpointer data);   /* the peer sent something */
  void (*closing) (gpointer data); /* another deadline holds */
  /* Free it, in this call. @wants_rest: it was us who ended it, and what was sent last should reach
   * the peer */
  void (*ended) (gboolean wants_rest, gpointer data);
} ChatdLinkOwner;

/* @watch: of the connection's socket, for the link to change; watched for G_IO_IN now.
 * Returns: (nullable): %NULL: no memory */
ChatdLink *chatd_link_new (const ChatdLinkShared *shared,
                           ChatdPollerWatch *watch,
                           const ChatdPeer *peer,
                           const ChatdLinkOwner *owner,
                           gpointer data);
/* Calls closed(), where that was not called. */
void chatd_link_free (ChatdLink *self);
/* May free it. */
void chatd_link_on_ready (ChatdLink *self, GIOCondition condition);

G_END_DECLS
