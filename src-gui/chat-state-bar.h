/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A bar that says when something is wrong with the room or its server, why, and what one can do:
 * win.retry, win.create-room, win.rejoin-room, win.forget-room, win.show-server;
 * or, to a host, when the room closes: room.reopen. Hidden while all is well. */

#define CHAT_TYPE_STATE_BAR (chat_state_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatStateBar, chat_state_bar, CHAT, STATE_BAR, GtkWidget)

/* @room: (nullable) */
void chat_state_bar_set_room (ChatStateBar *self, ChatRoom *room);

/* "" while it is hidden */
const char *chat_state_bar_get_title (ChatStateBar *self);
const char *chat_state_bar_get_detail (ChatStateBar *self);
/* Whether it offers that action, such as "win.retry" */
gboolean chat_state_bar_offers (ChatStateBar *self, const char *action);

G_END_DECLS
