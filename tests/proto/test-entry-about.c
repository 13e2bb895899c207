/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-about.h"

#include "chat-entry.h"
#include "chat-limits.h"
#include "chat-varint.h"

#include <string.h>

static GByteArray *
make (guint64 kind, guint64 target, gboolean on, const char *text)
{
  const ChatEntryAbout about = {
    .target = target, .on = on, .text = text, .text_len = strlen (text)
  };
  GByteArray *body = g_byte_array_new ();

  chat_entry_about_append (kind, &about, body);
  return body;
}

static void
test_round (void)
{
  static const guint64 kinds[] = { CHAT_ENTRY_REPLY, CHAT_ENTRY_EDIT, CHAT_ENTRY_REACTION };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GByteArray) body = make (kinds[i], 70000, TRUE, "👍🏽");
      ChatEntryAbout about;

      g_assert_true (chat_entry_body_is_valid (kinds[i], body->data, body->len));
      g_assert_true (chat_entry_about_decode (kinds[i], body->data, body->len, &about));
      g_assert_cmpuint (about.target, ==, 70000);
      g_assert_cmpint (about.on, ==, kinds[i] == CHAT_ENTRY_REACTION);
      g_assert_cmpmem (about.text, about.text_len, "👍🏽", strlen ("👍🏽"));
      g_assert_false (chat_entry_about_decode (CHAT_ENTRY_TEXT, body->data, body->len, &about));
    }
}

/* As docs/protocol-delivery.md has it */
static void
test_bytes (void)
{
  g_autoptr (GByteArray) reply = make (CHAT_ENTRY_REPLY, 1001, FALSE, "yes");
  g_autoptr (GByteArray) reaction = make (CHAT_ENTRY_REACTION, 5, TRUE, "+1");

  g_assert_cmpmem (reply->data, reply->len, "\x43\xe9yes", 5);
  g_assert_cmpmem (reaction->data, reaction->len, "\x05\x01+1", 4);
}

static void
assert_bad (guint64 kind, const char *bytes, gsize len)
{
  ChatEntryAbout about = { .target = 4711 };

  g_assert_false (chat_entry_about_decode (kind, (const guint8 *) bytes, len, &about));
  g_assert_false (chat_entry_body_is_valid (kind, (const guint8 *) bytes, len));
  g_assert_cmpuint (about.target, ==, 4711);
}

static void
test_bad (void)
{
  assert_bad (CHAT_ENTRY_REPLY, "", 0);
  assert_bad (CHAT_ENTRY_REPLY, "\x05", 1);    /* no text */
  assert_bad (CHAT_ENTRY_REPLY, "\x43", 1);    /* half a number */
  assert_bad (CHAT_ENTRY_EDIT, "\x00word", 5); /* about nothing */
  assert_bad (CHAT_ENTRY_EDIT, "\x05\xff", 2); /* no UTF-8 */
  assert_bad (CHAT_ENTRY_EDIT,
              "\x05"
              "a\0b",
              4);
  assert_bad (CHAT_ENTRY_REACTION, "\x05\x02+", 3); /* neither on nor off */
  assert_bad (CHAT_ENTRY_REACTION, "\x05\x01", 2);
  assert_bad (CHAT_ENTRY_REACTION,
              "\x05\x01"
              "a b",
              5);
  assert_bad (CHAT_ENTRY_REACTION, "\x05\x01\n", 3);
  assert_bad (14711, "\x05word", 5);
}

static void
test_lengths (void)
{
  g_autofree char *sign = g_strnfill (CHAT_REACTION_MAX, 'x');
  g_autofree char *longer = g_strnfill (CHAT_REACTION_MAX + 1, 'x');
  g_autofree char *text = g_strnfill (CHAT_ENTRY_BODY_MAX - 1, 'x');
  g_autofree char *over = g_strnfill (CHAT_ENTRY_BODY_MAX, 'x');
  g_autoptr (GByteArray) full = make (CHAT_ENTRY_REPLY, 5, FALSE, text);
  g_autoptr (GByteArray) too_full = make (CHAT_ENTRY_REPLY, 5, FALSE, over);

  g_assert_true (chat_entry_reaction_is_valid (sign, strlen (sign)));
  g_assert_false (chat_entry_reaction_is_valid (longer, strlen (longer)));
  g_assert_true (chat_entry_body_is_valid (CHAT_ENTRY_REPLY, full->data, full->len));
  assert_bad (CHAT_ENTRY_REPLY, (const char *) too_full->data, too_full->len);
}

static void
test_retract (void)
{
  guint64 ids[CHAT_RETRACT_MAX + 1];
  guint64 found[CHAT_RETRACT_MAX] = { 0 };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = 60 + i;
  chat_entry_retract_append (ids, CHAT_RETRACT_MAX, body);

  g_assert_true (chat_entry_body_is_valid (CHAT_ENTRY_RETRACT, body->data, body->len));
  g_assert_cmpuint (chat_entry_retract_decode (body->data, body->len, found), ==, CHAT_RETRACT_MAX);
  g_assert_cmpmem (found, sizeof found, ids, sizeof found);

  chat_varint_append (ids[CHAT_RETRACT_MAX], body); /* one too many */
  g_assert_cmpuint (chat_entry_retract_decode (body->data, body->len, found), ==, 0);
}

static void
test_retract_bad (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
  } bad[] = { { "", 0 }, { "\x00", 1 }, { "\x05\x05", 2 }, { "\x06\x05", 2 }, { "\x05\x43", 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint64 found[CHAT_RETRACT_MAX];

      g_assert_cmpuint (
          chat_entry_retract_decode ((const guint8 *) bad[i].bytes, bad[i].len, found), ==, 0);
      g_assert_false (
          chat_entry_body_is_valid (CHAT_ENTRY_RETRACT, (const guint8 *) bad[i].bytes, bad[i].len));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/entry-about/round", test_round);
  g_test_add_func ("/entry-about/bytes", test_bytes);
  g_test_add_func ("/entry-about/bad", test_bad);
  g_test_add_func ("/entry-about/lengths", test_lengths);
  g_test_add_func ("/entry-about/retract", test_retract);
  g_test_add_func ("/entry-about/retract-bad", test_retract_bad);

  return g_test_run ();
}
