/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a room is about, and which rules hold in it, for those who cannot change them. It follows
 * the room. */

#define CHAT_TYPE_ROOM_ABOUT (chat_room_about_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomAbout, chat_room_about, CHAT, ROOM_ABOUT, AdwWindow)

ChatRoomAbout *chat_room_about_new (GtkWindow *parent, ChatRoom *room);

G_END_DECLS
