/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"

G_BEGIN_DECLS

/* Changes that a person made of own messages of one room which are still on their way into its log,
 * or were changed just before: each waits for the entry with an instance and a cseq, and is ready
 * to be sent then. On the disk, too. Private to the client library. */

typedef struct _ChatSecureHeld ChatSecureHeld;

/* Takes up what is on the disk. */
ChatSecureHeld *chat_secure_held_new (ChatLocalStore *store, gint64 room);
void chat_secure_held_free (ChatSecureHeld *self);

/* @held: copied; instead of another that waits for the same */
void chat_secure_held_put (ChatSecureHeld *self, const ChatStoredHeld *held);

/* Returns: (transfer none) (nullable): what waits for that one */
const ChatStoredHeld *chat_secure_held_find (ChatSecureHeld *self, guint64 instance, guint64 cseq);

/* The entry is in the log, as @id; 0: it never comes. */
void chat_secure_held_note (ChatSecureHeld *self, guint64 instance, guint64 cseq, guint64 id);

void chat_secure_held_renumber (
    ChatSecureHeld *self, guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq);
void chat_secure_held_remove (ChatSecureHeld *self, guint64 instance, guint64 cseq);

guint chat_secure_held_get_n (ChatSecureHeld *self);
const ChatStoredHeld *chat_secure_held_get (ChatSecureHeld *self, guint i); /* (transfer none) */

G_END_DECLS
