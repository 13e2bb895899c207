/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-note.h"

#include "chat-control-private.h"

#include "chat-limits.h"

#include <string.h>

static const char *const words[] = {
  [CHAT_ACT_KICK] = "kick",         [CHAT_ACT_BAN] = "ban",       [CHAT_ACT_MUTE] = "mute",
  [CHAT_ACT_UNMUTE] = "unmute",     [CHAT_ACT_HOST] = "host",     [CHAT_ACT_COHOST] = "cohost",
  [CHAT_ACT_UNCOHOST] = "uncohost", [CHAT_ACT_ALLOW] = "allow",   [CHAT_ACT_DISALLOW] = "disallow",
  [CHAT_ACT_RAISE] = "raise",       [CHAT_ACT_LOWER] = "lower",   [CHAT_ACT_UNBAN] = "unban",
  [CHAT_ACT_CLOSING] = "closing",   [CHAT_ACT_REOPEN] = "reopen",
};

const char *
chat_act_to_word (ChatAct act)
{
  return (gsize) act < G_N_ELEMENTS (words) ? words[act] : NULL;
}

ChatAct
chat_act_from_word (const char *word)
{
  for (gsize i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (words[i] != NULL && strcmp (words[i], word) == 0)
      return (ChatAct) i;

  return CHAT_ACT_UNKNOWN;
}

#define STRUCT ChatEntryNote
static const ChatJsonField note_fields[] = {
  KEY ("act", act, CHAT_JSON_WORD, .max = CHAT_REJECT_CODE_MAX, .optional = TRUE),
  KEY ("member", member, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("by", by, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("ban", ban, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("seconds", seconds, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("reason", reason, CHAT_JSON_STRING, .optional = TRUE),
};
#undef STRUCT

static const ChatJsonTable note_table = TABLE (ChatEntryNote, note_fields, NULL);

gboolean
chat_entry_note_decode (const guint8 *body, gsize len, ChatEntryNote *note)
{
  g_return_val_if_fail (note != NULL, FALSE);

  memset (note, 0, sizeof *note);
  return len == 0 || chat_control_decode (&note_table, 0, body, len, note, NULL);
}

void
chat_entry_note_clear (ChatEntryNote *note)
{
  chat_json_fields_clear (&note_table, note);
}

void
chat_entry_note_append (const ChatEntryNote *note, GByteArray *body)
{
  g_return_if_fail (note != NULL && body != NULL);

  if (note->act != NULL || note->member != 0 || note->by != 0 || note->ban || note->seconds != 0 ||
      note->reason != NULL)
    chat_json_fields_write (&note_table, 0, note, CHAT_ENTRY_BODY_MAX, body);
}
