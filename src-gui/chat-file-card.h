/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In the row of a message that shows a file, below its name: its small picture or an icon, what it
 * is, buttons for message.fetch-file, message.save-file and message.open-file, and while it comes
 * how far it is. It fetches nothing, and decodes no picture that is too large. */

#define CHAT_TYPE_FILE_CARD (chat_file_card_get_type ())
G_DECLARE_FINAL_TYPE (ChatFileCard, chat_file_card, CHAT, FILE_CARD, GtkWidget)

GtkWidget *chat_file_card_new (void);
/* @room: (nullable): where @message is. Its file stays the same until it is erased. */
void chat_file_card_set_message (ChatFileCard *self, ChatRoom *room, ChatMessage *message);

/* For tests */
const char *chat_file_card_get_text (ChatFileCard *self); /* what it is */
gboolean chat_file_card_has_picture (ChatFileCard *self);
/* Returns: (nullable): how far it is */
const char *chat_file_card_get_state (ChatFileCard *self);
gboolean chat_file_card_can_open (ChatFileCard *self);

G_END_DECLS
