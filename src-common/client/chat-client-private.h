/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

G_BEGIN_DECLS

/* For tests. */

/* Returns: (transfer full): a session by protocol 1, whatever the server can. As long as it lives
 * the client uses it for @endpoint. */
ChatSession *chat_client_open_legacy_session (ChatClient *self, ChatEndpoint *endpoint);

G_END_DECLS
