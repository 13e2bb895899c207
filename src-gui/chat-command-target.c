/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-command-target.h"

#include "chat-limits.h"
#include "chat-text.h"

#include <string.h>

/* Nobody mutes for longer; more digits are no number */
#define NUMBER_MAX 999999

static const struct
{
  const char *word;
  guint64 seconds;
} units[] = {
  { "s", 1 },  { "m", 60 },  { "h", 3600 },    { "d", 86400 },
  { "秒", 1 }, { "分", 60 }, { "時間", 3600 }, { "日", 86400 },
};

static const struct
{
  const char *open;
  const char *close;
} quotes[] = { { "\"", "\"" }, { "“", "”" }, { "「", "」" } };

/* Returns: (nullable): which of @names is the first @len bytes of @text */
static const char *
find_name (const char *text, gsize len, const char *const *names)
{
  g_autofree char *typed = g_strndup (text, len);
  g_autofree char *folded = chat_text_fold (typed);
  const char *alike = NULL;

  for (; *names != NULL; names++)
    {
      g_autofree char *name = chat_text_fold (*names);

      if (strcmp (*names, typed) == 0)
        return *names;
      if (strcmp (name, folded) == 0)
        alike = *names;
    }
  return alike;
}

/* Returns: whether @text begins with a quote that ends; @len: of what it is around */
static gboolean
find_quoted (const char *text, const char **inside, gsize *len, const char **rest)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quotes); i++)
    {
      const char *start = text + strlen (quotes[i].open);
      const char *end =
          g_str_has_prefix (text, quotes[i].open) ? strstr (start, quotes[i].close) : NULL;

      if (end == NULL || end == start)
        continue;
      *inside = start;
      *len = (gsize) (end - start);
      *rest = chat_text_skip_space (end + strlen (quotes[i].close));
      return TRUE;
    }
  return FALSE;
}

gboolean
chat_command_target_split (const char *argument,
                           const char *const *names,
                           char **name,
                           const char **rest)
{
  g_return_val_if_fail (argument != NULL && names != NULL, FALSE);
  g_return_val_if_fail (name != NULL && rest != NULL, FALSE);

  const char *found = NULL;
  const char *inside = argument;
  gsize len = (gsize) (chat_text_find_space (argument) - argument);

  *rest = chat_text_skip_space (argument + len);
  if (find_quoted (argument, &inside, &len, rest))
    found = find_name (inside, len, names);
  else
    for (const char *end = chat_text_find_space (argument);
         end - argument <= CHAT_USER_NAME_MAX_BYTES;
         end = chat_text_find_space (chat_text_skip_space (end)))
      {
        const char *fits = find_name (argument, (gsize) (end - argument), names);

        if (fits != NULL)
          {
            found = fits;
            *rest = chat_text_skip_space (end);
          }
        if (*chat_text_skip_space (end) == '\0')
          break;
      }

  *name = found != NULL ? g_strdup (found) : g_strndup (inside, len);
  return found != NULL;
}

guint64
chat_command_target_take_time (const char **text)
{
  g_return_val_if_fail (text != NULL && *text != NULL, 0);

  const char *end = chat_text_find_space (*text);
  g_autofree char *word = g_strndup (*text, (gsize) (end - *text));
  g_autofree char *narrow = chat_text_narrow (word);
  char *unit;
  const guint64 number = g_ascii_strtoull (narrow, &unit, 10);

  if (number == 0 || number > NUMBER_MAX)
    return 0;

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (unit, units[i].word) == 0)
      {
        *text = chat_text_skip_space (end);
        return number * units[i].seconds;
      }
  return 0;
}
