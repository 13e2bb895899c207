/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may be typed with a slash in front. Pure, and the only place that knows the words. */

typedef enum
{
  CHAT_COMMAND_TEXT, /* no command: a message to send */
  CHAT_COMMAND_NONE, /* nothing to send: empty, or white space only */
  CHAT_COMMAND_QUIT,
  CHAT_COMMAND_HELP,
  CHAT_COMMAND_HAND, /* up, or down again */
  CHAT_COMMAND_AWAY,
  CHAT_COMMAND_BACK,
  CHAT_COMMAND_MSG, /* behind it stands to whom, and what */
  /* what hosts do: behind it stands to whom, but for the last two */
  CHAT_COMMAND_KICK,
  CHAT_COMMAND_BAN,
  CHAT_COMMAND_UNBAN, /* to nobody: who is banned */
  CHAT_COMMAND_MUTE,
  CHAT_COMMAND_UNMUTE,
  CHAT_COMMAND_HOST,
  CHAT_COMMAND_COHOST,
  CHAT_COMMAND_TOPIC,
  CHAT_COMMAND_CLOSE,
  CHAT_COMMAND_INCOMPLETE, /* a command that needs more, or takes less, than was typed */
  CHAT_COMMAND_UNKNOWN,
} ChatCommand;

typedef struct
{
  const char *word;        /* "/me" */
  const char *argument;    /* (nullable): untranslated, see chat_commands_get_argument() */
  const char *description; /* untranslated, see chat_commands_get_description() */
  ChatCommand hosting;     /* of those that hosts do; else 0 */
} ChatCommandInfo;

/* Returns: (transfer none): @n of them, in the order to offer them */
const ChatCommandInfo *chat_commands_list (guint *n);
const char *chat_commands_get_argument (const ChatCommandInfo *info);    /* (nullable) translated */
const char *chat_commands_get_description (const ChatCommandInfo *info); /* translated */

/**
 * chat_commands_parse:
 * @text: what was typed
 * @message: (out): (transfer full) (nullable): what to send, for %CHAT_COMMAND_TEXT; what stands
 *   behind the word, for %CHAT_COMMAND_MSG and what hosts do
 * @hint: (out): (transfer full) (nullable): a sentence for the person; only for
 *   %CHAT_COMMAND_INCOMPLETE and %CHAT_COMMAND_UNKNOWN
 *
 * A full-width ／ｑｕｉｔ is /quit. Two slashes are one slash of the text. White space at the end
 * is dropped. "/me waves" is a message.
 */
ChatCommand chat_commands_parse (const char *text, char **message, char **hint);

/* Returns: (transfer full): what one types to say @message */
char *chat_commands_escape (const char *message);

/**
 * chat_commands_match:
 * @text: what was typed so far
 *
 * Whether @text is the beginning of @info's word (or the word itself) and nothing else, so that
 * completion should offer it.
 */
gboolean chat_commands_match (const ChatCommandInfo *info, const char *text);

/**
 * chat_commands_parse_action:
 * @text: a message
 *
 * Returns: (nullable): what stands behind "/me " in @text, %NULL where it is no action
 */
const char *chat_commands_parse_action (const char *text);

/* Returns: (transfer full): the answer to /help, several lines */
char *chat_commands_help (void);

G_END_DECLS
