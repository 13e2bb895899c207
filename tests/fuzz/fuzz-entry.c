/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-entry.h"
#include "chat-limits.h"

#include <string.h>

/* Input: an entry, as it may come from a peer. */

static void
check_ok (const ChatEntry *entry, gsize len, gsize used)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatEntry copy;
  gsize copy_used;

  g_assert_cmpuint (used, <=, len);
  g_assert_cmpuint (entry->prev, <, entry->id);
  g_assert_cmpuint (entry->body_len, <=, CHAT_ENTRY_BODY_MAX);

  /* shortest forms may differ from what came, what they say may not */
  chat_entry_append (entry, again);
  g_assert_cmpuint (again->len, ==, chat_entry_size (entry));
  g_assert_cmpuint (again->len, <=, used);
  g_assert_cmpint (chat_entry_decode (again->data, again->len, &copy, &copy_used, NULL), ==,
                   CHAT_DECODE_OK);
  g_assert_cmpmem (&copy, G_STRUCT_OFFSET (ChatEntry, body), entry,
                   G_STRUCT_OFFSET (ChatEntry, body));
  g_assert_cmpmem (copy.body, copy.body_len, entry->body, entry->body_len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  ChatEntry entry;
  gsize used;

  switch (chat_entry_decode (data, size, &entry, &used, &error))
    {
    case CHAT_DECODE_OK:
      g_assert_no_error (error);
      check_ok (&entry, size, used);
      chat_entry_body_is_valid (entry.kind, entry.body, entry.body_len);
      break;
    case CHAT_DECODE_MORE:
      g_assert_no_error (error);
      g_assert_cmpuint (size, <, CHAT_ENTRY_BODY_MAX + 64);
      break;
    case CHAT_DECODE_BAD:
    default:
      g_assert_nonnull (error);
    }

  return 0;
}
