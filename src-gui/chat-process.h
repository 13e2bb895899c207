/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A process that is not a child of this one any more, told from a later one with the same pid by
 * the time it started. Linux only: /proc and pidfds. */

/* Returns: when @pid started, in clock ticks since the machine did; 0 where there is none */
guint64 chat_process_get_start_time (GPid pid);

/**
 * chat_process_end_async:
 * @start_time: of chat_process_get_start_time(); where it is another by now, nobody is signalled
 *
 * Asks the process to end (SIGTERM), and waits until it has.
 */
void chat_process_end_async (GPid pid,
                             guint64 start_time,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* Returns: TRUE also where the process was gone before */
gboolean chat_process_end_finish (GAsyncResult *result, GError **error);

G_END_DECLS
