/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fanout.h"

#include <string.h>

#include "chat-limits.h"

#define MS ((gint64) 1000)
#define SPACE 1174

typedef struct
{
  ChatFanout fanout;
  ChatLogTail *tail;
  GByteArray *udp;
  GByteArray *tcp;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->tail = chat_log_tail_new (10, CHAT_LOG_TAIL_BYTES);
  f->udp = g_byte_array_new ();
  f->tcp = g_byte_array_new ();
  chat_fanout_init (&f->fanout, 1, 10);
  chat_fanout_set_udp_open (&f->fanout, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_log_tail_free (f->tail);
  g_byte_array_unref (f->udp);
  g_byte_array_unref (f->tcp);
}

static void
commit (Fixture *f, gsize body_len)
{
  g_autofree char *body = g_strnfill (body_len, 'x');
  guint64 head = chat_log_tail_get_head (f->tail);
  ChatEntry entry = { .id = head + 1, .prev = head, .kind = CHAT_ENTRY_TEXT };

  entry.body = (const guint8 *) body;
  entry.body_len = body_len;
  chat_log_tail_append (f->tail, &entry);
}

static void
tell_cursor (Fixture *f, guint64 cursor, gsize credit, guint loss_permille, ChatRoad road)
{
  ChatDataFrame frame = { .type = CHAT_DATA_CURSOR,
                          .room = 1,
                          .cursor = cursor,
                          .credit = credit,
                          .loss_permille = loss_permille,
                          .road = road };

  chat_fanout_on_cursor (&f->fanout, &frame, f->tail);
}

static void
describe_entries (const ChatDataFrame *frame, GString *out)
{
  ChatEntry entry;
  gsize used;

  for (gsize at = 0; at < frame->tail_len; at += used)
    {
      g_assert_cmpint (
          chat_entry_decode (frame->tail + at, frame->tail_len - at, &entry, &used, NULL), ==,
          CHAT_DECODE_OK);
      g_string_append_printf (out, " %" G_GUINT64_FORMAT, entry.id);
    }
}

/* "E 11 12 H 13", then cleared */
static void
describe (GByteArray *bytes, GString *out)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < bytes->len; at += used)
    {
      g_assert_cmpint (
          chat_data_frame_decode (bytes->data + at, bytes->len - at, &frame, &used, NULL), ==,
          CHAT_DECODE_OK);
      g_assert_cmpuint (frame.room, ==, 1);
      if (frame.type == CHAT_DATA_ENTRIES)
        {
          g_string_append (out, " E");
          describe_entries (&frame, out);
        }
      else if (frame.type == CHAT_DATA_HEAD)
        g_string_append_printf (out, " H %" G_GUINT64_FORMAT "%s", frame.head,
                                frame.flags & CHAT_DATA_HEAD_BY_TCP ? "t" : "");
      else
        g_assert_not_reached ();
    }
  g_byte_array_set_size (bytes, 0);
}

/* @expected: datagrams each after "u:", then TCP after "t:" */
static void
assert_pack (Fixture *f, gint64 now_us, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean more = TRUE;

  while (more)
    {
      more = chat_fanout_pack (&f->fanout, f->tail, now_us, SPACE, f->udp, f->tcp);
      g_assert_cmpuint (f->udp->len, <=, SPACE);
      if (f->udp->len > 0)
        g_string_append (out, out->len > 0 ? " u:" : "u:");
      describe (f->udp, out);
    }
  if (f->tcp->len > 0)
    g_string_append (out, out->len > 0 ? " t:" : "t:");
  describe (f->tcp, out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
assert_deadline (Fixture *f, gint64 deadline_us)
{
  g_assert_cmpint (chat_fanout_get_deadline (&f->fanout, f->tail), ==, deadline_us);
}

static void
test_nothing_to_do (Fixture *f, gconstpointer data)
{
  assert_pack (f, 0, "");
  assert_deadline (f, G_MAXINT64);
}

static void
test_starts_over_tcp (Fixture *f, gconstpointer data)
{
  commit (f, 10);
  commit (f, 10);
  g_assert_true (chat_fanout_is_dirty (&f->fanout, f->tail));
  assert_pack (f, 0, "t: E 11 12");
  g_assert_false (chat_fanout_is_dirty (&f->fanout, f->tail));
}

static void
test_gathers_and_repeats_two (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11");
  commit (f, 10);
  commit (f, 10);
  assert_pack (f, 1, "u: E 11 12 13");
  commit (f, 10);
  assert_pack (f, 2, "u: E 12 13 14");
  tell_cursor (f, 13, 10000, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 3, "u: E 14 15");
}

static void
test_repeats_only_what_fits (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 0, CHAT_ROAD_UDP);
  commit (f, 700);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11 12");
  commit (f, 700);
  assert_pack (f, 1, "u: E 12 13");
}

static void
test_several_datagrams (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 0, CHAT_ROAD_UDP);
  commit (f, 1000);
  commit (f, 1000);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11 u: E 12 13");
}

static void
test_large_by_tcp (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  commit (f, 3000);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11 u: H 12t u: E 13 t: E 12");
}

static void
test_lossy_road_sends_again (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 21, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11");
  commit (f, 10);
  assert_pack (f, 5 * MS, "u: E 11 12");
  assert_deadline (f, 20 * MS);
  assert_pack (f, 20 * MS, "u: E 11 12");
  assert_pack (f, 21 * MS, "");
}

static void
test_confirmed_is_not_sent_again (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 100, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11");
  tell_cursor (f, 11, 10000, 100, CHAT_ROAD_UDP);
  assert_deadline (f, G_MAXINT64);
  assert_pack (f, 2000 * MS, "");
}

static void
test_tail_on_a_lossy_road (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 10, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11");
  assert_deadline (f, 30 * MS);
  assert_pack (f, 30 * MS, "u: H 11");
  assert_deadline (f, 100 * MS);
  assert_pack (f, 100 * MS, "u: H 11");
  assert_pack (f, 300 * MS, "u: H 11");
  assert_deadline (f, 1000 * MS);
  assert_pack (f, 1000 * MS, "t: H 11");
  assert_deadline (f, G_MAXINT64);
  assert_pack (f, 9000 * MS, "");
}

static void
test_tail_on_a_clean_road (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 10000, 9, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "u: E 11");
  assert_deadline (f, 200 * MS);
  commit (f, 10);
  assert_pack (f, 150 * MS, "u: E 11 12");
  assert_deadline (f, 350 * MS); /* the last datagram counts */
  tell_cursor (f, 11, 10000, 9, CHAT_ROAD_UDP);
  assert_deadline (f, 350 * MS);
  tell_cursor (f, 12, 10000, 9, CHAT_ROAD_UDP);
  assert_deadline (f, G_MAXINT64);
}

static void
test_credit (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 250, 0, CHAT_ROAD_UDP);
  for (guint i = 0; i < 4; i++)
    commit (f, 100);
  assert_pack (f, 0, "u: E 11 12");
  g_assert_cmpuint (chat_fanout_get_in_flight (&f->fanout, f->tail), <=, 250);
  tell_cursor (f, 12, 250, 0, CHAT_ROAD_UDP);
  assert_pack (f, 1, "u: E 13 14");
}

/* Larger than the whole credit: alone, when nothing else is under way. */
static void
test_credit_and_a_large_one (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 100, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  commit (f, 900);
  assert_pack (f, 0, "u: E 11");
  tell_cursor (f, 11, 100, 0, CHAT_ROAD_UDP);
  assert_pack (f, 1, "u: E 12");
}

/* No credit, and the tail is told all the same: outside of it. */
static void
test_no_credit_at_all (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 0, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "");
  assert_deadline (f, 200 * MS);
  assert_pack (f, 200 * MS, "u: H 11");
  assert_pack (f, 300 * MS, "u: H 11");
  assert_pack (f, 1000 * MS, "t: H 11");
  assert_deadline (f, G_MAXINT64);
}

static void
test_fell_out_of_the_tail (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 2000, 0, CHAT_ROAD_UDP);
  for (guint i = 0; i < 2000; i++)
    commit (f, 200);
  assert_pack (f, 0, "");
  assert_pack (f, 200 * MS, "u: H 2010");
  chat_fanout_on_page (&f->fanout, 1980, 2009, f->tail, 300 * MS);
  assert_pack (f, 300 * MS, "");
  tell_cursor (f, 2009, 2000, 0, CHAT_ROAD_UDP);
  assert_pack (f, 301 * MS, "u: E 2010");
}

static void
test_page_counts_as_sent (Fixture *f, gconstpointer data)
{
  tell_cursor (f, 10, 2000, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  commit (f, 10);
  chat_fanout_on_page (&f->fanout, 10, 11, f->tail, 0);
  assert_pack (f, 0, "u: E 11 12");
}

static void
test_lies_and_late_cursors (Fixture *f, gconstpointer data)
{
  commit (f, 10);
  commit (f, 10);
  tell_cursor (f, 99, 2000, 0, CHAT_ROAD_UDP);
  g_assert_cmpuint (f->fanout.refused, ==, 1);
  g_assert_cmpuint (f->fanout.cursor, ==, 10);
  assert_pack (f, 0, "u: E 11 12");
  tell_cursor (f, 12, 2000, 0, CHAT_ROAD_UDP);
  tell_cursor (f, 11, 2000, 0, CHAT_ROAD_UDP);
  g_assert_cmpuint (f->fanout.cursor, ==, 12);
  tell_cursor (f, 12, G_MAXUINT64 >> 2, 0, CHAT_ROAD_UDP);
  g_assert_cmpuint (f->fanout.credit, ==, CHAT_CREDIT_MAX);
}

static void
test_address_not_proven (Fixture *f, gconstpointer data)
{
  chat_fanout_set_udp_open (&f->fanout, FALSE);
  tell_cursor (f, 10, 10000, 0, CHAT_ROAD_UDP);
  commit (f, 10);
  assert_pack (f, 0, "t: E 11");
  chat_fanout_set_udp_open (&f->fanout, TRUE);
  commit (f, 10);
  assert_pack (f, 1, "u: E 11 12");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/fanout/nothing-to-do", test_nothing_to_do);
  ADD ("/fanout/starts-over-tcp", test_starts_over_tcp);
  ADD ("/fanout/gathers-and-repeats-two", test_gathers_and_repeats_two);
  ADD ("/fanout/repeats-only-what-fits", test_repeats_only_what_fits);
  ADD ("/fanout/several-datagrams", test_several_datagrams);
  ADD ("/fanout/large-by-tcp", test_large_by_tcp);
  ADD ("/fanout/lossy-road-sends-again", test_lossy_road_sends_again);
  ADD ("/fanout/confirmed-is-not-sent-again", test_confirmed_is_not_sent_again);
  ADD ("/fanout/tail-on-a-lossy-road", test_tail_on_a_lossy_road);
  ADD ("/fanout/tail-on-a-clean-road", test_tail_on_a_clean_road);
  ADD ("/fanout/credit", test_credit);
  ADD ("/fanout/credit-and-a-large-one", test_credit_and_a_large_one);
  ADD ("/fanout/no-credit-at-all", test_no_credit_at_all);
  ADD ("/fanout/fell-out-of-the-tail", test_fell_out_of_the_tail);
  ADD ("/fanout/page-counts-as-sent", test_page_counts_as_sent);
  ADD ("/fanout/address-not-proven", test_address_not_proven);
  ADD ("/fanout/lies-and-late-cursors", test_lies_and_late_cursors);

  return g_test_run ();
}
