/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "impaired-proxy.h"
#include "secure-chatd-fixture.h"

/* Networks between people and the real chatd: they lose, block, and are cut. */

typedef struct
{
  Fixture base;
  ImpairedProxy *proxy;
} Networked;

static void
set_up_network (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  start_chatd (fixture);
  networked->proxy = impaired_proxy_new ((guint16) fixture->chatd->tcp_port,
                                         (guint16) fixture->chatd->udp_port, 4711);
  fixture->endpoint = impaired_proxy_endpoint (networked->proxy);
  bring_people (fixture);
}

static void
tear_down_network (Networked *networked, gconstpointer data)
{
  tear_down (&networked->base, NULL);
  impaired_proxy_free (networked->proxy);
}

#define ADD_NETWORK(path, function)                                                                \
  g_test_add (path, Networked, NULL, set_up_network, function, tear_down_network)

static void
test_udp_blocked (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  impaired_proxy_set (networked->proxy, &(Impairment){ .udp_blocked = TRUE });
  person_meet_talking (fixture->taro, fixture->hanako, "0");
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_TCP);
  impaired_proxy_set (networked->proxy, &(Impairment){ 0 });
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_UDP);
  person_tell (fixture->hanako, fixture->taro, "1", "0 1");

  /* and blocked again, in the middle of it */
  impaired_proxy_set (networked->proxy, &(Impairment){ .udp_blocked = TRUE });
  say_in_turn (fixture, 2, 10);
  await_all_heard (fixture, 5, 5);
}

static void
meet_by_udp (Fixture *fixture)
{
  person_meet (fixture->taro, fixture->hanako);
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_UDP);
}

static void
talk_through (Networked *networked, const Impairment *impairment, gboolean cut)
{
  Fixture *fixture = &networked->base;

  meet_by_udp (fixture);
  impaired_proxy_set (networked->proxy, impairment);
  for (guint i = 0; i < 200; i++)
    {
      person_say_number (i % 2 == 0 ? fixture->taro : fixture->hanako, i);
      if (cut && i == 100)
        impaired_proxy_cut (networked->proxy);
      for (guint k = 0; k < 5; k++)
        g_main_context_iteration (NULL, FALSE);
    }
  await_all_heard (fixture, 100, 100);
  g_test_message ("%u of %u datagrams passed", impaired_proxy_count_passed (networked->proxy),
                  impaired_proxy_count_datagrams (networked->proxy));
}

static void
test_loss (Networked *networked, gconstpointer data)
{
  const Impairment bad = {
    .delay_ms = 10, .loss_permille = 200, .duplicate_permille = 100, .reorder_permille = 200
  };

  talk_through (networked, &bad, FALSE);
}

static void
test_loss_and_cut (Networked *networked, gconstpointer data)
{
  const Impairment bad = { .loss_permille = 300,
                           .duplicate_permille = 200,
                           .reorder_permille = 300 };

  talk_through (networked, &bad, TRUE);
}

/* They try, and nothing comes back. */
static void
talk_in_vain (Networked *networked)
{
  const guint before = impaired_proxy_count_datagrams (networked->proxy);

  say_in_turn (&networked->base, 0, 10);
  await (impaired_proxy_count_datagrams (networked->proxy) > before + 10);
  g_assert_true (person_waits (networked->base.taro) && person_waits (networked->base.hanako));
}

static void
test_cable_out (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  meet_by_udp (fixture);
  impaired_proxy_set (networked->proxy, &(Impairment){ .cable_out = TRUE });
  talk_in_vain (networked);
  impaired_proxy_cut (networked->proxy); /* the routers forgot */
  impaired_proxy_set (networked->proxy, &(Impairment){ 0 });
  await_all_heard (fixture, 5, 5);
}

/* SIGSTOP: nothing is refused, nothing answers. */
static void
test_chatd_paused (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  meet_by_udp (fixture);
  chatd_process_pause (fixture->chatd, TRUE);
  talk_in_vain (networked);
  chatd_process_pause (fixture->chatd, FALSE);
  await_all_heard (fixture, 5, 5);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  ADD_NETWORK ("/secure-chatd-roads/udp-blocked", test_udp_blocked);
  ADD_NETWORK ("/secure-chatd-roads/loss", test_loss);
  ADD_NETWORK ("/secure-chatd-roads/loss-and-cut", test_loss_and_cut);
  ADD_NETWORK ("/secure-chatd-roads/cable-out", test_cable_out);
  ADD_NETWORK ("/secure-chatd-roads/chatd-paused", test_chatd_paused);

  return g_test_run ();
}
