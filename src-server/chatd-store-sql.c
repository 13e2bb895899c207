/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-sql.h"

#define CHUNK_OF "FROM chunks WHERE room = ?1 "
#define TOMBSTONE "kind = 6, body = x'' "

static const char *const texts[CHATD_SQL_N] = {
  [CHATD_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
  [CHATD_SQL_BEGIN_READ] = "BEGIN",
  [CHATD_SQL_COMMIT] = "COMMIT",
  [CHATD_SQL_ROLL_BACK] = "ROLLBACK",

  [CHATD_SQL_GET_STORE] = "SELECT generation, reserved, folded, identity FROM store",
  [CHATD_SQL_SET_STORE] = "REPLACE INTO store (one, generation, reserved, folded, identity) "
                          "VALUES (1, ?1, ?2, ?3, ?4)",
  [CHATD_SQL_SET_RESERVED] = "UPDATE store SET reserved = ?1",
  [CHATD_SQL_SET_FOLDED] = "UPDATE store SET folded = ?1",

  [CHATD_SQL_ADD_ROOM] = "INSERT INTO rooms (number, uid, name, settings, host_key, created_us, "
                         "parent, one, other) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [CHATD_SQL_SET_SETTINGS] = "UPDATE rooms SET settings = ?2 WHERE number = ?1",
  [CHATD_SQL_CLOSE_ROOM] = "UPDATE rooms SET closed_us = ?2 WHERE number = ?1",
  [CHATD_SQL_LIST_ROOMS] =
      "SELECT number, uid, name, settings, host_key, created_us, closed_us, parent, one, other "
      "FROM rooms "
      "ORDER BY number",
  [CHATD_SQL_GET_ROOM] = "SELECT floor, last_member FROM rooms WHERE number = ?1 AND closed_us = 0",
  [CHATD_SQL_NEXT_ROOM] = "SELECT number, floor FROM rooms WHERE number > ?1 AND closed_us = 0 "
                          "ORDER BY number LIMIT 1",
  [CHATD_SQL_NEXT_CLOSED] = "SELECT number FROM rooms WHERE closed_us > 0 AND dropped = 0 LIMIT 1",
  [CHATD_SQL_SET_DROPPED] = "UPDATE rooms SET dropped = 1 WHERE number = ?1",
  [CHATD_SQL_SET_FLOOR] = "UPDATE rooms SET floor = max (floor, ?2) WHERE number = ?1",
  [CHATD_SQL_RAISE_LAST_MEMBER] =
      "UPDATE rooms SET last_member = ?2 WHERE number = ?1 AND last_member < ?2",
  [CHATD_SQL_PUT_MEMBER] = "REPLACE INTO members (room, number, name, key, joined_us, left_us) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  [CHATD_SQL_PUT_SEEN] =
      "UPDATE members SET seen = ?3 WHERE room = ?1 AND number = ?2 AND seen < ?3",
  [CHATD_SQL_LIST_MEMBERS] = "SELECT number, name, key, joined_us, left_us, seen FROM members "
                             "WHERE room = ?1 ORDER BY number",
  [CHATD_SQL_DROP_MEMBERS] = "DELETE FROM members WHERE room = ?1 AND number IN "
                             "(SELECT number FROM members WHERE room = ?1 LIMIT ?2)",
  [CHATD_SQL_FORGET_ROOMS] =
      "DELETE FROM rooms WHERE number IN (SELECT number FROM rooms WHERE closed_us > 0 AND "
      "dropped = 1 AND closed_us < ?1 LIMIT ?2)",
  [CHATD_SQL_NEXT_LEFT] =
      "SELECT room, number FROM members WHERE left_us > 0 AND left_us < ?1 LIMIT 1",
  [CHATD_SQL_DROP_MEMBER] = "DELETE FROM members WHERE room = ?1 AND number = ?2",

  [CHATD_SQL_PUT_INSTANCE] = "REPLACE INTO instances (room, member, instance, cseq, used) "
                             "VALUES (?1, ?2, ?3, ?4, ?5)",
  [CHATD_SQL_TRIM_INSTANCES] =
      "DELETE FROM instances WHERE room = ?1 AND member = ?2 AND instance IN "
      "(SELECT instance FROM instances WHERE room = ?1 AND member = ?2 "
      "ORDER BY used DESC LIMIT -1 OFFSET ?3)",
  [CHATD_SQL_LIST_INSTANCES] = "SELECT member, instance, cseq, used FROM instances WHERE room = ?1",
  [CHATD_SQL_DROP_INSTANCES] = "DELETE FROM instances WHERE room = ?1 AND (member, instance) IN "
                               "(SELECT member, instance FROM instances WHERE room = ?1 LIMIT ?2)",
  [CHATD_SQL_DROP_MEMBERS_INSTANCES] = "DELETE FROM instances WHERE room = ?1 AND member = ?2",

  [CHATD_SQL_APPEND] =
      "INSERT INTO log (id, room, prev, at_us, member, instance, cseq, kind, body) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [CHATD_SQL_GET_ENTRY] =
      "SELECT prev, at_us, member, instance, cseq, kind, body FROM log WHERE id = ?1 AND room = ?2",
  [CHATD_SQL_GET_AT] = "SELECT at_us FROM log WHERE id = ?1",
  /* chat_entry_kind_is_said() */
  [CHATD_SQL_ERASE] =
      "UPDATE log SET " TOMBSTONE "WHERE id = ?1 AND member = ?2 AND kind IN (1, 10, 11, 13, 14)",
  /* chat_entry_kind_is_retractable() */
  [CHATD_SQL_RETRACT] = "UPDATE log SET " TOMBSTONE "WHERE id = ?1 AND room = ?2 AND member = ?3 "
                        "AND kind IN (1, 10, 11, 14)",
  [CHATD_SQL_REMOVE] = "DELETE FROM log WHERE id = ?1",
  [CHATD_SQL_LIST_UNFOLDED] =
      "SELECT id, room, at_us, member, instance, cseq, kind FROM log WHERE id > ?1 ORDER BY id",

  [CHATD_SQL_ADD_CHUNK] = "INSERT INTO chunks (room, first, last, last_at_us, n, ids) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  [CHATD_SQL_EXTEND_CHUNK] =
      "UPDATE chunks SET last = ?3, last_at_us = max (last_at_us, ?4), n = n + ?5, "
      "ids = CAST (ids || ?6 AS BLOB) WHERE room = ?1 AND first = ?2",
  [CHATD_SQL_LAST_CHUNK] = "SELECT first, last, n " CHUNK_OF "ORDER BY first DESC LIMIT 1",
  [CHATD_SQL_CHUNK_AT] =
      "SELECT first, ids " CHUNK_OF "AND first <= ?2 ORDER BY first DESC LIMIT 1",
  [CHATD_SQL_CHUNK_AFTER] = "SELECT first, ids " CHUNK_OF "AND first > ?2 ORDER BY first LIMIT 1",
  [CHATD_SQL_FIRST_CHUNK] =
      "SELECT first, last, last_at_us, ids " CHUNK_OF "ORDER BY first LIMIT 1",
  [CHATD_SQL_COUNT_CHUNKS] = "SELECT first, n, ids " CHUNK_OF "ORDER BY first DESC",
  [CHATD_SQL_LIST_FILES] = "SELECT room, member, entry, size, at_us, sha256 FROM files",
  [CHATD_SQL_PUT_FILE] = "REPLACE INTO files (room, member, entry, size, at_us, sha256) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  [CHATD_SQL_NAME_FILE] = "UPDATE files SET entry = ?3, at_us = ?4 "
                          "WHERE room = ?1 AND entry = 0 AND member = ?2 AND sha256 = ?5",
  [CHATD_SQL_DROP_FILES] = "DELETE FROM files WHERE entry BETWEEN ?1 AND ?2 AND at_us < ?3",
  [CHATD_SQL_DROP_FILES_OF_ROOM] =
      "DELETE FROM files WHERE room = ?1 AND entry BETWEEN ?3 AND ?4 AND at_us < ?5 "
      "AND (?2 = 0 OR member = ?2) AND (?6 = x'' OR sha256 = ?6)",
  [CHATD_SQL_REMOVE_CHUNK] = "DELETE FROM chunks WHERE room = ?1 AND first = ?2",
};

const char *
chatd_store_sql_get (ChatdSql sql)
{
  g_assert (sql < CHATD_SQL_N);

  return texts[sql];
}
