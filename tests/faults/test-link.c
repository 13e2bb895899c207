/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-capture.h"
#include "link-nat.h"
#include "link-queue.h"
#include "link-table.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* The bad network of the fault tests is judged by counting, on a clock of its own. */

#define THROWS 100000
#define MS 1000

static LinkCounts
throw_many (LinkRules rules, gsize len, gint64 apart_us)
{
  LinkCounts counts = { 0 };
  LinkDice dice = 7;

  for (gint64 i = 0; i < THROWS; i++)
    link_fate_throw (&rules, &counts, &dice, len, i * apart_us);
  return counts;
}

/* @got of @of is @percent, within five standard deviations */
static void
assert_share (guint64 got, double of, double percent)
{
  double wanted = of * percent / 100;
  double variance = wanted * (1 - percent / 100);
  double off = (double) got - wanted;

  g_assert_cmpfloat (off * off, <=, 25 * variance);
}

static void
test_shares (void)
{
  LinkRules rules = { .loss = 20, .duplicate = 5, .reorder = 10, .delay_ms = 20 };
  LinkCounts counts = throw_many (rules, 100, 1);
  double arrive = (double) (counts.packets - counts.lost);

  g_assert_cmpuint (counts.packets, ==, THROWS);
  g_assert_cmpuint (counts.bytes, ==, 100 * THROWS);
  assert_share (counts.lost, THROWS, 20);
  assert_share (counts.duplicated, arrive, 5);
  assert_share (counts.reordered, arrive + (double) counts.duplicated, 10);
}

static void
test_certain (void)
{
  LinkCounts none = throw_many ((LinkRules){ .delay_ms = 1 }, 1, 1);
  LinkCounts all = throw_many ((LinkRules){ .loss = 100, .duplicate = 100 }, 1, 1);

  g_assert_cmpuint (none.lost + none.duplicated + none.reordered, ==, 0);
  g_assert_cmpuint (all.lost, ==, THROWS);
  g_assert_cmpuint (all.duplicated, ==, 0);
}

static void
test_delay (void)
{
  LinkRules fixed = { .delay_ms = 20 }, unsteady = { .delay_ms = 20, .jitter_ms = 5 };
  LinkCounts counts = { 0 };
  LinkDice dice = 3;
  guint early = 0;

  for (guint i = 0; i < 1000; i++)
    {
      gint64 due_us = link_fate_throw (&unsteady, &counts, &dice, 1, 0).due_us[0];

      g_assert_cmpint (link_fate_throw (&fixed, &counts, &dice, 1, 7).due_us[0], ==, 20 * MS + 7);
      g_assert_cmpint (due_us, >=, 15 * MS);
      g_assert_cmpint (due_us, <=, 25 * MS);
      early += due_us < 20 * MS;
    }
  assert_share (early, 1000, 50);
}

static void
test_rate (void)
{
  /* 100 bytes take 8 ms at 100 kbit/s. */
  LinkRules rules = { .rate_kbit = 100, .queue_bytes = 250 };
  LinkCounts counts = { 0 };
  LinkDice dice = 1;

  for (gint64 i = 1; i <= 3; i++)
    g_assert_cmpint (link_fate_throw (&rules, &counts, &dice, 100, 0).due_us[0], ==, i * 8 * MS);
  g_assert_cmpuint (link_fate_throw (&rules, &counts, &dice, 100, 0).copies, ==, 0);
  g_assert_cmpint (link_fate_throw (&rules, &counts, &dice, 100, 30 * MS).due_us[0], ==, 38 * MS);
}

static void
test_queue (void)
{
  g_autoptr (LinkQueue) queue = link_queue_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  const gint64 due[] = { 30, 10, 20, 10, 30 };
  const guint order[] = { 1, 3, 2, 0, 4 };

  g_assert_cmpint (link_queue_get_due (queue), ==, G_MAXINT64);
  g_assert_null (link_queue_pop (queue, G_MAXINT64));
  for (guint i = 0; i < G_N_ELEMENTS (due); i++)
    link_queue_push (queue, due[i], i, bytes);
  g_assert_null (link_queue_pop (queue, 9));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr (LinkPacket) packet = link_queue_pop (queue, 30);

      g_assert_cmpuint (packet->to, ==, order[i]);
    }
  link_queue_push (queue, 5, 0, bytes);
  g_assert_cmpuint (link_queue_get_length (queue), ==, 1);
}

static void
test_table (void)
{
  g_autofree LinkTable *table = g_new0 (LinkTable, 1);
  g_autofree char *told = NULL;
  const char *const bad[] = { "",
                              "1 up udp",
                              "3 up udp loss=1",
                              "0 up udp loss=1",
                              "1 in udp loss=1",
                              "1 up sctp loss=1",
                              "1 up udp lost=1",
                              "1 up udp loss=-1",
                              "1 up udp loss=1x",
                              "1 up udp loss=",
                              "1 up udp loss=1 x=1" };

  table->n_clients = 2;
  g_assert_true (link_table_set (table, "all both all delay=20"));
  g_assert_true (link_table_set (table, "2 down udp loss=12.5 duplicate=1"));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (link_table_set (table, bad[i]));
  g_assert_cmpfloat (table->roads[0][LINK_UP][LINK_TCP].rules.delay_ms, ==, 20);
  g_assert_cmpfloat (table->roads[1][LINK_DOWN][LINK_UDP].rules.delay_ms, ==, 20);
  g_assert_cmpfloat (table->roads[1][LINK_DOWN][LINK_UDP].rules.loss, ==, 12.5);
  g_assert_cmpfloat (table->roads[1][LINK_DOWN][LINK_TCP].rules.loss, ==, 0);
  g_assert_cmpfloat (table->roads[1][LINK_UP][LINK_UDP].rules.loss, ==, 0);
  g_assert_cmpfloat (table->roads[0][LINK_DOWN][LINK_UDP].rules.loss, ==, 0);
  g_assert_cmpfloat (table->roads[0][LINK_UP][LINK_UDP].rules.loss, ==, 0);
  told = link_table_tell (table);
  g_assert_true (g_str_has_prefix (told, "[{\"client\":1,\"way\":\"up\",\"protocol\":\"udp\","));
}

/* --- NAT --- */

#define PACKET_LEN 48

static guint32
sum_words (const guint8 *bytes, gsize len)
{
  guint32 sum = 0;

  for (gsize i = 0; i < len; i += 2)
    sum += (guint32) bytes[i] << 8 | bytes[i + 1];
  return sum;
}

/* What the receiver's kernel computes: 0 if the packet is sound */
static guint
check_sum (const guint8 *packet)
{
  guint32 sum = sum_words (packet + 12, PACKET_LEN - 12) + packet[9] + PACKET_LEN - 20;

  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

static guint
port (const guint8 *packet, guint which)
{
  return (guint) packet[20 + 2 * which] << 8 | packet[21 + 2 * which];
}

static void
make_packet (guint8 packet[PACKET_LEN], guint8 protocol, guint from, guint to)
{
  guint at = protocol == IPPROTO_UDP ? 26 : 36, sum;

  for (guint i = 0; i < PACKET_LEN; i++)
    packet[i] = (guint8) (i * 37);
  packet[0] = 0x45;
  packet[6] = packet[7] = 0;
  packet[9] = protocol;
  packet[20] = (guint8) (from >> 8);
  packet[21] = (guint8) from;
  packet[22] = (guint8) (to >> 8);
  packet[23] = (guint8) to;
  packet[at] = packet[at + 1] = 0;
  sum = check_sum (packet);
  packet[at] = (guint8) (sum >> 8);
  packet[at + 1] = (guint8) sum;
}

static void
test_nat (gconstpointer data)
{
  guint8 protocol = (guint8) GPOINTER_TO_UINT (data), packet[PACKET_LEN];
  g_autoptr (LinkNat) nat = link_nat_new ();
  guint outer[3];

  for (guint i = 0; i < 3; i++)
    {
      make_packet (packet, protocol, 4000, 8889);
      g_assert_cmpuint (check_sum (packet), ==, 0);
      link_nat_out (nat, packet, PACKET_LEN);
      g_assert_cmpuint (check_sum (packet), ==, 0);
      g_assert_cmpuint (port (packet, 1), ==, 8889);
      outer[i] = port (packet, 0);
      if (i == 1)
        link_nat_rebind (nat, protocol);
    }
  g_assert_cmpuint (outer[0], !=, 4000);
  g_assert_cmpuint (outer[1], ==, outer[0]);
  g_assert_cmpuint (outer[2], !=, outer[0]);

  make_packet (packet, protocol, 8889, outer[2]);
  g_assert_true (link_nat_in (nat, packet, PACKET_LEN));
  g_assert_cmpuint (check_sum (packet), ==, 0);
  g_assert_cmpuint (port (packet, 1), ==, 4000);
  make_packet (packet, protocol, 8889, outer[0]);
  g_assert_false (link_nat_in (nat, packet, PACKET_LEN));
}

static void
test_nat_of_others (void)
{
  g_autoptr (LinkNat) nat = link_nat_new ();
  guint8 packet[PACKET_LEN], before[PACKET_LEN];

  /* no ports: ICMP, a later fragment, a cut header */
  for (guint i = 0; i < 3; i++)
    {
      make_packet (packet, i == 0 ? IPPROTO_ICMP : IPPROTO_UDP, 1, 2);
      packet[7] = i == 1 ? 8 : 0;
      memcpy (before, packet, PACKET_LEN);
      link_nat_out (nat, packet, i == 2 ? 27 : PACKET_LEN);
      g_assert_true (link_nat_in (nat, packet, i == 2 ? 27 : PACKET_LEN));
      g_assert_cmpmem (packet, PACKET_LEN, before, PACKET_LEN);
    }
  make_packet (packet, IPPROTO_UDP, 1, 2);
  packet[26] = packet[27] = 0; /* without a checksum */
  link_nat_out (nat, packet, PACKET_LEN);
  g_assert_cmpuint (packet[26] | packet[27], ==, 0);
}

static void
test_capture (void)
{
  g_autofree char *folder = g_dir_make_tmp ("link-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.pcap", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  LinkCapture *capture = link_capture_new (path, &error);
  gsize len;

  g_assert_no_error (error);
  link_capture_add (capture, (const guint8 *) "packet", 6);
  link_capture_free (capture);
  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  g_assert_cmpuint (len, ==, 24 + 16 + 6);
  g_assert_cmpmem (bytes + 40, 6, "packet", 6);
  g_unlink (path);
  g_rmdir (folder);
  g_assert_null (link_capture_new (path, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/shares", test_shares);
  g_test_add_func ("/link/certain", test_certain);
  g_test_add_func ("/link/delay", test_delay);
  g_test_add_func ("/link/rate", test_rate);
  g_test_add_func ("/link/queue", test_queue);
  g_test_add_func ("/link/table", test_table);
  g_test_add_data_func ("/link/nat/udp", GUINT_TO_POINTER (IPPROTO_UDP), test_nat);
  g_test_add_data_func ("/link/nat/tcp", GUINT_TO_POINTER (IPPROTO_TCP), test_nat);
  g_test_add_func ("/link/nat/others", test_nat_of_others);
  g_test_add_func ("/link/capture", test_capture);
  return g_test_run ();
}
