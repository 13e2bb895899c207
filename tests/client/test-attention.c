/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-attention.h"
#include "chat-limits.h"
#include "chat-typists.h"

/* What a device tells of its person, and who is writing, on a virtual clock. */

#define S G_USEC_PER_SEC
#define BEGIN (100 * S)

typedef struct
{
  ChatAttention attention;
  gint64 now_us;
  ChatRoad road;
  gsize space;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->now_us = BEGIN;
  f->road = CHAT_ROAD_UDP;
  f->space = 1000;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
}

static void
read_frames (GByteArray *bytes, char road, GString *out)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < bytes->len; at += used)
    {
      g_assert_cmpint (
          chat_data_frame_decode (bytes->data + at, bytes->len - at, &frame, &used, NULL), ==,
          CHAT_DECODE_OK);
      g_assert_cmpuint (frame.room, ==, 7);
      if (frame.type == CHAT_DATA_SEEN)
        g_string_append_printf (out, "%cseen%d ", road, (int) frame.id);
      else
        g_string_append_printf (out, "%c%s ", road, frame.on ? "on" : "off");
      g_assert_cmpuint (frame.member, ==, 0);
    }
}

/* What is told at once: by t(cp) or u(dp) */
static void
assert_told (Fixture *f, const char *expected)
{
  g_autoptr (GByteArray) udp = g_byte_array_new ();
  g_autoptr (GByteArray) tcp = g_byte_array_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  chat_attention_pack (&f->attention, 7, f->now_us, f->road, f->space, udp, tcp);
  read_frames (udp, 'u', out);
  read_frames (tcp, 't', out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
go_to_deadline (Fixture *f)
{
  const gint64 deadline_us = chat_attention_get_deadline (&f->attention);

  g_assert_cmpint (deadline_us, >, f->now_us);
  g_assert_cmpint (deadline_us, <, G_MAXINT64);
  f->now_us = deadline_us;
}

#define assert_rests(f)                                                                            \
  g_assert_cmpint (chat_attention_get_deadline (&(f)->attention), ==, G_MAXINT64)

/* --- how far one has read --- */

static void
test_seen (Fixture *f, gconstpointer data)
{
  chat_attention_resume (&f->attention, 0);
  assert_told (f, "");
  assert_rests (f);
  chat_attention_read (&f->attention, 5, FALSE);
  assert_told (f, "tseen5 ");
  assert_rests (f);
  for (guint64 id = 6; id < 20; id++) /* all in one second */
    {
      chat_attention_read (&f->attention, id, FALSE);
      assert_told (f, "");
    }
  go_to_deadline (f);
  g_assert_cmpint (f->now_us, ==, BEGIN + S);
  assert_told (f, "tseen19 "); /* the last one arrives */
  assert_rests (f);
}

/* What another device, or the reply, told needs no telling; what the server lost does. */
static void
test_seen_elsewhere (Fixture *f, gconstpointer data)
{
  chat_attention_read (&f->attention, 5, FALSE);
  chat_attention_resume (&f->attention, 9);
  assert_told (f, "");
  chat_attention_read (&f->attention, 8, FALSE);
  assert_told (f, "");
  chat_attention_read (&f->attention, 12, TRUE);
  assert_rests (f);
  chat_attention_resume (&f->attention, 3);
  assert_told (f, "tseen12 ");
  chat_attention_withdraw (&f->attention, 4);
  assert_rests (f);
  chat_attention_read (&f->attention, 5, FALSE);
  go_to_deadline (f);
  assert_told (f, "tseen5 ");
}

/* --- that one writes --- */

static void
stroke (Fixture *f, gint64 after_us)
{
  f->now_us += after_us;
  chat_attention_type (&f->attention, TRUE, f->now_us);
}

static void
test_typing (Fixture *f, gconstpointer data)
{
  guint n = 0;

  stroke (f, 0);
  assert_told (f, "uon ");
  assert_rests (f);
  for (guint i = 0; i < 300; i++) /* half a minute of it */
    {
      stroke (f, S / 10);
      if (chat_attention_get_deadline (&f->attention) > f->now_us)
        continue;
      assert_told (f, "uon ");
      n++;
    }
  g_assert_cmpuint (n, ==, 10);
  chat_attention_type (&f->attention, FALSE, f->now_us);
  go_to_deadline (f);
  assert_told (f, "uoff ");
  assert_rests (f);
}

/* Never two in the time in which the server takes one */
static void
test_typing_rate (Fixture *f, gconstpointer data)
{
  gint64 last_us = 0;

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();

      f->now_us += 300 * G_TIME_SPAN_MILLISECOND;
      chat_attention_type (&f->attention, i % 3 != 0, f->now_us);
      chat_attention_pack (&f->attention, 7, f->now_us, f->road, f->space, out, out);
      if (out->len == 0)
        continue;
      g_assert_cmpint (f->now_us - last_us, >, CHAT_TYPING_INTERVAL_MS * 1000);
      last_us = f->now_us;
    }
  g_assert_cmpint (last_us, >, 0);
}

/* The text itself tells it; and who stopped long ago has been forgotten. */
static void
test_typing_ends (Fixture *f, gconstpointer data)
{
  stroke (f, 0);
  assert_told (f, "uon ");
  chat_attention_say (&f->attention);
  assert_rests (f);
  stroke (f, S);
  assert_told (f, "");
  go_to_deadline (f);
  assert_told (f, "uon ");
  f->now_us += CHAT_TYPISTS_FORGET_US;
  chat_attention_type (&f->attention, FALSE, f->now_us);
  assert_told (f, "");
  assert_rests (f);
}

/* What was typed while there was no server is old when it is back. */
static void
test_typing_late (Fixture *f, gconstpointer data)
{
  stroke (f, 0);
  f->now_us += 10 * S;
  chat_attention_resume (&f->attention, 0);
  assert_told (f, "");
  assert_rests (f);
}

static void
test_roads (Fixture *f, gconstpointer data)
{
  f->space = 3; /* a frame has 5 bytes */
  stroke (f, 0);
  assert_told (f, "ton ");
  f->space = 5;
  stroke (f, 4 * S);
  assert_told (f, "uon ");
  f->road = CHAT_ROAD_TCP;
  stroke (f, 4 * S);
  assert_told (f, "ton ");
}

/* --- who writes --- */

static void
assert_typists (ChatTypists *typists, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < chat_typists_get_n (typists); i++)
    g_string_append_printf (out, "%d ", (int) chat_typists_get (typists, i));
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_typists (void)
{
  g_autoptr (ChatTypists) typists = chat_typists_new ();

  g_assert_cmpint (chat_typists_get_deadline (typists), ==, G_MAXINT64);
  g_assert_false (chat_typists_note (typists, 3, FALSE, 0));
  g_assert_true (chat_typists_note (typists, 3, TRUE, 0));
  g_assert_true (chat_typists_note (typists, 2, TRUE, S));
  assert_typists (typists, "3 2 ");
  g_assert_false (chat_typists_note (typists, 3, TRUE, 2 * S)); /* again */
  g_assert_cmpint (chat_typists_get_deadline (typists), ==, 7 * S);
  g_assert_false (chat_typists_expire (typists, 7 * S - 1));
  g_assert_true (chat_typists_expire (typists, 7 * S));
  assert_typists (typists, "3 ");
  g_assert_true (chat_typists_note (typists, 3, FALSE, 7 * S));
  assert_typists (typists, "");
  g_assert_false (chat_typists_clear (typists));
}

static void
test_typists_bounded (void)
{
  g_autoptr (ChatTypists) typists = chat_typists_new ();

  for (guint64 member = 1; member < 1000; member++)
    chat_typists_note (typists, member, TRUE, 0);
  g_assert_cmpuint (chat_typists_get_n (typists), ==, CHAT_TYPING_DEVICES_MAX);
  g_assert_true (chat_typists_clear (typists));
  g_assert_cmpuint (chat_typists_get_n (typists), ==, 0);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/attention/seen", test_seen);
  ADD ("/attention/seen-elsewhere", test_seen_elsewhere);
  ADD ("/attention/typing", test_typing);
  ADD ("/attention/typing-rate", test_typing_rate);
  ADD ("/attention/typing-ends", test_typing_ends);
  ADD ("/attention/typing-late", test_typing_late);
  ADD ("/attention/roads", test_roads);
  g_test_add_func ("/attention/typists", test_typists);
  g_test_add_func ("/attention/typists-bounded", test_typists_bounded);

  return g_test_run ();
}
