/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sealed datagrams: one session's keys, its packet counters, and what they seal and open. Not a
 * session: it knows no address, no room, no clock. docs/protocol-delivery.md, "Part 2: sealed
 * datagrams".
 *
 *   0      1                5              9          10                   len-16
 *   | 0x00 | session id u32 | counter u32  | flags u8 | sealed data frames | tag 16 |
 *
 * AES-128-GCM; the first ten bytes are the associated data. Nothing here answers a bad datagram:
 * the caller drops it. */

#define CHAT_SEALED_OVERHEAD 26
#define CHAT_SEALED_HEADER_SIZE 10
#define CHAT_SEALED_SECRET_SIZE 32
#define CHAT_SEALED_REKEY_AFTER (1u << 22) /* packets sent: time for new keys */
#define CHAT_SEALED_PACKETS_MAX (1u << 23) /* never seal more (RFC 9001, section 6.6) */
#define CHAT_SEALED_FORGED_MAX (G_GUINT64_CONSTANT (1) << 36) /* far below RFC 9001's 2^52 */

typedef enum
{
  CHAT_PEER_CLIENT = 0,
  CHAT_PEER_SERVER = 1,
} ChatPeer;

typedef enum
{
  CHAT_OPEN_OK,
  CHAT_OPEN_NOT_OURS, /* too short, another session, another version, or our own come back */
  CHAT_OPEN_TOO_OLD,  /* out of the replay window */
  CHAT_OPEN_REPEATED, /* opened before */
  CHAT_OPEN_FORGED,   /* the tag does not fit, or too many such came before */
} ChatOpenResult;

typedef struct _ChatSealedDatagram ChatSealedDatagram;

/**
 * chat_sealed_datagram_new:
 * @self_is: who seals with it; the other end opens
 * @session_id: chosen by the server, one for each set of keys
 * @secret: %CHAT_SEALED_SECRET_SIZE random bytes, which only ever crossed the wire inside TLS;
 *   copied nowhere, the caller wipes it
 *
 * Returns: (transfer full) (nullable): %NULL if the crypto library has no AES-128-GCM
 */
ChatSealedDatagram *
chat_sealed_datagram_new (ChatPeer self_is, guint32 session_id, const guint8 *secret);

/**
 * chat_sealed_datagram_free:
 * @self: (transfer full) (nullable): its keys are overwritten
 */
void chat_sealed_datagram_free (ChatSealedDatagram *self);

/**
 * chat_sealed_datagram_peek_session:
 * @bytes: (array length=len): as received
 * @session_id: (out): set only on %TRUE; not authenticated, good for finding the session
 *
 * Returns: whether it can be a sealed datagram at all. One of protocol 1 never is: it starts with
 *   the length of a room's name.
 */
gboolean chat_sealed_datagram_peek_session (const guint8 *bytes, gsize len, guint32 *session_id);

/**
 * chat_sealed_datagram_seal:
 * @frames: (array length=len): data frames
 * @out: room for @len + %CHAT_SEALED_OVERHEAD bytes, apart from @frames
 *
 * Returns: %FALSE if these keys are used up: the session needs a REKEY, meanwhile TCP
 */
gboolean
chat_sealed_datagram_seal (ChatSealedDatagram *self, const guint8 *frames, gsize len, guint8 *out);

/**
 * chat_sealed_datagram_open:
 * @bytes: (array length=len): as received
 * @out: room for @len - %CHAT_SEALED_OVERHEAD bytes, apart from @bytes; may be written to in any
 *   case, holds the frames only on %CHAT_OPEN_OK
 * @out_len: (out): bytes of frames; set only on %CHAT_OPEN_OK
 * @newest: (out): whether it is the newest so far; set only on %CHAT_OPEN_OK
 */
ChatOpenResult chat_sealed_datagram_open (ChatSealedDatagram *self,
                                          const guint8 *bytes,
                                          gsize len,
                                          guint8 *out,
                                          gsize *out_len,
                                          gboolean *newest);

guint32 chat_sealed_datagram_get_session_id (const ChatSealedDatagram *self);

/* Returns: whether %CHAT_SEALED_REKEY_AFTER packets were sealed; an hour is for the caller's clock
 */
gboolean chat_sealed_datagram_wants_rekey (const ChatSealedDatagram *self);

/* Returns: lost of a thousand incoming packets, see chat_replay_window_loss_permille() */
guint chat_sealed_datagram_loss_permille (const ChatSealedDatagram *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSealedDatagram, chat_sealed_datagram_free)

G_END_DECLS
