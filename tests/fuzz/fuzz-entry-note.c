/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-control.h"
#include "chat-entry-note.h"

/* Input: the body of an entry that tells what somebody did, or what became of the settings. */

static void
check_note (const guint8 *body, gsize len)
{
  g_auto (ChatEntryNote) note = { 0 };
  g_auto (ChatEntryNote) copy = { 0 };
  g_autoptr (GByteArray) again = g_byte_array_new ();

  if (!chat_entry_note_decode (body, len, &note))
    {
      g_assert_null (note.act);
      g_assert_null (note.reason);
      return;
    }

  chat_entry_note_append (&note, again);
  g_assert_true (chat_entry_note_decode (again->data, again->len, &copy));
  g_assert_cmpstr (copy.act, ==, note.act);
  g_assert_cmpuint (copy.member, ==, note.member);
  g_assert_cmpuint (copy.by, ==, note.by);
  g_assert_cmpint (copy.ban, ==, note.ban);
  g_assert_cmpuint (copy.seconds, ==, note.seconds);
  g_assert_cmpstr (copy.reason, ==, note.reason);
}

static void
check_settings (const guint8 *body, gsize len)
{
  g_auto (ChatControlSettings) settings = { 0 };
  g_auto (ChatControlSettings) copy = { 0 };
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (!chat_control_settings_decode (body, len, &settings, &error))
    {
      g_assert_nonnull (error);
      return;
    }

  g_assert_null (settings.password);
  chat_control_settings_append (&settings, again);

  g_assert_true (chat_control_settings_decode (again->data, again->len, &copy, NULL));
  g_assert_cmpstr (copy.topic, ==, settings.topic);
  g_assert_cmpstr (copy.description, ==, settings.description);
  g_assert_cmpuint (copy.has_password, ==, settings.has_password);
  g_assert_cmpuint (copy.unlisted, ==, settings.unlisted);
  g_assert_cmpuint (copy.encrypted_only, ==, settings.encrypted_only);
  g_assert_cmpuint (copy.host_only, ==, settings.host_only);
  g_assert_cmpuint (copy.member_limit, ==, settings.member_limit);
  g_assert_cmpuint (copy.slow_s, ==, settings.slow_s);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_note (data, size);
  check_settings (data, size);
  return 0;
}
