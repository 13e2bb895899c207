/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-fixture.h"

#include "chatd-room-private.h"

#include <string.h>

/* --- tests ------------------------------------------------------------------------------------ */

static void
test_talk (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "部屋", "花子");
  g_autoptr (Fake) guest = join (f, "部屋", "taro", 2);

  g_assert_true (chatd_member_is_host (host->member));
  g_assert_false (chatd_member_is_host (guest->member));
  g_assert_cmpuint (chatd_member_get_number (guest->member), ==, 2);
  g_assert_cmpuint (submit (guest, 2, 1, "one").type, ==, 0);
  g_assert_cmpuint (submit (host, 1, 1, "two").type, ==, 0);
  until (g_str_has_suffix (host->told->str, "花子:two "));
  g_assert_cmpstr (host->told->str, ==, "花子2 taro2 taro:one 花子:two ");
  g_assert_cmpstr (guest->told->str, ==, "taro2 taro:one 花子:two ");
  g_assert_cmpuint (chatd_member_get_last_cseq (guest->member, 2), ==, 1);
  until (host->n_presence > 0 && host->n_info > 0);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  ChatDataFrame answer = submit (host, 1, 2, "second");

  g_assert_cmpuint (answer.type, ==, CHAT_DATA_NEED);
  g_assert_cmpuint (answer.cseq, ==, 1);
  submit (host, 1, 1, "first");
  until (g_str_has_suffix (host->told->str, "second "));
  g_assert_cmpstr (host->told->str, ==, "a2 a:first a:second ");

  answer = submit (host, 1, 1, "first");
  g_assert_cmpuint (answer.type, ==, CHAT_DATA_HEAD);
  g_assert_cmpuint (answer.cseq, ==, 2);
  g_assert_cmpuint (answer.head, ==, chatd_room_get_head (chatd_member_get_room (host->member)));
}

/* Nothing is told before it is on the disk. */
static void
test_commit_first (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");

  g_string_truncate (host->told, 0);
  submit (host, 1, 1, "x");
  g_assert_cmpstr (host->told->str, ==, "");
  g_assert_cmpuint (chatd_member_get_last_cseq (host->member, 1), ==, 0);
  until (host->told->len > 0);
  g_assert_cmpuint (chatd_member_get_last_cseq (host->member, 1), ==, 1);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  ChatDataFrame answer;

  g_assert_cmpuint (submit (host, 1, 1, "\xff").type, ==, 0);
  until (strstr (host->told->str, "!bad-text ") != NULL);
  answer = submit (host, 1, 1, "\xff"); /* told again */
  g_assert_cmpuint (answer.type, ==, CHAT_DATA_REJECT);
  g_assert_cmpuint (answer.retry_ms, ==, 0);

  for (guint i = 0; i < CHAT_MESSAGES_BURST + 5; i++)
    answer = submit (host, 1, 2 + i, "x");
  g_assert_cmpuint (answer.type, !=, 0);
  answer = submit (host, 1, 2 + CHAT_MESSAGES_BURST - 1, "x");
  g_assert_cmpuint (answer.type, ==, CHAT_DATA_REJECT);
  g_assert_cmpuint (answer.retry_ms, >, 0);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "Lobby", "Anna");
  g_autoptr (Fake) twin_room = create (f, "lobby", "x");
  g_autoptr (Fake) twin = join (f, "lobby", "anna", 2);
  g_autoptr (Fake) bad = join (f, "lobby", "[x]", 2);
  g_autoptr (Fake) nowhere = join (f, "lobby 2", "b", 2);

  g_assert_cmpint (host->error, ==, 0);
  g_assert_cmpint (twin->error, ==, CHAT_ERROR_NAME_IN_USE);
  g_assert_cmpint (bad->error, ==, CHAT_ERROR_BAD_USER_NAME);
  g_assert_cmpint (nowhere->error, ==, CHAT_ERROR_ROOM_MISSING);
  /* the same keys again: the reply was lost */
  g_assert_cmpint (twin_room->error, ==, 0);
  g_assert_true (host->is_gone);
  g_assert_cmpint (host->gone, ==, CHATD_GONE_REPLACED);

  ChatdEnter other = wish ("LOBBY", "x", 9);
  g_autoptr (Fake) stranger = fake_new ();
  memset (other.host_key_hash, 'i', sizeof other.host_key_hash);
  enter (f, chatd_directory_create, stranger, &other);
  g_assert_cmpint (stranger->error, ==, CHAT_ERROR_ROOM_EXISTS);
}

static void
test_leave (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  g_assert_cmpint (leave (f, uid, 7), ==, CHAT_ERROR_NOT_JOINED);
  g_assert_cmpint (leave (f, uid, 2), ==, 0);
  g_assert_true (guest->is_gone);
  g_assert_cmpint (guest->gone, ==, CHATD_GONE_LEFT);
  g_assert_cmpstr (host->told->str, ==, "a2 b2 b3 ");
  g_assert_cmpint (leave (f, uid, 2), ==, 0); /* again */

  g_autoptr (Fake) back = resume (f, uid, 2, 5);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_NOT_JOINED);
  g_autoptr (Fake) again = join (f, "r", "b", 3); /* the name is free */
  g_assert_cmpint (again->error, ==, 0);
}

static void
test_close (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE], unknown[CHATD_STORE_UID_SIZE] = { 0 };
  guint64 serial = chatd_directory_get_serial (f->directory);

  copy_uid (host, uid);
  g_assert_cmpint (leave (f, uid, 1), ==, 0);
  g_assert_true (g_str_has_suffix (guest->told->str, "a5 "));
  g_assert_cmpuint (chatd_directory_get_serial (f->directory), !=, serial);
  g_assert_cmpuint (submit (guest, 2, 1, "too late").type, ==, CHAT_DATA_REJECT);
  g_assert_cmpint (leave (f, uid, 1), ==, 0);
  g_assert_cmpint (leave (f, unknown, 1), ==, CHAT_ERROR_ROOM_GONE);

  g_autoptr (Fake) back = resume (f, uid, 2, 5);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_ROOM_CLOSED);
  g_autoptr (Fake) other = create (f, "r", "c");
  g_assert_cmpint (other->error, ==, 0);
  g_assert_true (
      memcmp (chatd_room_get_uid (chatd_member_get_room (other->member)), uid, sizeof uid) != 0);
}

static void
test_devices (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  g_autoptr (Fake) newer = resume (f, uid, 1, 5);
  g_autoptr (Fake) older = resume (f, uid, 1, 4);

  g_assert_cmpint (host->gone, ==, CHATD_GONE_REPLACED);
  g_assert_cmpint (older->error, ==, CHAT_ERROR_REPLACED);
  g_assert_nonnull (newer->member);
  g_autoptr (GPtrArray) more = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_free);
  for (guint i = 0; i < CHAT_INSTANCES_MAX; i++)
    {
      ChatdEnter as = wish (NULL, NULL, 1);
      Fake *fake = fake_new ();

      as.uid = uid;
      as.instance = 100 + i;
      g_ptr_array_add (more, fake);
      enter (f, chatd_directory_resume, fake, &as);
      g_assert_cmpint (fake->error, ==, i + 1 < CHAT_INSTANCES_MAX ? 0 : CHAT_ERROR_FULL);
    }
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  Fake *host = create (f, "r", "a");
  Fake *guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  submit (guest, 2, 1, "kept");
  until (g_str_has_suffix (host->told->str, "b:kept "));
  const guint64 head = chatd_room_get_head (chatd_member_get_room (host->member));
  fake_free (host);
  fake_free (guest);
  restart (f);

  g_autoptr (Fake) back = resume (f, uid, 2, 5);
  g_assert_cmpint (back->error, ==, 0);
  g_assert_cmpuint (chatd_room_get_head (chatd_member_get_room (back->member)), ==, head);
  g_assert_cmpuint (chatd_member_get_last_cseq (back->member, 2), ==, 1);
  g_autoptr (Fake) owner = resume (f, uid, 1, 5);
  g_assert_true (chatd_member_is_host (owner->member));
  g_assert_cmpuint (submit (back, 2, 2, "more").type, ==, 0);
  until (g_str_has_suffix (owner->told->str, "b:more "));
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  Fake *host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  ChatdRoom *room = chatd_member_get_room (guest->member);

  fake_free (host);
  until (chatd_room_get_n_online (room) == 1);
  until (chatd_room_is_host_away (room));
  g_assert_cmpuint (chatd_room_get_n_members (room), ==, 2);
}

/* Absent for too long, a member leaves, but never the host. */
static void
test_expiry (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  Fake *guest = join (f, "r", "b", 2);

  f->config->absent_keep_s = 1;
  chatd_directory_configure (f->directory, f->config);
  fake_free (guest);
  until (g_str_has_suffix (host->told->str, "b3 "));
}

static void
on_paged (const ChatdStorePage *page, const GError *error, gpointer data)
{
  g_assert_no_error (error);
  *(ChatdStorePage *) data = *page;
  ((ChatdStorePage *) data)->entries = NULL;
}

static void
test_pages (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  ChatdRoom *room = chatd_member_get_room (host->member);
  ChatdStorePage page = { 0 };

  for (guint i = 1; i <= 5; i++)
    submit (host, 1, i, "x");
  until (chatd_member_get_last_cseq (host->member, 1) == 5);
  chatd_room_read_page (room, 0, 100, CHAT_PAGE_BYTES, on_paged, &page);
  until (page.head != 0);
  g_assert_cmpuint (page.n_entries, ==, 6);
  g_assert_cmpuint (page.last, ==, page.head);
  g_assert_cmpuint (page.base, ==, 0);

  const guint64 head = page.head;
  page.head = 0;
  chatd_room_read_page (room, head, 2, CHAT_PAGE_BYTES, on_paged, &page);
  until (page.head != 0);
  g_assert_cmpuint (page.n_entries, ==, 0);
  g_assert_cmpuint (page.base, ==, head);
}

static void
on_erased (guint64 n_erased, const GError *error, gpointer data)
{
  *(int *) data = error != NULL ? -error->code : (int) n_erased;
}

static void
test_erase (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  int outcome = -1000;

  submit (guest, 2, 1, "secret");
  submit (guest, 2, 2, "another");
  submit (host, 1, 1, "stays");
  until (g_str_has_suffix (guest->told->str, "a:stays "));
  chatd_member_erase (guest->member, 1, on_erased, &outcome);
  g_assert_cmpint (outcome, ==, -CHAT_ERROR_NOT_JOINED);
  outcome = -1000;
  chatd_member_erase (host->member, 2, on_erased, &outcome);
  until (outcome != -1000);
  g_assert_cmpint (outcome, ==, 2);
  g_assert_true (g_str_has_suffix (guest->told->str, "7 "));

  const ChatLogTail *tail = chatd_room_get_tail (chatd_member_get_room (host->member));
  for (guint i = 0; i < chat_log_tail_get_n (tail); i++)
    {
      const ChatTailEntry *entry = chat_log_tail_get (tail, i);
      g_assert_null (g_strstr_len ((const char *) chat_log_tail_get_bytes (tail, i),
                                   (gssize) entry->size, "secret"));
    }
}

static gboolean
count_room (const ChatdListed *listed, gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

/* A room off the record, and one that protocol 1 made, are in memory alone. */
static void
test_volatile (Fixture *f, gconstpointer data)
{
  ChatdEnter as = wish ("secret", "a", 1);
  Fake *host = fake_new ();
  guint n = 0;

  as.off_record = TRUE;
  enter (f, chatd_directory_create, host, &as);
  submit (host, 1, 1, "psst");
  g_assert_cmpstr (host->told->str, ==, "a2 a:psst ");
  fake_free (host);
  restart (f);
  chatd_directory_foreach (f->directory, count_room, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* Returns: @host, and so many others that the next one makes a crowd of them */
static GPtrArray *
gather_crowd (Fixture *f, Fake *host)
{
  GPtrArray *crowd = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_free);

  g_ptr_array_add (crowd, host);
  for (guint8 key = 2; key < 50; key++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", key);

      g_ptr_array_add (crowd, join (f, "r", name, key));
    }
  return crowd;
}

static gboolean
was_told (const Fake *fake, const char *words)
{
  return strstr (fake->told->str, words) != NULL;
}

static guint n_more;

static void
on_more (ChatdSink *sink)
{
  n_more++;
}

static void
on_taker_gone (ChatdSink *sink, ChatdGone why)
{
}

/* In a large room those who come in a row are told together, or with what is said. */
static void
test_crowd (Fixture *f, gconstpointer data)
{
  const ChatdSinkClass taker = { .more = on_more, .gone = on_taker_gone };
  Fake *host = create (f, "r", "a"), *last = fake_new ();
  ChatdEnter as = wish ("r", "last", 50);
  ChatdRoom *room = chatd_member_get_room (host->member);
  g_autoptr (GPtrArray) crowd = gather_crowd (f, host);

  room->shared->quiet_us = G_TIME_SPAN_HOUR;
  last->sink.klass = &taker;
  g_ptr_array_add (crowd, last);
  enter (f, chatd_directory_join, last, &as);
  n_more = 0;
  g_ptr_array_add (crowd, join (f, "r", "one", 51));
  g_assert_true (was_told (host, "one2 ")); /* is given each entry */
  g_assert_cmpuint (n_more, ==, 0);
  chatd_room_tick (room, room->entries_due_us);
  g_assert_cmpuint (n_more, ==, 1);

  chatd_room_note_taken (room);
  g_ptr_array_add (crowd, join (f, "r", "two", 52));
  g_assert_cmpuint (n_more, ==, 1);
  submit (host, 1, 1, "hi");
  until (was_told (host, "a:hi "));
  g_assert_cmpuint (n_more, ==, 2);
  g_assert_cmpint (room->entries_due_us, ==, 0);
}

/* Takes the first one only. */
static gboolean
copy_first (const ChatdListed *listed, gpointer data)
{
  g_string_append (data, listed->name);
  return FALSE;
}

static void
test_listed (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (Fake) one = create (f, "b", "a");
  g_autoptr (Fake) other = create (f, "a", "a");

  chatd_directory_foreach (f->directory, copy_first, names);
  g_assert_cmpstr (names->str, ==, "b");
  g_assert_nonnull (one->member);
  g_assert_nonnull (other->member);
}

static void
test_legacy (Fixture *f, gconstpointer data)
{
  const ChatdEnter none = { .room_name = "r", .user_name = "old" };
  Fake *host = create (f, "r", "a");
  Fake *old = fake_new ();
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  enter (f, chatd_directory_join, old, &none);
  g_assert_true (chatd_member_is_legacy (old->member));
  g_assert_cmpuint (chatd_room_get_n_legacy (chatd_member_get_room (host->member)), ==, 1);
  g_assert_true (chatd_member_say (old->member, "hi", 2, NULL));
  until (g_str_has_suffix (host->told->str, "old:hi "));
  g_assert_null (strstr (old->told->str, "old:hi"));

  chatd_directory_stop (f->directory);
  g_assert_cmpint (old->gone, ==, CHATD_GONE_SHUTDOWN);
  fake_free (host);
  fake_free (old);
  restart (f);

  /* it did not survive, and the log says so */
  g_autoptr (Fake) back = resume (f, uid, 1, 2);
  until (chatd_room_get_n_legacy (chatd_member_get_room (back->member)) == 0);
  g_autoptr (Fake) again = join (f, "r", "old", 4);
  g_assert_cmpint (again->error, ==, 0);
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  ChatdAddress address;
  char name[8];

  g_assert_true (chatd_address_parse (&address, "192.0.2.1", 5));
  f->config->rooms = 5;
  f->config->rooms_per_address = 2;
  f->config->members_per_room = 2;
  chatd_directory_configure (f->directory, f->config);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (Fake) fake = fake_new ();
      ChatdEnter as = wish (name, "a", (guint8) (i + 1));

      g_snprintf (name, sizeof name, "room %c", 'c' + i * 2);
      memset (as.host_key_hash, 'A' + i, sizeof as.host_key_hash);
      as.from = i < 3 ? &address : NULL;
      enter (f, chatd_directory_create, fake, &as);
      g_assert_cmpint (fake->error, ==, i == 2 ? CHAT_ERROR_FULL : 0);
    }
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 5);
  g_autoptr (Fake) one_more = create (f, "one more", "a");
  g_assert_cmpint (one_more->error, ==, CHAT_ERROR_FULL);
  g_autoptr (Fake) second = join (f, "room c", "b", 20);
  g_autoptr (Fake) third = join (f, "room c", "d", 21);
  g_assert_cmpint (second->error, ==, 0);
  g_assert_cmpint (third->error, ==, CHAT_ERROR_FULL);
}

/* The asker is gone before its room is there. */
static void
test_cancel (Fixture *f, gconstpointer data)
{
  ChatdEnter as = wish ("r", "a", 1);
  g_autoptr (Fake) fake = fake_new ();
  ChatdEntering *entering;

  as.sink = &fake->sink;
  entering = chatd_directory_create (f->directory, &as, on_entered, fake);
  g_assert_nonnull (entering);
  chatd_entering_cancel (entering);
  g_autoptr (Fake) again = create (f, "r", "a"); /* the same keys */
  g_assert_cmpint (again->error, ==, 0);
  g_assert_false (fake->is_over);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
    gboolean needs_store;
  } tests[] = {
    { "talk", test_talk, FALSE },
    { "order", test_order, FALSE },
    { "commit-first", test_commit_first, TRUE },
    { "refusals", test_refusals, FALSE },
    { "names", test_names, FALSE },
    { "leave", test_leave, FALSE },
    { "close", test_close, FALSE },
    { "devices", test_devices, FALSE },
    { "restart", test_restart, TRUE },
    { "absent", test_absent, FALSE },
    { "expiry", test_expiry, FALSE },
    { "pages", test_pages, FALSE },
    { "erase", test_erase, FALSE },
    { "volatile", test_volatile, TRUE },
    { "crowd", test_crowd, TRUE },
    { "listed", test_listed, FALSE },
    { "legacy", test_legacy, TRUE },
    { "limits", test_limits, FALSE },
    { "cancel", test_cancel, TRUE },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    for (int with_store = tests[i].needs_store ? 1 : 0; with_store <= 1; with_store++)
      {
        g_autofree char *path =
            g_strdup_printf ("/room/%s/%s", with_store ? "stored" : "volatile", tests[i].name);
        g_test_add (path, Fixture, GINT_TO_POINTER (with_store), set_up, tests[i].test, tear_down);
      }
  return g_test_run ();
}
