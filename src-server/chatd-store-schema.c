/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-store-schema.h"

#include "chatd-store.h"

#include <glib/gi18n.h>

/* The log is only appended to, by rowid. A row of kind 0 is no entry but a refusal, which uses up a
 * cseq; it goes when it is folded. Where a room's entries are stands in chunks: first, then the
 * distance from each id to the next, as varints. Chunks and instances are behind: they know of the
 * rows up to store.folded; what comes after is read again at the start. */
static const char first_tables[] =
    "CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL,"
    "  reserved INTEGER NOT NULL, folded INTEGER NOT NULL, identity INTEGER NOT NULL) STRICT;"
    "CREATE TABLE rooms (number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, name TEXT NOT NULL,"
    "  settings BLOB NOT NULL, host_key BLOB NOT NULL, created_us INTEGER NOT NULL,"
    "  closed_us INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0,"
    "  floor INTEGER NOT NULL DEFAULT 0, last_member INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX rooms_closed ON rooms (dropped, closed_us) WHERE closed_us > 0;"
    "CREATE TABLE members (room INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
    "  key BLOB NOT NULL, joined_us INTEGER NOT NULL, left_us INTEGER NOT NULL,"
    "  PRIMARY KEY (room, number)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX members_left ON members (left_us) WHERE left_us > 0;"
    "CREATE TABLE instances (room INTEGER NOT NULL, member INTEGER NOT NULL,"
    "  instance INTEGER NOT NULL, cseq INTEGER NOT NULL, used INTEGER NOT NULL,"
    "  PRIMARY KEY (room, member, instance)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE log (id INTEGER PRIMARY KEY, room INTEGER NOT NULL, prev INTEGER NOT NULL,"
    "  at_us INTEGER NOT NULL, member INTEGER NOT NULL, instance INTEGER NOT NULL,"
    "  cseq INTEGER NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL) STRICT;"
    "CREATE TABLE chunks (room INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    "  last_at_us INTEGER NOT NULL, n INTEGER NOT NULL, ids BLOB NOT NULL,"
    "  PRIMARY KEY (room, first)) STRICT, WITHOUT ROWID;";

/* Of a private room: the uid of the one beside which it is, and who its members are there. */
static const char private_rooms[] =
    "ALTER TABLE rooms ADD COLUMN parent BLOB NOT NULL DEFAULT x'';"
    "ALTER TABLE rooms ADD COLUMN one INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE rooms ADD COLUMN other INTEGER NOT NULL DEFAULT 0;";

/* Id up to which a member has read */
static const char read_so_far[] = "ALTER TABLE members ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;";

/* Once for each time that somebody put a file into a room. entry: which shows it; 0: none yet. */
static const char file_table[] =
    "CREATE TABLE files (room INTEGER NOT NULL, entry INTEGER NOT NULL, member INTEGER NOT NULL,"
    "  sha256 BLOB NOT NULL, size INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    "  PRIMARY KEY (room, entry, member, sha256)) STRICT, WITHOUT ROWID;";

/* Rows are added, never changed: some store out there has each of these versions. */
static const struct
{
  guint version;
  const char *sql;
} migrations[] = {
  { 1, first_tables },
  { 2, private_rooms },
  { 3, read_so_far },
  { 4, file_table },
};

static gboolean
take_step (ChatdStoreSqlite *db, guint i, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %u", migrations[i].version);

  if (chatd_store_sqlite_run (db, CHATD_SQL_BEGIN_WRITE, error, "") &&
      chatd_store_sqlite_exec (db, migrations[i].sql, error) &&
      chatd_store_sqlite_exec (db, mark, error) &&
      chatd_store_sqlite_run (db, CHATD_SQL_COMMIT, error, ""))
    return TRUE;

  chatd_store_sqlite_roll_back (db);
  return FALSE;
}

guint
chatd_store_schema_get_version (void)
{
  return migrations[G_N_ELEMENTS (migrations) - 1].version;
}

gboolean
chatd_store_schema_migrate (ChatdStoreSqlite *db, const char *path, GError **error)
{
  guint version;

  if (!chatd_store_sqlite_get_number (db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version > chatd_store_schema_get_version ())
    {
      g_set_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_TOO_NEW,
                   /* translators: a file */
                   _ ("A later version of chatd made the database %s: install that one."), path);
      return FALSE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (migrations); i++)
    if (migrations[i].version > version && !take_step (db, i, error))
      return FALSE;

  return TRUE;
}
