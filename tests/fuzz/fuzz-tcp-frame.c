/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-tcp-frame.h"

#include "chat-limits.h"

#include <string.h>

/* Input: two bytes that set the limit of the payload, then what a peer sent. */

static void
check_ok (const ChatTcpFrame *frame, const guint8 *bytes, gsize len, gsize max, gsize used)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();

  g_assert_cmpuint (used, <=, len);
  g_assert_cmpuint (frame->payload_len, <=, max);
  g_assert_cmpuint (used, ==, CHAT_TCP_HEADER_SIZE + frame->room_name_len + frame->payload_len);

  chat_tcp_frame_append (frame, again);
  g_assert_cmpmem (again->data, again->len, bytes, used);
}

/* With one byte less than it takes there is no frame, and with one of them more nothing changes. */
static void
check_cut (const guint8 *bytes, gsize max, gsize used)
{
  ChatTcpFrame frame;
  gsize unused;

  g_assert_cmpint (chat_tcp_frame_decode (bytes, used - 1, max, &frame, &unused, NULL), ==,
                   CHAT_DECODE_MORE);
  g_assert_cmpint (chat_tcp_frame_decode (bytes, used, max, &frame, &unused, NULL), ==,
                   CHAT_DECODE_OK);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  ChatTcpFrame frame;
  gsize used;
  gsize max;

  if (size < 2)
    return 0;

  max = (gsize) data[0] << 8 | data[1];
  data += 2;
  size -= 2;

  switch (chat_tcp_frame_decode (data, size, max, &frame, &used, &error))
    {
    case CHAT_DECODE_OK:
      g_assert_no_error (error);
      check_ok (&frame, data, size, max, used);
      check_cut (data, max, used);
      break;
    case CHAT_DECODE_MORE:
      g_assert_no_error (error);
      g_assert_cmpuint (size, <, CHAT_TCP_HEADER_SIZE + G_MAXUINT8 + max);
      break;
    case CHAT_DECODE_BAD:
    default:
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_TOO_LARGE);
      g_assert_cmpuint (frame.operation, ==, data[1]);
      g_assert_cmpuint (frame.state, ==, data[2]);
    }

  return 0;
}
