/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-field-hint.h"

G_BEGIN_DECLS

/* A field for a server's address, with those used before at hand.
 *
 * Properties: hint, valid (notifies)
 * Signals:
 *   submitted (): Enter, unless it ended a composition
 *   invite-entered (const ChatInvite *): pasted, say. Where nobody listens, the app opens it as if
 *     it came from elsewhere */

#define CHAT_TYPE_SERVER_ROW (chat_server_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatServerRow, chat_server_row, CHAT, SERVER_ROW, AdwEntryRow)

/* Returns: (transfer full) (nullable): what was typed; %NULL while it is no address */
ChatEndpoint *chat_server_row_dup_endpoint (ChatServerRow *self);
void chat_server_row_set_address (ChatServerRow *self, const char *address);
void chat_server_row_set_recent (ChatServerRow *self, const char *const *addresses);
/* @servers: of #ChatFoundServer: those on the local network; once */
void chat_server_row_set_found (ChatServerRow *self, GListModel *servers);
gboolean chat_server_row_is_valid (ChatServerRow *self);

/* Says why the server was not reached; gone when the address is typed anew. */
void chat_server_row_refuse (ChatServerRow *self, const char *reason, const char *way_out);

G_END_DECLS
