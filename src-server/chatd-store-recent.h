/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The committed rows of the log that chunks and instances do not know yet. Two threads: the writer
 * alone changes it, and only while it is locked; whoever else looks, locks. Private to the store.
 */

typedef struct _ChatdStoreRecent ChatdStoreRecent;

typedef struct
{
  guint64 room;
  guint64 member;
  guint64 instance;
  guint64 cseq; /* the last one */
  guint64 used; /* id of its row */
} ChatdStoreRecentInstance;

typedef struct
{
  guint64 number;
  gint64 last_at_us;    /* the greatest */
  GArray *ids;          /* guint64, growing */
  GPtrArray *instances; /* ChatdStoreRecentInstance */
} ChatdStoreRecentRoom;

/* A row of the log, as far as it matters here */
typedef struct
{
  guint64 id;
  guint64 room;
  gint64 at_us;
  guint64 member;
  guint64 instance; /* 0: the server's own */
  guint64 cseq;
  gboolean is_refusal;
} ChatdStoreRow;

ChatdStoreRecent *chatd_store_recent_new (void);
void chatd_store_recent_free (ChatdStoreRecent *self);

void chatd_store_recent_lock (ChatdStoreRecent *self);
void chatd_store_recent_unlock (ChatdStoreRecent *self);

/* @row: newer than all before it */
void chatd_store_recent_add (ChatdStoreRecent *self, const ChatdStoreRow *row);
void chatd_store_recent_clear (ChatdStoreRecent *self);

guint chatd_store_recent_get_n_rows (const ChatdStoreRecent *self);
/* Returns: id of the newest row; 0: none */
guint64 chatd_store_recent_get_last (const ChatdStoreRecent *self);
/* Returns: (transfer none) (nullable): of the room */
const ChatdStoreRecentRoom *chatd_store_recent_get_room (const ChatdStoreRecent *self,
                                                         guint64 room);
/* Returns: (transfer none): ChatdStoreRecentRoom of each, in no order */
GHashTable *chatd_store_recent_get_rooms (const ChatdStoreRecent *self);
/* Returns: (transfer none): ids of refusals, guint64 */
GArray *chatd_store_recent_get_refusals (const ChatdStoreRecent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStoreRecent, chatd_store_recent_free)

G_END_DECLS
