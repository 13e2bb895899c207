/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tcp-frame.h"

#include "chat-limits.h"

#include <string.h>

#define LENGTH_OFFSET 3 /* bytes */
#define LENGTH_SIZE (CHAT_TCP_HEADER_SIZE - LENGTH_OFFSET)

/* The field has 29 bytes; whatever does not fit into 64 bits is over every limit. */
static guint64
read_length (const guint8 *header)
{
  const guint8 *field = header + LENGTH_OFFSET;
  guint64 value = 0;

  for (gsize i = 0; i < LENGTH_SIZE; i++)
    {
      if (value >> 56 != 0)
        return G_MAXUINT64;
      value = value << 8 | field[i];
    }

  return value;
}

static void
write_length (guint8 *header, guint64 value)
{
  guint8 *field = header + LENGTH_OFFSET;

  for (gsize i = 0; i < LENGTH_SIZE; i++)
    {
      field[LENGTH_SIZE - 1 - i] = value & 0xff;
      value >>= 8;
    }
}

ChatDecodeResult
chat_tcp_frame_decode (const guint8 *bytes,
                       gsize len,
                       gsize max_payload,
                       ChatTcpFrame *frame,
                       gsize *used,
                       GError **error)
{
  guint64 payload_len;
  gsize room_name_len;
  gsize body_len;

  g_return_val_if_fail (bytes != NULL || len == 0, CHAT_DECODE_BAD);
  g_return_val_if_fail (frame != NULL && used != NULL, CHAT_DECODE_BAD);

  if (len < CHAT_TCP_HEADER_SIZE)
    return CHAT_DECODE_MORE;

  room_name_len = bytes[0];
  payload_len = read_length (bytes);
  if (payload_len > max_payload)
    {
      frame->operation = bytes[1];
      frame->state = bytes[2];
      g_set_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_TOO_LARGE,
                   "A payload over the limit of %" G_GSIZE_FORMAT " bytes", max_payload);
      return CHAT_DECODE_BAD;
    }

  body_len = len - CHAT_TCP_HEADER_SIZE;
  if (body_len < room_name_len || body_len - room_name_len < payload_len)
    return CHAT_DECODE_MORE;

  frame->operation = bytes[1];
  frame->state = bytes[2];
  frame->room_name = (const char *) bytes + CHAT_TCP_HEADER_SIZE;
  frame->room_name_len = room_name_len;
  frame->payload = bytes + CHAT_TCP_HEADER_SIZE + room_name_len;
  frame->payload_len = (gsize) payload_len;
  *used = CHAT_TCP_HEADER_SIZE + room_name_len + (gsize) payload_len;
  return CHAT_DECODE_OK;
}

void
chat_tcp_frame_append (const ChatTcpFrame *frame, GByteArray *out)
{
  guint8 header[CHAT_TCP_HEADER_SIZE];

  g_return_if_fail (frame != NULL && out != NULL);
  g_return_if_fail (frame->room_name_len <= G_MAXUINT8);
  g_return_if_fail (frame->payload_len <= G_MAXUINT - CHAT_TCP_HEADER_SIZE - G_MAXUINT8 - out->len);

  header[0] = (guint8) frame->room_name_len;
  header[1] = frame->operation;
  header[2] = frame->state;
  write_length (header, frame->payload_len);

  g_byte_array_append (out, header, sizeof header);
  if (frame->room_name_len > 0)
    g_byte_array_append (out, (const guint8 *) frame->room_name, (guint) frame->room_name_len);
  if (frame->payload_len > 0)
    g_byte_array_append (out, frame->payload, (guint) frame->payload_len);
}
