/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "avahi-mock.h"
#include "await.h"

#include "chat-discovery.h"
#include "chat-limits.h"

/* Servers on the local network, as an Avahi of our own tells of them. */

#define FP "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define TEXT " txtvers=1 udp=9001 protocols=1,2 fp=" FP

/* Returns: (transfer full): "name address lock", each server in a line */
static char *
describe (ChatDiscovery *discovery)
{
  GListModel *servers = chat_discovery_get_servers (discovery);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (ChatFoundServer) server = g_list_model_get_item (servers, i);
      g_autofree char *address = chat_endpoint_to_string (chat_found_server_get_endpoint (server));

      g_string_append_printf (text, "%s %s%s%s\n", chat_found_server_get_name (server), address,
                              chat_found_server_is_encrypted (server) ? " encrypted" : "",
                              chat_found_server_get_fingerprint (server) != NULL ? " key" : "");
    }
  return g_string_free (text, FALSE);
}

static gboolean
shows (ChatDiscovery *discovery, const char *wanted)
{
  g_autofree char *text = describe (discovery);

  return g_str_equal (text, wanted);
}

static void
test_comes_and_goes (void)
{
  g_autoptr (ChatDiscovery) discovery = chat_discovery_new ();

  avahi_mock_do ("add 図書室 2 0 192.168.1.5 9000" TEXT);
  for (guint i = 0; i < 3; i++)
    {
      avahi_mock_do ("come");
      await (shows (discovery, "図書室 192.168.1.5:9000 encrypted key\n"));
      avahi_mock_do ("add Old 2 0 192.168.1.6 8888 protocols=1");
      await (shows (discovery, "図書室 192.168.1.5:9000 encrypted key\nOld 192.168.1.6:8888\n"));
      avahi_mock_do ("remove Old");
      await (shows (discovery, "図書室 192.168.1.5:9000 encrypted key\n"));
      avahi_mock_do ("go");
      await (shows (discovery, ""));
    }
  avahi_mock_do ("remove 図書室");
}

/* A computer is seen on each of its interfaces, by both protocols: it is one server. */
static void
test_one_name_once (void)
{
  g_autoptr (ChatDiscovery) discovery = chat_discovery_new ();

  avahi_mock_do ("come");
  avahi_mock_do ("add A 2 1 fd00::5 9000" TEXT);
  await (shows (discovery, "A [fd00::5]:9000 encrypted key\n"));
  avahi_mock_do ("add A 2 0 192.168.1.5 9000" TEXT);
  await (shows (discovery, "A 192.168.1.5:9000 encrypted key\n"));
  avahi_mock_do ("add A 3 0 10.0.0.5 9000" TEXT);
  avahi_mock_do ("add Z 3 0 10.0.0.9 9000" TEXT);
  await (shows (discovery, "A 192.168.1.5:9000 encrypted key\nZ 10.0.0.9:9000 encrypted key\n"));
  avahi_mock_do ("remove A");
  avahi_mock_do ("remove Z");
  await (shows (discovery, ""));
  avahi_mock_do ("go");
}

/* What anybody on the network may tell */
static void
test_hostile (void)
{
  static const char *const commands[] = {
    "add 'a\u202eb' 2 0 192.168.1.5 9000" TEXT, /* turns the direction of writing */
    "add Path 2 0 /etc/passwd 9000" TEXT,
    "add Port 2 0 192.168.1.5 0" TEXT,
    "add LastPort 2 0 192.168.1.5 65535 protocols=2",
    "add Zone 999999 1 fe80::1 9000" TEXT, /* on an interface that this computer has not */
    "add Text 2 0 192.168.1.7 9000 udp=0 udp=x fp=1 protocols=3 = x",
  };
  g_autoptr (ChatDiscovery) discovery = chat_discovery_new ();

  avahi_mock_do ("come");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    avahi_mock_do (commands[i]);
  await (shows (discovery, "Text 192.168.1.7:9000\n"));

  /* Crowds are cut off. */
  for (guint i = 0; i < CHAT_DISCOVERY_MAX + 20; i++)
    {
      g_autofree char *command = g_strdup_printf ("add Many%u 2 0 192.168.1.8 9000", i);
      avahi_mock_do (command);
    }
  GListModel *servers = chat_discovery_get_servers (discovery);
  /* Four of the six above are in the way as well: nobody can tell that they are nowhere. */
  await (g_list_model_get_n_items (servers) == CHAT_DISCOVERY_MAX - 4);
  avahi_mock_do ("go");
  await (g_list_model_get_n_items (servers) == 0);
}

/* It ends in the middle of an answer that never comes. */
static void
test_silence (void)
{
  ChatDiscovery *discovery = chat_discovery_new ();

  avahi_mock_do ("come");
  avahi_mock_do ("mute");
  avahi_mock_do ("add Silent 2 0 192.168.1.5 9000" TEXT);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (shows (discovery, ""));
  g_assert_finalize_object (discovery);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  avahi_mock_do ("go");
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  avahi_mock_start ();

  g_test_add_func ("/discovery/comes-and-goes", test_comes_and_goes);
  g_test_add_func ("/discovery/one-name-once", test_one_name_once);
  g_test_add_func ("/discovery/hostile", test_hostile);
  g_test_add_func ("/discovery/silence", test_silence);

  status = g_test_run ();
  avahi_mock_stop ();
  return status;
}
