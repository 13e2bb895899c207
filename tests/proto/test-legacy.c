/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy.h"

#include "test-bytes.h"

#define TOKEN "6f1c4a52-0d3b-4c77-9e0a-2f8b1d5c9a31"

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  const char *user_name;
  guint16 udp_port;
} requests[] = {
  { "as the original writes it", BYTES ("{\"user_name\": \"alice\", \"udp_port\": 35272}"), "alice",
    35272 },
  { "a list", BYTES ("{\"user_name\": \"\", \"udp_port\": 0}"), "", 0 },
  { "raw UTF-8", BYTES ("{\"user_name\":\"太郎\",\"udp_port\":1}"), "太郎", 1 },
  { "escaped", BYTES ("{\"user_name\":\"\\u592a\\u90ce\",\"udp_port\":65535}"), "太郎", 65535 },
  { "a surrogate pair", BYTES ("{\"user_name\":\"\\ud83d\\ude00\",\"udp_port\":1}"), "😀", 1 },
  { "quotes and backslashes", BYTES ("{\"user_name\":\"\\\"\\\\\\/\",\"udp_port\":1}"), "\"\\/",
    1 },
  { "the other order", BYTES ("{\"udp_port\":2,\"user_name\":\"b\"}"), "b", 2 },
  { "keys of somebody else", BYTES ("{\"user_name\":\"b\",\"x\":{\"y\":[1.5]},\"udp_port\":2}"),
    "b", 2 },
  { "an escaped key", BYTES ("{\"user\\u005fname\":\"b\",\"udp_port\":2}"), "b", 2 },
  { "white space", BYTES ("\n{\t\"user_name\" : \"b\" ,\r\n\"udp_port\" : 2 } "), "b", 2 },
  { "a name to be refused later", BYTES ("{\"user_name\":\"\\u001b\\n\",\"udp_port\":2}"), "\x1b\n",
    2 },
};

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
} bad_requests[] = {
  { "nothing", BYTES ("") },
  { "no JSON", BYTES ("hello") },
  { "an array", BYTES ("[\"alice\",1]") },
  { "an empty object", BYTES ("{}") },
  { "no name", BYTES ("{\"udp_port\":1}") },
  { "no port", BYTES ("{\"user_name\":\"a\"}") },
  { "a name that is null", BYTES ("{\"user_name\":null,\"udp_port\":1}") },
  { "a name that is a number", BYTES ("{\"user_name\":1,\"udp_port\":1}") },
  { "a name that is an array", BYTES ("{\"user_name\":[\"a\"],\"udp_port\":1}") },
  { "a name that is an object", BYTES ("{\"user_name\":{},\"udp_port\":1}") },
  { "a name that is true", BYTES ("{\"user_name\":true,\"udp_port\":1}") },
  { "a port that is a string", BYTES ("{\"user_name\":\"a\",\"udp_port\":\"1\"}") },
  { "a port that is null", BYTES ("{\"user_name\":\"a\",\"udp_port\":null}") },
  { "a port that is true", BYTES ("{\"user_name\":\"a\",\"udp_port\":true}") },
  { "a port that is an array", BYTES ("{\"user_name\":\"a\",\"udp_port\":[1]}") },
  { "a port with a fraction", BYTES ("{\"user_name\":\"a\",\"udp_port\":1.5}") },
  { "a port with a point", BYTES ("{\"user_name\":\"a\",\"udp_port\":1.0}") },
  { "a port with an exponent", BYTES ("{\"user_name\":\"a\",\"udp_port\":1e3}") },
  { "a negative port", BYTES ("{\"user_name\":\"a\",\"udp_port\":-1}") },
  { "65,536", BYTES ("{\"user_name\":\"a\",\"udp_port\":65536}") },
  { "2^32 + 1", BYTES ("{\"user_name\":\"a\",\"udp_port\":4294967297}") },
  { "2^64 + 1", BYTES ("{\"user_name\":\"a\",\"udp_port\":18446744073709551617}") },
  { "two names", BYTES ("{\"user_name\":\"a\",\"user_name\":\"b\",\"udp_port\":1}") },
  { "two ports", BYTES ("{\"user_name\":\"a\",\"udp_port\":1,\"udp_port\":1}") },
  { "two names, one escaped",
    BYTES ("{\"user_name\":\"a\",\"\\u0075ser_name\":\"b\",\"udp_port\":1}") },
  { "two equal keys further in",
    BYTES ("{\"user_name\":\"a\",\"udp_port\":1,\"x\":[{\"y\":1,\"y\":2}]}") },
  { "a key in another case", BYTES ("{\"User_Name\":\"a\",\"udp_port\":1}") },
  { "invalid UTF-8", BYTES ("{\"user_name\":\"\xff\",\"udp_port\":1}") },
  { "a NUL in the name", BYTES ("{\"user_name\":\"a\0b\",\"udp_port\":1}") },
  { "an escaped NUL in the name", BYTES ("{\"user_name\":\"a\\u0000b\",\"udp_port\":1}") },
  { "a lone surrogate", BYTES ("{\"user_name\":\"\\ud83d\",\"udp_port\":1}") },
  { "too deep",
    BYTES ("{\"user_name\":\"a\",\"udp_port\":1,\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}") },
  { "a second object", BYTES ("{\"user_name\":\"a\",\"udp_port\":1}{}") },
};

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  ChatLegacyReply expected;
} replies[] = {
  { "created",
    BYTES ("{\"state\":2,\"status\":\"success\",\"token\":\"" TOKEN "\",\"user_name\":\"alice\","
           "\"message\":\"ルーム名：部屋が作成されました\"}"),
    { TRUE, (char *) TOKEN, (char *) "alice", (char *) "ルーム名：部屋が作成されました", NULL } },
  { "as the original writes it",
    BYTES ("{\"state\": 2, \"status\": \"success\", \"token\": \"" TOKEN
           "\", \"user_name\": \"a\", "
           "\"message\": \"\\u30eb\\u30fc\\u30e0\"}"),
    { TRUE, (char *) TOKEN, (char *) "a", (char *) "ルーム", NULL } },
  { "a list",
    BYTES ("{\"state\":2,\"status\":\"success\",\"message\":[\"b\",\"a\",\"部屋\"]}"),
    { TRUE, NULL, NULL, NULL, (char *[]){ (char *) "b", (char *) "a", (char *) "部屋", NULL } } },
  { "an empty list",
    BYTES ("{\"state\":2,\"status\":\"success\",\"message\":[]}"),
    { TRUE, NULL, NULL, NULL, (char *[]){ NULL } } },
  { "an error",
    BYTES ("{\"state\":1,\"status\":\"error\",\"message\":\"ルームが存在しません\"}"),
    { FALSE, NULL, NULL, (char *) "ルームが存在しません", NULL } },
  { "nothing but the status", BYTES ("{\"status\":\"error\"}"), { FALSE, NULL, NULL, NULL, NULL } },
  { "a status that nobody knows", BYTES ("{\"status\":\"\"}"), { FALSE, NULL, NULL, NULL, NULL } },
};

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
} bad_replies[] = {
  { "nothing", BYTES ("") },
  { "HTTP", BYTES ("HTTP/1.1 400 Bad Request\r\n\r\n") },
  { "no status", BYTES ("{\"state\":2}") },
  { "a status that is a number", BYTES ("{\"status\":2}") },
  { "a token that is a number", BYTES ("{\"status\":\"success\",\"token\":7}") },
  { "a token that is null", BYTES ("{\"status\":\"success\",\"token\":null}") },
  { "an empty token", BYTES ("{\"status\":\"success\",\"token\":\"\"}") },
  { "a name that is an array", BYTES ("{\"status\":\"success\",\"user_name\":[]}") },
  { "a message that is a number", BYTES ("{\"status\":\"success\",\"message\":1}") },
  { "a message that is an object", BYTES ("{\"status\":\"success\",\"message\":{}}") },
  { "a list with a number", BYTES ("{\"status\":\"success\",\"message\":[\"a\",1]}") },
  { "a list with a list", BYTES ("{\"status\":\"success\",\"message\":[[\"a\"]]}") },
  { "a list with null", BYTES ("{\"status\":\"success\",\"message\":[null]}") },
};

static const struct
{
  ChatError error;
  const char *text;
} texts[] = {
  { CHAT_ERROR_ROOM_EXISTS, "ルームが作成済みです" },
  { CHAT_ERROR_ROOM_MISSING, "ルームが存在しません" },
  { CHAT_ERROR_BAD_REQUEST, "不正な操作です" },
  { CHAT_ERROR_NAME_IN_USE, "その名前は使われています" },
  { CHAT_ERROR_BAD_USER_NAME, "名前が正しくありません" },
  { CHAT_ERROR_BAD_ROOM_NAME, "ルーム名が正しくありません" },
  { CHAT_ERROR_FULL, "満員です" },
  { CHAT_ERROR_TOO_FAST, "しばらく待ってください" },
  { CHAT_ERROR_TOO_LONG, "メッセージが長すぎます" },
};

static gboolean
parse_request (const void *bytes, gsize len, ChatLegacyRequest *request, GError **error)
{
  g_autofree guint8 *exact = copy_exactly (bytes, len);

  return chat_legacy_request_parse (exact, len, request, error);
}

static gboolean
parse_reply (const void *bytes, gsize len, ChatLegacyReply *reply, GError **error)
{
  g_autofree guint8 *exact = copy_exactly (bytes, len);

  return chat_legacy_reply_parse (exact, len, reply, error);
}

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);
  g_autofree char *text = g_strndup (data, len);

  g_assert_cmpstr (text, ==, expected);
  g_bytes_unref (bytes);
}

static void
test_request (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_auto (ChatLegacyRequest) request = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", requests[i].what);
      g_assert_true (parse_request (requests[i].bytes, requests[i].len, &request, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (request.user_name, ==, requests[i].user_name);
      g_assert_cmpuint (request.udp_port, ==, requests[i].udp_port);
    }
}

static void
test_request_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_requests); i++)
    {
      ChatLegacyRequest request = { (char *) "untouched", 7 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad_requests[i].what);
      g_assert_false (parse_request (bad_requests[i].bytes, bad_requests[i].len, &request, &error));
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
      g_assert_cmpstr (request.user_name, ==, "untouched");
      g_assert_cmpuint (request.udp_port, ==, 7);
    }
}

static void
test_request_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    for (gsize len = 0; len + 1 < requests[i].len; len++)
      {
        ChatLegacyRequest request = { 0 };

        g_assert_false (parse_request (requests[i].bytes, len, &request, NULL));
      }
}

static void
test_request_build (void)
{
  assert_bytes (chat_legacy_request_build ("alice", 35272),
                "{\"user_name\":\"alice\",\"udp_port\":35272}");
  assert_bytes (chat_legacy_request_build ("", 0), "{\"user_name\":\"\",\"udp_port\":0}");
  assert_bytes (chat_legacy_request_build ("太\"郎\\", 65535),
                "{\"user_name\":\"太\\\"郎\\\\\",\"udp_port\":65535}");
}

static void
assert_reply (const ChatLegacyReply *reply, const ChatLegacyReply *expected)
{
  g_assert_cmpint (reply->success, ==, expected->success);
  g_assert_cmpstr (reply->token, ==, expected->token);
  g_assert_cmpstr (reply->user_name, ==, expected->user_name);
  g_assert_cmpstr (reply->message, ==, expected->message);
  g_assert_cmpint (reply->rooms != NULL, ==, expected->rooms != NULL);
  if (reply->rooms != NULL)
    g_assert_cmpstrv (reply->rooms, expected->rooms);
}

static void
test_reply (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_auto (ChatLegacyReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", replies[i].what);
      g_assert_true (parse_reply (replies[i].bytes, replies[i].len, &reply, &error));
      g_assert_no_error (error);
      assert_reply (&reply, &replies[i].expected);
    }
}

static void
test_reply_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_replies); i++)
    {
      ChatLegacyReply reply = { .message = (char *) "untouched" };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad_replies[i].what);
      g_assert_false (parse_reply (bad_replies[i].bytes, bad_replies[i].len, &reply, &error));
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
      g_assert_cmpstr (reply.message, ==, "untouched");
    }
}

static void
test_reply_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    for (gsize len = 0; len < replies[i].len; len++)
      {
        ChatLegacyReply reply = { 0 };

        g_assert_false (parse_reply (replies[i].bytes, len, &reply, NULL));
      }
}

/* The token must fit behind one length byte. */
static void
test_reply_token_length (void)
{
  for (gsize len = 255; len <= 256; len++)
    {
      g_autofree char *token = g_strnfill (len, 't');
      g_autofree char *text = g_strdup_printf ("{\"status\":\"success\",\"token\":\"%s\"}", token);
      g_auto (ChatLegacyReply) reply = { 0 };

      g_assert_cmpint (parse_reply (text, strlen (text), &reply, NULL), ==, len == 255);
    }
}

static void
test_reply_build (void)
{
  static const char *const rooms[] = { "b", "部\"屋", NULL };
  static const char *const none[] = { NULL };

  assert_bytes (chat_legacy_reply_build_created ("部屋", "alice", TOKEN),
                "{\"state\":2,\"status\":\"success\",\"token\":\"" TOKEN
                "\",\"user_name\":\"alice\","
                "\"message\":\"ルーム名：部屋が作成されました\"}");
  assert_bytes (chat_legacy_reply_build_joined ("部屋", "太郎", TOKEN),
                "{\"state\":2,\"status\":\"success\",\"token\":\"" TOKEN
                "\",\"user_name\":\"太郎\","
                "\"message\":\"ルーム名：部屋に参加しました\"}");
  assert_bytes (chat_legacy_reply_build_list (rooms),
                "{\"state\":2,\"status\":\"success\",\"message\":[\"b\",\"部\\\"屋\"]}");
  assert_bytes (chat_legacy_reply_build_list (none),
                "{\"state\":2,\"status\":\"success\",\"message\":[]}");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *expected =
          g_strdup_printf ("{\"state\":1,\"status\":\"error\",\"message\":\"%s\"}", texts[i].text);

      assert_bytes (chat_legacy_reply_build_error (texts[i].error), expected);
    }
}

static void
test_texts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_cmpstr (chat_legacy_error_text (texts[i].error), ==, texts[i].text);
      g_assert_cmpint (chat_legacy_error_from_text (texts[i].text), ==, texts[i].error);
    }

  g_assert_cmpstr (chat_legacy_error_text (CHAT_ERROR_FAILED), ==, "不正な操作です");
  g_assert_cmpint (chat_legacy_error_from_text ("何か"), ==, CHAT_ERROR_REFUSED);
  g_assert_cmpint (chat_legacy_error_from_text (""), ==, CHAT_ERROR_REFUSED);
}

/* Not a critical among them: test_env makes those fatal. */
static void
test_random (void)
{
  static const char *const spice[] = { "{",
                                       "}",
                                       "{\"user_name\":",
                                       "\"udp_port\":",
                                       "{\"status\":",
                                       "\"message\":",
                                       "\"token\":",
                                       "\"success\"",
                                       ",",
                                       "[",
                                       "]",
                                       "\"",
                                       "1",
                                       "null",
                                       "\\ud83d",
                                       "\"a\"",
                                       "\"太郎\"",
                                       NULL };
  g_autoptr (GRand) rand = start_random ();

  for (int i = 0; i < RANDOM_ROUNDS; i++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 80, spice);
      g_auto (ChatLegacyRequest) request = { 0 };
      g_auto (ChatLegacyReply) reply = { 0 };

      parse_request (bytes->data, bytes->len, &request, NULL);
      parse_reply (bytes->data, bytes->len, &reply, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/legacy/request", test_request);
  g_test_add_func ("/legacy/request-bad", test_request_bad);
  g_test_add_func ("/legacy/request-truncated", test_request_truncated);
  g_test_add_func ("/legacy/request-build", test_request_build);
  g_test_add_func ("/legacy/reply", test_reply);
  g_test_add_func ("/legacy/reply-bad", test_reply_bad);
  g_test_add_func ("/legacy/reply-truncated", test_reply_truncated);
  g_test_add_func ("/legacy/reply-token-length", test_reply_token_length);
  g_test_add_func ("/legacy/reply-build", test_reply_build);
  g_test_add_func ("/legacy/texts", test_texts);
  g_test_add_func ("/legacy/random", test_random);

  return g_test_run ();
}
