/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

G_BEGIN_DECLS

/* Which key each server has, as seen at the first contact, and which servers may be spoken to
 * without encryption. A file for its owner alone, or memory only. Not in the database: a database
 * that is lost or restored must not take the pins along. Private to the client library.
 * docs/protocol-session.md, "The connection", "How our client decides". */

typedef struct _ChatTrust ChatTrust;

/**
 * chat_trust_open:
 * @folder: (nullable): there already; %NULL: in memory
 * @error: %CHAT_ERROR_STORAGE: the file is there and cannot be read: no server may be met anew
 */
ChatTrust *chat_trust_open (const char *folder, GError **error);
ChatTrust *chat_trust_ref (ChatTrust *self);
void chat_trust_unref (ChatTrust *self);

/* Host and TCP port of @endpoint count. Returns: (nullable): 64 hex digits */
const char *chat_trust_get_pin (ChatTrust *self, ChatEndpoint *endpoint);
/* Also forgets that it may go without encryption. @error: %CHAT_ERROR_STORAGE; nothing changed */
gboolean chat_trust_set_pin (ChatTrust *self,
                             ChatEndpoint *endpoint,
                             const char *fingerprint,
                             GError **error);
/* A pin as above, at the first contact: until the program ends, or chat_trust_note_compared(), it
 * is known that nobody compared it. */
gboolean
chat_trust_meet (ChatTrust *self, ChatEndpoint *endpoint, const char *fingerprint, GError **error);
gboolean chat_trust_is_just_met (ChatTrust *self, ChatEndpoint *endpoint);
void chat_trust_note_compared (ChatTrust *self, ChatEndpoint *endpoint);
gboolean chat_trust_forget_pin (ChatTrust *self, ChatEndpoint *endpoint, GError **error);

/* What an invite tells of a server without a pin: it is that key, or nothing. In memory; gone with
 * a pin, however that came, and by %NULL. Where there is a pin, nothing is expected. */
void chat_trust_expect (ChatTrust *self, ChatEndpoint *endpoint, const char *fingerprint);
/* Returns: (nullable): until the next change */
const char *chat_trust_get_expected (ChatTrust *self, ChatEndpoint *endpoint);

gboolean chat_trust_is_plain_allowed (ChatTrust *self, ChatEndpoint *endpoint);
/* Refused, with %CHAT_ERROR_ENCRYPTION_LOST, where there is a pin, or a key is expected. */
gboolean chat_trust_allow_plain (ChatTrust *self, ChatEndpoint *endpoint, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatTrust, chat_trust_unref)

G_END_DECLS
