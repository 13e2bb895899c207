/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "impaired-proxy.h"
#include "secure-room-fixture.h"

#include "chat-secure-session.h"

/* Datagrams, the connection, and networks that let either pass or not. */

static void
test_road (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_UDP);

  const guint before = fake_room_server_count (fixture->server, CHAT_OPERATION_DATA);

  for (guint i = 0; i < 10; i++)
    person_say (fixture->taro, "x");
  person_await_both (fixture->taro, fixture->hanako, "x x x x x x x x x x");
  g_assert_cmpuint (fake_room_server_count (fixture->server, CHAT_OPERATION_DATA) - before, <=, 2);
}

static void
test_new_keys (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_UDP);
  fake_room_server_rekey (fixture->server);
  person_tell (fixture->taro, fixture->hanako, "one", "one");

  const guint before = fake_room_server_count_datagrams (fixture->server);

  person_tell (fixture->taro, fixture->hanako, "two", "one two");
  await (fake_room_server_count_datagrams (fixture->server) > before);
  fake_room_server_rekey (fixture->server);
  fake_room_server_rekey (fixture->server);
  person_tell (fixture->hanako, fixture->taro, "three", "one two three");
}

/* New people go through it. Returns: (transfer full) */
static ImpairedProxy *
put_proxy (Fixture *fixture, guint32 seed)
{
  g_autoptr (ChatEndpoint) direct = g_steal_pointer (&fixture->endpoint);
  ImpairedProxy *proxy = impaired_proxy_new (chat_endpoint_get_tcp_port (direct),
                                             chat_endpoint_get_udp_port (direct), seed);

  fixture->endpoint = impaired_proxy_endpoint (proxy);
  return proxy;
}

static void
test_blocked_and_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImpairedProxy) proxy = put_proxy (fixture, 1);
  g_autoptr (Person) guest = new_person (fixture, "Guest");

  impaired_proxy_set (proxy, &(Impairment){ .udp_blocked = TRUE });
  person_meet (fixture->taro, guest);
  person_say (guest, "one");
  await (person_sees (fixture->taro, "one"));
  await (person_uses (guest, CHAT_TRANSPORT_TCP));
  person_say (fixture->taro, "two");
  await (person_sees (guest, "one two"));

  impaired_proxy_set (proxy, &(Impairment){ 0 });
  await (person_uses (guest, CHAT_TRANSPORT_UDP));
  person_say (guest, "three");
  await (person_sees (fixture->taro, "one two three"));
}

/* Nothing says that the connection is dead but the silence of a server that somebody waits for. */
static void
test_dead_connection (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImpairedProxy) proxy = put_proxy (fixture, 1);
  g_autoptr (Person) one = new_person (fixture, "One");

  person_create (one, "room", 0, -1);
  chat_secure_session_set_patience (CHAT_SECURE_SESSION (person_get_session (one)), 30000, 100);
  impaired_proxy_set (proxy, &(Impairment){ .cable_out = TRUE });
  person_say (one, "anybody");
  await (person_is_in (one, CHAT_ROOM_UNREACHABLE));
  impaired_proxy_set (proxy, &(Impairment){ 0 });
  await (person_sees (one, "anybody"));
  assert_log (fixture, "anybody");
}

static void
test_bad_network (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImpairedProxy) proxy = put_proxy (fixture, 20);
  g_autoptr (Person) one = new_person (fixture, "One");
  g_autoptr (Person) two = new_person (fixture, "Two");

  impaired_proxy_set (proxy, &(Impairment){ .delay_ms = 5,
                                            .loss_permille = 200,
                                            .duplicate_permille = 100,
                                            .reorder_permille = 200 });
  person_meet (one, two);
  for (guint i = 0; i < 200; i++)
    {
      person_say_number (i % 2 == 0 ? one : two, i);
      if (i == 100)
        impaired_proxy_cut (proxy);
      for (guint k = 0; k < 3; k++)
        g_main_context_iteration (NULL, FALSE);
    }
  person_await_both_said (one, two);

  g_autofree char *log = fake_room_server_read (fixture->server, "room");

  person_await_both (one, two, log);
  g_assert_cmpuint (chat_room_get_unread (one->room), ==, 100);
  g_assert_cmpuint (chat_room_get_unread (two->room), ==, 100);
  g_test_message ("%u of %u datagrams passed", impaired_proxy_count_passed (proxy),
                  impaired_proxy_count_datagrams (proxy));
  g_assert_cmpuint (impaired_proxy_count_passed (proxy), <, impaired_proxy_count_datagrams (proxy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/secure-room-roads/road", test_road);
  ADD ("/secure-room-roads/new-keys", test_new_keys);
  ADD ("/secure-room-roads/blocked-and-opened", test_blocked_and_opened);
  ADD ("/secure-room-roads/dead-connection", test_dead_connection);
  ADD ("/secure-room-roads/bad-network", test_bad_network);

  return g_test_run ();
}
