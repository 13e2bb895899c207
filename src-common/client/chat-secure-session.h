/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"
#include "chat-session.h"
#include "chat-trust.h"

G_BEGIN_DECLS

/* One server by protocol 2. Its rooms survive lost connections and, where @store is on disk, the
 * program. Private to the client library. docs/protocol-session.md, docs/protocol-delivery.md.
 *
 * Where the server has no encryption, its key changed, or it speaks another version, the link is
 * offline with that error and without a retry, until chat_session_retry(); requests fail with it.
 */

#define CHAT_TYPE_SECURE_SESSION (chat_secure_session_get_type ())
G_DECLARE_FINAL_TYPE (ChatSecureSession, chat_secure_session, CHAT, SECURE_SESSION, ChatSession)

ChatSession *
chat_secure_session_new (ChatEndpoint *endpoint, ChatLocalStore *store, ChatTrust *trust);

/* Puts the rooms of earlier runs with this server into the model, and connects if one is in any of
 * them. Once, before all else. */
void chat_secure_session_restore (ChatSecureSession *self);

/* Returns: (nullable): the key of the server that answered last, 64 hex digits; with
 * %CHAT_ERROR_KEY_CHANGED it is not the pinned one */
const char *chat_secure_session_get_offered_key (ChatSecureSession *self);

/* For tests: how long nothing may be said before a PING, and how long its answer may take. */
void chat_secure_session_set_patience (ChatSecureSession *self, guint silence_ms, guint answer_ms);

G_END_DECLS
