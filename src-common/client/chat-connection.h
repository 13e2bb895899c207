/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* TCP to a server: connects, and exchanges one frame for one frame. Private to the client library.
 */

/**
 * chat_connection_open_async:
 *
 * No proxies: a chat server on the LAN is spoken to directly. Errors: #CHAT_ERROR.
 */
void chat_connection_open_async (ChatEndpoint *endpoint,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* Returns: (transfer full) (nullable): not yet spoken on */
GSocketConnection *chat_connection_open_finish (GAsyncResult *result, GError **error);

/**
 * chat_connection_request_async:
 * @frame: a whole encoded frame; sent in one write
 *
 * Then reads until one whole frame has come. Closes nothing. Errors: #CHAT_ERROR, among them
 * %CHAT_ERROR_NOT_A_CHAT_SERVER for bytes that are no frame.
 */
void chat_connection_request_async (GSocketConnection *connection,
                                    GBytes *frame,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Returns: (transfer full) (nullable): the reply frame, header included */
GBytes *chat_connection_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
