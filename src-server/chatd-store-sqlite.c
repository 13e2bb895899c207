/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-store-sqlite.h"

#include "chatd-store.h"

#include <glib/gi18n.h>
#include <stdarg.h>

/* How long one connection waits for the other, in ms: they meet in checkpoints only. */
#define BUSY_TIMEOUT_MS 5000

struct _ChatdStoreSqlite
{
  /* owned */
  char *path;
  sqlite3 *db;
  sqlite3_stmt *statements[CHATD_SQL_N];

  int wal_pages;
};

/* The writer checkpoints by itself, when it has nothing better to do. SQLite's sorting stays in
 * memory: other folders are none of ours, and their modes neither. */
static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA cache_size = -8192;"
                               "PRAGMA journal_size_limit = 16777216;";

static ChatdStoreError
code_of (int result)
{
  switch (result & 0xff)
    {
    case SQLITE_FULL:
      return CHATD_STORE_ERROR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
      return CHATD_STORE_ERROR_DAMAGED;
    default:
      return CHATD_STORE_ERROR_IO;
    }
}

static void
set_error (const ChatdStoreSqlite *self, GError **error)
{
  const int result = sqlite3_extended_errcode (self->db);
  const ChatdStoreError code = code_of (result);
  const char *path = self->path;

  if (code == CHATD_STORE_ERROR_FULL)
    g_set_error (error, CHATD_STORE_ERROR, code,
                 /* translators: a file */
                 _ ("The disk of %s is full."), path);
  else if (code == CHATD_STORE_ERROR_DAMAGED)
    g_set_error (error, CHATD_STORE_ERROR, code,
                 /* translators: a file, then SQLite's words and number */
                 _ ("The database %s is damaged (%s, %d): restore a backup."), path,
                 sqlite3_errmsg (self->db), result);
  else
    g_set_error (error, CHATD_STORE_ERROR, code,
                 /* translators: a file, then SQLite's words and number */
                 _ ("The database %s cannot be read or written (%s, %d)."), path,
                 sqlite3_errmsg (self->db), result);
}

static int
on_wal (void *data, sqlite3 *db, const char *name, int pages)
{
  ChatdStoreSqlite *self = data;

  self->wal_pages = pages;
  return SQLITE_OK;
}

static gboolean
set_up (ChatdStoreSqlite *self, gboolean read_only, GError **error)
{
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  sqlite3_wal_autocheckpoint (self->db, 0);
  sqlite3_wal_hook (self->db, on_wal, self);

  return (read_only || chatd_store_sqlite_exec (self, "PRAGMA journal_mode = WAL", error)) &&
         chatd_store_sqlite_exec (self, settings, error);
}

ChatdStoreSqlite *
chatd_store_sqlite_open (const char *path, gboolean read_only, GError **error)
{
  const int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  g_autoptr (ChatdStoreSqlite) self = g_new0 (ChatdStoreSqlite, 1);

  self->path = g_strdup (path);
  if (sqlite3_open_v2 (path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }

  return set_up (self, read_only, error) ? g_steal_pointer (&self) : NULL;
}

void
chatd_store_sqlite_free (ChatdStoreSqlite *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < CHATD_SQL_N; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_free (self->path);
  g_free (self);
}

gboolean
chatd_store_sqlite_exec (ChatdStoreSqlite *self, const char *text, GError **error)
{
  if (sqlite3_exec (self->db, text, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (self, error);
  return FALSE;
}

static int
take_number (void *data, int n_columns, char **values, char **names)
{
  *(guint *) data = (guint) g_ascii_strtoull (values[0], NULL, 10);
  return 0;
}

gboolean
chatd_store_sqlite_get_number (ChatdStoreSqlite *self,
                               const char *text,
                               guint *number,
                               GError **error)
{
  if (sqlite3_exec (self->db, text, take_number, number, NULL) == SQLITE_OK)
    return TRUE;

  set_error (self, error);
  return FALSE;
}

/* Returns: (nullable): on a failure, which the connection then tells */
static sqlite3_stmt *
prepare (ChatdStoreSqlite *self, ChatdSql sql)
{
  if (self->statements[sql] == NULL)
    sqlite3_prepare_v3 (self->db, chatd_store_sql_get (sql), -1, SQLITE_PREPARE_PERSISTENT,
                        &self->statements[sql], NULL);

  return self->statements[sql];
}

static void
bind (sqlite3_stmt *statement, const char *types, va_list arguments)
{
  for (int i = 1; *types != '\0'; i++, types++)
    {
      const void *bytes;

      switch (*types)
        {
        case 'i':
          sqlite3_bind_int64 (statement, i, va_arg (arguments, gint64));
          break;
        case 't':
          sqlite3_bind_text (statement, i, va_arg (arguments, const char *), -1, SQLITE_STATIC);
          break;
        case 'b':
          bytes = va_arg (arguments, const void *);
          /* A null pointer would be NULL, not an empty blob. */
          sqlite3_bind_blob64 (statement, i, bytes != NULL ? bytes : "", va_arg (arguments, gsize),
                               SQLITE_STATIC);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

gboolean
chatd_store_sqlite_run (
    ChatdStoreSqlite *self, ChatdSql sql, GError **error, const char *types, ...)
{
  sqlite3_stmt *statement = prepare (self, sql);
  va_list arguments;
  int result = SQLITE_ERROR;

  if (statement != NULL)
    {
      va_start (arguments, types);
      bind (statement, types, arguments);
      va_end (arguments);
      while ((result = sqlite3_step (statement)) == SQLITE_ROW)
        ;
    }
  if (result != SQLITE_DONE)
    set_error (self, error);
  if (statement != NULL)
    sqlite3_reset (statement);

  return result == SQLITE_DONE;
}

sqlite3_stmt *
chatd_store_sqlite_query (ChatdStoreSqlite *self, ChatdSql sql, const char *types, ...)
{
  sqlite3_stmt *statement = prepare (self, sql);
  va_list arguments;

  if (statement == NULL)
    return NULL;

  sqlite3_reset (statement);
  va_start (arguments, types);
  bind (statement, types, arguments);
  va_end (arguments);
  return statement;
}

gboolean
chatd_store_sqlite_next (ChatdStoreSqlite *self, sqlite3_stmt *statement, GError **error)
{
  const int result = statement != NULL ? sqlite3_step (statement) : SQLITE_ERROR;

  if (result == SQLITE_ROW)
    return TRUE;

  if (result != SQLITE_DONE)
    set_error (self, error);
  chatd_store_sqlite_end (statement);
  return FALSE;
}

void
chatd_store_sqlite_end (sqlite3_stmt *statement)
{
  if (statement != NULL)
    sqlite3_reset (statement);
}

guint
chatd_store_sqlite_get_n_changed (ChatdStoreSqlite *self)
{
  return (guint) sqlite3_changes (self->db);
}

void
chatd_store_sqlite_roll_back (ChatdStoreSqlite *self)
{
  if (!sqlite3_get_autocommit (self->db))
    chatd_store_sqlite_run (self, CHATD_SQL_ROLL_BACK, NULL, "");
}

gboolean
chatd_store_sqlite_checkpoint (ChatdStoreSqlite *self, gboolean all, GError **error)
{
  const int mode = all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int in_wal, taken_over;
  const int result = sqlite3_wal_checkpoint_v2 (self->db, NULL, mode, &in_wal, &taken_over);

  if (result == SQLITE_BUSY)
    return FALSE;
  if (result != SQLITE_OK)
    {
      set_error (self, error);
      return FALSE;
    }

  if (in_wal == taken_over)
    self->wal_pages = 0;
  return in_wal == taken_over;
}

guint
chatd_store_sqlite_get_wal_pages (const ChatdStoreSqlite *self)
{
  return (guint) self->wal_pages;
}
