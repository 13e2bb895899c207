/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-sqlite.h"

G_BEGIN_DECLS

/* The tables, and how those of an earlier version become today's. Private to the store. */

/* Returns: %FALSE with #CHATD_STORE_ERROR; a database is never left between two versions */
gboolean chatd_store_schema_migrate (ChatdStoreSqlite *db, const char *path, GError **error);

/* Returns: the version that chatd_store_schema_migrate() leads to */
guint chatd_store_schema_get_version (void);

G_END_DECLS
