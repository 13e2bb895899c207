/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions-fixture.h"

#include "chatd-log.h"

#include <string.h>

/* Who is in a room, from where, and until when. */

/* --- coming back --- */

static void
test_resume (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_talking_pair (f, pair, 10);
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
test_restart (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_talking_pair (f, pair, 10);
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
  talk (pair, 2, 10, 25);
  g_assert_cmpuint (pair[0]->peer->welcome.generation, ==, generation);
  g_assert_true (pair[0]->room.host);
  free_pair (pair);
}

/* --- who is where --- */

static void
leave (Person *person)
{
  g_autoptr (GBytes) done = peer_ask (person->peer, CHAT_OPERATION_LEAVE, &person->keys);

  g_assert_nonnull (done);
}

static void
assert_kept_out (Person *person, const char *why)
{
  g_autofree char *code = NULL;

  person->keys.attempt++;
  code = peer_ask_error (person->peer, CHAT_OPERATION_RESUME, &person->keys);
  g_assert_cmpstr (code, ==, why);
}

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
  talk (three, 3, 12, 12);
  g_assert_cmpuint (three[1]->room.member, ==, three[2]->room.member);

  /* leaving on one is leaving on both */
  leave (three[2]);
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

  make_talking_pair (f, pair, 4);
  leave (pair[1]);
  leave (pair[1]);
  assert_kept_out (pair[1], "not-joined");

  /* nor does it hear or read anything more of the room */
  Pages pages = { 0 };
  g_autoptr (GByteArray) read = g_byte_array_new ();
  const ChatDataFrame frame = { .type = CHAT_DATA_READ, .room = pair[1]->room.room, .limit = 9 };
  count_pages (pair[1]->peer, &pages);
  chat_data_frame_append (&frame, read);
  peer_send_data (pair[1]->peer, read->data, read->len);
  const ChatControlRequest members = { .room = pair[1]->room.room };
  g_autofree char *members_code = peer_ask_error (pair[1]->peer, CHAT_OPERATION_MEMBERS, &members);
  g_assert_cmpstr (members_code, ==, "not-joined");
  g_assert_cmpuint (pages.pages, ==, 0);
  person_disconnect (pair[1]);
  free_pair (pair);
}

static void
test_closed (Fixture *f, gconstpointer unused)
{
  Person *pair[2];

  make_talking_pair (f, pair, 4);
  leave (pair[0]);
  ChatControlEvent *event = peer_wait_event (pair[1]->peer, CHAT_CONTROL_EVENT_CLOSED);
  g_assert_cmpuint (event->room, ==, pair[1]->room.room);
  peer_event_free (event);
  assert_kept_out (pair[1], "room-closed");
  leave (pair[0]);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  chatd_log_init ();
  add ("/session-places/resume", test_resume);
  add ("/session-places/restart", test_restart);
  add ("/session-places/replaced", test_replaced);
  add ("/session-places/two-devices", test_two_devices);
  add ("/session-places/left", test_left);
  add ("/session-places/closed", test_closed);
  add ("/session-places/list-and-members", test_list_and_members);
  add ("/session-places/presence", test_presence);
  return g_test_run ();
}
