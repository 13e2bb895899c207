/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"
#include "chat-message.h"
#include "chat-room-private.h"
#include "chat-secure-names.h"

G_BEGIN_DECLS

/* What entries of a log tell of hosts, for people and for the room's properties. Private to the
 * client library. docs/protocol-delivery.md, "Entries". */

/* Returns: whether entries of @kind have a body that tells of somebody's deed */
gboolean chat_secure_deed_has (guint64 kind);

/* @body: the words of others. @deed: (out) (transfer full): set only on %TRUE. Returns: %FALSE: it
 * tells nothing that can be shown */
gboolean
chat_secure_deed_read (guint64 kind, GBytes *body, ChatSecureNames *names, ChatMessageDeed **deed);

/* Returns: (transfer none) (nullable): @text, where a server that keeps to the protocol may have
 * sent it; bytes. @lines: whether it may have several */
const char *chat_secure_deed_judge (const char *text, gsize max, gboolean lines);

/* What is another setting since an entry. Returns: whether @facts changed; strings in it are of
 * @settings then */
gboolean chat_secure_deed_apply (const ChatControlSettings *settings, ChatRoomFacts *facts);

G_END_DECLS
