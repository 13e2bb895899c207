/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-rounds.h"

#include <string.h>

/* Waiters are letters: of a group the same one, once or more. Each is its own number of µs. */

enum
{
  N_MARKS = 8
};

typedef struct
{
  ChatdRoundsMark mark;
  char letter;
} Waiter;

static Waiter waiters[N_MARKS];

static void
add (ChatdRounds *rounds, const char *letters)
{
  for (guint i = 0; letters[i] != '\0'; i++)
    {
      waiters[i].letter = letters[i];
      chatd_rounds_add (rounds, &waiters[i].mark, &waiters[i], (guint32) letters[i]);
    }
}

/* @n: how many; who of @again is taken waits again at once */
static char *
take (ChatdRounds *rounds, guint n, gint64 each_us, const char *again)
{
  GString *taken = g_string_new (NULL);

  for (Waiter *waiter; n > 0 && (waiter = chatd_rounds_take (rounds)) != NULL; n--)
    {
      g_string_append_c (taken, waiter->letter);
      if (strchr (again, waiter->letter) != NULL)
        chatd_rounds_add (rounds, &waiter->mark, waiter, (guint32) waiter->letter);
      chatd_rounds_charge (rounds, each_us);
    }
  return g_string_free (taken, FALSE);
}

static void
clear (ChatdRounds *rounds)
{
  for (guint i = 0; i < N_MARKS; i++)
    chatd_rounds_remove (rounds, &waiters[i].mark);
  g_assert_true (chatd_rounds_is_empty (rounds));
}

static void
assert_taken (ChatdRounds *rounds, guint n, gint64 each_us, const char *again, const char *expected)
{
  g_autofree char *taken = take (rounds, n, each_us, again);

  g_assert_cmpstr (taken, ==, expected);
}

static void
test_order (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();

  g_assert_null (chatd_rounds_take (rounds));
  add (rounds, "abab");
  add (rounds, "abab"); /* they wait already */
  g_assert_false (chatd_rounds_is_empty (rounds));
  assert_taken (rounds, 10, 1, "", "aabb");
  g_assert_true (chatd_rounds_is_empty (rounds));
  add (rounds, "ba");
  assert_taken (rounds, 10, 1, "", "ba");
}

/* Each group its time, however many are in it */
static void
test_rounds (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();

  add (rounds, "aaaaaabc");
  assert_taken (rounds, 10, CHATD_ROUNDS_QUANTUM_US, "", "abcaaaaa");
}

static void
test_quantum (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();

  add (rounds, "aaaab");
  assert_taken (rounds, 10, CHATD_ROUNDS_QUANTUM_US / 2, "", "aabaa");
}

/* What took too long is paid for. */
static void
test_debt (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();

  add (rounds, "ab");
  assert_taken (rounds, 1, 3 * CHATD_ROUNDS_QUANTUM_US, "a", "a");
  assert_taken (rounds, 4, CHATD_ROUNDS_QUANTUM_US, "ab", "bbba");
  clear (rounds);
}

/* Who had nothing for a while comes before those that always have something. */
static void
test_fresh (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();

  add (rounds, "aabb");
  assert_taken (rounds, 4, CHATD_ROUNDS_QUANTUM_US, "ab", "abab");
  waiters[4].letter = 'q';
  chatd_rounds_add (rounds, &waiters[4].mark, &waiters[4], 'q');
  assert_taken (rounds, 3, CHATD_ROUNDS_QUANTUM_US, "ab", "qab");
  clear (rounds);
}

/* Two that come by turns, with a little each, are not fresh each time. */
static void
test_not_for_ever (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();
  g_autoptr (GString) taken = g_string_new (NULL);

  add (rounds, "bxy");
  chatd_rounds_remove (rounds, &waiters[2].mark);
  for (guint i = 0; i < 9; i++)
    {
      Waiter *waiter = chatd_rounds_take (rounds);
      Waiter *next = waiter->letter == 'b' ? waiter : &waiters[waiter->letter == 'x' ? 2 : 1];

      g_string_append_c (taken, waiter->letter);
      chatd_rounds_charge (rounds, waiter->letter == 'b' ? CHATD_ROUNDS_QUANTUM_US : 1);
      chatd_rounds_add (rounds, &next->mark, next, (guint32) next->letter);
    }
  g_assert_cmpuint (strchr (taken->str + 1, 'b') - taken->str, <, 5);
  g_assert_cmpint (taken->str[8], ==, 'b');
  clear (rounds);
}

static void
test_remove (void)
{
  g_autoptr (ChatdRounds) rounds = chatd_rounds_new ();

  add (rounds, "aab");
  chatd_rounds_remove (rounds, &waiters[0].mark);
  chatd_rounds_remove (rounds, &waiters[0].mark);
  assert_taken (rounds, 1, 1, "", "a");
  chatd_rounds_remove (rounds, &waiters[2].mark);
  g_assert_null (chatd_rounds_take (rounds));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rounds/order", test_order);
  g_test_add_func ("/rounds/rounds", test_rounds);
  g_test_add_func ("/rounds/quantum", test_quantum);
  g_test_add_func ("/rounds/debt", test_debt);
  g_test_add_func ("/rounds/fresh", test_fresh);
  g_test_add_func ("/rounds/not-for-ever", test_not_for_ever);
  g_test_add_func ("/rounds/remove", test_remove);
  return g_test_run ();
}
