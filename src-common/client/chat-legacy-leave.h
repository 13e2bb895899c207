/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-legacy-membership.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The way out of a room by protocol 1. Private to the client library. */

/**
 * chat_legacy_leave_async:
 * @confirm: whether to ask the server if the room is gone; for its host, when the server answers
 *
 * /quit is a datagram without an answer, and may be lost. A member sends it twice: the second is
 * ignored where the first came. A host's room must really close, or the others sit in a dead one
 * whose name stays taken: so the host looks at the list, and sends it again while the room stands
 * there. The room has ended when this returns, also where it was cancelled or the server could not
 * be told; it takes at most 1.5 s.
 */
void chat_legacy_leave_async (ChatLegacyMembership *membership,
                              ChatEndpoint *endpoint,
                              gboolean confirm,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* Errors: %CHAT_ERROR_CANCELLED alone */
gboolean chat_legacy_leave_finish (GAsyncResult *result, GError **error);

G_END_DECLS
