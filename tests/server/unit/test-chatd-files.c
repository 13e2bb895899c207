/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-file-index.h"
#include "chatd-files.h"
#include "store-fixture.h"

#include "chat-entry-file.h"
#include "chatd-store-sqlite.h"

#include <glib/gstdio.h>
#include <string.h>

#define MIB (1024 * 1024)
#define DAY G_TIME_SPAN_DAY
#define FOR_EVER ((ChatdStoreFiles){ .last_entry = G_MAXUINT64 })

/* --- the index -------------------------------------------------------------------------------- */

static ChatdStoreFile
file_at (guint64 room, guint64 member, guint64 entry, guint64 size, guint8 hash)
{
  ChatdStoreFile file = {
    .room = room, .member = member, .entry = entry, .size = size, .at_us = STORE_T0
  };

  memset (file.sha256, hash, sizeof file.sha256);
  return file;
}

static void
add (ChatdFileIndex *index, ChatdStoreFile file, gboolean arriving)
{
  chatd_file_index_add (index, &file, arriving);
}

static void
count_gone (const guint8 *sha256, gpointer data)
{
  GString *gone = data;

  g_string_append_c (gone, (char) sha256[0]);
}

static void
test_sums (void)
{
  g_autoptr (ChatdFileIndex) index = chatd_file_index_new ();
  const ChatdStoreFile own = file_at (1, 1, 0, 0, 'a');

  add (index, file_at (1, 1, 0, MIB, 'a'), FALSE);
  add (index, file_at (1, 2, 0, 1, 'b'), TRUE);
  add (index, file_at (2, 1, 7, 3 * MIB, 'a'), FALSE);
  g_assert_cmpuint (chatd_file_index_sum_member (index, 1, 1), ==, MIB);
  g_assert_cmpuint (chatd_file_index_sum_member (index, 1, 2), ==, CHATD_FILE_CHARGE_MIN);
  g_assert_cmpuint (chatd_file_index_sum_room (index, 1), ==, MIB + CHATD_FILE_CHARGE_MIN);
  g_assert_cmpuint (chatd_file_index_sum (index), ==, 4 * MIB + CHATD_FILE_CHARGE_MIN);

  /* the same again takes its place; shown, it is another one */
  add (index, file_at (1, 1, 0, MIB, 'a'), FALSE);
  g_assert_cmpuint (chatd_file_index_sum_room (index, 1), ==, MIB + CHATD_FILE_CHARGE_MIN);
  chatd_file_index_show (index, 1, 1, own.sha256, 5, STORE_T0);
  g_assert_null (chatd_file_index_find_unshown (index, 1, 1, own.sha256));
  g_assert_nonnull (chatd_file_index_find (index, 1, own.sha256));
  add (index, file_at (1, 1, 0, MIB, 'a'), FALSE);
  g_assert_cmpuint (chatd_file_index_sum_member (index, 1, 1), ==, 2 * MIB);
  chatd_file_index_unshow (index, 1, 1, 5);

  chatd_file_index_forget_arriving (index, 1, 2, file_at (1, 2, 0, 0, 'b').sha256);
  g_assert_cmpuint (chatd_file_index_sum_member (index, 1, 2), ==, 0);
}

static void
test_removing (void)
{
  g_autoptr (ChatdFileIndex) index = chatd_file_index_new ();
  g_autoptr (GString) gone = g_string_new (NULL);
  const ChatdStoreFiles some[] = {
    { .room = 1, .member = 1, .first_entry = 5, .last_entry = 5 },
    { .room = 1, .member = 2, .first_entry = 1, .last_entry = 5 }, /* another's */
    { .room = 3, .last_entry = G_MAXUINT64 },
    { .first_entry = 1, .last_entry = G_MAXUINT64, .before_us = STORE_T0 },
  };

  add (index, file_at (1, 1, 5, 1, 'a'), FALSE);
  add (index, file_at (1, 1, 6, 1, 'b'), FALSE);
  add (index, file_at (2, 1, 8, 1, 'b'), FALSE);
  add (index, file_at (2, 1, 0, 1, 'c'), TRUE);
  g_assert_false (chatd_file_index_has (index, &some[1]));
  for (guint i = 0; i < G_N_ELEMENTS (some); i++)
    chatd_file_index_remove (index, &some[i], count_gone, gone);
  g_assert_cmpstr (gone->str, ==, "a");

  /* what still comes may be the same: its file stays */
  add (index, file_at (2, 1, 0, 1, 'b'), TRUE);
  chatd_file_index_remove (index, &FOR_EVER, count_gone, gone);
  g_assert_cmpstr (gone->str, ==, "a");
  g_assert_cmpuint (chatd_file_index_sum (index), ==, 2 * CHATD_FILE_CHARGE_MIN);
  chatd_file_index_forget_old_arriving (index, STORE_T0);
  g_assert_cmpuint (chatd_file_index_sum (index), ==, 2 * CHATD_FILE_CHARGE_MIN);
  chatd_file_index_forget_old_arriving (index, STORE_T0 + 1);
  g_assert_cmpuint (chatd_file_index_sum (index), ==, 0);
}

/* --- files, a store and a disk ---------------------------------------------------------------- */

typedef struct
{
  StoreFixture base;
  ChatdFiles *files;
  guint64 room;
} Fixture;

static void
open_files (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatdConfig) config = chatd_config_new ();

  config->files_keep_free = 0;
  f->files = chatd_files_new (f->base.store, f->base.folder, &error);
  g_assert_no_error (error);
  chatd_files_configure (f->files, config);
}

static void
close_files (Fixture *f)
{
  g_clear_pointer (&f->base.store, chatd_store_free);
  g_clear_pointer (&f->files, chatd_files_free);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  store_fixture_set_up (&f->base, NULL);
  f->room = store_create_room (f->base.store, "r");
  open_files (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_files (f);
  store_fixture_tear_down (&f->base, NULL);
}

static void
reopen (Fixture *f)
{
  close_files (f);
  f->base.store = store_fixture_open (f->base.folder);
  open_files (f);
}

typedef struct
{
  ChatdFileTransfer slot;
  ChatdFileHandle *handle;
  ChatdFileNewsKind kind;
  guint64 size;
  gboolean came;
} Coming;

static void
on_news (const ChatdFileNews *news, gpointer data)
{
  Coming *coming = data;

  if (news->kind == CHATD_FILE_WRITTEN)
    return;
  coming->kind = news->kind;
  coming->size = news->size;
  coming->came = TRUE;
}

static void
on_replaced (gpointer data)
{
  g_assert_not_reached ();
}

static ChatdFileNewsKind
await (Coming *coming)
{
  coming->came = FALSE;
  while (!coming->came)
    g_main_context_iteration (NULL, TRUE);
  return coming->kind;
}

static void
hash_of (const char *text, guint8 *sha256)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = CHAT_SHA256_SIZE;

  g_checksum_update (checksum, (const guint8 *) text, -1);
  g_checksum_get_digest (checksum, sha256, &len);
}

static void
begin (Fixture *f, Coming *coming, guint64 member, const char *text)
{
  ChatdFilesWay way;

  *coming = (Coming){ .slot = { .part = { .room = f->room, .member = member },
                                .replaced = on_replaced } };
  hash_of (text, coming->slot.part.sha256);
  g_assert_cmpint (chatd_files_begin (f->files, &coming->slot, strlen (text), &way), ==, 0);
  g_assert_cmpint (way, ==, CHATD_FILES_TO_COME);
  coming->handle = chatd_file_worker_write (chatd_files_get_worker (f->files), &coming->slot.part,
                                            on_news, coming);
  g_assert_cmpint (await (coming), ==, CHATD_FILE_OPENED);
}

static void
end (Coming *coming)
{
  chatd_file_handle_close (coming->handle);
  chatd_files_end (&coming->slot);
}

static void
bring (Fixture *f, guint64 member, const char *text)
{
  StoreWait wait = { .left = 1 };
  Coming coming;

  begin (f, &coming, member, text);
  chatd_file_handle_append (coming.handle, (const guint8 *) text, strlen (text));
  chatd_file_handle_check (coming.handle);
  g_assert_cmpint (await (&coming), ==, CHATD_FILE_STORED);
  end (&coming);
  g_assert_true (
      chatd_files_claim (f->files, &coming.slot.part, strlen (text), store_wait_done, &wait));
  store_wait_well (&wait);
}

static gboolean
is_there (Fixture *f, const char *text)
{
  guint8 sha256[CHAT_SHA256_SIZE];
  guint64 size;

  hash_of (text, sha256);
  return chatd_files_find (f->files, f->room, sha256, &size);
}

static char *
path_of (Fixture *f, const char *text)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *shelf = g_strndup (hash, 2);

  return g_build_filename (f->base.folder, "files", shelf, hash, NULL);
}

static gboolean
is_on_disk (Fixture *f, const char *text)
{
  g_autofree char *path = path_of (f, text);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Writes the entry as a room would. */
static guint64
show (Fixture *f, guint64 member, const char *text, gint64 at_us)
{
  ChatEntryFile file = { .name = (char *) "a", .size = strlen (text), .type = (char *) "a/b" };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatEntry entry = {
    .prev = f->base.heads[0], .at_us = at_us, .member = member, .kind = CHAT_ENTRY_FILE
  };
  StoreWait wait = { .left = 1 };

  hash_of (text, file.sha256);
  chat_entry_file_append (&file, body);
  entry.body = body->data;
  entry.body_len = body->len;
  g_assert_true (chatd_files_has_shown (f->files, f->room, &entry));
  entry.id = chatd_store_append (f->base.store, f->room, &entry, store_wait_done, &wait);
  chatd_files_write (f->files, f->room, &entry);
  store_wait_well (&wait);
  chatd_files_land (f->files, f->room, &entry);
  g_assert_false (chatd_files_has_shown (f->files, f->room, &entry));
  f->base.heads[0] = entry.id;
  return entry.id;
}

/* Until the disk and the store have done all that they were asked to */
static void
settle (Fixture *f)
{
  StoreWait wait = { .left = 1 };
  const ChatdStoreFiles none = { .first_entry = 1, .last_entry = 0 };
  Coming reading = { 0 };

  g_assert_true (chatd_store_drop_files (f->base.store, &none, store_wait_done, &wait));
  store_wait_well (&wait);
  reading.handle = chatd_file_worker_read (chatd_files_get_worker (f->files),
                                           reading.slot.part.sha256, on_news, &reading);
  g_assert_cmpint (await (&reading), ==, CHATD_FILE_IS_GONE);
  chatd_file_handle_close (reading.handle);
}

static void
keep_up (Fixture *f, gint64 real_us, gint64 keep_us)
{
  chatd_files_keep_up (f->files, real_us, keep_us);
  settle (f);
}

/* Thirty days after it was shown it goes, a day after it came if it never was. */
static void
test_expiry (Fixture *f, gconstpointer data)
{
  const gint64 now_us = g_get_real_time ();

  bring (f, 1, "shown");
  bring (f, 1, "never shown");
  show (f, 1, "shown", now_us);
  keep_up (f, now_us + DAY - G_USEC_PER_SEC, 0);
  g_assert_true (is_there (f, "shown") && is_there (f, "never shown"));
  keep_up (f, now_us + DAY + G_TIME_SPAN_MINUTE, 0);
  g_assert_true (is_there (f, "shown") && !is_there (f, "never shown"));
  g_assert_true (is_on_disk (f, "shown") && !is_on_disk (f, "never shown"));

  reopen (f);
  keep_up (f, now_us + 30 * DAY - G_USEC_PER_SEC, 0);
  g_assert_true (is_there (f, "shown"));
  keep_up (f, now_us + 30 * DAY + G_USEC_PER_SEC, 0);
  g_assert_false (is_there (f, "shown") || is_on_disk (f, "shown"));
  reopen (f);
  g_assert_false (is_there (f, "shown"));
}

/* Messages that are kept for less long take their files with them. */
static void
test_with_messages (Fixture *f, gconstpointer data)
{
  const gint64 now_us = g_get_real_time ();
  guint64 first;

  bring (f, 1, "a");
  bring (f, 1, "b");
  bring (f, 1, "c");
  first = show (f, 1, "a", now_us);
  show (f, 1, "b", now_us + DAY);
  show (f, 1, "c", now_us + 4 * DAY);
  chatd_files_note_floor (f->files, f->room, first);
  settle (f);
  g_assert_true (!is_there (f, "a") && is_there (f, "b"));
  keep_up (f, now_us + 5 * DAY, 3 * DAY);
  g_assert_true (!is_there (f, "b") && is_there (f, "c"));
}

/* A part counts, also in the next life, until nobody went on with it for a day. */
static void
test_parts (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatdConfig) config = chatd_config_new ();
  g_autofree char *long_text = g_strnfill (MIB, 'x');
  ChatdFileTransfer other = { .part = { .room = f->room, .member = 1 }, .replaced = on_replaced };
  ChatdFilesWay way;
  Coming coming;

  config->files_keep_free = 0;
  config->files_of_member = 1;
  begin (f, &coming, 1, long_text);
  chatd_file_handle_append (coming.handle, (const guint8 *) long_text, MIB / 2);
  end (&coming);
  for (guint life = 0; life < 2; life++)
    {
      chatd_files_configure (f->files, config);
      g_assert_cmpint (chatd_files_begin (f->files, &other, life == 0 ? 1 : MIB / 2 + 1, &way), ==,
                       CHAT_ERROR_QUOTA_MEMBER);
      reopen (f);
      settle (f);
    }
  begin (f, &coming, 1, long_text);
  g_assert_cmpuint (coming.size, ==, MIB / 2);
  end (&coming);

  chatd_files_configure (f->files, config);
  keep_up (f, g_get_real_time () + DAY + G_TIME_SPAN_MINUTE, 0);
  settle (f); /* what was swept is told */
  g_assert_cmpint (chatd_files_begin (f->files, &other, 1, &way), ==, 0);
  chatd_files_end (&other);
}

/* What the room could not write is as before. */
static void
test_taken_back (Fixture *f, gconstpointer data)
{
  ChatEntryFile file = { .name = (char *) "a", .size = 1, .type = (char *) "a/b" };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatEntry entry = { .id = 77, .member = 1, .kind = CHAT_ENTRY_FILE };

  bring (f, 1, "a");
  hash_of ("a", file.sha256);
  chat_entry_file_append (&file, body);
  entry.body = body->data;
  entry.body_len = body->len;
  chatd_files_write (f->files, f->room, &entry);
  g_assert_false (chatd_files_has_shown (f->files, f->room, &entry));
  chatd_files_take_back (f->files, f->room, &entry);
  g_assert_true (chatd_files_has_shown (f->files, f->room, &entry));
}

/* A store from before there were files */
static void
test_older_store (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->base.folder, "chatd.db", NULL);
  g_autoptr (GError) error = NULL;
  ChatdStoreSqlite *db;

  close_files (f);
  db = chatd_store_sqlite_open (path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (chatd_store_sqlite_exec (db, "DROP TABLE files; PRAGMA user_version = 3", &error));
  chatd_store_sqlite_free (db);
  f->base.store = store_fixture_open (f->base.folder);
  open_files (f);
  bring (f, 1, "a");
  g_assert_true (is_there (f, "a"));
}

#define ADD(name, func) g_test_add ("/chatd-files/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-files/sums", test_sums);
  g_test_add_func ("/chatd-files/removing", test_removing);
  ADD ("expiry", test_expiry);
  ADD ("with-messages", test_with_messages);
  ADD ("parts", test_parts);
  ADD ("taken-back", test_taken_back);
  ADD ("older-store", test_older_store);
  return g_test_run ();
}
