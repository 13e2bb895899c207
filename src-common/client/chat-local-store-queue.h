/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store-sql.h"

G_BEGIN_DECLS

/* What the local store is to write: statements that wait for the next flush, in their order.
 * Private to the client library. */

/* A value of one of them: a copy */
typedef struct
{
  guint8 type; /* SQLITE_INTEGER, _TEXT, _BLOB or _NULL */
  gint64 number;
  guint8 *bytes; /* owned, nullable */
  gsize len;
} ChatLocalStoreValue;

typedef struct _ChatLocalStoreQueue ChatLocalStoreQueue;

ChatLocalStoreQueue *chat_local_store_queue_new (void);
void chat_local_store_queue_free (ChatLocalStoreQueue *self);

/* @durable: it must survive a power cut. Takes what @values own. */
void chat_local_store_queue_add (ChatLocalStoreQueue *self,
                                 ChatSql which,
                                 gboolean durable,
                                 guint n,
                                 const ChatLocalStoreValue *values);
/* Writes all of it, or nothing: then it waits on. Errors: %CHAT_ERROR_STORAGE */
gboolean
chat_local_store_queue_flush (ChatLocalStoreQueue *self, ChatLocalStoreSql *sql, GError **error);

G_END_DECLS
