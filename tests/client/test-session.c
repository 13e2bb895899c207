/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "fake-server.h"

#include "chat-client.h"
#include "chat-error.h"
#include "chat-legacy-session.h"

#include <string.h>

/* One member's side of protocol 1 against a peer that does what a server rarely does. */

#define WATCH_MS 20 /* so that nothing has to be waited for */

typedef struct
{
  FakeServer *server;
  ChatEndpoint *endpoint;
  ChatClient *client;
  ChatRoom *room;
} Fixture;

static ChatRoom *
enter (ChatClient *client, ChatEndpoint *endpoint, const char *name, gboolean create)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatRoom *room;

  if (create)
    chat_client_create_room_async (client, endpoint, name, "太郎", 0, NULL, await_store, &result);
  else
    chat_client_join_room_async (client, endpoint, name, "太郎", NULL, await_store, &result);
  await (result != NULL);
  room = create ? chat_client_create_room_finish (client, result, &error)
                : chat_client_join_room_finish (client, result, &error);
  g_assert_no_error (error);
  return room;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_server_new (FAKE_ANSWER);
  fixture->endpoint = fake_server_endpoint (fixture->server);
  fixture->client = chat_client_new ();
  chat_client_allow_plain (fixture->client, fixture->endpoint);
  fixture->room = enter (fixture->client, fixture->endpoint, "部屋", TRUE);
  g_assert_cmpint (chat_room_get_state (fixture->room), ==, CHAT_ROOM_JOINED);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->client), (gpointer *) &fixture->client);
  g_object_add_weak_pointer (G_OBJECT (fixture->room), (gpointer *) &fixture->room);
  g_object_unref (fixture->client);
  g_object_unref (fixture->room);
  await (fixture->client == NULL && fixture->room == NULL); /* nothing keeps them */
  g_object_unref (fixture->endpoint);
  fake_server_free (fixture->server);
}

static void
watch_fast (Fixture *fixture)
{
  chat_legacy_session_set_watch_interval (
      CHAT_LEGACY_SESSION (chat_room_get_session (fixture->room)), WATCH_MS);
}

static guint
count_messages (Fixture *fixture)
{
  return g_list_model_get_n_items (chat_room_get_messages (fixture->room));
}

static ChatMessage *
last (Fixture *fixture)
{
  return chat_room_get_last_message (fixture->room);
}

static void
send (Fixture *fixture, const char *text)
{
  chat_room_send_async (fixture->room, text, NULL, NULL, NULL);
}

static const char *
get_sent (Fixture *fixture, guint index)
{
  return g_ptr_array_index (fixture->server->texts, index);
}

/* --- entering and receiving ---------------------------------------------- */

static void
test_enter (Fixture *fixture, gconstpointer data)
{
  ChatSession *session = chat_room_get_session (fixture->room);

  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_ONLINE);
  g_assert_true (chat_endpoint_equal (chat_session_get_endpoint (session), fixture->endpoint));
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_sessions (fixture->client)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (fixture->client)), ==, 1);
  g_assert_true (chat_room_is_host (fixture->room));
  g_assert_cmpstr (chat_room_get_name (fixture->room), ==, "部屋");
  g_assert_cmpint (chat_message_get_kind (last (fixture)), ==, CHAT_MESSAGE_ROOM_CREATED);
}

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  fake_server_say (fixture->server, "[花子]: こんにちは");
  await (count_messages (fixture) == 2);
  g_assert_cmpint (chat_message_get_kind (last (fixture)), ==, CHAT_MESSAGE_TEXT);
  g_assert_cmpstr (chat_message_get_sender (last (fixture)), ==, "花子");
  g_assert_cmpstr (chat_message_get_text (last (fixture)), ==, "こんにちは");
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_members (fixture->room)), ==, 2);

  fake_server_say (fixture->server, "[システム]: 花子が退出しました");
  await (count_messages (fixture) == 3);
  g_assert_cmpint (chat_message_get_kind (last (fixture)), ==, CHAT_MESSAGE_MEMBER_LEFT);
  g_assert_cmpstr (chat_message_get_sender (last (fixture)), ==, "花子");
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_members (fixture->room)), ==, 1);

  fake_server_say (fixture->server, "[システム]: しばらく待ってください");
  await (count_messages (fixture) == 4);
  g_assert_cmpint (chat_message_get_kind (last (fixture)), ==, CHAT_MESSAGE_REFUSED);
  g_assert_error (chat_message_get_error (last (fixture)), CHAT_ERROR, CHAT_ERROR_TOO_FAST);

  fake_server_say (fixture->server, "\xff\xfe");
  await (count_messages (fixture) == 5);
  g_assert_true (g_utf8_validate (chat_message_get_text (last (fixture)), -1, NULL));
}

static void
test_strangers_are_not_heard (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeServer) stranger = fake_server_new (FAKE_ANSWER);

  stranger->member_port = fixture->server->member_port;
  fake_server_say (stranger, "[悪]: x");
  fake_server_say (fixture->server, "[善]: x");
  await (count_messages (fixture) == 2);
  g_assert_cmpstr (chat_message_get_sender (last (fixture)), ==, "善");
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  ++*(guint *) data;
}

static void
test_burst (Fixture *fixture, gconstpointer data)
{
  GListModel *messages = chat_room_get_messages (fixture->room);
  guint changes = 0;

  g_signal_connect (messages, "items-changed", G_CALLBACK (on_items_changed), &changes);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("[花子]: %u", i);

      fake_server_say (fixture->server, text);
      if (i % 100 == 99) /* more does not fit into the socket's buffer at once */
        g_main_context_iteration (NULL, FALSE);
    }
  await (count_messages (fixture) == 1001);
  g_signal_handlers_disconnect_by_data (messages, &changes);
  g_test_message ("%u changes", changes);
  g_assert_cmpuint (changes, <=, 10);

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i + 1);

      g_assert_cmpuint (g_ascii_strtoull (chat_message_get_text (message), NULL, 10), ==, i);
    }
}

static void
test_closed_by_host (Fixture *fixture, gconstpointer data)
{
  fake_server_say (fixture->server, "[花子]: さよなら");
  fake_server_say (fixture->server,
                   "[システム]: ホストが退出したため、ルーム:部屋が閉じられました");
  fake_server_say (fixture->server, "[花子]: too late");
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (fixture->room), ==, CHAT_ROOM_END_CLOSED);
  g_assert_cmpuint (count_messages (fixture), ==, 3);
  g_assert_cmpint (chat_message_get_kind (last (fixture)), ==, CHAT_MESSAGE_ROOM_CLOSED);
  g_assert_cmpint (chat_session_get_link (chat_room_get_session (fixture->room)), ==,
                   CHAT_LINK_IDLE);

  chat_client_forget_room (fixture->client, fixture->room);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_sessions (fixture->client)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (fixture->client)), ==, 0);
  g_assert_null (chat_room_get_session (fixture->room));
}

/* --- sending ------------------------------------------------------------- */

static void
test_send (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = NULL;

  chat_room_send_async (fixture->room, "やあ\nみんな", NULL, await_store, &result);
  await (result != NULL && fixture->server->texts->len == 1);
  message = chat_room_send_finish (fixture->room, result, &error);
  g_assert_no_error (error);
  g_assert_true (message == last (fixture));
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_UNCONFIRMED);
  g_assert_cmpstr (get_sent (fixture, 0), ==, "やあ\nみんな");
  g_assert_cmpstr (chat_message_get_sender (message), ==, "太郎");
}

static void
test_quit_as_text (Fixture *fixture, gconstpointer data)
{
  send (fixture, "/QUIT");
  await (fixture->server->texts->len == 1);
  g_assert_cmpstr (get_sent (fixture, 0), ==, "/\u200bQUIT");
  g_assert_cmpstr (chat_message_get_text (last (fixture)), ==, "/QUIT");
  g_assert_cmpint (chat_room_get_state (fixture->room), ==, CHAT_ROOM_JOINED);
}

static void
test_pace (Fixture *fixture, gconstpointer data)
{
  const gint64 start_us = g_get_monotonic_time ();

  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      send (fixture, text);
    }
  g_assert_cmpint (chat_message_get_delivery (last (fixture)), ==, CHAT_DELIVERY_WAITING);
  await (fixture->server->texts->len == 25);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 5 * G_USEC_PER_SEC / 10);
  for (guint i = 0; i < 25; i++)
    g_assert_cmpuint (g_ascii_strtoull (get_sent (fixture, i), NULL, 10), ==, i);
  g_assert_cmpint (chat_message_get_delivery (last (fixture)), ==, CHAT_DELIVERY_UNCONFIRMED);
}

static void
test_udp_refused (Fixture *fixture, gconstpointer data)
{
  ChatMessage *message;

  fake_server_stop_udp (fixture->server);
  send (fixture, "lost");
  message = last (fixture);
  await (chat_message_get_delivery (message) == CHAT_DELIVERY_FAILED);
  g_assert_error (chat_message_get_error (message), CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  await (fixture->server->requests[3] > 0); /* it asks at once whether the server is there */

  fake_server_start_udp (fixture->server);
  chat_room_resend (fixture->room, message);
  await (fixture->server->texts->len == 1);
  g_assert_cmpstr (get_sent (fixture, 0), ==, "lost");
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_UNCONFIRMED);
  g_assert_null (chat_message_get_error (message));
  g_assert_cmpuint (count_messages (fixture), ==, 2);
}

/* --- a server that goes and comes ---------------------------------------- */

static void
test_gone_and_back (Fixture *fixture, gconstpointer data)
{
  ChatSession *session = chat_room_get_session (fixture->room);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  watch_fast (fixture);
  fake_server_stop_tcp (fixture->server);
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_UNREACHABLE);
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_OFFLINE);
  g_assert_error (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  g_assert_cmpint (chat_session_get_retry_at_us (session), >, 0);

  send (fixture, "one");
  chat_room_send_async (fixture->room, "taken back", cancellable, await_store, &result);
  g_cancellable_cancel (cancellable);
  send (fixture, "two");
  await (result != NULL);
  g_assert_null (chat_room_send_finish (fixture->room, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
  g_assert_cmpint (chat_message_get_delivery (last (fixture)), ==, CHAT_DELIVERY_WAITING);

  fake_server_start_tcp (fixture->server);
  chat_session_retry (session);
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_JOINED);
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_ONLINE);
  g_assert_null (chat_session_get_error (session));
  await (fixture->server->texts->len == 2);
  g_assert_cmpstr (get_sent (fixture, 0), ==, "one");
  g_assert_cmpstr (get_sent (fixture, 1), ==, "two");
}

static void
test_back_without_room (Fixture *fixture, gconstpointer data)
{
  ChatMessage *waiting;

  watch_fast (fixture);
  fake_server_stop_tcp (fixture->server);
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_UNREACHABLE);
  send (fixture, "waiting");
  waiting = last (fixture);
  g_ptr_array_set_size (fixture->server->rooms, 0);
  fake_server_start_tcp (fixture->server);
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (fixture->room), ==, CHAT_ROOM_END_GONE);
  g_assert_cmpint (chat_message_get_kind (last (fixture)), ==, CHAT_MESSAGE_ROOM_GONE);
  g_assert_cmpint (chat_message_get_delivery (waiting), ==, CHAT_DELIVERY_FAILED);
  g_assert_error (chat_message_get_error (waiting), CHAT_ERROR, CHAT_ERROR_NOT_JOINED);
  g_assert_cmpint (chat_session_get_link (chat_room_get_session (fixture->room)), ==,
                   CHAT_LINK_IDLE);
}

static void
test_odd_name_from_list (Fixture *fixture, gconstpointer data)
{
  const char *odd = " two  spaces ";
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) rooms = NULL;
  g_autoptr (ChatRoom) before = enter (fixture->client, fixture->endpoint, odd, FALSE);
  g_autoptr (ChatRoom) after = NULL;

  g_assert_cmpstr (chat_room_get_name (before), ==, "two spaces");
  g_ptr_array_add (fixture->server->rooms, g_strdup (odd));
  chat_client_list_rooms_async (fixture->client, fixture->endpoint, NULL, await_store, &result);
  await (result != NULL);
  rooms = chat_client_list_rooms_finish (fixture->client, result, NULL);
  g_assert_nonnull (rooms);
  after = enter (fixture->client, fixture->endpoint, odd, FALSE);
  g_assert_cmpstr (chat_room_get_name (after), ==, odd);
}

static void
test_list_refused_is_an_answer (Fixture *fixture, gconstpointer data)
{
  ChatSession *session = chat_room_get_session (fixture->room);
  const guint before = fixture->server->requests[3];

  fixture->server->mode = FAKE_REFUSE;
  fixture->server->refusal = "しばらく待ってください";
  watch_fast (fixture);
  await (fixture->server->requests[3] >= before + 3);
  g_assert_cmpint (chat_room_get_state (fixture->room), ==, CHAT_ROOM_JOINED);
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_ONLINE);
}

static void
test_one_list_for_two_rooms (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) other = enter (fixture->client, fixture->endpoint, "別", FALSE);

  g_ptr_array_add (fixture->server->rooms, g_strdup ("別"));
  g_assert_true (chat_room_get_session (other) == chat_room_get_session (fixture->room));
  g_assert_false (chat_room_is_host (other));
  g_assert_cmpint (chat_message_get_kind (chat_room_get_last_message (other)), ==,
                   CHAT_MESSAGE_ROOM_JOINED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (fixture->client)), ==, 2);
  watch_fast (fixture);
  await (fixture->server->requests[3] >= 2);
  g_assert_cmpint (chat_room_get_state (fixture->room), ==, CHAT_ROOM_JOINED);
  g_assert_cmpint (chat_room_get_state (other), ==, CHAT_ROOM_JOINED);

  g_ptr_array_remove_index (fixture->server->rooms, 0);
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_state (other), ==, CHAT_ROOM_JOINED);
}

/* --- leaving ------------------------------------------------------------- */

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  send (fixture, "bye");
  chat_room_leave_async (fixture->room, NULL, await_store, &result);
  g_assert_cmpint (chat_room_get_state (fixture->room), ==, CHAT_ROOM_LEAVING);
  await (result != NULL);
  g_assert_true (chat_room_leave_finish (fixture->room, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (chat_room_get_end (fixture->room), ==, CHAT_ROOM_END_LEFT);
  await (fixture->server->texts->len >= 2);
  g_assert_cmpstr (get_sent (fixture, 0), ==, "bye");
  g_assert_cmpstr (get_sent (fixture, 1), ==, "/quit");
  g_assert_cmpuint (fixture->server->requests[3], ==, 1); /* a host looks whether it worked */
}

static void
test_leave_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) third = NULL;

  chat_room_leave_async (fixture->room, NULL, await_store, &first);
  chat_room_leave_async (fixture->room, NULL, await_store, &second);
  await (first != NULL && second != NULL);
  chat_room_leave_async (fixture->room, NULL, await_store, &third);
  await (third != NULL);
  g_assert_true (chat_room_leave_finish (fixture->room, first, NULL));
  g_assert_true (chat_room_leave_finish (fixture->room, second, NULL));
  g_assert_true (chat_room_leave_finish (fixture->room, third, NULL));
}

static void
test_leave_deaf_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  const gint64 start_us = g_get_monotonic_time ();

  fixture->server->mode = FAKE_SILENT;
  chat_room_leave_async (fixture->room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_leave_finish (fixture->room, result, NULL));
  g_assert_cmpint (chat_room_get_end (fixture->room), ==, CHAT_ROOM_END_LEFT);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 3 * G_USEC_PER_SEC);
}

static void
test_leave_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_room_leave_async (fixture->room, cancellable, await_store, &result);
  g_cancellable_cancel (cancellable);
  await (result != NULL);
  g_assert_false (chat_room_leave_finish (fixture->room, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
  g_assert_cmpint (chat_room_get_end (fixture->room), ==, CHAT_ROOM_END_LEFT);
}

static void
test_leave_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) other = enter (fixture->client, fixture->endpoint, "別", FALSE);
  g_autoptr (GAsyncResult) result = NULL;

  chat_client_leave_all_async (fixture->client, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_client_leave_all_finish (fixture->client, result, NULL));
  g_assert_cmpint (chat_room_get_end (fixture->room), ==, CHAT_ROOM_END_LEFT);
  g_assert_cmpint (chat_room_get_end (other), ==, CHAT_ROOM_END_LEFT);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (fixture->client)), ==, 2);
  g_clear_object (&result);

  chat_client_leave_all_async (fixture->client, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_client_leave_all_finish (fixture->client, result, NULL));
}

static void
test_dropped_client_says_quit (Fixture *fixture, gconstpointer data)
{
  send (fixture, "x");
  g_object_run_dispose (G_OBJECT (fixture->client));
  g_assert_cmpint (chat_room_get_state (fixture->room), ==, CHAT_ROOM_ENDED);
  await (fixture->server->texts->len == 2);
  g_assert_cmpstr (get_sent (fixture, 1), ==, "/quit");
}

static void
test_dropped_while_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  watch_fast (fixture);
  fake_server_stop_tcp (fixture->server);
  await (chat_room_get_state (fixture->room) == CHAT_ROOM_UNREACHABLE);
  chat_room_send_async (fixture->room, "never", NULL, await_store, &result);
  g_object_run_dispose (G_OBJECT (fixture->client));
  await (result != NULL);
  g_assert_null (chat_room_send_finish (fixture->room, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED);
}

/* --- cancelling, disposing ----------------------------------------------- */

typedef enum
{
  AT_ONCE,
  AFTER_REQUEST,
} Moment;

static void
start_request (
    ChatClient *client, ChatEndpoint *endpoint, guint i, GCancellable *c, GAsyncResult **result)
{
  if (i == 0)
    chat_client_create_room_async (client, endpoint, "r", "u", 0, c, await_store, result);
  else if (i == 1)
    chat_client_join_room_async (client, endpoint, "r", "u", c, await_store, result);
  else
    chat_client_list_rooms_async (client, endpoint, c, await_store, result);
}

static GError *
finish_request (ChatClient *client, guint i, GAsyncResult *result)
{
  GError *error = NULL;

  if (i == 0)
    g_assert_null (chat_client_create_room_finish (client, result, &error));
  else if (i == 1)
    g_assert_null (chat_client_join_room_finish (client, result, &error));
  else
    g_assert_null (chat_client_list_rooms_finish (client, result, &error));
  return error;
}

static void
interrupt_request (guint i, Moment moment, gboolean dispose)
{
  static const guint operations[] = { 1, 2, 3 };
  g_autoptr (FakeServer) server = fake_server_new (FAKE_HOLD);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatClient *client = chat_client_new ();

  chat_client_allow_plain (client, endpoint);
  start_request (client, endpoint, i, cancellable, &result);
  if (moment == AFTER_REQUEST)
    await (server->requests[operations[i]] == 1);
  if (dispose)
    g_object_run_dispose (G_OBJECT (client));
  else
    g_cancellable_cancel (cancellable);
  await (result != NULL);
  error = finish_request (client, i, result);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (client)), ==, 0);

  /* The server had let us in by then: no ghost may stay. */
  fake_server_release (server);
  if (moment == AFTER_REQUEST && i < 2)
    await (server->texts->len == 1);

  g_clear_object (&result);
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  g_object_unref (client);
  await (client == NULL);
}

static void
test_interrupted (void)
{
  for (guint i = 0; i < 3; i++)
    for (guint moment = AT_ONCE; moment <= AFTER_REQUEST; moment++)
      for (guint dispose = 0; dispose < 2; dispose++)
        {
          g_test_message ("request %u, moment %u, dispose %u", i, moment, dispose);
          interrupt_request (i, moment, dispose != 0);
        }
}

static void
test_cancelled_before (void)
{
  g_autoptr (FakeServer) server = fake_server_new (FAKE_ANSWER);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);
  g_autoptr (ChatClient) client = chat_client_new ();

  chat_client_allow_plain (client, endpoint);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      g_cancellable_cancel (cancellable);
      start_request (client, endpoint, i, cancellable, &result);
      await (result != NULL);
      error = finish_request (client, i, result);
      g_assert_error (error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
    }
}

static void
test_unref_amid_request (void)
{
  g_autoptr (FakeServer) server = fake_server_new (FAKE_HOLD);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatRoom) room = NULL;
  ChatClient *client = chat_client_new ();

  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  chat_client_allow_plain (client, endpoint);
  chat_client_create_room_async (client, endpoint, "r", "u", 0, NULL, await_store, &result);
  await (server->requests[1] == 1);
  g_object_unref (client);
  g_assert_nonnull (client); /* the request keeps it */
  fake_server_release (server);
  await (result != NULL);
  room = chat_client_create_room_finish (client, result, NULL);
  g_assert_nonnull (room);
  g_clear_object (&result);
  await (client == NULL);
  await (server->texts->len == 1);
  g_assert_cmpint (chat_room_get_state (room), ==, CHAT_ROOM_ENDED);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

/* A session by protocol 1 is there and in use; then the person brings the server's key. */
static void
test_pin_ends_plain_requests (Fixture *fixture, gconstpointer data)
{
  const guint joins = fixture->server->requests[2];
  g_autofree char *key = g_strnfill (64, 'a');
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_client_accept_key (fixture->client, fixture->endpoint, key));
  chat_client_join_room_async (fixture->client, fixture->endpoint, "二", "太郎", NULL, await_store,
                               &result);
  await (result != NULL);
  g_assert_null (chat_client_join_room_finish (fixture->client, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST);
  g_assert_cmpuint (fixture->server->requests[2], ==, joins);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/session/enter", test_enter);
  ADD ("/session/receive", test_receive);
  ADD ("/session/strangers-are-not-heard", test_strangers_are_not_heard);
  ADD ("/session/burst", test_burst);
  ADD ("/session/closed-by-host", test_closed_by_host);
  ADD ("/session/send", test_send);
  ADD ("/session/quit-as-text", test_quit_as_text);
  ADD ("/session/pace", test_pace);
  ADD ("/session/udp-refused", test_udp_refused);
  ADD ("/session/gone-and-back", test_gone_and_back);
  ADD ("/session/back-without-room", test_back_without_room);
  ADD ("/session/odd-name-from-list", test_odd_name_from_list);
  ADD ("/session/pin-ends-plain-requests", test_pin_ends_plain_requests);
  ADD ("/session/list-refused-is-an-answer", test_list_refused_is_an_answer);
  ADD ("/session/one-list-for-two-rooms", test_one_list_for_two_rooms);
  ADD ("/session/leave", test_leave);
  ADD ("/session/leave-twice", test_leave_twice);
  ADD ("/session/leave-deaf-server", test_leave_deaf_server);
  ADD ("/session/leave-cancelled", test_leave_cancelled);
  ADD ("/session/leave-all", test_leave_all);
  ADD ("/session/dropped-client-says-quit", test_dropped_client_says_quit);
  ADD ("/session/dropped-while-waiting", test_dropped_while_waiting);
  g_test_add_func ("/request/interrupted", test_interrupted);
  g_test_add_func ("/request/cancelled-before", test_cancelled_before);
  g_test_add_func ("/request/unref-amid-request", test_unref_amid_request);

  return g_test_run ();
}
