/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The data folder: there, ours alone, closed to others. Knows nothing of what is in it. */

typedef struct _ChatdStoreFolder ChatdStoreFolder;

/* @error: #CHATD_STORE_ERROR: IN_USE or FOLDER. Returns: (transfer full) (nullable) */
ChatdStoreFolder *chatd_store_folder_open (const char *path, GError **error);
/* Lets go of the lock. */
void chatd_store_folder_free (ChatdStoreFolder *self);

const char *chatd_store_folder_get_path (const ChatdStoreFolder *self);

/**
 * chatd_store_folder_touch:
 * @name: of a file in the folder; it is made if it is missing, and has mode 0600 then
 * @identity: (out): which file it is: a copy has another one, even under the same name
 * @error: #CHATD_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): its path
 */
char *chatd_store_folder_touch (ChatdStoreFolder *self,
                                const char *name,
                                guint64 *identity,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStoreFolder, chatd_store_folder_free)

G_END_DECLS
