/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"

G_BEGIN_DECLS

/* Who is behind the numbers in a room's log, those who left included. Private to the client
 * library. */

typedef struct _ChatSecureNames ChatSecureNames;

/* With those that @store has. */
ChatSecureNames *chat_secure_names_new (ChatLocalStore *store, gint64 room);
void chat_secure_names_free (ChatSecureNames *self);

/* @name: foreign bytes; what is no name becomes the number. Stores it, too. */
void chat_secure_names_take (ChatSecureNames *self, guint64 member, const char *name, gsize len);
/* Returns: (nullable) */
const char *chat_secure_names_get (ChatSecureNames *self, guint64 member);

G_END_DECLS
