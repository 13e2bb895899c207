/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One room in the sidebar: name, last line, time, how many messages are unread. Opens a menu on
 * right click, long press or the menu key, and activates the window's actions from it.
 *
 * Properties: room */

#define CHAT_TYPE_ROOM_ROW (chat_room_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomRow, chat_room_row, CHAT, ROOM_ROW, GtkListBoxRow)

GtkWidget *chat_room_row_new (ChatRoom *room);

ChatRoom *chat_room_row_get_room (ChatRoomRow *self);

G_END_DECLS
