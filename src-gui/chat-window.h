/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"
#include "chat-list-dialog.h"
#include "chat-room-dialog.h"

G_BEGIN_DECLS

/* The window: the rooms beside the one that is shown, the first start, the dialogs.
 *
 * Actions; those with (s) take a room by its key (chat-room-key.h):
 *   win.create-room  win.join-room  win.list-rooms  win.show-servers
 *   win.open-room (s)  win.room-at (u)  win.next-room  win.previous-room  win.show-rooms
 *   for the room that is shown: win.leave-room  win.forget-room  win.retry  win.rejoin-room
 *     win.toggle-members
 *   for a room of the list: win.part-room (s)  win.remove-room (s)  win.retry-room (s)
 *     win.rejoin-room-at (s)  win.copy-address (s) */

#define CHAT_TYPE_WINDOW (chat_window_get_type ())
G_DECLARE_FINAL_TYPE (ChatWindow, chat_window, CHAT, WINDOW, AdwApplicationWindow)

/* @app: registered */
ChatWindow *chat_window_new (ChatApplication *app);

/* Closes it, also where the app would go on without it; it may ask first. */
void chat_window_quit (ChatWindow *self);

/* @room: (nullable): one of the client's rooms */
void chat_window_show_room (ChatWindow *self, ChatRoom *room);
ChatRoom *chat_window_get_room (ChatWindow *self);

G_END_DECLS
