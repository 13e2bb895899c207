/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-deadlines.h"

#define N 1000

static void
test_order (void)
{
  g_autoptr (ChatdDeadlines) deadlines = chatd_deadlines_new ();
  ChatdDeadline *own = g_new0 (ChatdDeadline, N);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  gint64 before = -1;

  g_assert_cmpint (chatd_deadlines_get_earliest (deadlines), ==, G_MAXINT64);
  for (guint i = 0; i < N; i++)
    chatd_deadlines_set (deadlines, &own[i], g_rand_int_range (rand, 0, 500));
  for (guint i = 0; i < N; i++)
    {
      ChatdDeadline *first = chatd_deadlines_peek (deadlines);
      g_assert_cmpint (first->due_us, >=, before);
      before = first->due_us;
      chatd_deadlines_set (deadlines, first, G_MAXINT64);
    }
  g_assert_null (chatd_deadlines_peek (deadlines));
  g_free (own);
}

static gint64
earliest_by_hand (const ChatdDeadline *own)
{
  gint64 due_us = G_MAXINT64;

  for (guint i = 0; i < N; i++)
    if (own[i].place != 0)
      due_us = MIN (due_us, own[i].due_us);
  return due_us;
}

/* Set, moved forth and back, and taken out in any order */
static void
test_moved (void)
{
  g_autoptr (ChatdDeadlines) deadlines = chatd_deadlines_new ();
  ChatdDeadline *own = g_new0 (ChatdDeadline, N);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);

  for (guint round = 0; round < 20 * N; round++)
    {
      const gint32 i = g_rand_int_range (rand, 0, N);
      const gboolean take_out = g_rand_int_range (rand, 0, 4) == 0;
      chatd_deadlines_set (deadlines, &own[i],
                           take_out ? G_MAXINT64 : g_rand_int_range (rand, 0, 100000));
      if (round % 16 == 0)
        g_assert_cmpint (chatd_deadlines_get_earliest (deadlines), ==, earliest_by_hand (own));
    }
  for (guint i = 0; i < N; i++)
    chatd_deadlines_remove (deadlines, &own[i]);
  g_assert_cmpint (chatd_deadlines_get_earliest (deadlines), ==, G_MAXINT64);
  g_free (own);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deadlines/order", test_order);
  g_test_add_func ("/deadlines/moved", test_moved);
  return g_test_run ();
}
