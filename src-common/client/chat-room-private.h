/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

G_BEGIN_DECLS

/* What a session tells its rooms; also how tests and demos make a room without a server. */

/* @session: (nullable) (not owned): the room follows its end with a weak pointer */
ChatRoom *
chat_room_new (ChatSession *session, const char *name, const char *user_name, gboolean host);

/* Appends @n messages in one items-changed; (transfer none). Counts unread, remembers the senders
 * as members where the session does not know them, emits message-received. */
void chat_room_append (ChatRoom *self, ChatMessage **messages, guint n);
void chat_room_remove_member (ChatRoom *self, const char *name);
/* Appends no line by itself. */
void chat_room_set_state (ChatRoom *self, ChatRoomState state, ChatRoomEnd end);

G_END_DECLS
