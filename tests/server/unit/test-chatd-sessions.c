/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-log.h"
#include "chatd-server.h"
#include "chatd-sessions.h"

#include "peer.h"
#include "person.h"

#include <glib/gstdio.h>
#include <string.h>

/* The real server in this process, and clients of protocol 2 beside it. */

typedef struct
{
  char *folder;
  ChatdConfig *config;
  ChatdServer *server;
  guint tcp_port;
  guint udp_port;
} Fixture;

static void
start (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->server = chatd_server_new (f->config, &error);
  g_assert_no_error (error);
  f->config->tcp_port = f->tcp_port = chatd_server_get_tcp_port (f->server);
  f->config->udp_port = f->udp_port = chatd_server_get_udp_port (f->server);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->folder = g_dir_make_tmp ("chatd-sessions-XXXXXX", NULL);
  f->config = chatd_config_new ();
  g_free (f->config->bind);
  f->config->bind = g_strdup ("127.0.0.1");
  f->config->tcp_port = f->config->udp_port = 0;
  g_free (f->config->data_dir);
  f->config->data_dir = g_strdup (f->folder);
  start (f);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  chatd_server_free (f->server);
  chatd_config_free (f->config);
  remove_folder (f->folder);
  g_free (f->folder);
}

static Peer *
connect_peer (Fixture *f)
{
  return peer_new (f->tcp_port, f->udp_port);
}

static Person *
make_person (Fixture *f, const char *name, guint32 seed)
{
  Person *person = person_new ("room", name, seed);

  person_connect (person, f->tcp_port, f->udp_port);
  return person;
}

/* A host and a member */
static void
make_pair (Fixture *f, Person *pair[2])
{
  pair[0] = make_person (f, "ann", 1);
  person_enter (pair[0], CHAT_OPERATION_CONTROL_CREATE);
  pair[1] = make_person (f, "bob", 2);
  person_enter (pair[1], CHAT_OPERATION_CONTROL_JOIN);
}

static void
free_pair (Person *pair[2])
{
  person_free (pair[0]);
  person_free (pair[1]);
}

static void
say_in_turn (Person **persons, guint n_persons, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);
      person_say (persons[i % n_persons], text);
    }
}

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
  const ChatControlRequest ping = { 0 };
  g_autoptr (GBytes) pong = peer_ask (peer, CHAT_OPERATION_PING, &ping);
}

static void
test_too_fast (Fixture *f, gconstpointer unused)
{
  g_autoptr (Peer) peer = connect_peer (f);
  const ChatControlRequest ping = { 0 };
  guint32 ids[300];
  guint taken = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = peer_send (peer, CHAT_OPERATION_PING, &ping);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      guint8 state;
      g_autoptr (GBytes) reply = peer_wait_reply (peer, ids[i], &state);
      taken += state == CHAT_STATE_SUCCESS;
    }
  g_assert_cmpuint (taken, >=, CHAT_CONTROL_BURST - 1); /* HELLO was one */
  g_assert_cmpuint (taken, <, CHAT_CONTROL_BURST + 5 * CHAT_CONTROL_PER_SECOND);
}

/* --- talking --- */

static void
test_talk_by_tcp (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  pair[0] = make_person (f, "ann", 1);
  pair[0]->tcp_only = TRUE;
  person_enter (pair[0], CHAT_OPERATION_CONTROL_CREATE);
  pair[1] = make_person (f, "bob", 2);
  pair[1]->tcp_only = TRUE;
  person_enter (pair[1], CHAT_OPERATION_CONTROL_JOIN);
  say_in_turn (pair, 2, 20);
  persons_wait_equal (pair, 2, 20);
  g_assert_cmpuint (pair[0]->peer->n_udp, ==, 0);
  g_assert_cmpuint (pair[0]->peer->n_tcp_data, >, 0);
  free_pair (pair);
}

static void
test_talk_by_udp (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  guint by_tcp;

  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
  wait_until (person_is_done (pair[0]) && person_is_done (pair[1]));
  by_tcp = pair[1]->peer->n_tcp_data;
  say_in_turn (pair, 2, 20);
  persons_wait_equal (pair, 2, 20);
  g_assert_cmpuint (pair[1]->peer->n_udp, >=, 2); /* what is said at once comes together */
  g_assert_cmpuint (pair[1]->peer->n_tcp_data, <=, by_tcp + 1);
  free_pair (pair);
}

static void
test_loss (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
  pair[0]->loss_permille = pair[1]->loss_permille = 200;
  for (guint i = 0; i < 10; i++)
    {
      say_in_turn (pair, 2, 20);
      persons_wait_equal (pair, 2, 20 * (i + 1));
    }
  free_pair (pair);
}

/* One that fits in no datagram */
static void
test_large (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = g_strnfill (CHAT_ENTRY_BODY_MAX, 'x');
  Person *pair[2];

  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
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
      say_in_turn (three, 2, 20);
      persons_wait_equal (three, 2, 20 * (i + 1));
    }
  three[2] = make_person (f, "cid", 3);
  person_enter (three[2], CHAT_OPERATION_CONTROL_JOIN);
  persons_wait_equal (three, 3, 200);
  person_say (three[2], "hello");
  persons_wait_equal (three, 3, 201);
  person_free (three[2]);
  free_pair (three);
}

/* --- coming back --- */

static void
test_resume (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  say_in_turn (pair, 2, 10);
  persons_wait_equal (pair, 2, 10);
  person_disconnect (pair[1]);
  person_say (pair[0], "while you were out");
  person_say (pair[1], "written without a network");
  person_connect (pair[1], f->tcp_port, f->udp_port);
  person_enter (pair[1], CHAT_OPERATION_RESUME);
  persons_wait_equal (pair, 2, 12);
  g_assert_false (pair[1]->room.host);
  free_pair (pair);
}

static void
restart (Fixture *f)
{
  chatd_server_free (f->server);
  start (f);
}

static void
test_restart (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  say_in_turn (pair, 2, 10);
  persons_wait_equal (pair, 2, 10);
  say_in_turn (pair, 2, 5); /* on their way, or not */
  const guint64 generation = pair[0]->peer->welcome.generation;
  restart (f);
  for (guint i = 0; i < 2; i++)
    {
      peer_wait_closed (pair[i]->peer);
      person_connect (pair[i], f->tcp_port, f->udp_port);
      person_enter (pair[i], CHAT_OPERATION_RESUME);
    }
  persons_wait_equal (pair, 2, 15);
  say_in_turn (pair, 2, 10);
  persons_wait_equal (pair, 2, 25);
  g_assert_cmpuint (pair[0]->peer->welcome.generation, ==, generation);
  g_assert_true (pair[0]->room.host);
  free_pair (pair);
}

/* --- who is where --- */

static void
test_replaced (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  g_autoptr (Peer) newer = connect_peer (f);
  ChatControlEntered entered = { 0 };

  make_pair (f, pair);
  ChatControlRequest request = pair[1]->keys;
  request.attempt++;
  peer_enter (newer, CHAT_OPERATION_RESUME, &request, &entered);
  g_assert_cmpuint (entered.member, ==, pair[1]->room.member);
  ChatControlEvent *event = peer_wait_event (pair[1]->peer, CHAT_CONTROL_EVENT_REPLACED);
  g_assert_cmpuint (event->room, ==, pair[1]->room.room);
  peer_event_free (event);

  /* an older attempt comes too late */
  request.attempt--;
  g_autofree char *code = peer_ask_error (pair[1]->peer, CHAT_OPERATION_RESUME, &request);
  g_assert_cmpstr (code, ==, "replaced");
  chat_control_entered_clear (&entered);
  free_pair (pair);
}

static void
test_two_devices (Fixture *f, gconstpointer unused)
{
  Person *three[3];

  make_pair (f, three);
  three[2] = make_person (f, "bob", 3);
  memcpy (three[2]->keys.key, three[1]->keys.key, CHAT_KEY_SIZE);
  memcpy (three[2]->keys.uid, three[1]->keys.uid, CHAT_UID_SIZE);
  person_enter (three[2], CHAT_OPERATION_RESUME);
  say_in_turn (three, 3, 12);
  persons_wait_equal (three, 3, 12);
  g_assert_cmpuint (three[1]->room.member, ==, three[2]->room.member);

  /* leaving on one is leaving on both */
  g_autoptr (GBytes) done = peer_ask (three[2]->peer, CHAT_OPERATION_LEAVE, &three[2]->keys);
  peer_event_free (peer_wait_event (three[1]->peer, CHAT_CONTROL_EVENT_LEFT));
  for (GList *l = three[2]->peer->events.head; l != NULL; l = l->next)
    g_assert_cmpint (((ChatControlEvent *) l->data)->kind, !=, CHAT_CONTROL_EVENT_LEFT);
  person_free (three[2]);
  free_pair (three);
}

static void
test_left (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  say_in_turn (pair, 2, 4);
  persons_wait_equal (pair, 2, 4);
  g_autoptr (GBytes) once = peer_ask (pair[1]->peer, CHAT_OPERATION_LEAVE, &pair[1]->keys);
  g_autoptr (GBytes) twice = peer_ask (pair[1]->peer, CHAT_OPERATION_LEAVE, &pair[1]->keys);
  pair[1]->keys.attempt++;
  g_autofree char *code = peer_ask_error (pair[1]->peer, CHAT_OPERATION_RESUME, &pair[1]->keys);
  g_assert_cmpstr (code, ==, "not-joined");

  /* nor does it hear or read anything more of the room */
  const ChatControlRequest members = { .room = pair[1]->room.room };
  g_autofree char *members_code = peer_ask_error (pair[1]->peer, CHAT_OPERATION_MEMBERS, &members);
  g_assert_cmpstr (members_code, ==, "not-joined");
  free_pair (pair);
}

static void
test_closed (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  say_in_turn (pair, 2, 4);
  persons_wait_equal (pair, 2, 4);
  g_autoptr (GBytes) done = peer_ask (pair[0]->peer, CHAT_OPERATION_LEAVE, &pair[0]->keys);
  ChatControlEvent *event = peer_wait_event (pair[1]->peer, CHAT_CONTROL_EVENT_CLOSED);
  g_assert_cmpuint (event->room, ==, pair[1]->room.room);
  peer_event_free (event);
  pair[1]->keys.attempt++;
  g_autofree char *code = peer_ask_error (pair[1]->peer, CHAT_OPERATION_RESUME, &pair[1]->keys);
  g_assert_cmpstr (code, ==, "room-closed");
  g_autoptr (GBytes) again = peer_ask (pair[0]->peer, CHAT_OPERATION_LEAVE, &pair[0]->keys);
  free_pair (pair);
}

static void
test_list_and_members (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  g_auto (ChatControlRooms) rooms = { 0 };
  g_auto (ChatControlMembers) members = { 0 };

  make_pair (f, pair);
  const ChatControlRequest list = { 0 };
  g_autoptr (GBytes) listed = peer_ask (pair[1]->peer, CHAT_OPERATION_CONTROL_LIST, &list);
  g_assert_true (chat_control_rooms_decode (g_bytes_get_data (listed, NULL),
                                            g_bytes_get_size (listed), &rooms, NULL));
  g_assert_cmpuint (rooms.rooms->len, ==, 1);
  g_assert_cmpstr (g_array_index (rooms.rooms, ChatControlRoom, 0).name, ==, "room");
  g_assert_cmpuint (g_array_index (rooms.rooms, ChatControlRoom, 0).online, ==, 2);

  const ChatControlRequest request = { .room = pair[1]->room.room };
  g_autoptr (GBytes) told = peer_ask (pair[1]->peer, CHAT_OPERATION_MEMBERS, &request);
  g_assert_true (chat_control_members_decode (g_bytes_get_data (told, NULL),
                                              g_bytes_get_size (told), &members, NULL));
  g_assert_cmpuint (members.members->len, ==, 2);
  g_assert_cmpstr (g_array_index (members.members, ChatControlMember, 0).name, ==, "ann");
  g_assert_true (g_array_index (members.members, ChatControlMember, 0).host);
  g_assert_true (g_array_index (members.members, ChatControlMember, 0).online);
  g_assert_cmpstr (g_array_index (members.members, ChatControlMember, 1).name, ==, "bob");
  g_assert_false (members.more);
  free_pair (pair);
}

static gboolean
tells_online (const ChatControlEvent *event, guint64 member, gboolean online)
{
  for (guint i = 0; event->members != NULL && i < event->members->len; i++)
    {
      const ChatControlMember *item = &g_array_index (event->members, ChatControlMember, i);
      if (item->member == member && !item->online == !online)
        return TRUE;
    }
  return FALSE;
}

static void
wait_presence (Peer *peer, guint64 member, gboolean online)
{
  gboolean told;

  do
    {
      ChatControlEvent *event = peer_wait_event (peer, CHAT_CONTROL_EVENT_PRESENCE);
      told = tells_online (event, member, online);
      peer_event_free (event);
    }
  while (!told);
}

static void
test_presence (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  wait_presence (pair[0]->peer, pair[1]->room.member, TRUE);
  ChatControlEvent *info = peer_wait_event (pair[1]->peer, CHAT_CONTROL_EVENT_ROOM);
  g_assert_cmpuint (info->online, ==, 2);
  g_assert_cmpuint (info->legacy, ==, 0);
  g_assert_false (info->host_away);
  peer_event_free (info);
  person_disconnect (pair[1]);
  wait_presence (pair[0]->peer, pair[1]->room.member, FALSE);
  free_pair (pair);
}

static void
test_rooms_max (Fixture *f, gconstpointer unused)
{
  g_autoptr (Peer) peer = connect_peer (f);
  ChatControlRequest request = { .user_name = (char *) "ann", .instance = 5 };

  for (guint i = 0; i <= CHAT_SESSION_ROOMS_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("room %u", i);
      g_autofree char *code = NULL;
      ChatControlEntered entered = { 0 };

      request.room_name = name;
      request.attempt = i + 1;
      request.key[0] = request.host_key[0] = (guint8) i;
      if (i < CHAT_SESSION_ROOMS_MAX)
        peer_enter (peer, CHAT_OPERATION_CONTROL_CREATE, &request, &entered);
      else
        code = peer_ask_error (peer, CHAT_OPERATION_CONTROL_CREATE, &request);
      g_assert_true (i < CHAT_SESSION_ROOMS_MAX || g_str_equal (code, "full"));
      chat_control_entered_clear (&entered);
    }
}

/* --- datagrams --- */

static void
test_moved (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
  for (guint i = 0; i < 3; i++)
    {
      peer_move (pair[1]->peer);
      const guint before = pair[1]->peer->n_udp;
      say_in_turn (pair, 2, 10);
      persons_wait_equal (pair, 2, 10 * (i + 1));
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

  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
  g_autoptr (Peer) other = connect_peer (f);
  person_say (pair[1], "once");
  for (guint i = 0; i < 5; i++)
    peer_send_raw (other, bytes, peer_get_last_datagram (pair[1]->peer, bytes));
  persons_wait_equal (pair, 2, 1);
  say_in_turn (pair, 2, 10);
  persons_wait_equal (pair, 2, 11);
  free_pair (pair);
}

/* Truncated, changed, reflected, of nobody: dropped, and the session goes on. */
static void
test_forged (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  guint8 bytes[CHAT_DATAGRAM_MAX];

  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
  person_say (pair[1], "first");
  const gsize size = peer_get_last_datagram (pair[1]->peer, bytes);
  for (gsize i = 0; i < size; i++)
    {
      peer_send_raw (pair[1]->peer, bytes, i);
      bytes[i] ^= 1;
      peer_send_raw (pair[1]->peer, bytes, size);
      bytes[i] ^= 1;
    }
  say_in_turn (pair, 2, 10);
  persons_wait_equal (pair, 2, 11);
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
  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
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

typedef struct
{
  guint pages;
  guint64 head;
} Pages;

static void
count_pages (Peer *peer, const ChatDataFrame *frame, ChatRoad road, gpointer data)
{
  Pages *pages = data;

  pages->pages += frame->type == CHAT_DATA_PAGE;
  if (frame->type == CHAT_DATA_PAGE)
    pages->head = frame->head;
}

static void
test_many_reads (Fixture *f, gconstpointer unused)
{
  Person *pair[2];
  Pages pages = { 0 };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  make_pair (f, pair);
  say_in_turn (pair, 2, 10);
  persons_wait_equal (pair, 2, 10);
  pair[1]->peer->on_frame = count_pages;
  pair[1]->peer->data = &pages;
  pair[1]->peer->loses = NULL;
  const ChatDataFrame read = { .type = CHAT_DATA_READ, .room = pair[1]->room.room, .limit = 100 };
  for (guint i = 0; i < 10000; i++)
    chat_data_frame_append (&read, out);
  for (gsize at = 0; at < out->len; at += 50 * chat_data_frame_size (&read))
    peer_send_data (pair[1]->peer, out->data + at,
                    MIN (out->len - at, 50 * chat_data_frame_size (&read)));
  wait_until (pages.pages > 0);
  g_assert_cmpuint (pages.head, ==, pair[0]->last_id);
  const ChatControlRequest ping = { 0 };
  g_autoptr (GBytes) pong = peer_ask (pair[1]->peer, CHAT_OPERATION_PING, &ping);
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

  make_pair (f, pair);
  say_in_turn (pair, 2, 4);
  persons_wait_equal (pair, 2, 4);
  const ChatDataFrame cursor = { .type = CHAT_DATA_CURSOR,
                                 .room = pair[1]->room.room,
                                 .cursor = G_GUINT64_CONSTANT (1) << 60,
                                 .credit = G_GUINT64_CONSTANT (1) << 60,
                                 .loss_permille = 1000,
                                 .road = CHAT_ROAD_UDP };
  chat_data_frame_append (&cursor, out);
  peer_send_data (pair[1]->peer, out->data, out->len);
  say_in_turn (pair, 2, 4);
  persons_wait_equal (pair, 2, 8);
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
  say_in_turn (pair, 2, 4);
  persons_wait_equal (pair, 2, 4);
  free_pair (pair);
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
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
  add ("/sessions/talk-by-tcp", test_talk_by_tcp);
  add ("/sessions/talk-by-udp", test_talk_by_udp);
  add ("/sessions/loss", test_loss);
  add ("/sessions/large", test_large);
  add ("/sessions/late-joiner", test_late_joiner);
  add ("/sessions/resume", test_resume);
  add ("/sessions/restart", test_restart);
  add ("/sessions/replaced", test_replaced);
  add ("/sessions/two-devices", test_two_devices);
  add ("/sessions/left", test_left);
  add ("/sessions/closed", test_closed);
  add ("/sessions/list-and-members", test_list_and_members);
  add ("/sessions/presence", test_presence);
  add ("/sessions/rooms-max", test_rooms_max);
  add ("/sessions/moved", test_moved);
  add ("/sessions/replayed", test_replayed);
  add ("/sessions/forged", test_forged);
  add ("/sessions/rekey", test_rekey);
  add ("/sessions/many-reads", test_many_reads);
  add ("/sessions/false-cursor", test_false_cursor);
  add ("/sessions/foreign-room", test_foreign_room);
  return g_test_run ();
}
