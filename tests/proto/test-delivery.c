/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include <string.h>

#define MS ((gint64) 1000)
#define ROOM 3
#define SPACE 1174
#define OURS 7
#define FRESH 8

/* What the delivery told its owner, as words: "show 5", "echo 6", "withdraw 4" … */
typedef struct
{
  ChatDelivery *delivery;
  GString *told;
  GByteArray *udp;
  GByteArray *tcp;
  guint64 left;     /* what a withdrawal leaves */
  const char *back; /* (nullable): text of an own message 7.1 that is withdrawn */
} Fixture;

static void tell (Fixture *f, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
tell (Fixture *f, const char *format, ...)
{
  va_list args;

  if (f->told->len > 0)
    g_string_append (f->told, ", ");
  va_start (args, format);
  g_string_append_vprintf (f->told, format, args);
  va_end (args);
}

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer f)
{
  tell (f, "%s %d", echo ? "echo" : "show", (int) entry->id);
}

static guint64
on_withdraw (guint64 after, gpointer user_data)
{
  Fixture *f = user_data;
  ChatSubmission lost = { .instance = OURS, .cseq = 1, .kind = CHAT_ENTRY_TEXT };

  tell (f, "withdraw %d", (int) after);
  if (f->back != NULL)
    {
      lost.body = (const guint8 *) f->back;
      lost.body_len = strlen (f->back);
      chat_delivery_take_back (f->delivery, &lost);
    }

  return f->left;
}

static void
on_history_removed (guint64 floor, gpointer f)
{
  tell (f, "removed %d", (int) floor);
}

static void
on_refused (guint64 instance, guint64 cseq, const char *code, gpointer f)
{
  tell (f, "refused %d.%d %s", (int) instance, (int) cseq, code);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer f)
{
  tell (f, "unseen %d.%d", (int) instance, (int) cseq);
}

static void
on_renumbered (guint64 instance, guint64 cseq, guint64 to_instance, guint64 to_cseq, gpointer f)
{
  tell (f, "renumbered %d.%d %d.%d", (int) instance, (int) cseq, (int) to_instance, (int) to_cseq);
}

static void
on_instance_changed (guint64 instance, gpointer f)
{
  tell (f, "instance %d", (int) instance);
}

static const ChatDeliveryLog log_functions = {
  on_show,   on_withdraw,   on_history_removed, on_refused,
  on_unseen, on_renumbered, on_instance_changed
};

/* A log up to 10, two messages given out before; nothing unsent. */
static void
set_up (Fixture *f, gconstpointer data)
{
  f->told = g_string_new (NULL);
  f->udp = g_byte_array_new ();
  f->tcp = g_byte_array_new ();
  f->delivery = chat_delivery_new (OURS, 2, 10, 0, &log_functions, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_delivery_free (f->delivery);
  g_string_free (f->told, TRUE);
  g_byte_array_unref (f->udp);
  g_byte_array_unref (f->tcp);
}

static void
assert_told (Fixture *f, const char *words)
{
  g_assert_cmpstr (f->told->str, ==, words);
  g_string_truncate (f->told, 0);
}

static void
describe_frame (const ChatDataFrame *frame, GString *out)
{
  g_assert_cmpuint (frame->room, ==, ROOM);
  if (frame->type == CHAT_DATA_READ)
    g_string_append_printf (out, " READ %d", (int) frame->after);
  else if (frame->type == CHAT_DATA_CURSOR)
    g_string_append_printf (out, " CURSOR %d", (int) frame->cursor);
  else if (frame->type == CHAT_DATA_SUBMIT)
    g_string_append_printf (out, " SUBMIT %d.%d", (int) frame->instance, (int) frame->cseq);
  else
    g_assert_not_reached ();
}

static void
describe (const char *road, GByteArray *bytes, GString *out)
{
  ChatDataFrame frame;
  gsize used;

  if (bytes->len > 0)
    g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", road);
  for (gsize at = 0; at < bytes->len; at += used)
    {
      g_assert_cmpint (
          chat_data_frame_decode (bytes->data + at, bytes->len - at, &frame, &used, NULL), ==,
          CHAT_DECODE_OK);
      describe_frame (&frame, out);
    }
  g_byte_array_set_size (bytes, 0);
}

static void
assert_sent (Fixture *f, gint64 now_us, const char *frames)
{
  g_autoptr (GString) out = g_string_new (NULL);

  chat_delivery_pack (f->delivery, now_us, SPACE, f->udp, f->tcp);
  g_assert_cmpuint (f->udp->len, <=, SPACE);
  describe ("u:", f->udp, out);
  describe ("t:", f->tcp, out);
  g_assert_cmpstr (out->str, ==, frames);
}

static void
assert_deadline (Fixture *f, gint64 deadline_us)
{
  g_assert_cmpint (chat_delivery_get_deadline (f->delivery), ==, deadline_us);
}

static void
resume (Fixture *f, guint64 last_cseq, guint64 head)
{
  chat_delivery_resume (f->delivery, ROOM, last_cseq, head, FRESH, 0);
}

/* A session over UDP with nothing to do. */
static void
settle_down (Fixture *f)
{
  resume (f, 2, 10);
  chat_delivery_set_road (f->delivery, CHAT_ROAD_UDP, 0);
  assert_sent (f, 0, "u: CURSOR 10");
  assert_told (f, "");
  assert_deadline (f, G_MAXINT64);
}

static void
write_message (Fixture *f, const char *text)
{
  ChatSubmission submission = { .kind = CHAT_ENTRY_TEXT };

  chat_delivery_next (f->delivery, &submission.instance, &submission.cseq);
  submission.body = (const guint8 *) text;
  submission.body_len = strlen (text);
  chat_delivery_add (f->delivery, &submission, chat_delivery_get_cursor (f->delivery));
}

static void
append_entry (
    GByteArray *bytes, guint64 id, guint64 prev, guint64 instance, guint64 cseq, const char *text)
{
  ChatEntry entry = { .id = id, .prev = prev, .instance = instance, .cseq = cseq };

  entry.kind = CHAT_ENTRY_TEXT;
  entry.body = (const guint8 *) text;
  entry.body_len = strlen (text);
  chat_entry_append (&entry, bytes);
}

static void
receive (Fixture *f, ChatDataFrame frame, gint64 now_us)
{
  frame.room = ROOM;
  chat_delivery_receive (f->delivery, &frame, now_us);
}

static void
receive_own (Fixture *f, guint64 id, guint64 prev, guint64 cseq, const char *text, gint64 now_us)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_entry (bytes, id, prev, OURS, cseq, text);
  receive (
      f, (ChatDataFrame){ .type = CHAT_DATA_ENTRIES, .tail = bytes->data, .tail_len = bytes->len },
      now_us);
}

/* Somebody else's */
static void
receive_entry (Fixture *f, guint64 id, guint64 prev, gint64 now_us)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_entry (bytes, id, prev, 99, id, "hello");
  receive (
      f, (ChatDataFrame){ .type = CHAT_DATA_ENTRIES, .tail = bytes->data, .tail_len = bytes->len },
      now_us);
}

/* With the entries after @after up to @last, one for each number. */
static void
receive_page (Fixture *f,
              guint64 after,
              guint64 base,
              guint64 floor,
              guint64 last,
              guint64 head,
              gint64 now_us)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ChatDataFrame page = {
    .type = CHAT_DATA_PAGE, .after = after, .base = base, .floor = floor, .head = head
  };

  for (guint64 id = MAX (after, floor) + 1; id <= last; id++)
    append_entry (bytes, id, id == MAX (after, floor) + 1 ? base : id - 1, 99, id, "hello");
  page.tail = bytes->data;
  page.tail_len = bytes->len;
  receive (f, page, now_us);
}

static void
receive_head (Fixture *f, guint64 head, guint64 flags, gint64 now_us)
{
  receive (f, (ChatDataFrame){ .type = CHAT_DATA_HEAD, .head = head, .flags = flags }, now_us);
}

static void
test_not_connected (Fixture *f, gconstpointer data)
{
  write_message (f, "waiting");
  assert_deadline (f, G_MAXINT64);
  assert_sent (f, 0, "");
  receive_entry (f, 11, 10, 0);
  assert_told (f, "");
  resume (f, 2, 10);
  assert_sent (f, 0, "t: CURSOR 10 SUBMIT 7.3");
}

static void
test_resume_up_to_date (Fixture *f, gconstpointer data)
{
  resume (f, 2, 10);
  assert_sent (f, 0, "t: CURSOR 10");
  assert_told (f, "");
  g_assert_true (chat_delivery_is_up_to_date (f->delivery));
}

static void
test_resume_behind (Fixture *f, gconstpointer data)
{
  write_message (f, "x");
  resume (f, 2, 13);
  g_assert_false (chat_delivery_is_up_to_date (f->delivery));
  assert_sent (f, 0, "t: READ 10 CURSOR 10"); /* the message waits until the logs are joined */
  receive_page (f, 10, 10, 0, 12, 13, 40 * MS);
  assert_told (f, "show 11, show 12");
  assert_sent (f, 40 * MS, "t: READ 12 SUBMIT 7.3");
  receive_page (f, 12, 12, 0, 13, 13, 80 * MS);
  assert_told (f, "show 13");
  g_assert_true (chat_delivery_is_up_to_date (f->delivery));
}

static void
test_entries_and_cursor (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_entry (f, 12, 10, 5 * MS);
  receive_entry (f, 12, 10, 6 * MS);
  receive_entry (f, 15, 12, 7 * MS);
  assert_told (f, "show 12, show 15");
  assert_deadline (f, 107 * MS);
  assert_sent (f, 107 * MS, "u: CURSOR 15");
  assert_deadline (f, G_MAXINT64);
}

/* Where people talk one after the other a CURSOR for each of them would be half of all datagrams.
 */
static void
test_cursor_waits_while_entries_come (Fixture *f, gconstpointer data)
{
  settle_down (f);
  for (guint i = 0; i < 8; i++)
    {
      receive_entry (f, 11 + i, 10 + i, (5 + 50 * i) * MS);
      assert_deadline (f, MIN (105 + 50 * i, 405) * MS);
    }
  assert_sent (f, 405 * MS, "u: CURSOR 18");
  receive_entry (f, 19, 18, 410 * MS);
  assert_deadline (f, 510 * MS);
}

static void
test_cursor_on_head_does_not_wait (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_entry (f, 11, 10, 50 * MS);
  receive (f, (ChatDataFrame){ .type = CHAT_DATA_HEAD, .head = 11 }, 60 * MS);
  receive_entry (f, 12, 11, 60 * MS);
  assert_sent (f, 60 * MS, "u: CURSOR 12");
}

static void
test_cursor_after_half_the_credit (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = g_strnfill (16000, 'x');

  settle_down (f);
  append_entry (bytes, 11, 10, 99, 1, text);
  append_entry (bytes, 12, 11, 99, 2, text);
  append_entry (bytes, 13, 12, 99, 3, text);
  receive (
      f, (ChatDataFrame){ .type = CHAT_DATA_ENTRIES, .tail = bytes->data, .tail_len = bytes->len },
      1 * MS);
  assert_sent (f, 1 * MS, "u: CURSOR 13");
}

static void
test_gap_by_udp_then_tcp (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_entry (f, 13, 12, 0);
  assert_told (f, "");
  assert_deadline (f, 10 * MS); /* reordered ones come by themselves */
  assert_sent (f, 10 * MS, "u: READ 10");
  assert_deadline (f, 135 * MS);
  assert_sent (f, 135 * MS, "u: READ 10");
  assert_sent (f, 260 * MS, "u: READ 10");
  assert_sent (f, 385 * MS, "u: READ 10");
  assert_sent (f, 510 * MS, "t: READ 10");
  assert_deadline (f, 1510 * MS);
  receive_page (f, 10, 10, 0, 12, 13, 600 * MS);
  assert_told (f, "show 11, show 12, show 13");
}

static void
test_gap_that_closes (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_entry (f, 12, 11, 0);
  receive_entry (f, 11, 10, 5 * MS);
  assert_told (f, "show 11, show 12");
  assert_deadline (f, 105 * MS);
  assert_sent (f, 10 * MS, "");
}

static void
test_page_that_was_not_asked_for (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_page (f, 10, 10, 0, 12, 12, 0);
  assert_told (f, "");
  receive_head (f, 12, 0, 0);
  assert_sent (f, 0, "u: READ 10");
  receive_page (f, 9, 9, 0, 12, 12, 20 * MS); /* of another READ */
  assert_told (f, "");
  receive_page (f, 10, 10, 0, 12, 12, 20 * MS);
  assert_told (f, "show 11, show 12");
  receive_page (f, 10, 3, 0, 10, 12, 21 * MS); /* a second time */
  assert_told (f, "");
}

static void
test_head (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_head (f, 11, 0, 0); /* it comes late enough: nothing is merely late any more */
  assert_sent (f, 0, "u: READ 10");
}

/* The server asks: it does not know that we have it. */
static void
test_head_that_is_known (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_head (f, 10, 0, 50 * MS);
  assert_sent (f, 50 * MS, "u: CURSOR 10");
  receive_head (f, 9, 0, 51 * MS);
  assert_deadline (f, 60 * MS); /* not for each of a swarm */
}

static void
test_head_of_what_comes_by_tcp (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_head (f, 11, CHAT_DATA_HEAD_BY_TCP, 0);
  receive_entry (f, 12, 11, 1 * MS);
  assert_deadline (f, 1000 * MS);
  receive_entry (f, 11, 10, 500 * MS);
  assert_told (f, "show 11, show 12");
  assert_deadline (f, 600 * MS);
}

/* Another one is missing besides: ask for that at once. */
static void
test_gap_beside_what_comes_by_tcp (Fixture *f, gconstpointer data)
{
  settle_down (f);
  receive_head (f, 15, CHAT_DATA_HEAD_BY_TCP, 0);
  assert_deadline (f, 1000 * MS);
  receive_entry (f, 13, 12, 0);
  assert_deadline (f, 10 * MS);
}

static void
test_fork (Fixture *f, gconstpointer data)
{
  settle_down (f);
  f->left = 8;
  receive_entry (f, 20, 8, 0);
  assert_told (f, "withdraw 8, show 20");
  f->left = 5; /* 6 is not ours */
  receive_entry (f, 30, 6, 1);
  assert_told (f, "withdraw 6");
  assert_deadline (f, 1 + 10 * MS);
  g_assert_cmpuint (chat_delivery_get_cursor (f->delivery), ==, 5);
}

static void
test_page_from_a_shorter_past (Fixture *f, gconstpointer data)
{
  f->back = "lost by the server";
  f->left = 8;
  resume (f, 0, 8);
  assert_sent (f, 0, "t: READ 10 CURSOR 10");
  receive_page (f, 10, 8, 0, 10, 8, 40 * MS);
  assert_told (f, "withdraw 8");
  assert_sent (f, 40 * MS, "t: SUBMIT 7.1");
  receive_own (f, 20, 8, 1, "lost by the server", 80 * MS);
  assert_told (f, "echo 20");
}

static void
test_floor (Fixture *f, gconstpointer data)
{
  resume (f, 2, 52);
  assert_sent (f, 0, "t: READ 10 CURSOR 10");
  receive_page (f, 10, 50, 50, 52, 52, 40 * MS);
  assert_told (f, "removed 50, show 51, show 52");
}

static void
test_submit_and_echo (Fixture *f, gconstpointer data)
{
  settle_down (f);
  write_message (f, "one");
  write_message (f, "two");
  g_assert_cmpuint (chat_delivery_get_last_cseq (f->delivery), ==, 4);
  assert_deadline (f, 0);
  assert_sent (f, 0, "u: SUBMIT 7.3 SUBMIT 7.4");
  receive_own (f, 11, 10, 3, "one", 40 * MS);
  assert_told (f, "echo 11");
  g_assert_cmpuint (chat_delivery_get_n_unsent (f->delivery), ==, 1);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  ChatDataFrame reject = { .type = CHAT_DATA_REJECT, .instance = OURS, .cseq = 3 };

  reject.tail = (const guint8 *) "too-long";
  reject.tail_len = 8;
  settle_down (f);
  write_message (f, "one");
  receive (f, reject, 0);
  receive (f, reject, 0);
  assert_told (f, "refused 7.3 too-long");
}

static void
test_refused_for_a_while (Fixture *f, gconstpointer data)
{
  ChatDataFrame reject = { .type = CHAT_DATA_REJECT, .instance = OURS, .cseq = 3, .retry_ms = 700 };

  settle_down (f);
  write_message (f, "one");
  write_message (f, "two");
  receive (f, reject, 0);
  assert_told (f, "");
  assert_deadline (f, 700 * MS);
  assert_sent (f, 700 * MS, "u: SUBMIT 7.3 SUBMIT 7.4");
}

/* The REJECT was lost: ask again, to be told again. */
static void
test_settled_without_a_trace (Fixture *f, gconstpointer data)
{
  settle_down (f);
  write_message (f, "one");
  receive (f, (ChatDataFrame){ .type = CHAT_DATA_HEAD, .head = 11, .instance = OURS, .cseq = 3 },
           0);
  assert_told (f, "");
  receive_entry (f, 11, 10, 0);
  assert_told (f, "show 11, renumbered 7.3 7.4");
  /* sent before it was decided: a late NEED must not be taken for a server that forgot */
  receive (f, (ChatDataFrame){ .type = CHAT_DATA_NEED, .instance = OURS, .cseq = 3 }, 0);
  assert_told (f, "");
}

/* The same where old history is gone: it may have been in there. */
static void
test_settled_below_a_floor (Fixture *f, gconstpointer data)
{
  write_message (f, "one");
  resume (f, 3, 52);
  assert_sent (f, 0, "t: READ 10 CURSOR 10");
  receive_page (f, 10, 50, 50, 52, 52, 40 * MS);
  assert_told (f, "removed 50, show 51, show 52, unseen 7.3");
}

static void
test_own_database_restored (Fixture *f, gconstpointer data)
{
  write_message (f, "new");
  resume (f, 5, 12); /* we gave out 3 */
  assert_sent (f, 0, "t: READ 10 CURSOR 10");
  receive_page (f, 10, 10, 0, 11, 12, 40 * MS);
  assert_told (f, "show 11");
  assert_sent (f, 40 * MS, "t: READ 11");
  receive_own (f, 12, 11, 3, "of the life that was forgotten", 50 * MS);
  assert_told (f, "show 12, instance 8, renumbered 7.3 8.1");
  assert_sent (f, 50 * MS, "t: SUBMIT 8.1");
  g_assert_cmpuint (chat_delivery_get_instance (f->delivery), ==, FRESH);
}

/* It wrote on before it knew, so that its count tells nothing: the words do. */
static void
test_own_database_restored_and_written_to (Fixture *f, gconstpointer data)
{
  write_message (f, "three");
  write_message (f, "four");
  write_message (f, "five");
  resume (f, 4, 13); /* 3 and 4 are known there, as something else */
  assert_sent (f, 0, "t: READ 10 CURSOR 10");
  receive_page (f, 10, 10, 0, 11, 13, 40 * MS);
  assert_told (f, "show 11");
  assert_sent (f, 40 * MS, "t: READ 11"); /* nothing else until it is seen what 3 and 4 are */
  receive_own (f, 12, 11, 3, "of the life that was forgotten", 50 * MS);
  assert_told (f, "show 12");
  assert_sent (f, 50 * MS, "");
  receive_own (f, 13, 12, 4, "likewise", 60 * MS);
  assert_told (f,
               "show 13, instance 8, renumbered 7.3 8.1, renumbered 7.4 8.2, renumbered 7.5 8.3");
  assert_sent (f, 60 * MS, "t: SUBMIT 8.1 SUBMIT 8.2 SUBMIT 8.3");
}

/* What was decided is looked for in the log before anything else is sent. */
static void
test_decided_first (Fixture *f, gconstpointer data)
{
  write_message (f, "three");
  write_message (f, "four");
  resume (f, 3, 13);
  assert_sent (f, 0, "t: READ 10 CURSOR 10");
  receive_page (f, 10, 10, 0, 11, 13, 40 * MS);
  assert_told (f, "show 11");
  assert_sent (f, 40 * MS, "t: READ 11");
  receive_own (f, 12, 11, 3, "three", 50 * MS);
  assert_told (f, "echo 12");
  assert_sent (f, 50 * MS, "t: SUBMIT 7.4");
}

static void
test_server_forgot_us (Fixture *f, gconstpointer data)
{
  ChatDataFrame need = { .type = CHAT_DATA_NEED, .instance = OURS, .cseq = 1 };

  write_message (f, "three");
  resume (f, 0, 10);
  assert_sent (f, 0, "t: CURSOR 10 SUBMIT 7.3");
  receive (f, need, 40 * MS);
  assert_told (f, "instance 8, renumbered 7.3 8.1");
  receive (f, need, 41 * MS);
  assert_told (f, "");
  assert_sent (f, 41 * MS, "t: SUBMIT 8.1");
}

/* A NEED that was overtaken by the echo tells nothing. */
static void
test_late_need (Fixture *f, gconstpointer data)
{
  settle_down (f);
  write_message (f, "three");
  write_message (f, "four");
  receive_own (f, 11, 10, 3, "three", 0);
  assert_told (f, "echo 11");
  receive (f, (ChatDataFrame){ .type = CHAT_DATA_NEED, .instance = OURS, .cseq = 3 }, 0);
  assert_told (f, "");
}

static void
test_suspended (Fixture *f, gconstpointer data)
{
  settle_down (f);
  write_message (f, "one");
  assert_sent (f, 0, "u: SUBMIT 7.3");
  chat_delivery_suspend (f->delivery);
  assert_deadline (f, G_MAXINT64);
  resume (f, 2, 10);
  assert_sent (f, 0, "t: CURSOR 10 SUBMIT 7.3"); /* at once, by the road that works */
}

static void
test_frames_of_members_are_ignored (Fixture *f, gconstpointer data)
{
  settle_down (f);
  for (guint64 type = 0; type < 20; type++)
    if (type != CHAT_DATA_PAGE && type != CHAT_DATA_HEAD && type != CHAT_DATA_NEED &&
        type != CHAT_DATA_REJECT)
      receive (f, (ChatDataFrame){ .type = type, .cursor = 99, .head = 99 }, 0);
  assert_told (f, "");
  assert_deadline (f, G_MAXINT64);
}

#define ADD(path, func) g_test_add ("/delivery/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("not-connected", test_not_connected);
  ADD ("resume-up-to-date", test_resume_up_to_date);
  ADD ("resume-behind", test_resume_behind);
  ADD ("entries-and-cursor", test_entries_and_cursor);
  ADD ("cursor-waits-while-entries-come", test_cursor_waits_while_entries_come);
  ADD ("cursor-on-head-does-not-wait", test_cursor_on_head_does_not_wait);
  ADD ("cursor-after-half-the-credit", test_cursor_after_half_the_credit);
  ADD ("gap-by-udp-then-tcp", test_gap_by_udp_then_tcp);
  ADD ("gap-that-closes", test_gap_that_closes);
  ADD ("page-that-was-not-asked-for", test_page_that_was_not_asked_for);
  ADD ("head", test_head);
  ADD ("head-that-is-known", test_head_that_is_known);
  ADD ("head-of-what-comes-by-tcp", test_head_of_what_comes_by_tcp);
  ADD ("gap-beside-what-comes-by-tcp", test_gap_beside_what_comes_by_tcp);
  ADD ("fork", test_fork);
  ADD ("page-from-a-shorter-past", test_page_from_a_shorter_past);
  ADD ("floor", test_floor);
  ADD ("submit-and-echo", test_submit_and_echo);
  ADD ("refused", test_refused);
  ADD ("refused-for-a-while", test_refused_for_a_while);
  ADD ("settled-without-a-trace", test_settled_without_a_trace);
  ADD ("settled-below-a-floor", test_settled_below_a_floor);
  ADD ("own-database-restored", test_own_database_restored);
  ADD ("own-database-restored-and-written-to", test_own_database_restored_and_written_to);
  ADD ("decided-first", test_decided_first);
  ADD ("server-forgot-us", test_server_forgot_us);
  ADD ("late-need", test_late_need);
  ADD ("suspended", test_suspended);
  ADD ("frames-of-members-are-ignored", test_frames_of_members_are_ignored);

  return g_test_run ();
}
