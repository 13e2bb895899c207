/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-legacy.h"
#include "chat-tcp-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One request of protocol 1 and its reply. Private to the client library. */

/**
 * chat_legacy_exchange_async:
 * @connection: not yet spoken on; the server closes it after its reply
 * @udp_port: 0 for a list
 *
 * Errors: #CHAT_ERROR, among them what the server refuses with.
 */
void chat_legacy_exchange_async (GSocketConnection *connection,
                                 ChatOperation operation,
                                 const char *room,
                                 const char *user,
                                 guint16 udp_port,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * chat_legacy_exchange_finish:
 * @reply: (out caller-allocates): a success; set only where %TRUE is returned; free with
 *   chat_legacy_reply_clear()
 */
gboolean chat_legacy_exchange_finish (GAsyncResult *result, ChatLegacyReply *reply, GError **error);

/* Connects to @endpoint and asks for its rooms. */
void chat_legacy_list_async (ChatEndpoint *endpoint,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* Returns: (transfer full) (nullable): names, in the server's order */
GStrv chat_legacy_list_finish (GAsyncResult *result, GError **error);

G_END_DECLS
