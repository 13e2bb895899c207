/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A line below a conversation: who is writing something just now. Not there while nobody is. */

#define CHAT_TYPE_TYPING_LINE (chat_typing_line_get_type ())
G_DECLARE_FINAL_TYPE (ChatTypingLine, chat_typing_line, CHAT, TYPING_LINE, GtkWidget)

/* @room: (nullable) */
void chat_typing_line_set_room (ChatTypingLine *self, ChatRoom *room);
/* Whether the person wants to know; so it begins */
void chat_typing_line_set_wanted (ChatTypingLine *self, gboolean wanted);
const char *chat_typing_line_get_text (ChatTypingLine *self); /* "": nobody */

G_END_DECLS
