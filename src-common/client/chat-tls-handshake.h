/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-tls.h"

G_BEGIN_DECLS

/* A handshake from its first byte to its last, within a time. Private to the client library. */

/**
 * chat_tls_handshake_async:
 * @tls: fresh; must stay until the end
 * @socket: the one that @tls goes over
 *
 * Errors: those of chat_tls_step(), and %CHAT_ERROR_TIMED_OUT: something listens and says nothing.
 */
void chat_tls_handshake_async (ChatTls *tls,
                               GSocket *socket,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean chat_tls_handshake_finish (GAsyncResult *result, GError **error);

G_END_DECLS
