/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk as the test wants it: SQLite's calls land here, as a program's own symbols come first. */

/* @error: errno; 0: it is well */
void disk_fail_writes (int error);
/* @after: so many go well before */
void disk_fail_syncs (int error, guint after);

G_END_DECLS
