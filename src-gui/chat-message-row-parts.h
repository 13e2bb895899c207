/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-row-layout.h"
#include "chat-room.h"

G_BEGIN_DECLS

/* The widgets of a message row that come and go: each is made where it is first needed, and goes
 * where its argument is %NULL. @row: their parent. Private to the row. */

void chat_message_row_parts_set_line (GtkWidget **line,
                                      GtkWidget *row,
                                      const char *text,
                                      const char *css_class);
void
chat_message_row_parts_set_avatar (ChatMessageRowParts *parts, GtkWidget *row, const char *sender);
void
chat_message_row_parts_set_name (ChatMessageRowParts *parts, GtkWidget *row, const char *sender);
/* @resendable: whether it may come through when it is sent again */
void chat_message_row_parts_set_failure (ChatMessageRowParts *parts,
                                         GtkWidget *row,
                                         const char *reason,
                                         gboolean resendable);
/* @label: of the button that shows more, or less */
void
chat_message_row_parts_set_fold (ChatMessageRowParts *parts, GtkWidget *row, const char *label);
/* @reply: which answers another one */
void
chat_message_row_parts_set_quote (ChatMessageRowParts *parts, GtkWidget *row, ChatMessage *reply);
/* @file: (nullable): a message that shows a file */
void chat_message_row_parts_set_file (ChatMessageRowParts *parts,
                                      GtkWidget *row,
                                      ChatRoom *room,
                                      ChatMessage *file);
/* @reactions: may be empty, which is as %NULL */
void chat_message_row_parts_set_reactions (ChatMessageRowParts *parts,
                                           GtkWidget *row,
                                           const GPtrArray *reactions);

G_END_DECLS
