/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-limits.h"

/* Input: a byte, then what a peer sends inside TLS: frames, one after the other. The byte says in
 * which pieces it arrives, and the answer must not depend on that. Payloads are read as the server
 * does: requests, and runs of data frames. */

#define MAX_PAYLOAD 1024

typedef struct
{
  guint frames;
  guint requests;
  guint data_frames;
  gboolean bad;
} Tally;

static void
count_data (const guint8 *bytes, gsize len, Tally *tally)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < len; at += used)
    {
      if (chat_data_frame_decode (bytes + at, len - at, &frame, &used, NULL) != CHAT_DECODE_OK)
        {
          tally->bad = TRUE;
          return;
        }
      tally->data_frames++;
    }
}

static void
count_request (const ChatTcpFrame *frame, Tally *tally)
{
  g_auto (ChatControlRequest) request = { 0 };
  guint32 id;

  if (chat_control_request_decode (frame->operation, frame->payload, frame->payload_len, &id,
                                   &request, NULL))
    tally->requests++;
}

static void
count_frame (const ChatTcpFrame *frame, Tally *tally)
{
  tally->frames++;
  if (frame->operation == CHAT_OPERATION_DATA)
    count_data (frame->payload, frame->payload_len, tally);
  else
    count_request (frame, tally);
}

/* Takes what is whole from the front of @unread. */
static void
take_frames (GByteArray *unread, Tally *tally)
{
  while (!tally->bad)
    {
      g_autoptr (GError) error = NULL;
      ChatTcpFrame frame;
      gsize used;
      ChatDecodeResult result =
          chat_tcp_frame_decode (unread->data, unread->len, MAX_PAYLOAD, &frame, &used, &error);

      if (result == CHAT_DECODE_MORE)
        break;
      if (result == CHAT_DECODE_BAD)
        {
          tally->bad = TRUE;
          break;
        }
      count_frame (&frame, tally);
      g_byte_array_remove_range (unread, 0, (guint) used);
    }
}

/* @step: bytes that come at once, at most */
static Tally
feed (const guint8 *bytes, gsize len, gsize step)
{
  g_autoptr (GByteArray) unread = g_byte_array_new ();
  Tally tally = { 0 };

  for (gsize at = 0; at < len && !tally.bad; at += step)
    {
      g_byte_array_append (unread, bytes + at, (guint) MIN (step, len - at));
      take_frames (unread, &tally);
      if (!tally.bad)
        g_assert_cmpuint (unread->len, <, CHAT_TCP_HEADER_SIZE + G_MAXUINT8 + MAX_PAYLOAD);
    }

  return tally;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Tally whole;
  Tally pieces;

  if (size < 1)
    return 0;

  whole = feed (data + 1, size - 1, MAX (size - 1, 1));
  pieces = feed (data + 1, size - 1, (gsize) data[0] + 1);
  g_assert_cmpuint (whole.frames, ==, pieces.frames);
  g_assert_cmpuint (whole.requests, ==, pieces.requests);
  g_assert_cmpuint (whole.data_frames, ==, pieces.data_frames);
  g_assert_true (whole.bad == pieces.bad);

  return 0;
}
