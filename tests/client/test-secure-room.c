/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-room-fixture.h"

#include "chat-error.h"

/* What is said in a room, and what becomes of it. */

/* --- talking ------------------------------------------------------------- */

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;

  person_meet (fixture->taro, fixture->hanako);
  session = person_get_session (fixture->taro);
  g_assert_true (chat_session_is_encrypted (session));
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_ONLINE);
  g_assert_cmpstr (chat_session_get_fingerprint (session), ==,
                   fake_room_server_get_fingerprint (fixture->server));
  g_assert_true (chat_room_is_host (fixture->taro->room));
  g_assert_false (chat_room_is_host (fixture->hanako->room));

  person_say (fixture->taro, "one");
  g_assert_cmpint (chat_message_get_delivery (person_last_said (fixture->taro)), ==,
                   CHAT_DELIVERY_WAITING);
  g_assert_cmpuint (chat_room_get_waiting (fixture->taro->room), ==, 1);
  person_await_both (fixture->taro, fixture->hanako, "one");
  g_assert_cmpint (chat_message_get_delivery (person_last_said (fixture->taro)), ==,
                   CHAT_DELIVERY_CONFIRMED);
  g_assert_cmpuint (chat_room_get_waiting (fixture->taro->room), ==, 0);
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 1);
  person_tell (fixture->hanako, fixture->taro, "two", "one two");
  assert_kinds (fixture->taro, "cjTt");
  assert_kinds (fixture->hanako, "jJtT");
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  ++*(guint *) data;
}

static void
test_burst (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  guint changes = 0;

  person_meet (fixture->taro, fixture->hanako);
  g_signal_connect (chat_room_get_messages (fixture->hanako->room), "items-changed",
                    G_CALLBACK (on_items_changed), &changes);
  for (guint i = 0; i < 300; i++)
    {
      person_say_number (fixture->taro, i);
      g_string_append_printf (expected, "%s%u", i > 0 ? " " : "", i);
    }
  person_await_both (fixture->taro, fixture->hanako, expected->str);
  assert_log (fixture, expected->str);
  g_test_message ("%u changes", changes);
  g_assert_cmpuint (changes, <, 150);
  g_signal_handlers_disconnect_by_data (chat_room_get_messages (fixture->hanako->room), &changes);
}

static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (16 * 1024, 'x');
  g_autofree char *larger = g_strnfill (16 * 1024 + 1, 'x');
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  person_meet (fixture->taro, fixture->hanako);
  await (person_uses (fixture->taro, CHAT_TRANSPORT_UDP));
  for (guint i = 0; i < 20; i++)
    person_say (fixture->taro, large);
  await (!person_waits (fixture->taro));
  await (chat_room_get_unread (fixture->hanako->room) == 20);

  chat_room_send_async (fixture->taro->room, larger, NULL, await_store, &result);
  await (result != NULL);
  g_assert_null (chat_room_send_finish (fixture->taro->room, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG);
}

static void
test_late_joiner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) first = NULL;
  g_autoptr (ChatMessage) last = NULL;
  GListModel *messages;

  person_create (fixture->taro, "room", 0, -1);
  person_say (fixture->taro, "before");
  await (person_sees (fixture->taro, "before"));
  person_join (fixture->hanako, "room", -1);
  await (person_sees (fixture->hanako, "before"));
  assert_kinds (fixture->hanako, "jtJ");
  person_say (fixture->taro, "after");
  await (person_sees (fixture->hanako, "before after"));
  messages = chat_room_get_messages (fixture->hanako->room);
  first = g_list_model_get_item (messages, 1);
  last = g_list_model_get_item (messages, 3);
  g_assert_cmpstr (chat_message_get_sender (first), ==, "Taro");
  g_assert_true (chat_message_is_history (first));
  g_assert_false (chat_message_is_history (last));
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 1);
}

static void
test_list_and_members (Fixture *fixture, gconstpointer data)
{
  g_autofree char *rooms = NULL;

  person_meet (fixture->taro, fixture->hanako);
  rooms = person_list (fixture->hanako);
  g_assert_cmpstr (rooms, ==, "room:2");
  await (person_knows (fixture->taro, "Taro* Hanako"));
  await (person_knows (fixture->hanako, "Hanako Taro*"));

  fake_room_server_set_legacy (fixture->server, "room", 1, TRUE);
  await (chat_room_is_mixed (fixture->hanako->room) &&
         chat_room_is_host_away (fixture->hanako->room));
  fake_room_server_set_legacy (fixture->server, "room", 0, FALSE);
  await (!chat_room_is_mixed (fixture->hanako->room));
}

/* --- refusals ------------------------------------------------------------ */

static void
test_refused_text (Fixture *fixture, gconstpointer data)
{
  ChatMessage *message;

  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "too-long", 0);
  person_say (fixture->taro, "bad");
  await (person_sees (fixture->taro, "!bad"));
  message = person_last_said (fixture->taro);
  g_assert_error (chat_message_get_error (message), CHAT_ERROR, CHAT_ERROR_TOO_LONG);
  g_assert_cmpuint (chat_room_get_waiting (fixture->taro->room), ==, 0);
  person_say (fixture->taro, "good");
  await (person_sees (fixture->taro, "!bad good"));

  /* it is there after a restart, too, and can be tried again */
  person_restart (fixture->taro);
  await (person_sees (fixture->taro, "good !bad"));
  chat_room_resend (fixture->taro->room, person_last_said (fixture->taro));
  person_await_both (fixture->taro, fixture->hanako, "good bad");
  assert_log (fixture, "good bad");
}

static void
test_discarded_text (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "bad-text", 0);
  person_say (fixture->taro, "bad");
  await (person_sees (fixture->taro, "!bad"));
  chat_room_discard (fixture->taro->room, person_last_said (fixture->taro));
  g_assert_true (person_sees (fixture->taro, ""));
  person_restart (fixture->taro);
  await (person_is_in (fixture->taro, CHAT_ROOM_JOINED));
  g_assert_true (person_sees (fixture->taro, ""));
}

static void
test_retried_text (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "too-fast", 50);
  person_say (fixture->taro, "one");
  person_tell (fixture->taro, fixture->hanako, "two", "one two");
}

static void
test_erase (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "secret-of-taro");
  person_tell (fixture->hanako, fixture->taro, "hers", "secret-of-taro hers");
  person_erase (fixture->taro);
  person_await_both (fixture->taro, fixture->hanako, "hers");
  assert_kinds (fixture->hanako, "jJeT");
  person_restart (fixture->hanako);
  assert_kinds (fixture->hanako, "jJeT");
}

/* --- off the record ------------------------------------------------------ */

static void
test_off_record (Fixture *fixture, gconstpointer data)
{
  person_create (fixture->taro, "whispered-room", CHAT_ROOM_OFF_RECORD, -1);
  person_join (fixture->hanako, "whispered-room", -1);
  g_assert_true (chat_room_is_off_record (fixture->taro->room));
  g_assert_true (chat_room_is_off_record (fixture->hanako->room));
  person_tell (fixture->hanako, fixture->taro, "whispered-text", "whispered-text");
  chat_room_set_draft (fixture->hanako->room, "whispered-draft");
  person_tell (fixture->taro, fixture->hanako, "ok", "whispered-text ok");
  g_assert_false (person_has_on_disk (fixture->hanako, "whispered"));
  g_assert_false (person_has_on_disk (fixture->taro, "whispered"));

  /* a lost connection is no end */
  fake_room_server_cut (fixture->server);
  await (person_is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  person_tell (fixture->hanako, fixture->taro, "still", "whispered-text ok still");

  person_quit (fixture->hanako); /* nobody could be absent there */
  await (fake_room_server_count_members (fixture->server, "whispered-room") == 1);
  person_start (fixture->hanako);
  g_assert_null (fixture->hanako->room);
  person_kill (fixture->hanako);
  g_assert_false (person_has_on_disk (fixture->hanako, "whispered"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/secure-room/talk", test_talk);
  ADD ("/secure-room/burst", test_burst);
  ADD ("/secure-room/large", test_large);
  ADD ("/secure-room/late-joiner", test_late_joiner);
  ADD ("/secure-room/list-and-members", test_list_and_members);
  ADD ("/secure-room/refused-text", test_refused_text);
  ADD ("/secure-room/discarded-text", test_discarded_text);
  ADD ("/secure-room/retried-text", test_retried_text);
  ADD ("/secure-room/erase", test_erase);
  ADD ("/secure-room/off-record", test_off_record);

  return g_test_run ();
}
