/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry.h"

#include <string.h>

#include "chat-limits.h"
#include "chat-varint.h"
#include "delivery-bytes.h"

static const struct
{
  const char *what;
  const char *hex;
  ChatEntry entry;
} good[] = {
  { "the smallest", "01 01 00 00 00 00 03 00", { .id = 1, .kind = CHAT_ENTRY_LEFT } },
  { "a text",
    "4081 02 c0062a4d3a7c4000 07 9ab3c4d5 05 01 02 6869",
    { .id = 129,
      .prev = 127,
      .at_us = G_GINT64_CONSTANT (0x00062a4d3a7c4000),
      .member = 7,
      .instance = 0x1ab3c4d5,
      .cseq = 5,
      .kind = CHAT_ENTRY_TEXT,
      .body = (const guint8 *) "hi",
      .body_len = 2 } },
  { "a kind of tomorrow",
    "c000000100000000 01 05 00 00 00 7fff 01 78",
    { .id = G_GUINT64_CONSTANT (1) << 32,
      .prev = (G_GUINT64_CONSTANT (1) << 32) - 1,
      .at_us = 5,
      .kind = 16383,
      .body = (const guint8 *) "x",
      .body_len = 1 } },
};

static const struct
{
  const char *what;
  const char *hex;
  ChatWireError error;
} bad[] = {
  { "its own predecessor", "05 00 00 00 00 00 01 00", CHAT_WIRE_ERROR_MALFORMED },
  { "a predecessor before the first", "05 06 00 00 00 00 01 00", CHAT_WIRE_ERROR_MALFORMED },
  { "id 0", "00 00 00 00 00 00 01 00", CHAT_WIRE_ERROR_MALFORMED },
  { "a body over the limit, judged before it came", "05 01 00 00 00 00 01 80004001",
    CHAT_WIRE_ERROR_TOO_LARGE },
};

static void
assert_equal (const ChatEntry *a, const ChatEntry *b)
{
  g_assert_cmpuint (a->id, ==, b->id);
  g_assert_cmpuint (a->prev, ==, b->prev);
  g_assert_cmpint (a->at_us, ==, b->at_us);
  g_assert_cmpuint (a->member, ==, b->member);
  g_assert_cmpuint (a->instance, ==, b->instance);
  g_assert_cmpuint (a->cseq, ==, b->cseq);
  g_assert_cmpuint (a->kind, ==, b->kind);
  g_assert_cmpmem (a->body, a->body_len, b->body, b->body_len);
}

static void
test_decode (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (good[i].hex);
      g_autoptr (GError) error = NULL;
      ChatEntry entry;
      gsize used;

      g_assert_cmpint (chat_entry_decode (bytes->data, bytes->len, &entry, &used, &error), ==,
                       CHAT_DECODE_OK);
      g_assert_no_error (error);
      g_assert_cmpuint (used, ==, bytes->len);
      assert_equal (&entry, &good[i].entry);
    }
}

static void
test_append (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GByteArray) expected = test_bytes_from_hex (good[i].hex);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      chat_entry_append (&good[i].entry, bytes);
      g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
      g_assert_cmpuint (chat_entry_size (&good[i].entry), ==, expected->len);
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
          ChatEntry entry;
          gsize used = 4711;

          g_assert_cmpint (chat_entry_decode (copy, len, &entry, &used, NULL), ==,
                           CHAT_DECODE_MORE);
          g_assert_cmpuint (used, ==, 4711);
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
      ChatEntry entry;
      gsize used;

      g_test_message ("%s", bad[i].what);
      g_assert_cmpint (chat_entry_decode (bytes->data, bytes->len, &entry, &used, &error), ==,
                       CHAT_DECODE_BAD);
      g_assert_error (error, CHAT_WIRE_ERROR, (int) bad[i].error);
    }
}

static void
test_body (void)
{
  g_autofree guint8 *big = g_malloc (CHAT_ENTRY_BODY_MAX + 1);

  memset (big, 'x', CHAT_ENTRY_BODY_MAX + 1);
  g_assert_true (chat_entry_body_is_valid (CHAT_ENTRY_TEXT, big, CHAT_ENTRY_BODY_MAX));
  g_assert_true (chat_entry_body_is_valid (CHAT_ENTRY_TEXT, (const guint8 *) "\xe3\x81\x82", 3));
  g_assert_false (chat_entry_body_is_valid (CHAT_ENTRY_TEXT, big, CHAT_ENTRY_BODY_MAX + 1));
  g_assert_false (chat_entry_body_is_valid (CHAT_ENTRY_TEXT, big, 0));
  g_assert_false (chat_entry_body_is_valid (CHAT_ENTRY_TEXT, (const guint8 *) "\xe3\x81", 2));
  g_assert_false (chat_entry_body_is_valid (CHAT_ENTRY_TEXT, (const guint8 *) "a\0b", 3));
  g_assert_false (chat_entry_body_is_valid (CHAT_ENTRY_JOINED, (const guint8 *) "a", 1));
}

static void
test_wiped (void)
{
  static const struct
  {
    guint64 member;
    guint64 up_to;
    const char *hex;
  } good_bodies[] = {
    { 2, 20000, "02 80 00 4e 20" },
    { 0, 1, "00 01" },
    { CHAT_VARINT_MAX, CHAT_VARINT_MAX, "ff ff ff ff ff ff ff ff  ff ff ff ff ff ff ff ff" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good_bodies); i++)
    {
      g_autoptr (GByteArray) expected = test_bytes_from_hex (good_bodies[i].hex);
      g_autoptr (GByteArray) body = g_byte_array_new ();
      guint64 member = 7;
      guint64 up_to = 8;

      chat_entry_wiped_append (good_bodies[i].member, good_bodies[i].up_to, body);
      g_assert_cmpmem (body->data, body->len, expected->data, expected->len);

      for (gsize len = 0; len < body->len; len++)
        {
          g_autofree guint8 *copy = test_bytes_copy (body->data, len);

          g_assert_false (chat_entry_wiped_decode (copy, len, &member, &up_to));
          g_assert_cmpuint (member, ==, 7);
          g_assert_cmpuint (up_to, ==, 8);
        }
      g_byte_array_append (body, (const guint8 *) "later", 5);
      g_assert_true (chat_entry_wiped_decode (body->data, body->len - 5, &member, &up_to));
      g_assert_true (chat_entry_wiped_decode (body->data, body->len, &member, &up_to));
      g_assert_cmpuint (member, ==, good_bodies[i].member);
      g_assert_cmpuint (up_to, ==, good_bodies[i].up_to);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/entry/decode", test_decode);
  g_test_add_func ("/entry/append", test_append);
  g_test_add_func ("/entry/truncated", test_truncated);
  g_test_add_func ("/entry/bad", test_bad);
  g_test_add_func ("/entry/body", test_body);
  g_test_add_func ("/entry/wiped", test_wiped);

  return g_test_run ();
}
