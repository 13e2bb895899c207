/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-about.h"
#include "chat-local-store.h"
#include "test-folder.h"

#include <sqlite3.h>
#include <string.h>

/* Entries about entries in the local store: what they are about is known, on the disk and in
 * memory, and for entries that came when nobody knew such. */

typedef struct
{
  char *folder; /* owned, nullable: in memory */
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
set_up (Fixture *fixture, gconstpointer in_memory)
{
  if (in_memory == NULL)
    fixture->folder = g_dir_make_tmp ("chat-about-XXXXXX", NULL);
  open_store (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  if (fixture->folder != NULL)
    test_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
reopen (Fixture *fixture)
{
  if (fixture->folder == NULL)
    return;

  chat_local_store_unref (fixture->store);
  open_store (fixture);
}

static void
append (Fixture *fixture, guint64 id, guint64 member, guint64 kind, gconstpointer body, gsize len)
{
  const ChatEntry entry = { .id = id,
                            .at_us = 1700000000000000 + (gint64) id,
                            .member = member,
                            .instance = 5,
                            .cseq = id,
                            .kind = kind,
                            .body = body,
                            .body_len = len };

  chat_local_store_append (fixture->store, 1, &entry);
}

static void
say (Fixture *fixture, guint64 id, guint64 member, const char *text)
{
  append (fixture, id, member, CHAT_ENTRY_TEXT, text, strlen (text));
}

static void
say_about (
    Fixture *fixture, guint64 id, guint64 member, guint64 kind, guint64 target, const char *text)
{
  const ChatEntryAbout about = {
    .target = target, .on = TRUE, .text = text, .text_len = strlen (text)
  };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  chat_entry_about_append (kind, &about, body);
  append (fixture, id, member, kind, body->data, body->len);
}

static void
on_entry (const ChatEntry *entry, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT " ", entry->id);
}

static void
assert_about (Fixture *fixture, guint64 first, guint64 last, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  chat_local_store_foreach_about (fixture->store, 1, first, last, on_entry, out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
assert_text (Fixture *fixture, guint64 id, guint64 member, const char *expected)
{
  guint64 found;
  g_autofree char *text = chat_local_store_dup_text (fixture->store, 1, id, &found);

  g_assert_cmpuint (found, ==, member);
  g_assert_cmpstr (text, ==, expected);
}

static void
say_much (Fixture *fixture)
{
  say (fixture, 10, 1, "one");
  say_about (fixture, 20, 2, CHAT_ENTRY_REPLY, 10, "two");
  say_about (fixture, 30, 1, CHAT_ENTRY_EDIT, 10, "1");
  say_about (fixture, 31, 2, CHAT_ENTRY_EDIT, 10, "forged");
  say_about (fixture, 32, 2, CHAT_ENTRY_REACTION, 10, "x");
  say_about (fixture, 33, 1, CHAT_ENTRY_REACTION, 20, "y");
  say_about (fixture, 34, 2, CHAT_ENTRY_EDIT, 20, "2");
  say_about (fixture, 35, 1, CHAT_ENTRY_EDIT, 10, "I");
  say_about (fixture, 36, 1, CHAT_ENTRY_EDIT, 50, "too early");
  say_about (fixture, 37, 1, CHAT_ENTRY_EDIT, 37, "itself");
  append (fixture, 38, 1, CHAT_ENTRY_EDIT, "", 0);
  append (fixture, 39, 1, CHAT_ENTRY_EDIT, "\x0a\xff\xfe", 3);  /* no text */
  append (fixture, 40, 1, CHAT_ENTRY_REACTION, "\x0a\x02z", 3); /* neither on nor off */
  say (fixture, 50, 1, "later");
}

static void
test_about (Fixture *fixture, gconstpointer data)
{
  say_much (fixture);
  reopen (fixture);
  assert_about (fixture, 10, 10, "30 31 32 35 ");
  assert_about (fixture, 20, 20, "33 34 ");
  assert_about (fixture, 0, G_MAXUINT64, "30 31 32 33 34 35 ");
  assert_about (fixture, 50, 50, "");
  assert_text (fixture, 10, 1, "I");
  assert_text (fixture, 20, 2, "2");
  assert_text (fixture, 50, 1, "later");
  assert_text (fixture, 30, 0, NULL); /* an edit is not something that one says */
  assert_text (fixture, 11, 0, NULL);
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 0, 1), ==, 1);
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 0, 2), ==, 2);
}

static void
test_erase (Fixture *fixture, gconstpointer data)
{
  say_much (fixture);
  chat_local_store_erase_entry (fixture->store, 1, 1, 35, TRUE);
  assert_text (fixture, 10, 1, "1");                             /* the edit before it */
  chat_local_store_erase_entry (fixture->store, 1, 2, 30, TRUE); /* not that one's */
  assert_text (fixture, 10, 1, "1");
  chat_local_store_erase_entry (fixture->store, 1, 1, 10, FALSE);
  reopen (fixture);
  assert_text (fixture, 10, 1, NULL);
  assert_about (fixture, 10, 10, "30 31 32 ");
  chat_local_store_erase (fixture->store, 1, 2, 34);
  assert_text (fixture, 20, 2, NULL);
  assert_about (fixture, 0, G_MAXUINT64, "30 32 33 ");
}

static void
on_tombstone (const ChatEntry *entry, gpointer data)
{
  if (entry->kind == CHAT_ENTRY_ERASED)
    g_string_append_printf (data, "%" G_GUINT64_FORMAT "%s ", entry->id,
                            entry->body_len > 0 ? "e" : "");
}

static void
assert_tombstones (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  chat_local_store_foreach_entry_from (fixture->store, 1, 0, 100, on_tombstone, out);
  g_assert_cmpstr (out->str, ==, expected);
}

/* Tombstones of edits are no lines: it is known which they are, or learnt. */
static void
test_tombstones (Fixture *fixture, gconstpointer data)
{
  say_much (fixture);
  append (fixture, 60, 1, CHAT_ENTRY_ERASED, NULL, 0);
  append (fixture, 61, 1, CHAT_ENTRY_ERASED, NULL, 0);
  chat_local_store_erase_entry (fixture->store, 1, 1, 60, FALSE);
  chat_local_store_erase_entry (fixture->store, 1, 1, 61, TRUE);
  chat_local_store_erase (fixture->store, 1, 1, 60);
  reopen (fixture);
  assert_tombstones (fixture, "10 30e 35e 36e 37e 38e 39e 50 60 61e ");
}

static void
test_withdraw (Fixture *fixture, gconstpointer data)
{
  say_much (fixture);
  chat_local_store_withdraw (fixture->store, 1, 32);
  assert_about (fixture, 0, G_MAXUINT64, "30 31 32 ");
  assert_text (fixture, 10, 1, "1");
  chat_local_store_forget_room (fixture->store, 1);
  assert_about (fixture, 0, G_MAXUINT64, "");
}

/* --- changes that wait ------------------------------------------------------ */

static void
hold (Fixture *fixture, guint64 cseq, guint64 target, gboolean ready, const char *text)
{
  const ChatStoredHeld held = { .instance = 5,
                                .cseq = cseq,
                                .target = target,
                                .ready = ready,
                                .kind = *text != '\0' ? CHAT_ENTRY_EDIT : CHAT_ENTRY_RETRACT,
                                .text = (char *) text };

  chat_local_store_put_held (fixture->store, 1, &held);
}

static void
assert_held (Fixture *fixture, const char *expected)
{
  g_autoptr (GPtrArray) all = chat_local_store_load_held (fixture->store, 1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      const ChatStoredHeld *held = g_ptr_array_index (all, i);

      g_string_append_printf (out,
                              "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ">%" G_GUINT64_FORMAT
                              "%s:%" G_GUINT64_FORMAT ":%s ",
                              held->instance, held->cseq, held->target, held->ready ? "!" : "",
                              held->kind, held->text);
    }
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_held (Fixture *fixture, gconstpointer data)
{
  hold (fixture, 1, 0, FALSE, "edit");
  hold (fixture, 2, 77, FALSE, "");
  hold (fixture, 1, 0, FALSE, "another");
  reopen (fixture);
  assert_held (fixture, "5.1>0:11:another 5.2>77:12: ");
  hold (fixture, 1, 99, TRUE, "another");
  chat_local_store_renumber_held (fixture->store, 1, 5, 2, 6, 1);
  reopen (fixture);
  assert_held (fixture, "6.1>77:12: 5.1>99!:11:another ");
  chat_local_store_remove_held (fixture->store, 1, 5, 1);
  assert_held (fixture, "6.1>77:12: ");
  chat_local_store_forget_room (fixture->store, 1);
  assert_held (fixture, "");
}

/* --- a store that knew nothing of it ------------------------------------------ */

static void
make_older (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  sqlite3 *db;

  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "DROP TABLE held; DROP INDEX log_target;"
                                 "ALTER TABLE log DROP COLUMN target;"
                                 "ALTER TABLE rooms DROP COLUMN parent;"
                                 "ALTER TABLE rooms DROP COLUMN peer;"
                                 "ALTER TABLE rooms DROP COLUMN shown; PRAGMA user_version = 2",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_older (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) both = g_byte_array_new ();
  const guint64 targets[] = { 50, 60 };

  say_much (fixture);
  say_about (fixture, 60, 1, CHAT_ENTRY_EDIT, 50, "latest");
  chat_entry_retract_append (targets, 2, both);
  append (fixture, 70, 1, CHAT_ENTRY_RETRACT, both->data, both->len);
  append (fixture, 71, 2, CHAT_ENTRY_RETRACT, "\x0a", 1); /* not that one's */
  make_older (fixture);
  open_store (fixture);
  assert_about (fixture, 0, G_MAXUINT64, "30 31 32 33 34 35 ");
  assert_text (fixture, 10, 1, "I");
  assert_text (fixture, 50, 1, NULL);
  assert_tombstones (fixture, "50 60e ");
}

#define ADD_FOR(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)
#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    ADD_FOR (path, NULL, function);                                                                \
    ADD_FOR (path "/in-memory", "", function);                                                     \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/local-store-about/about", test_about);
  ADD ("/local-store-about/erase", test_erase);
  ADD ("/local-store-about/tombstones", test_tombstones);
  ADD ("/local-store-about/withdraw", test_withdraw);
  ADD ("/local-store-about/held", test_held);
  ADD_FOR ("/local-store-about/older", NULL, test_older);

  return g_test_run ();
}
