/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "fake-room-server.h"
#include "impaired-proxy.h"
#include "person.h"

#include "chat-error.h"
#include "chat-secure-session.h"

#include <string.h>

/* Two people in a room of protocol 2, and a server that does what servers rarely do. */

typedef struct
{
  FakeRoomServer *server;
  ChatEndpoint *endpoint;
  Person *taro;   /* the host */
  Person *hanako; /* a guest */
} Fixture;

static Person *
new_person (Fixture *fixture, const char *name)
{
  Person *person = person_new (name, fixture->endpoint, TRUE);

  chat_client_accept_key (person->client, fixture->endpoint,
                          fake_room_server_get_fingerprint (fixture->server));
  return person;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_room_server_new ();
  fixture->endpoint = fake_room_server_endpoint (fixture->server);
  fixture->taro = new_person (fixture, "Taro");
  fixture->hanako = new_person (fixture, "Hanako");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  person_free (fixture->taro);
  person_free (fixture->hanako);
  g_object_unref (fixture->endpoint);
  fake_room_server_free (fixture->server);
}

static void
meet (Fixture *fixture)
{
  person_create (fixture->taro, "room", 0, -1);
  person_join (fixture->hanako, "room", -1);
}

static void
await_both (Fixture *fixture, const char *texts)
{
  await (person_sees (fixture->taro, texts));
  await (person_sees (fixture->hanako, texts));
}

#define assert_log(fixture, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *log_ = fake_room_server_read ((fixture)->server, "room");                     \
    g_assert_cmpstr (log_, ==, expected);                                                          \
  }                                                                                                \
  G_STMT_END

#define assert_kinds(person, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *kinds_ = person_read_kinds (person);                                          \
    g_assert_cmpstr (kinds_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static gboolean
has_kinds (Person *person, const char *expected)
{
  g_autofree char *kinds = person_read_kinds (person);

  return strcmp (kinds, expected) == 0;
}

/* --- talking ------------------------------------------------------------- */

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;

  meet (fixture);
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
  await_both (fixture, "one");
  g_assert_cmpint (chat_message_get_delivery (person_last_said (fixture->taro)), ==,
                   CHAT_DELIVERY_CONFIRMED);
  g_assert_cmpuint (chat_room_get_waiting (fixture->taro->room), ==, 0);
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 1);
  person_say (fixture->hanako, "two");
  await_both (fixture, "one two");
  assert_kinds (fixture->taro, "cjTt");
  assert_kinds (fixture->hanako, "jJtT");
}

static void
test_road (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  await (chat_session_get_transport (person_get_session (fixture->taro)) == CHAT_TRANSPORT_UDP);
  await (chat_session_get_transport (person_get_session (fixture->hanako)) == CHAT_TRANSPORT_UDP);

  const guint before = fake_room_server_count (fixture->server, CHAT_OPERATION_DATA);

  for (guint i = 0; i < 10; i++)
    person_say (fixture->taro, "x");
  await_both (fixture, "x x x x x x x x x x");
  g_assert_cmpuint (fake_room_server_count (fixture->server, CHAT_OPERATION_DATA) - before, <=, 2);
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

  meet (fixture);
  g_signal_connect (chat_room_get_messages (fixture->hanako->room), "items-changed",
                    G_CALLBACK (on_items_changed), &changes);
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      person_say (fixture->taro, text);
      g_string_append_printf (expected, "%s%u", i > 0 ? " " : "", i);
    }
  await_both (fixture, expected->str);
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

  meet (fixture);
  await (chat_session_get_transport (person_get_session (fixture->taro)) == CHAT_TRANSPORT_UDP);
  for (guint i = 0; i < 20; i++)
    person_say (fixture->taro, large);
  await (chat_room_get_waiting (fixture->taro->room) == 0);
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

  meet (fixture);
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

static void
test_refused_text (Fixture *fixture, gconstpointer data)
{
  ChatMessage *message;

  meet (fixture);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "too-long", 0);
  person_say (fixture->taro, "bad");
  await (person_sees (fixture->taro, "!bad"));
  message = person_last_said (fixture->taro);
  g_assert_error (chat_message_get_error (message), CHAT_ERROR, CHAT_ERROR_TOO_LONG);
  g_assert_cmpuint (chat_room_get_waiting (fixture->taro->room), ==, 0);
  person_say (fixture->taro, "good");
  await (person_sees (fixture->taro, "!bad good"));

  /* it is there after a restart, too, and can be tried again */
  person_kill (fixture->taro);
  person_start (fixture->taro);
  await (person_sees (fixture->taro, "good !bad"));
  chat_room_resend (fixture->taro->room, person_last_said (fixture->taro));
  await_both (fixture, "good bad");
  assert_log (fixture, "good bad");
}

static void
test_discarded_text (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "bad-text", 0);
  person_say (fixture->taro, "bad");
  await (person_sees (fixture->taro, "!bad"));
  chat_room_discard (fixture->taro->room, person_last_said (fixture->taro));
  g_assert_true (person_sees (fixture->taro, ""));
  person_kill (fixture->taro);
  person_start (fixture->taro);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_JOINED);
  g_assert_true (person_sees (fixture->taro, ""));
}

static void
test_retried_text (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "too-fast", 50);
  person_say (fixture->taro, "one");
  person_say (fixture->taro, "two");
  await_both (fixture, "one two");
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
  person_say (fixture->hanako, "in");
  await_both (fixture, "in");
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

/* --- coming back --------------------------------------------------------- */

static void
test_reconnect (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->taro, "one");
  await_both (fixture, "one");
  fake_room_server_stop (fixture->server);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_UNREACHABLE);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_UNREACHABLE);
  await (chat_session_get_link (person_get_session (fixture->taro)) == CHAT_LINK_OFFLINE);
  g_assert_error (chat_session_get_error (person_get_session (fixture->taro)), CHAT_ERROR,
                  CHAT_ERROR_SERVER_GONE);
  g_assert_cmpint (chat_session_get_retry_at_us (person_get_session (fixture->taro)), >, 0);
  person_say (fixture->taro, "two");
  person_say (fixture->hanako, "three");
  g_assert_true (person_sees (fixture->taro, "one ~two"));

  fake_room_server_start (fixture->server);
  await (chat_room_get_waiting (fixture->taro->room) == 0);
  await (chat_room_get_waiting (fixture->hanako->room) == 0);
  await (chat_room_get_unread (fixture->taro->room) == 1);
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  g_assert_null (chat_session_get_error (person_get_session (fixture->taro)));

  g_autofree char *log = fake_room_server_read (fixture->server, "room");

  await_both (fixture, log);
}

static void
test_retry_now (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;

  meet (fixture);
  session = person_get_session (fixture->taro);
  fake_room_server_stop (fixture->server);
  /* the pause grows */
  await (chat_session_get_retry_at_us (session) - g_get_monotonic_time () > G_USEC_PER_SEC);
  fake_room_server_start (fixture->server);
  chat_session_retry (session);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_JOINED);
}

static void
test_busy_resume (Fixture *fixture, gconstpointer data)
{
  person_create (fixture->taro, "room", 0, -1);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_RESUME, "busy", 120);
  fake_room_server_cut (fixture->server);
  person_say (fixture->taro, "one");
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_UNREACHABLE);
  await (person_sees (fixture->taro, "one"));
  g_assert_cmpuint (fake_room_server_count (fixture->server, CHAT_OPERATION_RESUME), ==, 2);
}

/* The app is killed, messages wait on both sides, the app comes back from its folder. */
static void
test_restored_app (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->hanako, "one");
  await_both (fixture, "one");
  chat_room_mark_read (fixture->taro->room);
  chat_room_set_draft (fixture->hanako->room, "half a sentence");
  fake_room_server_stop (fixture->server);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_UNREACHABLE);
  person_say (fixture->hanako, "two");
  person_say (fixture->hanako, "three");
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
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
test_read_position (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->taro, "one");
  await_both (fixture, "one");
  chat_room_mark_read (fixture->hanako->room);
  person_say (fixture->taro, "two");
  person_say (fixture->taro, "three");
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 2);
  chat_room_mark_read (fixture->hanako->room);
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
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
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      person_say (fixture->taro, text);
    }
  await (chat_room_get_waiting (fixture->taro->room) == 0);
  person_kill (fixture->taro);
  person_start (fixture->taro);
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
  meet (fixture);
  person_say (fixture->taro, "one");
  await_both (fixture, "one");
  fake_room_server_save (fixture->server);
  person_say (fixture->taro, "two");
  await_both (fixture, "one two");
  person_say (fixture->hanako, "three");
  await_both (fixture, "one two three");

  fake_room_server_stop (fixture->server);
  fake_room_server_restore (fixture->server);
  fake_room_server_start (fixture->server);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_UNREACHABLE);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_UNREACHABLE);
  chat_session_retry (person_get_session (fixture->taro));
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_JOINED);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_JOINED);
  person_say (fixture->taro, "four");

  await (chat_room_get_waiting (fixture->taro->room) == 0 &&
         chat_room_get_waiting (fixture->hanako->room) == 0);

  g_autofree char *log = fake_room_server_read (fixture->server, "room");

  await_both (fixture, log); /* each message once, the order may be another */
  g_assert_cmpuint (strlen (log), ==, strlen ("one two three four"));
}

static void
test_app_restored (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->taro, "one");
  await_both (fixture, "one");
  person_kill (fixture->taro);
  person_save (fixture->taro);
  person_start (fixture->taro);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_JOINED);
  person_say (fixture->taro, "two");
  await_both (fixture, "one two");
  person_kill (fixture->taro);
  person_restore (fixture->taro);

  fake_room_server_stop (fixture->server); /* so that it writes before it knows */
  person_start (fixture->taro);
  g_assert_true (person_sees (fixture->taro, "one"));
  person_say (fixture->taro, "three");
  fake_room_server_start (fixture->server);
  await_both (fixture, "one two three");
  assert_log (fixture, "one two three");
}

static void
test_retention (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->taro, "one");
  await_both (fixture, "one");
  person_kill (fixture->hanako);
  person_say (fixture->taro, "two");
  person_say (fixture->taro, "three");
  await (person_sees (fixture->taro, "one two three"));
  fake_room_server_retain (fixture->server, "room", 1);
  person_start (fixture->hanako);
  await (person_sees (fixture->hanako, "one three"));
  assert_kinds (fixture->hanako, "jJtht");
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
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

/* --- the end ------------------------------------------------------------- */

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->hanako, "bye");
  await_both (fixture, "bye");
  person_leave (fixture->hanako);
  g_assert_cmpint (chat_room_get_state (fixture->hanako->room), ==, CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_LEFT);
  await (has_kinds (fixture->taro, "cjtl"));
  g_assert_true (person_knows (fixture->taro, "Taro*"));
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
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
      await (chat_session_get_transport (person_get_session (fixture->hanako)) ==
             CHAT_TRANSPORT_UDP);
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
  meet (fixture);
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
  meet (fixture);
  fake_room_server_stop (fixture->server);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_UNREACHABLE);
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
  meet (fixture);
  person_say (fixture->taro, "last words");
  person_leave (fixture->taro);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
  assert_kinds (fixture->hanako, "jJtx");
  person_kill (fixture->hanako);
  person_start (fixture->hanako); /* it can still be read */
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
  assert_kinds (fixture->hanako, "jJtx");
  chat_client_forget_room (fixture->hanako->client, fixture->hanako->room);
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
  g_assert_null (fixture->hanako->room);
}

/* What could not be said any more comes back to its writer. */
static void
test_room_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) returned = NULL;

  meet (fixture);
  fake_room_server_stop (fixture->server);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_UNREACHABLE);
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

  person_kill (fixture->taro);
  person_start (fixture->taro);
  g_clear_pointer (&returned, g_ptr_array_unref);
  returned = chat_room_get_returned (fixture->taro->room);
  g_assert_cmpuint (returned->len, ==, 1);
}

/* Somebody took the name: its room is not ours, and gets none of our messages. */
static void
test_name_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) other = new_person (fixture, "Other");

  meet (fixture);
  fake_room_server_stop (fixture->server);
  await (chat_room_get_state (fixture->taro->room) == CHAT_ROOM_UNREACHABLE);
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
  meet (fixture);
  fake_room_server_put_out (fixture->server, "room", event);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, (gint) end);
  g_assert_cmpint (chat_session_get_link (person_get_session (fixture->hanako)), ==,
                   CHAT_LINK_IDLE);
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
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
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_JOINED);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2);
  person_say (fixture->hanako, "back");
  await (person_sees (fixture->taro, "back"));
}

/* What was not said yet waits for one's coming back, in the same run and in another. */
static void
test_replaced_amid_a_text (Fixture *fixture, gconstpointer restarts)
{
  meet (fixture);
  person_say (fixture->hanako, "waits");
  fake_room_server_put_out (fixture->server, "room", "replaced");
  await (chat_room_get_end (fixture->hanako->room) == CHAT_ROOM_END_REPLACED);
  g_assert_true (person_sees (fixture->hanako, "~waits"));
  if (restarts != NULL)
    {
      person_kill (fixture->hanako);
      person_start (fixture->hanako);
      g_assert_true (person_sees (fixture->hanako, "~waits"));
    }

  person_join (fixture->hanako, "room", -1);
  person_say (fixture->hanako, "back");
  await_both (fixture, "waits back");
  g_assert_cmpuint (chat_room_get_waiting (fixture->hanako->room), ==, 0);
  assert_log (fixture, "waits back");
}

static void
test_erase (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  meet (fixture);
  person_say (fixture->taro, "secret-of-taro");
  await_both (fixture, "secret-of-taro");
  person_say (fixture->hanako, "hers");
  await_both (fixture, "secret-of-taro hers");
  chat_room_erase_mine_async (fixture->taro->room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_erase_mine_finish (fixture->taro->room, result, &error));
  await_both (fixture, "hers");
  assert_kinds (fixture->hanako, "jJeT");
  person_kill (fixture->hanako);
  person_start (fixture->hanako);
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
  person_say (fixture->hanako, "whispered-text");
  await_both (fixture, "whispered-text");
  chat_room_set_draft (fixture->hanako->room, "whispered-draft");
  person_say (fixture->taro, "ok");
  await_both (fixture, "whispered-text ok");
  g_assert_false (person_has_on_disk (fixture->hanako, "whispered"));
  g_assert_false (person_has_on_disk (fixture->taro, "whispered"));

  /* a lost connection is no end */
  fake_room_server_cut (fixture->server);
  await (chat_room_get_state (fixture->hanako->room) == CHAT_ROOM_UNREACHABLE);
  person_say (fixture->hanako, "still");
  await_both (fixture, "whispered-text ok still");

  person_quit (fixture->hanako); /* nobody could be absent there */
  await (fake_room_server_count_members (fixture->server, "whispered-room") == 1);
  person_start (fixture->hanako);
  g_assert_null (fixture->hanako->room);
  person_kill (fixture->hanako);
  g_assert_false (person_has_on_disk (fixture->hanako, "whispered"));
}

static void
test_quit (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->hanako, "one");
  person_quit (fixture->hanako);
  g_assert_cmpuint (fake_room_server_count_members (fixture->server, "room"), ==, 2); /* absent */
  await (fake_room_server_count_connections (fixture->server) == 1);
  person_start (fixture->hanako);
  await_both (fixture, "one");
  assert_log (fixture, "one");
}

/* --- roads --------------------------------------------------------------- */

static void
test_new_keys (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  await (chat_session_get_transport (person_get_session (fixture->taro)) == CHAT_TRANSPORT_UDP);
  await (chat_session_get_transport (person_get_session (fixture->hanako)) == CHAT_TRANSPORT_UDP);
  fake_room_server_rekey (fixture->server);
  person_say (fixture->taro, "one");
  await_both (fixture, "one");

  const guint before = fake_room_server_count_datagrams (fixture->server);

  person_say (fixture->taro, "two");
  await_both (fixture, "one two");
  await (fake_room_server_count_datagrams (fixture->server) > before);
  fake_room_server_rekey (fixture->server);
  fake_room_server_rekey (fixture->server);
  person_say (fixture->hanako, "three");
  await_both (fixture, "one two three");
}

static void
test_blocked_and_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImpairedProxy) proxy = NULL;
  g_autoptr (ChatEndpoint) direct = g_steal_pointer (&fixture->endpoint);
  g_autoptr (Person) guest = NULL;

  proxy = impaired_proxy_new (chat_endpoint_get_tcp_port (direct),
                              chat_endpoint_get_udp_port (direct), 1);
  fixture->endpoint = impaired_proxy_endpoint (proxy);
  impaired_proxy_set (proxy, &(Impairment){ .udp_blocked = TRUE });
  person_create (fixture->taro, "room", 0, -1);
  guest = new_person (fixture, "Guest");
  person_join (guest, "room", -1);
  person_say (guest, "one");
  await (person_sees (fixture->taro, "one"));
  await (chat_session_get_transport (person_get_session (guest)) == CHAT_TRANSPORT_TCP);
  person_say (fixture->taro, "two");
  await (person_sees (guest, "one two"));

  impaired_proxy_set (proxy, &(Impairment){ 0 });
  await (chat_session_get_transport (person_get_session (guest)) == CHAT_TRANSPORT_UDP);
  person_say (guest, "three");
  await (person_sees (fixture->taro, "one two three"));
}

/* Nothing says that the connection is dead but the silence of a server that somebody waits for. */
static void
test_dead_connection (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImpairedProxy) proxy = NULL;
  g_autoptr (ChatEndpoint) direct = g_steal_pointer (&fixture->endpoint);
  g_autoptr (Person) one = NULL;

  proxy = impaired_proxy_new (chat_endpoint_get_tcp_port (direct),
                              chat_endpoint_get_udp_port (direct), 1);
  fixture->endpoint = impaired_proxy_endpoint (proxy);
  one = new_person (fixture, "One");
  person_create (one, "room", 0, -1);
  chat_secure_session_set_patience (CHAT_SECURE_SESSION (person_get_session (one)), 30000, 100);
  impaired_proxy_set (proxy, &(Impairment){ .cable_out = TRUE });
  person_say (one, "anybody");
  await (chat_room_get_state (one->room) == CHAT_ROOM_UNREACHABLE);
  impaired_proxy_set (proxy, &(Impairment){ 0 });
  await (person_sees (one, "anybody"));
  assert_log (fixture, "anybody");
}

static void
test_bad_network (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImpairedProxy) proxy = NULL;
  g_autoptr (ChatEndpoint) direct = g_steal_pointer (&fixture->endpoint);
  g_autoptr (Person) one = NULL;
  g_autoptr (Person) two = NULL;
  g_autoptr (GString) all = g_string_new (NULL);

  proxy = impaired_proxy_new (chat_endpoint_get_tcp_port (direct),
                              chat_endpoint_get_udp_port (direct), 20);
  fixture->endpoint = impaired_proxy_endpoint (proxy);
  impaired_proxy_set (proxy, &(Impairment){ .delay_ms = 5,
                                            .loss_permille = 200,
                                            .duplicate_permille = 100,
                                            .reorder_permille = 200 });
  one = new_person (fixture, "One");
  two = new_person (fixture, "Two");
  person_create (one, "room", 0, -1);
  person_join (two, "room", -1);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      person_say (i % 2 == 0 ? one : two, text);
      if (i == 100)
        impaired_proxy_cut (proxy);
      for (guint k = 0; k < 3; k++)
        g_main_context_iteration (NULL, FALSE);
    }
  await (chat_room_get_waiting (one->room) == 0 && chat_room_get_waiting (two->room) == 0);

  g_autofree char *log = fake_room_server_read (fixture->server, "room");

  await (person_sees (one, log) && person_sees (two, log));
  g_assert_cmpuint (chat_room_get_unread (one->room), ==, 100);
  g_assert_cmpuint (chat_room_get_unread (two->room), ==, 100);
  g_test_message ("%u of %u datagrams passed", impaired_proxy_count_passed (proxy),
                  impaired_proxy_count_datagrams (proxy));
  g_assert_cmpuint (impaired_proxy_count_passed (proxy), <, impaired_proxy_count_datagrams (proxy));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/secure-room/talk", test_talk);
  ADD ("/secure-room/road", test_road);
  ADD ("/secure-room/burst", test_burst);
  ADD ("/secure-room/large", test_large);
  ADD ("/secure-room/late-joiner", test_late_joiner);
  ADD ("/secure-room/list-and-members", test_list_and_members);
  ADD ("/secure-room/refused-entry", test_refused_entry);
  ADD ("/secure-room/refused-text", test_refused_text);
  ADD ("/secure-room/discarded-text", test_discarded_text);
  ADD ("/secure-room/retried-text", test_retried_text);
  ADD ("/secure-room/lost-replies", test_lost_replies);
  ADD ("/secure-room/killed-while-joining", test_killed_while_joining);
  ADD ("/secure-room/cancelled-join", test_cancelled_join);
  ADD ("/secure-room/reconnect", test_reconnect);
  ADD ("/secure-room/retry-now", test_retry_now);
  ADD ("/secure-room/busy-resume", test_busy_resume);
  ADD ("/secure-room/restored-app", test_restored_app);
  ADD ("/secure-room/read-position", test_read_position);
  ADD ("/secure-room/long-history", test_long_history);
  ADD ("/secure-room/server-restored", test_server_restored);
  ADD ("/secure-room/app-restored", test_app_restored);
  ADD ("/secure-room/retention", test_retention);
  ADD ("/secure-room/leave", test_leave);
  ADD ("/secure-room/last-words", test_last_words);
  ADD ("/secure-room/last-words-refused", test_last_words_refused);
  ADD ("/secure-room/leave-offline", test_leave_offline);
  ADD ("/secure-room/host-closes", test_host_closes);
  ADD ("/secure-room/room-gone", test_room_gone);
  ADD ("/secure-room/name-taken", test_name_taken);
  ADD ("/secure-room/put-out", test_put_out);
  ADD ("/secure-room/replaced", test_replaced);
  ADD ("/secure-room/replaced/waiting", test_replaced_amid_a_text);
  g_test_add ("/secure-room/replaced/waiting-restarted", Fixture, GINT_TO_POINTER (TRUE), set_up,
              test_replaced_amid_a_text, tear_down);
  ADD ("/secure-room/erase", test_erase);
  ADD ("/secure-room/off-record", test_off_record);
  ADD ("/secure-room/quit", test_quit);
  ADD ("/secure-room/new-keys", test_new_keys);
  ADD ("/secure-room/blocked-and-opened", test_blocked_and_opened);
  ADD ("/secure-room/dead-connection", test_dead_connection);
  ADD ("/secure-room/bad-network", test_bad_network);

  return g_test_run ();
}
