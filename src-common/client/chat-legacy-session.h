/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

G_BEGIN_DECLS

/* One server by protocol 1: docs/protocol.md, "Protocol 1". Private to the client library. */

#define CHAT_TYPE_LEGACY_SESSION (chat_legacy_session_get_type ())
G_DECLARE_FINAL_TYPE (ChatLegacySession, chat_legacy_session, CHAT, LEGACY_SESSION, ChatSession)

ChatSession *chat_legacy_session_new (ChatEndpoint *endpoint);

/* How often the server is asked whether it is there, while one is in a room. For tests. */
void chat_legacy_session_set_watch_interval (ChatLegacySession *self, guint interval_ms);

G_END_DECLS
