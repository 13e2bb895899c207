/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-room.h"

G_BEGIN_DECLS

/* A room as one word, for what outlives a pointer: notifications and their actions. */

/* Returns: (transfer full): server and room; the same for each stay in one room */
char *chat_room_key (ChatRoom *room);

/**
 * chat_room_key_find:
 * @rooms: of #ChatRoom
 *
 * Returns: (transfer none) (nullable): one that has not ended before one that has, the latest
 */
ChatRoom *chat_room_key_find (GListModel *rooms, const char *key);

/* Returns: (transfer none) (nullable): the room of that name at @endpoint that one is in */
ChatRoom *chat_room_key_find_joined (GListModel *rooms, ChatEndpoint *endpoint, const char *name);

G_END_DECLS
