/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-fold.h"

#include "chat-limits.h"
#include "chatd-store-chunks.h"

static gboolean
put_instances (ChatdStoreSqlite *db, const ChatdStoreRecentRoom *room, GError **error)
{
  for (guint i = 0; i < room->instances->len; i++)
    {
      const ChatdStoreRecentInstance *one = g_ptr_array_index (room->instances, i);

      if (!chatd_store_sqlite_run (db, CHATD_SQL_PUT_INSTANCE, error, "iiiii", one->room,
                                   one->member, one->instance, one->cseq, one->used) ||
          !chatd_store_sqlite_run (db, CHATD_SQL_TRIM_INSTANCES, error, "iii", one->room,
                                   one->member, (gint64) CHAT_INSTANCES_MAX))
        return FALSE;
    }

  return TRUE;
}

static gboolean
remove_refusals (ChatdStoreSqlite *db, const GArray *ids, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    if (!chatd_store_sqlite_run (db, CHATD_SQL_REMOVE, error, "i", g_array_index (ids, guint64, i)))
      return FALSE;

  return TRUE;
}

static gboolean
write_rooms (ChatdStoreSqlite *db, const ChatdStoreRecent *recent, GError **error)
{
  GHashTableIter iter;
  gpointer room;

  g_hash_table_iter_init (&iter, chatd_store_recent_get_rooms (recent));
  while (g_hash_table_iter_next (&iter, NULL, &room))
    if (!chatd_store_chunks_add (db, room, error) || !put_instances (db, room, error))
      return FALSE;

  return TRUE;
}

/* A reader finds each row once: in the chunks that it sees, or in what is recent. */
static gboolean
commit (ChatdStoreSqlite *db, ChatdStoreRecent *recent, GError **error)
{
  gboolean ok;

  chatd_store_recent_lock (recent);
  ok = chatd_store_sqlite_run (db, CHATD_SQL_COMMIT, error, "");
  if (ok)
    chatd_store_recent_clear (recent);
  chatd_store_recent_unlock (recent);

  return ok;
}

gboolean
chatd_store_fold (ChatdStoreSqlite *db, ChatdStoreRecent *recent, GError **error)
{
  if (chatd_store_recent_get_n_rows (recent) == 0)
    return TRUE;
  if (chatd_store_sqlite_run (db, CHATD_SQL_BEGIN_WRITE, error, "") &&
      write_rooms (db, recent, error) &&
      remove_refusals (db, chatd_store_recent_get_refusals (recent), error) &&
      chatd_store_sqlite_run (db, CHATD_SQL_SET_FOLDED, error, "i",
                              chatd_store_recent_get_last (recent)) &&
      commit (db, recent, error))
    return TRUE;

  chatd_store_sqlite_roll_back (db);
  return FALSE;
}

static void
take_row (sqlite3_stmt *row, ChatdStoreRecent *recent)
{
  const ChatdStoreRow taken = { .id = (guint64) sqlite3_column_int64 (row, 0),
                                .room = (guint64) sqlite3_column_int64 (row, 1),
                                .at_us = sqlite3_column_int64 (row, 2),
                                .member = (guint64) sqlite3_column_int64 (row, 3),
                                .instance = (guint64) sqlite3_column_int64 (row, 4),
                                .cseq = (guint64) sqlite3_column_int64 (row, 5),
                                .is_refusal = sqlite3_column_int64 (row, 6) == 0 };

  chatd_store_recent_add (recent, &taken);
}

gboolean
chatd_store_fold_recover (ChatdStoreSqlite *db,
                          ChatdStoreRecent *recent,
                          guint64 folded,
                          GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_LIST_UNFOLDED, "i", folded);

  chatd_store_recent_lock (recent);
  while (chatd_store_sqlite_next (db, row, &failure))
    take_row (row, recent);
  chatd_store_recent_unlock (recent);
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}
