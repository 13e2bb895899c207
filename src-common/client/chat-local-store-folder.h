/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The local store's folder: there, locked, closed to others. Private to the client library.
 * Errors: %CHAT_ERROR_STORAGE */

/* Returns: a descriptor that holds the lock while it is open; -1: another program has it, or the
 * folder cannot be used */
int chat_local_store_folder_lock (const char *folder, GError **error);
/* Returns: (transfer full) (nullable): the path of the database, which is there */
char *chat_local_store_folder_make_database (const char *folder, GError **error);

G_END_DECLS
