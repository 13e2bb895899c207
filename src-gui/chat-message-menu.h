/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-label.h"
#include "chat-message.h"

G_BEGIN_DECLS

/**
 * chat_message_menu_popup:
 * @row: the widget that has the message.* actions
 * @link: (nullable): the link that was pointed at; without one the first few of the text are
 *   offered
 * @pointing_to: px in @row
 *
 * The menu of one message. It goes when it is closed.
 */
void chat_message_menu_popup (GtkWidget *row,
                              ChatMessageLabel *label,
                              ChatMessage *message,
                              const char *link,
                              const GdkRectangle *pointing_to);

G_END_DECLS
