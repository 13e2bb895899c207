/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

G_BEGIN_DECLS

/* Out of many rooms side by side, within two seconds. Private to the client library. */

/* Returns: whether @room is to be left */
typedef gboolean (*ChatLeaveAllFilter) (ChatRoom *room);

/**
 * chat_leave_all_async:
 * @source: (type GObject): of the task
 * @rooms: of #ChatRoom
 * @filter: (nullable): %NULL: all of them
 */
void chat_leave_all_async (gpointer source,
                           GListModel *rooms,
                           ChatLeaveAllFilter filter,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Errors: %CHAT_ERROR_CANCELLED; one is out all the same */
gboolean chat_leave_all_finish (gpointer source, GAsyncResult *result, GError **error);

G_END_DECLS
