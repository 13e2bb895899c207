/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-road-choice.h"

#define S(name) CHAT_ROAD_STATE_##name
#define E(name) CHAT_ROAD_EVENT_##name
#define SECOND ((gint64) G_USEC_PER_SEC)

/* Every state and every event. */
static const struct
{
  ChatRoadState from;
  ChatRoadEvent event;
  ChatRoadState to;
} table[] = {
  { S (TCP), E (PROBE_BACK), S (UDP) },           { S (TCP), E (PROBES_LOST), S (TCP) },
  { S (TCP), E (MANY_RETRIES), S (TCP) },         { S (TCP), E (TIME_SERVED), S (TCP) },
  { S (UDP), E (PROBE_BACK), S (UDP) },           { S (UDP), E (PROBES_LOST), S (PENALTY) },
  { S (UDP), E (MANY_RETRIES), S (PENALTY) },     { S (UDP), E (TIME_SERVED), S (UDP) },
  { S (PENALTY), E (PROBE_BACK), S (PENALTY) },   { S (PENALTY), E (PROBES_LOST), S (PENALTY) },
  { S (PENALTY), E (MANY_RETRIES), S (PENALTY) }, { S (PENALTY), E (TIME_SERVED), S (TCP) },
};

static void
test_edges (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (table), ==, CHAT_ROAD_N_STATES * CHAT_ROAD_N_EVENTS);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (chat_road_state_step (table[i].from, table[i].event), ==, table[i].to);
}

static const guint8 probe[CHAT_DATA_PROBE_SIZE] = "12345678";
static const guint8 other[CHAT_DATA_PROBE_SIZE] = "87654321";

/* Goes from deadline to deadline, every probe lost. Returns: probes sent */
static guint
lose_probes_until (ChatRoadChoice *road, gint64 *now_us, gint64 end_us)
{
  guint n = 0;

  while (*now_us < end_us)
    {
      if (chat_road_choice_tick (road, *now_us))
        {
          chat_road_choice_on_probe_sent (road, probe, *now_us);
          n++;
        }
      *now_us = MAX (*now_us + 1, chat_road_choice_get_deadline (road));
    }

  return n;
}

static void
get_udp (ChatRoadChoice *road, gint64 now_us)
{
  chat_road_choice_init (road, now_us);
  g_assert_true (chat_road_choice_tick (road, now_us));
  chat_road_choice_on_probe_sent (road, probe, now_us);
  chat_road_choice_on_probe_ack (road, probe, now_us + 40000);
  g_assert_cmpint (chat_road_choice_get (road), ==, CHAT_ROAD_UDP);
}

static void
on_tries (ChatRoadChoice *road, guint once, guint again, guint late, gint64 now_us)
{
  const ChatRoadTries tries = { .once = once, .again = again, .late = late };

  chat_road_choice_on_tries (road, &tries, now_us);
}

static void
test_udp_after_a_probe (void)
{
  ChatRoadChoice road;

  chat_road_choice_init (&road, 5);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
  g_assert_true (chat_road_choice_tick (&road, 5));
  chat_road_choice_on_probe_ack (&road, probe, 6); /* none was sent */
  chat_road_choice_on_probe_sent (&road, probe, 5);
  g_assert_false (chat_road_choice_tick (&road, 6));
  chat_road_choice_on_probe_ack (&road, other, 40005);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
  chat_road_choice_on_probe_ack (&road, probe, 40005);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
  g_assert_cmpint (road.rtt.srtt_us, ==, 40000);
}

static void
test_blocked_from_the_start (void)
{
  ChatRoadChoice road;
  gint64 now_us = 0;
  guint n;

  chat_road_choice_init (&road, 0);
  n = lose_probes_until (&road, &now_us, 120 * SECOND);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
  g_assert_cmpuint (n, >=, 10); /* keeps trying … */
  g_assert_cmpuint (n, <=, 25); /* … and does not make a nuisance of itself */
}

static void
test_probes_fail (void)
{
  ChatRoadChoice road;
  gint64 now_us = 100000;

  get_udp (&road, 0);
  g_assert_cmpuint (lose_probes_until (&road, &now_us, 20 * SECOND), >=, 5);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
  g_assert_cmpint (now_us, <, 30 * SECOND);
}

/* A second try is a reason to probe, once a second; a road that is dead is left within one. */
static void
test_second_try_brings_a_probe (void)
{
  ChatRoadChoice road;
  gint64 now_us = 3 * SECOND;

  get_udp (&road, 0);
  g_assert_false (chat_road_choice_tick (&road, now_us));
  on_tries (&road, 0, 1, 0, now_us);
  g_assert_true (chat_road_choice_tick (&road, now_us));
  chat_road_choice_on_probe_sent (&road, other, now_us);
  chat_road_choice_on_probe_ack (&road, other, now_us + 40000);
  on_tries (&road, 0, 1, 0, now_us + 40000);
  g_assert_cmpint (chat_road_choice_get_deadline (&road), ==, now_us + SECOND);
  g_assert_false (chat_road_choice_tick (&road, now_us + 40000));

  now_us += SECOND;
  g_assert_cmpuint (lose_probes_until (&road, &now_us, now_us + SECOND), >=, 5);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
}

/* What comes back at once proves the road as well as a probe. */
static void
test_echoes_prove_it (void)
{
  ChatRoadChoice road;
  gint64 now_us = 15 * SECOND + 40000;

  get_udp (&road, 0);
  for (guint i = 0; i < 20; i++)
    {
      lose_probes_until (&road, &now_us, now_us + 300000);
      on_tries (&road, 1, 1, 0, now_us);
      g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
    }
}

/* So does what comes back late, though it is a reason to probe on. */
static void
test_late_echoes_prove_it (void)
{
  ChatRoadChoice road;
  gint64 now_us = SECOND;
  guint n = 0;

  get_udp (&road, 0);
  for (guint i = 0; i < 20; i++)
    {
      on_tries (&road, 0, 1, 1, now_us);
      n += lose_probes_until (&road, &now_us, now_us + 300000);
      g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
    }
  g_assert_cmpuint (n, >=, 5);

  /* without them those probes would have ended it */
  lose_probes_until (&road, &now_us, now_us + SECOND);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
}

static void
test_many_retries (void)
{
  ChatRoadChoice road;

  get_udp (&road, 0);
  on_tries (&road, 5, 27, 0, SECOND);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
  on_tries (&road, 0, 1, 0, SECOND);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_TCP);
}

static void
test_few_tries_tell_nothing (void)
{
  ChatRoadChoice road;

  get_udp (&road, 0);
  on_tries (&road, 0, 31, 0, SECOND);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
}

static void
test_comes_back (void)
{
  ChatRoadChoice road;
  gint64 until_us;

  get_udp (&road, 0);
  on_tries (&road, 0, 32, 0, SECOND);
  until_us = 11 * SECOND;
  g_assert_false (chat_road_choice_tick (&road, until_us - 1));
  g_assert_cmpint (chat_road_choice_get_deadline (&road), ==, until_us);
  g_assert_true (chat_road_choice_tick (&road, until_us));
  chat_road_choice_on_probe_sent (&road, other, until_us);
  chat_road_choice_on_probe_ack (&road, other, until_us + 40000);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
}

static void
test_doubt (void)
{
  ChatRoadChoice road;

  get_udp (&road, 0);
  g_assert_false (chat_road_choice_tick (&road, SECOND));
  chat_road_choice_doubt (&road, SECOND);
  g_assert_cmpint (chat_road_choice_get (&road), ==, CHAT_ROAD_UDP);
  g_assert_true (chat_road_choice_tick (&road, SECOND));
  chat_road_choice_on_probe_sent (&road, other, SECOND);
  chat_road_choice_doubt (&road, SECOND + 1); /* one is out already */
  g_assert_false (chat_road_choice_tick (&road, SECOND + 1));

  /* a penalty is served to its end */
  on_tries (&road, 0, 32, 0, 2 * SECOND);
  chat_road_choice_doubt (&road, 3 * SECOND);
  g_assert_false (chat_road_choice_tick (&road, 3 * SECOND));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/road-choice/edges", test_edges);
  g_test_add_func ("/road-choice/udp-after-a-probe", test_udp_after_a_probe);
  g_test_add_func ("/road-choice/blocked-from-the-start", test_blocked_from_the_start);
  g_test_add_func ("/road-choice/probes-fail", test_probes_fail);
  g_test_add_func ("/road-choice/second-try-brings-a-probe", test_second_try_brings_a_probe);
  g_test_add_func ("/road-choice/echoes-prove-it", test_echoes_prove_it);
  g_test_add_func ("/road-choice/late-echoes-prove-it", test_late_echoes_prove_it);
  g_test_add_func ("/road-choice/many-retries", test_many_retries);
  g_test_add_func ("/road-choice/few-tries-tell-nothing", test_few_tries_tell_nothing);
  g_test_add_func ("/road-choice/comes-back", test_comes_back);
  g_test_add_func ("/road-choice/doubt", test_doubt);

  return g_test_run ();
}
