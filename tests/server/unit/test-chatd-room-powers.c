/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing-disk.h"
#include "room-fixture.h"

#include "chatd-directory-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What hosts made of a room, where the disk, time or the bytes of it are not as they should be. */

/* --- what is asked for; each waits. Returns: 0, or a ChatError --- */

static void
on_done (const GError *error, gpointer data)
{
  *(int *) data = error != NULL ? error->code : 0;
}

static int
act (Fake *fake, ChatAct what, guint64 member)
{
  const ChatdDeed deed = { .act = what, .member = member };
  int outcome = -1;

  chatd_member_act (fake->member, &deed, on_done, &outcome);
  until (outcome != -1);
  return outcome;
}

static int
set (Fake *fake, const ChatControlSettings *settings, const ChatdPasswordHash *hash)
{
  int outcome = -1;

  chatd_member_set (fake->member, settings, hash, on_done, &outcome);
  until (outcome != -1);
  return outcome;
}

static int
leave_then (Fake *fake, ChatdThen then, guint64 to)
{
  int outcome = -1;

  chatd_member_leave_then (fake->member, then, to, on_done, &outcome);
  until (outcome != -1);
  return outcome;
}

static int
close_in (Fake *fake, guint64 grace_s)
{
  int outcome = -1;

  chatd_member_close (fake->member, grace_s, NULL, on_done, &outcome);
  until (outcome != -1);
  return outcome;
}

static GBytes *
bytes_of (Fake *fake)
{
  return g_byte_array_free_to_bytes (
      chatd_room_encode_settings (chatd_member_get_room (fake->member)));
}

static void
assert_as_before (Fake *fake, GBytes *before)
{
  g_autoptr (GBytes) now = bytes_of (fake);

  g_assert_true (g_bytes_equal (now, before));
}

static const ChatControlSettings new_settings = {
  .topic = (char *) "new",
  .description = (char *) "d",
  .password = (char *) "p",
  .unlisted = CHAT_SAID_YES,
  .host_only = CHAT_SAID_YES,
  .encrypted_only = CHAT_SAID_YES,
  .member_limit = CHAT_SAID (7),
  .slow_s = CHAT_SAID (9),
};

/* --- a full disk --- */

/* Nothing of what fails counts, in memory neither; and then everything can be done. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  static const ChatAct acts[] = { CHAT_ACT_MUTE, CHAT_ACT_ALLOW, CHAT_ACT_COHOST,  CHAT_ACT_KICK,
                                  CHAT_ACT_BAN,  CHAT_ACT_HOST,  CHAT_ACT_UNCOHOST };
  const ChatControlSettings topic = { .topic = (char *) "old" };
  const ChatdPasswordHash hash = { .iterations = 1 };
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  g_autoptr (Fake) third = join (f, "r", "c", 3);
  const guint64 number = chatd_member_get_number (guest->member);

  g_assert_cmpint (set (host, &topic, NULL), ==, 0);
  g_assert_cmpint (act (host, CHAT_ACT_COHOST, chatd_member_get_number (third->member)), ==, 0);
  g_autoptr (GBytes) before = bytes_of (host);

  disk_fail_writes (ENOSPC);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      const gboolean on_third = acts[i] == CHAT_ACT_UNCOHOST;
      g_assert_cmpint (
          act (host, acts[i], on_third ? chatd_member_get_number (third->member) : number), ==,
          CHAT_ERROR_BUSY);
      assert_as_before (host, before);
    }
  g_assert_cmpint (set (host, &new_settings, &hash), ==, CHAT_ERROR_BUSY);
  assert_as_before (host, before);
  g_assert_cmpint (close_in (host, 100), ==, CHAT_ERROR_BUSY);
  g_assert_cmpint (close_in (host, 0), ==, CHAT_ERROR_BUSY);
  g_assert_cmpint (leave_then (host, CHATD_THEN_KEEP, 0), ==, CHAT_ERROR_BUSY);
  g_assert_cmpint (leave_then (host, CHATD_THEN_HAND, number), ==, CHAT_ERROR_BUSY);
  assert_as_before (host, before);
  g_assert_true (chatd_member_is_host (host->member));
  g_assert_false (guest->is_gone);

  disk_fail_writes (0);
  g_assert_cmpint (set (host, &new_settings, &hash), ==, 0);
  g_assert_cmpint (act (host, CHAT_ACT_KICK, number), ==, 0);
  g_assert_true (guest->is_gone);
  g_assert_cmpint (guest->gone, ==, CHATD_GONE_KICKED);
  g_assert_cmpint (leave_then (host, CHATD_THEN_HAND, chatd_member_get_number (third->member)), ==,
                   0);
  g_assert_true (chatd_member_is_host (third->member));
}

/* --- a room that is not in memory --- */

static gboolean
is_loaded (Fixture *f)
{
  return ((const ChatdListing *) g_queue_peek_head (&f->directory->listings))->room != NULL;
}

static void
test_unloaded (Fixture *f, gconstpointer data)
{
  const gint64 later_us = g_get_real_time () + G_TIME_SPAN_DAY;
  const ChatdPasswordHash hash = { .iterations = 1 };
  Fake *host = create (f, "r", "a");
  Fake *guest = join (f, "r", "b", 2);
  ChatdRoom *room = chatd_member_get_room (host->member);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  g_assert_cmpint (set (host, &new_settings, &hash), ==, 0);
  g_assert_cmpint (act (host, CHAT_ACT_COHOST, chatd_member_get_number (guest->member)), ==, 0);
  g_autoptr (GBytes) before = bytes_of (host);
  fake_free (guest);
  fake_free (host);
  until (chatd_room_get_n_online (room) == 0);
  until ((chatd_directory_keep_up (f->directory, later_us), !is_loaded (f)));

  const ChatdListing *listing = g_queue_peek_head (&f->directory->listings);
  g_assert_cmpstr (chatd_listing_get_rules (listing)->topic, ==, "new");
  g_assert_true ((chatd_listing_get_flags (listing) & CHATD_ROOM_PASSWORD) != 0);

  g_autoptr (Fake) back = resume (f, uid, 1, 5);
  g_autoptr (Fake) again = resume (f, uid, 2, 5);
  assert_as_before (back, before);
  g_assert_true (chatd_member_may_run (again->member));
}

/* --- bytes --- */

static ChatdRoomRules *
make_rules (void)
{
  ChatdRoomRules *rules = chatd_room_rules_new ();
  const ChatdPasswordHash hash = { .iterations = 120000, .salt = { 1 }, .hash = { 2 } };
  const ChatdPower power = { .member = 3, .powers = CHATD_POWER_MUTED, .muted_until_us = 4 };

  rules->topic = g_strdup ("話題");
  rules->description = g_strdup ("d");
  rules->close_reason = g_strdup ("r");
  rules->password = g_memdup2 (&hash, sizeof hash);
  rules->powers = g_array_new (FALSE, FALSE, sizeof (ChatdPower));
  g_array_append_val (rules->powers, power);
  for (guint i = 0; i < 3; i++)
    {
      ChatdBan *ban = g_new0 (ChatdBan, 1);

      *ban = (ChatdBan){ .number = i + 1, .member = 7, .by = 1, .key = { 9 }, .networks = { 11 } };
      ban->name = g_strdup ("花子");
      ban->reason = i == 1 ? NULL : g_strdup ("理由");
      g_ptr_array_add (rules->bans, ban);
    }
  rules->last_ban = 3;
  rules->member_limit = 12;
  rules->slow_s = 30;
  rules->close_us = G_GINT64_CONSTANT (1700000000123456);
  rules->close_by = 1;
  return rules;
}

/* What was cut off, by a later or an earlier version or by a disk, is read as far as it goes. */
static void
test_bytes (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatdRoomRules) rules = make_rules ();
  const ChatdRoomSettings settings = {
    .host = 2, .unlisted = TRUE, .key_void = TRUE, .quiet_since_us = 5, .rules = rules
  };
  g_autoptr (GByteArray) bytes = chatd_room_settings_encode (&settings);

  for (guint len = 0; len <= bytes->len; len++)
    {
      g_autofree guint8 *exact = g_memdup2 (bytes->data, len);
      g_autoptr (GByteArray) again = NULL;
      ChatdRoomSettings read;

      chatd_room_settings_decode (&read, exact, len);
      again = chatd_room_settings_encode (&read);
      if (len == bytes->len)
        g_assert_cmpmem (again->data, again->len, bytes->data, bytes->len);
      g_clear_pointer (&read.rules, chatd_room_rules_free);
    }
}

/* Any byte may be any other: no crash, no more memory than there are bytes. */
static void
test_broken_bytes (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatdRoomRules) rules = make_rules ();
  const ChatdRoomSettings settings = { .host = 2, .rules = rules };
  g_autoptr (GByteArray) bytes = chatd_room_settings_encode (&settings);

  for (guint i = 1; i < bytes->len; i++)
    for (guint value = 0; value < 256; value += 5)
      {
        g_autofree guint8 *broken = g_memdup2 (bytes->data, bytes->len);
        ChatdRoomSettings read;

        broken[i] = (guint8) value;
        chatd_room_settings_decode (&read, broken, bytes->len);
        g_assert_true (read.rules == NULL || read.rules->bans->len <= 256);
        g_clear_pointer (&read.rules, chatd_room_rules_free);
      }
}

/* --- time --- */

static void
test_guesses (Fixture *f, gconstpointer data)
{
  static const guint8 uid[CHAT_UID_SIZE] = { 1 }, other[CHAT_UID_SIZE] = { 2 };
  ChatdGuesses *guesses = chatd_guesses_new ();
  gint64 now_us = G_USEC_PER_SEC;

  for (guint i = 0; i < 100; i++) /* right ones never count */
    {
      g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us), ==, 0);
      chatd_guesses_end (guesses, 1, uid, FALSE, now_us);
    }
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us), ==, 0);
      chatd_guesses_end (guesses, 1, uid, TRUE, now_us);
    }
  g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us), ==, 5001);
  g_assert_cmpuint (chatd_guesses_begin (guesses, 1, other, now_us), ==, 0);
  g_assert_cmpuint (chatd_guesses_begin (guesses, 2, uid, now_us), ==, 0);
  g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us + 4 * G_USEC_PER_SEC), ==, 1001);
  now_us += 5 * G_USEC_PER_SEC;
  for (guint i = 0; i < 16; i++) /* side by side: what is looked at is owed */
    g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us), ==, 0);
  g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us), ==, 500);
  for (guint i = 0; i < 16; i++)
    chatd_guesses_end (guesses, 1, uid, TRUE, now_us);
  g_assert_cmpuint (chatd_guesses_begin (guesses, 1, uid, now_us), ==, 16 * 5000 + 1);
  chatd_guesses_free (guesses);
}

static void
test_kept_names (Fixture *f, gconstpointer data)
{
  static const guint8 none[CHATD_STORE_KEY_SIZE], host[CHATD_STORE_KEY_SIZE] = { 1 },
                                                  key[CHATD_STORE_KEY_SIZE] = { 2 };
  const gint64 end_us = 600 * G_TIME_SPAN_SECOND;
  ChatdKeptNames *names = chatd_kept_names_new ();

  chatd_kept_names_add (names, "r", host, key, 0, 0);
  g_assert_cmpuint (chatd_kept_names_ask (names, "other", none, none, 0), ==, 0);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", none, none, 0), ==, 600001);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", key, host, 0), ==, 600001);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", host, none, 0), ==, 0);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", none, key, 0), ==, 0);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", none, none, end_us - 1), ==, 1);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", none, none, end_us), ==, 0);
  chatd_kept_names_add (names, "r", none, none, 0, 0); /* with no key at all nobody gets it */
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", none, none, 0), ==, 600001);
  chatd_kept_names_forget (names, end_us);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r", none, none, 0), ==, 0);
  for (guint i = 0; i < 100; i++) /* nobody keeps all names from others */
    {
      g_autofree char *name = g_strdup_printf ("r%u", i);

      chatd_kept_names_add (names, name, host, key, 7, 0);
      g_assert_true ((chatd_kept_names_ask (names, name, none, none, 0) > 0) == (i < 16));
    }
  chatd_kept_names_add (names, "r99", host, key, 8, 0);
  g_assert_cmpuint (chatd_kept_names_ask (names, "r99", none, none, 0), >, 0);
  chatd_kept_names_free (names);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "full-disk", test_full_disk }, { "unloaded", test_unloaded },
    { "bytes", test_bytes },         { "broken-bytes", test_broken_bytes },
    { "guesses", test_guesses },     { "kept-names", test_kept_names },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/room-powers/%s", tests[i].name);

      g_test_add (path, Fixture, GINT_TO_POINTER (TRUE), set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
