/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-info.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One room in the list dialog: its name, what the server tells of it, whether one is in it. */

#define CHAT_TYPE_LIST_ROW (chat_list_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatListRow, chat_list_row, CHAT, LIST_ROW, GtkBox)

GtkWidget *chat_list_row_new (void);

void chat_list_row_show (ChatListRow *self, ChatRoomInfo *info, gboolean joined);

G_END_DECLS
