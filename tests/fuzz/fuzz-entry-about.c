/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-entry-about.h"
#include "chat-entry.h"
#include "chat-limits.h"

/* Input: a kind, one byte, and the body of an entry of that kind. */

static void
check_about (guint64 kind, const guint8 *body, gsize len)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatEntryAbout about, copy;

  if (!chat_entry_about_decode (kind, body, len, &about))
    return;

  g_assert_cmpuint (about.target, >, 0);
  g_assert_true (about.text >= (const char *) body);
  g_assert_true (about.text + about.text_len == (const char *) body + len);
  g_assert_true (chat_entry_body_is_valid (kind, body, len));
  chat_entry_about_append (kind, &about, again);
  g_assert_cmpuint (again->len, <=, len);
  g_assert_true (chat_entry_about_decode (kind, again->data, again->len, &copy));
  g_assert_cmpuint (copy.target, ==, about.target);
  g_assert_cmpint (copy.on, ==, about.on);
  g_assert_cmpmem (copy.text, copy.text_len, about.text, about.text_len);
}

static void
check_retraction (const guint8 *body, gsize len)
{
  guint64 targets[CHAT_RETRACT_MAX], copies[CHAT_RETRACT_MAX];
  g_autoptr (GByteArray) again = g_byte_array_new ();
  const guint n = chat_entry_retract_decode (body, len, targets);

  g_assert_cmpint (chat_entry_body_is_valid (CHAT_ENTRY_RETRACT, body, len), ==, n > 0);
  if (n == 0)
    return;

  chat_entry_retract_append (targets, n, again);
  g_assert_cmpuint (again->len, <=, len);
  g_assert_cmpuint (chat_entry_retract_decode (again->data, again->len, copies), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (copies[i], ==, targets[i]);
      g_assert_cmpuint (targets[i], >, i > 0 ? targets[i - 1] : 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;

  check_about (data[0], data + 1, size - 1);
  check_retraction (data + 1, size - 1);
  return 0;
}
