/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member.h"
#include "chat-room.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private rooms: two members of a room talk beside it. Such a room is a #ChatRoom like others, see
 * chat_room_is_private(), but nobody is its host; it ends with its parent, or when one of the two
 * leaves it or the parent; the line that tells so has the other's name as its sender. One that the
 * other person opened appears when something is said in it.
 */

/* Returns: whether chat_room_open_private_async() may succeed: not with oneself, nor with who came
 * without encryption */
gboolean chat_room_may_open_private (ChatRoom *self, ChatMember *member);

/**
 * chat_room_open_private_async:
 * @self: the room that both are in
 *
 * Errors: #CHAT_ERROR: %CHAT_ERROR_MEMBER_MISSING, _FULL, _TOO_FAST, _NOT_JOINED, _ROOM_CLOSED (it
 * ended meanwhile), _BAD_REQUEST where the protocol has no such thing; _SERVER_GONE where it is not
 * connected, and there is none with @member yet.
 */
void chat_room_open_private_async (ChatRoom *self,
                                   ChatMember *member,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* Returns: (transfer full) (nullable): for the same two always the same room, in the models */
ChatRoom *chat_room_open_private_finish (ChatRoom *self, GAsyncResult *result, GError **error);

/* Returns: (transfer full): of #ChatRoom: the living private ones beside it that are shown */
GListModel *chat_room_list_privates (ChatRoom *self);

G_END_DECLS
