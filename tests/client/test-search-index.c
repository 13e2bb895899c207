/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-about.h"
#include "chat-local-store.h"
#include "chat-search-index.h"
#include "test-folder.h"

#include <sqlite3.h>
#include <string.h>

/* What was said is found as long as it is there, and no longer; the index comes after by itself. */

#define YEAR_2023_US G_GINT64_CONSTANT (1700000000000000)

typedef struct
{
  char *folder;
  ChatLocalStore *store;
} Fixture;

static void
open_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->store = chat_local_store_open (fixture->folder, &error);
  g_assert_no_error (error);
}

static void
close_store (Fixture *fixture)
{
  g_clear_pointer (&fixture->store, chat_local_store_unref);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("chat-search-XXXXXX", NULL);
  open_store (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_store (fixture);
  test_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

/* --- what is in the store ------------------------------------------------ */

static gint64
add_room (Fixture *fixture, const char *name)
{
  g_autoptr (ChatStoredRoom) room = g_new0 (ChatStoredRoom, 1);

  room->host = g_strdup ("chat.example");
  room->name = g_strdup (name);
  room->user_name = g_strdup ("taro");
  room->state = CHAT_STORED_IN;
  chat_local_store_put_room (fixture->store, room);
  return room->number;
}

static void
append_at (Fixture *fixture, gint64 room, guint64 id, gint64 at_us, guint64 kind, const char *text)
{
  const ChatEntry entry = { .id = id,
                            .at_us = at_us,
                            .member = 1 + id % 2,
                            .kind = kind,
                            .body = (const guint8 *) text,
                            .body_len = strlen (text) };

  chat_local_store_append (fixture->store, room, &entry);
}

static void
append (Fixture *fixture, gint64 room, guint64 id, const char *text)
{
  append_at (fixture, room, id, YEAR_2023_US + (gint64) id * G_USEC_PER_SEC, CHAT_ENTRY_TEXT, text);
}

static guint
work (Fixture *fixture)
{
  guint n = 1;

  while (chat_search_index_work (chat_local_store_get_index (fixture->store)))
    n++;
  return n;
}

/* --- finding ------------------------------------------------------------- */

static void
on_found (gint64 room, const ChatEntry *entry, const char *sender, gpointer data)
{
  g_string_append_printf (data, "%" G_GINT64_FORMAT ":%" G_GUINT64_FORMAT ":%.*s ", room, entry->id,
                          (int) entry->body_len, (const char *) entry->body);
}

/* Everything, @limit at a time */
static char *
find_all (Fixture *fixture, gint64 room, const char *typed, guint limit)
{
  ChatSearchIndex *index = chat_local_store_get_index (fixture->store);
  g_autoptr (ChatSearchQuery) query = chat_search_query_new (typed);
  GString *out = g_string_new (NULL);
  gint64 before = G_MAXINT64;

  while (chat_search_index_find (index, query, room, &before, limit, on_found, out))
    ;
  return g_string_free (out, FALSE);
}

static void
assert_found_by (
    Fixture *fixture, gint64 room, const char *typed, guint limit, const char *expected)
{
  g_autofree char *found = find_all (fixture, room, typed, limit);

  g_assert_cmpstr (found, ==, expected);
}

static void
assert_found (Fixture *fixture, gint64 room, const char *typed, const char *expected)
{
  assert_found_by (fixture, room, typed, 50, expected);
}

/* What SQLite itself says of it, on another connection */
static void
assert_sound (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
}

/* --- tests --------------------------------------------------------------- */

static void
test_find (Fixture *fixture, gconstpointer data)
{
  const gint64 one = add_room (fixture, "one");
  const gint64 two = add_room (fixture, "two");

  append (fixture, one, 1, "今日は東京タワー");
  append (fixture, two, 2, "ﾄｳｷｮｳ hello World");
  append (fixture, one, 3, "東京 Hello, worlds");
  append_at (fixture, one, 4, YEAR_2023_US, CHAT_ENTRY_JOINED, "東京");
  append (fixture, two, 5, "大阪");
  work (fixture);
  assert_found (fixture, 0, "東京", "1:3:東京 Hello, worlds 1:1:今日は東京タワー ");
  assert_found (fixture, one, "タワ", "1:1:今日は東京タワー ");
  assert_found (fixture, 0, "とうきょう", "2:2:ﾄｳｷｮｳ hello World ");
  assert_found (fixture, 0, "hello wor", "1:3:東京 Hello, worlds 2:2:ﾄｳｷｮｳ hello World ");
  assert_found (fixture, two, "hello wor", "2:2:ﾄｳｷｮｳ hello World ");
  assert_found (fixture, two, "東京", "");
  assert_found (fixture, 0, "京都", "");
  assert_found (fixture, 0, "", "");
  assert_found (fixture, 0, "1", ""); /* the number of a room is no word */
  assert_sound (fixture);
}

/* One's own words that look like the index's language are just words. */
static void
test_odd_words (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  append (fixture, room, 1, "NOT near \"OR\" words:x 'b'");
  work (fixture);
  assert_found (fixture, 0, "not NEAR", "1:1:NOT near \"OR\" words:x 'b' ");
  assert_found (fixture, 0, "\" OR words : x", "1:1:NOT near \"OR\" words:x 'b' ");
  assert_found (fixture, 0, "b' ) --", "1:1:NOT near \"OR\" words:x 'b' ");
  assert_found (fixture, 0, "* ) (", "");
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  for (guint64 id = 1; id <= 5; id++)
    append (fixture, room, id, "あい");
  work (fixture);
  for (guint limit = 1; limit <= 6; limit++)
    assert_found_by (fixture, room, "あい", limit, "1:5:あい 1:4:あい 1:3:あい 1:2:あい 1:1:あい ");
}

/* By time, over all rooms; whatever a server says that the time is */
static void
test_times (Fixture *fixture, gconstpointer data)
{
  const gint64 one = add_room (fixture, "one");
  const gint64 two = add_room (fixture, "two");

  append_at (fixture, one, 1, 0, CHAT_ENTRY_TEXT, "x1");
  append_at (fixture, one, 2, G_MAXINT64, CHAT_ENTRY_TEXT, "x2");
  append_at (fixture, one, 3, G_MININT64, CHAT_ENTRY_TEXT, "x3");
  append_at (fixture, two, 4, YEAR_2023_US, CHAT_ENTRY_TEXT, "x4");
  append_at (fixture, two, 5, G_MAXINT64, CHAT_ENTRY_TEXT, "x5");
  append_at (fixture, one, 6, YEAR_2023_US + 1, CHAT_ENTRY_TEXT, "x6");
  work (fixture);
  for (guint i = 1; i <= 6; i++)
    {
      g_autofree char *typed = g_strdup_printf ("x%u", i);
      g_autofree char *found = find_all (fixture, 0, typed, 50);

      g_assert_cmpuint (strlen (found), >, 0);
    }
  append_at (fixture, two, 7, YEAR_2023_US + 5000, CHAT_ENTRY_TEXT, "あ");
  append_at (fixture, one, 8, YEAR_2023_US + 9000, CHAT_ENTRY_TEXT, "あ");
  append_at (fixture, two, 9, YEAR_2023_US + 7000, CHAT_ENTRY_TEXT, "あ");
  work (fixture);
  assert_found (fixture, 0, "あ", "1:8:あ 2:9:あ 2:7:あ ");
  assert_sound (fixture);
}

static guint
count_on_disk (Fixture *fixture, const char *needle)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  g_autofree char *contents = NULL;
  const char *at;
  guint n = 0;
  gsize len;

  g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  for (const char *p = contents;
       (at = memmem (p, len - (gsize) (p - contents), needle, strlen (needle))) != NULL; p = at + 1)
    n++;
  return n;
}

/* The index has small letters: those of the log are not counted. */
static void
say_secrets (Fixture *fixture, gint64 room)
{
  append (fixture, room, 1, "QUICKSILVER 秘密の鍵");
  append (fixture, room, 2, "other words");
  append (fixture, room, 3, "QUICKSILVER again");
  work (fixture);
  chat_local_store_scrub (fixture->store);
  g_assert_cmpuint (count_on_disk (fixture, "quicksilver"), >=, 3); /* words, and the index */
  g_assert_true (test_folder_contains (fixture->folder, "秘 密"));
}

static void
assert_no_secrets (Fixture *fixture)
{
  g_assert_false (test_folder_contains (fixture->folder, "quicksilver"));
  g_assert_false (test_folder_contains (fixture->folder, "QUICKSILVER"));
  g_assert_false (test_folder_contains (fixture->folder, "秘 密"));
  g_assert_false (test_folder_contains (fixture->folder, "鍵"));
  assert_sound (fixture);
}

static void
test_erased (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  say_secrets (fixture, room);
  chat_local_store_erase (fixture->store, room, 2, 3);
  assert_found (fixture, 0, "quicksilver", ""); /* at once */
  work (fixture);
  assert_no_secrets (fixture);
  assert_found (fixture, 0, "words", "1:2:other words ");
}

/* … and that is done even where the program ends in between. */
static void
test_erased_later (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  say_secrets (fixture, room);
  chat_local_store_erase (fixture->store, room, 2, 3);
  for (guint i = 0; i < 2; i++)
    {
      chat_search_index_work (chat_local_store_get_index (fixture->store));
      close_store (fixture);
      open_store (fixture);
    }
  assert_found (fixture, 0, "quicksilver", "");
  work (fixture);
  assert_no_secrets (fixture);
}

static void
test_withdrawn (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  append (fixture, room, 10, "stays あ");
  append (fixture, room, 11, "QUICKSILVER あ");
  work (fixture);
  chat_local_store_withdraw (fixture->store, room, 10);
  append (fixture, room, 11, "another あ");
  append (fixture, room, 12, "newer あ");
  assert_found (fixture, 0, "あ", "1:10:stays あ "); /* the rest is not in it yet */
  work (fixture);
  assert_found (fixture, 0, "あ", "1:12:newer あ 1:11:another あ 1:10:stays あ ");
  assert_found (fixture, 0, "quicksilver", "");
  assert_no_secrets (fixture);
}

static void
test_forgotten (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  say_secrets (fixture, room);
  chat_local_store_forget_room (fixture->store, room);
  assert_found (fixture, 0, "quicksilver", "");
  close_store (fixture);
  open_store (fixture);
  g_assert_cmpint (add_room (fixture, "another"), >, room); /* what is left is not its */
  assert_found (fixture, 0, "quicksilver", "");
  work (fixture);
  assert_no_secrets (fixture);
}

/* --- edits ----------------------------------------------------------------- */

static void
append_about (
    Fixture *fixture, gint64 room, guint64 id, guint64 kind, guint64 target, const char *text)
{
  const ChatEntryAbout about = { .target = target, .text = text, .text_len = strlen (text) };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  chat_entry_about_append (kind, &about, body);
  g_byte_array_append (body, (const guint8 *) "", 1); /* append_at() takes a string */
  append_at (fixture, room, id, YEAR_2023_US + (gint64) id * G_USEC_PER_SEC, kind,
             (const char *) body->data);
}

/* Members: even ids are one's, odd ones the other's */
static void
test_edits (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  append (fixture, room, 2, "大阪");
  append (fixture, room, 3, "神戸");
  work (fixture);
  append_about (fixture, room, 4, CHAT_ENTRY_EDIT, 2, "京都");
  assert_found (fixture, 0, "大阪", ""); /* before it is in the index, too */
  work (fixture);
  assert_found (fixture, 0, "京都", "1:2:京都 ");
  assert_found (fixture, 0, "大阪", "");
  append_about (fixture, room, 6, CHAT_ENTRY_EDIT, 2, "京都二");
  append_about (fixture, room, 8, CHAT_ENTRY_EDIT, 2, "奈良");
  append_about (fixture, room, 10, CHAT_ENTRY_EDIT, 3, "奈良三"); /* not its writer */
  append_about (fixture, room, 12, CHAT_ENTRY_REPLY, 3, "奈良四");
  append_about (fixture, room, 14, CHAT_ENTRY_EDIT, 12, "奈良五");
  append_about (fixture, room, 16, CHAT_ENTRY_EDIT, 18, "奈良六"); /* before what it edits */
  append (fixture, room, 18, "和歌山");
  work (fixture);
  assert_found (fixture, 0, "京都", "");
  assert_found (fixture, 0, "奈良", "1:12:奈良五 1:2:奈良 ");
  assert_found (fixture, 0, "神戸", "1:3:神戸 ");
  assert_found (fixture, 0, "和歌山", "1:18:和歌山 ");
  chat_local_store_erase_entry (fixture->store, room, 1, 8, TRUE); /* the last edit only */
  assert_found (fixture, 0, "奈良", "1:12:奈良五 ");
  chat_local_store_erase_entry (fixture->store, room, 1, 2, FALSE);
  work (fixture);
  assert_found (fixture, 0, "京都二", "");
  assert_sound (fixture);
  close_store (fixture);
  g_assert_false (test_folder_contains (fixture->folder, "大阪"));
}

static void make_older (Fixture *fixture);

/* Texts of an older store are met after their edits, and before. */
static void
test_edits_of_older_store (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  append (fixture, room, 2, "大阪");
  for (guint64 id = 3; id < 200; id++)
    append (fixture, room, id, "あ");
  append_about (fixture, room, 200, CHAT_ENTRY_EDIT, 2, "京都");
  make_older (fixture);
  open_store (fixture);
  append_about (fixture, room, 202, CHAT_ENTRY_EDIT, 4, "京都二");
  work (fixture);
  append_about (fixture, room, 204, CHAT_ENTRY_EDIT, 6, "京都三");
  work (fixture);
  assert_found (fixture, 0, "京都", "1:6:京都三 1:4:京都二 1:2:京都 ");
  assert_found (fixture, 0, "大阪", "");
  assert_sound (fixture);
}

/* As a store was that knew of no index */
static void
make_older (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  sqlite3 *db;

  close_store (fixture);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "DROP TABLE search; DROP TABLE search_words;"
                                 "DROP TABLE search_rooms; DROP TABLE search_sweep;"
                                 "DROP TABLE search_state; DROP TABLE held; DROP INDEX log_target;"
                                 "ALTER TABLE log DROP COLUMN target;"
                                 "ALTER TABLE rooms DROP COLUMN parent;"
                                 "ALTER TABLE rooms DROP COLUMN peer;"
                                 "ALTER TABLE rooms DROP COLUMN shown; PRAGMA user_version = 1",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
}

#define OLD_ENTRIES 1000

static void
test_older_store (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");
  guint steps;

  append (fixture, room, 1, "東京");
  for (guint64 id = 2; id < OLD_ENTRIES; id++)
    append (fixture, room, id, "あ");
  append (fixture, room, OLD_ENTRIES, "大阪");
  make_older (fixture);

  open_store (fixture);
  append (fixture, room, OLD_ENTRIES + 1, "大阪だ");
  while (chat_search_index_catch_up (chat_local_store_get_index (fixture->store)))
    ;
  /* what is new does not wait for the old */
  assert_found (fixture, 0, "大阪", "1:1001:大阪だ ");
  g_assert_false (chat_search_index_is_complete (chat_local_store_get_index (fixture->store)));
  for (guint i = 0; i < 3; i++) /* then comes the newest of that */
    chat_search_index_work (chat_local_store_get_index (fixture->store));
  assert_found (fixture, 0, "大阪", "1:1001:大阪だ 1:1000:大阪 ");
  assert_found (fixture, 0, "東京", "");

  close_store (fixture); /* it goes on where it was */
  open_store (fixture);
  steps = work (fixture);
  g_assert_cmpuint (steps, >=, 10); /* never all at once */
  g_assert_cmpuint (steps, <=, 40);
  assert_found (fixture, 0, "東京", "1:1:東京 ");
  g_assert_true (chat_search_index_is_complete (chat_local_store_get_index (fixture->store)));
  assert_sound (fixture);
}

/* Nobody need ask for it. */
static void
test_by_itself (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  append (fixture, room, 1, "東京");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_found (fixture, 0, "東京", "1:1:東京 ");
  chat_local_store_erase (fixture->store, room, 2, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (chat_search_index_work (chat_local_store_get_index (fixture->store)));
  g_assert_false (test_folder_contains (fixture->folder, "東 京"));
}

static void
test_not_utf8 (Fixture *fixture, gconstpointer data)
{
  const gint64 room = add_room (fixture, "room");

  append (fixture, room, 1, "ok\xff\xfe 東京");
  work (fixture);
  assert_found (fixture, 0, "東京", "1:1:ok\uFFFD\uFFFD 東京 ");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/search-index/find", test_find);
  ADD ("/search-index/edits", test_edits);
  ADD ("/search-index/edits-of-older-store", test_edits_of_older_store);
  ADD ("/search-index/odd-words", test_odd_words);
  ADD ("/search-index/pages", test_pages);
  ADD ("/search-index/times", test_times);
  ADD ("/search-index/erased", test_erased);
  ADD ("/search-index/erased-later", test_erased_later);
  ADD ("/search-index/withdrawn", test_withdrawn);
  ADD ("/search-index/forgotten", test_forgotten);
  ADD ("/search-index/older-store", test_older_store);
  ADD ("/search-index/by-itself", test_by_itself);
  ADD ("/search-index/not-utf8", test_not_utf8);
  return g_test_run ();
}
