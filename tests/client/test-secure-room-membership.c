/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-room-fixture.h"

#include "chat-error.h"

/* The ways into a room and out of it. */

static void
test_refused_entry (Fixture *fixture, gconstpointer data)
{
  person_join (fixture->taro, "room", CHAT_ERROR_ROOM_MISSING);
  person_create (fixture->taro, "room", 0, -1);
  person_create (fixture->hanako, "room", 0, CHAT_ERROR_ROOM_EXISTS);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_CONTROL_JOIN, "name-in-use", 0);
  person_join (fixture->hanako, "room", CHAT_ERROR_NAME_IN_USE);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_sessions (fixture->hanako->client)),
                    ==, 0);
  person_join (fixture->hanako, "room", -1);
}

/* --- lost replies -------------------------------------------------------- */

static void
test_lost_replies (Fixture *fixture, gconstpointer data)
{
  fake_room_server_lose_reply (fixture->server, CHAT_OPERATION_CONTROL_CREATE);
  person_create (fixture->taro, "room", 0, -1);
  g_assert_true (chat_room_is_host (fixture->taro->room));
  fake_room_server_lose_reply (fixture->server, CHAT_OPERATION_CONTROL_JOIN);
  person_join (fixture->hanako, "room", -1);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2);
  g_assert_cmpuint (fake_room_server_count (fixture->server, CHAT_OPERATION_CONTROL_JOIN), ==, 2);
  person_tell (fixture->hanako, fixture->taro, "in", "in");
  fake_room_server_lose_reply (fixture->server, CHAT_OPERATION_LEAVE);
  person_leave (fixture->hanako);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_LEFT);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 1);
}

/* The app died before the reply to its JOIN: asked again it has the same key. */
static void
test_killed_while_joining (Fixture *fixture, gconstpointer data)
{
  person_create (fixture->taro, "room", 0, -1);
  fake_room_server_hold_reply (fixture->server, CHAT_OPERATION_CONTROL_JOIN);
  chat_client_join_room_async (fixture->hanako->client, fixture->endpoint, "room", "Hanako", NULL,
                               NULL, NULL);
  await (fake_room_server_count_members (fixture->server, "room") == 2);
  person_kill (fixture->hanako);
  fake_room_server_release (fixture->server);

  fixture->hanako->client = chat_client_new_with_folder (fixture->hanako->folder, NULL);
  chat_client_restore (fixture->hanako->client);
  person_join (fixture->hanako, "room", -1);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2);
}

/* Who changes their mind is not a ghost. */
static void
test_cancelled_join (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  person_create (fixture->taro, "room", 0, -1);
  fake_room_server_hold_reply (fixture->server, CHAT_OPERATION_CONTROL_JOIN);
  chat_client_join_room_async (fixture->taro->client, fixture->endpoint, "room", "Other",
                               cancellable, await_store, &result);
  await (fake_room_server_count_members (fixture->server, "room") == 2);
  g_cancellable_cancel (cancellable);
  await (result != NULL);
  g_assert_null (chat_client_join_room_finish (fixture->taro->client, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
  fake_room_server_release (fixture->server);
  await (fake_room_server_count_members (fixture->server, "room") == 1);
}

/* --- the end ------------------------------------------------------------- */

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_tell (fixture->hanako, fixture->taro, "bye", "bye");
  person_leave (fixture->hanako);
  g_assert_cmpint (chat_room_get_state (fixture->hanako->room), ==, CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_LEFT);
  await (person_has_kinds (fixture->taro, "cjtl"));
  g_assert_true (person_knows (fixture->taro, "Taro*"));
  person_restart (fixture->hanako);
  g_assert_null (fixture->hanako->room);
}

/* What was said before comes before, by whatever road. */
static void
test_last_words (Fixture *fixture, gconstpointer data)
{
  person_create (fixture->taro, "room", 0, -1);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (ChatMessage) said = NULL;

      person_join (fixture->hanako, "room", -1);
      await (person_uses (fixture->hanako, CHAT_TRANSPORT_UDP));
      person_say (fixture->hanako, "bye");
      said = g_object_ref (person_last_said (fixture->hanako));
      person_leave (fixture->hanako);
      g_assert_cmpint (chat_message_get_delivery (said), ==, CHAT_DELIVERY_CONFIRMED);
    }
  assert_log (fixture, "bye bye bye bye bye");
}

/* … but nobody is kept for it. */
static void
test_last_words_refused (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "too-fast", 60000);
  person_say (fixture->hanako, "bye");
  person_leave (fixture->hanako);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_LEFT);
  g_assert_true (person_sees (fixture->hanako, "!bye"));
  assert_log (fixture, "");
}

static void
test_leave_offline (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_stop (fixture->server);
  await (person_is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  person_leave (fixture->hanako);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_LEFT);
  person_kill (fixture->hanako);
  fake_room_server_start (fixture->server);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2);
  person_start (fixture->hanako); /* it still has to tell */
  g_assert_null (fixture->hanako->room);
  await (fake_room_server_count_members (fixture->server, "room") == 1);
  await (fake_room_server_count_connections (fixture->server) == 1); /* and then nobody is kept */
}

static void
test_host_closes (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_say (fixture->taro, "last words");
  person_leave (fixture->taro);
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
  assert_kinds (fixture->hanako, "jJtx");
  person_restart (fixture->hanako); /* it can still be read */
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
  assert_kinds (fixture->hanako, "jJtx");
  chat_client_forget_room (fixture->hanako->client, fixture->hanako->room);
  person_restart (fixture->hanako);
  g_assert_null (fixture->hanako->room);
}

/* What could not be said any more comes back to its writer. */
static void
test_room_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) returned = NULL;

  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_stop (fixture->server);
  await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  person_say (fixture->taro, "too late");
  fake_room_server_forget (fixture->server, "room");
  fake_room_server_start (fixture->server);
  chat_session_retry (person_get_session (fixture->taro));
  await (chat_room_get_end (fixture->taro->room) == CHAT_ROOM_END_GONE);
  g_assert_true (person_sees (fixture->taro, "!too late"));
  g_assert_error (chat_message_get_error (person_last_said (fixture->taro)), CHAT_ERROR,
                  CHAT_ERROR_ROOM_GONE);
  returned = chat_room_get_returned (fixture->taro->room);
  g_assert_cmpuint (returned->len, ==, 1);
  g_assert_cmpint (chat_session_get_link (person_get_session (fixture->taro)), ==, CHAT_LINK_IDLE);

  person_restart (fixture->taro);
  g_clear_pointer (&returned, g_ptr_array_unref);
  returned = chat_room_get_returned (fixture->taro->room);
  g_assert_cmpuint (returned->len, ==, 1);
}

/* Somebody took the name: its room is not ours, and gets none of our messages. */
static void
test_name_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) other = new_person (fixture, "Other");

  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_stop (fixture->server);
  await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  person_say (fixture->taro, "for friends only");
  fake_room_server_forget (fixture->server, "room");
  fake_room_server_start (fixture->server);
  person_create (other, "room", 0, -1);
  chat_session_retry (person_get_session (fixture->taro));
  await (chat_room_get_end (fixture->taro->room) == CHAT_ROOM_END_GONE);
  assert_log (fixture, "");
}

static void
put_out (Fixture *fixture, const char *event, ChatRoomEnd end)
{
  person_meet (fixture->taro, fixture->hanako);
  fake_room_server_put_out (fixture->server, "room", event);
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, (gint) end);
  g_assert_cmpint (chat_session_get_link (person_get_session (fixture->hanako)), ==,
                   CHAT_LINK_IDLE);
  person_restart (fixture->hanako);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, (gint) end);
}

static void
test_put_out (Fixture *fixture, gconstpointer data)
{
  put_out (fixture, "left", CHAT_ROOM_END_REMOVED);
}

static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  put_out (fixture, "replaced", CHAT_ROOM_END_REPLACED);
  g_assert_cmpuint (fake_room_server_count (fixture->server, CHAT_OPERATION_RESUME), ==, 0);

  /* a deliberate act brings one back, as the same member */
  person_join (fixture->hanako, "room", -1);
  await (person_is_in (fixture->hanako, CHAT_ROOM_JOINED));
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2);
  person_say (fixture->hanako, "back");
  await (person_sees (fixture->taro, "back"));
}

/* What was not said yet waits for one's coming back, in the same run and in another. */
static void
test_replaced_amid_a_text (Fixture *fixture, gconstpointer restarts)
{
  person_meet (fixture->taro, fixture->hanako);
  person_say (fixture->hanako, "waits");
  fake_room_server_put_out (fixture->server, "room", "replaced");
  await (chat_room_get_end (fixture->hanako->room) == CHAT_ROOM_END_REPLACED);
  g_assert_true (person_sees (fixture->hanako, "~waits"));
  if (restarts != NULL)
    {
      person_restart (fixture->hanako);
      g_assert_true (person_sees (fixture->hanako, "~waits"));
    }

  person_join (fixture->hanako, "room", -1);
  person_tell (fixture->hanako, fixture->taro, "back", "waits back");
  g_assert_cmpuint (chat_room_get_waiting (fixture->hanako->room), ==, 0);
  assert_log (fixture, "waits back");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/secure-room-membership/refused-entry", test_refused_entry);
  ADD ("/secure-room-membership/lost-replies", test_lost_replies);
  ADD ("/secure-room-membership/killed-while-joining", test_killed_while_joining);
  ADD ("/secure-room-membership/cancelled-join", test_cancelled_join);
  ADD ("/secure-room-membership/leave", test_leave);
  ADD ("/secure-room-membership/last-words", test_last_words);
  ADD ("/secure-room-membership/last-words-refused", test_last_words_refused);
  ADD ("/secure-room-membership/leave-offline", test_leave_offline);
  ADD ("/secure-room-membership/host-closes", test_host_closes);
  ADD ("/secure-room-membership/room-gone", test_room_gone);
  ADD ("/secure-room-membership/name-taken", test_name_taken);
  ADD ("/secure-room-membership/put-out", test_put_out);
  ADD ("/secure-room-membership/replaced", test_replaced);
  ADD ("/secure-room-membership/replaced/waiting", test_replaced_amid_a_text);
  g_test_add ("/secure-room-membership/replaced/waiting-restarted", Fixture, GINT_TO_POINTER (TRUE),
              set_up, test_replaced_amid_a_text, tear_down);

  return g_test_run ();
}
