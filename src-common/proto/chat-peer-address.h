/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"

#include <glib.h>

G_BEGIN_DECLS

/* Where a session's datagrams go: the last proven address of the peer, and at most one candidate
 * that is being probed. An address is bytes; what they mean is the caller's. Pure: times are µs of
 * any steady clock, random bytes come from the caller. docs/protocol-delivery.md, "A member's
 * address". */

#define CHAT_PEER_ADDRESS_MAX 28 /* bytes: a struct sockaddr_in6 */
#define CHAT_PEER_AMPLIFICATION 3
#define CHAT_PEER_PROBES_MAX 10

typedef struct
{
  guint8 bytes[CHAT_PEER_ADDRESS_MAX];
  gsize len; /* 0: none */
} ChatAddressBytes;

typedef struct
{
  ChatAddressBytes proven;
  ChatAddressBytes candidate;
  guint64 received; /* bytes from the candidate */
  guint64 sent;     /* bytes to it */
  guint8 probe[CHAT_DATA_PROBE_SIZE];
  guint probes;        /* sent to it */
  gint64 probe_due_us; /* next one; G_MAXINT64: none */
} ChatPeerAddress;

void chat_peer_address_init (ChatPeerAddress *self);

/**
 * chat_peer_address_receive:
 * @address: (array length=len): where an authenticated datagram came from
 * @len: 1 to %CHAT_PEER_ADDRESS_MAX
 * @size: of the datagram, bytes
 * @newest: what opening it said: an older one moves nothing
 *
 * Returns: whether @address is the proven one
 */
gboolean chat_peer_address_receive (ChatPeerAddress *self,
                                    const guint8 *address,
                                    gsize len,
                                    gsize size,
                                    gboolean newest,
                                    gint64 now_us);

/* Returns: when a PROBE is due; %G_MAXINT64: never */
gint64 chat_peer_address_get_deadline (const ChatPeerAddress *self);

/**
 * chat_peer_address_get_allowance:
 *
 * Returns: how many bytes may be sent to the candidate now: pad a PROBE to as many, at most
 *   %CHAT_DATAGRAM_MAX, and send none if it does not fit
 */
gsize chat_peer_address_get_allowance (const ChatPeerAddress *self);

/**
 * chat_peer_address_on_sent:
 * @probe: (nullable): the random bytes of the PROBE in it; %NULL if it had none
 * @size: of the datagram that went to the candidate, bytes
 */
void
chat_peer_address_on_sent (ChatPeerAddress *self, const guint8 *probe, gsize size, gint64 now_us);

/**
 * chat_peer_address_on_probe_ack:
 * @address: (array length=len): where it came from
 * @probe: its eight bytes
 *
 * Returns: whether the candidate is the proven address from now on
 */
gboolean chat_peer_address_on_probe_ack (ChatPeerAddress *self,
                                         const guint8 *address,
                                         gsize len,
                                         const guint8 probe[CHAT_DATA_PROBE_SIZE]);

G_END_DECLS
