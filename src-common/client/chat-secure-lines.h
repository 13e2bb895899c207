/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry.h"
#include "chat-local-store.h"
#include "chat-room-private.h"
#include "chat-secure-marks.h"
#include "chat-secure-names.h"

G_BEGIN_DECLS

/* Entries of a room's log as lines of its model: gathered over one turn, held until their senders'
 * names are known. Private to the client library. */

typedef struct _ChatSecureLines ChatSecureLines;

/* A kind of the local log only: what was said before is no longer on the server. */
#define CHAT_SECURE_LINES_HISTORY_REMOVED 0

/* All are borrowed, and must stay. */
ChatSecureLines *chat_secure_lines_new (ChatRoom *model,
                                        const ChatStoredRoom *stored,
                                        ChatSecureNames *names,
                                        ChatSecureMarks *marks);
void chat_secure_lines_free (ChatSecureLines *self);

/* @known: nobody will tell of more names */
void chat_secure_lines_set_names_known (ChatSecureLines *self, gboolean known);

/* The next entry. @waited: (nullable): the own message that it is, which becomes confirmed */
void chat_secure_lines_add (ChatSecureLines *self, const ChatEntry *entry, ChatMessage *waited);

/* What was added goes into the model, in one change, up to the first one whose sender is not known
 * yet, unless @whatever_is_known. */
void chat_secure_lines_publish (ChatSecureLines *self, gboolean whatever_is_known);

/* Returns: (transfer full) (nullable): the line for one entry of the past, without its marks;
 * %NULL: it is none */
ChatMessage *chat_secure_lines_make (ChatSecureLines *self, const ChatEntry *entry);

G_END_DECLS
