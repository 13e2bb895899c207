/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-config.h"
#include "chatd-directory.h"
#include "chatd-roster.h"
#include "chatd-udp-port.h"

#include "chat-tcp-frame.h"

#include <glib.h>

G_BEGIN_DECLS

/* The operations that a client may ask for over TCP: a request frame in, a reply frame out. Knows
 * no connection. docs/protocol.md, "Protocol 1". */

typedef struct _ChatdRequests ChatdRequests;
typedef struct _ChatdRequest ChatdRequest;

/* Both ends of the connection that a request came over */
typedef struct
{
  ChatdAddress remote;
  ChatdAddress local;
} ChatdPeer;

/* All borrowed. */
ChatdRequests *
chatd_requests_new (ChatdDirectory *directory, ChatdRoster *roster, ChatdUdpPort *udp_port);
/* After all members are gone */
void chatd_requests_free (ChatdRequests *self);

/* Limits and rates for all that is asked from now on; the rate of messages holds for everybody. */
void chatd_requests_configure (ChatdRequests *self, const ChatdConfig *config);

/* @reply: (transfer full) (nullable): the reply frame; %NULL: such a request is not answered */
typedef void (*ChatdAnswered) (GByteArray *reply, gpointer data);

/**
 * chatd_requests_answer:
 * @frame: borrowed for the call
 * @answered: comes once, maybe from inside, unless cancelled
 *
 * Returns: (transfer none) (nullable): a request that waits for the disk, for
 *   chatd_request_cancel(); %NULL: it is answered
 */
ChatdRequest *chatd_requests_answer (ChatdRequests *self,
                                     const ChatTcpFrame *frame,
                                     const ChatdPeer *peer,
                                     ChatdAnswered answered,
                                     gpointer data);

/* Who asked is gone: so is whoever was about to come into a room. */
void chatd_request_cancel (ChatdRequest *request);

/**
 * chatd_requests_refuse:
 * @frame: operation and state are used, and the room name where there is one
 *
 * Returns: (transfer full) (nullable): the reply frame; %NULL: such a request is not answered
 */
GByteArray *chatd_requests_refuse (ChatdRequests *self,
                                   const ChatTcpFrame *frame,
                                   const ChatdPeer *peer,
                                   ChatError error);

G_END_DECLS
