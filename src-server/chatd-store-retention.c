/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-retention.h"

#include "chatd-store-chunks.h"

#define STEP_US 5000  /* a step looks at rooms for so long */
#define STEP_ROWS 500 /* and removes about so many entries */

typedef struct
{
  guint64 first;
  guint64 last;
  gint64 last_at_us;
  GArray *ids; /* owned; guint64 */
} Chunk;

/* @found: (out): whether the room has one */
static gboolean
read_first_chunk (ChatdStoreSqlite *db, guint64 room, Chunk *chunk, gboolean *found, GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_FIRST_CHUNK, "i", room);

  *found = chatd_store_sqlite_next (db, row, &failure);
  if (*found)
    {
      chunk->first = (guint64) sqlite3_column_int64 (row, 0);
      chunk->last = (guint64) sqlite3_column_int64 (row, 1);
      chunk->last_at_us = sqlite3_column_int64 (row, 2);
      chatd_store_chunks_take_row (row, 0, 3, chunk->ids, &failure);
      chatd_store_sqlite_end (row);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

/* Removes the entries after @floor up to @up_to, and the chunk if nothing is left in it. */
static gboolean
remove_up_to (ChatdStoreSqlite *db,
              guint64 room,
              const Chunk *chunk,
              guint64 floor,
              guint64 up_to,
              GError **error)
{
  for (guint i = 0; i < chunk->ids->len; i++)
    {
      const guint64 id = g_array_index (chunk->ids, guint64, i);

      if (id > floor && id <= up_to &&
          !chatd_store_sqlite_run (db, CHATD_SQL_REMOVE, error, "i", id))
        return FALSE;
    }

  return up_to < chunk->last ||
         chatd_store_sqlite_run (db, CHATD_SQL_REMOVE_CHUNK, error, "ii", room, chunk->first);
}

gboolean
chatd_store_retention_drop_chunk (ChatdStoreSqlite *db,
                                  guint64 room,
                                  gboolean *found,
                                  GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  Chunk chunk = { .ids = ids };

  return read_first_chunk (db, room, &chunk, found, error) &&
         (!*found || remove_up_to (db, room, &chunk, 0, chunk.last, error));
}

/* @target: (out): the newest entry that is one too many; 0: none is */
static gboolean
find_target (
    ChatdStoreSqlite *db, guint64 room, guint64 keep_messages, guint64 *target, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  GError *failure = NULL;
  guint64 left = keep_messages;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_COUNT_CHUNKS, "i", room);

  *target = 0;
  while (*target == 0 && chatd_store_sqlite_next (db, row, &failure))
    {
      const guint64 n = (guint64) sqlite3_column_int64 (row, 1);

      if (n <= left)
        left -= n;
      else if (chatd_store_chunks_take_row (row, 0, 2, ids, &failure) && ids->len > left)
        *target = g_array_index (ids, guint64, ids->len - left - 1);
      else
        break;
    }
  chatd_store_sqlite_end (row);
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

/* Returns: when the entry was made; %G_MAXINT64 if there is no such row */
static gint64
get_at_us (ChatdStoreSqlite *db, guint64 id)
{
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_GET_AT, "i", id);
  gint64 at_us = G_MAXINT64;

  if (chatd_store_sqlite_next (db, row, NULL))
    {
      at_us = sqlite3_column_int64 (row, 0);
      chatd_store_sqlite_end (row);
    }

  return at_us;
}

/* Returns: how many ids at the front of the chunk may go */
static guint
count_removable (const ChatdStoreJob *job, ChatdStoreSqlite *db, const Chunk *chunk)
{
  guint n = 0;

  for (; n < chunk->ids->len; n++)
    {
      const guint64 id = g_array_index (chunk->ids, guint64, n);

      if (id <= job->floor)
        continue;
      if (id > job->up_to || (id > job->target && chunk->last_at_us >= job->from_us &&
                              get_at_us (db, id) >= job->from_us))
        break;
    }

  return n;
}

/* @more: (out): whether the next chunk of the room may have to go as well */
static gboolean
retain_chunk (
    ChatdStoreJob *job, ChatdStoreSqlite *db, guint *n_removed, gboolean *more, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  Chunk chunk = { .ids = ids };
  gboolean found;

  *more = FALSE;
  if (!read_first_chunk (db, job->room, &chunk, &found, error))
    return FALSE;
  if (!found)
    return TRUE;

  const guint n = count_removable (job, db, &chunk);
  const guint64 up_to = n > 0 ? g_array_index (ids, guint64, n - 1) : 0;
  if (up_to <= job->floor)
    return TRUE;

  *more = n == ids->len;
  *n_removed += n;
  if (!remove_up_to (db, job->room, &chunk, job->floor, up_to, error))
    return FALSE;

  job->floor = up_to;
  return chatd_store_sqlite_run (db, CHATD_SQL_SET_FLOOR, error, "ii", job->room, up_to);
}

/* @found: (out): whether there is a next room, which the job then is at */
static gboolean
go_to_next_room (ChatdStoreJob *job, ChatdStoreSqlite *db, gboolean *found, GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_NEXT_ROOM, "i", job->room);

  job->target = 0;
  *found = chatd_store_sqlite_next (db, row, &failure);
  if (*found)
    {
      job->room = (guint64) sqlite3_column_int64 (row, 0);
      job->floor = (guint64) sqlite3_column_int64 (row, 1);
      chatd_store_sqlite_end (row);
    }
  if (failure == NULL)
    return !*found || job->keep_messages == 0 ||
           find_target (db, job->room, job->keep_messages, &job->target, error);

  g_propagate_error (error, failure);
  return FALSE;
}

ChatdStoreStep
chatd_store_retention_step (ChatdStoreJob *job, ChatdStoreSqlite *db, GError **error)
{
  const gint64 end_us = g_get_monotonic_time () + STEP_US;
  guint n_removed = 0;
  gboolean more, found = TRUE;

  while (n_removed < STEP_ROWS && g_get_monotonic_time () < end_us)
    {
      if (job->room != 0 && !retain_chunk (job, db, &n_removed, &more, error))
        return CHATD_STORE_STEP_FAILED;
      if (job->room != 0 && more)
        continue;
      if (!go_to_next_room (job, db, &found, error))
        return CHATD_STORE_STEP_FAILED;
      if (!found)
        return CHATD_STORE_STEP_DONE;
    }

  return CHATD_STORE_STEP_MORE;
}
