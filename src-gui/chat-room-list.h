/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The sidebar's list: the rooms one is in, or was in, under their servers.
 *
 * Signals:
 *   room-opened (ChatRoom *): clicked, or Enter */

#define CHAT_TYPE_ROOM_LIST (chat_room_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomList, chat_room_list, CHAT, ROOM_LIST, GtkWidget)

/* @rooms: (nullable): of #ChatRoom, those of one session together */
void chat_room_list_set_rooms (ChatRoomList *self, GListModel *rooms);

/* @room: (nullable): shown as selected; emits nothing */
void chat_room_list_select (ChatRoomList *self, ChatRoom *room);
/* Returns: (transfer none) (nullable) */
ChatRoom *chat_room_list_get_selected (ChatRoomList *self);

G_END_DECLS
