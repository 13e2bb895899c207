/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-service.h"

G_BEGIN_DECLS

/* A server that tells of itself on the local network. What it tells is for showing: nobody vouches
 * for it, and its key is still met as any other. Immutable. */

#define CHAT_TYPE_FOUND_SERVER (chat_found_server_get_type ())
G_DECLARE_FINAL_TYPE (ChatFoundServer, chat_found_server, CHAT, FOUND_SERVER, GObject)

/* @name: plain text of one line; @service: what else it tells */
ChatFoundServer *
chat_found_server_new (const char *name, ChatEndpoint *endpoint, const ChatService *service);

const char *chat_found_server_get_name (ChatFoundServer *self);
ChatEndpoint *chat_found_server_get_endpoint (ChatFoundServer *self); /* (transfer none) */
gboolean chat_found_server_is_encrypted (ChatFoundServer *self);
const char *chat_found_server_get_fingerprint (ChatFoundServer *self); /* (nullable) */
/* Returns: how many rooms it had when it was found; -1: it does not tell */
int chat_found_server_get_rooms (ChatFoundServer *self);

G_END_DECLS
