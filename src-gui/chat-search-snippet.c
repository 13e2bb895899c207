/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-snippet.h"

#define CHARS_BEFORE 20 /* of the place: about a line */
#define CHARS_MAX 160

/* Breaks of lines become spaces of as many bytes. */
static void
flatten (char *text)
{
  for (char *p = text; *p != '\0'; p++)
    if (*p == '\n' || *p == '\r' || *p == '\t' || *p == '\v' || *p == '\f')
      *p = ' ';
}

static const char *
find_start (const char *text, const char *place)
{
  const char *start = place;

  for (guint i = 0; i < CHARS_BEFORE && start > text; i++)
    start = g_utf8_prev_char (start);
  return start;
}

static const char *
find_end (const char *start)
{
  for (guint i = 0; i < CHARS_MAX && *start != '\0'; i++)
    start = g_utf8_next_char (start);
  return start;
}

static void
add_bold (PangoAttrList *attributes, guint start, guint end)
{
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  bold->start_index = start;
  bold->end_index = end;
  pango_attr_list_insert (attributes, bold);
}

char *
chat_search_snippet (ChatSearchHit *hit, PangoAttrList **attributes)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (hit), NULL);

  const char *text = chat_search_hit_get_text (hit);
  guint n;
  const ChatSearchRange *ranges = chat_search_hit_get_ranges (hit, &n);
  const char *start = find_start (text, text + (n > 0 ? ranges[0].start : 0));
  const char *end = find_end (start);
  GString *out = g_string_new (start > text ? "…" : NULL);
  const guint before = (guint) out->len;
  const guint offset = (guint) (start - text);
  const guint limit = (guint) (end - text);

  g_string_append_len (out, start, end - start);
  *attributes = pango_attr_list_new ();
  for (guint i = 0; i < n && ranges[i].start < limit; i++)
    add_bold (*attributes, before + ranges[i].start - offset,
              before + MIN (ranges[i].end, limit) - offset);
  if (*end != '\0')
    g_string_append (out, "…");
  flatten (out->str);
  return g_string_free (out, FALSE);
}
