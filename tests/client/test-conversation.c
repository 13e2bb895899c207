/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "test-folder.h"

#include "chat-client-private.h"
#include "chat-error.h"
#include "chat-legacy-session.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

/* Whole conversations through a real server, in a process of its own:
 *   test-conversation KIND COMMAND…   where KIND is "original" or "chatd" */

#define WATCH_MS 50

static const char *kind;
static const char *const *command;

/* --- server -------------------------------------------------------------- */

typedef struct
{
  GSubprocess *process; /* NULL while it does not run */
  guint tcp_port;
  guint udp_port;
  char *folder; /* chatd's data */
} Server;

static gboolean
is_chatd (void)
{
  return strcmp (kind, "chatd") == 0;
}

/* Runs in the child: a test that fails takes its server with it. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (Server *self, gboolean on_all_addresses)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *tcp = g_strdup_printf ("--tcp-port=%u", self->tcp_port);
  g_autofree char *udp = g_strdup_printf ("--udp-port=%u", self->udp_port);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  GSubprocess *process;

  g_strv_builder_addv (builder, (const char **) command);
  g_strv_builder_add_many (builder, tcp, udp, NULL);
  if (is_chatd ())
    {
      g_autofree char *data = g_strdup_printf ("--data-dir=%s", self->folder);

      g_strv_builder_add (builder, data);
    }
  if (!on_all_addresses)
    g_strv_builder_add (builder, is_chatd () ? "--bind=localhost" : "--host=127.0.0.1");
  argv = g_strv_builder_end (builder);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
start_server (Server *self, gboolean on_all_addresses)
{
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  const char *ports;

  if (self->folder == NULL)
    self->folder = g_dir_make_tmp ("chatd-XXXXXX", NULL);
  self->process = spawn (self, on_all_addresses);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  g_assert_nonnull (line);
  ports = strstr (line, "tcp ");
  g_assert_nonnull (ports);
  g_assert_cmpint (sscanf (ports, "tcp %u, udp %u", &self->tcp_port, &self->udp_port), ==, 2);
}

static void
kill_server (Server *self)
{
  g_subprocess_force_exit (self->process);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_clear_object (&self->process);
}

/* --- people -------------------------------------------------------------- */

typedef struct
{
  Server server;
  ChatEndpoint *endpoint;
  ChatClient *taro;
  ChatClient *hanako;
} Fixture;

static GPtrArray *plain; /* of ChatSession: those with chatd, which could do better */

static void
set_up (Fixture *fixture, gconstpointer on_all_addresses)
{
  start_server (&fixture->server, on_all_addresses != NULL);
  fixture->endpoint = chat_endpoint_new ("localhost", (guint16) fixture->server.tcp_port,
                                         (guint16) fixture->server.udp_port);
  plain = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->taro = chat_client_new ();
  fixture->hanako = chat_client_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->taro), (gpointer *) &fixture->taro);
  g_object_add_weak_pointer (G_OBJECT (fixture->hanako), (gpointer *) &fixture->hanako);
  g_object_unref (fixture->taro);
  g_object_unref (fixture->hanako);
  g_clear_pointer (&plain, g_ptr_array_unref);
  await (fixture->taro == NULL && fixture->hanako == NULL);
  g_object_unref (fixture->endpoint);
  if (fixture->server.process != NULL)
    kill_server (&fixture->server);
  test_folder_remove (fixture->server.folder);
  g_free (fixture->server.folder);
}

/* The original has no encryption, and the person agrees. chatd has, but is spoken to as by a
 * program that knows none. */
static void
speak_plainly (ChatClient *client, ChatEndpoint *endpoint)
{
  if (is_chatd ())
    g_ptr_array_add (plain, chat_client_open_legacy_session (client, endpoint));
  else
    chat_client_allow_plain (client, endpoint);
}

static ChatRoom *
create (ChatClient *client, ChatEndpoint *endpoint, const char *room, const char *user, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatRoom *created;

  speak_plainly (client, endpoint);
  chat_client_create_room_async (client, endpoint, room, user, 0, NULL, await_store, &result);
  await (result != NULL);
  created = chat_client_create_room_finish (client, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
  return created;
}

static ChatRoom *
join (ChatClient *client, ChatEndpoint *endpoint, const char *room, const char *user, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatRoom *joined;

  speak_plainly (client, endpoint);
  chat_client_join_room_async (client, endpoint, room, user, NULL, await_store, &result);
  await (result != NULL);
  joined = chat_client_join_room_finish (client, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
  return joined;
}

/* Returns: the names, joined by commas */
static char *
list (ChatClient *client, ChatEndpoint *endpoint)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms = NULL;
  g_autoptr (GString) names = g_string_new (NULL);

  speak_plainly (client, endpoint);
  chat_client_list_rooms_async (client, endpoint, NULL, await_store, &result);
  await (result != NULL);
  rooms = chat_client_list_rooms_finish (client, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoomInfo) info = g_list_model_get_item (rooms, i);

      g_string_append_printf (names, "%s%s", i > 0 ? "," : "", chat_room_info_get_name (info));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
leave (ChatRoom *room)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_room_leave_async (room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_leave_finish (room, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (chat_room_get_end (room), ==, CHAT_ROOM_END_LEFT);
}

static void
say (ChatRoom *room, const char *text)
{
  chat_room_send_async (room, text, NULL, NULL, NULL);
}

static gboolean
is_last (ChatRoom *room, ChatMessageKind what, const char *sender, const char *text)
{
  ChatMessage *message = chat_room_get_last_message (room);

  return chat_message_get_kind (message) == what &&
         g_strcmp0 (chat_message_get_sender (message), sender) == 0 &&
         strcmp (chat_message_get_text (message), text) == 0;
}

/* Says it and waits until the other has heard. */
static void
tell (ChatRoom *from, ChatRoom *to, const char *text)
{
  say (from, text);
  await (is_last (to, CHAT_MESSAGE_TEXT, chat_room_get_user_name (from), text));
}

static void
watch_fast (ChatRoom *room)
{
  chat_legacy_session_set_watch_interval (CHAT_LEGACY_SESSION (chat_room_get_session (room)),
                                          WATCH_MS);
}

/* --- conversations ------------------------------------------------------- */

static void
test_create_list_join (Fixture *fixture, gconstpointer data)
{
  g_autofree char *none = list (fixture->taro, fixture->endpoint);
  g_autoptr (ChatRoom) first = create (fixture->taro, fixture->endpoint, "昼休み", "太郎", -1);
  g_autoptr (ChatRoom) second = create (fixture->taro, fixture->endpoint, "tea", "太郎", -1);
  g_autoptr (ChatRoom) joined = join (fixture->hanako, fixture->endpoint, "昼休み", "花子", -1);
  g_autofree char *both = list (fixture->hanako, fixture->endpoint);

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (both, ==, "昼休み,tea");
  g_assert_true (chat_room_is_host (first));
  g_assert_false (chat_room_is_host (joined));
  g_assert_cmpstr (chat_room_get_name (joined), ==, "昼休み");
  g_assert_cmpstr (chat_room_get_user_name (joined), ==, "花子");
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_sessions (fixture->taro)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (fixture->taro)), ==, 2);

  create (fixture->hanako, fixture->endpoint, "昼休み", "花子", CHAT_ERROR_ROOM_EXISTS);
  join (fixture->hanako, fixture->endpoint, "夜", "花子", CHAT_ERROR_ROOM_MISSING);
}

static void
test_name_in_use (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) room = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) twin = join (fixture->hanako, fixture->endpoint, "部屋", "太郎",
                                    is_chatd () ? CHAT_ERROR_NAME_IN_USE : -1);

  g_assert_true ((twin == NULL) == is_chatd ());
}

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);
  GListModel *members = chat_room_get_members (taro);

  tell (taro, hanako, "こんにちは、花子さん。");
  tell (hanako, taro, "やあ 👋🏽\n二行目");
  tell (taro, hanako, "/me waves");
  tell (hanako, taro,
        "ホストが退出したため、[システム]: ルームが閉じられました"); /* only says so */
  g_assert_cmpint (chat_room_get_state (taro), ==, CHAT_ROOM_JOINED);
  tell (taro, hanako, "ok");

  g_assert_cmpuint (g_list_model_get_n_items (members), ==, 2);
  g_assert_cmpuint (chat_room_get_unread (taro), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_messages (taro)), ==, 6);
}

static void
test_long_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);
  const gsize max_len = chat_session_get_max_text_len (chat_room_get_session (taro), taro);
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len + strlen ("あ") <= max_len)
    g_string_append (text, "あ");
  tell (taro, hanako, text->str);
}

static void
test_in_order (Fixture *fixture, gconstpointer data)
{
  const guint n = 40; /* more than chatd's burst */
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);
  GListModel *messages = chat_room_get_messages (hanako);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      say (taro, text);
    }
  await (g_list_model_get_n_items (messages) == n + 1);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i + 1);

      g_assert_cmpint (chat_message_get_kind (message), ==, CHAT_MESSAGE_TEXT);
      g_assert_cmpuint (g_ascii_strtoull (chat_message_get_text (message), NULL, 10), ==, i);
    }
  g_assert_cmpint (chat_message_get_delivery (chat_room_get_last_message (taro)), ==,
                   CHAT_DELIVERY_UNCONFIRMED);
}

static void
test_member_leaves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);

  tell (hanako, taro, "さよなら");
  leave (hanako);
  await (is_last (taro, CHAT_MESSAGE_MEMBER_LEFT, "花子", ""));
  g_assert_cmpint (chat_room_get_state (taro), ==, CHAT_ROOM_JOINED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_members (taro)), ==, 1);

  g_autoptr (ChatRoom) again = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);

  tell (taro, again, "おかえり");
  tell (again, taro, "ただいま");
}

static void
test_host_leaves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);
  g_autofree char *rooms = NULL;

  leave (taro);
  rooms = list (fixture->taro, fixture->endpoint); /* it is closed when leaving has ended */
  g_assert_cmpstr (rooms, ==, "");
  await (chat_room_get_state (hanako) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (hanako), ==, CHAT_ROOM_END_CLOSED);
  g_assert_cmpint (chat_message_get_kind (chat_room_get_last_message (hanako)), ==,
                   CHAT_MESSAGE_ROOM_CLOSED);
  chat_client_forget_room (fixture->hanako, hanako);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_sessions (fixture->hanako)), ==, 0);

  g_autoptr (ChatRoom) anew = create (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);

  g_assert_true (chat_room_is_host (anew));
}

static void
test_host_quits_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) one = create (fixture->taro, fixture->endpoint, "一", "太郎", -1);
  g_autoptr (ChatRoom) two = create (fixture->taro, fixture->endpoint, "二", "太郎", -1);
  g_autoptr (ChatRoom) guest = join (fixture->hanako, fixture->endpoint, "二", "花子", -1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *rooms = NULL;

  chat_client_leave_all_async (fixture->taro, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_client_leave_all_finish (fixture->taro, result, NULL));
  await (chat_room_get_end (guest) == CHAT_ROOM_END_CLOSED);
  rooms = list (fixture->hanako, fixture->endpoint);
  g_assert_cmpstr (rooms, ==, "");
}

static void
test_killed_and_restarted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);
  ChatSession *session = chat_room_get_session (taro);
  ChatMessage *waiting;

  tell (taro, hanako, "まだいる？");
  watch_fast (taro);
  kill_server (&fixture->server);
  say (hanako, "lost"); /* its refusal makes her ask at once, long before 15 s are over */
  await (chat_room_get_state (hanako) == CHAT_ROOM_UNREACHABLE);
  g_assert_cmpint (chat_message_get_delivery (chat_room_get_last_message (hanako)), ==,
                   CHAT_DELIVERY_FAILED);
  await (chat_room_get_state (taro) == CHAT_ROOM_UNREACHABLE);
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_OFFLINE);
  g_assert_error (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  say (taro, "waits");
  waiting = chat_room_get_last_message (taro);
  g_assert_cmpint (chat_message_get_delivery (waiting), ==, CHAT_DELIVERY_WAITING);

  start_server (&fixture->server, FALSE);
  chat_session_retry (chat_room_get_session (hanako));
  await (chat_room_get_state (taro) == CHAT_ROOM_ENDED);
  await (chat_room_get_state (hanako) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (taro), ==, CHAT_ROOM_END_GONE);
  g_assert_cmpint (chat_room_get_end (hanako), ==, CHAT_ROOM_END_GONE);
  g_assert_error (chat_message_get_error (waiting), CHAT_ERROR, CHAT_ERROR_NOT_JOINED);
}

static void
test_dropped_client (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) taro = create (fixture->taro, fixture->endpoint, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);

  g_object_run_dispose (G_OBJECT (fixture->taro));
  g_assert_cmpint (chat_room_get_state (taro), ==, CHAT_ROOM_ENDED);
  await (chat_room_get_state (hanako) == CHAT_ROOM_ENDED);
}

/* Debian names a computer 127.0.1.1, but a server on all addresses answers from 127.0.0.1. */
static void
test_loopback_alias (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatEndpoint) alias = chat_endpoint_new (
      "127.0.1.1", (guint16) fixture->server.tcp_port, (guint16) fixture->server.udp_port);
  g_autoptr (ChatRoom) taro = create (fixture->taro, alias, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, fixture->endpoint, "部屋", "花子", -1);

  tell (taro, hanako, "one");
  tell (hanako, taro, "two");
}

static void
test_ipv6 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatEndpoint) six = chat_endpoint_new ("::1", (guint16) fixture->server.tcp_port,
                                                    (guint16) fixture->server.udp_port);
  g_autoptr (ChatEndpoint) four = chat_endpoint_new (
      "127.0.0.1", (guint16) fixture->server.tcp_port, (guint16) fixture->server.udp_port);
  g_autoptr (ChatRoom) taro = create (fixture->taro, six, "部屋", "太郎", -1);
  g_autoptr (ChatRoom) hanako = join (fixture->hanako, four, "部屋", "花子", -1);

  tell (taro, hanako, "one");
  tell (hanako, taro, "two");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
#define ADD_ON_ALL(path, function)                                                                 \
  g_test_add (path, Fixture, GINT_TO_POINTER (TRUE), set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >=, 3);
  kind = argv[1];
  command = (const char *const *) argv + 2;

  ADD ("/conversation/create-list-join", test_create_list_join);
  ADD ("/conversation/name-in-use", test_name_in_use);
  ADD ("/conversation/talk", test_talk);
  ADD ("/conversation/long-text", test_long_text);
  ADD ("/conversation/in-order", test_in_order);
  ADD ("/conversation/member-leaves", test_member_leaves);
  ADD ("/conversation/host-leaves", test_host_leaves);
  ADD ("/conversation/host-quits-all", test_host_quits_all);
  ADD ("/conversation/killed-and-restarted", test_killed_and_restarted);
  ADD ("/conversation/dropped-client", test_dropped_client);
  ADD_ON_ALL ("/conversation/loopback-alias", test_loopback_alias);
  if (is_chatd ()) /* the original listens on IPv4 only */
    ADD ("/conversation/ipv6", test_ipv6);

  return g_test_run ();
}
