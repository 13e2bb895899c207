/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-room-fixture.h"

#include "chat-error.h"

#include <string.h>

/* A connection, an app or a server that was away comes back, maybe out of an older backup. */

/* --- coming back --------------------------------------------------------- */

static void
test_reconnect (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  fake_room_server_stop (fixture->server);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_UNREACHABLE);
  await (chat_session_get_link (person_get_session (fixture->taro)) == CHAT_LINK_OFFLINE);
  g_assert_error (chat_session_get_error (person_get_session (fixture->taro)), CHAT_ERROR,
                  CHAT_ERROR_SERVER_GONE);
  g_assert_cmpint (chat_session_get_retry_at_us (person_get_session (fixture->taro)), >, 0);
  person_say (fixture->taro, "two");
  person_say (fixture->hanako, "three");
  g_assert_true (person_sees (fixture->taro, "one ~two"));

  fake_room_server_start (fixture->server);
  person_await_both_said (fixture->taro, fixture->hanako);
  await (chat_room_get_unread (fixture->taro->room) == 1);
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  g_assert_null (chat_session_get_error (person_get_session (fixture->taro)));

  g_autofree char *log = fake_room_server_read (fixture->server, "room");

  person_await_both (fixture->taro, fixture->hanako, log);
}

static void
test_retry_now (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;

  person_meet (fixture->taro, fixture->hanako);
  session = person_get_session (fixture->taro);
  fake_room_server_stop (fixture->server);
  /* the pause grows */
  await (chat_session_get_retry_at_us (session) - g_get_monotonic_time () > G_USEC_PER_SEC);
  fake_room_server_start (fixture->server);
  chat_session_retry (session);
  await (person_is_in (fixture->taro, CHAT_ROOM_JOINED));
}

static void
test_busy_resume (Fixture *fixture, gconstpointer data)
{
  person_create (fixture->taro, "room", 0, -1);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_RESUME, "busy", 120);
  fake_room_server_cut (fixture->server);
  person_say (fixture->taro, "one");
  await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  await (person_sees (fixture->taro, "one"));
  g_assert_cmpuint (fake_room_server_count (fixture->server, CHAT_OPERATION_RESUME), ==, 2);
}

/* The app is killed, messages wait on both sides, the app comes back from its folder. */
static void
test_restored_app (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_tell (fixture->hanako, fixture->taro, "one", "one");
  chat_room_mark_read (fixture->taro->room);
  chat_room_set_draft (fixture->hanako->room, "half a sentence");
  fake_room_server_stop (fixture->server);
  await (person_is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  person_say (fixture->hanako, "two");
  person_say (fixture->hanako, "three");
  person_restart (fixture->hanako);
  g_assert_cmpstr (chat_room_get_name (fixture->hanako->room), ==, "room");
  g_assert_cmpstr (chat_room_get_draft (fixture->hanako->room), ==, "half a sentence");
  g_assert_true (person_sees (fixture->hanako, "one ~two ~three"));
  assert_kinds (fixture->hanako, "jJTTT");
  g_assert_cmpuint (chat_room_get_waiting (fixture->hanako->room), ==, 2);

  person_kill (fixture->taro);
  fake_room_server_start (fixture->server);
  chat_session_retry (person_get_session (fixture->hanako));
  await (person_sees (fixture->hanako, "one two three"));
  person_start (fixture->taro);
  g_assert_true (person_sees (fixture->taro, "one"));
  await (person_sees (fixture->taro, "one two three"));
  g_assert_true (chat_room_is_host (fixture->taro->room));
  g_assert_cmpuint (chat_room_get_unread (fixture->taro->room), ==, 2);
  assert_log (fixture, "one two three");
}

static void
test_quit (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_say (fixture->hanako, "one");
  person_quit (fixture->hanako);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2); /* absent */
  await (fake_room_server_count_connections (fixture->server) == 1);
  person_start (fixture->hanako);
  person_await_both (fixture->taro, fixture->hanako, "one");
  assert_log (fixture, "one");
}

static void
test_read_position (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  chat_room_mark_read (fixture->hanako->room);
  person_say (fixture->taro, "two");
  person_say (fixture->taro, "three");
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  person_restart (fixture->hanako);
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 2);
  chat_room_mark_read (fixture->hanako->room);
  person_restart (fixture->hanako);
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 0);
}

/* Of a room that comes from the disk, or goes out of sight */
#define LINES_AT_START 40

static void
test_long_history (Fixture *fixture, gconstpointer data)
{
  GListModel *messages;
  g_autoptr (ChatMessage) first = NULL;

  person_create (fixture->taro, "room", 0, -1);
  for (guint i = 0; i < 500; i++)
    person_say_number (fixture->taro, i);
  await (!person_waits (fixture->taro));
  person_restart (fixture->taro);
  messages = chat_room_get_messages (fixture->taro->room);
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, LINES_AT_START);
  g_assert_false (chat_room_is_history_complete (fixture->taro->room));
  chat_room_load_history (fixture->taro->room);
  g_assert_true (chat_room_is_history_complete (fixture->taro->room));
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, 501);
  first = g_list_model_get_item (messages, 1);
  g_assert_cmpstr (chat_message_get_text (first), ==, "0");

  /* Another room comes to the front, and this one again. */
  chat_room_set_sight (fixture->taro->room, CHAT_ROOM_SIGHT_NONE);
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, LINES_AT_START);
  g_assert_false (chat_room_is_history_complete (fixture->taro->room));
  g_assert_cmpstr (chat_message_get_text (chat_room_get_last_message (fixture->taro->room)), ==,
                   "499");
  chat_room_set_sight (fixture->taro->room, CHAT_ROOM_SIGHT_OLD);
  chat_room_load_older (fixture->taro->room, 100);
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, LINES_AT_START + 100);
  g_assert_false (chat_room_is_history_complete (fixture->taro->room));
  chat_room_load_history (fixture->taro->room);
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, 501);
}

/* --- the past comes back ------------------------------------------------- */

static void
test_server_restored (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  fake_room_server_save (fixture->server);
  person_tell (fixture->taro, fixture->hanako, "two", "one two");
  person_tell (fixture->hanako, fixture->taro, "three", "one two three");

  fake_room_server_stop (fixture->server);
  fake_room_server_restore (fixture->server);
  fake_room_server_start (fixture->server);
  await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  await (person_is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  chat_session_retry (person_get_session (fixture->taro));
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_JOINED);
  person_say (fixture->taro, "four");
  person_await_both_said (fixture->taro, fixture->hanako);

  g_autofree char *log = fake_room_server_read (fixture->server, "room");

  /* each message once, the order may be another */
  person_await_both (fixture->taro, fixture->hanako, log);
  g_assert_cmpuint (strlen (log), ==, strlen ("one two three four"));
}

static void
test_app_restored (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_back_up (fixture->taro);
  person_tell (fixture->taro, fixture->hanako, "two", "one two");
  person_kill (fixture->taro);
  person_restore (fixture->taro);

  fake_room_server_stop (fixture->server); /* so that it writes before it knows */
  person_start (fixture->taro);
  g_assert_true (person_sees (fixture->taro, "one"));
  person_say (fixture->taro, "three");
  fake_room_server_start (fixture->server);
  person_await_both (fixture->taro, fixture->hanako, "one two three");
  assert_log (fixture, "one two three");
}

static void
test_retention (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_kill (fixture->hanako);
  person_say (fixture->taro, "two");
  person_say (fixture->taro, "three");
  await (person_sees (fixture->taro, "one two three"));
  fake_room_server_retain (fixture->server, "room", 1);
  person_start (fixture->hanako);
  await (person_sees (fixture->hanako, "one three"));
  assert_kinds (fixture->hanako, "jJtht");
  person_restart (fixture->hanako);
  assert_kinds (fixture->hanako, "jJtht");

  /* a newcomer has lost nothing, and knows who says it */
  g_autoptr (Person) late = new_person (fixture, "Late");
  g_autoptr (ChatMessage) first = NULL;

  person_join (late, "room", -1);
  await (person_sees (late, "three"));
  assert_kinds (late, "tJ");
  first = g_list_model_get_item (chat_room_get_messages (late->room), 0);
  g_assert_cmpstr (chat_message_get_sender (first), ==, "Taro");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/secure-room-return/reconnect", test_reconnect);
  ADD ("/secure-room-return/retry-now", test_retry_now);
  ADD ("/secure-room-return/busy-resume", test_busy_resume);
  ADD ("/secure-room-return/restored-app", test_restored_app);
  ADD ("/secure-room-return/quit", test_quit);
  ADD ("/secure-room-return/read-position", test_read_position);
  ADD ("/secure-room-return/long-history", test_long_history);
  ADD ("/secure-room-return/server-restored", test_server_restored);
  ADD ("/secure-room-return/app-restored", test_app_restored);
  ADD ("/secure-room-return/retention", test_retention);

  return g_test_run ();
}
