/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store-sql.h"
#include "chat-local-store.h"

G_BEGIN_DECLS

/* For the search index, which stands in the same database. */

ChatLocalStoreSql *chat_local_store_get_sql (ChatLocalStore *self); /* (transfer none) */

G_END_DECLS
