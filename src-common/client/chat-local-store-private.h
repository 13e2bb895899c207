/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store-sql.h"
#include "chat-local-store.h"

G_BEGIN_DECLS

/* For the search index, which stands in the same database. */

ChatLocalStoreSql *chat_local_store_get_sql (ChatLocalStore *self); /* (transfer none) */

/* @column: the first of three: kind and body of a text or reply, and the body of its latest edit or
 * NULL. Returns: (transfer full) (nullable): its text */
char *chat_local_store_sql_dup_text (sqlite3_stmt *row, int column);

G_END_DECLS
