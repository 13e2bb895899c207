/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "chat-entry-about.h"
#include "chatd-store-schema.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

typedef StoreFixture Fixture;

static guint64
id_at (const GArray *ids, guint i)
{
  return g_array_index (ids, guint64, i);
}

/* Says @n things in the room, cseqs from @first on, @group in a transaction. */
static void
say_many (Fixture *f, guint64 room, guint i, guint64 first, guint n, guint group)
{
  StoreWait wait = { 0 };

  for (guint k = 0; k < n; k++)
    {
      g_assert_cmpuint (store_say (f->store, room, &f->heads[i], 1, first + k, &wait), >, 0);
      if (k % group == group - 1)
        store_wait_well (&wait);
    }
  store_wait_well (&wait);
}

static gboolean
collect_room (const ChatdStoreRoom *room, gpointer data)
{
  g_string_append_printf (data, "%s %c %c %.*s %d;", room->name, room->uid[0], room->host_key[0],
                          (int) room->settings_len, (const char *) room->settings,
                          room->closed_us != 0);
  return TRUE;
}

static void
test_rooms (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) rooms = g_string_new (NULL);
  StoreWait wait = { .left = 5 };
  ChatdStoreRoom room = { .uid = { 'u' },
                          .host_key = { 'h' },
                          .name = "部屋",
                          .settings = (const guint8 *) "old",
                          .settings_len = 3 };
  const guint64 one = chatd_store_create_room (f->store, &room, store_wait_done, &wait);

  room = (ChatdStoreRoom){ .uid = { 'v' }, .host_key = { 'k' }, .name = "b" };
  const guint64 other = chatd_store_create_room (f->store, &room, store_wait_done, &wait);
  g_assert_cmpuint (other, >, one);
  chatd_store_set_settings (f->store, one, (const guint8 *) "new", 3, store_wait_done, &wait);
  chatd_store_set_settings (f->store, other, NULL, 0, store_wait_done, &wait);
  chatd_store_close_room (f->store, other, STORE_T0, store_wait_done, &wait);
  store_wait_well (&wait);
  store_fixture_reopen (f);
  g_assert_true (chatd_store_foreach_room (f->store, collect_room, rooms, NULL));
  g_assert_cmpstr (rooms->str, ==, "部屋 u h new 0;b v k  1;");
}

static void
put_member (Fixture *f, guint64 room, guint64 number, const char *name, gint64 left_us)
{
  const ChatdStoreMember member = { .number = number,
                                    .key = { (guint8) name[0] },
                                    .joined_us = STORE_T0,
                                    .left_us = left_us,
                                    .name = name };
  StoreWait wait = { .left = 1 };

  g_assert_true (chatd_store_put_member (f->store, room, &member, store_wait_done, &wait));
  store_wait_well (&wait);
}

static void
test_members (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  StoreWait wait = { .left = 1 };

  put_member (f, room, 1, "taro", 0);
  put_member (f, room, 2, "hanako", 0);
  put_member (f, room, 3, "gone", STORE_T0);
  put_member (f, room, 3, "gone", STORE_T0 + 1);
  store_fixture_reopen (f);
  g_autofree char *text = store_describe (f->store, room);
  g_assert_cmpstr (text, ==, "0 0 3 | 1 taro t 2 hanako h 3 gone g left |");
  chatd_store_forget (f->store, STORE_T0 + 2, store_wait_done, &wait);
  store_wait_well (&wait);
  g_autofree char *after = store_describe (f->store, room);
  g_assert_nonnull (strstr (after, "0 0 3 | 1 taro t 2 "));
  g_assert_null (strstr (after, "gone"));
}

static void
test_pages (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  const guint64 other = store_create_room (f->store, "b");
  g_autoptr (StorePage) empty = store_read (f->store, room, 0, 10, 1000);

  g_assert_cmpuint (empty->page.head + empty->page.first + empty->page.base, ==, 0);
  for (guint i = 0; i < 10; i++)
    {
      say_many (f, room, 0, 10 * i + 1, 10, 10);
      say_many (f, other, 1, i + 1, 1, 1);
    }
  for (guint turn = 0; turn < 2; turn++) /* the rows recent, then in chunks */
    {
      g_autoptr (GArray) ids = store_list_ids (f->store, room);
      g_assert_cmpuint (ids->len, ==, 100);
      g_autoptr (GArray) others = store_list_ids (f->store, other);
      g_assert_cmpuint (others->len, ==, 10);

      g_autoptr (StorePage) page = store_read (f->store, room, id_at (ids, 49), 5, 100000);
      g_assert_cmpuint (page->page.after, ==, id_at (ids, 49));
      g_assert_cmpuint (page->page.base, ==, id_at (ids, 49));
      g_assert_cmpuint (page->page.first, ==, id_at (ids, 0));
      g_assert_cmpuint (page->page.head, ==, f->heads[0]);
      g_assert_cmpuint (page->page.last, ==, id_at (ids, 54));
      g_assert_cmpuint (page->page.n_entries, ==, 5);
      const ChatEntry *entry = &g_array_index (page->entries, ChatEntry, 0);
      g_assert_cmpmem (entry->body, entry->body_len, "text 51", 7);
      g_assert_cmpuint (entry->cseq, ==, 51);
      g_assert_cmpint (entry->at_us, ==, STORE_T0 + G_GINT64_CONSTANT (51) * G_USEC_PER_SEC);

      /* an id of the other room: the base is the one before it here */
      g_autoptr (StorePage) between = store_read (f->store, room, id_at (others, 3), 1, 1);
      g_assert_cmpuint (between->page.base, ==, id_at (ids, 39));
      g_assert_cmpuint (between->page.last, ==, id_at (ids, 40));
      g_assert_cmpuint (between->page.n_entries, ==, 1);
      g_autoptr (StorePage) narrow = store_read (f->store, room, 0, 100, 60);
      g_assert_cmpuint (narrow->page.n_entries, >=, 1);
      g_assert_cmpuint (narrow->page.entries_len, <=, 60);
      g_autoptr (StorePage) beyond = store_read (f->store, room, G_MAXUINT64, 100, 1000);
      g_assert_cmpuint (beyond->page.base, ==, f->heads[0]);
      g_assert_cmpuint (beyond->page.last, ==, 0);
      store_fixture_reopen (f);
    }
  g_autoptr (StorePage) nowhere = store_read (f->store, 4711, 0, 1, 1);
  g_assert_error (nowhere->error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_NO_ROOM);
}

/* Over the seams of chunks and foldings. */
static void
test_long_logs (Fixture *f, gconstpointer data)
{
  const guint64 rooms[] = { store_create_room (f->store, "a"), store_create_room (f->store, "b") };

  for (guint i = 0; i < 20; i++)
    {
      say_many (f, rooms[0], 0, 1000 * i + 1, 1000, 500);
      say_many (f, rooms[1], 1, i + 1, 1, 1);
      if (i == 10)
        store_fixture_reopen (f);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GArray) ids = store_list_ids (f->store, rooms[i]);

      g_assert_cmpuint (ids->len, ==, i == 0 ? 20000 : 20);
      g_assert_cmpuint (id_at (ids, ids->len - 1), ==, f->heads[i]);
    }
  g_autofree char *text = store_describe (f->store, rooms[0]);
  g_autofree char *wanted =
      g_strdup_printf ("%" G_GUINT64_FORMAT " 0 0 | | 1:1000=20000", f->heads[0]);
  g_assert_cmpstr (text, ==, wanted);
}

static void
consume (Fixture *f, guint64 room, guint64 member, guint64 instance, guint64 cseq)
{
  StoreWait wait = { .left = 1 };

  g_assert_true (
      chatd_store_consume (f->store, room, member, instance, cseq, store_wait_done, &wait));
  store_wait_well (&wait);
}

static void
test_instances (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");

  say_many (f, room, 0, 1, 3, 1);
  for (guint64 instance = 1; instance <= 9; instance++)
    consume (f, room, 2, instance, instance + 10);
  consume (f, room, 2, 2, 13);
  consume (f, room, 1, 1000, 4);
  for (guint turn = 0; turn < 3; turn++)
    {
      g_autofree char *text = store_describe (f->store, room);

      g_assert_nonnull (strstr (text, "| | 2:3=13 2:4=14 2:5=15 2:6=16 2:7=17 2:8=18 2:9=19 "
                                      "2:2=13 1:1000=4"));
      store_fixture_reopen (f);
    }
  consume (f, room, 2, 3, 14);
  g_autofree char *text = store_describe (f->store, room);
  g_assert_nonnull (strstr (text, "| | 2:4=14 2:5=15 2:6=16 2:7=17 2:8=18 2:9=19 2:2=13 1:1000=4 "
                                  "2:3=14"));
  g_autoptr (GArray) ids = store_list_ids (f->store, room);
  g_assert_cmpuint (ids->len, ==, 3);
}

/* What was not told to be durable is not shown. */
static void
test_not_beyond_told (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");

  say_many (f, room, 0, 1, 5, 5);
  for (guint i = 0; i < 200; i++)
    {
      StoreWait wait = { 0 };
      const guint64 head = f->heads[0];

      store_say (f->store, room, &f->heads[0], 1, 6 + i, &wait);
      g_autoptr (StorePage) page = store_read (f->store, room, 0, 1000, 100000);
      g_assert_cmpuint (page->page.head, ==, head);
      g_assert_cmpuint (page->page.last, ==, head);
      store_wait_well (&wait);
    }
}

static void
test_ids (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  const guint64 generation = chatd_store_get_generation (f->store);
  guint64 before;

  g_assert_cmpuint (generation, >, 0);
  for (guint i = 0; i < 5; i++)
    {
      before = f->heads[0];
      say_many (f, room, 0, i + 1, 1, 1);
      g_assert_cmpuint (f->heads[0], >, before);
      store_fixture_reopen (f);
      g_assert_cmpuint (chatd_store_get_generation (f->store), ==, generation);
    }
}

/* A database that is another file has another generation, and ids that were never used. */
static void
test_restored (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  const guint64 generation = chatd_store_get_generation (f->store);
  g_autofree char *path = g_build_filename (f->folder, "chatd.db", NULL);
  g_autofree char *copy = g_build_filename (f->folder, "copy", NULL);
  g_autofree char *contents = NULL;
  gsize len;

  say_many (f, room, 0, 1, 3, 1);
  g_clear_pointer (&f->store, chatd_store_free);
  g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  g_assert_true (g_file_set_contents (copy, contents, (gssize) len, NULL));
  g_assert_cmpint (g_rename (copy, path), ==, 0);
  f->store = store_fixture_open (f->folder);
  g_assert_cmpuint (chatd_store_get_generation (f->store), !=, generation);
  const guint64 head = f->heads[0];
  say_many (f, room, 0, 4, 1, 1);
  g_assert_cmpuint (f->heads[0], >, head + G_MAXUINT32);
}

/* --- retention --- */

static void
retain (Fixture *f, guint64 keep_messages, gint64 keep_from_us)
{
  StoreWait wait = { .left = 1 };

  g_assert_true (
      chatd_store_retain (f->store, keep_messages, keep_from_us, store_wait_done, &wait));
  store_wait_well (&wait);
}

static void
test_keep_messages (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  const guint64 other = store_create_room (f->store, "b");

  say_many (f, room, 0, 1, 2000, 500);
  say_many (f, other, 1, 1, 7, 7);
  g_autoptr (GArray) all = store_list_ids (f->store, room);
  static const guint keeps[] = { 1999, 1500, 100, 100, 99, 1 };
  for (guint i = 0; i < G_N_ELEMENTS (keeps); i++)
    {
      const guint keep = keeps[i];

      retain (f, keep, 0);
      g_autoptr (StorePage) page = store_read (f->store, room, 0, 1, 100);
      g_assert_cmpuint (page->page.floor, ==, id_at (all, 1999 - keep));
      g_assert_cmpuint (page->page.base, ==, page->page.floor);
      g_assert_cmpuint (page->page.first, ==, id_at (all, 2000 - keep));
      g_assert_cmpuint (page->page.head, ==, f->heads[0]);
      g_autoptr (GArray) left = store_list_ids (f->store, room);
      g_assert_cmpuint (left->len, ==, keep);
      g_autoptr (GArray) others = store_list_ids (f->store, other);
      g_assert_cmpuint (others->len, ==, MIN (keep, 7));
      if (i == 2)
        store_fixture_reopen (f);
    }
  say_many (f, room, 0, 2001, 1, 1);
  g_autoptr (GArray) left = store_list_ids (f->store, room);
  g_assert_cmpuint (left->len, ==, 2);
}

static void
test_keep_days (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");

  say_many (f, room, 0, 1, 1000, 500);
  say_many (f, room, 0, 5, 1, 1); /* the clock went back: it stays, behind newer ones */
  g_autoptr (GArray) all = store_list_ids (f->store, room);
  retain (f, 0, STORE_T0 + G_GINT64_CONSTANT (601) * G_USEC_PER_SEC);
  g_autoptr (GArray) left = store_list_ids (f->store, room);
  g_assert_cmpuint (left->len, ==, 401);
  g_assert_cmpuint (id_at (left, 0), ==, id_at (all, 600));
  retain (f, 0, STORE_T0 + G_GINT64_CONSTANT (5000) * G_USEC_PER_SEC);
  g_autoptr (StorePage) page = store_read (f->store, room, 0, 1, 100);
  g_assert_cmpuint (page->page.floor, ==, f->heads[0]);
  g_assert_cmpuint (page->page.head, ==, f->heads[0]);
  g_assert_cmpuint (page->page.first + page->page.last, ==, 0);
  store_fixture_reopen (f);
  g_autofree char *text = store_describe (f->store, room);
  g_autofree char *wanted = g_strdup_printf (
      "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " 0 | | 1:1000=1000", f->heads[0], f->heads[0]);
  g_assert_cmpstr (text, ==, wanted);
}

/* --- erasing --- */

typedef struct
{
  StoreWait wait;
  GArray *ids;
} Erased;

static void
on_erased (const guint64 *ids, gsize n_ids, const GError *error, gpointer data)
{
  Erased *erased = data;

  if (n_ids > 0)
    g_array_append_vals (erased->ids, ids, (guint) n_ids);
  store_wait_done (error, &erased->wait);
}

static gboolean
any_file_has (const char *folder, const char *text)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
      if (memmem (contents, len, text, strlen (text)) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
test_erase (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  Erased erased = { .wait.left = 1, .ids = ids };
  StoreWait wait = { .left = 1 };
  const ChatEntry joined = { .at_us = STORE_T0,
                             .member = 2,
                             .kind = CHAT_ENTRY_JOINED,
                             .body = (const guint8 *) "hanako",
                             .body_len = 6 };

  f->heads[0] = chatd_store_append (f->store, room, &joined, store_wait_done, &wait);
  for (guint i = 1; i <= 1200; i++)
    store_say (f->store, room, &f->heads[0], 1 + i % 2, i, &wait);
  store_wait_well (&wait);
  g_assert_true (any_file_has (f->folder, "text 777"));
  g_assert_true (chatd_store_erase_member (f->store, room, 2, on_erased, &erased));
  store_wait_well (&erased.wait);
  g_assert_cmpuint (ids->len, ==, 600);
  g_assert_false (any_file_has (f->folder, "text 777"));
  g_assert_true (any_file_has (f->folder, "text 778"));

  g_autoptr (GArray) all = store_list_ids (f->store, room);
  g_assert_cmpuint (all->len, ==, 1201);
  g_autoptr (StorePage) page = store_read (f->store, room, 0, 3, 1000);
  const ChatEntry *entries = (const ChatEntry *) (gpointer) page->entries->data;
  g_assert_cmpmem (entries[0].body, entries[0].body_len, "hanako", 6);
  g_assert_cmpuint (entries[1].id, ==, id_at (ids, 0));
  g_assert_cmpuint (entries[1].kind, ==, CHAT_ENTRY_ERASED);
  g_assert_cmpuint (entries[1].cseq, ==, 1);
  g_assert_cmpuint (entries[1].body_len, ==, 0);
  g_assert_cmpuint (entries[2].kind, ==, CHAT_ENTRY_TEXT);
}

/* --- retracting --- */

static guint64
say_bytes (Fixture *f,
           guint64 room,
           guint64 member,
           guint64 kind,
           const guint8 *body,
           gsize body_len,
           StoreWait *wait)
{
  const ChatEntry entry = { .prev = f->heads[0],
                            .at_us = STORE_T0,
                            .member = member,
                            .instance = member,
                            .cseq = ++f->heads[1],
                            .kind = kind,
                            .body = body,
                            .body_len = body_len };

  wait->left++;
  f->heads[0] = chatd_store_append (f->store, room, &entry, store_wait_done, wait);
  return f->heads[0];
}

static guint64
say_as (Fixture *f, guint64 room, guint64 member, guint64 kind, const char *words, StoreWait *wait)
{
  return say_bytes (f, room, member, kind, (const guint8 *) words, strlen (words), wait);
}

static void
retract_as (
    Fixture *f, guint64 room, guint64 member, const guint64 *targets, guint n, StoreWait *wait)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  chat_entry_retract_append (targets, n, body);
  say_bytes (f, room, member, CHAT_ENTRY_RETRACT, body->data, body->len, wait);
}

static void
wait_gone (Fixture *f, const char *words)
{
  while (any_file_has (f->folder, words))
    g_thread_yield ();
}

static const ChatEntry *
entries_of (const StorePage *page)
{
  return (const ChatEntry *) (gpointer) page->entries->data;
}

/* What it names and may name is gone with the commit that has it, and soon from every file. */
static void
test_retract (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a"), other = store_create_room (f->store, "b");
  StoreWait wait = { 0 };
  guint64 targets[6] = { 1 };

  targets[1] = say_as (f, room, 1, CHAT_ENTRY_TEXT, "secret one", &wait);
  targets[2] = say_as (f, room, 2, CHAT_ENTRY_TEXT, "of another", &wait);
  store_wait_well (&wait);
  f->heads[0] = 0;
  targets[3] = say_as (f, other, 1, CHAT_ENTRY_TEXT, "elsewhere", &wait);
  store_wait_well (&wait);
  f->heads[0] = targets[2];
  g_assert_true (any_file_has (f->folder, "secret one"));

  targets[4] = say_as (f, room, 1, CHAT_ENTRY_REPLY, "\1secret two", &wait); /* the same turn */
  targets[5] = targets[4] + 100;
  retract_as (f, room, 1, targets, 6, &wait);
  say_as (f, room, 1, CHAT_ENTRY_TEXT, "later", &wait);
  store_wait_well (&wait);

  g_autoptr (StorePage) page = store_read (f->store, room, 0, 9, 10000);
  g_assert_cmpuint (page->entries->len, ==, 5);
  g_assert_cmpuint (entries_of (page)[0].kind, ==, CHAT_ENTRY_ERASED);
  g_assert_cmpuint (entries_of (page)[0].body_len, ==, 0);
  g_assert_cmpuint (entries_of (page)[1].kind, ==, CHAT_ENTRY_TEXT);
  g_assert_cmpuint (entries_of (page)[2].kind, ==, CHAT_ENTRY_ERASED);
  g_assert_cmpuint (entries_of (page)[3].kind, ==, CHAT_ENTRY_RETRACT);
  g_assert_cmpuint (entries_of (page)[4].kind, ==, CHAT_ENTRY_TEXT);
  g_autoptr (StorePage) elsewhere = store_read (f->store, other, 0, 9, 10000);
  g_assert_cmpuint (entries_of (elsewhere)[0].kind, ==, CHAT_ENTRY_TEXT);
  wait_gone (f, "secret one");
  wait_gone (f, "secret two");
  g_assert_true (any_file_has (f->folder, "of another"));
}

/* --- what was read --- */

static void
on_members (const ChatdStoreState *state, const GError *error, gpointer data)
{
  g_assert_no_error (error);
  for (gsize i = 0; i < state->n_members; i++)
    g_string_append_printf (data, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " ",
                            state->members[i].number, state->members[i].seen);
  g_string_append (data, ".");
}

static char *
read_seen (Fixture *f, guint64 room)
{
  GString *seen = g_string_new (NULL);

  chatd_store_load_room (f->store, room, on_members, seen);
  while (!g_str_has_suffix (seen->str, "."))
    g_main_context_iteration (NULL, TRUE);
  return g_string_free (seen, FALSE);
}

/* It waits for what is written next, or for the end; the largest counts. */
static void
test_seen (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  ChatdStoreMember member = { .number = 1, .name = "ann", .seen = 99 };
  StoreWait wait = { .left = 2 };

  g_assert_true (chatd_store_put_member (f->store, room, &member, store_wait_done, &wait));
  member.number = 2;
  g_assert_true (chatd_store_put_member (f->store, room, &member, store_wait_done, &wait));
  store_wait_well (&wait);
  g_assert_true (chatd_store_put_seen (f->store, room, 1, 7));
  g_assert_true (chatd_store_put_seen (f->store, room, 1, 5));
  g_autofree char *before = read_seen (f, room);
  g_assert_cmpstr (before, ==, "1:0 2:0 .");

  say_as (f, room, 1, CHAT_ENTRY_TEXT, "x", &wait);
  store_wait_well (&wait);
  g_autofree char *with_it = read_seen (f, room);
  g_assert_cmpstr (with_it, ==, "1:7 2:0 .");

  g_assert_true (chatd_store_put_seen (f->store, room, 2, 9));
  store_fixture_reopen (f);
  g_autofree char *later = read_seen (f, room);
  g_assert_cmpstr (later, ==, "1:7 2:9 .");
}

/* --- closing --- */

static guint
count_files_size (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "chatd.db", NULL);
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return (guint) status.st_size;
}

static void
test_close (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  StoreWait wait = { .left = 1 };
  g_autoptr (GString) rooms = g_string_new (NULL);

  put_member (f, room, 1, "taro", 0);
  say_many (f, room, 0, 1, 1500, 500);
  chatd_store_close_room (f->store, room, STORE_T0, store_wait_done, &wait);
  store_wait_well (&wait);
  g_autoptr (StorePage) page = store_read (f->store, room, 0, 1, 100);
  g_assert_error (page->error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_NO_ROOM);
  g_autofree char *text = store_describe (f->store, room);
  g_assert_cmpstr (text, ==, "error 6");

  /* Its log goes in the next run if not in this; what is behind it in the queue tells when. */
  store_fixture_reopen (f);
  do
    {
      wait.left = 1;
      chatd_store_forget (f->store, STORE_T0 + 1, store_wait_done, &wait);
      store_wait_well (&wait);
      store_fixture_reopen (f);
      g_string_truncate (rooms, 0);
      g_assert_true (chatd_store_foreach_room (f->store, collect_room, rooms, NULL));
    }
  while (rooms->len > 0);
  g_clear_pointer (&f->store, chatd_store_free);
  g_assert_false (any_file_has (f->folder, "text 777"));
  g_assert_cmpuint (count_files_size (f->folder), >, 0);
  f->store = store_fixture_open (f->folder);
}

/* --- many rooms --- */

static void
test_group (Fixture *f, gconstpointer data)
{
  StoreWait wait = { 0 };
  guint64 rooms[50], heads[50] = { 0 };

  for (guint i = 0; i < 50; i++)
    {
      const ChatdStoreRoom room = { .uid = { (guint8) i }, .name = "r" };

      rooms[i] = chatd_store_create_room (f->store, &room, store_wait_done, &wait);
      wait.left++;
    }
  for (guint k = 1; k <= 100; k++)
    for (guint i = 0; i < 50; i++)
      store_say (f->store, rooms[i], &heads[i], i + 1, k, &wait);
  store_wait_well (&wait);
  store_fixture_reopen (f);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GArray) ids = store_list_ids (f->store, rooms[i]);

      g_assert_cmpuint (ids->len, ==, 100);
    }
}

/* What is not committed when the store is freed is committed then, and told. */
static void
test_free_tells (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  StoreWait wait = { .left = 1 };

  store_say (f->store, room, &f->heads[0], 1, 1, &wait);
  chatd_store_retain (f->store, 1, 0, store_wait_done, &wait);
  g_clear_pointer (&f->store, chatd_store_free);
  g_assert_cmpuint (wait.left, ==, 0);
  g_clear_error (&wait.error);
  f->store = store_fixture_open (f->folder);
  g_autoptr (GArray) ids = store_list_ids (f->store, room);
  g_assert_cmpuint (ids->len, ==, 1);
}

/* --- the folder --- */

static guint
mode_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 07777;
}

static void
test_modes (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "chatd.db", "chatd.db-wal", "chatd.db-shm", "lock" };

  store_create_room (f->store, "a");
  for (guint turn = 0; turn < 2; turn++)
    {
      g_assert_cmpuint (mode_of (f->folder, "."), ==, 0700);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        g_assert_cmpuint (mode_of (f->folder, names[i]), ==, 0600);
      g_clear_pointer (&f->store, chatd_store_free);
      g_autofree char *path = g_build_filename (f->folder, "chatd.db", NULL);
      g_assert_cmpint (g_chmod (f->folder, 0755), ==, 0);
      g_assert_cmpint (g_chmod (path, 0644), ==, 0);
      f->store = store_fixture_open (f->folder);
      store_create_room (f->store, "b");
    }
}

static void
test_lock (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chatd_store_open (f->folder, &error));
  g_assert_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, f->folder));
  store_create_room (f->store, "a"); /* and the first one goes on */
}

static void
test_bad_folders (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "chatd.db", NULL);
  g_autofree char *below = g_build_filename (path, "below", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (chatd_store_open (below, &error));
  g_assert_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_FOLDER);
  g_assert_nonnull (strstr (error->message, below));
  g_clear_error (&error);

  g_clear_pointer (&f->store, chatd_store_free);
  g_assert_true (g_file_set_contents (path, "This is no database, is it? It is a text.", -1, NULL));
  g_assert_null (chatd_store_open (f->folder, &error));
  g_assert_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_DAMAGED);
  g_assert_cmpint (g_unlink (path), ==, 0);
  f->store = store_fixture_open (f->folder);
}

/* The version stands in the file's head, at 60. */
static void
test_later_version (Fixture *f, gconstpointer data)
{
  const guint8 own = (guint8) chatd_store_schema_get_version ();
  const guint8 versions[] = { 200, own };
  g_autofree char *path = g_build_filename (f->folder, "chatd.db", NULL);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->store, chatd_store_free);
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      FILE *file = g_fopen (path, "r+b");

      g_assert_cmpint (fseek (file, 63, SEEK_SET), ==, 0);
      g_assert_cmpuint (fwrite (&versions[i], 1, 1, file), ==, 1);
      g_assert_cmpint (fclose (file), ==, 0);
      f->store = chatd_store_open (f->folder, &error);
      if (versions[i] == own)
        g_assert_no_error (error);
      else
        g_assert_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_TOO_NEW);
      g_assert_true ((f->store == NULL) == (error != NULL));
      g_clear_error (&error);
    }
}

/* As version 1 left it */
static void
make_old (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "chatd.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "ALTER TABLE rooms DROP COLUMN parent;"
                                 "ALTER TABLE rooms DROP COLUMN one;"
                                 "ALTER TABLE rooms DROP COLUMN other;"
                                 "ALTER TABLE members DROP COLUMN seen;"
                                 "DROP TABLE files;"
                                 "PRAGMA user_version = 1",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static gboolean
collect_pair (const ChatdStoreRoom *room, gpointer data)
{
  g_string_append_printf (data, "%s %c %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT ";", room->name,
                          room->parent[0] != 0 ? room->parent[15] : '-', room->pair[0],
                          room->pair[1]);
  return TRUE;
}

static void
test_older_version (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "old");
  ChatdStoreRoom two = {
    .uid = "2", .name = "two", .parent = "0123456789abcdef", .pair = { 3, 4 }
  };
  g_autoptr (GString) rooms = g_string_new (NULL);
  StoreWait wait = { 0 };

  say_as (f, room, 1, CHAT_ENTRY_TEXT, "kept", &wait);
  store_wait_well (&wait);
  g_clear_pointer (&f->store, chatd_store_free);
  make_old (f->folder);
  f->store = store_fixture_open (f->folder);
  wait.left = 1;
  g_assert_cmpuint (chatd_store_create_room (f->store, &two, store_wait_done, &wait), >, room);
  store_wait_well (&wait);
  store_fixture_reopen (f);

  g_assert_true (chatd_store_foreach_room (f->store, collect_pair, rooms, NULL));
  g_assert_cmpstr (rooms->str, ==, "old - 0 0;two f 3 4;");
  g_autoptr (StorePage) page = store_read (f->store, room, 0, 9, 10000);
  g_assert_cmpmem (entries_of (page)[0].body, entries_of (page)[0].body_len, "kept", 4);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/chatd-store/" name, Fixture, NULL, store_fixture_set_up, func,                     \
              store_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("rooms", test_rooms);
  ADD ("members", test_members);
  ADD ("pages", test_pages);
  ADD ("long-logs", test_long_logs);
  ADD ("instances", test_instances);
  ADD ("not-beyond-what-was-told", test_not_beyond_told);
  ADD ("ids", test_ids);
  ADD ("restored-backup", test_restored);
  ADD ("keep-messages", test_keep_messages);
  ADD ("keep-days", test_keep_days);
  ADD ("erase", test_erase);
  ADD ("retract", test_retract);
  ADD ("seen", test_seen);
  ADD ("close", test_close);
  ADD ("one-group-many-rooms", test_group);
  ADD ("free-tells", test_free_tells);
  ADD ("modes", test_modes);
  ADD ("lock", test_lock);
  ADD ("bad-folders", test_bad_folders);
  ADD ("later-version", test_later_version);
  ADD ("older-version", test_older_version);

  return g_test_run ();
}
