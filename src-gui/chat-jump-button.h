/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The way to the end of a conversation: a round button with the count of what is new there. It
 * activates room.scroll-to-end. */

#define CHAT_TYPE_JUMP_BUTTON (chat_jump_button_get_type ())
G_DECLARE_FINAL_TYPE (ChatJumpButton, chat_jump_button, CHAT, JUMP_BUTTON, GtkWidget)

/* @shown: whether it is on the screen; @n_new: 0 for no count */
void chat_jump_button_set (ChatJumpButton *self, gboolean shown, guint n_new);

G_END_DECLS
