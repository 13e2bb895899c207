/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-store-chunks.h"

#include "chat-varint.h"
#include "chatd-store.h"

#include <glib/gi18n.h>

static guint64
id_at (const GArray *ids, guint i)
{
  return g_array_index (ids, guint64, i);
}

/* Returns: index of the first of @ids that is after @after */
static guint
find_after (const GArray *ids, guint64 after)
{
  guint low = 0, high = ids->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (id_at (ids, middle) > after)
        high = middle;
      else
        low = middle + 1;
    }

  return low;
}

/* The distances of @n ids from @i on, the first one's from @before. */
static GByteArray *
encode (const GArray *ids, guint i, guint n, guint64 before)
{
  GByteArray *bytes = g_byte_array_sized_new (2 * n);

  for (guint end = i + n; i < end; i++)
    {
      chat_varint_append (id_at (ids, i) - before, bytes);
      before = id_at (ids, i);
    }

  return bytes;
}

typedef struct
{
  guint64 first; /* 0: there is none */
  guint64 last;
  guint n;
} LastChunk;

static gboolean
get_last_chunk (ChatdStoreSqlite *db, guint64 room, LastChunk *chunk, GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_LAST_CHUNK, "i", room);

  *chunk = (LastChunk){ 0 };
  if (chatd_store_sqlite_next (db, row, &failure))
    {
      chunk->first = (guint64) sqlite3_column_int64 (row, 0);
      chunk->last = (guint64) sqlite3_column_int64 (row, 1);
      chunk->n = (guint) sqlite3_column_int (row, 2);
      chatd_store_sqlite_end (row);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
extend_chunk (ChatdStoreSqlite *db,
              const ChatdStoreRecentRoom *room,
              const LastChunk *chunk,
              guint n,
              GError **error)
{
  g_autoptr (GByteArray) bytes = encode (room->ids, 0, n, chunk->last);

  return chatd_store_sqlite_run (db, CHATD_SQL_EXTEND_CHUNK, error, "iiiiib", room->number,
                                 chunk->first, id_at (room->ids, n - 1), room->last_at_us,
                                 (gint64) n, bytes->data, (gsize) bytes->len);
}

static gboolean
add_chunk (ChatdStoreSqlite *db, const ChatdStoreRecentRoom *room, guint i, guint n, GError **error)
{
  g_autoptr (GByteArray) bytes = encode (room->ids, i + 1, n - 1, id_at (room->ids, i));

  return chatd_store_sqlite_run (db, CHATD_SQL_ADD_CHUNK, error, "iiiiib", room->number,
                                 id_at (room->ids, i), id_at (room->ids, i + n - 1),
                                 room->last_at_us, (gint64) n, bytes->data, (gsize) bytes->len);
}

gboolean
chatd_store_chunks_add (ChatdStoreSqlite *db, const ChatdStoreRecentRoom *room, GError **error)
{
  LastChunk chunk;
  guint i = 0;

  if (room->ids->len == 0)
    return TRUE;
  if (!get_last_chunk (db, room->number, &chunk, error))
    return FALSE;

  if (chunk.first != 0 && chunk.n < CHATD_STORE_CHUNK_IDS)
    {
      i = MIN (CHATD_STORE_CHUNK_IDS - chunk.n, room->ids->len);
      if (!extend_chunk (db, room, &chunk, i, error))
        return FALSE;
    }
  for (guint n; i < room->ids->len; i += n)
    {
      n = MIN (CHATD_STORE_CHUNK_IDS, room->ids->len - i);
      if (!add_chunk (db, room, i, n, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
chatd_store_chunks_decode (guint64 first, const guint8 *bytes, gsize len, GArray *ids)
{
  guint64 distance;

  g_array_set_size (ids, 0);
  g_array_append_val (ids, first);
  while (len > 0)
    {
      if (!chat_varint_take (&bytes, &len, &distance) || distance == 0)
        return FALSE;
      first += distance;
      g_array_append_val (ids, first);
    }

  return TRUE;
}

gboolean
chatd_store_chunks_take_row (sqlite3_stmt *row, int first, int bytes, GArray *ids, GError **error)
{
  const guint8 *blob = sqlite3_column_blob (row, bytes);
  const gsize len = (gsize) sqlite3_column_bytes (row, bytes);

  if (chatd_store_chunks_decode ((guint64) sqlite3_column_int64 (row, first), blob, len, ids))
    return TRUE;

  g_set_error_literal (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_DAMAGED,
                       _ ("The database is damaged: restore a backup."));
  return FALSE;
}

/* @found: (out): whether there is one; @ids then has its ids */
static gboolean
read_chunk (ChatdStoreSqlite *db,
            ChatdSql sql,
            guint64 room,
            guint64 id,
            GArray *ids,
            gboolean *found,
            GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, sql, "ii", room, id);

  *found = chatd_store_sqlite_next (db, row, &failure);
  if (*found)
    {
      chatd_store_chunks_take_row (row, 0, 1, ids, &failure);
      chatd_store_sqlite_end (row);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

guint64
chatd_store_chunks_greatest (const GArray *ids, guint64 up_to)
{
  const guint i = find_after (ids, up_to);

  return i > 0 ? id_at (ids, i - 1) : 0;
}

gboolean
chatd_store_chunks_find_up_to (ChatdStoreSqlite *db,
                               guint64 room,
                               const GArray *recent,
                               guint64 up_to,
                               guint64 *id,
                               GError **error)
{
  g_autoptr (GArray) ids = NULL;
  gboolean found;

  *id = chatd_store_chunks_greatest (recent, up_to);
  if (*id != 0)
    return TRUE;

  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!read_chunk (db, CHATD_SQL_CHUNK_AT, room, up_to, ids, &found, error))
    return FALSE;

  *id = found ? chatd_store_chunks_greatest (ids, up_to) : 0;
  return TRUE;
}

/* Leaves in @ids only what is after @after. */
static gboolean
keep_after (GArray *ids, guint64 after)
{
  const guint n = find_after (ids, after);

  if (n > 0)
    g_array_remove_range (ids, 0, n);
  return ids->len > 0;
}

gboolean
chatd_store_chunks_list_after (ChatdStoreSqlite *db,
                               guint64 room,
                               const GArray *recent,
                               guint64 after,
                               GArray *ids,
                               GError **error)
{
  static const ChatdSql where[] = { CHATD_SQL_CHUNK_AT, CHATD_SQL_CHUNK_AFTER };
  gboolean found;

  for (guint i = 0; i < G_N_ELEMENTS (where); i++)
    {
      if (!read_chunk (db, where[i], room, after, ids, &found, error))
        return FALSE;
      if (found && keep_after (ids, after))
        return TRUE;
    }

  g_array_set_size (ids, 0);
  if (recent->len > 0)
    g_array_append_vals (ids, recent->data, recent->len);
  keep_after (ids, after);
  return TRUE;
}
