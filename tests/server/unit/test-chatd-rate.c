/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-rate.h"

#define T0 (1000 * G_USEC_PER_SEC)

static guint
take_all (ChatdRate *rate, const ChatdRateLimit *limit, gint64 now_us)
{
  guint n = 0;

  while (n < 1000 && chatd_rate_take (rate, limit, now_us))
    n++;
  return n;
}

static void
test_burst (void)
{
  const ChatdRateLimit limit = chatd_rate_limit (10, 1, 30);
  ChatdRate rate = { 0 };

  g_assert_cmpuint (take_all (&rate, &limit, T0), ==, 30);
  g_assert_false (chatd_rate_take (&rate, &limit, T0 + 99999));
  g_assert_true (chatd_rate_take (&rate, &limit, T0 + 100000));
  g_assert_false (chatd_rate_take (&rate, &limit, T0 + 100000));
}

static void
test_refill (void)
{
  const ChatdRateLimit limit = chatd_rate_limit (10, 1, 30);
  ChatdRate rate = { 0 };

  take_all (&rate, &limit, T0);
  g_assert_cmpuint (take_all (&rate, &limit, T0 + G_USEC_PER_SEC), ==, 10);
  g_assert_false (chatd_rate_is_full (&rate, T0 + G_USEC_PER_SEC));
  g_assert_true (chatd_rate_is_full (&rate, T0 + 5 * G_USEC_PER_SEC));
  g_assert_cmpuint (take_all (&rate, &limit, T0 + 60 * G_USEC_PER_SEC), ==, 30);
}

/* Whatever the pattern, no second has more than burst and refill. */
static void
test_steady (void)
{
  const ChatdRateLimit limit = chatd_rate_limit (64, 10, 64);
  ChatdRate rate = { 0 };
  guint taken = 0;

  for (gint64 now_us = T0; now_us < T0 + 10 * G_USEC_PER_SEC; now_us += 1000)
    taken += chatd_rate_take (&rate, &limit, now_us);
  g_assert_cmpuint (taken, >=, 127);
  g_assert_cmpuint (taken, <=, 128);
}

/* A tighter limit holds at once, also for a bucket that was filled under a wider one. */
static void
test_change (void)
{
  const ChatdRateLimit wide = chatd_rate_limit (1000, 1, 1000);
  const ChatdRateLimit tight = chatd_rate_limit (1, 1, 1);
  ChatdRate rate = { 0 };

  g_assert_true (chatd_rate_take (&rate, &wide, T0));
  g_assert_false (chatd_rate_take (&rate, &tight, T0));
  g_assert_true (chatd_rate_take (&rate, &tight, T0 + G_USEC_PER_SEC));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-rate/burst", test_burst);
  g_test_add_func ("/chatd-rate/refill", test_refill);
  g_test_add_func ("/chatd-rate/steady", test_steady);
  g_test_add_func ("/chatd-rate/change", test_change);
  return g_test_run ();
}
