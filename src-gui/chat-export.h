/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-export-format.h"

G_BEGIN_DECLS

/**
 * chat_export_async:
 * @file: replaced when all of it is written; readable by its owner only
 *
 * Writes all that is kept of @room into a file, some hundred lines at a time. Errors:
 * #GIOErrorEnum; then what was there is still there.
 */
void chat_export_async (ChatRoom *room,
                        GFile *file,
                        ChatExportFormat format,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data);
gboolean chat_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
