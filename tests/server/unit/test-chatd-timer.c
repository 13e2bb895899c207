/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-timer.h"

#define MS G_TIME_SPAN_MILLISECOND

typedef struct
{
  ChatdTimer *timer;
  guint n;
  gint64 at_us;
  gint64 again_us; /* 0: not */
} Alarm;

static void
on_alarm (gpointer data)
{
  Alarm *alarm = data;

  alarm->n++;
  alarm->at_us = g_get_monotonic_time ();
  if (alarm->again_us != 0)
    chatd_timer_set (alarm->timer, alarm->again_us);
  alarm->again_us = 0;
}

static void
wait_for (Alarm *alarm, guint n)
{
  while (alarm->n < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_once (void)
{
  Alarm alarm = { 0 };
  const gint64 due_us = g_get_monotonic_time () + 20 * MS;
  g_autoptr (ChatdTimer) timer = alarm.timer = chatd_timer_new (on_alarm, &alarm);

  g_assert_false (chatd_timer_is_set (timer));
  chatd_timer_set (timer, due_us);
  g_assert_true (chatd_timer_is_set (timer));
  wait_for (&alarm, 1);
  g_assert_cmpint (alarm.at_us, >=, due_us);
  g_assert_false (chatd_timer_is_set (timer));
}

/* Put off, it does not come at the earlier time; brought forward, it does. */
static void
test_moved (void)
{
  Alarm alarm = { 0 }, guard = { 0 };
  const gint64 now_us = g_get_monotonic_time ();
  g_autoptr (ChatdTimer) timer = alarm.timer = chatd_timer_new (on_alarm, &alarm);
  g_autoptr (ChatdTimer) other = guard.timer = chatd_timer_new (on_alarm, &guard);

  chatd_timer_set (timer, now_us + 10 * MS);
  chatd_timer_set (timer, now_us + 60 * MS);
  wait_for (&alarm, 1);
  g_assert_cmpint (alarm.at_us, >=, now_us + 60 * MS);

  chatd_timer_set (timer, now_us + 3600 * 1000 * MS);
  chatd_timer_set (timer, now_us + 80 * MS);
  wait_for (&alarm, 2);

  chatd_timer_set (timer, g_get_monotonic_time () + 10 * MS);
  chatd_timer_set (timer, -1);
  g_assert_false (chatd_timer_is_set (timer));
  chatd_timer_set (other, g_get_monotonic_time () + 50 * MS);
  wait_for (&guard, 1);
  g_assert_cmpuint (alarm.n, ==, 2);
}

static void
test_again (void)
{
  Alarm alarm = { .again_us = g_get_monotonic_time () + 20 * MS };
  const gint64 again_us = alarm.again_us;
  g_autoptr (ChatdTimer) timer = alarm.timer = chatd_timer_new (on_alarm, &alarm);

  chatd_timer_set (timer, 0);
  wait_for (&alarm, 2);
  g_assert_cmpint (alarm.at_us, >=, again_us);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timer/once", test_once);
  g_test_add_func ("/timer/moved", test_moved);
  g_test_add_func ("/timer/again", test_again);
  return g_test_run ();
}
