/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-log-tail.h"

#include <string.h>

static void
append (ChatLogTail *tail, guint64 id, const char *text)
{
  ChatEntry entry = { .id = id,
                      .prev = chat_log_tail_get_head (tail),
                      .member = 3,
                      .instance = 4,
                      .cseq = 5,
                      .kind = CHAT_ENTRY_TEXT };

  entry.body = (const guint8 *) text;
  entry.body_len = strlen (text);
  chat_log_tail_append (tail, &entry);
}

static void
assert_entry (const ChatLogTail *tail, guint i, guint64 id, guint64 kind, const char *text)
{
  ChatEntry entry;
  gsize used;

  g_assert_cmpint (chat_entry_decode (chat_log_tail_get_bytes (tail, i),
                                      chat_log_tail_get (tail, i)->size, &entry, &used, NULL),
                   ==, CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, chat_log_tail_get (tail, i)->size);
  g_assert_cmpuint (entry.id, ==, id);
  g_assert_cmpuint (entry.prev, ==, chat_log_tail_get (tail, i)->prev);
  g_assert_cmpuint (entry.kind, ==, kind);
  g_assert_cmpmem (entry.body, entry.body_len, text, strlen (text));
}

static void
test_empty (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (9, 1000);

  g_assert_cmpuint (chat_log_tail_get_head (tail), ==, 9);
  g_assert_cmpuint (chat_log_tail_get_n (tail), ==, 0);
  g_assert_true (chat_log_tail_reaches (tail, 9));
  g_assert_false (chat_log_tail_reaches (tail, 8));
  g_assert_cmpuint (chat_log_tail_find_after (tail, 0), ==, 0);
}

static void
test_find (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (9, 1000);
  guint64 place = 0;

  append (tail, 10, "ten");
  append (tail, 20, "twenty");
  append (tail, 30, "thirty");
  g_assert_cmpuint (chat_log_tail_find_after (tail, 9), ==, 0);
  g_assert_cmpuint (chat_log_tail_find_after (tail, 10), ==, 1);
  g_assert_cmpuint (chat_log_tail_find_after (tail, 19), ==, 1);
  g_assert_cmpuint (chat_log_tail_find_after (tail, 30), ==, 3);
  assert_entry (tail, 0, 10, CHAT_ENTRY_TEXT, "ten");
  assert_entry (tail, 2, 30, CHAT_ENTRY_TEXT, "thirty");
  g_assert_cmpuint (
      chat_log_tail_get_end (tail, 30, &place) - chat_log_tail_get_end (tail, 10, &place), ==,
      chat_log_tail_get (tail, 1)->size + chat_log_tail_get (tail, 2)->size);
}

/* Whatever was left as its place, and however the log changed meanwhile */
static void
test_find_again (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (0, 1000);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  guint64 places[4] = { 0, 1, 500, G_MAXUINT64 };

  for (guint i = 1; i <= 2000; i++)
    {
      const guint64 id =
          (guint64) g_rand_int_range (rand, (gint32) MAX (3 * i, 100) - 100, (gint32) (3 * i + 4));
      guint64 *place = &places[g_rand_int_range (rand, 0, G_N_ELEMENTS (places))];

      append (tail, 3 * i, "a message");
      if (i % 97 == 0)
        chat_log_tail_drop (tail, 3);
      g_assert_cmpuint (chat_log_tail_find_again (tail, id, place), ==,
                        chat_log_tail_find_after (tail, id));
      g_assert_cmpuint (chat_log_tail_find_again (tail, id, place), ==,
                        chat_log_tail_find_after (tail, id));
    }
}

static void
test_bounded (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (0, 1000);
  guint64 place = 0;
  guint64 size_one;

  append (tail, 1, "a message of some length");
  size_one = chat_log_tail_get (tail, 0)->size;
  for (guint i = 2; i <= 1000; i++)
    append (tail, i, "a message of some length");
  g_assert_cmpuint (chat_log_tail_get_n (tail) * size_one, <=, 1100);
  g_assert_cmpuint (chat_log_tail_get_n (tail) * size_one, >=, 400);
  g_assert_false (chat_log_tail_reaches (tail, 900));
  g_assert_true (chat_log_tail_reaches (tail, 999));
  assert_entry (tail, chat_log_tail_get_n (tail) - 1, 1000, CHAT_ENTRY_TEXT,
                "a message of some length");
  g_assert_cmpuint (
      chat_log_tail_get_end (tail, 1000, &place) - chat_log_tail_get_end (tail, 998, &place), >=,
      2 * size_one);
}

static void
test_one_that_is_too_large_stays (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (0, 10);

  append (tail, 1, "longer than all that the tail may hold");
  append (tail, 2, "longer than all that the tail may hold");
  g_assert_cmpuint (chat_log_tail_get_n (tail), ==, 1);
  g_assert_true (chat_log_tail_reaches (tail, 1));
}

static void
test_erase (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (0, 1000);

  append (tail, 10, "ten");
  append (tail, 20, "a secret");
  append (tail, 30, "thirty");
  chat_log_tail_erase (tail, 20);
  chat_log_tail_erase (tail, 25);
  chat_log_tail_erase (tail, 0);
  g_assert_cmpuint (chat_log_tail_get_n (tail), ==, 3);
  assert_entry (tail, 0, 10, CHAT_ENTRY_TEXT, "ten");
  assert_entry (tail, 1, 20, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 2, 30, CHAT_ENTRY_TEXT, "thirty");
  append (tail, 40, "forty");
  assert_entry (tail, 3, 40, CHAT_ENTRY_TEXT, "forty");
}

static void
append_of (ChatLogTail *tail, guint64 id, guint64 member, guint64 kind, const char *text)
{
  const ChatEntry entry = { .id = id,
                            .prev = chat_log_tail_get_head (tail),
                            .member = member,
                            .kind = kind,
                            .body = (const guint8 *) text,
                            .body_len = strlen (text) };

  chat_log_tail_append (tail, &entry);
}

static void
test_erase_member (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (0, 1000);

  append_of (tail, 10, 1, CHAT_ENTRY_JOINED, "Anna");
  append_of (tail, 20, 1, CHAT_ENTRY_TEXT, "a secret");
  append_of (tail, 30, 2, CHAT_ENTRY_TEXT, "not hers");
  append_of (tail, 40, 1, CHAT_ENTRY_TEXT, "another");
  append_of (tail, 50, 1, CHAT_ENTRY_TEXT, "later");
  g_assert_cmpuint (chat_log_tail_erase_member (tail, 1, 40), ==, 2);
  assert_entry (tail, 0, 10, CHAT_ENTRY_JOINED, "Anna");
  assert_entry (tail, 1, 20, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 2, 30, CHAT_ENTRY_TEXT, "not hers");
  assert_entry (tail, 3, 40, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 4, 50, CHAT_ENTRY_TEXT, "later");
  g_assert_cmpuint (chat_log_tail_get (tail, 4)->end, ==, chat_log_tail_get_size (tail));
  g_assert_cmpuint (chat_log_tail_erase_member (tail, 1, 40), ==, 0);
  append_of (tail, 60, 2, CHAT_ENTRY_TEXT, "sixty");
  assert_entry (tail, 5, 60, CHAT_ENTRY_TEXT, "sixty");
}

static void
test_retract (void)
{
  static const guint64 all[] = { 5, 10, 20, 30, 40, 50, 60, 70, 80 };
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (0, 1000);

  append_of (tail, 10, 1, CHAT_ENTRY_JOINED, "Anna");
  append_of (tail, 20, 1, CHAT_ENTRY_TEXT, "a text");
  append_of (tail, 30, 2, CHAT_ENTRY_TEXT, "not hers");
  append_of (tail, 40, 1, CHAT_ENTRY_REPLY, "\1a reply");
  append_of (tail, 50, 1, CHAT_ENTRY_EDIT, "\1an edit");
  append_of (tail, 60, 1, CHAT_ENTRY_REACTION, "\1\1+");
  append_of (tail, 70, 1, CHAT_ENTRY_FILE, "a file");
  append_of (tail, 80, 1, CHAT_ENTRY_RETRACT, "\1");
  append_of (tail, 90, 1, CHAT_ENTRY_TEXT, "not named");
  g_assert_cmpuint (chat_log_tail_retract (tail, 1, all, G_N_ELEMENTS (all)), ==, 4);
  assert_entry (tail, 0, 10, CHAT_ENTRY_JOINED, "Anna");
  assert_entry (tail, 1, 20, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 2, 30, CHAT_ENTRY_TEXT, "not hers");
  assert_entry (tail, 3, 40, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 4, 50, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 5, 60, CHAT_ENTRY_REACTION, "\1\1+");
  assert_entry (tail, 6, 70, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 7, 80, CHAT_ENTRY_RETRACT, "\1");
  assert_entry (tail, 8, 90, CHAT_ENTRY_TEXT, "not named");
  g_assert_cmpuint (chat_log_tail_get (tail, 8)->end, ==, chat_log_tail_get_size (tail));
  g_assert_cmpuint (chat_log_tail_retract (tail, 1, all, G_N_ELEMENTS (all)), ==, 0);
  g_assert_cmpuint (chat_log_tail_erase_member (tail, 1, 90), ==, 2);
  assert_entry (tail, 5, 60, CHAT_ENTRY_ERASED, "");
  assert_entry (tail, 7, 80, CHAT_ENTRY_RETRACT, "\1");
}

static void
test_drop (void)
{
  g_autoptr (ChatLogTail) tail = chat_log_tail_new (5, 1000);
  guint64 place = 0;

  chat_log_tail_drop (tail, 1);
  append (tail, 10, "ten");
  append (tail, 20, "twenty");
  append (tail, 30, "thirty");
  chat_log_tail_drop (tail, 0);
  g_assert_cmpuint (chat_log_tail_get_n (tail), ==, 3);
  const guint64 end = chat_log_tail_get_end (tail, 30, &place);
  chat_log_tail_drop (tail, 1);
  assert_entry (tail, 0, 20, CHAT_ENTRY_TEXT, "twenty");
  g_assert_true (chat_log_tail_reaches (tail, 10));
  g_assert_false (chat_log_tail_reaches (tail, 9));
  g_assert_cmpuint (chat_log_tail_get_end (tail, 30, &place), ==, end);
  chat_log_tail_drop (tail, 9); /* the newest stays */
  assert_entry (tail, 0, 30, CHAT_ENTRY_TEXT, "thirty");
  g_assert_cmpuint (chat_log_tail_get_n (tail), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-tail/empty", test_empty);
  g_test_add_func ("/log-tail/find", test_find);
  g_test_add_func ("/log-tail/find-again", test_find_again);
  g_test_add_func ("/log-tail/bounded", test_bounded);
  g_test_add_func ("/log-tail/one-that-is-too-large-stays", test_one_that_is_too_large_stays);
  g_test_add_func ("/log-tail/erase", test_erase);
  g_test_add_func ("/log-tail/erase-member", test_erase_member);
  g_test_add_func ("/log-tail/retract", test_retract);
  g_test_add_func ("/log-tail/drop", test_drop);

  return g_test_run ();
}
