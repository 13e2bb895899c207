/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a message answers, in one line above it; a click activates message.show-answered. */

#define CHAT_TYPE_QUOTE_LINE (chat_quote_line_get_type ())
G_DECLARE_FINAL_TYPE (ChatQuoteLine, chat_quote_line, CHAT, QUOTE_LINE, GtkWidget)

GtkWidget *chat_quote_line_new (void);

/* @reply: the message that answers */
void chat_quote_line_set_reply (ChatQuoteLine *self, ChatMessage *reply);
const char *chat_quote_line_get_text (ChatQuoteLine *self);

G_END_DECLS
