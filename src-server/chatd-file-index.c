/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-file-index.h"

#include <string.h>

typedef struct
{
  ChatdStoreFile file;
  gboolean is_arriving;
} Row;

/* The rows of a room; so many that the quotas allow, some ten thousand at most */
typedef struct
{
  guint64 number;
  guint64 sum;
  GArray *rows; /* owned, of Row */
} Room;

struct _ChatdFileIndex
{
  GHashTable *rooms; /* owned: number → owned Room */
  /* owned: owned SHA-256 → rows, as a pointer */
  GHashTable *users;
  GHashTable *bringers; /* of what arrives */
  guint64 sum;
};

static guint
hash_sha256 (gconstpointer sha256)
{
  guint hash;

  memcpy (&hash, sha256, sizeof hash); /* as good as random */
  return hash;
}

static gboolean
equal_sha256 (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, CHATD_STORE_KEY_SIZE) == 0;
}

static void
room_free (gpointer data)
{
  Room *room = data;

  g_array_unref (room->rows);
  g_free (room);
}

ChatdFileIndex *
chatd_file_index_new (void)
{
  ChatdFileIndex *self = g_new0 (ChatdFileIndex, 1);

  self->rooms = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, room_free);
  self->users = g_hash_table_new_full (hash_sha256, equal_sha256, g_free, NULL);
  self->bringers = g_hash_table_new_full (hash_sha256, equal_sha256, g_free, NULL);
  return self;
}

void
chatd_file_index_free (ChatdFileIndex *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->users);
  g_hash_table_unref (self->bringers);
  g_free (self);
}

/* --- sums ------------------------------------------------------------------------------------- */

guint64
chatd_file_index_charge (guint64 size)
{
  return MAX (size, CHATD_FILE_CHARGE_MIN);
}

static void
count_row (GHashTable *rows, const guint8 *sha256, int change)
{
  const guint n = GPOINTER_TO_UINT (g_hash_table_lookup (rows, sha256)) + (guint) change;

  if (n == 0)
    g_hash_table_remove (rows, sha256);
  else
    g_hash_table_insert (rows, g_memdup2 (sha256, CHATD_STORE_KEY_SIZE), GUINT_TO_POINTER (n));
}

static void
count_bytes (ChatdFileIndex *self, Room *room, guint64 size, gboolean more)
{
  const guint64 charge = chatd_file_index_charge (size);

  room->sum += more ? charge : -charge;
  self->sum += more ? charge : -charge;
}

/* --- rows ------------------------------------------------------------------------------------- */

static Room *
find_room (ChatdFileIndex *self, guint64 number)
{
  return g_hash_table_lookup (self->rooms, &number);
}

static Room *
need_room (ChatdFileIndex *self, guint64 number)
{
  Room *room = find_room (self, number);

  if (room != NULL)
    return room;

  room = g_new0 (Room, 1);
  room->number = number;
  room->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_hash_table_insert (self->rooms, &room->number, room);
  return room;
}

static Row *
row_at (const Room *room, guint i)
{
  return &g_array_index (room->rows, Row, i);
}

static gboolean
is_of (const Row *row, guint64 member, const guint8 *sha256)
{
  return row->file.member == member && equal_sha256 (row->file.sha256, sha256);
}

/* Returns: (nullable) */
static Row *
find_own (
    ChatdFileIndex *self, guint64 number, guint64 member, const guint8 *sha256, gboolean arriving)
{
  const Room *room = find_room (self, number);

  for (guint i = 0; room != NULL && i < room->rows->len; i++)
    {
      Row *row = row_at (room, i);

      if (row->is_arriving == arriving && row->file.entry == 0 && is_of (row, member, sha256))
        return row;
    }
  return NULL;
}

static void
drop_row (ChatdFileIndex *self, Room *room, guint i)
{
  const Row *row = row_at (room, i);

  count_bytes (self, room, row->file.size, FALSE);
  count_row (row->is_arriving ? self->bringers : self->users, row->file.sha256, -1);
  g_array_remove_index_fast (room->rows, i);
}

static void
drop_own (ChatdFileIndex *self, guint64 number, Row *row)
{
  Room *room = find_room (self, number);

  drop_row (self, room, (guint) (row - (Row *) (gpointer) room->rows->data));
}

void
chatd_file_index_add (ChatdFileIndex *self, const ChatdStoreFile *file, gboolean arriving)
{
  const Row row = { .file = *file, .is_arriving = arriving };
  Row *old =
      file->entry == 0 ? find_own (self, file->room, file->member, file->sha256, arriving) : NULL;
  Room *room = need_room (self, file->room);

  if (old != NULL)
    drop_own (self, file->room, old);
  count_bytes (self, room, file->size, TRUE);
  count_row (arriving ? self->bringers : self->users, file->sha256, +1);
  g_array_append_val (room->rows, row);
}

void
chatd_file_index_forget_arriving (ChatdFileIndex *self,
                                  guint64 room,
                                  guint64 member,
                                  const guint8 *sha256)
{
  Row *row = find_own (self, room, member, sha256, TRUE);

  if (row != NULL)
    drop_own (self, room, row);
}

void
chatd_file_index_forget_old_arriving (ChatdFileIndex *self, gint64 before_us)
{
  GHashTableIter iter;
  gpointer room;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &room))
    for (guint i = ((Room *) room)->rows->len; i-- > 0;)
      if (row_at (room, i)->is_arriving && row_at (room, i)->file.at_us < before_us)
        drop_row (self, room, i);
}

/* --- looking ---------------------------------------------------------------------------------- */

static const ChatdStoreFile *
file_of (const Row *row)
{
  return row != NULL ? &row->file : NULL;
}

const ChatdStoreFile *
chatd_file_index_find_arriving (ChatdFileIndex *self,
                                guint64 room,
                                guint64 member,
                                const guint8 *sha256)
{
  return file_of (find_own (self, room, member, sha256, TRUE));
}

const ChatdStoreFile *
chatd_file_index_find_unshown (ChatdFileIndex *self,
                               guint64 room,
                               guint64 member,
                               const guint8 *sha256)
{
  return file_of (find_own (self, room, member, sha256, FALSE));
}

const ChatdStoreFile *
chatd_file_index_find (ChatdFileIndex *self, guint64 number, const guint8 *sha256)
{
  const Room *room = find_room (self, number);

  for (guint i = 0; room != NULL && i < room->rows->len; i++)
    if (!row_at (room, i)->is_arriving && equal_sha256 (row_at (room, i)->file.sha256, sha256))
      return &row_at (room, i)->file;

  return NULL;
}

gboolean
chatd_file_index_is_used (ChatdFileIndex *self, const guint8 *sha256)
{
  return g_hash_table_contains (self->users, sha256) ||
         g_hash_table_contains (self->bringers, sha256);
}

guint64
chatd_file_index_sum_member (ChatdFileIndex *self, guint64 number, guint64 member)
{
  const Room *room = find_room (self, number);
  guint64 sum = 0;

  for (guint i = 0; room != NULL && i < room->rows->len; i++)
    if (row_at (room, i)->file.member == member)
      sum += chatd_file_index_charge (row_at (room, i)->file.size);

  return sum;
}

guint64
chatd_file_index_sum_room (ChatdFileIndex *self, guint64 number)
{
  const Room *room = find_room (self, number);

  return room != NULL ? room->sum : 0;
}

guint64
chatd_file_index_sum (ChatdFileIndex *self)
{
  return self->sum;
}

/* --- entries ---------------------------------------------------------------------------------- */

void
chatd_file_index_show (ChatdFileIndex *self,
                       guint64 room,
                       guint64 member,
                       const guint8 *sha256,
                       guint64 entry,
                       gint64 at_us)
{
  Row *row = find_own (self, room, member, sha256, FALSE);

  if (row == NULL)
    return;

  row->file.entry = entry;
  row->file.at_us = at_us;
}

void
chatd_file_index_unshow (ChatdFileIndex *self, guint64 number, guint64 member, guint64 entry)
{
  const Room *room = find_room (self, number);

  for (guint i = 0; room != NULL && i < room->rows->len; i++)
    if (row_at (room, i)->file.member == member && row_at (room, i)->file.entry == entry)
      row_at (room, i)->file.entry = 0;
}

/* --- removing --------------------------------------------------------------------------------- */

static gboolean
is_among (const Row *row, const ChatdStoreFiles *files)
{
  return !row->is_arriving && chatd_store_files_have (files, &row->file);
}

static void
remove_from (ChatdFileIndex *self,
             Room *room,
             const ChatdStoreFiles *files,
             ChatdFileGone gone,
             gpointer data)
{
  for (guint i = room->rows->len; i-- > 0;)
    if (is_among (row_at (room, i), files))
      {
        const ChatdStoreFile file = row_at (room, i)->file;

        drop_row (self, room, i);
        if (!chatd_file_index_is_used (self, file.sha256))
          gone (file.sha256, data);
      }
}

static gboolean
has_in (const Room *room, const ChatdStoreFiles *files)
{
  for (guint i = 0; i < room->rows->len; i++)
    if (is_among (row_at (room, i), files))
      return TRUE;

  return FALSE;
}

gboolean
chatd_file_index_has (ChatdFileIndex *self, const ChatdStoreFiles *files)
{
  GHashTableIter iter;
  gpointer room;

  if (files->room != 0)
    return (room = find_room (self, files->room)) != NULL && has_in (room, files);

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &room))
    if (has_in (room, files))
      return TRUE;

  return FALSE;
}

void
chatd_file_index_remove (ChatdFileIndex *self,
                         const ChatdStoreFiles *files,
                         ChatdFileGone gone,
                         gpointer data)
{
  GHashTableIter iter;
  gpointer room;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &room))
    {
      if (files->room == 0 || files->room == ((Room *) room)->number)
        remove_from (self, room, files, gone, data);
      if (((Room *) room)->rows->len == 0)
        g_hash_table_iter_remove (&iter);
    }
}
