/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-rtt.h"

static void
test_before_any_sample (void)
{
  ChatRtt rtt;

  chat_rtt_init (&rtt);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, 200000);
}

static void
test_samples (void)
{
  ChatRtt rtt;

  chat_rtt_init (&rtt);
  chat_rtt_sample (&rtt, 40000);
  g_assert_cmpint (rtt.srtt_us, ==, 40000);
  g_assert_cmpint (rtt.var_us, ==, 20000);
  chat_rtt_sample (&rtt, 48000);
  g_assert_cmpint (rtt.var_us, ==, 17000);
  g_assert_cmpint (rtt.srtt_us, ==, 41000);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, 75000);
}

static void
test_steady_road_settles (void)
{
  ChatRtt rtt;

  chat_rtt_init (&rtt);
  for (guint i = 0; i < 100; i++)
    chat_rtt_sample (&rtt, 80000);
  g_assert_cmpint (rtt.srtt_us, ==, 80000);
  g_assert_cmpint (rtt.var_us, <, 10);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, 80000 + CHAT_RTT_MARGIN_MIN_US);
}

static void
test_bounds (void)
{
  ChatRtt rtt;

  chat_rtt_init (&rtt);
  chat_rtt_sample (&rtt, -5);
  g_assert_cmpint (rtt.srtt_us, ==, 0);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, CHAT_RTT_TIMEOUT_MIN_US);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 2), ==, 39000);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 3), ==, 50700);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, G_MAXUINT), ==, CHAT_RTT_TIMEOUT_MAX_US);
}

/* All answers come at 60 ms, or at 20 where a router sent one by a faster way: the timeout must not
 * stay between the two, where only the fast ones give samples. */
static void
test_two_ways (void)
{
  ChatRtt rtt;
  guint n_again = 0;

  chat_rtt_init (&rtt);
  for (guint i = 0; i < 1000; i++)
    {
      const gint64 answer_us = i < 10 || i % 20 == 0 ? 20000 : 60000;

      if (chat_rtt_timeout_us (&rtt, 1) > answer_us)
        chat_rtt_sample (&rtt, answer_us);
      else
        chat_rtt_note_unclear (&rtt);
      n_again += i >= 500 && rtt.unclear > 0;
    }
  g_assert_cmpuint (n_again, <=, 25);
}

/* What is really lost makes nobody wait much longer. */
static void
test_one_unclear (void)
{
  ChatRtt rtt;

  chat_rtt_init (&rtt);
  chat_rtt_sample (&rtt, 0);
  chat_rtt_note_unclear (&rtt);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, 30000);
  chat_rtt_note_unclear (&rtt);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, 39000);
  chat_rtt_sample (&rtt, 0);
  g_assert_cmpint (chat_rtt_timeout_us (&rtt, 1), ==, 30000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtt/before-any-sample", test_before_any_sample);
  g_test_add_func ("/rtt/samples", test_samples);
  g_test_add_func ("/rtt/steady-road-settles", test_steady_road_settles);
  g_test_add_func ("/rtt/bounds", test_bounds);
  g_test_add_func ("/rtt/two-ways", test_two_ways);
  g_test_add_func ("/rtt/one-unclear", test_one_unclear);

  return g_test_run ();
}
