/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"
#include "chat-message.h"

G_BEGIN_DECLS

/* Own messages of one room that are not in its log, by the number that they are sent by: the lines
 * in the model, and what the store has of them. When to send them is delivery's business. Private
 * to the client library. */

typedef struct _ChatSecureOutbox ChatSecureOutbox;

ChatSecureOutbox *chat_secure_outbox_new (ChatLocalStore *store, gint64 room);
void chat_secure_outbox_free (ChatSecureOutbox *self);

/* @message: a reference is kept. It is in the store already. */
void chat_secure_outbox_put (ChatSecureOutbox *self,
                             ChatMessage *message,
                             guint64 instance,
                             guint64 cseq);

/* It is decided: also taken out of the store. Returns: (transfer full) (nullable) */
ChatMessage *chat_secure_outbox_take (ChatSecureOutbox *self, guint64 instance, guint64 cseq);

/* It is refused, and stays until chat_secure_outbox_discard(). @code: a stable word */
void
chat_secure_outbox_fail (ChatSecureOutbox *self, guint64 instance, guint64 cseq, const char *code);
/* All that wait, for one reason. */
void chat_secure_outbox_fail_all (ChatSecureOutbox *self, const GError *error);

void chat_secure_outbox_renumber (
    ChatSecureOutbox *self, guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq);

/* A failed one is forgotten, in the store too. Does nothing where it is not here. */
void chat_secure_outbox_discard (ChatSecureOutbox *self, ChatMessage *message);

guint chat_secure_outbox_count_waiting (ChatSecureOutbox *self); /* without those that failed */

G_END_DECLS
