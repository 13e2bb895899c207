/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-format-guard.h"

#include "chat-text-links.h"

#include <string.h>

#define LETTER 'a'
#define ACUTE 0x00b4     /* ´, half of a face */
#define MACRON 0x00af    /* ¯, an arm */
#define FACE_MAX_CHARS 8 /* between the halves of one */
#define OPENERS "\"'([{*_~`#@$\\-+.:<&%"
#define CLOSERS "\"')]}*_~`.,!?:;%-+\\$>"
#define OPENING "\"'([{*_~`"
#define CLOSING "\"')]}*_~`"
#define ESCAPABLE "*_~`[]\\"

typedef struct
{
  const char *line; /* borrowed */
  gsize len;
  char *out; /* as long */
} Guard;

/* ---- characters */

/* What stands there; of what was made a letter, that. 0: the line ends. */
static gunichar
get_at (const Guard *self, gsize at)
{
  if (at >= self->len)
    return 0;

  return (guchar) self->line[at] < 0x80 ? (gunichar) self->out[at]
                                        : g_utf8_get_char (self->line + at);
}

static gunichar
get_before (const Guard *self, gsize at)
{
  return at > 0 ? get_at (self, (gsize) (g_utf8_prev_char (self->line + at) - self->line)) : 0;
}

/* No symbol */
static gboolean
is_foreign_punctuation (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONNECT_PUNCTUATION:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_INITIAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
    case G_UNICODE_OPEN_PUNCTUATION:
      return c >= 0x80;
    default:
      return FALSE;
    }
}

static gboolean
is_cjk_punctuation (gunichar c)
{
  return (c >= 0x3000 && c <= 0x303f) || c == 0x30fb || (c >= 0xfe30 && c <= 0xfe4f) ||
         (c >= 0xff00 && c <= 0xffef);
}

static gboolean
is_word (gunichar c)
{
  return g_unichar_isalnum (c) || is_foreign_punctuation (c);
}

static gboolean
is_in (gunichar c, const char *set)
{
  return c > 0 && c < 0x80 && strchr (set, (int) c) != NULL;
}

static gboolean
can_begin (gunichar c)
{
  return g_unichar_isalnum (c) || (c >= 0x80 && c != ACUTE && !g_unichar_isspace (c)) ||
         is_in (c, OPENERS);
}

static gboolean
can_end (gunichar c)
{
  return g_unichar_isalnum (c) || (c >= 0x80 && c != ACUTE && !g_unichar_isspace (c)) ||
         is_in (c, CLOSERS);
}

/* What may stand outside of what is emphasized: no letter, but where people write without spaces */
static gboolean
is_outside (gunichar c, char mark)
{
  if (c == 0 || g_unichar_isspace (c))
    return TRUE;
  if (c >= 0x80)
    return mark != '_' || !g_unichar_isalnum (c);

  return !g_unichar_isalnum (c) && c != '^' && c != '/';
}

static gboolean
is_ascii_punctuation (gunichar c)
{
  return c < 0x80 && g_ascii_ispunct ((char) c);
}

/* ---- what is made letters */

static void
make_letters (Guard *self, gsize start, gsize end)
{
  memset (self->out + start, LETTER, end - start);
}

/* In "[https://a.example](https://b.example)" two were taken for one. */
static void
hide_link (Guard *self, gsize start, gsize end)
{
  const char *middle = memmem (self->line + start, end - start, "](", 2);
  const gsize at = middle != NULL ? (gsize) (middle - self->line) : end;

  make_letters (self, start, at);
  if (middle != NULL)
    make_letters (self, at + 2, self->line[end - 1] == ')' && end > at + 2 ? end - 1 : end);
}

static void
hide_links (Guard *self)
{
  g_autofree char *text = g_strndup (self->line, self->len);
  g_autoptr (GArray) links = chat_text_find_links (text);

  for (guint i = 0; i < links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (links, ChatTextLink, i);

      hide_link (self, link->start, link->end);
    }
}

static void
hide_foreign (Guard *self)
{
  const char *end = self->line + self->len;

  for (const char *p = self->line; p < end; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);
      const gsize at = (gsize) (p - self->line);
      const gsize size = (gsize) (g_utf8_next_char (p) - p);

      if (c < 0x80 || (is_foreign_punctuation (c) && !is_cjk_punctuation (c)))
        continue;
      memset (self->out + at, g_unichar_isspace (c) ? ' ' : LETTER, size);
    }
}

/* Returns: whether a run of marks, from @start up to before @end, neither begins nor ends anything
 */
static gboolean
is_idle (const Guard *self, gsize start, gsize end)
{
  const char mark = self->line[start];
  const gunichar before = get_before (self, start);
  const gunichar after = get_at (self, end);

  if (mark == '~' && end - start != 2) /* 10~20 */
    return TRUE;
  if ((before == '(' || before == 0xff08) && !is_word (after))
    return TRUE;
  if ((after == ')' || after == 0xff09) && !is_word (before))
    return TRUE;

  if (is_ascii_punctuation (before) && is_ascii_punctuation (after) && !is_in (before, CLOSING) &&
      !is_in (after, OPENING)) /* ;_; */
    return TRUE;

  return !(can_begin (after) && is_outside (before, mark)) &&
         !(can_end (before) && is_outside (after, mark));
}

static gsize
get_run_end (const Guard *self, gsize start)
{
  gsize end = start + 1;

  while (end < self->len && self->out[end] == self->line[start])
    end++;
  return end;
}

static gboolean
has_acute_near (const Guard *self, gsize at, gboolean before)
{
  const char *p = self->line + at;
  const char *end = self->line + self->len;

  for (guint i = 0; i < FACE_MAX_CHARS; i++)
    {
      if (before ? p == self->line : g_utf8_next_char (p) >= end)
        return FALSE;
      p = before ? g_utf8_prev_char (p) : g_utf8_next_char (p);
      if (g_utf8_get_char (p) == ACUTE)
        return TRUE;
    }
  return FALSE;
}

/* (´・ω・`) (`・ω・´) */
static gboolean
is_of_face (const Guard *self, gsize at)
{
  return has_acute_near (self, at, TRUE) || has_acute_near (self, at, FALSE);
}

/* A backslash that protects nothing is one; so is an arm: ¯\_(ツ)_/¯ */
static gsize
guard_backslash (Guard *self, gsize at)
{
  const gunichar after = get_at (self, at + 1);

  if (get_before (self, at) == MACRON && after == '_')
    {
      make_letters (self, at, at + 2);
      return at + 2;
    }
  if (is_in (after, ESCAPABLE))
    return at + 2;

  make_letters (self, at, at + 1);
  return at + 1;
}

static gsize
guard_run (Guard *self, gsize start)
{
  const gsize end = get_run_end (self, start);

  if (is_idle (self, start, end))
    make_letters (self, start, end);
  return end;
}

static gsize
guard_backtick (Guard *self, gsize start)
{
  const gsize end = get_run_end (self, start);

  if (end - start == 1 && is_of_face (self, start))
    make_letters (self, start, end);
  return end;
}

static gsize
guard_at (Guard *self, gsize at)
{
  switch (self->out[at])
    {
    case '*':
    case '_':
    case '~':
      return guard_run (self, at);
    case '`':
      return guard_backtick (self, at);
    case '\\':
      return guard_backslash (self, at);
    case '!':
      if (get_at (self, at + 1) == '[') /* a picture */
        make_letters (self, at, at + 1);
      return at + 1;
    default:
      return at + 1;
    }
}

char *
chat_format_guard (const char *line, gsize len)
{
  g_return_val_if_fail (line != NULL, NULL);

  Guard guard = { .line = line, .len = len, .out = g_strndup (line, len) };

  hide_links (&guard);
  hide_foreign (&guard);
  for (gsize at = 0; at < len;)
    at = guard_at (&guard, at);
  return guard.out;
}
