/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-name.h"

#include "chat-limits.h"
#include "chat-name-twins.h"
#include "chat-text.h"

#include <string.h>

#define ZERO_WIDTH_JOINER 0x200d
#define VARIATION_SELECTOR_16 0xfe0f /* "draw it as an emoji" */
#define KEYCAP 0x20e3
#define DOT_ABOVE 0x0307

#define MARKS_MAX 4     /* nonspacing marks on one character; living scripts need three */
#define SHRINK_MAX 8    /* NFC never makes a text shorter than this fraction */
#define NUMBER_DIGITS 6 /* of "Taro 2"; longer ones are part of the name */

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* Not drawn, or drawn as nothing, though their category is that of a letter, mark or symbol. */
static const Range blanks[] = {
  { 0x034f, 0x034f }, { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
  { 0x2800, 0x2800 }, { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },   { 0xffa0, 0xffa0 },
  { 0xfffc, 0xfffd }, { 0x16fe4, 0x16fe4 }, { 0x1d159, 0x1d159 }, { 0xe0100, 0xe01ef },
};

/* What may carry U+FE0F or be joined by U+200D; a little wider than Unicode's Emoji property. */
static const Range emoji[] = {
  { 0x00a9, 0x00a9 }, { 0x00ae, 0x00ae }, { 0x203c, 0x203c },   { 0x2049, 0x2049 },
  { 0x2122, 0x2122 }, { 0x2139, 0x2139 }, { 0x2194, 0x21aa },   { 0x231a, 0x231b },
  { 0x2328, 0x2328 }, { 0x23cf, 0x23cf }, { 0x23e9, 0x23fa },   { 0x24c2, 0x24c2 },
  { 0x25aa, 0x25ab }, { 0x25b6, 0x25b6 }, { 0x25c0, 0x25c0 },   { 0x25fb, 0x25fe },
  { 0x2600, 0x27bf }, { 0x2934, 0x2935 }, { 0x2b05, 0x2b07 },   { 0x2b1b, 0x2b1c },
  { 0x2b50, 0x2b50 }, { 0x2b55, 0x2b55 }, { 0x3030, 0x3030 },   { 0x303d, 0x303d },
  { 0x3297, 0x3297 }, { 0x3299, 0x3299 }, { 0x1f000, 0x1faff },
};

/* They would end the name in "[name]: text" too early, or look as if they did. */
static const gunichar brackets[] = { '[', ']', 0xff3b, 0xff3d, 0xfe47, 0xfe48 };

static const char *const reserved[] = { "システム", "System" };

static gboolean
is_in (gunichar c, const Range *ranges, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;

  return FALSE;
}

static gboolean
is_emoji (gunichar c)
{
  return is_in (c, emoji, G_N_ELEMENTS (emoji));
}

static gboolean
is_bracket (gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS (brackets); i++)
    if (brackets[i] == c)
      return TRUE;

  return FALSE;
}

static gboolean
is_invisible (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return is_in (c, blanks, G_N_ELEMENTS (blanks));
    }
}

/* U+FE0F behind an emoji or inside a keycap, U+200D between two emoji. */
static gboolean
is_emoji_glue (gunichar previous, gunichar c, gunichar next)
{
  if (c == VARIATION_SELECTOR_16)
    return is_emoji (previous) || (next == KEYCAP && previous != 0 && previous < 0x80 &&
                                   strchr ("0123456789#*", (int) previous) != NULL);
  if (c == ZERO_WIDTH_JOINER)
    return (is_emoji (previous) || previous == VARIATION_SELECTOR_16) && is_emoji (next);

  return FALSE;
}

static gboolean
has_bad_character (const char *name, ChatNameKind kind)
{
  gunichar previous = 0;
  guint marks = 0;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gunichar next = g_utf8_get_char (g_utf8_next_char (p));

      if (is_invisible (c) && !is_emoji_glue (previous, c, next))
        return TRUE;
      if (kind == CHAT_NAME_USER && is_bracket (c))
        return TRUE;

      marks = g_unichar_ismark (c) ? marks + 1 : 0;
      if (marks > MARKS_MAX || (marks > 0 && previous == 0))
        return TRUE;
      previous = c;
    }

  return FALSE;
}

static gsize
get_max_bytes (ChatNameKind kind)
{
  return kind == CHAT_NAME_ROOM ? CHAT_ROOM_NAME_MAX_BYTES : CHAT_USER_NAME_MAX_BYTES;
}

static gboolean
is_too_long (const char *name, ChatNameKind kind)
{
  glong max_chars = kind == CHAT_NAME_ROOM ? CHAT_ROOM_NAME_MAX_CHARS : CHAT_USER_NAME_MAX_CHARS;

  return strlen (name) > get_max_bytes (kind) || g_utf8_strlen (name, -1) > max_chars;
}

/* The letters and digits of @key: all of them, or only the first run. */
static char *
pick_word (const char *key, gboolean first_run)
{
  GString *word = g_string_new (NULL);

  for (const char *p = key; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c))
        g_string_append_unichar (word, c);
      else if (first_run && word->len > 0)
        break;
    }

  return g_string_free (word, FALSE);
}

/* "システム", "[ＳＹＳＴＥＭ]", "S y s t e m", "System: Bob"; not "システム部". */
static gboolean
is_reserved (const char *name)
{
  g_autofree char *key = chat_name_key (name);
  g_autofree char *all = pick_word (key, FALSE);
  g_autofree char *first = pick_word (key, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (reserved); i++)
    {
      g_autofree char *word = chat_name_key (reserved[i]);

      if (strcmp (all, word) == 0 || strcmp (first, word) == 0)
        return TRUE;
    }

  return FALSE;
}

static ChatNameProblem
judge (const char *name, ChatNameKind kind)
{
  if (has_bad_character (name, kind))
    return CHAT_NAME_BAD_CHARACTER;
  if (is_too_long (name, kind))
    return CHAT_NAME_TOO_LONG;
  if (kind == CHAT_NAME_USER && is_reserved (name))
    return CHAT_NAME_RESERVED;

  return CHAT_NAME_OK;
}

/* @name is valid UTF-8 without NULs. */
static char *
fold_space (const char *name, gsize len)
{
  GString *out = g_string_sized_new (len + 1);
  const char *end = name + len;
  gboolean space = FALSE;

  for (const char *p = name; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          space = TRUE;
          continue;
        }
      if (space && out->len > 0)
        g_string_append_c (out, ' ');
      space = FALSE;
      g_string_append_unichar (out, c);
    }

  return g_string_free (out, FALSE);
}

static char *
normalize (const char *name, gsize len, ChatNameKind kind, ChatNameProblem *problem)
{
  g_autofree char *folded = NULL;
  g_autofree char *composed = NULL;
  const char *valid_end;

  if (!g_utf8_validate_len (name, len, &valid_end))
    {
      *problem = *valid_end == '\0' ? CHAT_NAME_BAD_CHARACTER : CHAT_NAME_NOT_UTF8;
      return NULL;
    }

  folded = fold_space (name, len);
  if (folded[0] == '\0')
    {
      *problem = CHAT_NAME_EMPTY;
      return NULL;
    }
  if (strlen (folded) > SHRINK_MAX * get_max_bytes (kind))
    {
      *problem = CHAT_NAME_TOO_LONG;
      return NULL;
    }

  composed = g_utf8_normalize (folded, -1, G_NORMALIZE_NFC);
  *problem = judge (composed, kind);
  return *problem == CHAT_NAME_OK ? g_steal_pointer (&composed) : NULL;
}

/* NFKD of the case-folded NFKC: accents apart from their letters, everything else made plain. */
static char *
decompose (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *plain = g_utf8_normalize (valid, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = chat_text_fold_case (plain);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFKD);
}

static void
append_twin (GString *key, gunichar c)
{
  gunichar twin = chat_name_twin (c);
  char last = key->len > 0 ? key->str[key->len - 1] : '\0';

  if (c == DOT_ABOVE && (last == 'l' || last == 'j'))
    return; /* i and j have it already */
  if (twin == 'n' && last == 'r')
    key->str[key->len - 1] = 'm';
  else if (twin == 'v' && last == 'v')
    key->str[key->len - 1] = 'w';
  else
    g_string_append_unichar (key, twin);
}

/* Splits "Taro 2" into 4 (bytes of "Taro") and 2; a name without a number counts as 1. */
static gsize
split_number (const char *name, guint64 *number)
{
  gsize len = strlen (name);
  gsize digits = 0;

  while (digits < len && g_ascii_isdigit (name[len - digits - 1]))
    digits++;

  *number = 1;
  if (digits == 0 || digits > NUMBER_DIGITS || digits + 1 >= len || name[len - digits - 1] != ' ' ||
      name[len - digits] == '0')
    return len;

  *number = g_ascii_strtoull (name + len - digits, NULL, 10);
  return len - digits - 1;
}

char *
chat_name_normalize (const char *name, gssize len, ChatNameKind kind, ChatNameProblem *problem)
{
  ChatNameProblem found = CHAT_NAME_OK;
  char *normalized;

  g_return_val_if_fail (name != NULL || len == 0, NULL);

  if (len == 0 || name == NULL)
    name = "";
  normalized = normalize (name, len < 0 ? strlen (name) : (gsize) len, kind, &found);
  if (problem != NULL)
    *problem = found;

  return normalized;
}

char *
chat_name_key (const char *name)
{
  g_autofree char *plain = NULL;
  g_autoptr (GString) key = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  plain = decompose (name);
  key = g_string_sized_new (strlen (plain) + 1);
  for (const char *p = plain; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!is_invisible (c))
        append_twin (key, c);
    }

  /* a mark's twin may belong before or behind another mark */
  return g_utf8_normalize (key->str, (gssize) key->len, G_NORMALIZE_NFD);
}

gboolean
chat_name_is_text (const char *text, gboolean lines)
{
  g_autofree char *line = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;

  line = g_strdup (text);
  return !has_bad_character (lines ? g_strdelimit (line, "\n", ' ') : line, CHAT_NAME_ROOM);
}

char *
chat_name_suggest (const char *name, ChatNameKind kind, guint attempt)
{
  guint64 number;
  gsize base_len;

  g_return_val_if_fail (name != NULL, NULL);

  for (base_len = split_number (name, &number);; base_len--)
    {
      g_autofree char *candidate =
          g_strdup_printf ("%.*s %" G_GUINT64_FORMAT, (int) base_len, name, number + attempt);
      char *valid = chat_name_normalize (candidate, -1, kind, NULL);

      if (valid != NULL || base_len == 0)
        return valid;
    }
}
