/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-identity.h"

#include <sys/random.h>

/* A copy of the database does not know which ids were used after it was made. So many were not. */
#define RESTORED_GAP (G_GUINT64_CONSTANT (1) << 32)

/* 62 bits, as all numbers that clients see */
static guint64
random_number (void)
{
  guint64 number = 0;

  while (number == 0)
    {
      if (getrandom (&number, sizeof number, 0) != sizeof number)
        g_error ("The kernel has no random bytes");
      number >>= 2;
    }

  return number;
}

/* @file: (out): the one that was used last; 0: there was none */
static gboolean
read_last_run (ChatdStoreSqlite *db, ChatdStoreIdentity *self, guint64 *file, GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_GET_STORE, "");

  *self = (ChatdStoreIdentity){ 0 };
  *file = 0;
  if (chatd_store_sqlite_next (db, row, &failure))
    {
      self->generation = (guint64) sqlite3_column_int64 (row, 0);
      self->reserved = (guint64) sqlite3_column_int64 (row, 1);
      self->folded = (guint64) sqlite3_column_int64 (row, 2);
      *file = (guint64) sqlite3_column_int64 (row, 3);
      chatd_store_sqlite_end (row);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
chatd_store_identity_begin (ChatdStoreSqlite *db,
                            guint64 file,
                            ChatdStoreIdentity *self,
                            GError **error)
{
  guint64 last_file;

  if (!read_last_run (db, self, &last_file, error))
    return FALSE;

  if (self->generation != 0 && last_file != file)
    self->reserved += RESTORED_GAP;
  if (self->generation == 0 || last_file != file)
    self->generation = random_number ();
  self->next_id = self->reserved + 1;
  self->reserved += CHATD_STORE_ID_BLOCK;

  return chatd_store_sqlite_run (db, CHATD_SQL_SET_STORE, error, "iiii", self->generation,
                                 self->reserved, self->folded, file);
}
