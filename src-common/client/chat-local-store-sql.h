/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The local store's tables and statements, and its connection to SQLite. Private to the client
 * library. */

typedef enum
{
  /* writing */
  CHAT_SQL_PUT_ROOM,
  CHAT_SQL_NOTE_READ,
  CHAT_SQL_NOTE_DRAFT,
  CHAT_SQL_FORGET_ROOM,
  CHAT_SQL_FORGET_LOG,
  CHAT_SQL_FORGET_NAMES,
  CHAT_SQL_FORGET_UNSENT,
  CHAT_SQL_FORGET_HELD,
  CHAT_SQL_APPEND,
  CHAT_SQL_WITHDRAW,
  CHAT_SQL_ERASE,
  CHAT_SQL_ERASE_ENTRY,
  CHAT_SQL_NAME_MEMBER,
  CHAT_SQL_ADD_UNSENT,
  CHAT_SQL_ADD_UNSENT_FIRST,
  CHAT_SQL_REMOVE_UNSENT,
  CHAT_SQL_RENUMBER_UNSENT,
  CHAT_SQL_FAIL_UNSENT,
  CHAT_SQL_PUT_HELD,
  CHAT_SQL_RENUMBER_HELD,
  CHAT_SQL_REMOVE_HELD,
  /* writing the search index */
  CHAT_SQL_SEARCH_ADD,
  CHAT_SQL_SEARCH_NOTE_ROOM,
  CHAT_SQL_SEARCH_REMOVE,
  CHAT_SQL_SEARCH_REMOVE_ERASED,
  CHAT_SQL_SEARCH_WITHDRAW,
  CHAT_SQL_SEARCH_WITHDRAW_ROOM,
  CHAT_SQL_SEARCH_FORGET_ROOM,
  CHAT_SQL_SEARCH_WANT_SWEEP,
  CHAT_SQL_SEARCH_SWEEP,
  CHAT_SQL_SEARCH_SWEPT,
  CHAT_SQL_SEARCH_NOTE_SWEEP,
  CHAT_SQL_SEARCH_NOTE_MERGE,
  CHAT_SQL_SEARCH_MERGE,
  /* reading */
  CHAT_SQL_LOAD_ROOMS,
  CHAT_SQL_LOAD_ENTRIES,
  CHAT_SQL_LOAD_ABOUT,
  CHAT_SQL_FIND_TEXT,
  CHAT_SQL_LAST_ID,
  CHAT_SQL_COUNT_UNREAD,
  CHAT_SQL_LOAD_NAMES,
  CHAT_SQL_LOAD_UNSENT,
  CHAT_SQL_LOAD_HELD,
  CHAT_SQL_LAST_ROOM,
  CHAT_SQL_COUNT_BACK_TO,
  /* reading the search index */
  CHAT_SQL_SEARCH_LOAD_ROOM,
  CHAT_SQL_LOAD_ENTRIES_FROM,
  CHAT_SQL_SEARCH_LOAD_SWEEP,
  CHAT_SQL_SEARCH_SWEEP_END,
  CHAT_SQL_SEARCH_LOAD_MERGE,
  CHAT_SQL_SEARCH_FIND,
  CHAT_SQL_N,
} ChatSql;

typedef struct _ChatLocalStoreSql ChatLocalStoreSql;

/* @path: (nullable): in memory. @error: %CHAT_ERROR_STORAGE */
ChatLocalStoreSql *chat_local_store_sql_open (const char *path, GError **error);
void chat_local_store_sql_free (ChatLocalStoreSql *self);

/* @durable: on the disk, not only in the system's hands, when chat_local_store_sql_commit() is
 * done. Errors: %CHAT_ERROR_STORAGE */
gboolean chat_local_store_sql_begin (ChatLocalStoreSql *self, gboolean durable, GError **error);
gboolean chat_local_store_sql_commit (ChatLocalStoreSql *self, GError **error);
void chat_local_store_sql_roll_back (ChatLocalStoreSql *self);

/* Removed rows were overwritten; this also empties the journal that still has them. */
gboolean chat_local_store_sql_scrub (ChatLocalStoreSql *self, GError **error);

/* Returns: (transfer none): reset, nothing bound */
sqlite3_stmt *chat_local_store_sql_prepare (ChatLocalStoreSql *self, ChatSql which);
/* Runs a statement without rows. */
gboolean
chat_local_store_sql_run (ChatLocalStoreSql *self, sqlite3_stmt *statement, GError **error);
/* Ends a statement with rows. @result: of the last sqlite3_step(). Returns: whether there were no
 * more */
gboolean chat_local_store_sql_finish (ChatLocalStoreSql *self,
                                      sqlite3_stmt *statement,
                                      int result,
                                      GError **error);

/* Returns: how many rows were changed since it was opened */
gint64 chat_local_store_sql_get_changes (ChatLocalStoreSql *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLocalStoreSql, chat_local_store_sql_free)

G_END_DECLS
