/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Above the composer: the files that are on their way into the room, each with its buttons. Not
 * there while there are none. */

#define CHAT_TYPE_TRANSFER_BAR (chat_transfer_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatTransferBar, chat_transfer_bar, CHAT, TRANSFER_BAR, GtkWidget)

/* @room: (nullable) */
void chat_transfer_bar_set_room (ChatTransferBar *self, ChatRoom *room);

/* For tests */
guint chat_transfer_bar_get_n (ChatTransferBar *self);
/* Returns: (transfer none) (nullable): a ChatTransferLine */
GtkWidget *chat_transfer_bar_get_line (ChatTransferBar *self, guint position);

G_END_DECLS
