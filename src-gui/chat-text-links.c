/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text-links.h"

#include <string.h>

#define WWW "www."
#define WWW_LEN 4

/* Not part of an address, wherever they stand. */
static gboolean
ends_link (gunichar c)
{
  if (c <= 0x20 || c == 0x7f || strchr ("<>\"`{}|\\^", (int) MIN (c, 0x7f)) != NULL)
    return TRUE;
  if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
    return TRUE;
  if ((c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || c == 0x30fb)
    return TRUE; /* 、。「」 and their like */
  if ((c >= 0xff01 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff65))
    return TRUE;                     /* full-width punctuation */
  return c >= 0x200b && c <= 0x206f; /* quotes, ellipsis, bidi marks */
}

/* Letters of other scripts directly behind an ASCII host are the sentence going on. */
static gboolean
is_host_char (gunichar c, gboolean ascii_host)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char) c) || strchr (".-_:@[]%~", (int) c) != NULL;
  return !ascii_host;
}

static gsize
scheme_len (const char *text)
{
  if (g_ascii_strncasecmp (text, WWW, WWW_LEN) == 0)
    return WWW_LEN; /* as good as one: people write it without */
  if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    return 8;
  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    return 7;
  return 0;
}

static const char *
skip_host (const char *p)
{
  gboolean ascii_host = (guchar) *p < 0x80;

  for (; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (ends_link (c) || !is_host_char (c, ascii_host))
        break;
    }
  return p;
}

static const char *
skip_path (const char *p)
{
  if (*p != '/' && *p != '?' && *p != '#')
    return p;
  while (*p != '\0' && !ends_link (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

static gboolean
is_balanced (const char *start, const char *end, char open, char close)
{
  int depth = 0;

  for (const char *p = start; p < end; p++)
    depth += (*p == open) - (*p == close);
  return depth >= 0;
}

static gboolean
is_trailing (const char *start, const char *last)
{
  if (*last == ')')
    return !is_balanced (start, last + 1, '(', ')');
  if (*last == ']')
    return !is_balanced (start, last + 1, '[', ']');
  return strchr (".,;:!?'*~", *last) != NULL;
}

static const char *
trim_end (const char *start, const char *end)
{
  while (end > start && is_trailing (start, end - 1))
    end--;
  return end;
}

static gboolean
continues_word (char before, gsize scheme)
{
  if (g_ascii_isalnum (before))
    return TRUE;
  return scheme == WWW_LEN && strchr (".-_@/", before) != NULL; /* "a@www.b" is no address */
}

static gboolean
starts_with_host (const char *host, const char *end)
{
  return host < end && (g_ascii_isalnum (*host) || *host == '[' || (guchar) *host >= 0x80);
}

GArray *
chat_text_find_links (const char *text)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (ChatTextLink));

  g_return_val_if_fail (text != NULL, links);

  const char *p = text;
  while ((p = strpbrk (p, "hHwW")) != NULL)
    {
      gsize scheme = scheme_len (p);

      if (scheme == 0 || (p > text && continues_word (p[-1], scheme)))
        {
          p++;
          continue;
        }
      const char *end = trim_end (p, skip_path (skip_host (p + scheme)));
      if (starts_with_host (p + scheme, end))
        {
          ChatTextLink link = { (guint) (p - text), (guint) (end - text) };
          g_array_append_val (links, link);
        }
      p = MAX (end, p + scheme);
    }
  return links;
}

char *
chat_text_dup_link (const char *text, const ChatTextLink *link)
{
  g_autofree char *written = NULL;

  g_return_val_if_fail (text != NULL && link != NULL, NULL);

  written = g_strndup (text + link->start, link->end - link->start);
  if (g_ascii_strncasecmp (written, WWW, WWW_LEN) == 0)
    return g_strconcat ("https://", written, NULL);
  return g_steal_pointer (&written);
}
