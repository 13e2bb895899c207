/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"
#include "chat-message.h"

G_BEGIN_DECLS

/* Own messages of one room that are not in its log, by the number that they are sent by: the lines
 * in the model, and what the store has of them; and changes: edits, retractions and reactions,
 * which are no lines. When to send them is delivery's business. Private to the client library. */

typedef struct _ChatSecureOutbox ChatSecureOutbox;

ChatSecureOutbox *chat_secure_outbox_new (ChatLocalStore *store, gint64 room);
void chat_secure_outbox_free (ChatSecureOutbox *self);

/* @message: a reference is kept. It is in the store already. */
void chat_secure_outbox_put (ChatSecureOutbox *self,
                             ChatMessage *message,
                             guint64 instance,
                             guint64 cseq);

/* An edit, a retraction or a reaction; its body is copied. */
void chat_secure_outbox_put_change (ChatSecureOutbox *self, const ChatSubmission *change);

/* Returns: whether the waiting @message was found: by which number it goes */
gboolean chat_secure_outbox_find_message (ChatSecureOutbox *self,
                                          ChatMessage *message,
                                          guint64 *instance,
                                          guint64 *cseq);
/* Returns: (transfer none) (nullable): the line of one that is not a change */
ChatMessage *
chat_secure_outbox_get_message (ChatSecureOutbox *self, guint64 instance, guint64 cseq);

/* The next one, in the order of sending. @at: (inout): 0 to begin with; it counts what is there.
 * Returns: whether there is one */
gboolean chat_secure_outbox_next_change (ChatSecureOutbox *self, guint *at, ChatSubmission *change);
/* Takes it out, in the store too. Returns: whether such a change was there; @target: (out): what it
 * is about, of a retraction the first */
gboolean chat_secure_outbox_take_change (ChatSecureOutbox *self,
                                         guint64 instance,
                                         guint64 cseq,
                                         guint64 *target);

/* It is decided: also taken out of the store. Returns: (transfer full) (nullable) */
ChatMessage *chat_secure_outbox_take (ChatSecureOutbox *self, guint64 instance, guint64 cseq);

/* It is refused, and stays until chat_secure_outbox_discard(). @code: a stable word */
void
chat_secure_outbox_fail (ChatSecureOutbox *self, guint64 instance, guint64 cseq, const char *code);
/* All messages that wait, for one reason; changes stay. */
void chat_secure_outbox_fail_all (ChatSecureOutbox *self, const GError *error);

void chat_secure_outbox_renumber (
    ChatSecureOutbox *self, guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq);

/* A failed one is forgotten, in the store too. Does nothing where it is not here. */
void chat_secure_outbox_discard (ChatSecureOutbox *self, ChatMessage *message);

/* Returns: which entry it is about, of a retraction the first; 0: none */
guint64 chat_secure_change_get_target (const ChatSubmission *change);

guint chat_secure_outbox_count_waiting (ChatSecureOutbox *self); /* without those that failed */

G_END_DECLS
