/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-mailbox.h"
#include "chatd-store-recent.h"
#include "chatd-store-sqlite.h"
#include "chatd-store.h"

G_BEGIN_DECLS

/* The thread that reads, each request in a short transaction of its own, so that it holds up
 * neither commits nor checkpoints. Private to the store; all calls come from the loop. */

typedef struct _ChatdStoreReader ChatdStoreReader;

typedef struct
{
  guint64 room;
  gboolean is_load; /* else a page */
  guint64 after;
  guint64 up_to; /* an id: what is newer is not shown */
  guint max_entries;
  gsize max_bytes;
  union
  {
    ChatdStoreLoaded loaded;
    ChatdStorePaged paged;
  };
  gpointer data;
} ChatdStoreRequest;

/* @db, @recent, @mailbox: borrowed; the reader alone uses @db until it is freed */
ChatdStoreReader *
chatd_store_reader_new (ChatdStoreSqlite *db, ChatdStoreRecent *recent, ChatdStoreMailbox *mailbox);
/* Posts an error for each request that is left. */
void chatd_store_reader_free (ChatdStoreReader *self);

/* Its callback comes through the mailbox. */
void chatd_store_reader_submit (ChatdStoreReader *self, const ChatdStoreRequest *request);

G_END_DECLS
