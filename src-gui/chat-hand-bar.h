/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Above the composer of who may not write just now: why, and a button that raises the hand
 * (room.raise-hand). Hidden otherwise.
 *
 * Properties: quiet (notifies): whether it is shown */

#define CHAT_TYPE_HAND_BAR (chat_hand_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatHandBar, chat_hand_bar, CHAT, HAND_BAR, GtkWidget)

/* @room: (nullable) */
void chat_hand_bar_set_room (ChatHandBar *self, ChatRoom *room);
gboolean chat_hand_bar_get_quiet (ChatHandBar *self);
const char *chat_hand_bar_get_text (ChatHandBar *self); /* "" while it is hidden */

G_END_DECLS
