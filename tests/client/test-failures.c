/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "fake-server.h"

#include "chat-client.h"
#include "chat-error.h"

/* Every way in which a server cannot be reached or is none, by real sockets. */

static void
assert_list_fails (ChatEndpoint *endpoint, ChatError expected)
{
  g_autoptr (ChatClient) client = chat_client_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_client_allow_plain (client, endpoint);
  chat_client_list_rooms_async (client, endpoint, NULL, await_store, &result);
  await (result != NULL);
  g_assert_null (chat_client_list_rooms_finish (client, result, &error));
  g_assert_error (error, CHAT_ERROR, (int) expected);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_sessions (client)), ==, 0);
}

static void
assert_join_fails (ChatEndpoint *endpoint, ChatError expected)
{
  g_autoptr (ChatClient) client = chat_client_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_client_allow_plain (client, endpoint);
  chat_client_join_room_async (client, endpoint, "部屋", "太郎", NULL, await_store, &result);
  await (result != NULL);
  g_assert_null (chat_client_join_room_finish (client, result, &error));
  g_assert_error (error, CHAT_ERROR, (int) expected);
  g_assert_cmpuint (g_list_model_get_n_items (chat_client_get_rooms (client)), ==, 0);
}

static const struct
{
  const char *path;
  FakeMode mode;
  ChatError expected;
} impostors[] = {
  { "/failure/closes", FAKE_CLOSE, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/http", FAKE_HTTP, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/garbage", FAKE_GARBAGE, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/half-frame", FAKE_HALF_FRAME, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/bad-json", FAKE_BAD_JSON, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/wrong-operation", FAKE_WRONG_OPERATION, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/no-token", FAKE_NO_TOKEN, CHAT_ERROR_NOT_A_CHAT_SERVER },
  { "/failure/silent", FAKE_SILENT, CHAT_ERROR_TIMED_OUT },
};

static void
test_impostor (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (FakeServer) server = fake_server_new (impostors[i].mode);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);

  assert_join_fails (endpoint, impostors[i].expected);
  if (impostors[i].mode != FAKE_SILENT && impostors[i].mode != FAKE_HALF_FRAME)
    assert_list_fails (endpoint, impostors[i].expected);
}

static const struct
{
  const char *text;
  ChatError expected;
} refusals[] = {
  { "ルームが作成済みです", CHAT_ERROR_ROOM_EXISTS },
  { "ルームが存在しません", CHAT_ERROR_ROOM_MISSING },
  { "その名前は使われています", CHAT_ERROR_NAME_IN_USE },
  { "名前が正しくありません", CHAT_ERROR_BAD_USER_NAME },
  { "ルーム名が正しくありません", CHAT_ERROR_BAD_ROOM_NAME },
  { "満員です", CHAT_ERROR_FULL },
  { "しばらく待ってください", CHAT_ERROR_TOO_FAST },
  { "不正な操作です", CHAT_ERROR_BAD_REQUEST },
  { "Because I say so", CHAT_ERROR_REFUSED },
};

static void
test_refusals (void)
{
  g_autoptr (FakeServer) server = fake_server_new (FAKE_REFUSE);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      server->refusal = refusals[i].text;
      assert_join_fails (endpoint, refusals[i].expected);
      assert_list_fails (endpoint, refusals[i].expected);
    }
}

static void
test_not_encrypted (void)
{
  g_autoptr (FakeServer) server = fake_server_new (FAKE_ANSWER);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);
  g_autoptr (ChatClient) client = chat_client_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_client_join_room_async (client, endpoint, "部屋", "太郎", NULL, await_store, &result);
  await (result != NULL);
  g_assert_null (chat_client_join_room_finish (client, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_ENCRYPTED);
  g_assert_cmpuint (server->requests[2], ==, 0); /* nobody asked the person yet */
  g_assert_null (chat_client_get_pin (client, endpoint));
}

static void
test_refused_port (void)
{
  g_autoptr (FakeServer) server = fake_server_new (FAKE_ANSWER);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);
  g_autoptr (ChatEndpoint) named =
      chat_endpoint_new ("localhost", server->tcp_port, server->udp_port);

  fake_server_stop_tcp (server);
  assert_join_fails (endpoint, CHAT_ERROR_NO_SERVER);
  assert_list_fails (endpoint, CHAT_ERROR_NO_SERVER);
  assert_list_fails (named, CHAT_ERROR_NO_SERVER);
}

static void
test_unknown_host (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_parse ("no-such-host.invalid", NULL);

  assert_join_fails (endpoint, CHAT_ERROR_HOST_NOT_FOUND);
  assert_list_fails (endpoint, CHAT_ERROR_HOST_NOT_FOUND);
}

static void
test_slow_but_right (void)
{
  g_autoptr (FakeServer) server = fake_server_new (FAKE_ANSWER_BYTE_BY_BYTE);
  g_autoptr (ChatEndpoint) endpoint = fake_server_endpoint (server);
  g_autoptr (ChatClient) client = chat_client_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms = NULL;

  chat_client_allow_plain (client, endpoint);
  g_ptr_array_add (server->rooms, g_strdup ("一"));
  g_ptr_array_add (server->rooms, g_strdup ("二"));
  chat_client_list_rooms_async (client, endpoint, NULL, await_store, &result);
  await (result != NULL);
  rooms = chat_client_list_rooms_finish (client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (rooms), ==, 2);

  g_autoptr (ChatRoomInfo) info = g_list_model_get_item (rooms, 1);

  g_assert_cmpstr (chat_room_info_get_name (info), ==, "二");
  g_assert_cmpint (chat_room_info_get_members (info), ==, -1);
}

int
main (int argc, char *argv[])
{
  /* Where no name server answers, it must not take longer than connecting may: resolv.conf(5). */
  g_setenv ("RES_OPTIONS", "timeout:1 attempts:1", TRUE);
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (impostors); i++)
    g_test_add_data_func (impostors[i].path, GSIZE_TO_POINTER (i), test_impostor);
  g_test_add_func ("/failure/refusals", test_refusals);
  g_test_add_func ("/failure/not-encrypted", test_not_encrypted);
  g_test_add_func ("/failure/refused-port", test_refused_port);
  g_test_add_func ("/failure/unknown-host", test_unknown_host);
  g_test_add_func ("/failure/slow-but-right", test_slow_but_right);

  return g_test_run ();
}
