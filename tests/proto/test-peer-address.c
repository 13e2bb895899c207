/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-peer-address.h"

#include <string.h>

#define MS ((gint64) 1000)
#define HOME "home:1"
#define CAFE "cafe:22"
#define THIEF "thief:333"

static const guint8 probe_1[CHAT_DATA_PROBE_SIZE] = "11111111";
static const guint8 probe_2[CHAT_DATA_PROBE_SIZE] = "22222222";

static gboolean
receive (ChatPeerAddress *self, const char *from, gboolean newest, gint64 now_us)
{
  return chat_peer_address_receive (self, (const guint8 *) from, strlen (from), 100, newest,
                                    now_us);
}

static gboolean
ack (ChatPeerAddress *self, const char *from, const guint8 *probe)
{
  return chat_peer_address_on_probe_ack (self, (const guint8 *) from, strlen (from), probe);
}

static void
prove (ChatPeerAddress *self, const char *address)
{
  receive (self, address, TRUE, 0);
  chat_peer_address_on_sent (self, probe_1, 300, 0);
  g_assert_true (ack (self, address, probe_1));
}

static void
test_first_address (void)
{
  ChatPeerAddress self;

  chat_peer_address_init (&self);
  g_assert_cmpint (chat_peer_address_get_deadline (&self), ==, G_MAXINT64);
  g_assert_cmpuint (chat_peer_address_get_allowance (&self), ==, 0);
  g_assert_false (receive (&self, HOME, TRUE, 5));
  g_assert_cmpint (chat_peer_address_get_deadline (&self), ==, 5);
  g_assert_false (ack (&self, HOME, self.probe)); /* none was sent */
  chat_peer_address_on_sent (&self, probe_1, 300, 5);
  g_assert_false (ack (&self, HOME, probe_2));
  g_assert_false (ack (&self, CAFE, probe_1));
  g_assert_true (ack (&self, HOME, probe_1));
  g_assert_false (ack (&self, HOME, probe_1)); /* once is enough */
  g_assert_true (receive (&self, HOME, TRUE, 6));
  g_assert_cmpint (chat_peer_address_get_deadline (&self), ==, G_MAXINT64);
}

static void
test_three_times_what_came (void)
{
  ChatPeerAddress self;

  chat_peer_address_init (&self);
  receive (&self, HOME, TRUE, 0);
  g_assert_cmpuint (chat_peer_address_get_allowance (&self), ==, 300);
  chat_peer_address_on_sent (&self, probe_1, 250, 0);
  g_assert_cmpuint (chat_peer_address_get_allowance (&self), ==, 50);
  chat_peer_address_on_sent (&self, NULL, 50, 0);
  g_assert_cmpuint (chat_peer_address_get_allowance (&self), ==, 0);
  receive (&self, HOME, FALSE, 0);
  g_assert_cmpuint (chat_peer_address_get_allowance (&self), ==, 300);
}

static void
test_moves (void)
{
  ChatPeerAddress self;

  chat_peer_address_init (&self);
  prove (&self, HOME);
  g_assert_false (receive (&self, CAFE, TRUE, 100));
  g_assert_true (self.proven.len == strlen (HOME));
  chat_peer_address_on_sent (&self, probe_2, 300, 100);
  g_assert_true (ack (&self, CAFE, probe_2));
  g_assert_cmpmem (self.proven.bytes, self.proven.len, CAFE, strlen (CAFE));
}

/* Somebody on the path was faster with the newest datagram; the peer's next one settles it. */
static void
test_racer (void)
{
  ChatPeerAddress self;

  chat_peer_address_init (&self);
  prove (&self, HOME);
  g_assert_false (receive (&self, THIEF, TRUE, 0));
  chat_peer_address_on_sent (&self, probe_2, 300, 0);
  g_assert_true (receive (&self, HOME, TRUE, 1));
  g_assert_false (ack (&self, THIEF, probe_2));
  g_assert_cmpint (chat_peer_address_get_deadline (&self), ==, G_MAXINT64);
}

static void
test_late_ones_move_nothing (void)
{
  ChatPeerAddress self;

  chat_peer_address_init (&self);
  prove (&self, HOME);
  receive (&self, CAFE, TRUE, 0);
  g_assert_true (receive (&self, HOME, FALSE, 0)); /* sent before the move */
  g_assert_cmpuint (self.candidate.len, ==, strlen (CAFE));
  receive (&self, THIEF, FALSE, 0);
  g_assert_cmpuint (self.candidate.len, ==, strlen (CAFE));
}

static void
test_gives_up (void)
{
  ChatPeerAddress self;
  gint64 now_us = 0;
  guint n = 0;

  chat_peer_address_init (&self);
  receive (&self, HOME, TRUE, 0);
  for (; now_us != G_MAXINT64; now_us = chat_peer_address_get_deadline (&self))
    {
      chat_peer_address_on_sent (&self, probe_1, 30, now_us);
      n++;
    }
  g_assert_cmpuint (n, ==, CHAT_PEER_PROBES_MAX);
  g_assert_true (ack (&self, HOME, probe_1)); /* better late than never */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-address/first-address", test_first_address);
  g_test_add_func ("/peer-address/three-times-what-came", test_three_times_what_came);
  g_test_add_func ("/peer-address/moves", test_moves);
  g_test_add_func ("/peer-address/racer", test_racer);
  g_test_add_func ("/peer-address/late-ones-move-nothing", test_late_ones_move_nothing);
  g_test_add_func ("/peer-address/gives-up", test_gives_up);

  return g_test_run ();
}
