/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions-fixture.h"

#include "chatd-log.h"
#include "chatd-sessions.h"

#include <string.h>

/* What is said, by both roads, and what strangers and liars send. */

/* --- talking --- */

static void
test_talk_by_tcp (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair_on_tcp (f, pair, TRUE, TRUE);
  talk (pair, 2, 20, 20);
  g_assert_cmpuint (pair[0]->peer->n_udp, ==, 0);
  g_assert_cmpuint (pair[0]->peer->n_tcp_data, >, 0);
  free_pair (pair);
}

static void
test_talk_by_udp (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  guint by_tcp;

  make_pair_on_udp (f, pair);
  wait_until (person_is_done (pair[0]) && person_is_done (pair[1]));
  by_tcp = pair[1]->peer->n_tcp_data;
  talk (pair, 2, 20, 20);
  g_assert_cmpuint (pair[1]->peer->n_udp, >=, 2); /* what is said at once comes together */
  g_assert_cmpuint (pair[1]->peer->n_tcp_data, <=, by_tcp + 1);
  free_pair (pair);
}

static void
test_loss (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair_on_udp (f, pair);
  pair[0]->loss_permille = pair[1]->loss_permille = 200;
  for (guint i = 0; i < 10; i++)
    {
      talk (pair, 2, 20, 20 * (i + 1));
    }
  free_pair (pair);
}

/* One that fits in no datagram */
static void
test_large (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = g_strnfill (CHAT_ENTRY_BODY_MAX, 'x');
  Person *pair[2];

  make_pair_on_udp (f, pair);
  person_say (pair[0], text);
  person_say (pair[0], "and a small one");
  persons_wait_equal (pair, 2, 2);
  g_assert_cmpuint (strlen (g_ptr_array_index (pair[1]->log, 0)), ==, CHAT_ENTRY_BODY_MAX + 2);
  free_pair (pair);
}

static void
test_late_joiner (Fixture *f, gconstpointer unused)
{
  Person *three[3];

  make_pair (f, three);
  for (guint i = 0; i < 10; i++)
    {
      talk (three, 2, 20, 20 * (i + 1));
    }
  three[2] = make_person (f, "cid", 3);
  person_enter (three[2], CHAT_OPERATION_CONTROL_JOIN);
  persons_wait_equal (three, 3, 200);
  person_say (three[2], "hello");
  persons_wait_equal (three, 3, 201);
  person_free (three[2]);
  free_pair (three);
}

/* One that reads nothing for a while holds nobody up, costs no more than its queue, and then gets
 * all of it. */
static void
test_slow_reader (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = g_strnfill (10000, 'x');
  Person *pair[2];

  make_pair_on_tcp (f, pair, FALSE, TRUE);
  persons_wait_equal (pair, 2, 0);
  peer_set_paused (pair[1]->peer, TRUE);
  for (guint i = 0; i < 400; i++)
    person_say (pair[0], text);
  persons_wait_equal (pair, 1, 400);
  g_assert_cmpuint (pair[1]->log->len, <, 400);
  peer_set_paused (pair[1]->peer, FALSE);
  persons_wait_equal (pair, 2, 400);
  free_pair (pair);
}

/* --- datagrams --- */

static void
test_moved (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair_on_udp (f, pair);
  for (guint i = 0; i < 3; i++)
    {
      peer_move (pair[1]->peer);
      const guint before = pair[1]->peer->n_udp;
      talk (pair, 2, 10, 10 * (i + 1));
      /* entries come there, by datagram, since it proved itself */
      wait_until (pair[1]->peer->n_udp > before);
    }
  g_assert_true (person_is_on_udp (pair[1]));
  free_pair (pair);
}

/* Somebody on the path sends a member's newest datagram again, from elsewhere. */
static void
test_replayed (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  guint8 bytes[CHAT_DATAGRAM_MAX];

  make_pair_on_udp (f, pair);
  g_autoptr (Peer) other = connect_peer (f);
  person_say (pair[1], "once");
  for (guint i = 0; i < 5; i++)
    peer_send_raw (other, bytes, peer_get_last_datagram (pair[1]->peer, bytes));
  persons_wait_equal (pair, 2, 1);
  talk (pair, 2, 10, 11);
  free_pair (pair);
}

/* Truncated, changed, reflected, of nobody: dropped, and the session goes on. */
static void
test_forged (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  guint8 bytes[CHAT_DATAGRAM_MAX];

  make_pair_on_udp (f, pair);
  person_say (pair[1], "first");
  const gsize size = peer_get_last_datagram (pair[1]->peer, bytes);
  for (gsize i = 0; i < size; i++)
    {
      peer_send_raw (pair[1]->peer, bytes, i);
      bytes[i] ^= 1;
      peer_send_raw (pair[1]->peer, bytes, size);
      bytes[i] ^= 1;
    }
  talk (pair, 2, 10, 11);
  free_pair (pair);
}

static void
test_rekey (Fixture *f, gconstpointer unused)
{
  const ChatdKeyRules rules = { .packets = 50,
                                .life_us = 3600 * (gint64) G_USEC_PER_SEC,
                                .overlap_us = 50 * G_TIME_SPAN_MILLISECOND };
  Person *pair[2];

  chatd_sessions_set_key_rules (chatd_server_get_sessions (f->server), &rules);
  make_pair_on_udp (f, pair);
  pair[0]->loss_permille = pair[1]->loss_permille = 100;
  for (guint i = 0; i < 10 || pair[0]->peer->n_rekeys < 2; i++)
    {
      for (guint k = 0; k < 10; k++)
        person_say (pair[k % 2], "again and again");
      persons_wait_equal (pair, 2, 10 * (i + 1));
    }
  wait_until (person_is_on_udp (pair[0]));
  free_pair (pair);
}

/* --- reading --- */

static void
test_many_reads (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  Pages pages = { 0 };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  make_talking_pair (f, pair, 10);
  count_pages (pair[1]->peer, &pages);
  const ChatDataFrame read = { .type = CHAT_DATA_READ, .room = pair[1]->room.room, .limit = 100 };
  for (guint i = 0; i < 10000; i++)
    chat_data_frame_append (&read, out);
  for (gsize at = 0; at < out->len; at += 50 * chat_data_frame_size (&read))
    peer_send_data (pair[1]->peer, out->data + at,
                    MIN (out->len - at, 50 * chat_data_frame_size (&read)));
  wait_until (pages.pages > 0);
  g_assert_cmpuint (pages.head, ==, pair[0]->last_id);
  assert_answers (pair[1]->peer);
  g_assert_false (pair[1]->peer->closed);
  person_disconnect (pair[1]);
  free_pair (pair);
}

/* A cursor beyond the head is a lie that gets its teller nothing. */
static void
test_false_cursor (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  g_autoptr (GByteArray) out = g_byte_array_new ();

  make_talking_pair (f, pair, 4);
  const ChatDataFrame cursor = { .type = CHAT_DATA_CURSOR,
                                 .room = pair[1]->room.room,
                                 .cursor = G_GUINT64_CONSTANT (1) << 60,
                                 .credit = G_GUINT64_CONSTANT (1) << 60,
                                 .loss_permille = 1000,
                                 .road = CHAT_ROAD_UDP };
  chat_data_frame_append (&cursor, out);
  peer_send_data (pair[1]->peer, out->data, out->len);
  talk (pair, 2, 4, 8);
  free_pair (pair);
}

static void
test_foreign_room (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  g_autoptr (GByteArray) out = g_byte_array_new ();

  make_pair (f, pair);
  const ChatDataFrame frames[] = {
    { .type = CHAT_DATA_SUBMIT,
      .room = 99,
      .instance = 1,
      .cseq = 1,
      .kind = 1,
      .tail = (const guint8 *) "x",
      .tail_len = 1 },
    { .type = CHAT_DATA_READ, .room = 99, .limit = 10 },
    { .type = CHAT_DATA_CURSOR, .room = 99 },
    { .type = CHAT_DATA_HEAD, .room = pair[1]->room.room, .head = 5 },
    { .type = CHAT_DATA_NEED, .room = pair[1]->room.room, .instance = 1, .cseq = 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    chat_data_frame_append (&frames[i], out);
  peer_send_data (pair[1]->peer, out->data, out->len);
  talk (pair, 2, 4, 4);
  free_pair (pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  chatd_log_init ();
  add ("/session-data/talk-by-tcp", test_talk_by_tcp);
  add ("/session-data/talk-by-udp", test_talk_by_udp);
  add ("/session-data/loss", test_loss);
  add ("/session-data/large", test_large);
  add ("/session-data/late-joiner", test_late_joiner);
  add ("/session-data/slow-reader", test_slow_reader);
  add ("/session-data/moved", test_moved);
  add ("/session-data/replayed", test_replayed);
  add ("/session-data/forged", test_forged);
  add ("/session-data/rekey", test_rekey);
  add ("/session-data/many-reads", test_many_reads);
  add ("/session-data/false-cursor", test_false_cursor);
  add ("/session-data/foreign-room", test_foreign_room);
  return g_test_run ();
}
