/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-store-answer.h"

#include "chat-limits.h"
#include "chatd-store-chunks.h"

#include <glib/gi18n.h>
#include <string.h>

ChatdStoreAnswer *
chatd_store_answer_new (void)
{
  ChatdStoreAnswer *self = g_new0 (ChatdStoreAnswer, 1);

  self->entries = g_byte_array_new ();
  self->members = g_array_new (FALSE, FALSE, sizeof (ChatdStoreMember));
  self->instances = g_array_new (FALSE, FALSE, sizeof (ChatdStoreRecentInstance));
  self->shown = g_array_new (FALSE, FALSE, sizeof (ChatdStoreInstance));
  self->names = g_string_chunk_new (256);
  return self;
}

void
chatd_store_answer_free (ChatdStoreAnswer *self)
{
  g_return_if_fail (self != NULL);

  g_clear_error (&self->error);
  g_byte_array_unref (self->entries);
  g_array_unref (self->members);
  g_array_unref (self->instances);
  g_array_unref (self->shown);
  g_string_chunk_free (self->names);
  g_free (self);
}

static const GArray *
ids_of (const ChatdStoreRecentRoom *recent, GArray **none)
{
  if (recent != NULL)
    return recent->ids;

  *none = g_array_new (FALSE, FALSE, sizeof (guint64));
  return *none;
}

static gboolean
read_room (ChatdStoreAnswer *self, ChatdStoreSqlite *db, guint64 room)
{
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_GET_ROOM, "i", room);

  if (chatd_store_sqlite_next (db, row, &self->error))
    {
      self->state.floor = self->page.floor = (guint64) sqlite3_column_int64 (row, 0);
      self->state.last_member = (guint64) sqlite3_column_int64 (row, 1);
      chatd_store_sqlite_end (row);
      return TRUE;
    }

  if (self->error == NULL)
    g_set_error_literal (&self->error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_NO_ROOM,
                         "There is no such room");
  return FALSE;
}

/* --- a room --- */

static void
take_member (ChatdStoreAnswer *self, sqlite3_stmt *row)
{
  ChatdStoreMember member = { .number = (guint64) sqlite3_column_int64 (row, 0),
                              .joined_us = sqlite3_column_int64 (row, 3),
                              .left_us = sqlite3_column_int64 (row, 4),
                              .seen = (guint64) sqlite3_column_int64 (row, 5) };

  member.name = g_string_chunk_insert (self->names, (const char *) sqlite3_column_text (row, 1));
  if (sqlite3_column_bytes (row, 2) == sizeof member.key)
    memcpy (member.key, sqlite3_column_blob (row, 2), sizeof member.key);
  g_array_append_val (self->members, member);
}

static void
take_instance (ChatdStoreAnswer *self, sqlite3_stmt *row)
{
  const ChatdStoreRecentInstance instance = { .member = (guint64) sqlite3_column_int64 (row, 0),
                                              .instance = (guint64) sqlite3_column_int64 (row, 1),
                                              .cseq = (guint64) sqlite3_column_int64 (row, 2),
                                              .used = (guint64) sqlite3_column_int64 (row, 3) };

  g_array_append_val (self->instances, instance);
}

typedef void (*TakeRow) (ChatdStoreAnswer *self, sqlite3_stmt *row);

static gboolean
read_rows (ChatdStoreAnswer *self, ChatdStoreSqlite *db, ChatdSql sql, guint64 room, TakeRow take)
{
  sqlite3_stmt *row = chatd_store_sqlite_query (db, sql, "i", room);

  while (chatd_store_sqlite_next (db, row, &self->error))
    take (self, row);

  return self->error == NULL;
}

static int
compare (guint64 a, guint64 b)
{
  return (a > b) - (a < b);
}

static int
by_instance (gconstpointer a, gconstpointer b)
{
  const ChatdStoreRecentInstance *one = a, *other = b;
  int order = compare (one->member, other->member);

  if (order == 0)
    order = compare (one->instance, other->instance);
  return order != 0 ? order : compare (one->used, other->used);
}

static int
by_use (gconstpointer a, gconstpointer b)
{
  return compare (((const ChatdStoreRecentInstance *) a)->used,
                  ((const ChatdStoreRecentInstance *) b)->used);
}

static int
by_member_and_use (gconstpointer a, gconstpointer b)
{
  const int order = compare (((const ChatdStoreRecentInstance *) a)->member,
                             ((const ChatdStoreRecentInstance *) b)->member);

  return order != 0 ? order : by_use (a, b);
}

static const ChatdStoreRecentInstance *
instance_at (const GArray *instances, guint i)
{
  return &g_array_index (instances, ChatdStoreRecentInstance, i);
}

/* Keeps those that @is_superseded does not say of, the row so many behind it being given. */
static void
keep_last (GArray *instances,
           guint distance,
           gboolean (*is_superseded) (gconstpointer, gconstpointer))
{
  guint n = 0;

  for (guint i = 0; i < instances->len; i++)
    if (i + distance >= instances->len ||
        !is_superseded (instance_at (instances, i), instance_at (instances, i + distance)))
      g_array_index (instances, ChatdStoreRecentInstance, n++) = *instance_at (instances, i);
  g_array_set_size (instances, n);
}

static gboolean
is_same_instance (gconstpointer a, gconstpointer b)
{
  const ChatdStoreRecentInstance *one = a, *other = b;

  return one->member == other->member && one->instance == other->instance;
}

static gboolean
is_same_member (gconstpointer a, gconstpointer b)
{
  return ((const ChatdStoreRecentInstance *) a)->member ==
         ((const ChatdStoreRecentInstance *) b)->member;
}

/* What the table has and what is recent may name the same one: the recent word counts. Then the
 * latest few of each member stay, the longest unused first. */
static void
sort_instances (ChatdStoreAnswer *self)
{
  g_array_sort (self->instances, by_instance);
  keep_last (self->instances, 1, is_same_instance);
  g_array_sort (self->instances, by_member_and_use);
  keep_last (self->instances, CHAT_INSTANCES_MAX, is_same_member);
  g_array_sort (self->instances, by_use);
}

static void
show_state (ChatdStoreAnswer *self)
{
  for (guint i = 0; i < self->instances->len; i++)
    {
      const ChatdStoreRecentInstance *one = instance_at (self->instances, i);
      const ChatdStoreInstance shown = { one->member, one->instance, one->cseq };

      g_array_append_val (self->shown, shown);
    }
  self->state.head = MAX (self->state.head, self->state.floor);
  self->state.members = (const ChatdStoreMember *) (gpointer) self->members->data;
  self->state.n_members = self->members->len;
  self->state.instances = (const ChatdStoreInstance *) (gpointer) self->shown->data;
  self->state.n_instances = self->shown->len;
}

void
chatd_store_answer_load (ChatdStoreAnswer *self,
                         ChatdStoreSqlite *db,
                         guint64 room,
                         const ChatdStoreRecentRoom *recent)
{
  g_autoptr (GArray) none = NULL;
  const GArray *ids = ids_of (recent, &none);

  if (!read_room (self, db, room) ||
      !read_rows (self, db, CHATD_SQL_LIST_MEMBERS, room, take_member) ||
      !read_rows (self, db, CHATD_SQL_LIST_INSTANCES, room, take_instance) ||
      !chatd_store_chunks_find_up_to (db, room, ids, G_MAXINT64, &self->state.head, &self->error))
    return;

  for (guint i = 0; recent != NULL && i < recent->instances->len; i++)
    g_array_append_vals (self->instances, g_ptr_array_index (recent->instances, i), 1);
  sort_instances (self);
  show_state (self);
}

/* --- a page --- */

/* Returns: whether it fits, and the page may take another */
static gboolean
append_entry (ChatdStoreAnswer *self, guint64 id, sqlite3_stmt *row, gsize max_bytes)
{
  const ChatEntry entry = { .id = id,
                            .prev = (guint64) sqlite3_column_int64 (row, 0),
                            .at_us = sqlite3_column_int64 (row, 1),
                            .member = (guint64) sqlite3_column_int64 (row, 2),
                            .instance = (guint64) sqlite3_column_int64 (row, 3),
                            .cseq = (guint64) sqlite3_column_int64 (row, 4),
                            .kind = (guint64) sqlite3_column_int64 (row, 5),
                            .body = sqlite3_column_blob (row, 6),
                            .body_len = (gsize) sqlite3_column_bytes (row, 6) };

  if (self->page.n_entries > 0 && self->entries->len + chat_entry_size (&entry) > max_bytes)
    return FALSE;

  chat_entry_append (&entry, self->entries);
  self->page.last = id;
  self->page.n_entries++;
  return TRUE;
}

static gboolean
read_entry (ChatdStoreAnswer *self, ChatdStoreSqlite *db, guint64 room, guint64 id, gsize max_bytes)
{
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_GET_ENTRY, "ii", id, room);
  gboolean goes_on;

  if (!chatd_store_sqlite_next (db, row, &self->error))
    {
      if (self->error == NULL)
        g_set_error_literal (&self->error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_DAMAGED,
                             _ ("The database is damaged: restore a backup."));
      return FALSE;
    }

  goes_on = append_entry (self, id, row, max_bytes);
  chatd_store_sqlite_end (row);
  return goes_on;
}

/* Returns: whether the page may take more */
static gboolean
read_entries (ChatdStoreAnswer *self,
              ChatdStoreSqlite *db,
              guint64 room,
              const GArray *ids,
              guint64 up_to,
              guint max_entries,
              gsize max_bytes)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const guint64 id = g_array_index (ids, guint64, i);

      if (id > up_to || self->page.n_entries >= max_entries ||
          !read_entry (self, db, room, id, max_bytes))
        return FALSE;
    }

  return ids->len > 0;
}

static gboolean
find_ends (ChatdStoreAnswer *self,
           ChatdStoreSqlite *db,
           guint64 room,
           const GArray *recent,
           guint64 up_to,
           GArray *ids)
{
  ChatdStorePage *page = &self->page;

  if (!chatd_store_chunks_find_up_to (db, room, recent, up_to, &page->head, &self->error) ||
      !chatd_store_chunks_find_up_to (db, room, recent, MIN (page->after, up_to), &page->base,
                                      &self->error) ||
      !chatd_store_chunks_list_after (db, room, recent, page->floor, ids, &self->error))
    return FALSE;

  page->head = MAX (page->head, page->floor);
  page->base = MAX (page->base, page->floor);
  page->first = ids->len > 0 && g_array_index (ids, guint64, 0) <= up_to
                    ? g_array_index (ids, guint64, 0)
                    : 0;
  return TRUE;
}

void
chatd_store_answer_page (ChatdStoreAnswer *self,
                         ChatdStoreSqlite *db,
                         guint64 room,
                         const ChatdStoreRecentRoom *recent,
                         guint64 up_to,
                         guint max_entries,
                         gsize max_bytes)
{
  g_autoptr (GArray) none = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const GArray *recent_ids = ids_of (recent, &none);
  guint64 at;

  if (!read_room (self, db, room) || !find_ends (self, db, room, recent_ids, up_to, ids))
    return;

  at = MAX (self->page.after, self->page.floor);
  do
    {
      if (!chatd_store_chunks_list_after (db, room, recent_ids, at, ids, &self->error))
        return;
      if (ids->len > 0)
        at = g_array_index (ids, guint64, ids->len - 1);
    }
  while (read_entries (self, db, room, ids, up_to, max_entries, max_bytes));

  self->page.entries = self->entries->data;
  self->page.entries_len = self->entries->len;
}
