/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-recent.h"
#include "chatd-store-sqlite.h"

G_BEGIN_DECLS

/* Takes what is recent over into chunks and instances. So a commit only appends to the log, and
 * what it means for rooms and members is written once for thousands of rows. Private to the store.
 */

#define CHATD_STORE_FOLD_ROWS 16384 /* then it is time; read again after a crash in some 20 ms */

/* A transaction of its own; in a failure nothing changed. Returns: %FALSE with #CHATD_STORE_ERROR
 */
gboolean chatd_store_fold (ChatdStoreSqlite *db, ChatdStoreRecent *recent, GError **error);

/* Reads the rows after @folded. Returns: %FALSE with #CHATD_STORE_ERROR */
gboolean chatd_store_fold_recover (ChatdStoreSqlite *db,
                                   ChatdStoreRecent *recent,
                                   guint64 folded,
                                   GError **error);

G_END_DECLS
