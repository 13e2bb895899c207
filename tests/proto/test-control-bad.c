/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "control-vectors.h"

/* Every good payload, made wrong in one thing; and some by hand. */

static void
test_truncated (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    for (gsize len = 0; len < strlen (vector (i)); len++)
      g_assert_false (decodes (i, vector (i), len));
}

static void
test_behind_the_end (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    {
      g_autofree char *twice = g_strconcat (vector (i), vector (i), NULL);
      g_autofree char *spaced = g_strconcat (" \n", vector (i), "\t\r", NULL);

      g_assert_false (decodes (i, twice, strlen (twice)));
      g_assert_false (decodes (i, vector (i), strlen (vector (i)) + 1));
      g_assert_true (decodes (i, spaced, strlen (spaced)));
    }
}

/* One member of the outer object: "key":value */
typedef struct
{
  const char *start;
  const char *value;
  const char *end; /* its comma, or the bracket of the object */
} Member;

/* None of the vectors has a bracket or a comma in a string. */
static gboolean
next_member (const char *at, Member *member)
{
  guint depth = 0;

  if (*at == '\0' || *at == '}')
    return FALSE;

  member->start = at + 1;
  member->value = strchr (at, ':') + 1;
  for (member->end = member->value; depth > 0 || (*member->end != ',' && *member->end != '}');
       member->end++)
    {
      depth += *member->end == '[' || *member->end == '{';
      depth -= *member->end == ']' || *member->end == '}';
    }

  return TRUE;
}

static char *
splice (const char *text, const char *from, const char *to, const char *with)
{
  g_autofree char *head = g_strndup (text, (gsize) (from - text));

  return g_strconcat (head, with, to, NULL);
}

static gboolean
may_be_missing (gsize i, const Member *member)
{
  g_autofree char *key = g_strndup (member->start, (gsize) (member->value - member->start - 1));
  static const char *const of_all[] = { "\"retry_ms\"", "\"erased\"", "\"more\"" };

  for (gsize j = 0; j < G_N_ELEMENTS (of_all); j++)
    if (g_str_equal (key, of_all[j]))
      return TRUE;

  return strstr (optional_keys (i), key) != NULL;
}

static void
test_missing (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    {
      Member member;

      for (const char *at = vector (i); next_member (at, &member); at = member.end)
        {
          g_autofree char *without =
              *member.end == ',' ? splice (vector (i), member.start, member.end + 1, "")
              : *at == ','       ? splice (vector (i), at, member.end, "")
                                 : splice (vector (i), member.start, member.end, "");

          g_test_message ("%s", without);
          if (may_be_missing (i, &member))
            g_assert_true (decodes (i, without, strlen (without)));
          else
            g_assert_false (decodes (i, without, strlen (without)));
        }
    }
}

static void
test_duplicate (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    {
      Member member;

      for (const char *at = vector (i); next_member (at, &member); at = member.end)
        {
          g_autofree char *copy = g_strndup (member.start, (gsize) (member.end - member.start));
          g_autofree char *more = g_strconcat (",", copy, NULL);
          g_autofree char *twice = splice (vector (i), member.end, member.end, more);

          g_assert_false (decodes (i, twice, strlen (twice)));
        }
    }
}

static const char *const wrong_strings[] = { "null", "true", "0", "[]", "{}", "[\"a\"]", NULL };
static const char *const wrong_numbers[] = {
  "null", "true", "\"1\"", "1.0", "1e0", "-1", "9007199254740992", "999999999999999999",
  "[1]",  "{}",   NULL,
};
static const char *const wrong_booleans[] = { "null", "0", "1", "\"true\"", "[]", "{}", NULL };
static const char *const wrong_arrays[] = {
  "null", "{}", "\"a\"", "0", "[null]", "[[]]", "[{}]", "[0]", "[\"a\"]", NULL,
};

static const char *const *
wrong_values (const char *value)
{
  switch (*value)
    {
    case '"':
      return wrong_strings;
    case 't':
    case 'f':
      return wrong_booleans;
    case '[':
      return wrong_arrays;
    default:
      return wrong_numbers;
    }
}

static void
test_wrong_types (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    {
      Member member;

      for (const char *at = vector (i); next_member (at, &member); at = member.end)
        for (const char *const *wrong = wrong_values (member.value); *wrong != NULL; wrong++)
          {
            g_autofree char *text = splice (vector (i), member.value, member.end, *wrong);

            g_test_message ("%s", text);
            g_assert_false (decodes (i, text, strlen (text)));
          }
    }
}

static void
test_nested (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    for (guint depth = 1; depth < 20; depth++)
      {
        g_autofree char *open = g_strnfill (depth, '[');
        g_autofree char *close = g_strnfill (depth, ']');
        g_autofree char *text = g_strconcat ("{\"x\":", open, close, ",", vector (i) + 1, NULL);

        if (depth < 16)
          g_assert_true (decodes (i, text, strlen (text)));
        else
          g_assert_false (decodes (i, text, strlen (text)));
      }
}

static void
test_unknown_keys (void)
{
  for (gsize i = 0; i < N_VECTORS; i++)
    {
      g_autofree char *text =
          g_strconcat ("{\"x\":{\"id\":[1.5,null]},\"ID\":\"\",", vector (i) + 1, NULL);

      g_assert_true (decodes (i, text, strlen (text)));
    }
}

#define RESUME(uid, instance, attempt)                                                             \
  BYTES ("{\"id\":9,\"uid\":\"" uid "\",\"key\":\"" KEY "\",\"instance\":\"" instance              \
         "\",\"attempt\":" attempt "}")
#define X16 "xxxxxxxxxxxxxxxx"

static const struct
{
  const char *what;
  guint8 operation;
  const char *bytes;
  gsize len;
  guint32 id; /* as far as it can be read */
} bad_requests[] = {
  { "nothing", CHAT_OPERATION_PING, BYTES (""), 0 },
  { "no JSON", CHAT_OPERATION_PING, BYTES ("hello"), 0 },
  { "an array", CHAT_OPERATION_PING, BYTES ("[1]"), 0 },
  { "no id", CHAT_OPERATION_PING, BYTES ("{}"), 0 },
  { "id 0", CHAT_OPERATION_PING, BYTES ("{\"id\":0}"), 0 },
  { "id 2^31", CHAT_OPERATION_PING, BYTES ("{\"id\":2147483648}"), 0 },
  { "id 2^32 + 1", CHAT_OPERATION_PING, BYTES ("{\"id\":4294967297}"), 0 },
  { "operation 0", 0, BYTES ("{\"id\":1}"), 1 },
  { "LIST of protocol 1", CHAT_OPERATION_LIST, BYTES ("{\"id\":1}"), 1 },
  { "operation 15", 15, BYTES ("{\"id\":1}"), 1 },
  { "operation 33", 33, BYTES ("{\"id\":1}"), 1 },
  { "EVENT", CHAT_OPERATION_EVENT, BYTES ("{\"id\":1}"), 1 },
  { "DATA", CHAT_OPERATION_DATA, BYTES ("{\"id\":1}"), 1 },
  { "operation 48, 16 modulo 32", 48, BYTES ("{\"id\":1,\"protocol\":2,\"agent\":\"\"}"), 1 },
  { "operation 255", 255, BYTES ("{\"id\":1}"), 1 },
  { "a protocol over 32 bits", CHAT_OPERATION_HELLO,
    BYTES ("{\"id\":2,\"protocol\":4294967298,\"agent\":\"\"}"), 2 },
  { "an agent of 65 bytes", CHAT_OPERATION_HELLO,
    BYTES ("{\"id\":2,\"protocol\":2,\"agent\":\"" X16 X16 X16 X16 "x\"}"), 2 },
  { "an odd uid", CHAT_OPERATION_RESUME, RESUME (UID "0", INSTANCE, "0"), 9 },
  { "a long uid", CHAT_OPERATION_RESUME, RESUME (UID "00", INSTANCE, "0"), 9 },
  { "an empty uid", CHAT_OPERATION_RESUME, RESUME ("", INSTANCE, "0"), 9 },
  { "upper case", CHAT_OPERATION_RESUME, RESUME ("000102030405060708090A0B0C0D0E0F", INSTANCE, "0"),
    9 },
  { "no hex", CHAT_OPERATION_RESUME, RESUME (X16 X16, INSTANCE, "0"), 9 },
  { "a NUL in it", CHAT_OPERATION_RESUME, RESUME (UID "\\u0000", INSTANCE, "0"), 0 },
  { "instance 0", CHAT_OPERATION_RESUME, RESUME (UID, "0000000000000000", "0"), 9 },
  { "instance 2^62", CHAT_OPERATION_RESUME, RESUME (UID, "4000000000000000", "0"), 9 },
  { "a short instance", CHAT_OPERATION_RESUME, RESUME (UID, "1", "0"), 9 },
  { "attempt 2^53", CHAT_OPERATION_RESUME, RESUME (UID, INSTANCE, "9007199254740992"), 9 },
  { "a slow mode of more than an hour", CHAT_OPERATION_SET,
    BYTES ("{\"id\":9,\"room\":1,\"slow_s\":3601}"), 9 },
  { "a limit of more members than there can be", CHAT_OPERATION_SET,
    BYTES ("{\"id\":9,\"room\":1,\"member_limit\":10001}"), 9 },
  { "no word for an act", CHAT_OPERATION_ACT,
    BYTES ("{\"id\":9,\"room\":1,\"act\":\"Kick\",\"member\":2}"), 9 },
  { "attempt 2^64", CHAT_OPERATION_RESUME, RESUME (UID, INSTANCE, "18446744073709551616"), 0 },
};

static void
test_bad_requests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_requests); i++)
    {
      ChatControlRequest request;
      ChatControlRequest before;
      guint32 id = 77;

      memset (&request, 0xaa, sizeof request);
      memcpy (&before, &request, sizeof request);
      g_test_message ("%s", bad_requests[i].what);
      g_assert_false (decode_request (bad_requests[i].operation, bad_requests[i].bytes,
                                      bad_requests[i].len, &id, &request));
      g_assert_cmpuint (id, ==, bad_requests[i].id);
      g_assert_cmpmem (&request, sizeof request, &before, sizeof before);
    }
}

static const struct
{
  const char *what;
  Decode decode;
  const char *bytes;
  gsize len;
} bad_messages[] = {
  { "a code of nothing", decode_error, BYTES ("{\"id\":1,\"code\":\"\",\"message\":\"\"}") },
  { "a code in upper case", decode_error, BYTES ("{\"id\":1,\"code\":\"Busy\",\"message\":\"\"}") },
  { "a code of 33 bytes", decode_error,
    BYTES ("{\"id\":1,\"code\":\"" X16 X16 "x\",\"message\":\"\"}") },
  { "retry_ms over 32 bits", decode_error,
    BYTES ("{\"id\":1,\"code\":\"busy\",\"message\":\"\",\"retry_ms\":4294967296}") },
  { "a second room that is none", decode_rooms,
    BYTES ("{\"id\":3,\"rooms\":[{\"name\":\"a\",\"online\":0,\"off_record\":true,"
           "\"encrypted_only\":false},{\"name\":\"b\",\"online\":2}]}") },
  { "a member with the same key twice", decode_members,
    BYTES ("{\"id\":3,\"room\":1,\"members\":[{\"member\":1,\"member\":1,\"name\":\"a\"" FLAGS
           "]}") },
  { "no event", decode_event, BYTES ("{\"room\":1}") },
  { "a room for the members", decode_event,
    BYTES ("{\"event\":\"room\",\"room\":1,\"online\":2,\"members\":[],\"legacy\":4,"
           "\"host_away\":true}") },
  { "a count of them", decode_event, BYTES ("{\"event\":\"presence\",\"room\":1,\"members\":1}") },
};

static void
test_bad_messages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_messages); i++)
    {
      g_autofree guint8 *exact = copy_exactly (bad_messages[i].bytes, bad_messages[i].len);
      g_autoptr (GError) error = NULL;
      Message message;
      Message before;

      memset (&message, 0xaa, sizeof message);
      memcpy (&before, &message, sizeof message);
      g_test_message ("%s", bad_messages[i].what);
      g_assert_false (bad_messages[i].decode (exact, bad_messages[i].len, &message, &error));
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
      g_assert_cmpmem (&message, sizeof message, &before, sizeof before);
    }
}

static void
test_event_of_later (void)
{
  static const char text[] = "{\"event\":\"Topic\",\"room\":\"?\",\"members\":{}}";
  ChatControlEvent event;
  const ChatControlEvent nothing = { 0 };

  memset (&event, 0xaa, sizeof event);
  g_assert_true (chat_control_event_decode ((const guint8 *) text, strlen (text), &event, NULL));
  g_assert_cmpint (event.kind, ==, CHAT_CONTROL_EVENT_UNKNOWN);
  g_assert_cmpuint (event.room, ==, nothing.room);
  g_assert_null (event.members);
}

/* Nothing crashes, and what is taken can be said again. */
static void
test_random (void)
{
  static const char *const spice[] = {
    "{",        "}",    "[",       "]",           ",",         ":",        "\"id\"",    "1", "\"",
    "\"room\"", "true", "\"key\"", "\"members\"", "\"event\"", "\"left\"", "{\"id\":1", NULL
  };
  g_autoptr (GRand) rand = start_random ();

  for (guint round = 0; round < RANDOM_ROUNDS; round++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 60, spice);

      decodes (g_rand_int (rand) % N_VECTORS, (const char *) bytes->data, bytes->len);
    }
}

static const struct
{
  const char *path;
  void (*test) (void);
} tests[] = {
  { "/control-bad/truncated", test_truncated },
  { "/control-bad/behind-the-end", test_behind_the_end },
  { "/control-bad/missing", test_missing },
  { "/control-bad/duplicate", test_duplicate },
  { "/control-bad/wrong-types", test_wrong_types },
  { "/control-bad/nested", test_nested },
  { "/control-bad/unknown-keys", test_unknown_keys },
  { "/control-bad/bad-requests", test_bad_requests },
  { "/control-bad/bad-messages", test_bad_messages },
  { "/control-bad/event-of-later", test_event_of_later },
  { "/control-bad/random", test_random },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].path, tests[i].test);

  return g_test_run ();
}
