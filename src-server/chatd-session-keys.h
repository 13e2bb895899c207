/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-session-ids.h"

#include "chat-sealed-datagram.h"

#include <glib.h>

G_BEGIN_DECLS

/* The keys of one session's datagrams: those in use, and for a while beside them the next or the
 * ones before. Pure: time is a parameter. docs/protocol-delivery.md, "New keys". */

#define CHATD_KEYS_LIFE_US (3600 * (gint64) G_USEC_PER_SEC)
#define CHATD_KEYS_OVERLAP_US (30 * (gint64) G_USEC_PER_SEC)

/* When keys are old; a test wants to see it sooner. */
typedef struct
{
  guint64 packets; /* in one direction */
  gint64 life_us;
  gint64 overlap_us; /* both open */
} ChatdKeyRules;

typedef struct
{
  ChatdSessionIds *ids;       /* borrowed */
  const ChatdKeyRules *rules; /* borrowed */
  gpointer owner;             /* borrowed: whom the ids find */

  /* owned */
  ChatSealedDatagram *current; /* (nullable): before the first are made; seals and opens */
  ChatSealedDatagram *other;   /* (nullable): opens */
  gboolean other_is_next;      /* the peer did not use it yet */

  guint64 sealed; /* packets, with the current ones */
  guint64 opened;
  gint64 since_us;       /* of the newest ones */
  gint64 other_until_us; /* where there is another */
} ChatdSessionKeys;

void chatd_session_keys_init (ChatdSessionKeys *self,
                              ChatdSessionIds *ids,
                              const ChatdKeyRules *rules,
                              gpointer owner);
/* Its ids are void. */
void chatd_session_keys_clear (ChatdSessionKeys *self);

/**
 * chatd_session_keys_make:
 * @id, @secret: (out): for the peer, set only on %TRUE; the caller wipes the secret
 *
 * The first ones, or the next: these seal from when the peer used them, or the overlap is over.
 *
 * Returns: %FALSE where all ids are taken; then try again later
 */
gboolean chatd_session_keys_make (ChatdSessionKeys *self,
                                  gint64 now_us,
                                  guint32 *id,
                                  guint8 secret[CHAT_SEALED_SECRET_SIZE]);

/* As chat_sealed_datagram_open(), with those that the datagram names. */
ChatOpenResult chatd_session_keys_open (ChatdSessionKeys *self,
                                        const guint8 *bytes,
                                        gsize len,
                                        guint8 *out,
                                        gsize *out_len,
                                        gboolean *newest);

/* As chat_sealed_datagram_seal() */
gboolean
chatd_session_keys_seal (ChatdSessionKeys *self, const guint8 *frames, gsize len, guint8 *out);

/* Lets go of the old ones when it is time. Returns: whether new ones should be made now */
gboolean chatd_session_keys_tick (ChatdSessionKeys *self, gint64 now_us);

/* Returns: when to tick, at the latest */
gint64 chatd_session_keys_get_deadline (const ChatdSessionKeys *self);

G_END_DECLS
