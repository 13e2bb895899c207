/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-chatd-fixture.h"
#include "test-folder.h"

#include "chat-error.h"
#include "chat-legacy-session.h"
#include "chat-session-private.h"

/* People and the real chatd: a day in a room, keys, what is not recorded, old programs. */

/* --- a day in a room ----------------------------------------------------- */

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;

  person_meet (fixture->taro, fixture->hanako);
  session = person_get_session (fixture->taro);
  g_assert_true (chat_session_is_encrypted (session));
  g_assert_true (chat_session_is_first_contact (session));
  g_assert_cmpstr (chat_session_get_fingerprint (session), ==,
                   chat_client_get_pin (fixture->hanako->client, fixture->endpoint));
  chat_session_confirm_fingerprint (session);
  g_assert_false (chat_session_is_first_contact (session));

  person_tell (fixture->taro, fixture->hanako, "one", "one");
  person_tell (fixture->hanako, fixture->taro, "two", "one two");
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_UDP);
  person_tell (fixture->taro, fixture->hanako, "three", "one two three");
  assert_kinds (fixture->taro, "cjTtT");
  assert_kinds (fixture->hanako, "jJtTt");
  await (person_knows (fixture->taro, "Taro* Hanako"));
  await (person_knows (fixture->hanako, "Hanako Taro*"));
  await (chat_room_get_online (fixture->taro->room) == 2);
}

static void
count_call (guint *n)
{
  (*n)++;
}

/* A network that comes or goes elsewhere is no reason to leave a road that works. */
static void
test_another_network (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;
  guint n = 0;

  person_meet (fixture->taro, fixture->hanako);
  person_await_both_use (fixture->taro, fixture->hanako, CHAT_TRANSPORT_UDP);
  session = person_get_session (fixture->taro);
  g_signal_connect_swapped (session, "notify::transport", G_CALLBACK (count_call), &n);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
      person_say (fixture->taro, text);
    }
  person_await_both (fixture->taro, fixture->hanako, "0 1 2");
  g_assert_true (person_uses (fixture->taro, CHAT_TRANSPORT_UDP));
  g_assert_cmpuint (n, ==, 0);
  g_signal_handlers_disconnect_by_data (session, &n);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) namesake = person_new ("Taro", fixture->endpoint, FALSE);
  g_autofree char *rooms = NULL;

  person_join (fixture->hanako, "room", CHAT_ERROR_ROOM_MISSING);
  person_create (fixture->taro, "room", 0, -1);
  person_create (fixture->hanako, "room", 0, CHAT_ERROR_ROOM_EXISTS);
  person_join (namesake, "room", CHAT_ERROR_NAME_IN_USE);
  rooms = person_list (fixture->hanako);
  g_assert_cmpstr (rooms, ==, "room:1");
}

static void
test_late_joiner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) first = NULL;

  person_create (fixture->taro, "room", 0, -1);
  person_say (fixture->taro, "before");
  await (person_sees (fixture->taro, "before"));
  person_join (fixture->hanako, "room", -1);
  await (person_has_kinds (fixture->hanako, "jtJ"));
  first = g_list_model_get_item (chat_room_get_messages (fixture->hanako->room), 1);
  g_assert_true (chat_message_is_history (first));
  g_assert_cmpstr (chat_message_get_sender (first), ==, "Taro");
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 0);
}

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_tell (fixture->hanako, fixture->taro, "bye", "bye");
  person_leave (fixture->hanako);
  await (person_has_kinds (fixture->taro, "cjtl"));
  await (person_knows (fixture->taro, "Taro*"));
  person_join (fixture->hanako, "room", -1); /* the name is free again */
  await (person_has_kinds (fixture->hanako, "jjtlJ"));
}

static void
test_host_closes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *rooms = NULL;

  person_meet (fixture->taro, fixture->hanako);
  person_say (fixture->taro, "last words");
  person_leave (fixture->taro);
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
  await (person_has_kinds (fixture->hanako, "jJtx"));
  rooms = person_list (fixture->taro);
  g_assert_cmpstr (rooms, ==, "");
}

static void
test_closed_while_away (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_kill (fixture->hanako);
  person_leave (fixture->taro);
  person_start (fixture->hanako);
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
}

static void
test_absent_host (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  await (person_knows (fixture->hanako, "Hanako Taro*"));
  person_quit (fixture->taro); /* absent, not gone */
  await (person_knows (fixture->hanako, "Hanako Taro*-"));
  g_assert_true (person_is_in (fixture->hanako, CHAT_ROOM_JOINED));
  person_start (fixture->taro);
  await (person_knows (fixture->hanako, "Hanako Taro*"));
  g_assert_true (chat_room_is_host (fixture->taro->room));
}

static void
test_erase (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "a");
  person_tell (fixture->hanako, fixture->taro, "b", "a b");
  person_erase (fixture->taro);
  person_await_both (fixture->taro, fixture->hanako, "b");
  assert_kinds (fixture->hanako, "jJeT");
}

/* --- keys and encryption ------------------------------------------------- */

static void
test_key_changed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old_key = NULL;
  ChatSession *session;

  person_meet (fixture->taro, fixture->hanako);
  session = person_get_session (fixture->taro);
  old_key = g_strdup (chat_client_get_pin (fixture->taro->client, fixture->endpoint));
  chatd_process_stop (fixture->chatd);
  chatd_process_forget_key (fixture->chatd);
  chatd_process_start (fixture->chatd);
  await (g_error_matches (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_KEY_CHANGED));
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_OFFLINE);
  g_assert_cmpint (chat_session_get_retry_at_us (session), ==, 0);
  g_assert_cmpstr (chat_client_get_pin (fixture->taro->client, fixture->endpoint), ==, old_key);
  g_assert_cmpstr (chat_client_get_offered_key (fixture->taro->client, fixture->endpoint), !=,
                   old_key);
  person_say_number (fixture->taro, 0);

  /* the person compared it */
  g_assert_true (chat_client_accept_key (
      fixture->taro->client, fixture->endpoint,
      chat_client_get_offered_key (fixture->taro->client, fixture->endpoint)));
  await (person_sees (fixture->taro, "0"));

  /* somebody new at such a server sees both, too */
  g_autofree char *second =
      g_strdup (chat_client_get_pin (fixture->taro->client, fixture->endpoint));

  person_kill (fixture->hanako);
  fixture->hanako->client = chat_client_new_with_folder (fixture->hanako->folder, NULL);
  person_join (fixture->hanako, "room", CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpstr (chat_client_get_offered_key (fixture->hanako->client, fixture->endpoint), ==,
                   second);
}

static void
test_encryption_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketService) plain = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = NULL;
  ChatSession *session;

  person_meet (fixture->taro, fixture->hanako);
  session = person_get_session (fixture->taro);
  chatd_process_kill (fixture->chatd);
  address = g_inet_socket_address_new (loopback, (guint16) fixture->chatd->tcp_port);
  plain = g_socket_service_new (); /* it hangs up on everybody */
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (plain), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                NULL, NULL));
  await (
      g_error_matches (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST));
  g_assert_cmpint (chat_session_get_retry_at_us (session), ==, 0);
  g_assert_false (chat_client_allow_plain (fixture->taro->client, fixture->endpoint));
  person_say_number (fixture->taro, 0);

  g_socket_service_stop (plain);
  g_socket_listener_close (G_SOCKET_LISTENER (plain));
  chatd_process_start (fixture->chatd);
  chat_session_retry (session);
  await (person_sees (fixture->taro, "0"));
}

/* --- off the record ------------------------------------------------------ */

static void
test_off_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *server = g_build_filename (fixture->chatd->folder, "data", NULL);

  person_create (fixture->taro, "whispered-room", CHAT_ROOM_OFF_RECORD, -1);
  person_join (fixture->hanako, "whispered-room", -1);
  g_assert_true (chat_room_is_off_record (fixture->hanako->room));
  person_tell (fixture->taro, fixture->hanako, "whispered-text", "whispered-text");
  g_assert_false (person_has_on_disk (fixture->taro, "whispered"));
  g_assert_false (person_has_on_disk (fixture->hanako, "whispered"));
  g_assert_false (test_folder_contains (server, "whispered"));

  chatd_process_kill (fixture->chatd);
  await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  chatd_process_start (fixture->chatd);
  await (chat_room_get_end (fixture->taro->room) == CHAT_ROOM_END_GONE);
}

/* --- mixed rooms --------------------------------------------------------- */

/* Somebody with a program of protocol 1. Returns: (transfer full) (nullable) */
static ChatRoom *
join_plain (ChatSession *session, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatRoom *room;

  chat_session_join_room_async (session, "room", "Old", NULL, NULL, await_store, &result);
  await (result != NULL);
  room = chat_session_enter_room_finish (session, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
  return room;
}

static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSession) session = chat_legacy_session_new (fixture->endpoint);
  g_autoptr (ChatRoom) room = NULL;
  Person old = { .name = "Old" };

  person_create (fixture->taro, "room", 0, -1);
  old.room = room = join_plain (session, -1);
  await (chat_room_is_mixed (fixture->taro->room));
  await (person_knows (fixture->taro, "Taro* Old!"));
  person_say (&old, "plain");
  await (person_sees (fixture->taro, "plain"));
  person_say (fixture->taro, "sealed");
  await (person_sees (&old, "plain sealed"));
  person_leave (&old);
  await (!chat_room_is_mixed (fixture->taro->room));
  await (person_has_kinds (fixture->taro, "cjtTl"));
}

static void
test_encrypted_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSession) session = chat_legacy_session_new (fixture->endpoint);

  person_create (fixture->taro, "room", CHAT_ROOM_ENCRYPTED_ONLY, -1);
  person_join (fixture->hanako, "room", -1);
  g_assert_true (chat_room_is_encrypted_only (fixture->hanako->room));
  g_assert_null (join_plain (session, CHAT_ERROR_ROOM_MISSING));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  ADD ("/secure-chatd/talk", test_talk);
  ADD ("/secure-chatd/another-network", test_another_network);
  ADD ("/secure-chatd/refusals", test_refusals);
  ADD ("/secure-chatd/late-joiner", test_late_joiner);
  ADD ("/secure-chatd/leave", test_leave);
  ADD ("/secure-chatd/host-closes", test_host_closes);
  ADD ("/secure-chatd/closed-while-away", test_closed_while_away);
  ADD ("/secure-chatd/absent-host", test_absent_host);
  ADD ("/secure-chatd/erase", test_erase);
  ADD ("/secure-chatd/key-changed", test_key_changed);
  ADD ("/secure-chatd/encryption-lost", test_encryption_lost);
  ADD ("/secure-chatd/off-record", test_off_record);
  ADD ("/secure-chatd/mixed", test_mixed);
  ADD ("/secure-chatd/encrypted-only", test_encrypted_only);

  return g_test_run ();
}
