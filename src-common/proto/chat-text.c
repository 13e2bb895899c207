/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text.h"

#define KATAKANA_FIRST 0x30a1 /* ァ */
#define KATAKANA_LAST 0x30f6  /* ヶ */
#define ITERATION_FIRST 0x30fd
#define ITERATION_LAST 0x30fe
#define KATAKANA_TO_HIRAGANA 0x60

#define FULL_WIDTH_FIRST 0xff01
#define FULL_WIDTH_LAST 0xff5e
#define FULL_WIDTH_TO_ASCII 0xfee0
#define IDEOGRAPHIC_SPACE 0x3000
#define IDEOGRAPHIC_FULL_STOP 0x3002
#define HALF_WIDTH_FULL_STOP 0xff61

static gunichar
to_hiragana (gunichar c)
{
  if ((c >= KATAKANA_FIRST && c <= KATAKANA_LAST) || (c >= ITERATION_FIRST && c <= ITERATION_LAST))
    return c - KATAKANA_TO_HIRAGANA;

  return c;
}

static gunichar
to_narrow (gunichar c)
{
  if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST)
    return c - FULL_WIDTH_TO_ASCII;
  if (c == IDEOGRAPHIC_SPACE)
    return ' ';

  return c;
}

/* Part of a host name or of a number, once it is narrow. */
static gboolean
is_address_character (gunichar c)
{
  return c < 0x80 && (g_ascii_isalnum ((char) c) || c == '-');
}

static gboolean
is_ideographic_full_stop (gunichar c)
{
  return c == IDEOGRAPHIC_FULL_STOP || c == HALF_WIDTH_FULL_STOP;
}

char *
chat_text_fold_case (const char *text)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) lower = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  lower = g_string_sized_new (64);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (lower, g_unichar_tolower (g_utf8_get_char (p)));

  return g_utf8_casefold (lower->str, (gssize) lower->len);
}

char *
chat_text_fold (const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *compatible = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *composed = NULL;
  GString *out;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  compatible = g_utf8_normalize (valid, -1, G_NORMALIZE_NFKC);
  folded = chat_text_fold_case (compatible);
  composed = g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);

  out = g_string_sized_new (64);
  for (const char *p = composed; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (out, to_hiragana (g_utf8_get_char (p)));

  return g_string_free (out, FALSE);
}

char *
chat_text_narrow (const char *text)
{
  g_autofree char *valid = NULL;
  gunichar previous = 0;
  GString *out;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  out = g_string_sized_new (64);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = to_narrow (g_utf8_get_char (p));

      if (is_ideographic_full_stop (c) && is_address_character (previous) &&
          is_address_character (to_narrow (g_utf8_get_char (g_utf8_next_char (p)))))
        c = '.';

      g_string_append_unichar (out, c);
      previous = c;
    }

  return g_string_free (out, FALSE);
}

const char *
chat_text_find_space (const char *text)
{
  while (*text != '\0' && !g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

const char *
chat_text_skip_space (const char *text)
{
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}
