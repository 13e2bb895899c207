/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A cancellable that is cancelled by another one, or when its time is up. It works through the main
 * loop, never inside g_cancellable_cancel(), so it may be freed at any moment. Private to the
 * client library. */

typedef struct _ChatDeadline ChatDeadline;

/**
 * chat_deadline_new:
 * @parent: (nullable): a reference is kept
 * @timeout_ms: from now; 0 for no limit
 */
ChatDeadline *chat_deadline_new (GCancellable *parent, guint timeout_ms);
void chat_deadline_free (ChatDeadline *self);

/* Returns: (transfer none): what the guarded operation takes */
GCancellable *chat_deadline_get_cancellable (ChatDeadline *self);

/**
 * chat_deadline_map_error:
 * @error: (transfer full): what the guarded operation ended with
 *
 * Returns: (transfer full): the #CHAT_ERROR: timed out where the time was up, cancelled where
 *   @parent was, else chat_io_error_map()
 */
GError *chat_deadline_map_error (ChatDeadline *self, GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDeadline, chat_deadline_free)

G_END_DECLS
