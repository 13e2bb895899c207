/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"

#include "chat-limits.h"

#include "test-bytes.h"

/* One good payload of each kind, in the very bytes that our code writes. */

#define UID "000102030405060708090a0b0c0d0e0f"
#define KEY UID "101112131415161718191a1b1c1d1e1f"
#define INSTANCE "3fffffffffffffff"
#define NUMBER_MAX "9007199254740991"

#define CREATE_HEAD                                                                                \
  "{\"id\":7,\"room\":\"部屋\",\"user\":\"花子\",\"host_key\":\"" KEY "\",\"key\":\"" KEY          \
  "\",\"instance\":\"" INSTANCE "\",\"attempt\":" NUMBER_MAX

#define SETTINGS                                                                                   \
  ",\"topic\":\"話題\",\"description\":\"\\u000a\",\"unlisted\":false,\"host_only\":true,"       \
  "\"member_limit\":10000,\"slow_s\":0"
#define SETTINGS_KEYS                                                                              \
  "\"topic\" \"description\" \"unlisted\" \"host_only\" \"member_limit\" \"slow_s\""

static const struct
{
  const char *what;
  guint8 operation;
  const char *bytes;
  gsize len;
} requests[] = {
  { "HELLO", CHAT_OPERATION_HELLO, BYTES ("{\"id\":1,\"protocol\":2,\"agent\":\"test 1\"}") },
  { "CREATE", CHAT_OPERATION_CONTROL_CREATE, BYTES (CREATE_HEAD "}") },
  { "CREATE, off the record", CHAT_OPERATION_CONTROL_CREATE,
    BYTES (CREATE_HEAD ",\"off_record\":true,\"encrypted_only\":true}") },
  { "CREATE, with settings", CHAT_OPERATION_CONTROL_CREATE,
    BYTES (CREATE_HEAD SETTINGS ",\"password\":\"開けゴマ\"}") },
  { "JOIN", CHAT_OPERATION_CONTROL_JOIN,
    BYTES ("{\"id\":2147483647,\"room\":\"r\",\"user\":\"\\\"\\\\\\u001b\",\"key\":\"" KEY
           "\",\"instance\":\"0000000000000001\",\"attempt\":0}") },
  { "JOIN, with all that opens rooms", CHAT_OPERATION_CONTROL_JOIN,
    BYTES ("{\"id\":3,\"room\":\"r\",\"user\":\"u\",\"host_key\":\"" KEY "\",\"key\":\"" KEY
           "\",\"instance\":\"0000000000000001\",\"attempt\":0,\"password\":\"\"}") },
  { "RESUME", CHAT_OPERATION_RESUME,
    BYTES ("{\"id\":3,\"uid\":\"" UID "\",\"key\":\"" KEY "\",\"instance\":\"" INSTANCE
           "\",\"attempt\":1700000000123}") },
  { "LEAVE", CHAT_OPERATION_LEAVE, BYTES ("{\"id\":4,\"uid\":\"" UID "\",\"key\":\"" KEY "\"}") },
  { "LEAVE, and hand the room over", CHAT_OPERATION_LEAVE,
    BYTES ("{\"id\":4,\"uid\":\"" UID "\",\"key\":\"" KEY "\",\"then\":\"hand\",\"member\":2}") },
  { "LIST", CHAT_OPERATION_CONTROL_LIST, BYTES ("{\"id\":5}") },
  { "MEMBERS", CHAT_OPERATION_MEMBERS, BYTES ("{\"id\":6,\"room\":1,\"after\":0}") },
  { "ERASE", CHAT_OPERATION_ERASE, BYTES ("{\"id\":6,\"room\":" NUMBER_MAX ",\"member\":2}") },
  { "PING", CHAT_OPERATION_PING, BYTES ("{\"id\":6}") },
  { "SET", CHAT_OPERATION_SET,
    BYTES ("{\"id\":6,\"room\":1,\"encrypted_only\":false" SETTINGS ",\"password\":\"\"}") },
  { "SET, nothing", CHAT_OPERATION_SET, BYTES ("{\"id\":6,\"room\":1}") },
  { "ACT", CHAT_OPERATION_ACT,
    BYTES ("{\"id\":6,\"room\":1,\"act\":\"ban\",\"member\":2,\"seconds\":" NUMBER_MAX
           ",\"reason\":\"\"}") },
  { "BANS", CHAT_OPERATION_BANS, BYTES ("{\"id\":6,\"room\":1,\"unban\":2}") },
  { "HELLO, for files", CHAT_OPERATION_HELLO,
    BYTES ("{\"id\":1,\"protocol\":2,\"agent\":\"test 1\",\"purpose\":\"files\"}") },
  { "PUT", CHAT_OPERATION_PUT,
    BYTES ("{\"id\":6,\"uid\":\"" UID "\",\"key\":\"" KEY "\",\"sha256\":\"" KEY
           "\",\"size\":" NUMBER_MAX ",\"drop\":true}") },
  { "GET", CHAT_OPERATION_GET,
    BYTES ("{\"id\":6,\"uid\":\"" UID "\",\"key\":\"" KEY "\",\"sha256\":\"" KEY
           "\",\"offset\":" NUMBER_MAX "}") },
  { "CLOSE", CHAT_OPERATION_CLOSE,
    BYTES ("{\"id\":6,\"room\":1,\"grace_s\":86400,\"undo\":true,\"reason\":\"r\"}") },
  { "AWAY", CHAT_OPERATION_AWAY, BYTES ("{\"id\":6,\"away\":true}") },
  { "PRIVATE", CHAT_OPERATION_PRIVATE, BYTES ("{\"id\":6,\"room\":1,\"member\":2}") },
};

/* The one frame that @bytes are, without its header. */
static inline void
assert_frame (GByteArray *bytes, guint8 operation, guint8 state, ChatTcpFrame *frame)
{
  gsize used;

  g_assert_cmpint (
      chat_tcp_frame_decode (bytes->data, bytes->len, CHAT_CONTROL_REPLY_MAX, frame, &used, NULL),
      ==, CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, bytes->len);
  g_assert_cmpuint (frame->room_name_len, ==, 0);
  g_assert_cmpuint (frame->operation, ==, operation);
  g_assert_cmpuint (frame->state, ==, state);
}

static inline gboolean
decode_request (
    guint8 operation, const void *bytes, gsize len, guint32 *id, ChatControlRequest *request)
{
  g_autofree guint8 *exact = copy_exactly (bytes, len);
  g_autoptr (GError) error = NULL;
  gboolean ok = chat_control_request_decode (operation, exact, len, id, request, &error);

  if (ok)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
  return ok;
}

/* --- replies and events ----------------------------------------------------------------------- */

/* One pair of functions for all structs; their sizes differ. */
typedef union
{
  ChatControlWelcome welcome;
  ChatControlEntered entered;
  ChatControlRooms rooms;
  ChatControlMembers members;
  ChatControlBans bans;
  ChatControlOpened opened;
  ChatControlDone done;
  ChatControlFile file;
  ChatControlError error;
  ChatControlEvent event;
} Message;

typedef gboolean (*Decode) (const guint8 *payload, gsize len, Message *message, GError **error);
typedef void (*Clear) (Message *message);
typedef void (*Append) (guint8 operation, const Message *message, GByteArray *out);

#define FUNCTIONS(name)                                                                            \
  static inline gboolean decode_##name (const guint8 *payload, gsize len, Message *message,        \
                                        GError **error)                                            \
  {                                                                                                \
    return chat_control_##name##_decode (payload, len, &message->name, error);                     \
  }                                                                                                \
  static inline void clear_##name (Message *message)                                               \
  {                                                                                                \
    chat_control_##name##_clear (&message->name);                                                  \
  }                                                                                                \
  static inline void append_##name (guint8 operation, const Message *message, GByteArray *out)     \
  {                                                                                                \
    chat_control_##name##_append (operation, &message->name, out);                                 \
  }

#define chat_control_done_clear(done)
#define chat_control_opened_clear(opened)
#define chat_control_file_clear(file)
static inline void
append_event_frame (guint8 operation, const ChatControlEvent *event, GByteArray *out)
{
  g_assert_cmpuint (operation, ==, CHAT_OPERATION_EVENT);
  chat_control_event_append (event, out);
}
#define chat_control_event_append append_event_frame

FUNCTIONS (welcome)
FUNCTIONS (entered)
FUNCTIONS (rooms)
FUNCTIONS (members)
FUNCTIONS (bans)
FUNCTIONS (opened)
FUNCTIONS (done)
FUNCTIONS (file)
FUNCTIONS (error)
FUNCTIONS (event)

#define ALL(name) decode_##name, clear_##name, append_##name
#define SECRET KEY
#define FLAGS ",\"host\":true,\"online\":false,\"legacy\":true,\"left\":false}"

static const struct
{
  const char *what;
  Decode decode;
  Clear clear;
  Append append;
  guint8 operation;
  guint8 state;
  const char *bytes;
  gsize len;
} messages[] = {
  { "HELLO", ALL (welcome), CHAT_OPERATION_HELLO, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":1,\"protocol\":2,\"agent\":\"chatd 1\",\"generation\":\"00000000000000ff\","
           "\"session\":4294967295,\"secret\":\"" SECRET
           "\",\"message_max\":16384,\"time_us\":1700000000123456}") },
  { "HELLO, for files", ALL (welcome), CHAT_OPERATION_HELLO, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":1,\"protocol\":2,\"agent\":\"chatd 1\",\"generation\":\"00000000000000ff\","
           "\"message_max\":16384,\"time_us\":1700000000123456,\"file_max\":104857600}") },
  { "PUT, some", ALL (file), CHAT_OPERATION_PUT, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"offset\":" NUMBER_MAX ",\"stored\":true}") },
  { "GET, reply", ALL (file), CHAT_OPERATION_GET, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"size\":" NUMBER_MAX "}") },
  { "JOIN", ALL (entered), CHAT_OPERATION_CONTROL_JOIN, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":2,\"room\":1,\"uid\":\"" UID
           "\",\"name\":\"部屋\",\"member\":3,\"user\":\"花子\",\"host\":false,\"head\":" NUMBER_MAX
           ",\"floor\":" NUMBER_MAX ",\"last_cseq\":" NUMBER_MAX
           ",\"off_record\":false,\"encrypted_only\":true}") },
  { "RESUME, of a room with settings", ALL (entered), CHAT_OPERATION_RESUME, CHAT_STATE_SUCCESS,
    BYTES (
        "{\"id\":2,\"room\":1,\"uid\":\"" UID
        "\",\"name\":\"部屋\",\"member\":3,\"user\":\"花子\",\"host\":false,\"head\":1,\"floor\":0,"
        "\"last_cseq\":0,\"off_record\":false,\"encrypted_only\":true,\"cohost\":true,"
        "\"topic\":\"話題\",\"description\":\"d\",\"password\":true,\"unlisted\":true,"
        "\"host_only\":true,\"member_limit\":12,\"slow_s\":3600,\"closes_us\":1700000000123456}") },
  { "RESUME, with private rooms", ALL (entered), CHAT_OPERATION_RESUME, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":2,\"room\":1,\"uid\":\"" UID
           "\",\"name\":\"a\",\"member\":3,\"user\":\"b\",\"host\":false,\"head\":1,\"floor\":0,"
           "\"last_cseq\":0,\"off_record\":false,\"encrypted_only\":true,\"away\":true,\"seen\":9,"
           "\"privates\":[{\"uid\":\"" UID "\",\"member\":4,\"name\":\"花子\"}],\"parent\":\"" UID
           "\"}") },
  { "PRIVATE", ALL (opened), CHAT_OPERATION_PRIVATE, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":2,\"uid\":\"" UID "\"}") },
  { "LIST, empty", ALL (rooms), CHAT_OPERATION_CONTROL_LIST, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"rooms\":[],\"more\":false}") },
  { "LIST", ALL (rooms), CHAT_OPERATION_CONTROL_LIST, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"rooms\":["
           "{\"name\":\"a\",\"online\":0,\"off_record\":true,\"encrypted_only\":false},"
           "{\"name\":\"b\",\"online\":2,\"off_record\":false,\"encrypted_only\":true}"
           "],\"more\":true}") },
  { "LIST, of a room with settings", ALL (rooms), CHAT_OPERATION_CONTROL_LIST, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"rooms\":["
           "{\"name\":\"a\",\"online\":0,\"off_record\":true,\"encrypted_only\":false,"
           "\"topic\":\"話題\",\"password\":true}],\"more\":false}") },
  { "MEMBERS, with powers", ALL (members), CHAT_OPERATION_MEMBERS, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"room\":9,\"members\":[{\"member\":1,\"name\":\"a\",\"host\":false,"
           "\"online\":true,\"legacy\":false,\"left\":false,\"cohost\":true,\"muted\":true,"
           "\"allowed\":true,\"hand\":true,\"away\":true}],\"more\":false}") },
  { "BANS, two", ALL (bans), CHAT_OPERATION_BANS, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"room\":9,\"bans\":["
           "{\"ban\":1,\"member\":2,\"name\":\"a\",\"by\":3,\"at_us\":4},"
           "{\"ban\":2,\"member\":2,\"name\":\"a\",\"by\":3,\"at_us\":4,\"until_us\":5,"
           "\"reason\":\"理由\"}],\"more\":false}") },
  { "MEMBERS", ALL (members), CHAT_OPERATION_MEMBERS, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":3,\"room\":9,\"members\":["
           "{\"member\":1,\"name\":\"a\"" FLAGS ",{\"member\":2,\"name\":\"b\"" FLAGS
           "],\"more\":false}") },
  { "LEAVE, PING", ALL (done), CHAT_OPERATION_LEAVE, CHAT_STATE_SUCCESS, BYTES ("{\"id\":4}") },
  { "ERASE", ALL (done), CHAT_OPERATION_ERASE, CHAT_STATE_SUCCESS,
    BYTES ("{\"id\":4,\"erased\":0}") },
  { "an error", ALL (error), CHAT_OPERATION_RESUME, CHAT_STATE_ERROR,
    BYTES ("{\"id\":0,\"code\":\"bad-request\",\"message\":\"No JSON\"}") },
  { "an error to wait for", ALL (error), CHAT_OPERATION_RESUME, CHAT_STATE_ERROR,
    BYTES ("{\"id\":5,\"code\":\"too-fast\",\"message\":\"\",\"retry_ms\":4294967295}") },
  { "presence", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"presence\",\"room\":1,\"members\":[{\"member\":1,\"name\":\"a\"" FLAGS
           "]}") },
  { "room", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"room\",\"room\":1,\"online\":2,\"members\":3,\"legacy\":4,\"host_away\":"
           "true}") },
  { "room that is to be closed", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"room\",\"room\":1,\"online\":2,\"members\":3,\"legacy\":4,\"host_away\":"
           "true,\"closes_us\":1700000000123456}") },
  { "left, by a host's will", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"left\",\"room\":1,\"kicked\":true,\"banned\":true,\"reason\":\"理由\"}") },
  { "replaced", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"replaced\",\"room\":1}") },
  { "left", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"left\",\"room\":1}") },
  { "closed", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"closed\",\"room\":1}") },
  { "seen", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"seen\",\"room\":1,\"id\":" NUMBER_MAX "}") },
  { "private", ALL (event), CHAT_OPERATION_EVENT, CHAT_STATE_EVENT,
    BYTES ("{\"event\":\"private\",\"room\":1,\"uid\":\"" UID
           "\",\"member\":2,\"name\":\"花子\"}") },
};

static inline gboolean
decode_message (gsize i, const void *bytes, gsize len, Message *message)
{
  g_autofree guint8 *exact = copy_exactly (bytes, len);
  g_autoptr (GError) error = NULL;
  gboolean ok = messages[i].decode (exact, len, message, &error);

  if (ok)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
  return ok;
}

/* Both tables as one: requests, then messages. */
#define N_REQUESTS G_N_ELEMENTS (requests)
#define N_VECTORS (N_REQUESTS + G_N_ELEMENTS (messages))

static inline const char *
vector (gsize i)
{
  return i < N_REQUESTS ? requests[i].bytes : messages[i - N_REQUESTS].bytes;
}

/* Keys that may be missing, each in quotes; of all: see test-control-bad.c */
static const struct
{
  const char *what;
  const char *keys;
} optional[] = {
  { "HELLO, for files", "\"purpose\" \"file_max\"" },
  { "PUT", "\"drop\"" },
  { "PUT, some", "\"offset\" \"stored\"" },
  { "GET, reply", "\"size\"" },
  { "CREATE, off the record", "\"off_record\" \"encrypted_only\"" },
  { "CREATE, with settings", SETTINGS_KEYS " \"password\"" },
  { "JOIN, with all that opens rooms", "\"host_key\" \"password\"" },
  { "LEAVE, and hand the room over", "\"then\" \"member\"" },
  { "SET", SETTINGS_KEYS " \"encrypted_only\" \"password\"" },
  { "ACT", "\"member\" \"seconds\" \"reason\"" },
  { "BANS", "\"unban\"" },
  { "CLOSE", "\"grace_s\" \"undo\" \"reason\"" },
  { "RESUME, of a room with settings", SETTINGS_KEYS " \"cohost\" \"password\" \"closes_us\"" },
  { "RESUME, with private rooms", "\"away\" \"seen\" \"privates\" \"parent\"" },
  { "room that is to be closed", "\"closes_us\"" },
  { "left, by a host's will", "\"kicked\" \"banned\" \"reason\"" },
};

static inline const char *
optional_keys (gsize i)
{
  const char *what = i < N_REQUESTS ? requests[i].what : messages[i - N_REQUESTS].what;

  for (gsize j = 0; j < G_N_ELEMENTS (optional); j++)
    if (g_str_equal (optional[j].what, what))
      return optional[j].keys;

  return "";
}

static inline gboolean
decodes (gsize i, const char *bytes, gsize len)
{
  Message message;
  guint32 id;
  gboolean ok;

  if (i < N_REQUESTS)
    {
      g_auto (ChatControlRequest) request = { 0 };
      return decode_request (requests[i].operation, bytes, len, &id, &request);
    }

  ok = decode_message (i - N_REQUESTS, bytes, len, &message);
  if (ok)
    messages[i - N_REQUESTS].clear (&message);
  return ok;
}
