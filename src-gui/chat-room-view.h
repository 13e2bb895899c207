/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"
#include "chat-search-hit.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The content pane for one room: its header bar, the conversation, the composer, and the members in
 * a flap. It shows whatever room it is given and keeps the draft in it. It does not decide about
 * leaving or about other rooms: for those it activates the window's actions.
 *
 * Actions it installs:   room.send (s)  room.resend (u: position)  room.copy-message (u)
 *                        room.show-members (stateful b)  room.scroll-to-end  room.insert-emoji
 *                        room.find  room.mark (u)  room.clear-marks  room.copy-marked
 * Window actions it uses: win.leave-room  win.show-rooms (back, when folded)  win.retry
 *                        win.create-room  win.join-room  win.forget-room */

#define CHAT_TYPE_ROOM_VIEW (chat_room_view_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomView, chat_room_view, CHAT, ROOM_VIEW, GtkWidget)

GtkWidget *chat_room_view_new (void);

/* Property room: (nullable) */
void chat_room_view_set_room (ChatRoomView *self, ChatRoom *room);
ChatRoom *chat_room_view_get_room (ChatRoomView *self);

/* While it is held, conversation and members are empty, so that what stands around them is on the
 * screen sooner. */
void chat_room_view_hold (ChatRoomView *self, gboolean held);

/* Property enter-sends: whether Enter sends and Shift+Enter breaks the line, or the reverse
 * (Ctrl+Enter sends then) */
void chat_room_view_set_enter_sends (ChatRoomView *self, gboolean enter_sends);

/* Whether light formatting is shown as it is meant; so it begins */
void chat_room_view_set_format (ChatRoomView *self, gboolean format);

/* Whether the others hear that one writes, and whether one sees that they do; so it begins */
void chat_room_view_set_typing (ChatRoomView *self, gboolean tells, gboolean shows);

/**
 * chat_room_view_adapt:
 * @width: of the whole window, px
 * @folded: whether the sidebar is hidden behind this view, so that it needs a way back
 *
 * Told by the window on each change of its layout.
 */
void chat_room_view_adapt (ChatRoomView *self, int width, gboolean folded);

/* Brings what was found in its room onto the screen. */
void chat_room_view_show_hit (ChatRoomView *self, ChatSearchHit *hit);

/* Puts the cursor into the composer. */
void chat_room_view_focus_composer (ChatRoomView *self);

G_END_DECLS
