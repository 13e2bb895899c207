/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-batch.h"

G_BEGIN_DECLS

/* The store from inside: for its own files. */

/* @op: takes no id. Returns: %FALSE if nothing can be written just now */
gboolean chatd_store_add_op (ChatdStore *self, const ChatdStoreOp *op);
/* For the start. Returns: (transfer none) */
ChatdStoreSqlite *chatd_store_peek_reading (ChatdStore *self);

G_END_DECLS
