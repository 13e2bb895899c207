/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-recent.h"
#include "chatd-store-sqlite.h"

G_BEGIN_DECLS

/* Where the entries of a room are in the log: runs of ids. Private to the store. */

#define CHATD_STORE_CHUNK_IDS 512 /* in a full chunk: about 1 KiB */

/* Adds to the chunks of a room what it has in @room. Returns: %FALSE with #CHATD_STORE_ERROR */
gboolean
chatd_store_chunks_add (ChatdStoreSqlite *db, const ChatdStoreRecentRoom *room, GError **error);

/* @ids: (out caller-allocates): gets the ids of a chunk, guint64, instead of what it had
 * Returns: %FALSE: damaged */
gboolean chatd_store_chunks_decode (guint64 first, const guint8 *bytes, gsize len, GArray *ids);

/* From the columns @first and @bytes of a row. Returns: %FALSE with #CHATD_STORE_ERROR */
gboolean
chatd_store_chunks_take_row (sqlite3_stmt *row, int first, int bytes, GArray *ids, GError **error);

/* Both: @recent: (array of guint64): ids of the room that stand in no chunk yet. @id: (out): 0:
 * none. Return: %FALSE with #CHATD_STORE_ERROR */
gboolean chatd_store_chunks_find_up_to (ChatdStoreSqlite *db,
                                        guint64 room,
                                        const GArray *recent,
                                        guint64 up_to,
                                        guint64 *id,
                                        GError **error);

/* @ids: (out caller-allocates): gets the ids after @after of one chunk, or of @recent; none: there
 * is nothing after it */
gboolean chatd_store_chunks_list_after (ChatdStoreSqlite *db,
                                        guint64 room,
                                        const GArray *recent,
                                        guint64 after,
                                        GArray *ids,
                                        GError **error);

/* Returns: the greatest of @ids up to @up_to; 0: none */
guint64 chatd_store_chunks_greatest (const GArray *ids, guint64 up_to);

G_END_DECLS
