/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing-disk.h"
#include "room-fixture.h"

#include "chatd-directory-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What time, restarts and a full disk do to rooms. */

#define DAY_US G_TIME_SPAN_DAY

/* --- pages --- */

typedef struct
{
  ChatdStorePage page;
  GArray *ids; /* guint64 */
  guint n_erased;
  gboolean is_there;
} Page;

static void
on_paged (const ChatdStorePage *page, const GError *error, gpointer data)
{
  Page *self = data;

  g_assert_no_error (error);
  self->page = *page;
  self->is_there = TRUE;
  for (gsize at = 0, used = 0; at < page->entries_len; at += used)
    {
      ChatEntry entry;

      g_assert_cmpint (
          chat_entry_decode (page->entries + at, page->entries_len - at, &entry, &used, NULL), ==,
          CHAT_DECODE_OK);
      g_array_append_val (self->ids, entry.id);
      self->n_erased += entry.kind == CHAT_ENTRY_ERASED;
    }
  self->page.entries = NULL;
}

static void
page_clear (Page *self)
{
  g_array_unref (self->ids);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

/* All that follows @after, page by page, as a member does it. */
static Page
read_all (ChatdRoom *room, guint64 after)
{
  Page all = { .ids = g_array_new (FALSE, FALSE, sizeof (guint64)) };

  do
    {
      all.is_there = FALSE;
      chatd_room_read_page (room, after, 1000, CHAT_PAGE_BYTES, on_paged, &all);
      until (all.is_there);
      after = MAX (all.page.last, all.page.floor);
    }
  while (all.page.last != 0 && all.page.last < all.page.head);
  return all;
}

static ChatdRoom *
room_of (const Fake *fake)
{
  return chatd_member_get_room (fake->member);
}

/* Without limits; waits until all of it is durable. */
static void
say_much (Fixture *f, Fake *fake, guint64 instance, guint n, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'x');
  const guint64 last = chatd_member_get_last_cseq (fake->member, instance);

  f->config->messages_per_second = f->config->messages_burst = 1000000;
  chatd_directory_configure (f->directory, f->config);
  for (guint i = 1; i <= n; i++)
    g_assert_cmpuint (submit (fake, instance, last + i, text).type, ==, 0);
  until (chatd_member_get_last_cseq (fake->member, instance) == last + n);
}

/* --- closing --- */

/* Who lacks some of a closed room's log reads it, more than memory has; then it is gone. */
static void
test_last_read (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  say_much (f, host, 1, 100, 8000);
  g_assert_cmpint (leave (f, uid, 1), ==, 0);
  g_assert_true (g_str_has_suffix (guest->told->str, "a5 "));

  g_auto (Page) all = read_all (room_of (guest), 0);
  g_assert_cmpuint (all.ids->len, ==, 103);
  g_assert_cmpuint (all.page.floor, ==, 0);
  chatd_member_detach (guest->member, &guest->sink);
  guest->member = NULL;

  g_autoptr (Fake) back = resume (f, uid, 2, 5);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_ROOM_CLOSED);
  restart (f);
  g_autoptr (Fake) later = resume (f, uid, 2, 6);
  g_assert_cmpint (later->error, ==, CHAT_ERROR_ROOM_CLOSED);
}

/* The server ends while a closed room is still read: it stays closed, and its name free. */
static void
test_restart_while_closing (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  g_assert_cmpint (leave (f, uid, 1), ==, 0);
  restart (f);
  g_assert_cmpint (guest->gone, ==, CHATD_GONE_SHUTDOWN);
  g_autoptr (Fake) back = resume (f, uid, 2, 5);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_ROOM_CLOSED);
  g_assert_cmpint (leave (f, uid, 2), ==, 0);
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 0);
  g_autoptr (Fake) other = join (f, "r", "c", 3);
  g_assert_cmpint (other->error, ==, CHAT_ERROR_ROOM_MISSING);
}

/* --- quiet rooms --- */

static void
test_quiet_room (Fixture *f, gconstpointer data)
{
  const gint64 now_us = g_get_real_time ();
  Fake *host = create (f, "r", "a");
  ChatdRoom *room = room_of (host);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  chatd_directory_keep_up (f->directory, now_us + 100 * DAY_US);
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 1); /* somebody is there */
  fake_free (host);
  until (chatd_room_get_n_online (room) == 0);
  chatd_directory_keep_up (f->directory, now_us + 20 * DAY_US);
  restart (f);
  chatd_directory_keep_up (f->directory, now_us + 29 * DAY_US);
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 1);
  chatd_directory_keep_up (f->directory, now_us + 31 * DAY_US);
  until (chatd_directory_get_n_rooms (f->directory) == 0);

  g_autoptr (Fake) back = resume (f, uid, 1, 5);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_ROOM_CLOSED);
}

static gboolean
is_loaded (Fixture *f)
{
  const ChatdListing *listing = g_queue_peek_head (&f->directory->listings);

  return listing->room != NULL;
}

/* Nobody is there: the room leaves the memory, and how long its members are away is not forgotten.
 */
static void
test_unloaded (Fixture *f, gconstpointer data)
{
  const gint64 now_us = g_get_real_time ();
  Fake *host = create (f, "r", "a");
  Fake *guest = join (f, "r", "b", 2);
  ChatdRoom *room = room_of (host);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  fake_free (guest);
  chatd_directory_keep_up (f->directory, now_us + DAY_US);
  g_assert_true (is_loaded (f));
  fake_free (host);
  until (chatd_room_get_n_online (room) == 0);
  until ((chatd_directory_keep_up (f->directory, now_us + DAY_US), !is_loaded (f)));

  const ChatdListing *listing = g_queue_peek_head (&f->directory->listings);
  for (guint i = 0; i < listing->absences->len; i++)
    g_array_index (listing->absences, ChatdAbsence, i).since_us -= G_TIME_SPAN_HOUR;
  f->config->absent_keep_s = 1800;
  chatd_directory_configure (f->directory, f->config);
  g_autoptr (Fake) back = resume (f, uid, 1, 5);
  g_assert_true (is_loaded (f));
  until (g_str_has_suffix (back->told->str, "b3 "));
}

/* --- retention --- */

static void
test_retention (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  ChatdRoom *room = room_of (host);

  say_much (f, host, 1, 10, 10);
  f->config->keep_messages = 3;
  chatd_directory_configure (f->directory, f->config);
  chatd_directory_keep_up (f->directory, g_get_real_time ());
  until (chatd_room_get_floor (room) != 0);

  g_auto (Page) rest = read_all (room, 0);
  g_assert_cmpuint (rest.ids->len, ==, 3);
  g_assert_cmpuint (rest.page.floor, ==, chatd_room_get_floor (room));
  g_assert_cmpuint (rest.page.floor, <, g_array_index (rest.ids, guint64, 0));
  g_assert_cmpuint (rest.page.first, ==, g_array_index (rest.ids, guint64, 0));

  f->config->keep_messages = 0;
  f->config->keep_days = 2;
  chatd_directory_configure (f->directory, f->config);
  const guint64 floor = chatd_room_get_floor (room);
  chatd_directory_keep_up (f->directory, g_get_real_time () + DAY_US);
  chatd_directory_keep_up (f->directory, g_get_real_time () + 3 * DAY_US);
  until (chatd_room_get_floor (room) > floor);
}

/* A volatile log takes so much memory; and all of them together so much. */
static void
test_memory (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  ChatdEnter other = wish ("other", "a", 1);
  g_autoptr (Fake) second = fake_new ();

  say_much (f, host, 1, 600, 8000);
  g_assert_cmpuint (chat_log_tail_get_size (chatd_room_get_tail (room_of (host))), <=,
                    4 * 1024 * 1024);
  g_assert_cmpuint (chatd_room_get_floor (room_of (host)), >, 0);
  g_auto (Page) rest = read_all (room_of (host), 0);
  g_assert_cmpuint (rest.page.floor, ==, chatd_room_get_floor (room_of (host)));

  f->directory->shared.max_volatile_bytes = 5 * 1024 * 1024;
  enter (f, chatd_directory_create, second, &other);
  say_much (f, second, 1, 600, 8000);
  g_assert_cmpuint (f->directory->shared.volatile_bytes, <=, 5 * 1024 * 1024 + 16 * 1024);
  g_assert_cmpuint (chat_log_tail_get_n (chatd_room_get_tail (room_of (second))), >, 1);
}

/* --- erasing --- */

static void
on_erased (guint64 n, const GError *error, gpointer data)
{
  g_assert_no_error (error);
  *(int *) data = (int) n;
}

/* However long the log is, all goes in one pass. */
static void
test_erase_much (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  int n = -1;

  say_much (f, guest, 2, 20000, 20);
  say_much (f, host, 1, 1, 20);
  chatd_member_erase (guest->member, 2, on_erased, &n);
  until (n != -1);
  g_assert_cmpint (n, ==, 20000);

  g_auto (Page) all = read_all (room_of (host), 0);
  g_assert_cmpuint (all.ids->len, ==, 20004);
  g_assert_cmpuint (all.n_erased, ==, 20000);
}

/* --- who left --- */

static gboolean
count_one (ChatdMember *member, gpointer data)
{
  *(guint *) data += chatd_member_has_left (member);
  return TRUE;
}

static guint
count_left (ChatdRoom *room)
{
  guint n = 0;

  chatd_room_foreach_member (room, 0, count_one, &n);
  return n;
}

static void
test_churn (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  ChatdRoom *room = room_of (host);
  ChatdEnter none = { .room_name = "r" };

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);
      g_autoptr (Fake) guest = fake_new ();

      none.user_name = name;
      enter (f, chatd_directory_join, guest, &none);
      g_assert_cmpint (guest->error, ==, 0);
      chatd_member_leave (guest->member, FALSE, NULL, NULL);
      until (guest->is_gone);
    }
  until (chatd_room_get_n_members (room) == 1);
  until (count_left (room) <= 2000);
  g_assert_cmpuint (count_left (room), >=, 1000);
}

/* A name that is just being given back is waited for. */
static void
test_name_comes_free (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);

  chatd_member_leave (guest->member, FALSE, NULL, NULL);
  g_autoptr (Fake) again = join (f, "r", "b", 3);
  g_assert_cmpint (again->error, ==, 0);
  g_assert_cmpstr (host->told->str, ==, "a2 b2 b3 b2 ");
}

static gboolean
always (ChatdMember *namesake, gpointer data)
{
  return TRUE;
}

/* A ghost's name is taken over as the newcomer writes it; the host's rights are not. */
static void
test_takeover (Fixture *f, gconstpointer data)
{
  ChatdEnter none = { .room_name = "r", .user_name = "Anna" };
  g_autoptr (Fake) ghost = fake_new ();
  g_autoptr (Fake) other = fake_new ();
  g_autoptr (Fake) newcomer = fake_new ();

  enter (f, chatd_directory_create, ghost, &none);
  none.user_name = "b";
  enter (f, chatd_directory_join, other, &none);
  none.user_name = "anna";
  none.may_take_over = always;
  g_string_truncate (other->told, 0);
  enter (f, chatd_directory_join, newcomer, &none);
  g_assert_cmpint (ghost->gone, ==, CHATD_GONE_YIELDED);
  g_assert_cmpstr (chatd_member_get_name (newcomer->member), ==, "anna");
  g_assert_false (chatd_member_is_host (newcomer->member));
  g_assert_cmpuint (chatd_room_get_n_members (room_of (other)), ==, 2);
  g_assert_cmpstr (other->told->str, ==, "anna2 ");
}

/* --- a disk that is full --- */

static void
on_left (const GError *error, gpointer data)
{
  *(int *) data = error != NULL ? error->code : 0;
}

static void
test_full_disk (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  g_autoptr (Fake) third = join (f, "r", "c", 3);
  ChatdRoom *room = room_of (host);
  const guint64 head = chatd_room_get_head (room);
  int outcome = -1;
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  g_string_truncate (host->told, 0);
  g_string_truncate (guest->told, 0);
  disk_fail_writes (ENOSPC);
  submit (guest, 2, 1, "one");
  submit (guest, 2, 2, "two");
  submit (guest, 2, 3, "\xff");
  until (strstr (guest->told->str, "!busy? ") != NULL);
  g_assert_cmpstr (guest->told->str, ==, "!busy? "); /* of the first one only */
  g_assert_cmpstr (host->told->str, ==, "");
  g_assert_cmpuint (chatd_room_get_head (room), ==, head);

  g_assert_cmpint (leave (f, uid, 2), ==, CHAT_ERROR_BUSY);
  g_assert_cmpint (leave (f, uid, 1), ==, CHAT_ERROR_BUSY);
  g_autoptr (Fake) late = join (f, "r", "d", 4);
  g_autoptr (Fake) other = create (f, "r2", "d");
  g_assert_cmpint (late->error, ==, CHAT_ERROR_BUSY);
  g_assert_cmpint (other->error, ==, CHAT_ERROR_BUSY);
  chatd_member_leave (third->member, FALSE, NULL, NULL); /* nobody waits for it */
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 1);
  g_assert_false (chatd_room_is_closed (room));
  g_assert_false (guest->is_gone);

  disk_fail_writes (0);
  submit (guest, 2, 1, "one");
  submit (guest, 2, 2, "two");
  submit (guest, 2, 3, "\xff");
  until (g_str_has_suffix (guest->told->str, "!bad-text "));
  g_assert_nonnull (strstr (host->told->str, "b:one b:two "));
  until (third->is_gone); /* it was tried again */
  g_autoptr (Fake) now = join (f, "r", "d", 4);
  g_assert_cmpint (now->error, ==, 0);
  chatd_member_leave (guest->member, FALSE, on_left, &outcome);
  until (outcome != -1);
  g_assert_cmpint (outcome, ==, 0);
  g_assert_cmpint (leave (f, uid, 1), ==, 0);
}

/* A room of which nothing reached the disk never was. */
static void
test_full_disk_at_first (Fixture *f, gconstpointer data)
{
  disk_fail_writes (ENOSPC);
  g_autoptr (Fake) host = create (f, "r", "a");
  g_assert_cmpint (host->error, ==, CHAT_ERROR_BUSY);
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 0);
  disk_fail_writes (0);
  g_autoptr (Fake) again = create (f, "r", "a");
  g_assert_cmpint (again->error, ==, 0);
  restart (f);
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 1);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
    gboolean without_store;
    gboolean with_store;
  } tests[] = {
    { "last-read", test_last_read, FALSE, TRUE },
    { "restart-while-closing", test_restart_while_closing, FALSE, TRUE },
    { "quiet-room", test_quiet_room, FALSE, TRUE },
    { "unloaded", test_unloaded, FALSE, TRUE },
    { "retention", test_retention, TRUE, TRUE },
    { "memory", test_memory, TRUE, FALSE },
    { "erase-much", test_erase_much, TRUE, TRUE },
    { "churn", test_churn, TRUE, TRUE },
    { "name-comes-free", test_name_comes_free, TRUE, TRUE },
    { "takeover", test_takeover, TRUE, FALSE },
    { "full-disk", test_full_disk, FALSE, TRUE },
    { "full-disk-at-first", test_full_disk_at_first, FALSE, TRUE },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    for (int with_store = 0; with_store <= 1; with_store++)
      {
        g_autofree char *path =
            g_strdup_printf ("/room-life/%s/%s", with_store ? "stored" : "volatile", tests[i].name);
        if (with_store ? tests[i].with_store : tests[i].without_store)
          g_test_add (path, Fixture, GINT_TO_POINTER (with_store), set_up, tests[i].test,
                      tear_down);
      }
  return g_test_run ();
}
