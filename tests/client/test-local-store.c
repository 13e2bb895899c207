/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "local-store-fixture.h"

#include <string.h>

/* What is written is there again, after closing as well. */

/* --- rooms --------------------------------------------------------------- */

static void
assert_same_room (const ChatStoredRoom *a, const ChatStoredRoom *b)
{
  g_assert_cmpint (a->number, ==, b->number);
  g_assert_cmpstr (a->host, ==, b->host);
  g_assert_cmpuint (a->tcp_port, ==, b->tcp_port);
  g_assert_cmpuint (a->udp_port, ==, b->udp_port);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->user_name, ==, b->user_name);
  g_assert_cmpstr (a->draft, ==, b->draft);
  g_assert_cmpmem (a->uid, sizeof a->uid, b->uid, sizeof b->uid);
  g_assert_cmpmem (a->host_key, sizeof a->host_key, b->host_key, sizeof b->host_key);
  g_assert_cmpmem (a->key, sizeof a->key, b->key, sizeof b->key);
  g_assert_cmpuint (a->instance, ==, b->instance);
  g_assert_cmpuint (a->last_cseq, ==, b->last_cseq);
  g_assert_cmpuint (a->attempt, ==, b->attempt);
  g_assert_cmpuint (a->member, ==, b->member);
  g_assert_cmpuint (a->joined, ==, b->joined);
  g_assert_cmpuint (a->floor, ==, b->floor);
  g_assert_cmpuint (a->read, ==, b->read);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpuint (a->end, ==, b->end);
  g_assert_cmpint (a->is_host, ==, b->is_host);
  g_assert_cmpint (a->off_record, ==, b->off_record);
  g_assert_cmpint (a->encrypted_only, ==, b->encrypted_only);
}

static void
test_rooms (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) one = local_store_new_room ("一");
  g_autoptr (ChatStoredRoom) two = local_store_new_room ("二");
  g_autoptr (GPtrArray) rooms = NULL;

  chat_local_store_put_room (fixture->store, one);
  chat_local_store_put_room (fixture->store, two);
  g_assert_cmpint (one->number, !=, two->number);
  one->last_cseq = 8;
  one->state = CHAT_STORED_ENDED;
  chat_local_store_put_room (fixture->store, one);
  local_store_reopen (fixture);

  rooms = chat_local_store_load_rooms (fixture->store);
  g_assert_cmpuint (rooms->len, ==, 2);
  assert_same_room (g_ptr_array_index (rooms, 0), one);
  assert_same_room (g_ptr_array_index (rooms, 1), two);
}

static void
test_notes (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) one = local_store_new_room ("一");
  g_autoptr (ChatStoredRoom) two = local_store_new_room ("二");
  g_autoptr (GPtrArray) rooms = NULL;

  chat_local_store_put_room (fixture->store, one);
  chat_local_store_put_room (fixture->store, two);
  chat_local_store_note_read (fixture->store, one->number, 205);
  chat_local_store_note_draft (fixture->store, one->number, "下書き");
  chat_local_store_note_draft (fixture->store, two->number, "");
  local_store_reopen (fixture);

  one->read = 205;
  g_free (one->draft);
  one->draft = g_strdup ("下書き");
  two->draft[0] = '\0';
  rooms = chat_local_store_load_rooms (fixture->store);
  assert_same_room (g_ptr_array_index (rooms, 0), one);
  assert_same_room (g_ptr_array_index (rooms, 1), two);
}

static void
test_forget (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) one = local_store_new_room ("一");
  g_autoptr (ChatStoredRoom) next = local_store_new_room ("二");
  const ChatEntry entry = { .id = 1, .kind = CHAT_ENTRY_TEXT };
  g_autoptr (GPtrArray) rooms = NULL;

  chat_local_store_put_room (fixture->store, one);
  chat_local_store_append (fixture->store, one->number, &entry);
  chat_local_store_forget_room (fixture->store, one->number);
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, one->number), ==, 0);
  rooms = chat_local_store_load_rooms (fixture->store);
  g_assert_cmpuint (rooms->len, ==, 0);
  chat_local_store_put_room (fixture->store, next);
  g_assert_cmpint (next->number, !=, one->number);
}

/* --- the log ------------------------------------------------------------- */

static void
test_log (LocalStoreFixture *fixture, gconstpointer data)
{
  local_store_append (fixture, 3, 1, "a");
  local_store_append (fixture, 5, 2, "b");
  local_store_append (fixture, 9, 1, "c");
  local_store_reopen (fixture);
  local_store_assert_log (fixture, 0, G_MAXUINT64, 10, "3:1:a 5:1:b 9:1:c ");
  local_store_assert_log (fixture, 0, G_MAXUINT64, 2, "5:1:b 9:1:c ");
  local_store_assert_log (fixture, 0, 9, 10, "3:1:a 5:1:b ");
  local_store_assert_log (fixture, 4, G_MAXUINT64, 10, "5:1:b 9:1:c ");
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 1), ==, 9);
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 2), ==, 0);
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 3, 1), ==, 1);
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 0, 2), ==, 2);

  chat_local_store_erase (fixture->store, 1, 1, 5);
  local_store_assert_log (fixture, 0, G_MAXUINT64, 10, "3:6: 5:1:b 9:1:c ");
  chat_local_store_withdraw (fixture->store, 1, 3);
  local_store_reopen (fixture);
  local_store_assert_log (fixture, 0, G_MAXUINT64, 10, "3:6: ");
}

static void
on_name (guint64 member, const char *name, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT "=%s ", member, name);
}

static void
test_names (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) out = g_string_new (NULL);

  chat_local_store_name_member (fixture->store, 1, 2, "花子");
  chat_local_store_name_member (fixture->store, 1, 1, "Taro");
  chat_local_store_name_member (fixture->store, 1, 2, "Hanako");
  local_store_reopen (fixture);
  chat_local_store_foreach_name (fixture->store, 1, on_name, out);
  g_assert_cmpstr (out->str, ==, "1=Taro 2=Hanako ");
}

/* --- the outbox ---------------------------------------------------------- */

static void
test_outbox (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autofree char *outbox = NULL;

  local_store_add_unsent (fixture, 1, "a", FALSE);
  local_store_add_unsent (fixture, 2, "b", FALSE);
  local_store_add_unsent (fixture, 3, "c", FALSE);
  local_store_add_unsent (fixture, 4, "d", FALSE);
  chat_local_store_remove_unsent (fixture->store, 1, 5, 2);
  chat_local_store_renumber_unsent (fixture->store, 1, 5, 1, 6, 1);
  chat_local_store_fail_unsent (fixture->store, 1, 5, 4, "too-long");
  local_store_add_unsent (fixture, 9, "was said", TRUE);
  local_store_add_unsent (fixture, 8, "said before", TRUE);
  local_store_reopen (fixture);
  outbox = local_store_read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.8:said before 5.9:was said 5.3:c 5.4:d!too-long 6.1:a ");
}

static void
on_counted (const ChatEntry *entry, gpointer data)
{
  guint64 *last = data;

  g_assert_cmpuint (entry->id, >, last[1]);
  last[0]++;
  last[1] = entry->id;
}

static void
count_entries (LocalStoreFixture *fixture, guint limit, guint n, const char *what)
{
  const gint64 start_us = g_get_monotonic_time ();
  guint64 last[2] = { 0, 0 };

  chat_local_store_foreach_entry (fixture->store, 1, 0, G_MAXUINT64, limit, on_counted, last);
  g_assert_cmpuint (last[0], ==, n);
  g_test_message ("%s: %.1f ms", what, (double) (g_get_monotonic_time () - start_us) / 1000);
}

static void
test_long_log (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100, 'x');
  const gint64 start_us = g_get_monotonic_time ();

  for (guint64 id = 1; id <= 100000; id++)
    {
      local_store_append (fixture, id, 2, text);
      if (id % 500 == 0)
        local_store_flush (fixture);
    }
  g_test_message ("written: %.1f ms", (double) (g_get_monotonic_time () - start_us) / 1000);
  local_store_reopen (fixture);
  count_entries (fixture, 300, 300, "the newest 300");
  count_entries (fixture, 300, 300, "once more");
  count_entries (fixture, G_MAXINT, 100000, "all");
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 40000, 1), ==, 60000);
}

/* --- scrubbing ----------------------------------------------------------- */

static gboolean
is_on_disk (const char *folder, const char *needle)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
      if (memmem (contents, len, needle, strlen (needle)) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
test_scrub (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) room = local_store_new_room ("WhisperedName");

  chat_local_store_put_room (fixture->store, room);
  local_store_flush (fixture);
  g_assert_true (is_on_disk (fixture->folder, "WhisperedName"));
  chat_local_store_forget_room (fixture->store, room->number);
  chat_local_store_scrub (fixture->store);
  g_assert_false (is_on_disk (fixture->folder, "WhisperedName"));
}

#define ADD_BOTH(path, function)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    LOCAL_STORE_ADD (path, function);                                                              \
    g_test_add (path "/memory", LocalStoreFixture, GINT_TO_POINTER (TRUE),                         \
                local_store_fixture_set_up, function, local_store_fixture_tear_down);              \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("/local-store/rooms", test_rooms);
  ADD_BOTH ("/local-store/notes", test_notes);
  ADD_BOTH ("/local-store/forget", test_forget);
  ADD_BOTH ("/local-store/log", test_log);
  ADD_BOTH ("/local-store/names", test_names);
  ADD_BOTH ("/local-store/outbox", test_outbox);
  ADD_BOTH ("/local-store/long-log", test_long_log);
  LOCAL_STORE_ADD ("/local-store/scrub", test_scrub);

  return g_test_run ();
}
