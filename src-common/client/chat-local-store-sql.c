/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-store-sql.h"

#include "chat-error.h"

#define BUSY_TIMEOUT_MS 1000

struct _ChatLocalStoreSql
{
  sqlite3 *db;                          /* owned */
  sqlite3_stmt *statements[CHAT_SQL_N]; /* owned, made when first wanted */
  gboolean durable;                     /* what the connection is set to */
};

/* The tables of version 1 */
static const char tables[] =
    "CREATE TABLE rooms (number INTEGER PRIMARY KEY, host TEXT NOT NULL, tcp_port INTEGER NOT NULL,"
    "  udp_port INTEGER NOT NULL, name TEXT NOT NULL, user_name TEXT NOT NULL, draft TEXT NOT NULL,"
    "  uid BLOB NOT NULL, host_key BLOB NOT NULL, key BLOB NOT NULL, instance INTEGER NOT NULL,"
    "  last_cseq INTEGER NOT NULL, attempt INTEGER NOT NULL, member INTEGER NOT NULL,"
    "  joined INTEGER NOT NULL, floor INTEGER NOT NULL, read INTEGER NOT NULL,"
    "  state INTEGER NOT NULL, end INTEGER NOT NULL, is_host INTEGER NOT NULL,"
    "  off_record INTEGER NOT NULL, encrypted_only INTEGER NOT NULL) STRICT;"
    "CREATE TABLE log (room INTEGER NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL,"
    "  member INTEGER NOT NULL, instance INTEGER NOT NULL, cseq INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (room, id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE names (room INTEGER NOT NULL, member INTEGER NOT NULL, name TEXT NOT NULL,"
    "  PRIMARY KEY (room, member)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE outbox (room INTEGER NOT NULL, place INTEGER NOT NULL, instance INTEGER NOT NULL,"
    "  cseq INTEGER NOT NULL, kind INTEGER NOT NULL, after INTEGER NOT NULL, at INTEGER NOT NULL,"
    "  code TEXT, body BLOB NOT NULL, PRIMARY KEY (room, instance, cseq)) STRICT, WITHOUT ROWID;";

/* Those of version 2, for searching. Of search_words only what has its words in order is kept in
 * the index, by the triggers; its number grows with the time of what was said. search_rooms: which
 * ids of a room are in it, from low up to below high; search_sweep: where texts went that may be in
 * it still; search_state.merge: 1: what was taken out has to vanish from its pages, too, 2: it is
 * being done. */
static const char search_tables[] =
    "CREATE TABLE search_words (number INTEGER PRIMARY KEY, room INTEGER NOT NULL,"
    "  id INTEGER NOT NULL, words TEXT NOT NULL) STRICT;"
    "CREATE INDEX search_words_place ON search_words (room, id);"
    "CREATE VIRTUAL TABLE search USING fts5 (words, room, content = 'search_words',"
    "  content_rowid = 'number', tokenize = 'ascii', columnsize = 0);"
    "CREATE TRIGGER search_add AFTER INSERT ON search_words BEGIN"
    "  INSERT INTO search (rowid, words, room) VALUES (new.number, new.words, new.room); END;"
    "CREATE TRIGGER search_remove AFTER DELETE ON search_words BEGIN"
    "  INSERT INTO search (search, rowid, words, room)"
    "  VALUES ('delete', old.number, old.words, old.room);"
    "  UPDATE search_state SET merge = 1; END;"
    "CREATE TABLE search_rooms (room INTEGER PRIMARY KEY, low INTEGER NOT NULL,"
    "  high INTEGER NOT NULL) STRICT;"
    "CREATE TABLE search_sweep (room INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;"
    "CREATE TABLE search_state (merge INTEGER NOT NULL) STRICT;"
    "INSERT INTO search_state VALUES (0);";

/* What brings a database to each version, from the one before; never changed once it was released.
 */
static const char *const versions[] = { tables, search_tables };

#define NEWEST_VERSION ((int) G_N_ELEMENTS (versions))

#define LAST_PLACE "(SELECT coalesce (max (place), 0) + 1 FROM outbox WHERE room = ?1)"
#define FIRST_PLACE "(SELECT coalesce (min (place), 0) - 1 FROM outbox WHERE room = ?1)"

static const char *const texts[CHAT_SQL_N] = {
  [CHAT_SQL_PUT_ROOM] = "INSERT OR REPLACE INTO rooms VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                        "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
  [CHAT_SQL_NOTE_READ] = "UPDATE rooms SET read = ?2 WHERE number = ?1",
  [CHAT_SQL_NOTE_DRAFT] = "UPDATE rooms SET draft = ?2 WHERE number = ?1",
  [CHAT_SQL_FORGET_ROOM] = "DELETE FROM rooms WHERE number = ?1",
  [CHAT_SQL_FORGET_LOG] = "DELETE FROM log WHERE room = ?1",
  [CHAT_SQL_FORGET_NAMES] = "DELETE FROM names WHERE room = ?1",
  [CHAT_SQL_FORGET_UNSENT] = "DELETE FROM outbox WHERE room = ?1",
  [CHAT_SQL_APPEND] = "INSERT OR REPLACE INTO log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  [CHAT_SQL_WITHDRAW] = "DELETE FROM log WHERE room = ?1 AND id > ?2",
  [CHAT_SQL_ERASE] = "UPDATE log SET kind = 6, body = x'' WHERE room = ?1 AND member = ?2 "
                     "AND id <= ?3 AND kind IN (1, 14)",
  [CHAT_SQL_NAME_MEMBER] = "INSERT OR REPLACE INTO names VALUES (?1, ?2, ?3)",
  [CHAT_SQL_ADD_UNSENT] =
      "INSERT OR REPLACE INTO outbox VALUES (?1, " LAST_PLACE ", ?2, ?3, ?4, ?5, ?6, NULL, ?7)",
  [CHAT_SQL_ADD_UNSENT_FIRST] =
      "INSERT OR REPLACE INTO outbox VALUES (?1, " FIRST_PLACE ", ?2, ?3, ?4, ?5, ?6, NULL, ?7)",
  [CHAT_SQL_REMOVE_UNSENT] = "DELETE FROM outbox WHERE room = ?1 AND instance = ?2 AND cseq = ?3",
  [CHAT_SQL_RENUMBER_UNSENT] =
      "UPDATE OR REPLACE outbox SET instance = ?4, cseq = ?5, place = " LAST_PLACE
      " WHERE room = ?1 AND instance = ?2 AND cseq = ?3",
  [CHAT_SQL_FAIL_UNSENT] = "UPDATE outbox SET code = ?4 WHERE room = ?1 AND instance = ?2 "
                           "AND cseq = ?3",
  /* so many may stand beside one another in one ms: then those behind are left out */
  [CHAT_SQL_SEARCH_ADD] =
      "INSERT OR IGNORE INTO search_words VALUES (coalesce ((SELECT max (number) + 1 "
      "FROM search_words WHERE number >= ?1 AND number < ?1 + 32768), ?1), ?2, ?3, ?4)",
  [CHAT_SQL_SEARCH_NOTE_ROOM] = "INSERT OR REPLACE INTO search_rooms VALUES (?1, ?2, ?3)",
  [CHAT_SQL_SEARCH_WITHDRAW] = "DELETE FROM search_words WHERE room = ?1 AND id > ?2",
  [CHAT_SQL_SEARCH_WITHDRAW_ROOM] = "UPDATE search_rooms SET low = min (low, ?2 + 1), "
                                    "high = min (high, ?2 + 1) WHERE room = ?1",
  [CHAT_SQL_SEARCH_FORGET_ROOM] = "DELETE FROM search_rooms WHERE room = ?1",
  [CHAT_SQL_SEARCH_WANT_SWEEP] = "INSERT OR REPLACE INTO search_sweep VALUES (?1, 0)",
  [CHAT_SQL_SEARCH_SWEEP] =
      "DELETE FROM search_words WHERE room = ?1 AND id >= ?2 AND id < ?3 AND NOT EXISTS "
      "(SELECT 1 FROM log WHERE log.room = search_words.room AND log.id = search_words.id "
      "AND kind = 1)",
  [CHAT_SQL_SEARCH_SWEPT] = "DELETE FROM search_sweep WHERE room = ?1",
  [CHAT_SQL_SEARCH_NOTE_SWEEP] = "UPDATE search_sweep SET next = ?2 WHERE room = ?1",
  [CHAT_SQL_SEARCH_NOTE_MERGE] = "UPDATE search_state SET merge = ?1",
  [CHAT_SQL_SEARCH_MERGE] = "INSERT INTO search (search, rank) VALUES ('merge', ?1)",
  [CHAT_SQL_LOAD_ROOMS] = "SELECT * FROM rooms ORDER BY number",
  /* where they begin is looked for first: that needs no sorting */
  [CHAT_SQL_LOAD_ENTRIES] = "SELECT id, at, member, instance, cseq, kind, body FROM log "
                            "WHERE room = ?1 AND id < ?3 AND id >= max (?2, coalesce ("
                            "(SELECT id FROM log WHERE room = ?1 AND id < ?3 "
                            "ORDER BY id DESC LIMIT 1 OFFSET ?4 - 1), 0)) ORDER BY id",
  [CHAT_SQL_LAST_ID] = "SELECT max (id) FROM log WHERE room = ?1",
  [CHAT_SQL_COUNT_UNREAD] =
      "SELECT count (*) FROM log WHERE room = ?1 AND id > ?2 AND kind IN (1, 14) "
      "AND member <> ?3",
  [CHAT_SQL_LOAD_NAMES] = "SELECT member, name FROM names WHERE room = ?1",
  [CHAT_SQL_LOAD_UNSENT] = "SELECT instance, cseq, kind, after, at, code, body FROM outbox "
                           "WHERE room = ?1 ORDER BY place",
  /* what is left in the index of one that was forgotten must not be another's */
  [CHAT_SQL_LAST_ROOM] = "SELECT max (coalesce ((SELECT max (number) FROM rooms), 0), "
                         "coalesce ((SELECT max (room) FROM search_sweep), 0))",
  [CHAT_SQL_COUNT_BACK_TO] = "SELECT count (*) FROM log WHERE room = ?1 AND id >= ?2 AND id < ?3",
  [CHAT_SQL_SEARCH_LOAD_ROOM] = "SELECT low, high FROM search_rooms WHERE room = ?1",
  [CHAT_SQL_LOAD_ENTRIES_FROM] = "SELECT id, at, member, instance, cseq, kind, body FROM log "
                                 "WHERE room = ?1 AND id >= ?2 ORDER BY id LIMIT ?3",
  [CHAT_SQL_SEARCH_LOAD_SWEEP] = "SELECT room, next FROM search_sweep LIMIT 1",
  [CHAT_SQL_SEARCH_SWEEP_END] = "SELECT id FROM search_words WHERE room = ?1 AND id >= ?2 "
                                "ORDER BY id LIMIT 1 OFFSET ?3",
  [CHAT_SQL_SEARCH_LOAD_MERGE] = "SELECT merge FROM search_state",
  /* the log says what is still there; by rising numbers backwards no row is sorted */
  [CHAT_SQL_SEARCH_FIND] =
      "SELECT w.number, l.room, l.id, l.at, l.member, l.body, n.name FROM search "
      "CROSS JOIN search_words w ON w.number = search.rowid "
      "LEFT JOIN log l ON l.room = w.room AND l.id = w.id AND l.kind = 1 "
      "LEFT JOIN names n ON n.room = l.room AND n.member = l.member "
      "WHERE search MATCH ?1 AND search.rowid < ?2 ORDER BY search.rowid DESC LIMIT ?3",
};

static gboolean
fail (ChatLocalStoreSql *self, GError **error)
{
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE, "The local database: %s (%d)",
               sqlite3_errmsg (self->db), sqlite3_extended_errcode (self->db));
  return FALSE;
}

static gboolean
execute (ChatLocalStoreSql *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, error);
}

static int
get_version (ChatLocalStoreSql *self)
{
  sqlite3_stmt *statement = NULL;
  int version = -1;

  if (sqlite3_prepare_v2 (self->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    version = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return version;
}

static gboolean
raise_version (ChatLocalStoreSql *self, int version, GError **error)
{
  g_autofree char *note = g_strdup_printf ("PRAGMA user_version = %d", version);

  if (execute (self, "BEGIN", error) && execute (self, versions[version - 1], error) &&
      execute (self, note, error) && execute (self, "COMMIT", error))
    return TRUE;

  chat_local_store_sql_roll_back (self);
  return FALSE;
}

static gboolean
bring_up_to_date (ChatLocalStoreSql *self, GError **error)
{
  const int version = get_version (self);

  if (version < 0)
    return fail (self, error);
  if (version > NEWEST_VERSION)
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE,
                   "The local database is of a later version (%d)", version);
      return FALSE;
    }

  for (int next = version + 1; next <= NEWEST_VERSION; next++)
    if (!raise_version (self, next, error))
      return FALSE;

  return TRUE;
}

static gboolean
set_up (ChatLocalStoreSql *self, GError **error)
{
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  return execute (self,
                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                  "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
                  error) &&
         bring_up_to_date (self, error);
}

ChatLocalStoreSql *
chat_local_store_sql_open (const char *path, GError **error)
{
  g_autoptr (ChatLocalStoreSql) self = g_new0 (ChatLocalStoreSql, 1);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  if (sqlite3_open_v2 (path != NULL ? path : ":memory:", &self->db, flags, NULL) != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }

  return set_up (self, error) ? g_steal_pointer (&self) : NULL;
}

void
chat_local_store_sql_free (ChatLocalStoreSql *self)
{
  for (guint i = 0; i < CHAT_SQL_N; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_free (self);
}

static gboolean
set_durable (ChatLocalStoreSql *self, gboolean durable, GError **error)
{
  if (self->durable == durable)
    return TRUE;
  if (!execute (self, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error))
    return FALSE;

  self->durable = durable;
  return TRUE;
}

gboolean
chat_local_store_sql_begin (ChatLocalStoreSql *self, gboolean durable, GError **error)
{
  return set_durable (self, durable, error) && execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
chat_local_store_sql_commit (ChatLocalStoreSql *self, GError **error)
{
  return execute (self, "COMMIT", error);
}

void
chat_local_store_sql_roll_back (ChatLocalStoreSql *self)
{
  if (!sqlite3_get_autocommit (self->db)) /* SQLite may have done it by itself */
    execute (self, "ROLLBACK", NULL);
}

gboolean
chat_local_store_sql_scrub (ChatLocalStoreSql *self, GError **error)
{
  return execute (self, "PRAGMA wal_checkpoint (TRUNCATE)", error);
}

sqlite3_stmt *
chat_local_store_sql_prepare (ChatLocalStoreSql *self, ChatSql which)
{
  sqlite3_stmt **statement = &self->statements[which];

  if (*statement == NULL &&
      sqlite3_prepare_v3 (self->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) !=
          SQLITE_OK)
    g_warning ("The local database: %s", sqlite3_errmsg (self->db));
  sqlite3_reset (*statement);
  sqlite3_clear_bindings (*statement);
  return *statement;
}

gboolean
chat_local_store_sql_run (ChatLocalStoreSql *self, sqlite3_stmt *statement, GError **error)
{
  const int result = sqlite3_step (statement);

  if (result != SQLITE_DONE)
    return fail (self, error);

  sqlite3_reset (statement);
  return TRUE;
}

gboolean
chat_local_store_sql_finish (ChatLocalStoreSql *self,
                             sqlite3_stmt *statement,
                             int result,
                             GError **error)
{
  const gboolean done = result == SQLITE_DONE || fail (self, error);

  sqlite3_reset (statement);
  return done;
}

gint64
chat_local_store_sql_get_changes (ChatLocalStoreSql *self)
{
  return sqlite3_total_changes64 (self->db);
}
