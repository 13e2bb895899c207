/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"
#include "chat-search-words.h"

G_BEGIN_DECLS

/* The texts of a local store's logs by their words: which ones have what somebody searches for. It
 * belongs to its store, which tells it of each change, and stands in the same database.
 *
 * It follows the log in small steps, when the main loop has nothing else to do: what came last
 * first, then what has to go, then the logs of older stores. What it finds is checked against the
 * log, so that nothing is found that is not there any more; and in the end what was erased is not
 * in its pages either. Private to the client library. */

/* @store: borrowed, outlives it; its tables are there */
ChatSearchIndex *chat_search_index_new (ChatLocalStore *store);
void chat_search_index_free (ChatSearchIndex *self);

/* There are new entries in @room. */
void chat_search_index_note_new (ChatSearchIndex *self, gint64 room);
/* A sweep was written to the database. */
void chat_search_index_note_sweep (ChatSearchIndex *self);

/* One step, of a few milliseconds. Returns: whether there is more to do */
gboolean chat_search_index_work (ChatSearchIndex *self);
/* Likewise, but for new entries only. */
gboolean chat_search_index_catch_up (ChatSearchIndex *self);
/* Returns: whether all that was said is in it, as far as is known */
gboolean chat_search_index_is_complete (ChatSearchIndex *self);

/* @entry: a TEXT, also where it is a reply: with its words as they were edited; @sender: (nullable)
 */
typedef void (*ChatSearchIndexFunc) (gint64 room,
                                     const ChatEntry *entry,
                                     const char *sender,
                                     gpointer data);

/**
 * chat_search_index_find:
 * @room: 0: all
 * @before: (inout): G_MAXINT64 to begin with; where the next call goes on
 * @limit: so many entries are looked at
 *
 * Those that have what is searched for, newest first. Returns: whether there may be more
 */
gboolean chat_search_index_find (ChatSearchIndex *self,
                                 ChatSearchQuery *query,
                                 gint64 room,
                                 gint64 *before,
                                 guint limit,
                                 ChatSearchIndexFunc func,
                                 gpointer data);

G_END_DECLS
