/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"

#include "chat-client.h"
#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-legacy-session.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

static ChatMessage *
say (ChatRoom *room, ChatMessageKind kind, const char *sender, const char *text)
{
  ChatMessage *message = chat_message_new (kind, sender, text, 1, FALSE);

  chat_room_append (room, &message, 1);
  g_object_unref (message); /* the room has it */
  return message;
}

static void
assert_members (ChatRoom *room, const char *expected)
{
  GListModel *members = chat_room_get_members (room);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      g_string_append_printf (names, "%s%s", i > 0 ? "," : "", chat_member_get_name (member));
    }
  g_assert_cmpstr (names->str, ==, expected);
}

static void
count (gpointer object, gpointer unused, gpointer data)
{
  ++*(guint *) data;
}

static void
count_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  g_assert_cmpuint (removed, ==, 0);
  ++*(guint *) data;
}

/* --- endpoint ------------------------------------------------------------ */

static const struct
{
  const char *text;
  const char *expected; /* NULL: no address */
} addresses[] = {
  { "localhost", "localhost:8888" },
  { "  chat.example.org  ", "chat.example.org:8888" },
  { "192.168.1.5:9000", "192.168.1.5:9000" },
  { "192.168.1.5:9000/9001", "192.168.1.5:9000" },
  { "192.168.1.5:9000/7", "192.168.1.5:9000/7" },
  { "::1", "[::1]:8888" },
  { "[::1]:9000", "[::1]:9000" },
  { "[::1]", "[::1]:8888" },
  { "fe80::1%eth0", "[fe80::1%eth0]:8888" },
  { "ｌｏｃａｌｈｏｓｔ：９０００", "localhost:9000" },
  { "１９２．１６８．１．５", "192.168.1.5:8888" },
  { "サーバー.example", "サーバー.example:8888" },
  { "", NULL },
  { "   ", NULL },
  { ":8888", NULL },
  { "host:", NULL },
  { "host:0", NULL },
  { "host:65536", NULL },
  { "host:65535", NULL }, /* no port is left for UDP */
  { "host:65535/1", "host:65535/1" },
  { "host:88 88", NULL },
  { "host name", NULL },
  { "http://host", NULL },
  { "host/path", NULL },
  { "192.168.1", NULL },
  { "192.168.1.256", NULL },
  { "8888", NULL },
  { "[::1", NULL },
  { "[host]:1", NULL },
  { "::g", NULL },
  { "-host", NULL },
  { "a..b", NULL },
};

static void
test_endpoint_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatEndpoint) endpoint = chat_endpoint_parse (addresses[i].text, &error);
      g_autofree char *text = endpoint != NULL ? chat_endpoint_to_string (endpoint) : NULL;

      g_test_message ("%s", addresses[i].text);
      g_assert_cmpstr (text, ==, addresses[i].expected);
      if (endpoint == NULL)
        {
          g_assert_error (error, CHAT_ERROR, CHAT_ERROR_BAD_ADDRESS);
          continue;
        }

      g_autoptr (ChatEndpoint) again = chat_endpoint_parse (text, NULL);

      g_assert_true (chat_endpoint_equal (endpoint, again));
      g_assert_cmpuint (chat_endpoint_hash (endpoint), ==, chat_endpoint_hash (again));
    }
}

static void
test_endpoint_equal (void)
{
  g_autoptr (ChatEndpoint) one = chat_endpoint_new ("Host", 1, 2);
  g_autoptr (ChatEndpoint) same = chat_endpoint_new ("host", 1, 2);
  g_autoptr (ChatEndpoint) other = chat_endpoint_new ("host", 1, 3);

  g_assert_true (chat_endpoint_equal (one, same));
  g_assert_cmpuint (chat_endpoint_hash (one), ==, chat_endpoint_hash (same));
  g_assert_false (chat_endpoint_equal (one, other));
}

/* --- message ------------------------------------------------------------- */

static void
test_message (void)
{
  g_autoptr (ChatMessage) message = chat_message_new (CHAT_MESSAGE_TEXT, "太郎", "やあ", 42, TRUE);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_UNREACHABLE, "x");
  guint changes = 0;

  g_signal_connect (message, "notify::delivery", G_CALLBACK (count), &changes);
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_WAITING);
  chat_message_set_delivery (message, CHAT_DELIVERY_WAITING, NULL);
  g_assert_cmpuint (changes, ==, 0);
  chat_message_set_delivery (message, CHAT_DELIVERY_FAILED, error);
  g_assert_error (chat_message_get_error (message), CHAT_ERROR, CHAT_ERROR_UNREACHABLE);
  chat_message_set_delivery (message, CHAT_DELIVERY_UNCONFIRMED, NULL);
  g_assert_null (chat_message_get_error (message));
  g_assert_cmpuint (changes, ==, 2);
  g_assert_cmpstr (chat_message_get_sender (message), ==, "太郎");
  g_assert_cmpstr (chat_message_get_text (message), ==, "やあ");
  g_assert_cmpint (chat_message_get_time_us (message), ==, 42);
}

static void
test_message_properties (void)
{
  g_autoptr (ChatMessage) message =
      chat_message_new (CHAT_MESSAGE_MEMBER_LEFT, "Hanako", NULL, 7, FALSE);
  g_autofree char *sender = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  ChatMessageKind kind;
  ChatMessageDelivery delivery;
  gint64 time_us;
  gboolean own;

  g_object_get (message, "kind", &kind, "sender", &sender, "text", &text, "time-us", &time_us,
                "own", &own, "delivery", &delivery, "error", &error, NULL);
  g_assert_cmpint (kind, ==, CHAT_MESSAGE_MEMBER_LEFT);
  g_assert_cmpstr (sender, ==, "Hanako");
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpint (time_us, ==, 7);
  g_assert_false (own);
  g_assert_cmpint (delivery, ==, CHAT_DELIVERY_RECEIVED);
  g_assert_null (error);
}

/* --- room ---------------------------------------------------------------- */

static void
test_room_batches (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "部屋", "Taro", TRUE);
  GListModel *messages = chat_room_get_messages (room);
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func (g_object_unref);
  guint changes = 0, received = 0;

  for (guint i = 0; i < 100000; i++)
    g_ptr_array_add (batch, chat_message_new (CHAT_MESSAGE_TEXT, "Hanako", "hello", i, FALSE));
  g_signal_connect (messages, "items-changed", G_CALLBACK (count_items_changed), &changes);
  g_signal_connect (room, "message-received", G_CALLBACK (count), &received);
  chat_room_append (room, (ChatMessage **) batch->pdata, batch->len);

  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpuint (received, ==, 100000);
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, 100000);
  g_assert_cmpuint (chat_room_get_unread (room), ==, 100000);
  g_assert_true (chat_room_get_last_message (room) == g_ptr_array_index (batch, 99999));
  g_assert_null (g_list_model_get_item (messages, 100000));
  chat_room_mark_read (room);
  g_assert_cmpuint (chat_room_get_unread (room), ==, 0);
}

static void
test_room_members (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);

  assert_members (room, "Taro");
  say (room, CHAT_MESSAGE_TEXT, "Zoe", "x");
  say (room, CHAT_MESSAGE_TEXT, "Aki", "x");
  say (room, CHAT_MESSAGE_TEXT, "Zoe", "x");
  say (room, CHAT_MESSAGE_SERVER_NOTICE, NULL, "x");
  say (room, CHAT_MESSAGE_MEMBER_JOINED, "Bea", NULL);
  assert_members (room, "Taro,Aki,Bea,Zoe");
  say (room, CHAT_MESSAGE_MEMBER_LEFT, "Aki", NULL);
  say (room, CHAT_MESSAGE_MEMBER_LEFT, "Taro", NULL); /* a namesake: the original allows it */
  say (room, CHAT_MESSAGE_MEMBER_LEFT, "nobody", NULL);
  assert_members (room, "Taro,Bea,Zoe");
  say (room, CHAT_MESSAGE_TEXT, "Aki", "back");
  assert_members (room, "Taro,Aki,Bea,Zoe");
}

static void
test_room_unread (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);
  guint received = 0, notified = 0;

  g_signal_connect (room, "message-received", G_CALLBACK (count), &received);
  g_signal_connect (room, "notify::unread", G_CALLBACK (count), &notified);
  say (room, CHAT_MESSAGE_SERVER_NOTICE, NULL, "x");
  say (room, CHAT_MESSAGE_MEMBER_LEFT, "Aki", NULL);
  chat_room_add_local (room, "/help");
  g_assert_cmpuint (chat_room_get_unread (room), ==, 0);
  g_assert_cmpuint (received, ==, 0);
  say (room, CHAT_MESSAGE_TEXT, "Aki", "x");
  say (room, CHAT_MESSAGE_ROOM_CLOSED, NULL, NULL);
  g_assert_cmpuint (chat_room_get_unread (room), ==, 1);
  g_assert_cmpuint (notified, ==, 1);
  g_assert_cmpuint (received, ==, 2);
}

static void
on_items_mark_read (GListModel *model, guint position, guint removed, guint added, gpointer room)
{
  chat_room_mark_read (room);
}

static void
test_room_read_while_looking (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);

  g_signal_connect (chat_room_get_messages (room), "items-changed", G_CALLBACK (on_items_mark_read),
                    room);
  say (room, CHAT_MESSAGE_TEXT, "Aki", "x");
  g_assert_cmpuint (chat_room_get_unread (room), ==, 0);
}

static void
test_room_draft_and_state (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);
  guint drafts = 0, states = 0;

  g_signal_connect (room, "notify::draft", G_CALLBACK (count), &drafts);
  g_signal_connect (room, "notify::state", G_CALLBACK (count), &states);
  g_assert_cmpstr (chat_room_get_draft (room), ==, "");
  g_object_set (room, "draft", "typed", NULL);
  chat_room_set_draft (room, "typed");
  chat_room_set_draft (room, NULL);
  g_assert_cmpstr (chat_room_get_draft (room), ==, "");
  g_assert_cmpuint (drafts, ==, 2);

  chat_room_set_state (room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_GONE);
  g_assert_cmpuint (states, ==, 2);
  g_assert_cmpint (chat_room_get_end (room), ==, CHAT_ROOM_END_GONE);
}

static void
test_room_send_after_the_end (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  chat_room_send_async (room, "late", NULL, await_store, &result);
  await (result != NULL);
  g_assert_null (chat_room_send_finish (room, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_messages (room)), ==, 0);
}

static void
test_room_send_without_session (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatMessage) message = NULL;

  chat_room_send_async (room, "one\r\ntwo\rthree", NULL, await_store, &result);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_messages (room)), ==, 1);
  await (result != NULL);
  message = chat_room_send_finish (room, result, NULL);
  g_assert_true (message == chat_room_get_last_message (room));
  g_assert_cmpstr (chat_message_get_text (message), ==, "one\ntwo\nthree");
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_WAITING);
  g_assert_cmpuint (chat_room_get_unread (room), ==, 0);
}

static void
test_room_outlives_session (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("127.0.0.1", 1, 2);
  ChatSession *session = chat_legacy_session_new (endpoint);
  g_autoptr (ChatRoom) room = chat_room_new (session, "room", "Taro", FALSE);
  guint notified = 0;

  g_assert_true (chat_room_get_session (room) == session);
  g_signal_connect (room, "notify::session", G_CALLBACK (count), &notified);
  g_object_unref (session);
  g_assert_null (chat_room_get_session (room));
  g_assert_cmpuint (notified, ==, 1);
  g_assert_cmpint (chat_room_get_state (room), ==, CHAT_ROOM_ENDED);
}

/* --- session ------------------------------------------------------------- */

static void
test_session_text_len (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("127.0.0.1", 1, 2);
  g_autoptr (ChatSession) session = chat_legacy_session_new (endpoint);
  g_autofree char *long_name = g_strnfill (255, 'x');
  g_autofree char *long_user = g_strnfill (128, 'u');
  g_autoptr (ChatRoom) small = chat_room_new (session, "r", "u", FALSE);
  g_autoptr (ChatRoom) large = chat_room_new (session, long_name, "u", FALSE);
  g_autoptr (ChatRoom) wide = chat_room_new (session, "r", long_user, FALSE);
  g_autofree char *text = g_strnfill (4001, 'x');
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (chat_session_get_max_text_len (session, small), ==, 4000);
  g_assert_cmpuint (chat_session_get_max_text_len (session, large), ==, 4096 - 2 - 255 - 36);
  g_assert_cmpuint (chat_session_get_max_text_len (session, wide), ==, 4024 - 128 - 4);

  chat_room_send_async (small, text, NULL, await_store, &result);
  await (result != NULL);
  g_assert_null (chat_room_send_finish (small, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG);
  g_assert_null (chat_room_get_last_message (small));
}

static void
test_session_link (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("127.0.0.1", 1, 2);
  g_autoptr (ChatSession) session = chat_legacy_session_new (endpoint);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "x");
  guint links = 0;

  g_signal_connect (session, "notify::link", G_CALLBACK (count), &links);
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_IDLE);
  chat_session_set_link (session, CHAT_LINK_OFFLINE, error, 77);
  g_assert_error (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  g_assert_cmpint (chat_session_get_retry_at_us (session), ==, 77);
  chat_session_set_link (session, CHAT_LINK_OFFLINE, error, 78);
  chat_session_set_link (session, CHAT_LINK_ONLINE, NULL, 0);
  g_assert_null (chat_session_get_error (session));
  g_assert_cmpuint (links, ==, 2);
  g_assert_false (chat_session_knows_members (session));
  g_assert_false (chat_session_confirms (session));
  g_assert_false (chat_session_is_encrypted (session));
}

static void
test_client_names (void)
{
  g_autoptr (ChatClient) client = chat_client_new ();
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("127.0.0.1", 1, 2);
  g_autoptr (GAsyncResult) bad_room = NULL;
  g_autoptr (GAsyncResult) bad_user = NULL;
  g_autoptr (GError) room_error = NULL;
  g_autoptr (GError) user_error = NULL;

  chat_client_create_room_async (client, endpoint, "  ", "Taro", 0, NULL, await_store, &bad_room);
  chat_client_join_room_async (client, endpoint, "room", "システム", NULL, await_store, &bad_user);
  await (bad_room != NULL && bad_user != NULL);
  g_assert_null (chat_client_create_room_finish (client, bad_room, &room_error));
  g_assert_null (chat_client_join_room_finish (client, bad_user, &user_error));
  g_assert_error (room_error, CHAT_ERROR, CHAT_ERROR_BAD_ROOM_NAME);
  g_assert_error (user_error, CHAT_ERROR, CHAT_ERROR_BAD_USER_NAME);
}

/* --- errors -------------------------------------------------------------- */

static void
assert_maps (GQuark domain, int code, ChatError expected)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "x");
  g_autoptr (GError) mapped = chat_io_error_map (error);

  g_assert_error (mapped, CHAT_ERROR, (int) expected);
}

static void
test_error_map (void)
{
  assert_maps (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, CHAT_ERROR_HOST_NOT_FOUND);
  assert_maps (G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, CHAT_ERROR_HOST_NOT_FOUND);
  assert_maps (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, CHAT_ERROR_NO_SERVER);
  assert_maps (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, CHAT_ERROR_UNREACHABLE);
  assert_maps (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, CHAT_ERROR_UNREACHABLE);
  assert_maps (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, CHAT_ERROR_TIMED_OUT);
  assert_maps (G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, CHAT_ERROR_NOT_A_CHAT_SERVER);
  assert_maps (G_IO_ERROR, G_IO_ERROR_CANCELLED, CHAT_ERROR_CANCELLED);
  assert_maps (G_IO_ERROR, G_IO_ERROR_NO_SPACE, CHAT_ERROR_FAILED);
  assert_maps (CHAT_ERROR, CHAT_ERROR_FULL, CHAT_ERROR_FULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/endpoint/parse", test_endpoint_parse);
  g_test_add_func ("/endpoint/equal", test_endpoint_equal);
  g_test_add_func ("/message/delivery", test_message);
  g_test_add_func ("/message/properties", test_message_properties);
  g_test_add_func ("/room/batches", test_room_batches);
  g_test_add_func ("/room/members", test_room_members);
  g_test_add_func ("/room/unread", test_room_unread);
  g_test_add_func ("/room/read-while-looking", test_room_read_while_looking);
  g_test_add_func ("/room/draft-and-state", test_room_draft_and_state);
  g_test_add_func ("/room/send-after-the-end", test_room_send_after_the_end);
  g_test_add_func ("/room/send-without-session", test_room_send_without_session);
  g_test_add_func ("/room/outlives-session", test_room_outlives_session);
  g_test_add_func ("/session/text-len", test_session_text_len);
  g_test_add_func ("/session/link", test_session_link);
  g_test_add_func ("/client/names", test_client_names);
  g_test_add_func ("/error/map", test_error_map);

  return g_test_run ();
}
