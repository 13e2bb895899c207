/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-job.h"

G_BEGIN_DECLS

/* What goes from the front of a log, a chunk at a time. Inside a transaction, with everything
 * folded. Private to the store. docs/protocol-delivery.md, "Retention". */

/* @job: a RETAIN */
ChatdStoreStep
chatd_store_retention_step (ChatdStoreJob *job, ChatdStoreSqlite *db, GError **error);

/* Removes the oldest chunk of a room with its entries. @found: (out): whether there was one.
 * Returns: %FALSE with #CHATD_STORE_ERROR */
gboolean chatd_store_retention_drop_chunk (ChatdStoreSqlite *db,
                                           guint64 room,
                                           gboolean *found,
                                           GError **error);

G_END_DECLS
