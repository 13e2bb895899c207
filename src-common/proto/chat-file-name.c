/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-name.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

#define FALLBACK "file"
#define LOOK_AT_MAX (2 * CHAT_FILE_NAME_MAX) /* bytes; of more, the middle is not looked at */
#define EXTENSION_MAX 32 /* bytes, with its dot: what is longer is no extension */

#define TAIL 16 /* characters */

/* Devices of another system, with or without an extension */
static const char *const devices[] = { "con", "prn", "aux", "nul", "conin$", "conout$" };
static const char *const numbered_devices[] = { "com", "lpt" };

gboolean
chat_file_name_is_valid (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  const gsize len = strlen (name);

  return len > 0 && len <= CHAT_FILE_NAME_MAX && g_utf8_validate (name, (gssize) len, NULL) &&
         strpbrk (name, "/\\") == NULL && strcmp (name, ".") != 0 && strcmp (name, "..") != 0 &&
         chat_name_is_text (name, FALSE);
}

/* --- length ------------------------------------------------------------------------------------
 */

/* Returns: (transfer none): where in @name its extension begins, with its dot; its end if none */
static const char *
find_extension (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *end = name + strlen (name);

  return dot != NULL && dot > name && end - dot <= EXTENSION_MAX ? dot : end;
}

/* @text cut to @max bytes, between characters */
static gsize
fit (const char *text, gsize len, gsize max)
{
  if (len <= max)
    return len;

  while (max > 0 && ((guint8) text[max] & 0xc0) == 0x80)
    max--;
  return max;
}

static void
shorten (GString *name, gsize max)
{
  const gsize stem = (gsize) (find_extension (name->str) - name->str);
  const gsize extension = name->len - stem;

  if (name->len <= max)
    return;

  const gsize keep = fit (name->str, stem, max - extension);
  g_string_erase (name, (gssize) keep, (gssize) (stem - keep));
}

/* --- characters ------------------------------------------------------------------------------- */

static const char *
last_part (const char *path)
{
  const char *part = path;

  for (const char *at = path; *at != '\0'; at++)
    if ((*at == '/' || *at == '\\') && at[1] != '\0')
      part = at + 1;

  return part;
}

/* Where to begin, so that what follows can be judged without what is before: at a character that
 * stands for itself. No name has as many others in a row. */
static const char *
tail_of (const GString *out)
{
  const char *end = out->str + out->len;
  const char *at = end;

  for (guint i = 0; i < TAIL && at > out->str; i++)
    at = g_utf8_prev_char (at);
  while (at < end && at > out->str &&
         (g_unichar_ismark (g_utf8_get_char (at)) ||
          g_unichar_type (g_utf8_get_char (at)) == G_UNICODE_FORMAT))
    at = g_utf8_next_char (at);

  return at < end ? at : out->str;
}

/* Whether it may stand in a name at all is asked of chat-name, in the company of what it stands
 * beside: an emoji has characters that are nothing alone. */
static gboolean
fits (GString *out, const char *at)
{
  const gsize before = out->len;
  const gsize tail = (gsize) (tail_of (out) - out->str);
  gboolean good;

  g_string_append_len (out, at, g_utf8_next_char (at) - at);
  good = chat_name_is_text (out->str + tail, FALSE);
  g_string_truncate (out, before);
  return good;
}

static gboolean
is_forbidden (gunichar c)
{
  return c < 0x80 && strchr ("/\\:*?\"<>|", (int) c) != NULL;
}

/* U+200D is nothing until an emoji follows: with it, or not at all. Returns: whether it was taken
 */
static gboolean
take_joined (GString *out, const char *at)
{
  const gsize before = out->len;
  const gsize tail = (gsize) (tail_of (out) - out->str);
  const char *next = g_utf8_next_char (at);

  if (*next == '\0')
    return FALSE;

  g_string_append_len (out, at, g_utf8_next_char (next) - at);
  if (chat_name_is_text (out->str + tail, FALSE))
    return TRUE;

  g_string_truncate (out, before);
  return FALSE;
}

/* @text: valid UTF-8 in NFC. Returns: (transfer full): without what no name may have */
static GString *
keep_harmless (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      const gunichar c = g_utf8_get_char (at);

      if (is_forbidden (c))
        g_string_append_c (out, '_');
      else if (g_unichar_isspace (c))
        g_string_append_c (out, ' ');
      else if (fits (out, at))
        g_string_append_unichar (out, c);
      else if (take_joined (out, at))
        at = g_utf8_next_char (at);
    }

  return out;
}

/* What stood between a letter and its mark may be gone. */
static void
compose (GString *name)
{
  g_autofree char *normal = g_utf8_normalize (name->str, -1, G_NORMALIZE_NFC);

  g_string_assign (name, normal);
}

/* --- its shape ---------------------------------------------------------------------------------
 */

/* Hidden files, and what another system cuts off silently */
static void
trim (GString *name)
{
  gsize begin = strspn (name->str, ". ");

  g_string_erase (name, 0, (gssize) begin);
  while (name->len > 0 && strchr (". ", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
}

static gboolean
is_device (const char *name)
{
  const char *dot = strchr (name, '.');
  const gsize len = dot != NULL ? (gsize) (dot - name) : strlen (name);
  g_autofree char *stem = g_ascii_strdown (name, (gssize) len);

  g_strchomp (stem);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    if (strcmp (stem, devices[i]) == 0)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (numbered_devices); i++)
    if (g_str_has_prefix (stem, numbered_devices[i]) && strlen (stem) == 4 &&
        g_ascii_isdigit (stem[3]))
      return TRUE;

  return FALSE;
}

char *
chat_file_name_sanitize (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? last_part (name) : "", -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  g_autoptr (GString) text = g_string_new (normal);
  g_autoptr (GString) out = NULL;

  shorten (text, LOOK_AT_MAX);
  out = keep_harmless (text->str);
  compose (out);
  trim (out);
  if (is_device (out->str))
    g_string_prepend_c (out, '_');
  shorten (out, CHAT_FILE_NAME_MAX);
  trim (out); /* where it was cut */
  if (out->len == 0 || !chat_file_name_is_valid (out->str))
    g_string_assign (out, FALLBACK);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
chat_file_name_number (const char *name, guint attempt)
{
  g_return_val_if_fail (name != NULL, NULL);

  const char *extension = find_extension (name);
  g_autofree char *number = g_strdup_printf (" (%u)", attempt);
  const gsize max = CHAT_FILE_NAME_MAX - strlen (extension) - strlen (number);
  const gsize stem = fit (name, (gsize) (extension - name), max);

  return g_strdup_printf ("%.*s%s%s", (int) stem, name, number, extension);
}
