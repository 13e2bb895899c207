/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-name-text.h"

#include "chat-limits.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *
too_long_text (ChatNameKind kind)
{
  return kind == CHAT_NAME_ROOM ? _ ("This name is too long: 64 characters at most.")
                                : _ ("This name is too long: 32 characters at most.");
}

const char *
chat_name_problem_text (ChatNameProblem problem, ChatNameKind kind)
{
  switch (problem)
    {
    case CHAT_NAME_TOO_LONG:
      return too_long_text (kind);
    case CHAT_NAME_NOT_UTF8:
    case CHAT_NAME_BAD_CHARACTER:
      return _ ("This name has a character that cannot be seen. Type it anew.");
    case CHAT_NAME_RESERVED:
      return _ ("This name belongs to the server. Take another one.");
    case CHAT_NAME_OK:
    case CHAT_NAME_EMPTY:
    default:
      return "";
    }
}

/* As much of a long name as fits, else what chat_name_normalize() says. */
static char *
make_valid (const char *name)
{
  g_autofree char *utf8 = g_utf8_make_valid (name, -1);
  g_autofree char *head =
      g_utf8_substring (utf8, 0, MIN (g_utf8_strlen (utf8, -1), CHAT_USER_NAME_MAX_CHARS));

  return chat_name_normalize (head, -1, CHAT_NAME_USER, NULL);
}

char *
chat_name_of_names (const char *real_name, const char *login_name)
{
  const char *names[] = { real_name, login_name };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      /* GLib's word for an account without a real name */
      if (names[i] == NULL || strcmp (names[i], "Unknown") == 0)
        continue;

      char *name = make_valid (names[i]);
      if (name != NULL)
        return name;
    }

  return g_strdup ("");
}

char *
chat_name_of_account (void)
{
  return chat_name_of_names (g_get_real_name (), g_get_user_name ());
}
