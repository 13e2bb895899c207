/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-crowd.h"

#define T0 (1000 * G_USEC_PER_SEC)

static ChatdAddress
parse (const char *text)
{
  ChatdAddress address;

  g_assert_true (chatd_address_parse (&address, text, 1));
  return address;
}

static void
test_open (void)
{
  ChatdCrowd *crowd = chatd_crowd_new ();
  const ChatdAddress a = parse ("192.0.2.1"), b = parse ("192.0.2.2");

  chatd_crowd_set_limits (crowd, 2, 1000);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0), ==, CHATD_CROWD_WELCOME);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0), ==, CHATD_CROWD_WELCOME);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0), ==, CHATD_CROWD_TOO_MANY);
  g_assert_cmpint (chatd_crowd_enter (crowd, &b, T0), ==, CHATD_CROWD_WELCOME);
  chatd_crowd_leave (crowd, &a);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0), ==, CHATD_CROWD_WELCOME);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0), ==, CHATD_CROWD_TOO_MANY);
  chatd_crowd_free (crowd);
}

static void
test_rate (void)
{
  ChatdCrowd *crowd = chatd_crowd_new ();
  const ChatdAddress a = parse ("2001:db8::1"), same_64 = parse ("2001:db8::ffff:1");

  chatd_crowd_set_limits (crowd, 1000, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (chatd_crowd_enter (crowd, i % 2 ? &a : &same_64, T0), ==, CHATD_CROWD_WELCOME);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0), ==, CHATD_CROWD_TOO_FAST);
  g_assert_cmpint (chatd_crowd_enter (crowd, &same_64, T0), ==, CHATD_CROWD_TOO_FAST);
  g_assert_cmpint (chatd_crowd_enter (crowd, &a, T0 + 3 * G_USEC_PER_SEC), ==, CHATD_CROWD_WELCOME);
  chatd_crowd_free (crowd);
}

static void
test_loopback (void)
{
  ChatdCrowd *crowd = chatd_crowd_new ();
  const ChatdAddress a = parse ("127.0.0.1"), b = parse ("::1");

  chatd_crowd_set_limits (crowd, 1, 1);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (chatd_crowd_enter (crowd, i % 2 ? &a : &b, T0), ==, CHATD_CROWD_WELCOME);
  chatd_crowd_leave (crowd, &a);
  g_assert_cmpuint (chatd_crowd_get_n_networks (crowd), ==, 0);
  chatd_crowd_free (crowd);
}

/* Many addresses that came and went leave nothing behind. */
static void
test_forget (void)
{
  ChatdCrowd *crowd = chatd_crowd_new ();
  ChatdAddress address = parse ("192.0.2.1");
  const ChatdAddress stays = parse ("198.51.100.1");

  chatd_crowd_enter (crowd, &stays, T0);
  for (guint i = 0; i < 1000; i++)
    {
      address.in4.sin_addr.s_addr = g_htonl (0x0a000000 + i);
      chatd_crowd_enter (crowd, &address, T0);
      chatd_crowd_leave (crowd, &address);
    }
  g_assert_cmpuint (chatd_crowd_get_n_networks (crowd), ==, 1001);
  chatd_crowd_enter (crowd, &address, T0 + 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (chatd_crowd_get_n_networks (crowd), ==, 2);
  chatd_crowd_free (crowd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-crowd/open", test_open);
  g_test_add_func ("/chatd-crowd/rate", test_rate);
  g_test_add_func ("/chatd-crowd/loopback", test_loopback);
  g_test_add_func ("/chatd-crowd/forget", test_forget);
  return g_test_run ();
}
