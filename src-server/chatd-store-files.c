/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-private.h"

#include <string.h>

/* Which files are in which room. */

gboolean
chatd_store_files_have (const ChatdStoreFiles *files, const ChatdStoreFile *file)
{
  if (file->entry < files->first_entry || file->entry > files->last_entry ||
      (files->before_us != 0 && file->at_us >= files->before_us))
    return FALSE;
  if (files->room == 0)
    return TRUE;

  return file->room == files->room && (files->member == 0 || file->member == files->member) &&
         (files->sha256 == NULL || memcmp (file->sha256, files->sha256, sizeof file->sha256) == 0);
}

static ChatdStoreFile
file_of (sqlite3_stmt *row)
{
  ChatdStoreFile file = { .room = (guint64) sqlite3_column_int64 (row, 0),
                          .member = (guint64) sqlite3_column_int64 (row, 1),
                          .entry = (guint64) sqlite3_column_int64 (row, 2),
                          .size = (guint64) sqlite3_column_int64 (row, 3),
                          .at_us = sqlite3_column_int64 (row, 4) };

  if (sqlite3_column_bytes (row, 5) == sizeof file.sha256)
    memcpy (file.sha256, sqlite3_column_blob (row, 5), sizeof file.sha256);
  return file;
}

gboolean
chatd_store_foreach_file (ChatdStore *self, ChatdStoreFileFunc func, gpointer data, GError **error)
{
  g_return_val_if_fail (self != NULL && func != NULL, FALSE);

  ChatdStoreSqlite *db = chatd_store_peek_reading (self);
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_LIST_FILES, "");
  while (chatd_store_sqlite_next (db, row, &failure))
    {
      const ChatdStoreFile file = file_of (row);

      func (&file, data);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
chatd_store_put_file (ChatdStore *self,
                      const ChatdStoreFile *file,
                      ChatdStoreDone done,
                      gpointer data)
{
  g_return_val_if_fail (self != NULL && file != NULL && file->entry == 0, FALSE);

  const ChatdStoreOp op = {
    .kind = CHATD_STORE_OP_PUT_FILE, .file = *file, .done = done, .data = data
  };
  return chatd_store_add_op (self, &op);
}

gboolean
chatd_store_name_file (ChatdStore *self, const ChatdStoreFile *file)
{
  g_return_val_if_fail (self != NULL && file != NULL && file->entry != 0, FALSE);

  const ChatdStoreOp op = { .kind = CHATD_STORE_OP_NAME_FILE, .file = *file };
  return chatd_store_add_op (self, &op);
}

gboolean
chatd_store_drop_files (ChatdStore *self,
                        const ChatdStoreFiles *files,
                        ChatdStoreDone done,
                        gpointer data)
{
  g_return_val_if_fail (self != NULL && files != NULL, FALSE);

  const ChatdStoreOp op = {
    .kind = CHATD_STORE_OP_DROP_FILES, .files = *files, .done = done, .data = data
  };
  return chatd_store_add_op (self, &op);
}
