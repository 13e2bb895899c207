/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-session-shared.h"

#include "chat-data-frame.h"
#include "chat-peer-address.h"

#include <glib.h>

G_BEGIN_DECLS

/* A session's road by datagram: its keys, where its peer is, and the proof of that. Knows no frame
 * but PROBE and PROBE_ACK. docs/protocol-delivery.md, "Sealed datagrams" and "A member's address".
 */

/* Bytes of data frames in a datagram */
#define CHATD_ROAD_SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)

typedef struct
{
  ChatdSessionShared *shared; /* borrowed */
  ChatdSessionKeys keys;
  ChatPeerAddress address;
  ChatdAddress local; /* own address that the peer knows: what is sent comes from there */
  ChatdAddress from;  /* the same; AF_UNSPEC where the kernel would choose it anyway */
} ChatdSealedRoad;

/* @owner: whom the session ids find; @local: own end of the TCP connection */
void chatd_sealed_road_init (ChatdSealedRoad *self,
                             ChatdSessionShared *shared,
                             gpointer owner,
                             const ChatdAddress *local);
void chatd_sealed_road_clear (ChatdSealedRoad *self);

/**
 * chatd_sealed_road_open:
 * @frames, @frames_len: (out): what was in it, in a buffer that is shared; set only on %TRUE
 * @proven: (out): whether it came from the proven address; set only on %TRUE
 *
 * Returns: whether it is authentic
 */
gboolean chatd_sealed_road_open (ChatdSealedRoad *self,
                                 const guint8 *bytes,
                                 gsize len,
                                 const ChatdAddress *sender,
                                 gint64 now_us,
                                 const guint8 **frames,
                                 gsize *frames_len,
                                 gboolean *proven);

/* Returns: whether there is a proven address, and keys are good for another packet */
gboolean chatd_sealed_road_is_open (const ChatdSealedRoad *self);

/* Seals @frames and posts them to the proven address. Returns: %FALSE where the road is not open */
gboolean chatd_sealed_road_send (ChatdSealedRoad *self, const guint8 *frames, gsize len);

/* Returns: whether @sender is the proven address from now on */
gboolean chatd_sealed_road_on_probe_ack (ChatdSealedRoad *self,
                                         const ChatdAddress *sender,
                                         const guint8 probe[CHAT_DATA_PROBE_SIZE]);

/**
 * chatd_sealed_road_probe:
 * @sender: (nullable): who gets @ack
 * @ack: (nullable): the bytes of a PROBE from @sender, which is not the proven address
 *
 * Sends the candidate what it gets now, if anything, within what its own bytes allow.
 */
void chatd_sealed_road_probe (ChatdSealedRoad *self,
                              const ChatdAddress *sender,
                              const guint8 *ack,
                              gint64 now_us);

/* Returns: when to probe, or to tick the keys */
gint64 chatd_sealed_road_get_deadline (const ChatdSealedRoad *self);

G_END_DECLS
