/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-data-frame.h"

#include <string.h>

#include "chat-limits.h"
#include "delivery-bytes.h"

#define TAIL(text) .tail = (const guint8 *) (text), .tail_len = sizeof (text) - 1
#define TWO_ENTRIES "\x05\x01\x00\x00\x00\x00\x03\x00\x09\x04\x00\x00\x00\x00\x01\x01x"
#define TWO_ENTRIES_HEX "05 01 00 00 00 00 03 00  09 04 00 00 00 00 01 01 78"

static const struct
{
  const char *what;
  const char *hex;
  ChatDataFrame frame;
} good[] = {
  { "SUBMIT",
    "01 08 02 4709 03 01 686579",
    { .type = CHAT_DATA_SUBMIT,
      .room = 2,
      .instance = 0x709,
      .cseq = 3,
      .kind = 1,
      TAIL ("hey") } },
  { "SUBMIT, empty",
    "01 04 02 01 01 01",
    { .type = CHAT_DATA_SUBMIT, .room = 2, .instance = 1, .cseq = 1, .kind = 1 } },
  { "ENTRIES",
    "02 12 01 " TWO_ENTRIES_HEX,
    { .type = CHAT_DATA_ENTRIES, .room = 1, TAIL (TWO_ENTRIES) } },
  { "ENTRIES, none", "02 01 01", { .type = CHAT_DATA_ENTRIES, .room = 1 } },
  { "READ", "03 04 01 4064 10", { .type = CHAT_DATA_READ, .room = 1, .after = 100, .limit = 16 } },
  { "PAGE",
    "04 17 01 04 04 02 03 09 " TWO_ENTRIES_HEX,
    { .type = CHAT_DATA_PAGE,
      .room = 1,
      .after = 4,
      .base = 4,
      .floor = 2,
      .first = 3,
      .head = 9,
      TAIL (TWO_ENTRIES) } },
  { "HEAD",
    "05 05 01 09 01 00 00",
    { .type = CHAT_DATA_HEAD, .room = 1, .head = 9, .flags = CHAT_DATA_HEAD_BY_TCP } },
  { "NEED", "06 03 01 05 06", { .type = CHAT_DATA_NEED, .room = 1, .instance = 5, .cseq = 6 } },
  { "REJECT",
    "07 0e 01 05 06 43e8 746f6f2d66617374 2d",
    { .type = CHAT_DATA_REJECT,
      .room = 1,
      .instance = 5,
      .cseq = 6,
      .retry_ms = 1000,
      TAIL ("too-fast-") } },
  { "CURSOR",
    "08 08 01 09 80008000 14 01",
    { .type = CHAT_DATA_CURSOR,
      .room = 1,
      .cursor = 9,
      .credit = 32768,
      .loss_permille = 20,
      .road = CHAT_ROAD_UDP } },
  { "PROBE", "09 08 0102030405060708", { .type = CHAT_DATA_PROBE, TAIL ("\1\2\3\4\5\6\7\10") } },
  { "PROBE_ACK",
    "0a 08 0102030405060708",
    { .type = CHAT_DATA_PROBE_ACK, TAIL ("\1\2\3\4\5\6\7\10") } },
  { "REKEY",
    "0b 24 00000007 30313233343536373839 30313233343536373839 303132333435363738393132",
    { .type = CHAT_DATA_REKEY,
      TAIL ("\0\0\0\7"
            "01234567890123456789012345678912") } },
  { "SEEN", "0d 03 01 4064", { .type = CHAT_DATA_SEEN, .room = 1, .id = 100 } },
  { "TYPING", "0c 03 01 02 01", { .type = CHAT_DATA_TYPING, .room = 1, .member = 2, .on = 1 } },
};

static const struct
{
  const char *what;
  const char *hex;
  ChatWireError error;
} bad[] = {
  { "a length over the limit, judged before the value came", "01 80010001",
    CHAT_WIRE_ERROR_TOO_LARGE },
  { "TYPING of another kind", "0c 03 01 02 02", CHAT_WIRE_ERROR_MALFORMED },
  { "TYPING without a member", "0c 02 01 01", CHAT_WIRE_ERROR_MALFORMED },
  { "SUBMIT without a kind", "01 03 01 01 01", CHAT_WIRE_ERROR_MALFORMED },
  { "SUBMIT whose last number is cut", "01 04 01 01 01 40", CHAT_WIRE_ERROR_MALFORMED },
  { "SUBMIT without an instance", "01 05 01 00 01 01 78", CHAT_WIRE_ERROR_MALFORMED },
  { "SUBMIT without a cseq", "01 05 01 01 00 01 78", CHAT_WIRE_ERROR_MALFORMED },
  { "ENTRIES with half an entry", "02 06 01 05 01 00 00 00", CHAT_WIRE_ERROR_MALFORMED },
  { "ENTRIES that are not chained", "02 12 01 05 01 00 00 00 00 03 00  09 03 00 00 00 00 01 01 78",
    CHAT_WIRE_ERROR_MALFORMED },
  { "PAGE with a base after what was asked", "04 06 01 04 05 00 00 09", CHAT_WIRE_ERROR_MALFORMED },
  { "PAGE with a floor over the head", "04 06 01 04 04 0a 00 09", CHAT_WIRE_ERROR_MALFORMED },
  { "PAGE with a first over the head", "04 06 01 04 04 00 0a 09", CHAT_WIRE_ERROR_MALFORMED },
  { "NEED 0", "06 03 01 05 00", CHAT_WIRE_ERROR_MALFORMED },
  { "REJECT without a code", "07 04 01 05 06 00", CHAT_WIRE_ERROR_MALFORMED },
  { "REJECT with a sentence", "07 06 01 05 06 00 4e 6f", CHAT_WIRE_ERROR_MALFORMED },
  { "CURSOR with more lost than sent", "08 06 01 09 01 43e9 01", CHAT_WIRE_ERROR_MALFORMED },
  { "CURSOR on a third road", "08 05 01 09 01 00 02", CHAT_WIRE_ERROR_MALFORMED },
  { "PROBE of seven bytes", "09 07 01020304050607", CHAT_WIRE_ERROR_MALFORMED },
  { "PROBE_ACK of nine bytes", "0a 09 010203040506070809", CHAT_WIRE_ERROR_MALFORMED },
  { "REKEY without a secret", "0b 04 00000007", CHAT_WIRE_ERROR_MALFORMED },
};

static ChatDecodeResult
decode (const GByteArray *bytes, ChatDataFrame *frame, gsize *used, GError **error)
{
  return chat_data_frame_decode (bytes->data, bytes->len, frame, used, error);
}

/* All numbers stand before the tail in the struct. */
static void
assert_equal (const ChatDataFrame *a, const ChatDataFrame *b)
{
  gsize numbers = G_STRUCT_OFFSET (ChatDataFrame, tail);

  g_assert_cmpmem (a, numbers, b, numbers);
  g_assert_cmpmem (a->tail, a->tail_len, b->tail, b->tail_len);
}

static void
test_decode (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (good[i].hex);
      g_autoptr (GError) error = NULL;
      ChatDataFrame frame;
      gsize used;

      g_test_message ("%s", good[i].what);
      g_assert_cmpint (decode (bytes, &frame, &used, &error), ==, CHAT_DECODE_OK);
      g_assert_no_error (error);
      g_assert_cmpuint (used, ==, bytes->len);
      assert_equal (&frame, &good[i].frame);
    }
}

static void
test_append (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GByteArray) expected = test_bytes_from_hex (good[i].hex);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_test_message ("%s", good[i].what);
      chat_data_frame_append (&good[i].frame, bytes);
      g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
      g_assert_cmpuint (chat_data_frame_size (&good[i].frame), ==, expected->len);
    }
}

static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (good[i].hex);

      for (gsize len = 0; len < bytes->len; len++)
        {
          g_autofree guint8 *copy = test_bytes_copy (bytes->data, len);
          ChatDataFrame frame;
          gsize used = 4711;

          g_assert_cmpint (chat_data_frame_decode (copy, len, &frame, &used, NULL), ==,
                           CHAT_DECODE_MORE);
          g_assert_cmpuint (used, ==, 4711);
        }
    }
}

/* The outer length shrinks with the value: only what needs a tail or a number minds. */
static void
test_short_values (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (good[i].hex);

      for (guint8 len = 0; len < bytes->data[1]; len++)
        {
          g_autofree guint8 *copy = test_bytes_copy (bytes->data, len + 2u);
          ChatDataFrame frame;
          gsize used;

          copy[1] = len;
          if (chat_data_frame_decode (copy, len + 2u, &frame, &used, NULL) == CHAT_DECODE_OK)
            g_assert_cmpuint (used, ==, len + 2u);
        }
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (bad[i].hex);
      g_autoptr (GError) error = NULL;
      ChatDataFrame frame;
      gsize used;

      g_test_message ("%s", bad[i].what);
      g_assert_cmpint (decode (bytes, &frame, &used, &error), ==, CHAT_DECODE_BAD);
      g_assert_error (error, CHAT_WIRE_ERROR, (int) bad[i].error);
    }
}

static void
test_submit_body_over_the_limit (void)
{
  g_autofree guint8 *body = g_malloc0 (CHAT_ENTRY_BODY_MAX + 1);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ChatDataFrame frame = { .type = CHAT_DATA_SUBMIT, .room = 1, .instance = 1, .cseq = 1 };
  gsize used;

  frame.tail = body;
  frame.tail_len = CHAT_ENTRY_BODY_MAX + 1;
  chat_data_frame_append (&frame, bytes);
  g_assert_cmpint (decode (bytes, &frame, &used, NULL), ==, CHAT_DECODE_BAD);
}

static void
test_unknown_is_skipped (void)
{
  g_autoptr (GByteArray) bytes = test_bytes_from_hex ("7abc 03 ffffff 06 03 01 05 06");
  ChatDataFrame frame;
  gsize used;

  g_assert_cmpint (decode (bytes, &frame, &used, NULL), ==, CHAT_DECODE_OK);
  g_assert_cmpuint (frame.type, ==, 0x3abc);
  g_assert_cmpuint (used, ==, 6);
  g_byte_array_remove_range (bytes, 0, (guint) used);
  g_assert_cmpint (decode (bytes, &frame, &used, NULL), ==, CHAT_DECODE_OK);
  g_assert_cmpuint (frame.type, ==, CHAT_DATA_NEED);
}

static void
test_later_fields_are_ignored (void)
{
  g_autoptr (GByteArray) bytes = test_bytes_from_hex ("06 05 01 05 06 07 08");
  ChatDataFrame frame;
  gsize used;

  g_assert_cmpint (decode (bytes, &frame, &used, NULL), ==, CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, 7);
  g_assert_cmpuint (frame.tail_len, ==, 0);
}

static void
test_padding (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ChatDataFrame frame;
  gsize used;

  chat_data_frame_append_padding (0, bytes);
  g_assert_cmpuint (bytes->len, ==, 0);
  chat_data_frame_append_padding (5, bytes);
  chat_data_frame_append (&(ChatDataFrame){ .type = CHAT_DATA_ENTRIES, .room = 1 }, bytes);
  g_assert_cmpint (decode (bytes, &frame, &used, NULL), ==, CHAT_DECODE_OK);
  g_assert_cmpuint (frame.type, ==, CHAT_DATA_PADDING);
  g_assert_cmpuint (used, ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-frame/decode", test_decode);
  g_test_add_func ("/data-frame/append", test_append);
  g_test_add_func ("/data-frame/truncated", test_truncated);
  g_test_add_func ("/data-frame/short-values", test_short_values);
  g_test_add_func ("/data-frame/bad", test_bad);
  g_test_add_func ("/data-frame/submit-body-over-the-limit", test_submit_body_over_the_limit);
  g_test_add_func ("/data-frame/unknown-is-skipped", test_unknown_is_skipped);
  g_test_add_func ("/data-frame/later-fields-are-ignored", test_later_fields_are_ignored);
  g_test_add_func ("/data-frame/padding", test_padding);

  return g_test_run ();
}
