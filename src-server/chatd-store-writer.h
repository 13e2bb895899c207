/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-batch.h"
#include "chatd-store-mailbox.h"

G_BEGIN_DECLS

/* The thread that writes: each transaction takes whatever gathered while the last one ran. Between
 * them it does the jobs, a step at a time. Private to the store; all calls come from the loop. */

typedef struct _ChatdStoreWriter ChatdStoreWriter;

/* The outcome of one transaction: a letter */
typedef struct
{
  GPtrArray *batches; /* owned; ChatdStoreBatch, in order */
  GError *error;      /* owned (nullable) */
  guint64 next_id;    /* the last batch's */
  guint64 reserved;   /* durably: ids up to it may be used */
} ChatdStoreGroup;

void chatd_store_group_free (ChatdStoreGroup *self);

/**
 * chatd_store_writer_new:
 * @db, @recent, @mailbox: borrowed; the writer alone uses @db until it is freed
 * @reserved: durably
 * @on_group: gets each #ChatdStoreGroup. After one that failed the writer waits for
 *   chatd_store_writer_take_back()
 * @on_job: gets each #ChatdStoreJob when it is over
 */
ChatdStoreWriter *chatd_store_writer_new (ChatdStoreSqlite *db,
                                          ChatdStoreRecent *recent,
                                          ChatdStoreMailbox *mailbox,
                                          guint64 reserved,
                                          ChatdStoreDeliver on_group,
                                          ChatdStoreDeliver on_job);
/* Waits until all is written, or failed; jobs that are not done are broken off, but for erasures.
 */
void chatd_store_writer_stop (ChatdStoreWriter *self);
/* It was stopped. */
void chatd_store_writer_free (ChatdStoreWriter *self);

/* @batch: (transfer full) */
void chatd_store_writer_submit (ChatdStoreWriter *self, ChatdStoreBatch *batch);

/* A group failed: what was submitted after it builds on it. Returns: (transfer full): those
 * batches; the writer goes on */
GPtrArray *chatd_store_writer_take_back (ChatdStoreWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStoreGroup, chatd_store_group_free)

G_END_DECLS
