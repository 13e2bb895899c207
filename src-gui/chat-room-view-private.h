/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-composer.h"
#include "chat-conversation.h"
#include "chat-member-list.h"
#include "chat-room-view.h"
#include "chat-state-bar.h"

G_BEGIN_DECLS

/* The parts of a room view, for its tests; (transfer none) */
ChatConversation *chat_room_view_get_conversation (ChatRoomView *self);
ChatComposer *chat_room_view_get_composer (ChatRoomView *self);
ChatStateBar *chat_room_view_get_state_bar (ChatRoomView *self);
ChatMemberList *chat_room_view_get_member_list (ChatRoomView *self);
/* Whether the members are on the screen, folded or not */
gboolean chat_room_view_get_members_shown (ChatRoomView *self);

G_END_DECLS
