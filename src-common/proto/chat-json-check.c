/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json-check.h"

#include <string.h>

typedef struct
{
  const char *next; /* borrowed */
  const char *end;  /* borrowed */
  guint depth;
  guint n_values; /* so far */
} Cursor;

static gboolean skip_value (Cursor *cursor);

static gboolean
at (const Cursor *cursor, char c)
{
  return cursor->next < cursor->end && *cursor->next == c;
}

static gboolean
skip_char (Cursor *cursor, char c)
{
  if (!at (cursor, c))
    return FALSE;

  cursor->next++;
  return TRUE;
}

static void
skip_space (Cursor *cursor)
{
  while (at (cursor, ' ') || at (cursor, '\t') || at (cursor, '\n') || at (cursor, '\r'))
    cursor->next++;
}

static gboolean
skip_word (Cursor *cursor, const char *word)
{
  gsize len = strlen (word);

  if ((gsize) (cursor->end - cursor->next) < len || memcmp (cursor->next, word, len) != 0)
    return FALSE;

  cursor->next += len;
  return TRUE;
}

static gboolean
skip_digits (Cursor *cursor)
{
  const char *first = cursor->next;

  while (cursor->next < cursor->end && g_ascii_isdigit (*cursor->next))
    cursor->next++;

  return cursor->next > first;
}

static gboolean
skip_number (Cursor *cursor)
{
  const char *first = cursor->next;

  skip_char (cursor, '-');
  if (!skip_char (cursor, '0') && !skip_digits (cursor))
    return FALSE;
  if (skip_char (cursor, '.') && !skip_digits (cursor))
    return FALSE;
  if (skip_char (cursor, 'e') || skip_char (cursor, 'E'))
    {
      if (!skip_char (cursor, '+'))
        skip_char (cursor, '-');
      if (!skip_digits (cursor))
        return FALSE;
    }

  return cursor->next - first <= CHAT_JSON_NUMBER_LENGTH_MAX;
}

static gboolean
skip_hex4 (Cursor *cursor, guint *unit)
{
  *unit = 0;
  for (int i = 0; i < 4; i++)
    {
      if (cursor->next == cursor->end || !g_ascii_isxdigit (*cursor->next))
        return FALSE;
      *unit = *unit << 4 | (guint) g_ascii_xdigit_value (*cursor->next++);
    }

  return TRUE;
}

/* What stands after "\u": one code unit of UTF-16, or two that belong together. */
static gboolean
skip_unicode_escape (Cursor *cursor)
{
  guint unit;

  if (!skip_hex4 (cursor, &unit) || unit == 0)
    return FALSE;
  if (unit < 0xd800 || unit > 0xdfff)
    return TRUE;

  return unit < 0xdc00 && skip_word (cursor, "\\u") && skip_hex4 (cursor, &unit) &&
         unit >= 0xdc00 && unit <= 0xdfff;
}

static gboolean
skip_escape (Cursor *cursor)
{
  if (skip_char (cursor, 'u'))
    return skip_unicode_escape (cursor);
  if (cursor->next == cursor->end || strchr ("\"\\/bfnrt", *cursor->next) == NULL)
    return FALSE;

  cursor->next++;
  return TRUE;
}

static gboolean
skip_string (Cursor *cursor)
{
  if (!skip_char (cursor, '"'))
    return FALSE;

  while (cursor->next < cursor->end)
    {
      if (skip_char (cursor, '"'))
        return TRUE;
      if ((guchar) *cursor->next < 0x20)
        return FALSE;
      if (*cursor->next++ == '\\' && !skip_escape (cursor))
        return FALSE;
    }

  return FALSE;
}

static gboolean
skip_member (Cursor *cursor)
{
  skip_space (cursor);
  if (!skip_string (cursor))
    return FALSE;

  skip_space (cursor);
  return skip_char (cursor, ':') && skip_value (cursor);
}

/* An object or an array, from its opening bracket on. */
static gboolean
skip_items (Cursor *cursor, gboolean (*skip_item) (Cursor *), guint max, char close)
{
  guint n = 0;

  cursor->next++;
  if (++cursor->depth > CHAT_JSON_DEPTH_MAX)
    return FALSE;

  skip_space (cursor);
  if (!at (cursor, close))
    do
      if (++n > max || !skip_item (cursor))
        return FALSE;
    while (skip_char (cursor, ','));

  cursor->depth--;
  return skip_char (cursor, close);
}

/* With the white space on both sides; recursion ends at CHAT_JSON_DEPTH_MAX. */
static gboolean
skip_value (Cursor *cursor)
{
  gboolean ok;

  if (++cursor->n_values > CHAT_JSON_VALUES_MAX)
    return FALSE;

  skip_space (cursor);
  if (at (cursor, '{'))
    ok = skip_items (cursor, skip_member, CHAT_JSON_KEYS_MAX, '}');
  else if (at (cursor, '['))
    ok = skip_items (cursor, skip_value, CHAT_JSON_VALUES_MAX, ']');
  else if (at (cursor, '"'))
    ok = skip_string (cursor);
  else
    ok = skip_word (cursor, "true") || skip_word (cursor, "false") || skip_word (cursor, "null") ||
         skip_number (cursor);
  skip_space (cursor);

  return ok;
}

gboolean
chat_json_check (const guint8 *bytes, gsize len)
{
  Cursor cursor = { .next = (const char *) bytes };

  g_return_val_if_fail (bytes != NULL || len == 0, FALSE);

  if (len == 0 || !g_utf8_validate_len ((const char *) bytes, len, NULL))
    return FALSE;

  cursor.end = cursor.next + len;
  skip_space (&cursor);
  return at (&cursor, '{') && skip_value (&cursor) && cursor.next == cursor.end;
}
