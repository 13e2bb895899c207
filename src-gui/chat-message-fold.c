/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-fold.h"

#include <string.h>

#define WORD_CHARS_MAX 30 /* that are given up for the sake of a whole word */

/* Whether what is before @at belongs to what is behind it: marks, emoji of several characters */
static gboolean
is_within_character (const char *text, const char *at)
{
  gunichar next = g_utf8_get_char (at);
  gunichar before = at > text ? g_utf8_get_char (g_utf8_prev_char (at)) : 0;

  return g_unichar_ismark (next) || next == 0x200d || before == 0x200d ||
         (next >= 0x1f3fb && next <= 0x1f3ff);
}

static gboolean
is_within_word (const char *text, const char *at)
{
  gunichar next = g_utf8_get_char (at);
  gunichar before = at > text ? g_utf8_get_char (g_utf8_prev_char (at)) : 0;

  return next < 0x2e80 && before < 0x2e80 && g_unichar_isalnum (next) && g_unichar_isalnum (before);
}

static const char *
go_back (const char *text, const char *at)
{
  const char *whole = at;

  for (guint n = 0; n < WORD_CHARS_MAX && whole > text && is_within_word (text, whole); n++)
    whole = g_utf8_prev_char (whole);
  if (!is_within_word (text, whole))
    at = whole;
  for (guint n = 0; n < WORD_CHARS_MAX && at > text && is_within_character (text, at); n++)
    at = g_utf8_prev_char (at);
  while (at > text && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (at))))
    at = g_utf8_prev_char (at);
  return at;
}

gsize
chat_message_fold_find (const char *text)
{
  const char *shown = NULL;
  const char *at = text;
  guint lines = 1;

  g_return_val_if_fail (text != NULL, 0);

  for (guint chars = 0; *at != '\0'; chars++, at = g_utf8_next_char (at))
    {
      lines += *at == '\n';
      if (shown == NULL && (chars == CHAT_MESSAGE_FOLD_CHARS || lines > CHAT_MESSAGE_FOLD_LINES))
        shown = at;
      if (chars == CHAT_MESSAGE_LONG_CHARS || lines > CHAT_MESSAGE_LONG_LINES)
        {
          gsize len = (gsize) (go_back (text, shown) - text);
          return len > 0 ? len : (gsize) (shown - text); /* it may begin with empty lines only */
        }
    }
  return 0;
}
