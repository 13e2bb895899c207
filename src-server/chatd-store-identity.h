/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-sqlite.h"

G_BEGIN_DECLS

/* Which life of the data this is, and which ids are still free in it. Private to the store. */

#define CHATD_STORE_ID_BLOCK 262144 /* ids that are reserved at once */

typedef struct
{
  guint64 generation;
  guint64 next_id;  /* the first that was never used */
  guint64 reserved; /* durably: ids up to it may be used */
  guint64 folded;   /* chunks and instances know of the rows up to it */
} ChatdStoreIdentity;

/**
 * chatd_store_identity_begin:
 * @file: which file the database is
 * @self: (out caller-allocates)
 *
 * Begins another run and reserves its first ids durably. Returns: %FALSE with #CHATD_STORE_ERROR
 */
gboolean chatd_store_identity_begin (ChatdStoreSqlite *db,
                                     guint64 file,
                                     ChatdStoreIdentity *self,
                                     GError **error);

G_END_DECLS
