/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tcp-frame.h"

#include "chat-limits.h"
#include "test-bytes.h"

#define ZEROS_21 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

/* written by hand from the layout in docs/protocol.md */
static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  guint8 operation;
  guint8 state;
  const char *room_name;
  gsize room_name_len;
  const char *payload;
  gsize payload_len;
} good[] = {
  { "a list",
    BYTES ("\x00\x03\x00" ZEROS_21 "\0\0\0\0\0\0\0\x22"
           "{\"user_name\": \"\", \"udp_port\": 0}  "),
    CHAT_OPERATION_LIST, CHAT_STATE_REQUEST, BYTES (""),
    BYTES ("{\"user_name\": \"\", \"udp_port\": 0}  ") },
  { "a create with a Japanese name",
    BYTES ("\x06\x01\x00" ZEROS_21 "\0\0\0\0\0\0\0\x02"
           "\xe9\x83\xa8\xe5\xb1\x8b"
           "{}"),
    CHAT_OPERATION_CREATE, CHAT_STATE_REQUEST, BYTES ("部屋"), BYTES ("{}") },
  { "an error reply without a payload", BYTES ("\x01\x02\x01" ZEROS_21 "\0\0\0\0\0\0\0\0x"),
    CHAT_OPERATION_JOIN, CHAT_STATE_ERROR, BYTES ("x"), BYTES ("") },
  { "operation, state and bytes that nobody knows",
    BYTES ("\x02\xff\xfe" ZEROS_21 "\0\0\0\0\0\0\0\x01\xff\x00\x80"), 0xff, 0xfe,
    BYTES ("\xff\x00"), BYTES ("\x80") },
  { "nothing at all", BYTES ("\x00\x00\x00" ZEROS_21 "\0\0\0\0\0\0\0\0"), 0, 0, BYTES (""),
    BYTES ("") },
};

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  gsize max_payload;
} too_large[] = {
  { "one byte over the limit", BYTES ("\x00\x01\x02" ZEROS_21 "\0\0\0\0\0\0\x10\x01"), 4096 },
  { "one byte where none is welcome", BYTES ("\x00\x01\x02" ZEROS_21 "\0\0\0\0\0\0\0\x01"), 0 },
  { "2^63", BYTES ("\x00\x01\x02" ZEROS_21 "\x80\0\0\0\0\0\0\0"), 4096 },
  { "2^64 - 1", BYTES ("\x00\x01\x02" ZEROS_21 "\xff\xff\xff\xff\xff\xff\xff\xff"), G_MAXSIZE - 1 },
  { "2^64, whose low 64 bits are 0",
    BYTES ("\x00\x01\x02"
           "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
           "\0\0\0\0\0\0\0\0"),
    4096 },
  { "2^231, the highest bit alone",
    BYTES ("\x00\x01\x02\x80"
           "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    4096 },
  { "2^232 - 1, all that fits",
    BYTES ("\x00\x01\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
           "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    4096 },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree guint8 *bytes = copy_exactly (good[i].bytes, good[i].len);
      g_autoptr (GByteArray) again = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      ChatTcpFrame frame;
      gsize used = 0;

      g_test_message ("%s", good[i].what);
      g_assert_cmpint (chat_tcp_frame_decode (bytes, good[i].len, CHAT_LEGACY_REQUEST_MAX, &frame,
                                              &used, &error),
                       ==, CHAT_DECODE_OK);
      g_assert_no_error (error);
      g_assert_cmpuint (used, ==, good[i].len);
      g_assert_cmpuint (frame.operation, ==, good[i].operation);
      g_assert_cmpuint (frame.state, ==, good[i].state);
      g_assert_cmpmem (frame.room_name, frame.room_name_len, good[i].room_name,
                       good[i].room_name_len);
      g_assert_cmpmem (frame.payload, frame.payload_len, good[i].payload, good[i].payload_len);

      chat_tcp_frame_append (&frame, again);
      g_assert_cmpmem (again->data, again->len, good[i].bytes, good[i].len);
    }
}

static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    for (gsize len = 0; len < good[i].len; len++)
      {
        g_autofree guint8 *bytes = copy_exactly (good[i].bytes, len);
        g_autoptr (GError) error = NULL;
        ChatTcpFrame frame;
        gsize used = 12345;

        g_assert_cmpint (
            chat_tcp_frame_decode (bytes, len, CHAT_LEGACY_REQUEST_MAX, &frame, &used, &error), ==,
            CHAT_DECODE_MORE);
        g_assert_no_error (error);
        g_assert_cmpuint (used, ==, 12345);
      }
}

static void
test_too_large (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (too_large); i++)
    {
      g_autofree guint8 *bytes = copy_exactly (too_large[i].bytes, too_large[i].len);
      g_autoptr (GError) error = NULL;
      ChatTcpFrame frame = { 0 };
      gsize used = 12345;

      g_test_message ("%s", too_large[i].what);
      g_assert_cmpuint (too_large[i].len, ==, CHAT_TCP_HEADER_SIZE);
      g_assert_cmpint (chat_tcp_frame_decode (bytes, too_large[i].len, too_large[i].max_payload,
                                              &frame, &used, &error),
                       ==, CHAT_DECODE_BAD);
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_TOO_LARGE);
      g_assert_cmpuint (frame.operation, ==, 1);
      g_assert_cmpuint (frame.state, ==, 2);
      g_assert_cmpuint (used, ==, 12345);
    }
}

static void
test_at_limit (void)
{
  const char header[] = "\x00\x01\x00" ZEROS_21 "\0\0\0\0\0\0\x10\x00"; /* 4,096 */
  ChatTcpFrame frame;
  gsize used;

  g_assert_cmpint (chat_tcp_frame_decode ((const guint8 *) header, CHAT_TCP_HEADER_SIZE, 4096,
                                          &frame, &used, NULL),
                   ==, CHAT_DECODE_MORE);
}

static void
test_longest_room_name (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *name = g_strnfill (255, 'r');
  ChatTcpFrame frame = { .operation = 2, .room_name = name, .room_name_len = 255 };
  gsize used;

  chat_tcp_frame_append (&frame, bytes);
  g_assert_cmpuint (bytes->len, ==, CHAT_TCP_HEADER_SIZE + 255);
  g_assert_cmphex (bytes->data[0], ==, 0xff);
  g_assert_cmpint (chat_tcp_frame_decode (bytes->data, bytes->len, 0, &frame, &used, NULL), ==,
                   CHAT_DECODE_OK);
  g_assert_cmpmem (frame.room_name, frame.room_name_len, name, 255);
}

/* Two frames in one segment: the first is told from the second. */
static void
test_merged (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ChatTcpFrame frame;
  gsize first;
  gsize second;

  g_byte_array_append (bytes, (const guint8 *) good[0].bytes, (guint) good[0].len);
  g_byte_array_append (bytes, (const guint8 *) good[1].bytes, (guint) good[1].len);

  g_assert_cmpint (chat_tcp_frame_decode (bytes->data, bytes->len, 4096, &frame, &first, NULL), ==,
                   CHAT_DECODE_OK);
  g_assert_cmpuint (first, ==, good[0].len);
  g_assert_cmpint (
      chat_tcp_frame_decode (bytes->data + first, bytes->len - first, 4096, &frame, &second, NULL),
      ==, CHAT_DECODE_OK);
  g_assert_cmpmem (frame.room_name, frame.room_name_len, good[1].room_name, good[1].room_name_len);
  g_assert_cmpuint (first + second, ==, bytes->len);
}

/* The three bytes that tell TLS from protocol 1 stay what they are. */
static void
test_not_tls (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ChatTcpFrame frame = { .operation = CHAT_OPERATION_LIST,
                               .room_name = "0123456789012345678901",
                               .room_name_len = 22 };

  chat_tcp_frame_append (&frame, bytes);
  g_assert_cmpmem (bytes->data, 3, "\x16\x03\x00", 3);
}

static void
test_random (void)
{
  static const char *const zeros[] = { "", "", "\x01", NULL };
  g_autoptr (GRand) rand = start_random ();

  for (int i = 0; i < RANDOM_ROUNDS; i++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 80, zeros);
      g_autofree guint8 *exact = copy_exactly (bytes->data, bytes->len);
      g_autoptr (GByteArray) again = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      ChatTcpFrame frame;
      gsize used;

      switch (chat_tcp_frame_decode (exact, bytes->len, 64, &frame, &used, &error))
        {
        case CHAT_DECODE_OK:
          chat_tcp_frame_append (&frame, again);
          g_assert_cmpmem (again->data, again->len, exact, used);
          break;
        case CHAT_DECODE_BAD:
          g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_TOO_LARGE);
          break;
        case CHAT_DECODE_MORE:
        default:
          g_assert_no_error (error);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tcp-frame/good", test_good);
  g_test_add_func ("/tcp-frame/truncated", test_truncated);
  g_test_add_func ("/tcp-frame/too-large", test_too_large);
  g_test_add_func ("/tcp-frame/at-limit", test_at_limit);
  g_test_add_func ("/tcp-frame/longest-room-name", test_longest_room_name);
  g_test_add_func ("/tcp-frame/merged", test_merged);
  g_test_add_func ("/tcp-frame/not-tls", test_not_tls);
  g_test_add_func ("/tcp-frame/random", test_random);

  return g_test_run ();
}
