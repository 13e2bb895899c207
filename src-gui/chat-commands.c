/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-commands.h"

#include "chat-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDE_SLASH "／"
/* A server of protocol 1 takes a text that is exactly this for a leave, whoever typed it. */
#define WIRE_QUIT "/quit"
#define ZERO_WIDTH_SPACE "\u200b"

static const ChatCommandInfo commands[] = {
  /* Translators: what stands behind /me in the list of commands: a placeholder */
  { "/me", N_ ("does something"), N_ ("Say what you do: “/me waves” becomes “* Taro waves”"), 0 },
  { "/help", NULL, N_ ("Show what can be typed here"), 0 },
  { "/quit", NULL, N_ ("Leave the room; if you are its host, close it for everybody"), 0 },
  { "/hand", NULL, N_ ("Raise your hand to ask for the word, or lower it again"), 0 },
  { "/away", NULL, N_ ("Tell the others that you are not at your computer"), 0 },
  { "/back", NULL, N_ ("Tell the others that you are there again"), 0 },
  { "/msg", N_ ("name, message"), N_ ("Say something to one person alone"), 0 },
  /* Translators: what stands behind a command in the list of commands: placeholders */
  { "/topic", N_ ("what it is about"),
    N_ ("Say what the room is about; with nothing, take it away"), CHAT_COMMAND_TOPIC },
  { "/kick", N_ ("name, reason"), N_ ("Put somebody out of the room"), CHAT_COMMAND_KICK },
  { "/ban", N_ ("name, time, reason"),
    N_ ("Put somebody out, who must not come back: for good, or for a time such as 30m, 2h or 1d"),
    CHAT_COMMAND_BAN },
  { "/unban", N_ ("name"), N_ ("Admit somebody again; with nothing, show who is banned"),
    CHAT_COMMAND_UNBAN },
  { "/mute", N_ ("name, time, reason"), N_ ("Let somebody read, but not write"),
    CHAT_COMMAND_MUTE },
  { "/unmute", N_ ("name"), N_ ("Let somebody write again"), CHAT_COMMAND_UNMUTE },
  { "/cohost", N_ ("name"), N_ ("Let somebody help you as a host"), CHAT_COMMAND_COHOST },
  { "/host", N_ ("name"), N_ ("Hand the room over to somebody"), CHAT_COMMAND_HOST },
  { "/close", N_ ("time, reason"),
    N_ ("Close the room for everybody, now or after a time such as 10m"), CHAT_COMMAND_CLOSE },
};

const ChatCommandInfo *
chat_commands_list (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

const char *
chat_commands_get_argument (const ChatCommandInfo *info)
{
  return info->argument != NULL ? _ (info->argument) : NULL;
}

const char *
chat_commands_get_description (const ChatCommandInfo *info)
{
  return _ (info->description);
}

/* Length of a slash of either width at the start, 0 if there is none. */
static gsize
slash_len (const char *text)
{
  if (*text == '/')
    return 1;
  return g_str_has_prefix (text, WIDE_SLASH) ? strlen (WIDE_SLASH) : 0;
}

static char *
trim_end (const char *text)
{
  const char *end = text + strlen (text);

  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);

      if (!g_unichar_isspace (g_utf8_get_char (last)))
        break;
      end = last;
    }
  return g_strndup (text, (gsize) (end - text));
}

/* "/Me" and "／ｍｅ" -> "/me" */
static char *
fold_word (const char *word, gsize len)
{
  g_autofree char *typed = g_strndup (word, len);
  g_autofree char *narrow = chat_text_narrow (typed);

  return g_ascii_strdown (narrow, -1);
}

static char *
unescape (const char *text)
{
  if (g_ascii_strcasecmp (text, WIRE_QUIT) == 0)
    return g_strconcat (text, ZERO_WIDTH_SPACE, NULL);
  return g_strdup (text);
}

static ChatCommand
parse_alone (ChatCommand command, const char *word, const char *argument, char **hint)
{
  if (*argument == '\0')
    return command;
  /* Translators: %s is a command such as “/quit” */
  *hint =
      g_strdup_printf (_ ("“%s” stands alone. To send it as text, begin with two slashes."), word);
  return CHAT_COMMAND_INCOMPLETE;
}

static ChatCommand
parse_me (const char *argument, char **message, char **hint)
{
  if (*argument == '\0')
    {
      *hint = g_strdup (_ ("Say what you do, for example “/me waves”."));
      return CHAT_COMMAND_INCOMPLETE;
    }
  *message = g_strconcat ("/me ", argument, NULL);
  return CHAT_COMMAND_TEXT;
}

/* Returns: (nullable): the command with that word, of those that hosts do */
static const ChatCommandInfo *
find_hosting (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].hosting != 0 && g_str_equal (commands[i].word, word))
      return &commands[i];
  return NULL;
}

static gboolean
needs_name (ChatCommand command)
{
  return command != CHAT_COMMAND_TOPIC && command != CHAT_COMMAND_CLOSE &&
         command != CHAT_COMMAND_UNBAN;
}

static ChatCommand
parse_hosting (const ChatCommandInfo *info, const char *argument, char **message, char **hint)
{
  if (*argument == '\0' && needs_name (info->hosting))
    {
      /* Translators: %s is a command such as “/kick” */
      *hint = g_strdup_printf (_ ("Say whom: a name behind “%s”."), info->word);
      return CHAT_COMMAND_INCOMPLETE;
    }
  *message = g_strdup (argument);
  return info->hosting;
}

static ChatCommand
parse_msg (const char *argument, char **message, char **hint)
{
  if (*argument == '\0')
    {
      *hint = g_strdup_printf (_ ("Say whom: a name behind “%s”."), "/msg");
      return CHAT_COMMAND_INCOMPLETE;
    }
  *message = g_strdup (argument);
  return CHAT_COMMAND_MSG;
}

static ChatCommand
parse_unknown (const char *word, char **hint)
{
  /* Translators: %s is what somebody typed, such as “/hlep” */
  *hint = g_strdup_printf (
      _ ("There is no command “%s”. To send it as text, begin with two slashes."), word);
  return CHAT_COMMAND_UNKNOWN;
}

static ChatCommand
parse_slash (const char *text, char **message, char **hint)
{
  const char *end = chat_text_find_space (text);
  g_autofree char *word = fold_word (text, (gsize) (end - text));
  const char *argument = chat_text_skip_space (end);
  const ChatCommandInfo *hosting = find_hosting (word);

  if (hosting != NULL)
    return parse_hosting (hosting, argument, message, hint);
  if (g_str_equal (word, "/me"))
    return parse_me (argument, message, hint);
  if (g_str_equal (word, "/msg"))
    return parse_msg (argument, message, hint);
  if (g_str_equal (word, "/away"))
    return parse_alone (CHAT_COMMAND_AWAY, word, argument, hint);
  if (g_str_equal (word, "/back"))
    return parse_alone (CHAT_COMMAND_BACK, word, argument, hint);
  if (g_str_equal (word, "/hand"))
    return parse_alone (CHAT_COMMAND_HAND, word, argument, hint);
  if (g_str_equal (word, "/help"))
    return parse_alone (CHAT_COMMAND_HELP, word, argument, hint);
  if (g_str_equal (word, "/quit"))
    return parse_alone (CHAT_COMMAND_QUIT, word, argument, hint);
  return parse_unknown (word, hint);
}

ChatCommand
chat_commands_parse (const char *text, char **message, char **hint)
{
  g_return_val_if_fail (text != NULL && message != NULL && hint != NULL, CHAT_COMMAND_NONE);

  g_autofree char *trimmed = trim_end (text);
  gsize slash = slash_len (trimmed);

  *message = NULL;
  *hint = NULL;
  if (*trimmed == '\0')
    return CHAT_COMMAND_NONE;
  if (slash > 0 && slash_len (trimmed + slash) > 0)
    {
      *message = unescape (trimmed + slash);
      return CHAT_COMMAND_TEXT;
    }
  if (slash > 0 && chat_text_find_space (trimmed) > trimmed + slash)
    return parse_slash (trimmed, message, hint);
  *message = g_steal_pointer (&trimmed);
  return CHAT_COMMAND_TEXT;
}

char *
chat_commands_escape (const char *message)
{
  g_return_val_if_fail (message != NULL, NULL);

  if (slash_len (message) == 0 || chat_commands_parse_action (message) != NULL)
    return g_strdup (message);
  return g_strconcat ("/", message, NULL);
}

gboolean
chat_commands_match (const ChatCommandInfo *info, const char *text)
{
  g_return_val_if_fail (info != NULL && text != NULL, FALSE);

  if (slash_len (text) == 0 || *chat_text_find_space (text) != '\0')
    return FALSE;

  g_autofree char *word = fold_word (text, strlen (text));
  return g_str_has_prefix (info->word, word);
}

const char *
chat_commands_parse_action (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  if (!g_str_has_prefix (text, "/me "))
    return NULL;
  text = chat_text_skip_space (text + strlen ("/me "));
  return *text != '\0' ? text : NULL;
}

char *
chat_commands_help (void)
{
  GString *help = g_string_new (_ ("What can be typed here:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char *argument = chat_commands_get_argument (&commands[i]);

      g_string_append_printf (help, "\n%s", commands[i].word);
      if (argument != NULL)
        g_string_append_printf (help, " (%s)", argument);
      g_string_append_printf (help, " — %s", chat_commands_get_description (&commands[i]));
    }
  g_string_append_printf (
      help, "\n%s", _ ("A message that should begin with a slash is typed with two: //like this"));
  return g_string_free (help, FALSE);
}
