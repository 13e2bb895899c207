/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-format.h"

#include "chat-format-guard.h"

#include <md4c.h>
#include <string.h>

#define SPANS_MAX 500       /* more is no message, and slow to draw */
#define LINE_MAX_BYTES 4096 /* a longer one has no formatting within it */
#define INDENT_MAX 3        /* spaces before a fence or a quote */
#define FENCE "```"
#define FENCE_LEN 3
#define BULLET "• "

/* A line that begins so is nothing but a paragraph, and its first mark stands behind a space as at
 * the beginning of a line. */
#define LEAD "a "
#define LEAD_LEN 2

typedef struct
{
  GString *out;       /* owned */
  GArray *spans;      /* owned, of ChatFormatSpan */
  GArray *open;       /* owned, of guint: where what is open began */
  gboolean fenceless; /* no further fence is closed */
  gboolean too_much;

  /* the line that is being parsed */
  const char *line;   /* as it was typed */
  const char *parsed; /* LEAD, and the line as the parser sees it */
  gsize parsed_len;
} Format;

static void
add_span (Format *self, ChatFormatKind kind, guint start)
{
  const ChatFormatSpan span = { kind, start, (guint) self->out->len };

  if (span.start == span.end)
    return;

  g_array_append_val (self->spans, span);
  self->too_much |= self->spans->len > SPANS_MAX;
}

/* ---- within a line: the parser's calls */

static int
on_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  return 0;
}

static int
on_enter_span (MD_SPANTYPE type, void *detail, void *data)
{
  Format *self = data;
  const guint start = (guint) self->out->len;

  g_array_append_val (self->open, start);
  return 0;
}

/* Its text as it was typed. */
static void
append (Format *self, const char *text, gsize len)
{
  gsize at;

  if (text < self->parsed || text + len > self->parsed + self->parsed_len)
    {
      g_string_append_len (self->out, text, (gssize) len);
      return;
    }

  at = (gsize) (text - self->parsed);
  if (at < LEAD_LEN)
    {
      const gsize skipped = MIN (LEAD_LEN - at, len);

      at += skipped;
      len -= skipped;
    }
  g_string_append_len (self->out, self->line + at - LEAD_LEN, (gssize) len);
}

/* Behind the words of a link, unless they are it */
static void
append_address (Format *self, guint start, const MD_SPAN_A_DETAIL *link)
{
  const guint end = (guint) self->out->len;
  g_autofree char *words = g_strndup (self->out->str + start, end - start);
  g_autofree char *address = NULL;

  if (link->href.size == 0)
    return;
  if (end > start)
    g_string_append (self->out, " (");
  const guint before = (guint) self->out->len;
  append (self, link->href.text, link->href.size);
  address = g_strdup (self->out->str + before);
  if (end > start && g_str_equal (words, address))
    g_string_truncate (self->out, end);
  else if (end > start)
    g_string_append_c (self->out, ')');
}

static int
on_leave_span (MD_SPANTYPE type, void *detail, void *data)
{
  Format *self = data;
  const guint start = g_array_index (self->open, guint, self->open->len - 1);

  g_array_set_size (self->open, self->open->len - 1);
  switch (type)
    {
    case MD_SPAN_EM:
      add_span (self, CHAT_FORMAT_ITALIC, start);
      break;
    case MD_SPAN_STRONG:
      add_span (self, CHAT_FORMAT_BOLD, start);
      break;
    case MD_SPAN_DEL:
      add_span (self, CHAT_FORMAT_STRIKETHROUGH, start);
      break;
    case MD_SPAN_CODE:
      add_span (self, CHAT_FORMAT_CODE, start);
      break;
    case MD_SPAN_A:
      append_address (self, start, detail);
      break;
    default:
      break;
    }
  return self->too_much ? 1 : 0;
}

static int
on_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
  append (data, text, size);
  return 0;
}

static const MD_PARSER parser = {
  .flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_STRIKETHROUGH,
  .enter_block = on_block,
  .leave_block = on_block,
  .enter_span = on_enter_span,
  .leave_span = on_leave_span,
  .text = on_text,
};

static gsize
trim_end (const char *line, gsize len)
{
  while (len > 0)
    {
      const char *last = g_utf8_prev_char (line + len);

      if (!g_unichar_isspace (g_utf8_get_char (last)))
        break;
      len = (gsize) (last - line);
    }
  return len;
}

static void
add_words (Format *self, const char *line, gsize len)
{
  const gsize n = trim_end (line, len);
  g_autofree char *guarded = NULL;
  g_autofree char *parsed = NULL;

  if (n > 0 && n <= LINE_MAX_BYTES)
    {
      guarded = chat_format_guard (line, n);
      parsed = g_strconcat (LEAD, guarded, NULL);
      self->line = line;
      self->parsed = parsed;
      self->parsed_len = LEAD_LEN + n;
      if (md_parse (parsed, (MD_SIZE) self->parsed_len, &parser, self) != 0)
        self->too_much = TRUE;
    }
  else
    g_string_append_len (self->out, line, (gssize) n);
  g_string_append_len (self->out, line + n, (gssize) (len - n));
}

/* ---- lines */

static gsize
get_indent (const char *line, gsize len)
{
  gsize n = 0;

  while (n < len && line[n] == ' ')
    n++;
  return n;
}

/* Returns: how many backticks make it a fence, 0 for none */
static gsize
get_fence (const char *line, gsize len, gboolean closing)
{
  const gsize indent = get_indent (line, len);
  const char *p = line + indent;
  const gsize n_left = trim_end (p, len - indent);
  gsize n = 0;

  while (n < n_left && p[n] == '`')
    n++;
  if (indent > INDENT_MAX || n < FENCE_LEN)
    return 0;

  return closing ? (n == n_left ? n : 0) : (memchr (p + n, '`', n_left - n) == NULL ? n : 0);
}

static const char *
get_line_end (const char *line)
{
  return line + strcspn (line, "\n");
}

static const char *
get_next_line (const char *line)
{
  const char *end = get_line_end (line);

  return *end != '\0' ? end + 1 : NULL;
}

/* Returns: (nullable): the line that closes a fence of @n */
static const char *
find_closing (const char *line, gsize n)
{
  for (; line != NULL; line = get_next_line (line))
    if (get_fence (line, (gsize) (get_line_end (line) - line), TRUE) >= n)
      return line;

  return NULL;
}

/* Returns: the line that closes the block, or @line where it begins none */
static const char *
add_code_block (Format *self, const char *line, gsize len)
{
  const gsize n = self->fenceless ? 0 : get_fence (line, len, FALSE);
  const char *first = get_next_line (line);
  const char *closing = n > 0 && first != NULL ? find_closing (first, n) : NULL;
  const guint start = (guint) self->out->len;

  self->fenceless |= n > 0 && closing == NULL;
  if (closing == NULL || closing == first)
    return line;

  g_string_append_len (self->out, first, closing - 1 - first);
  add_span (self, CHAT_FORMAT_CODE_BLOCK, start);
  return closing;
}

/* Returns: how much of the line says that it is a quote, 0 for none; ">_<" is none */
static gsize
get_quote (const char *line, gsize len)
{
  gsize n = get_indent (line, len);
  gunichar c;

  if (n > INDENT_MAX || n == len || line[n] != '>')
    return 0;
  while (n < len && (line[n] == '>' || line[n] == ' '))
    n++;
  c = n < len ? g_utf8_get_char (line + n) : ' ';
  return line[n - 1] == ' ' || g_unichar_isalnum (c) || g_unichar_isspace (c) ? n : 0;
}

/* Returns: whether it is something to be listed: no number, no line of marks */
static gboolean
is_item (const char *text, gsize len)
{
  gsize n = 0;

  while (n < len && strchr ("-*_= ", text[n]) != NULL)
    n++;
  return n < len && !g_ascii_isdigit (text[0]);
}

/* Returns: where the mark of a list stands, @len for nowhere; "- 5" is a number, "- - -" a line */
static gsize
find_bullet (const char *line, gsize len)
{
  const gsize n = get_indent (line, len);
  gsize next;

  if (n + 2 >= len || (line[n] != '-' && line[n] != '*') || line[n + 1] != ' ')
    return len;

  next = n + 1 + get_indent (line + n + 1, len - n - 1);
  return is_item (line + next, len - next) ? n : len;
}

static void
add_line (Format *self, const char *line, gsize len)
{
  const guint start = (guint) self->out->len;
  const gsize quote = get_quote (line, len);
  const gsize bullet = quote + find_bullet (line + quote, len - quote);

  if (bullet < len)
    {
      g_string_append_len (self->out, line, (gssize) bullet);
      g_string_append (self->out, BULLET);
      add_words (self, line + bullet + 2, len - bullet - 2);
    }
  else
    {
      g_string_append_len (self->out, line, (gssize) quote);
      add_words (self, line + quote, len - quote);
    }
  if (quote > 0)
    add_span (self, CHAT_FORMAT_QUOTE, start);
}

static void
add_lines (Format *self, const char *line)
{
  while (line != NULL && !self->too_much)
    {
      const gsize len = (gsize) (get_line_end (line) - line);
      const char *last = add_code_block (self, line, len);

      if (last == line)
        add_line (self, line, len);
      line = get_next_line (last);
      if (line != NULL)
        g_string_append_c (self->out, '\n');
    }
}

/* ---- public */

ChatFormat *
chat_format_new (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  ChatFormat *self = g_new0 (ChatFormat, 1);
  Format format = { .out = g_string_sized_new (strlen (text)),
                    .spans = g_array_new (FALSE, FALSE, sizeof (ChatFormatSpan)),
                    .open = g_array_new (FALSE, FALSE, sizeof (guint)) };

  add_lines (&format, text);
  if (format.too_much)
    {
      g_string_assign (format.out, text);
      g_array_set_size (format.spans, 0);
    }
  g_array_unref (format.open);
  self->spans = format.spans;
  self->text = g_string_free (format.out, FALSE);
  return self;
}

void
chat_format_free (ChatFormat *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->spans);
  g_free (self->text);
  g_free (self);
}

gboolean
chat_format_is_plain (ChatFormat *self, const char *text)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->spans->len == 0 && g_str_equal (self->text, text);
}
