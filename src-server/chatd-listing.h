/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-privates.h"
#include "chatd-room-private.h"

G_BEGIN_DECLS

/* One line of the directory: a room by name and uid, in memory or only in the store. */

typedef struct
{
  GList link;         /* in the directory's queue; data is the listing */
  gpointer directory; /* borrowed */
  /* owned */
  char *name;
  char *name_key; /* what look-alikes share */
  GQueue loading; /* of owned ChatdPending: who waits for it to be loaded */

  ChatdRoom *room; /* (nullable): not loaded; owns itself */
  guint8 uid[CHATD_STORE_UID_SIZE];
  guint8 host_key[CHATD_STORE_KEY_SIZE];
  guint64 number; /* the store's; 0: volatile */
  ChatdRoomFlags flags;
  gint64 network;        /* of the creator; 0: not counted */
  ChatdPrivate *privacy; /* borrowed (nullable): it is no private room; that has no name to go by */

  /* while it is not loaded */
  ChatdRoomSettings settings;
  GArray *absences; /* owned (nullable): of ChatdAbsence */
} ChatdListing;

/* Of its room, where that is loaded */
ChatdRoomFlags chatd_listing_get_flags (const ChatdListing *self);
/* Returns: (transfer none) (nullable): none */
const ChatdRoomRules *chatd_listing_get_rules (const ChatdListing *self);
/* Returns: whether @hash is that of the key by which the room is owned */
gboolean chatd_listing_is_owned_by (const ChatdListing *self, const guint8 *host_key_hash);
/* Its room is loaded: gets what was kept of it here. */
void chatd_listing_fill_room (ChatdListing *self);
/* Its room is about to go: keeps what it needs when it is loaded again. */
void chatd_listing_keep_room (ChatdListing *self);

ChatdListing *chatd_listing_new (const char *name, const guint8 *uid, const guint8 *host_key);
/* Not its room. Nobody may wait for it. */
void chatd_listing_free (ChatdListing *self);

G_END_DECLS
