/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-recent.h"
#include "chatd-store-sqlite.h"
#include "chatd-store.h"

G_BEGIN_DECLS

/* What a reader finds for one request, with the memory that it stands in. Private to the store. */

typedef struct
{
  ChatdStoreState state;
  ChatdStorePage page;
  /* owned */
  GError *error; /* (nullable) */
  GByteArray *entries;
  GArray *members;   /* ChatdStoreMember */
  GArray *instances; /* ChatdStoreRecentInstance, then shown as ChatdStoreInstance */
  GArray *shown;     /* ChatdStoreInstance */
  GStringChunk *names;
} ChatdStoreAnswer;

ChatdStoreAnswer *chatd_store_answer_new (void);
void chatd_store_answer_free (ChatdStoreAnswer *self);

/* Both in a transaction that fits @recent: the room's at that moment (nullable). They set @error of
 * the answer when they fail. */
void chatd_store_answer_load (ChatdStoreAnswer *self,
                              ChatdStoreSqlite *db,
                              guint64 room,
                              const ChatdStoreRecentRoom *recent);
void chatd_store_answer_page (ChatdStoreAnswer *self,
                              ChatdStoreSqlite *db,
                              guint64 room,
                              const ChatdStoreRecentRoom *recent,
                              guint64 up_to,
                              guint max_entries,
                              gsize max_bytes);

G_END_DECLS
