/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-address.h"

#include <string.h>

static const struct
{
  const char *text;
  guint16 port;
  const char *shown; /* NULL: no address */
  gboolean loopback;
} addresses[] = {
  { "127.0.0.1", 8888, "127.0.0.1:8888", TRUE },
  { "127.8.0.1", 1, "127.8.0.1:1", TRUE },
  { "192.0.2.1", 65535, "192.0.2.1:65535", FALSE },
  { "0.0.0.0", 0, "0.0.0.0:0", FALSE },
  { "::1", 8888, "[::1]:8888", TRUE },
  { "[::1]", 8888, "[::1]:8888", TRUE },
  { "2001:DB8::1", 9, "[2001:db8::1]:9", FALSE },
  { "::ffff:127.0.0.1", 9, "127.0.0.1:9", TRUE },
  { "fe80::1%7", 9, "[fe80::1%7]:9", FALSE },
  { "fe80::1%", 9, NULL, FALSE },
  { "fe80::1%no-such-interface", 9, NULL, FALSE },
  { "", 1, NULL, FALSE },
  { "[]", 1, NULL, FALSE },
  { "[::1", 1, NULL, FALSE },
  { "127.0.0.1 ", 1, NULL, FALSE },
  { "256.0.0.1", 1, NULL, FALSE },
  { "127.1", 1, NULL, FALSE },
  { "localhost", 1, NULL, FALSE },
  { "[127.0.0.1]", 1, NULL, FALSE },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      char text[CHATD_ADDRESS_TEXT_SIZE];
      ChatdAddress address;
      const gboolean good = chatd_address_parse (&address, addresses[i].text, addresses[i].port);

      g_test_message ("%s", addresses[i].text);
      g_assert_cmpint (good, ==, addresses[i].shown != NULL);
      if (!good)
        continue;
      g_assert_cmpstr (chatd_address_to_text (&address, text), ==, addresses[i].shown);
      g_assert_cmpuint (chatd_address_get_port (&address), ==, addresses[i].port);
      g_assert_cmpint (chatd_address_is_loopback (&address), ==, addresses[i].loopback);
    }
}

static ChatdAddress
parse (const char *text, guint16 port)
{
  ChatdAddress address;

  g_assert_true (chatd_address_parse (&address, text, port));
  return address;
}

static const struct
{
  const char *a;
  const char *b;
  gboolean same_host;
  gboolean same_network;
} pairs[] = {
  { "192.0.2.1", "192.0.2.1", TRUE, TRUE },
  { "192.0.2.1", "::ffff:192.0.2.1", TRUE, TRUE },
  { "192.0.2.1", "192.0.2.2", FALSE, FALSE },
  { "2001:db8::1", "2001:db8::1", TRUE, TRUE },
  { "2001:db8::1", "2001:db8::2:0:0:1", FALSE, TRUE },
  { "2001:db8::1", "2001:db8:0:1::1", FALSE, FALSE },
  { "fe80::1%1", "fe80::1%2", FALSE, TRUE },
  { "::1", "127.0.0.1", FALSE, FALSE },
};

static void
test_compare (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      const ChatdAddress a = parse (pairs[i].a, 1);
      const ChatdAddress b = parse (pairs[i].b, 2);
      ChatdAddress c = b;

      g_test_message ("%s %s", pairs[i].a, pairs[i].b);
      g_assert_cmpint (chatd_address_same_host (&a, &b), ==, pairs[i].same_host);
      g_assert_cmpint (chatd_address_network (&a) == chatd_address_network (&b), ==,
                       pairs[i].same_network);
      g_assert_cmpint (chatd_address_network (&a), !=, 0);
      g_assert_false (chatd_address_equal (&a, &b));
      chatd_address_set_port (&c, 1);
      g_assert_cmpint (chatd_address_equal (&a, &c), ==, pairs[i].same_host);
      if (pairs[i].same_host)
        g_assert_cmpuint (chatd_address_hash (&a), ==, chatd_address_hash (&c));
    }
}

static void
test_sockaddr (void)
{
  const ChatdAddress in6 = parse ("2001:db8::1", 5);
  const struct sockaddr other = { .sa_family = AF_UNIX };
  ChatdAddress address = parse ("192.0.2.1", 4);

  g_assert_false (chatd_address_from_sockaddr (&address, &other, sizeof other));
  g_assert_false (chatd_address_from_sockaddr (&address, &in6.sa, sizeof in6.in4));
  g_assert_cmpuint (chatd_address_get_port (&address), ==, 4);
  g_assert_true (chatd_address_from_sockaddr (&address, &in6.sa, chatd_address_size (&in6)));
  g_assert_true (chatd_address_equal (&address, &in6));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-address/parse", test_parse);
  g_test_add_func ("/chatd-address/compare", test_compare);
  g_test_add_func ("/chatd-address/sockaddr", test_sockaddr);
  return g_test_run ();
}
