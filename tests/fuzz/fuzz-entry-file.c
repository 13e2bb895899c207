/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-entry-file.h"
#include "chat-file-name.h"
#include "chat-limits.h"

#include <string.h>

/* Input: the body of an entry that shows a file; and, as it is, the name of one. */

static void
check_name (const guint8 *bytes, gsize len)
{
  g_autofree char *name = g_strndup ((const char *) bytes, len);
  g_autofree char *saved = chat_file_name_sanitize (name);
  g_autofree char *again = chat_file_name_sanitize (saved);

  g_assert_true (chat_file_name_is_valid (saved));
  g_assert_cmpstr (again, ==, saved);
  g_assert_true (saved[0] != '.' && strpbrk (saved, "/\\:*?\"<>|") == NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (ChatEntryFile) file = { 0 };
  g_auto (ChatEntryFile) copy = { 0 };
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (GBytes) thumbnail = NULL;

  check_name (data, size);
  if (!chat_entry_file_decode (data, size, &file))
    {
      g_assert_null (file.name);
      g_assert_null (file.thumbnail);
      return 0;
    }

  check_name ((const guint8 *) file.name, strlen (file.name));
  chat_entry_file_append (&file, again);
  if (again->len > CHAT_ENTRY_BODY_MAX)
    return 0; /* written otherwise, with escapes, it is longer */
  g_assert_true (chat_entry_file_decode (again->data, again->len, &copy));
  g_assert_cmpstr (copy.name, ==, file.name);
  g_assert_cmpuint (copy.size, ==, file.size);
  g_assert_cmpmem (copy.sha256, CHAT_SHA256_SIZE, file.sha256, CHAT_SHA256_SIZE);
  g_assert_cmpstr (copy.type, ==, file.type);
  g_assert_cmpstr (copy.caption, ==, file.caption);
  g_assert_cmpuint (copy.width, ==, file.width);
  g_assert_cmpuint (copy.height, ==, file.height);
  g_assert_cmpstr (copy.thumbnail, ==, file.thumbnail);
  thumbnail = chat_entry_file_dup_thumbnail (&file);
  g_assert_true ((thumbnail == NULL) == (file.thumbnail == NULL));
  return 0;
}
