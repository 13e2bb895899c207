/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Who is in the room, or, where the server does not tell, who was seen in it: and then it says so.
 */

#define CHAT_TYPE_MEMBER_LIST (chat_member_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatMemberList, chat_member_list, CHAT, MEMBER_LIST, GtkWidget)

/* @room: (nullable) */
void chat_member_list_set_room (ChatMemberList *self, ChatRoom *room);

/* For tests */
const char *chat_member_list_get_heading (ChatMemberList *self);
const char *chat_member_list_get_caption (ChatMemberList *self);

G_END_DECLS
