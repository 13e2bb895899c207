/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-act.h"

#include <glib.h>

G_BEGIN_DECLS

/* What somebody did in a room, as requests and the log say it: acts as words, and the bodies of
 * entries about them <-> structs. Pure. docs/protocol-session.md, "Acts";
 * docs/protocol-delivery.md, "Entries". */

/* Returns: (transfer none) (nullable): its stable word */
const char *chat_act_to_word (ChatAct act);
ChatAct chat_act_from_word (const char *word);

/* The body of %CHAT_ENTRY_KICKED, _CLOSED and _ACT; what an entry does not say is 0 */
typedef struct
{
  char *act;       /* ACT: its word */
  guint64 member;  /* ACT: whom it is about */
  guint64 by;      /* KICKED: who did it */
  gboolean ban;    /* KICKED: it must not come back */
  guint64 seconds; /* for so long; 0: for ever */
  char *reason;    /* (nullable): none was given */
} ChatEntryNote;

/**
 * chat_entry_note_decode:
 * @note: (out caller-allocates): chat_entry_note_clear() it; all 0 where @body says nothing
 *
 * Returns: %FALSE where @body is no note; @note is all 0 then
 */
gboolean chat_entry_note_decode (const guint8 *body, gsize len, ChatEntryNote *note);
void chat_entry_note_clear (ChatEntryNote *note);
/* Appends nothing where @note says nothing. */
void chat_entry_note_append (const ChatEntryNote *note, GByteArray *body);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatEntryNote, chat_entry_note_clear)

G_END_DECLS
