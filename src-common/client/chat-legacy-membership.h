/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-legacy-admission.h"
#include "chat-room.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Being in one room by protocol 1: what comes in goes to the room's models, what one says goes out.
 * Private to the client library. */

#define CHAT_TYPE_LEGACY_MEMBERSHIP (chat_legacy_membership_get_type ())
G_DECLARE_FINAL_TYPE (
    ChatLegacyMembership, chat_legacy_membership, CHAT, LEGACY_MEMBERSHIP, GObject)

/* Signals:
 *   refused: the server's host says that nobody listens there any more; ask over TCP
 *   ended: the room's state is ended
 */

/* @admission: (transfer full) */
ChatLegacyMembership *chat_legacy_membership_new (ChatRoom *room, ChatLegacyAdmission *admission);

ChatRoom *chat_legacy_membership_get_room (ChatLegacyMembership *self); /* (transfer none) */
/* Monotonic µs: what was asked of the server before cannot know of it. */
gint64 chat_legacy_membership_get_since_us (ChatLegacyMembership *self);

/* @task: (transfer full): returns a boolean */
void chat_legacy_membership_send (ChatLegacyMembership *self, ChatMessage *message, GTask *task);

/* The room becomes joined or unreachable; one that is being left or has ended stays as it is. */
void chat_legacy_membership_set_reachable (ChatLegacyMembership *self, gboolean reachable);

/* Sends what waits, then /quit. May be repeated: a datagram can be lost. */
void chat_legacy_membership_quit (ChatLegacyMembership *self);

/* Ends the room, adds the line that says so (none where one left), closes the socket. */
void chat_legacy_membership_end (ChatLegacyMembership *self, ChatRoomEnd end);

G_END_DECLS
