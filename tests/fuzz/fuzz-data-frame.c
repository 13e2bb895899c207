/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-data-frame.h"
#include "chat-delivery.h"
#include "chat-limits.h"

#include <string.h>

/* Input: data frames as in one datagram. Each is decoded, encoded again, and given to a member that
 * knows nothing: whatever a server says, its log stays a chain and its answers stay small. */

typedef struct
{
  guint64 last; /* id of the log's last entry, or its floor */
} Log;

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer user_data)
{
  Log *log = user_data;

  g_assert_cmpuint (entry->prev, ==, log->last);
  log->last = entry->id;
}

static guint64
on_withdraw (guint64 after, gpointer user_data)
{
  Log *log = user_data;

  g_assert_cmpuint (after, <, log->last);
  log->last = after;

  return after;
}

static void
on_history_removed (guint64 floor, gpointer user_data)
{
  Log *log = user_data;

  g_assert_cmpuint (floor, >, log->last);
  log->last = floor;
}

static void
on_refused (guint64 instance, guint64 cseq, const char *code, gpointer user_data)
{
  g_assert_cmpuint (strlen (code), <=, CHAT_REJECT_CODE_MAX);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer user_data)
{
}

static void
on_renumbered (guint64 instance, guint64 cseq, guint64 to, guint64 to_cseq, gpointer user_data)
{
}

static void
on_instance_changed (guint64 instance, gpointer user_data)
{
}

static const ChatDeliveryLog log_functions = {
  on_show,   on_withdraw,   on_history_removed, on_refused,
  on_unseen, on_renumbered, on_instance_changed
};

static void
check_again (const ChatDataFrame *frame, gsize used)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatDataFrame copy;
  gsize copy_used;

  if (frame->type == CHAT_DATA_PADDING || frame->type > CHAT_DATA_SEEN)
    return;

  chat_data_frame_append (frame, again);
  g_assert_cmpuint (again->len, ==, chat_data_frame_size (frame));
  g_assert_cmpuint (again->len, <=, used);
  g_assert_cmpint (chat_data_frame_decode (again->data, again->len, &copy, &copy_used, NULL), ==,
                   CHAT_DECODE_OK);
  g_assert_cmpmem (&copy, G_STRUCT_OFFSET (ChatDataFrame, tail), frame,
                   G_STRUCT_OFFSET (ChatDataFrame, tail));
  g_assert_cmpmem (copy.tail, copy.tail_len, frame->tail, frame->tail_len);
}

static void
pack (ChatDelivery *delivery, gint64 now_us)
{
  g_autoptr (GByteArray) udp = g_byte_array_new ();
  g_autoptr (GByteArray) tcp = g_byte_array_new ();

  chat_delivery_pack (delivery, now_us, CHAT_DATAGRAM_MAX - 26, udp, tcp);
  g_assert_cmpuint (udp->len, <=, CHAT_DATAGRAM_MAX - 26);
  g_assert_cmpuint (tcp->len, <=, 1024);
}

static ChatDelivery *
start (Log *log)
{
  const ChatSubmission submission = { 5, 1, CHAT_ENTRY_TEXT, (const guint8 *) "hi", 2 };
  ChatDelivery *delivery = chat_delivery_new (5, 1, log->last, 0, &log_functions, log);

  chat_delivery_add (delivery, &submission, 0);
  chat_delivery_resume (delivery, 1, 0, 2, 6, 0);
  pack (delivery, 0);

  return delivery;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Log log = { 1 };
  g_autoptr (ChatDelivery) delivery = start (&log);
  gint64 now_us = 0;
  ChatDataFrame frame;
  gsize used;

  for (size_t at = 0; at < size; at += used)
    {
      g_autoptr (GError) error = NULL;
      ChatDecodeResult result =
          chat_data_frame_decode (data + at, size - at, &frame, &used, &error);

      g_assert_true ((result == CHAT_DECODE_BAD) == (error != NULL));
      if (result != CHAT_DECODE_OK)
        break;
      g_assert_cmpuint (used, >, 0);
      g_assert_cmpuint (used, <=, size - at);
      check_again (&frame, used);
      chat_delivery_receive (delivery, &frame, now_us);
      now_us += 30000;
      pack (delivery, now_us);
    }
  g_assert_cmpuint (chat_delivery_get_cursor (delivery), ==, log.last);

  return 0;
}
