/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions-fixture.h"

#include "chatd-log.h"

#include <string.h>

/* A connection of protocol 2: how it begins, what ends it, how much it may ask for. */

/* --- the connection --- */

static void
test_hello (Fixture *f, gconstpointer unused)
{
  g_autoptr (Peer) one = connect_peer (f);
  g_autoptr (Peer) two = connect_peer (f);
  const guint8 zeros[CHAT_KEY_SIZE] = { 0 };

  g_assert_cmpuint (one->welcome.protocol, ==, 2);
  g_assert_true (g_str_has_prefix (one->welcome.agent, "chatd "));
  g_assert_cmpuint (one->welcome.session, !=, two->welcome.session);
  g_assert_cmpuint (one->welcome.message_max, ==, CHAT_ENTRY_BODY_MAX);
  g_assert_cmpuint (one->welcome.generation, ==, two->welcome.generation);
  g_assert_cmpmem (two->welcome.secret, 32, two->welcome.secret, 32);
  g_assert_true (memcmp (one->welcome.secret, zeros, 32) != 0);
  g_assert_true (memcmp (one->welcome.secret, two->welcome.secret, 32) != 0);
  g_assert_cmpint (ABS (one->welcome.time_us - g_get_real_time ()), <, G_USEC_PER_SEC);
}

static void
test_bad_protocol (Fixture *f, gconstpointer unused)
{
  g_autoptr (Peer) peer = peer_new_silent (f->tcp_port, f->udp_port);
  const ChatControlRequest request = { .protocol = 1, .agent = (char *) "old" };
  g_autofree char *code = peer_ask_error (peer, CHAT_OPERATION_HELLO, &request);

  g_assert_cmpstr (code, ==, "bad-protocol");
  peer_wait_closed (peer);
}

/* Whoever breaks the frame of things is hung up on. */
static void
test_hang_ups (Fixture *f, gconstpointer unused)
{
  static const struct
  {
    const char *what;
    gboolean after_hello;
    guint8 header[CHAT_TCP_HEADER_SIZE];
    const char *rest;
  } rows[] = {
    { "PING first", FALSE, { 0, 24, 0, [31] = 8 }, "{\"id\":1}" },
    { "DATA first", FALSE, { 0, 32, 0, [31] = 1 }, "" },
    { "second HELLO",
      TRUE,
      { 0, 16, 0, [31] = 35 },
      "{\"id\":1,\"protocol\":2,\"agent\":\"\"}   " },
    { "a reply", TRUE, { 0, 24, 2, [31] = 8 }, "{\"id\":1}" },
    { "an event", TRUE, { 0, 32, 3, [31] = 0 }, "" },
    { "a room name", TRUE, { 1, 24, 0, [31] = 8 }, "r{\"id\":1}" },
    { "too long", TRUE, { 0, 24, 0, [29] = 1, [31] = 1 }, "" },
    { "half a data frame", TRUE, { 0, 32, 0, [31] = 2 }, "\x03\x09" },
    { "a wrong data frame", TRUE, { 0, 32, 0, [31] = 2 }, "\x09\x01" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Peer) peer =
          rows[i].after_hello ? connect_peer (f) : peer_new_silent (f->tcp_port, f->udp_port);
      g_test_message ("%s", rows[i].what);
      peer_send_bytes (peer, rows[i].header, CHAT_TCP_HEADER_SIZE);
      peer_send_bytes (peer, (const guint8 *) rows[i].rest, MAX (strlen (rows[i].rest), 1));
      peer_wait_closed (peer);
    }
}

static char *
error_code_of (Peer *peer, guint8 operation, const char *payload, guint32 id)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const ChatTcpFrame frame = { .operation = operation,
                               .payload = (const guint8 *) payload,
                               .payload_len = strlen (payload) };
  g_auto (ChatControlError) error = { 0 };
  guint8 state;

  chat_tcp_frame_append (&frame, out);
  peer_send_bytes (peer, out->data, out->len);
  g_autoptr (GBytes) reply = peer_wait_reply (peer, id, &state);
  g_assert_cmpint (state, ==, CHAT_STATE_ERROR);
  g_assert_true (chat_control_error_decode (g_bytes_get_data (reply, NULL),
                                            g_bytes_get_size (reply), &error, NULL));
  return g_strdup (error.code);
}

static void
test_bad_requests (Fixture *f, gconstpointer unused)
{
  static const struct
  {
    guint8 operation;
    const char *payload;
    guint32 id;
  } rows[] = {
    { CHAT_OPERATION_PING, "", 0 },
    { CHAT_OPERATION_PING, "{\"id\":", 0 },
    { CHAT_OPERATION_PING, "{}", 0 },
    { CHAT_OPERATION_MEMBERS, "{\"id\":7}", 7 },
    { CHAT_OPERATION_RESUME, "{\"id\":8,\"uid\":\"00\"}", 8 },
    { 25, "{\"id\":9}", 9 },
    { 1, "{\"id\":10}", 10 },
    { 31, "{\"id\":11}", 11 },
  };
  g_autoptr (Peer) peer = connect_peer (f);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *code = error_code_of (peer, rows[i].operation, rows[i].payload, rows[i].id);
      g_assert_cmpstr (code, ==, "bad-request");
    }
  /* and nothing of it did harm */
  assert_answers (peer);
}

/* Makes rooms, and is in them. */
static void
create_rooms (Peer *peer, guint from, guint n)
{
  ChatControlRequest request = { .user_name = (char *) "ann", .instance = 5, .attempt = 1 };

  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *name = g_strdup_printf ("room %u", i);
      ChatControlEntered entered = { 0 };

      request.room_name = name;
      request.key[0] = request.host_key[0] = (guint8) i;
      peer_enter (peer, CHAT_OPERATION_CONTROL_CREATE, &request, &entered);
      chat_control_entered_clear (&entered);
    }
}

/* Returns: how many of them were answered, not refused */
static guint
count_successes (Peer *peer, guint8 operation, guint n)
{
  const ChatControlRequest request = { 0 };
  g_autofree guint32 *ids = g_new (guint32, n);
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    ids[i] = peer_send (peer, operation, &request);
  for (guint i = 0; i < n; i++)
    {
      guint8 state;
      g_autoptr (GBytes) reply = peer_wait_reply (peer, ids[i], &state);
      taken += state == CHAT_STATE_SUCCESS;
    }
  return taken;
}

static void
test_too_fast (Fixture *f, gconstpointer unused)
{
  g_autoptr (Peer) peer = connect_peer (f);
  const guint taken = count_successes (peer, CHAT_OPERATION_PING, 300);

  g_assert_cmpuint (taken, >=, CHAT_CONTROL_BURST - 1); /* HELLO was one */
  g_assert_cmpuint (taken, <, CHAT_CONTROL_BURST + 5 * CHAT_CONTROL_PER_SECOND);
}

/* What makes more work counts for more. */
static void
test_long_lists (Fixture *f, gconstpointer unused)
{
  Peer *hosts[4];
  const guint n = CHAT_CONTROL_LISTED_PER_REQUEST * 2 / G_N_ELEMENTS (hosts);

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      hosts[i] = connect_peer (f);
      create_rooms (hosts[i], i * n, n);
    }
  g_autoptr (Peer) peer = connect_peer (f);
  const guint taken = count_successes (peer, CHAT_OPERATION_CONTROL_LIST, 100);
  g_assert_cmpuint (taken, >=, CHAT_CONTROL_BURST / 3);
  g_assert_cmpuint (taken, <, CHAT_CONTROL_BURST / 3 + 2 * CHAT_CONTROL_PER_SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    peer_free (hosts[i]);
}

static void
test_rooms_max (Fixture *f, gconstpointer unused)
{
  g_autoptr (Peer) peer = connect_peer (f);
  const ChatControlRequest request = {
    .room_name = (char *) "one more", .user_name = (char *) "ann", .instance = 5, .attempt = 1
  };

  create_rooms (peer, 0, CHAT_SESSION_ROOMS_MAX);
  g_autofree char *code = peer_ask_error (peer, CHAT_OPERATION_CONTROL_CREATE, &request);
  g_assert_cmpstr (code, ==, "full");
}

static void
ask_and_vanish (Fixture *f, guint8 operation, const ChatControlRequest *keys, guint i)
{
  g_autofree char *name = g_strdup_printf ("room %u", i);
  Peer *peer = connect_peer (f);
  ChatControlRequest request = *keys;
  ChatControlEntered entered = { 0 };

  request.instance = 100 + i;
  if (operation == CHAT_OPERATION_CONTROL_CREATE)
    request.room_name = name;
  if (operation == CHAT_OPERATION_ERASE)
    peer_enter (peer, CHAT_OPERATION_RESUME, keys, &entered);
  request.room = entered.room;
  request.member = entered.member;
  peer_send (peer, operation, &request);
  chat_control_entered_clear (&entered);
  peer_free (peer);
}

/* The connection ends while its request is under way. */
static void
test_vanished (Fixture *f, gconstpointer unused)
{
  static const guint8 operations[] = { CHAT_OPERATION_ERASE, CHAT_OPERATION_CONTROL_CREATE,
                                       CHAT_OPERATION_CONTROL_JOIN, CHAT_OPERATION_RESUME,
                                       CHAT_OPERATION_LEAVE };
  Person *pair[2];

  make_talking_pair (f, pair, 10);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    for (guint k = 0; k < 8; k++)
      {
        pair[1]->keys.attempt++;
        ask_and_vanish (f, operations[i], &pair[1]->keys, 8 * i + k);
      }
  assert_answers (pair[0]->peer);
  /* the member left: that was heard */
  wait_until (pair[0]->last_id > 0 && person_is_done (pair[0]));
  free_pair (pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  chatd_log_init ();
  add ("/sessions/hello", test_hello);
  add ("/sessions/bad-protocol", test_bad_protocol);
  add ("/sessions/hang-ups", test_hang_ups);
  add ("/sessions/bad-requests", test_bad_requests);
  add ("/sessions/too-fast", test_too_fast);
  add ("/sessions/long-lists", test_long_lists);
  add ("/sessions/rooms-max", test_rooms_max);
  add ("/sessions/vanished", test_vanished);
  return g_test_run ();
}
