/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-private.h"
#include "chat-secure-held.h"
#include "chat-secure-names.h"
#include "chat-secure-outbox.h"

G_BEGIN_DECLS

/* What entries about others make of the lines of a room's model: edits, reactions, retractions,
 * and what an answer quotes; and own ones that still wait, on top of them. An entry that its
 * sender may not make shows nothing. Private to the client library.
 * docs/protocol-delivery.md, "Entries about entries". */

typedef struct _ChatSecureMarks ChatSecureMarks;

/* All are borrowed, and must stay. */
ChatSecureMarks *chat_secure_marks_new (ChatRoom *model,
                                        ChatLocalStore *store,
                                        const ChatStoredRoom *stored,
                                        ChatSecureNames *names,
                                        ChatSecureOutbox *outbox,
                                        ChatSecureHeld *held);
void chat_secure_marks_free (ChatSecureMarks *self);

/* Returns: whether entries of @kind change lines, and are none themselves */
gboolean chat_secure_marks_has (guint64 kind);

/* The next entry of such a kind. @fresh: of #ChatMessage: lines that are going to be in the model
 * when chat_secure_marks_settle() is called */
void chat_secure_marks_take (ChatSecureMarks *self, const ChatEntry *entry, GPtrArray *fresh);
void chat_secure_marks_settle (ChatSecureMarks *self);

/* @lines: (array length=n): just made of entries of the store, in their order: they become what the
 * store knows of them, and what waits */
void chat_secure_marks_dress (ChatSecureMarks *self, ChatMessage *const *lines, guint n);
/* What @line answers, as it is now */
void chat_secure_marks_quote (ChatSecureMarks *self, ChatMessage *line);

/* Once more, for the line of the entry with @id, if there is one */
void chat_secure_marks_refresh (ChatSecureMarks *self, guint64 id);
/* After a change of many entries */
void chat_secure_marks_quote_all (ChatSecureMarks *self);

/* An own change that waits: shows it. @kind: of an entry */
void chat_secure_marks_show (
    ChatSecureMarks *self, ChatMessage *line, guint64 kind, const char *text, gboolean on);

G_END_DECLS
