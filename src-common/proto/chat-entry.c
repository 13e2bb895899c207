/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry.h"

#include "chat-entry-about.h"
#include "chat-entry-file.h"
#include "chat-limits.h"
#include "chat-varint.h"

#include <string.h>

#define NUMBERS 8

/* In the order of the wire. */
static void
list_numbers (const ChatEntry *entry, guint64 numbers[NUMBERS])
{
  numbers[0] = entry->id;
  numbers[1] = entry->id - entry->prev;
  numbers[2] = (guint64) entry->at_us;
  numbers[3] = entry->member;
  numbers[4] = entry->instance;
  numbers[5] = entry->cseq;
  numbers[6] = entry->kind;
  numbers[7] = entry->body_len;
}

gsize
chat_entry_size (const ChatEntry *entry)
{
  guint64 numbers[NUMBERS];
  gsize size = entry->body_len;

  list_numbers (entry, numbers);
  for (guint i = 0; i < NUMBERS; i++)
    size += chat_varint_size (numbers[i]);

  return size;
}

void
chat_entry_append (const ChatEntry *entry, GByteArray *out)
{
  guint64 numbers[NUMBERS];

  g_return_if_fail (entry->prev < entry->id && entry->at_us >= 0);
  g_return_if_fail (entry->body_len <= CHAT_ENTRY_BODY_MAX);

  list_numbers (entry, numbers);
  for (guint i = 0; i < NUMBERS; i++)
    chat_varint_append (numbers[i], out);
  g_byte_array_append (out, entry->body, (guint) entry->body_len);
}

static void
set_numbers (ChatEntry *entry, const guint64 numbers[NUMBERS])
{
  entry->id = numbers[0];
  entry->prev = numbers[0] - numbers[1];
  entry->at_us = (gint64) numbers[2];
  entry->member = numbers[3];
  entry->instance = numbers[4];
  entry->cseq = numbers[5];
  entry->kind = numbers[6];
  entry->body_len = numbers[7];
}

static gboolean
take_numbers (const guint8 **at, gsize *left, guint64 numbers[NUMBERS])
{
  for (guint i = 0; i < NUMBERS; i++)
    if (!chat_varint_take (at, left, &numbers[i]))
      return FALSE;

  return TRUE;
}

/* An id before its own prev would make the chain run backwards. */
static gboolean
judge_numbers (const guint64 numbers[NUMBERS], GError **error)
{
  if (numbers[1] == 0 || numbers[1] > numbers[0])
    {
      g_set_error_literal (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED,
                           "an entry that does not follow its predecessor");
      return FALSE;
    }
  if (numbers[7] > CHAT_ENTRY_BODY_MAX)
    {
      g_set_error_literal (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_TOO_LARGE,
                           "an entry with too long a body");
      return FALSE;
    }

  return TRUE;
}

ChatDecodeResult
chat_entry_decode (const guint8 *bytes, gsize len, ChatEntry *entry, gsize *used, GError **error)
{
  guint64 numbers[NUMBERS];
  const guint8 *at = bytes;
  gsize left = len;

  if (!take_numbers (&at, &left, numbers))
    return CHAT_DECODE_MORE;
  if (!judge_numbers (numbers, error))
    return CHAT_DECODE_BAD;
  if (left < numbers[7])
    return CHAT_DECODE_MORE;

  set_numbers (entry, numbers);
  entry->body = at;
  *used = len - left + entry->body_len;

  return CHAT_DECODE_OK;
}

gboolean
chat_entry_body_is_valid (guint64 kind, const guint8 *body, gsize body_len)
{
  g_auto (ChatEntryFile) file = { 0 };
  guint64 targets[CHAT_RETRACT_MAX];
  ChatEntryAbout about;

  if (body_len == 0 || body_len > CHAT_ENTRY_BODY_MAX)
    return FALSE;
  if (kind == CHAT_ENTRY_TEXT)
    return g_utf8_validate_len ((const char *) body, body_len, NULL);
  if (kind == CHAT_ENTRY_FILE)
    return chat_entry_file_decode (body, body_len, &file);
  if (kind == CHAT_ENTRY_RETRACT)
    return chat_entry_retract_decode (body, body_len, targets) > 0;

  return chat_entry_about_decode (kind, body, body_len, &about);
}

gboolean
chat_entry_kind_is_retractable (guint64 kind)
{
  return kind == CHAT_ENTRY_TEXT || kind == CHAT_ENTRY_REPLY || kind == CHAT_ENTRY_EDIT ||
         kind == CHAT_ENTRY_FILE;
}

gboolean
chat_entry_kind_is_said (guint64 kind)
{
  return kind == CHAT_ENTRY_REACTION || chat_entry_kind_is_retractable (kind);
}

void
chat_entry_wiped_append (guint64 member, guint64 up_to, GByteArray *body)
{
  chat_varint_append (member, body);
  chat_varint_append (up_to, body);
}

gboolean
chat_entry_wiped_decode (const guint8 *body, gsize body_len, guint64 *member, guint64 *up_to)
{
  guint64 numbers[2];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!chat_varint_take (&body, &body_len, &numbers[i]))
      return FALSE;

  *member = numbers[0];
  *up_to = numbers[1];
  return TRUE;
}
