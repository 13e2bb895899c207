/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-sql.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* One connection to the database, for one thread at a time, with its statements. Private to the
 * store. */

typedef struct _ChatdStoreSqlite ChatdStoreSqlite;

/* @read_only: a connection beside the one that writes. @error: #CHATD_STORE_ERROR.
 * Returns: (transfer full) (nullable) */
ChatdStoreSqlite *chatd_store_sqlite_open (const char *path, gboolean read_only, GError **error);
void chatd_store_sqlite_free (ChatdStoreSqlite *self);

/* Any text, for schema and settings. */
gboolean chatd_store_sqlite_exec (ChatdStoreSqlite *self, const char *text, GError **error);

/* @text: gives one small number */
gboolean chatd_store_sqlite_get_number (ChatdStoreSqlite *self,
                                        const char *text,
                                        guint *number,
                                        GError **error);

/**
 * chatd_store_sqlite_run:
 * @types: one letter for each argument: i gint64 or guint64, t (const char *), b (const void *,
 * gsize)
 *
 * Runs a statement to its end. Returns: %FALSE with #CHATD_STORE_ERROR
 */
gboolean chatd_store_sqlite_run (
    ChatdStoreSqlite *self, ChatdSql sql, GError **error, const char *types, ...);

/**
 * chatd_store_sqlite_query:
 * @types: as above
 *
 * Returns: (transfer none): to be stepped through; the arguments are borrowed until it ends
 */
sqlite3_stmt *
chatd_store_sqlite_query (ChatdStoreSqlite *self, ChatdSql sql, const char *types, ...);

/* Returns: whether there is a row to look at. If not, the statement is over; @error is set where it
 * broke off. */
gboolean chatd_store_sqlite_next (ChatdStoreSqlite *self, sqlite3_stmt *statement, GError **error);

/* Ends a statement that is not stepped to its end. */
void chatd_store_sqlite_end (sqlite3_stmt *statement);

/* Returns: rows that the last statement changed */
guint chatd_store_sqlite_get_n_changed (ChatdStoreSqlite *self);

/* Ends a transaction that something went wrong in, if SQLite has not done so itself. */
void chatd_store_sqlite_roll_back (ChatdStoreSqlite *self);

/* Takes what stands in the WAL over into the database. @all: and empties the WAL.
 * Returns: %FALSE with #CHATD_STORE_ERROR, or, without an error, if a reader was in the way */
gboolean chatd_store_sqlite_checkpoint (ChatdStoreSqlite *self, gboolean all, GError **error);

/* Returns: pages in the WAL after the last commit */
guint chatd_store_sqlite_get_wal_pages (const ChatdStoreSqlite *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStoreSqlite, chatd_store_sqlite_free)

G_END_DECLS
