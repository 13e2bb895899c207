/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-outbox.h"

#include <string.h>

#include "chat-limits.h"

#define MS ((gint64) 1000)
#define ROOM 1
#define SPACE 1174
#define TIMEOUT_US (200 * MS) /* before any sample */

typedef struct
{
  ChatOutbox *outbox;
  ChatRtt rtt;
  GByteArray *out;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->outbox = chat_outbox_new ();
  f->out = g_byte_array_new ();
  chat_rtt_init (&f->rtt);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_outbox_free (f->outbox);
  g_byte_array_unref (f->out);
}

static void
add_of (Fixture *f, guint64 instance, guint64 cseq, const char *text)
{
  ChatSubmission submission = { .instance = instance, .cseq = cseq, .kind = CHAT_ENTRY_TEXT };

  submission.body = (const guint8 *) text;
  submission.body_len = strlen (text);
  chat_outbox_add (f->outbox, &submission, 0);
}

static void
add (Fixture *f, guint64 cseq, const char *text)
{
  add_of (f, 7, cseq, text);
}

/* Returns: (transfer full): "1,2,3", the cseqs that were packed */
static char *
pack (Fixture *f, ChatRoad preferred, ChatRoad road, gint64 now_us)
{
  GString *cseqs = g_string_new (NULL);
  ChatDataFrame frame;
  gsize used;

  g_byte_array_set_size (f->out, 0);
  chat_outbox_pack (f->outbox, ROOM, preferred, road, &f->rtt, now_us,
                    road == CHAT_ROAD_UDP ? SPACE : G_MAXSIZE, f->out);
  for (gsize at = 0; at < f->out->len; at += used)
    {
      g_assert_cmpint (
          chat_data_frame_decode (f->out->data + at, f->out->len - at, &frame, &used, NULL), ==,
          CHAT_DECODE_OK);
      g_assert_cmpuint (frame.type, ==, CHAT_DATA_SUBMIT);
      g_string_append_printf (cseqs, "%s%" G_GUINT64_FORMAT, cseqs->len ? "," : "", frame.cseq);
    }

  return g_string_free (cseqs, FALSE);
}

static void
assert_udp (Fixture *f, gint64 now_us, const char *cseqs)
{
  g_autofree char *packed = pack (f, CHAT_ROAD_UDP, CHAT_ROAD_UDP, now_us);

  g_assert_cmpstr (packed, ==, cseqs);
}

static void
assert_tcp (Fixture *f, ChatRoad preferred, gint64 now_us, const char *cseqs)
{
  g_autofree char *packed = pack (f, preferred, CHAT_ROAD_TCP, now_us);

  g_assert_cmpstr (packed, ==, cseqs);
}

static ChatEcho
echo (Fixture *f, guint64 cseq, const char *text, gint64 now_us)
{
  ChatEntry entry = { .id = 100, .instance = 7, .cseq = cseq, .kind = CHAT_ENTRY_TEXT };

  entry.body = (const guint8 *) text;
  entry.body_len = strlen (text);
  return chat_outbox_echo (f->outbox, &entry, now_us, &f->rtt);
}

static void
test_sent_once_then_again (Fixture *f, gconstpointer data)
{
  add (f, 1, "one");
  add (f, 1, "one again");
  g_assert_cmpuint (chat_outbox_get_n (f->outbox), ==, 1);
  g_assert_cmpint (chat_outbox_get_deadline (f->outbox), ==, 0);
  assert_udp (f, 10, "1");
  assert_udp (f, 10, "");
  g_assert_cmpint (chat_outbox_get_deadline (f->outbox), ==, 10 + TIMEOUT_US);
  assert_udp (f, 10 + TIMEOUT_US - 1, "");
  assert_udp (f, 10 + TIMEOUT_US, "1");
  g_assert_cmpint (chat_outbox_get_deadline (f->outbox), ==,
                   10 + TIMEOUT_US + TIMEOUT_US * 13 / 10);
}

static void
test_echo_ends_it (Fixture *f, gconstpointer data)
{
  ChatRoadTries tries = { 0 };

  add (f, 1, "one");
  assert_udp (f, 0, "1");
  g_assert_cmpint (echo (f, 2, "two", 40 * MS), ==, CHAT_ECHO_FOREIGN);
  g_assert_cmpint (echo (f, 1, "one", 40 * MS), ==, CHAT_ECHO_OURS);
  g_assert_cmpint (echo (f, 1, "one", 41 * MS), ==, CHAT_ECHO_FOREIGN);
  g_assert_cmpint (f->rtt.srtt_us, ==, 40 * MS);
  g_assert_cmpint (chat_outbox_get_deadline (f->outbox), ==, G_MAXINT64);
  chat_outbox_take_tries (f->outbox, &tries);
  g_assert_cmpuint (tries.once, ==, 1);
  g_assert_cmpuint (tries.again, ==, 0);
  g_assert_cmpuint (tries.late, ==, 0);
}

/* Which of two sendings was answered? Nobody knows: no sample. */
static void
test_no_sample_from_a_second_try (Fixture *f, gconstpointer data)
{
  ChatRoadTries tries = { 0 };

  add (f, 1, "one");
  assert_udp (f, 0, "1");
  assert_udp (f, TIMEOUT_US, "1");
  echo (f, 1, "one", TIMEOUT_US + 1);
  g_assert_false (f->rtt.sampled);
  chat_outbox_take_tries (f->outbox, &tries);
  g_assert_cmpuint (tries.once, ==, 0);
  g_assert_cmpuint (tries.again, ==, 1);
  g_assert_cmpuint (tries.late, ==, 1);
}

static void
test_echo_with_other_words (Fixture *f, gconstpointer data)
{
  ChatOutboxMessage message;

  add (f, 1, "one");
  chat_outbox_settle (f->outbox, 7, 1, 100);
  g_assert_true (chat_outbox_has_settled (f->outbox));
  g_assert_cmpint (echo (f, 1, "of a former life", 0), ==, CHAT_ECHO_CONFLICT);
  g_assert_false (chat_outbox_has_settled (f->outbox));
  g_assert_cmpuint (chat_outbox_get_n (f->outbox), ==, 1);
  g_assert_true (chat_outbox_take (f->outbox, 7, 1, &message));
  g_assert_cmpmem (message.body, message.body_len, "one", 3);
  g_free (message.body);
  g_assert_false (chat_outbox_take (f->outbox, 7, 1, &message));
}

/* Each once, in order, but for those of whom the log may still tell. */
static void
test_take_older (Fixture *f, gconstpointer data)
{
  const ChatSubmission of_today = { 8, 1, CHAT_ENTRY_TEXT, (const guint8 *) "new", 3 };
  ChatOutboxMessage message;

  add (f, 1, "one");
  add (f, 2, "two");
  add (f, 3, "three");
  chat_outbox_settle (f->outbox, 7, 1, 100);
  chat_outbox_settle (f->outbox, 7, 2, 101);
  chat_outbox_add (f->outbox, &of_today, 0);
  for (guint64 cseq = 1; cseq <= 3; cseq += 2)
    {
      g_assert_true (chat_outbox_take_older (f->outbox, 8, 100, &message));
      g_assert_cmpuint (message.cseq, ==, cseq);
      g_free (message.body);
    }
  g_assert_false (chat_outbox_take_older (f->outbox, 8, 100, &message));
  g_assert_cmpuint (chat_outbox_get_n (f->outbox), ==, 2);
}

static void
test_echo_erased (Fixture *f, gconstpointer data)
{
  ChatEntry entry = { .id = 100, .instance = 7, .cseq = 1, .kind = CHAT_ENTRY_ERASED };

  add (f, 1, "one");
  g_assert_cmpint (chat_outbox_echo (f->outbox, &entry, 0, &f->rtt), ==, CHAT_ECHO_OURS);
}

/* A repeated one takes the oldest six along, not those that were only just sent. */
static void
test_oldest_together (Fixture *f, gconstpointer data)
{
  for (guint i = 1; i <= 8; i++)
    add (f, i, "x");
  assert_udp (f, 0, "1,2,3,4,5,6,7,8");
  for (guint i = 2; i <= 8; i++)
    chat_outbox_need (f->outbox, 7, i, &f->rtt, 100 * MS);
  assert_udp (f, 100 * MS, "1,2,3,4,5,6,7,8");
  add (f, 9, "x");
  assert_udp (f, 101 * MS, "9");
}

static void
test_fifth_and_twelfth_by_tcp (Fixture *f, gconstpointer data)
{
  gint64 now_us = 0;
  g_autoptr (GString) roads = g_string_new (NULL);

  add (f, 1, "x");
  for (guint i = 0; i < 19; i++)
    {
      g_autofree char *udp = pack (f, CHAT_ROAD_UDP, CHAT_ROAD_UDP, now_us);
      g_autofree char *tcp = pack (f, CHAT_ROAD_UDP, CHAT_ROAD_TCP, now_us);

      g_assert_true ((*udp != '\0') != (*tcp != '\0'));
      g_string_append_c (roads, *udp != '\0' ? 'u' : 'T');
      now_us = chat_outbox_get_deadline (f->outbox);
    }
  g_assert_cmpstr (roads->str, ==, "uuuuTuuuuuuTuuuuuuT");
}

static void
test_all_by_tcp (Fixture *f, gconstpointer data)
{
  add (f, 1, "one");
  add (f, 2, "two");
  assert_tcp (f, CHAT_ROAD_TCP, 0, "1,2");
  assert_tcp (f, CHAT_ROAD_TCP, 999 * MS, "");
  assert_tcp (f, CHAT_ROAD_TCP, 1000 * MS, "1,2");
}

static void
test_large_by_tcp (Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill (2000, 'x');

  add (f, 1, "small");
  add (f, 2, large);
  assert_udp (f, 0, "1");
  assert_tcp (f, CHAT_ROAD_UDP, 0, "2");
}

static void
test_several_datagrams (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (500, 'x');

  for (guint i = 1; i <= 5; i++)
    add (f, i, text);
  assert_udp (f, 0, "1,2");
  assert_udp (f, 0, "3,4");
  assert_udp (f, 0, "5");
  assert_udp (f, 0, "");
}

static void
test_never_too_far_ahead (Fixture *f, gconstpointer data)
{
  guint n = 0;

  for (guint i = 1; i <= 100; i++)
    add (f, i, "x");
  for (gboolean more = TRUE; more;)
    {
      g_autofree char *cseqs = pack (f, CHAT_ROAD_UDP, CHAT_ROAD_UDP, 0);

      more = *cseqs != '\0';
      for (const char *at = cseqs; *at != '\0'; at++)
        n += *at == ',';
      n += more;
    }
  g_assert_cmpuint (n, ==, CHAT_OUTBOX_AHEAD_MAX);
  echo (f, 1, "x", 1);
  assert_udp (f, 1, "33");
}

static void
test_never_too_many_bytes_ahead (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (CHAT_ENTRY_BODY_MAX, 'x');

  for (guint i = 1; i <= 6; i++)
    add (f, i, text);
  assert_tcp (f, CHAT_ROAD_UDP, 0, "1,2,3,4");
}

/* The server cannot know in which order two instances wrote. */
static void
test_one_instance_at_a_time (Fixture *f, gconstpointer data)
{
  add_of (f, 6, 1, "earlier");
  add_of (f, 7, 1, "later");
  assert_udp (f, 0, "1");
  g_assert_true (chat_outbox_remove (f->outbox, 6, 1));
  g_assert_false (chat_outbox_remove (f->outbox, 6, 1));
  assert_udp (f, 0, "1");
}

static void
test_needed (Fixture *f, gconstpointer data)
{
  add (f, 1, "x");
  assert_udp (f, 0, "1");
  g_assert_true (chat_outbox_need (f->outbox, 7, 1, &f->rtt, 10 * MS));
  assert_udp (f, 10 * MS, ""); /* that one is on its way */
  g_assert_true (chat_outbox_need (f->outbox, 7, 1, &f->rtt, 60 * MS));
  assert_udp (f, 60 * MS, "1");
  g_assert_false (chat_outbox_need (f->outbox, 7, 2, &f->rtt, 60 * MS));
}

static void
test_delayed (Fixture *f, gconstpointer data)
{
  add (f, 1, "x");
  add (f, 2, "x");
  add (f, 3, "x");
  assert_udp (f, 0, "1,2,3");
  chat_outbox_delay (f->outbox, 7, 2, 5000 * MS);
  chat_outbox_need (f->outbox, 7, 2, &f->rtt, 1000 * MS);
  assert_udp (f, 1000 * MS, "1");
  echo (f, 1, "x", 1000 * MS);
  assert_udp (f, 4999 * MS, "");
  assert_udp (f, 5000 * MS, "2,3");
}

static void
test_settled (Fixture *f, gconstpointer data)
{
  ChatOutboxMessage message;

  add (f, 1, "x");
  add (f, 2, "x");
  add (f, 3, "x");
  chat_outbox_settle (f->outbox, 7, 2, 50);
  assert_udp (f, 0, "3");
  g_assert_false (chat_outbox_take_settled (f->outbox, 49, &message));
  echo (f, 1, "x", 0);
  g_assert_true (chat_outbox_take_settled (f->outbox, 50, &message));
  g_assert_cmpuint (message.cseq, ==, 2);
  g_free (message.body);
  g_assert_false (chat_outbox_take_settled (f->outbox, 50, &message));
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  add (f, 1, "x");
  assert_udp (f, 0, "1");
  chat_outbox_settle (f->outbox, 7, 1, 50);
  chat_outbox_restart (f->outbox);
  assert_udp (f, 1, "1");
}

static void
test_put_first (Fixture *f, gconstpointer data)
{
  ChatSubmission back = { .instance = 7, .cseq = 1, .kind = CHAT_ENTRY_TEXT };

  add (f, 2, "x");
  chat_outbox_put_first (f->outbox, &back, 0);
  assert_udp (f, 0, "1,2");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/outbox/sent-once-then-again", test_sent_once_then_again);
  ADD ("/outbox/echo-ends-it", test_echo_ends_it);
  ADD ("/outbox/no-sample-from-a-second-try", test_no_sample_from_a_second_try);
  ADD ("/outbox/echo-with-other-words", test_echo_with_other_words);
  ADD ("/outbox/take-older", test_take_older);
  ADD ("/outbox/echo-erased", test_echo_erased);
  ADD ("/outbox/oldest-together", test_oldest_together);
  ADD ("/outbox/fifth-and-twelfth-by-tcp", test_fifth_and_twelfth_by_tcp);
  ADD ("/outbox/all-by-tcp", test_all_by_tcp);
  ADD ("/outbox/large-by-tcp", test_large_by_tcp);
  ADD ("/outbox/several-datagrams", test_several_datagrams);
  ADD ("/outbox/never-too-far-ahead", test_never_too_far_ahead);
  ADD ("/outbox/never-too-many-bytes-ahead", test_never_too_many_bytes_ahead);
  ADD ("/outbox/one-instance-at-a-time", test_one_instance_at_a_time);
  ADD ("/outbox/needed", test_needed);
  ADD ("/outbox/delayed", test_delayed);
  ADD ("/outbox/settled", test_settled);
  ADD ("/outbox/restart", test_restart);
  ADD ("/outbox/put-first", test_put_first);

  return g_test_run ();
}
