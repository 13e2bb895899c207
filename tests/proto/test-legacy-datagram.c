/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy.h"

#include "chat-limits.h"
#include "test-bytes.h"

#define ZWSP "\xe2\x80\x8b"
#define TOKEN "6f1c4a52-0d3b-4c77-9e0a-2f8b1d5c9a31"
#define CLOSED "[システム]: ホストが退出したため、ルーム:部屋が閉じられました"

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  const char *room_name;
  gsize room_name_len;
  const char *token;
  gsize token_len;
  const char *text;
  gsize text_len;
} uploads[] = {
  { "a message", BYTES ("\x06\x24部屋" TOKEN "こんにちは"), BYTES ("部屋"), BYTES (TOKEN),
    BYTES ("こんにちは") },
  { "no text", BYTES ("\x01\x02rtt"), BYTES ("r"), BYTES ("tt"), BYTES ("") },
  { "nothing but lengths", BYTES ("\x00\x00"), BYTES (""), BYTES (""), BYTES ("") },
  { "no room", BYTES ("\x00\x01tx"), BYTES (""), BYTES ("t"), BYTES ("x") },
  { "no token", BYTES ("\x01\x00rx"), BYTES ("r"), BYTES (""), BYTES ("x") },
  { "bytes that are no text", BYTES ("\x01\x01\x00\xff\xfe\x00"), BYTES ("\0"), BYTES ("\xff"),
    BYTES ("\xfe\0") },
};

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
} bad_uploads[] = {
  { "nothing", BYTES ("") },
  { "one byte", BYTES ("\x00") },
  { "a room that is not there", BYTES ("\x01\x00") },
  { "a token that is not there", BYTES ("\x00\x01") },
  { "lengths that add up to one too many", BYTES ("\x01\x02rt") },
  { "the largest lengths", BYTES ("\xff\xff room and token") },
};

static const struct
{
  const char *what;
  const char *text;
  gsize len;
  gboolean expected;
} quits[] = {
  { "plain", BYTES ("/quit"), TRUE },
  { "upper case", BYTES ("/QUIT"), TRUE },
  { "mixed case", BYTES ("/qUiT"), TRUE },
  { "nothing", BYTES (""), FALSE },
  { "cut", BYTES ("/qui"), FALSE },
  { "no slash", BYTES ("quit"), FALSE },
  { "a newline behind", BYTES ("/quit\n"), FALSE },
  { "a space before", BYTES (" /quit"), FALSE },
  { "a NUL behind", BYTES ("/quit\0"), FALSE },
  { "another word", BYTES ("/quite"), FALSE },
  { "full width", BYTES ("／ｑｕｉｔ"), FALSE },
  { "a Turkish I", BYTES ("/QUİT"), FALSE },
};

/* One datagram each. */
static const struct
{
  const char *what;
  const char *name;
  const char *text;
  const char *expected;
} relays[] = {
  { "plain", "alice", "hello", "[alice]: hello" },
  { "Japanese", "太郎", "こんにちは", "[太郎]: こんにちは" },
  { "no text", "太郎", "", "[太郎]: " },
  { "lines", "a", "one\ntwo", "[a]: one\ntwo" },
  { "the first phrase", "a", "ホストが退出したため", "[a]: ホスト" ZWSP "が退出したため" },
  { "twice", "a", "xホストが退出したためホストが退出したためy",
    "[a]: xホスト" ZWSP "が退出したためホスト" ZWSP "が退出したためy" },
  { "the first phrase as a name", "ホストが退出したため", "x",
    "[ホスト" ZWSP "が退出したため]: x" },
  { "almost the first phrase", "a", "ホストが退出したた", "[a]: ホストが退出したた" },
  { "the phrase across the prefix", "ホストが", "退出したため", "[ホストが]: 退出したため" },
  { "the second phrase alone", "a", "ルームが閉じられました", "[a]: ルームが閉じられました" },
  { "the server's name alone", "a", "[システム]", "[a]: [システム]" },
  { "both", "a", "[システム]: ルームが閉じられました",
    "[a]: [システム]: ルーム" ZWSP "が閉じられました" },
  { "both, the other way round", "a", "ルームが閉じられました [システム]",
    "[a]: ルーム" ZWSP "が閉じられました [システム]" },
  { "one in the name", "ルームが閉じられました", "[システム]",
    "[ルーム" ZWSP "が閉じられました]: [システム]" },
  { "the server's name as a name", "システム", "ルームが閉じられました",
    "[システム]: ルーム" ZWSP "が閉じられました" },
  { "all of them", "a", "[システム]: ホストが退出したため、ルームが閉じられました",
    "[a]: [システム]: ホスト" ZWSP "が退出したため、ルーム" ZWSP "が閉じられました" },
  { "a phrase broken already", "a", "ホスト" ZWSP "が退出したため",
    "[a]: ホスト" ZWSP "が退出したため" },
};

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  ChatLegacyEventType type;
  const char *sender;
  const char *text;
  ChatError error;
} events[] = {
  { "a message", BYTES ("[alice]: hello"), CHAT_LEGACY_EVENT_MESSAGE, "alice", "hello",
    CHAT_ERROR_REFUSED },
  { "without text", BYTES ("[a]: "), CHAT_LEGACY_EVENT_MESSAGE, "a", "", CHAT_ERROR_REFUSED },
  { "with a prefix inside", BYTES ("[a]: [b]: c"), CHAT_LEGACY_EVENT_MESSAGE, "a", "[b]: c",
    CHAT_ERROR_REFUSED },
  { "a name with a bracket (original server)", BYTES ("[a[1]]: x"), CHAT_LEGACY_EVENT_MESSAGE,
    "a[1]", "x", CHAT_ERROR_REFUSED },
  { "a phrase that chatd broke", BYTES ("[a]: ホスト" ZWSP "が退出したため"),
    CHAT_LEGACY_EVENT_MESSAGE, "a", "ホストが退出したため", CHAT_ERROR_REFUSED },
  { "a message that speaks of a closing", BYTES ("[a]: " CLOSED), CHAT_LEGACY_EVENT_MESSAGE, "a",
    CLOSED, CHAT_ERROR_REFUSED },
  { "somebody of the department", BYTES ("[システム部]: x"), CHAT_LEGACY_EVENT_MESSAGE,
    "システム部", "x", CHAT_ERROR_REFUSED },
  { "left", BYTES ("[システム]: 太郎が退出しました"), CHAT_LEGACY_EVENT_LEFT, "太郎",
    "太郎が退出しました", CHAT_ERROR_REFUSED },
  { "left, with a phrase for a name",
    BYTES ("[システム]: ホスト" ZWSP "が退出したためが退出しました"), CHAT_LEGACY_EVENT_LEFT,
    "ホストが退出したため", "ホストが退出したためが退出しました", CHAT_ERROR_REFUSED },
  { "the same, from the original server", BYTES ("[システム]: ホストが退出したためが退出しました"),
    CHAT_LEGACY_EVENT_LEFT, "ホストが退出したため", "ホストが退出したためが退出しました",
    CHAT_ERROR_REFUSED },
  { "left, with a colon for a name", BYTES ("[システム]: :が退出しました"), CHAT_LEGACY_EVENT_LEFT,
    ":", ":が退出しました", CHAT_ERROR_REFUSED },
  { "nobody left", BYTES ("[システム]: が退出しました"), CHAT_LEGACY_EVENT_NOTICE, NULL,
    "が退出しました", CHAT_ERROR_REFUSED },
  { "closed, by chatd", BYTES (CLOSED "（ルームが閉じられました）"), CHAT_LEGACY_EVENT_CLOSED, NULL,
    "ホストが退出したため、ルーム:部屋が閉じられました（ルームが閉じられました）",
    CHAT_ERROR_REFUSED },
  { "closed, by the original server", BYTES (CLOSED), CHAT_LEGACY_EVENT_CLOSED, NULL,
    "ホストが退出したため、ルーム:部屋が閉じられました", CHAT_ERROR_REFUSED },
  { "closed, in the words of the older one", BYTES ("[システム]: ルームが閉じられました"),
    CHAT_LEGACY_EVENT_CLOSED, NULL, "ルームが閉じられました", CHAT_ERROR_REFUSED },
  { "too fast", BYTES ("[システム]: しばらく待ってください"), CHAT_LEGACY_EVENT_ERROR, NULL,
    "しばらく待ってください", CHAT_ERROR_TOO_FAST },
  { "too long", BYTES ("[システム]: メッセージが長すぎます"), CHAT_LEGACY_EVENT_ERROR, NULL,
    "メッセージが長すぎます", CHAT_ERROR_TOO_LONG },
  { "other words of the server", BYTES ("[システム]: 部屋へようこそ"), CHAT_LEGACY_EVENT_NOTICE,
    NULL, "部屋へようこそ", CHAT_ERROR_REFUSED },
  { "the server without a word", BYTES ("[システム]"), CHAT_LEGACY_EVENT_NOTICE, NULL, "",
    CHAT_ERROR_REFUSED },
  { "no prefix", BYTES ("hello"), CHAT_LEGACY_EVENT_NOTICE, NULL, "hello", CHAT_ERROR_REFUSED },
  { "half a prefix", BYTES ("[alice hello"), CHAT_LEGACY_EVENT_NOTICE, NULL, "[alice hello",
    CHAT_ERROR_REFUSED },
  { "no name", BYTES ("[]: x"), CHAT_LEGACY_EVENT_NOTICE, NULL, "[]: x", CHAT_ERROR_REFUSED },
  { "a bracket", BYTES ("["), CHAT_LEGACY_EVENT_NOTICE, NULL, "[", CHAT_ERROR_REFUSED },
  { "nothing", BYTES (""), CHAT_LEGACY_EVENT_NOTICE, NULL, "", CHAT_ERROR_REFUSED },
  { "a byte that is no text", BYTES ("[a]: x\xffy"), CHAT_LEGACY_EVENT_MESSAGE, "a", "x\ufffdy",
    CHAT_ERROR_REFUSED },
  { "a cut character", BYTES ("[a]: x\xe9\x83"), CHAT_LEGACY_EVENT_MESSAGE, "a", "x\ufffd\ufffd",
    CHAT_ERROR_REFUSED },
  { "a NUL", BYTES ("[a]: x\0y"), CHAT_LEGACY_EVENT_MESSAGE, "a", "x\ufffdy", CHAT_ERROR_REFUSED },
};

static void
collect (const guint8 *bytes, gsize len, gpointer data)
{
  GPtrArray *datagrams = data;

  g_assert_cmpuint (len, <=, CHAT_LEGACY_DATAGRAM_MAX);
  g_assert_true (g_utf8_validate_len ((const char *) bytes, len, NULL));
  g_ptr_array_add (datagrams, g_strndup ((const char *) bytes, len));
}

/* Returns: (transfer full): the datagrams as strings */
static GPtrArray *
relay (const char *name, const char *text)
{
  GPtrArray *datagrams = g_ptr_array_new_with_free_func (g_free);
  gsize len = strlen (text);
  g_autofree guint8 *exact = copy_exactly (text, len);

  chat_legacy_relay (name, (const char *) exact, len, collect, datagrams);
  return datagrams;
}

static void
test_upload (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (uploads); i++)
    {
      g_autofree guint8 *exact = copy_exactly (uploads[i].bytes, uploads[i].len);
      g_autoptr (GByteArray) again = g_byte_array_new ();
      ChatLegacyDatagram datagram;

      g_test_message ("%s", uploads[i].what);
      g_assert_true (chat_legacy_datagram_parse (exact, uploads[i].len, &datagram));
      g_assert_cmpmem (datagram.room_name, datagram.room_name_len, uploads[i].room_name,
                       uploads[i].room_name_len);
      g_assert_cmpmem (datagram.token, datagram.token_len, uploads[i].token, uploads[i].token_len);
      g_assert_cmpmem (datagram.text, datagram.text_len, uploads[i].text, uploads[i].text_len);

      chat_legacy_datagram_append (&datagram, again);
      g_assert_cmpmem (again->data, again->len, uploads[i].bytes, uploads[i].len);
    }
}

static void
test_upload_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_uploads); i++)
    {
      g_autofree guint8 *exact = copy_exactly (bad_uploads[i].bytes, bad_uploads[i].len);
      ChatLegacyDatagram datagram = { .text_len = 12345 };

      g_test_message ("%s", bad_uploads[i].what);
      g_assert_false (chat_legacy_datagram_parse (exact, bad_uploads[i].len, &datagram));
      g_assert_cmpuint (datagram.text_len, ==, 12345);
    }
}

/* Text may be cut anywhere, but what the lengths promise must be there. */
static void
test_upload_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (uploads); i++)
    for (gsize len = 0; len < uploads[i].len; len++)
      {
        g_autofree guint8 *exact = copy_exactly (uploads[i].bytes, len);
        gsize head_len = 2 + uploads[i].room_name_len + uploads[i].token_len;
        ChatLegacyDatagram datagram;

        g_assert_cmpint (chat_legacy_datagram_parse (exact, len, &datagram), ==, len >= head_len);
      }
}

static void
test_quit (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quits); i++)
    {
      g_autofree char *exact = (char *) copy_exactly (quits[i].text, quits[i].len);

      g_test_message ("%s", quits[i].what);
      g_assert_cmpint (chat_legacy_is_quit (exact, quits[i].len), ==, quits[i].expected);
    }
}

static void
test_relay (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (relays); i++)
    {
      g_autoptr (GPtrArray) datagrams = relay (relays[i].name, relays[i].text);

      g_test_message ("%s", relays[i].what);
      g_assert_cmpuint (datagrams->len, ==, 1);
      g_assert_cmpstr (g_ptr_array_index (datagrams, 0), ==, relays[i].expected);
    }
}

/* @name's prefix, @unit as often as it takes to get to @text_len bytes, then @tail. */
static void
check_split (const char *name, const char *unit, gsize text_len, const gsize *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *prefix = g_strdup_printf ("[%s]: ", name);
  g_autoptr (GString) joined = g_string_new (NULL);
  g_autoptr (GPtrArray) datagrams = NULL;

  while (text->len < text_len)
    g_string_append (text, unit);
  g_assert_cmpuint (text->len, ==, text_len);

  datagrams = relay (name, text->str);
  for (guint i = 0; i < datagrams->len; i++)
    {
      const char *datagram = g_ptr_array_index (datagrams, i);

      g_assert_true (g_str_has_prefix (datagram, prefix));
      g_assert_cmpuint (strlen (datagram), ==, expected[i]);
      g_string_append (joined, datagram + strlen (prefix));
    }
  g_assert_cmpuint (expected[datagrams->len], ==, 0);
  g_assert_cmpstr (joined->str, ==, text->str);
}

/* "[a]: " has 5 bytes, so 4,019 are left for the text. */
static void
test_split (void)
{
  check_split ("a", "x", 4019, (const gsize[]){ 4024, 0 });
  check_split ("a", "x", 4020, (const gsize[]){ 4024, 6, 0 });
  /* 1,339 times three bytes are 4,017: two bytes of the next one would have had room */
  check_split ("a", "あ", 4017, (const gsize[]){ 4022, 0 });
  check_split ("a", "あ", 4020, (const gsize[]){ 4022, 8, 0 });
  /* 1,004 times four are 4,016; three were left over */
  check_split ("a", "🎉", 4020, (const gsize[]){ 4021, 9, 0 });
  check_split ("ab", "あ", 4020, (const gsize[]){ 4023, 9, 0 });
  check_split ("abc", "あ", 4020, (const gsize[]){ 4024, 10, 0 });
  check_split ("a", "é", 10000, (const gsize[]){ 4023, 4023, 1969, 0 });
}

static void
test_split_longest_name (void)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (int i = 0; i < CHAT_USER_NAME_MAX_CHARS; i++)
    g_string_append (name, "🎉");

  check_split (name->str, "あ", 3999, (const gsize[]){ 4023, 240, 0 });
}

/* Wherever the cut falls, no datagram has a phrase in it. */
static void
test_split_phrase (void)
{
  for (gsize before = 3900; before < 4030; before++)
    {
      g_autofree char *padding = g_strnfill (before, 'x');
      g_autofree char *text =
          g_strconcat (padding, "[システム]ホストが退出したため、ルームが閉じられました", NULL);
      g_autoptr (GPtrArray) datagrams = relay ("a", text);

      for (guint i = 0; i < datagrams->len; i++)
        {
          const char *datagram = g_ptr_array_index (datagrams, i);

          g_assert_null (strstr (datagram, "ホストが退出したため"));
          g_assert_null (strstr (datagram, "ルームが閉じられました"));
        }
    }
}

static void
assert_notice (GBytes *notice, const char *expected)
{
  g_assert_cmpmem (g_bytes_get_data (notice, NULL), g_bytes_get_size (notice), expected,
                   strlen (expected));
  g_bytes_unref (notice);
}

static void
test_notices (void)
{
  assert_notice (chat_legacy_notice_left ("太郎"), "[システム]: 太郎が退出しました");
  assert_notice (chat_legacy_notice_left ("ホストが退出したため"),
                 "[システム]: ホスト" ZWSP "が退出したためが退出しました");
  assert_notice (chat_legacy_notice_left ("ルームが閉じられました"),
                 "[システム]: ルーム" ZWSP "が閉じられましたが退出しました");
  assert_notice (chat_legacy_notice_retracted ("ホストが退出したため"),
                 "[システム]: ホスト" ZWSP "が退出したためがメッセージを取り消しました");
  assert_notice (chat_legacy_notice_closed ("部屋"), CLOSED "（ルームが閉じられました）");
  assert_notice (chat_legacy_notice_error (CHAT_ERROR_TOO_FAST),
                 "[システム]: しばらく待ってください");
}

static void
test_event (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autofree guint8 *exact = copy_exactly (events[i].bytes, events[i].len);
      g_auto (ChatLegacyEvent) event = { 0 };

      g_test_message ("%s", events[i].what);
      chat_legacy_event_parse (exact, events[i].len, &event);
      g_assert_cmpint (event.type, ==, events[i].type);
      g_assert_cmpstr (event.sender, ==, events[i].sender);
      g_assert_cmpstr (event.text, ==, events[i].text);
      g_assert_cmpint (event.error, ==, events[i].error);
    }
}

static void
test_event_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    for (gsize len = 0; len < events[i].len; len++)
      {
        g_autofree guint8 *exact = copy_exactly (events[i].bytes, len);
        g_auto (ChatLegacyEvent) event = { 0 };

        chat_legacy_event_parse (exact, len, &event);
        g_assert_nonnull (event.text);
        g_assert_true (g_utf8_validate (event.text, -1, NULL));
      }
}

/* What one member writes is what the other reads, phrases and all. */
static void
test_relay_and_event (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (relays); i++)
    {
      g_autoptr (GPtrArray) datagrams = relay (relays[i].name, relays[i].text);
      const char *datagram = g_ptr_array_index (datagrams, 0);
      g_auto (ChatLegacyEvent) event = { 0 };

      if (g_str_equal (relays[i].name, "システム") || strstr (relays[i].text, ZWSP) != NULL)
        continue;

      chat_legacy_event_parse ((const guint8 *) datagram, strlen (datagram), &event);
      g_assert_cmpint (event.type, ==, CHAT_LEGACY_EVENT_MESSAGE);
      g_assert_cmpstr (event.sender, ==, relays[i].name);
      g_assert_cmpstr (event.text, ==, relays[i].text);
    }
}

static void
test_random (void)
{
  static const char *const spice[] = { "[",
                                       "]: ",
                                       "[システム]: ",
                                       "ホストが退出したため",
                                       "ルームが閉じられました",
                                       ZWSP,
                                       "が退出しました",
                                       "太",
                                       "\x01",
                                       "",
                                       NULL };
  g_autoptr (GRand) rand = start_random ();

  for (int i = 0; i < RANDOM_ROUNDS; i++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 80, spice);
      g_autofree guint8 *exact = copy_exactly (bytes->data, bytes->len);
      g_autoptr (GByteArray) again = g_byte_array_new ();
      g_auto (ChatLegacyEvent) event = { 0 };
      ChatLegacyDatagram datagram;

      chat_legacy_event_parse (exact, bytes->len, &event);
      g_assert_true (g_utf8_validate (event.text, -1, NULL));

      if (!chat_legacy_datagram_parse (exact, bytes->len, &datagram))
        continue;
      chat_legacy_datagram_append (&datagram, again);
      g_assert_cmpmem (again->data, again->len, exact, bytes->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/legacy-datagram/upload", test_upload);
  g_test_add_func ("/legacy-datagram/upload-bad", test_upload_bad);
  g_test_add_func ("/legacy-datagram/upload-truncated", test_upload_truncated);
  g_test_add_func ("/legacy-datagram/quit", test_quit);
  g_test_add_func ("/legacy-datagram/relay", test_relay);
  g_test_add_func ("/legacy-datagram/split", test_split);
  g_test_add_func ("/legacy-datagram/split-longest-name", test_split_longest_name);
  g_test_add_func ("/legacy-datagram/split-phrase", test_split_phrase);
  g_test_add_func ("/legacy-datagram/notices", test_notices);
  g_test_add_func ("/legacy-datagram/event", test_event);
  g_test_add_func ("/legacy-datagram/event-truncated", test_event_truncated);
  g_test_add_func ("/legacy-datagram/relay-and-event", test_relay_and_event);
  g_test_add_func ("/legacy-datagram/random", test_random);

  return g_test_run ();
}
