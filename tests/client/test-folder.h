/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Folders that tests make, copy and remove, with what is in them. */

void test_folder_remove (const char *path);
/* Afterwards @to has what @from has, and nothing else; files keep their modes. */
void test_folder_copy (const char *from, const char *to);
/* Returns: whether @needle stands in any file of it */
gboolean test_folder_contains (const char *path, const char *needle);

G_END_DECLS
