/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

G_BEGIN_DECLS

/* The menu in a room's header bar.
 *
 * @room: (nullable)
 *
 * Returns: (transfer full): of the room's and the window's actions, for the room as it is now */
GMenuModel *chat_room_menu_new (ChatRoom *room);

/* The words of the item that leads out of it */
const char *chat_room_menu_get_way_out (ChatRoom *room);

G_END_DECLS
