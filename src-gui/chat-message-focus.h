/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The keyboard's way into a list of message rows, and out of it. GtkListView 4.8 makes a stop of
 * each row, and begins with the first; here the whole list is one: it is entered at the row that
 * had the focus last while that is on the screen, else at the lowest one there, and left at once.
 * Within it the list's own keys move. */

typedef struct _ChatMessageFocus ChatMessageFocus;

/* @list, @scrolled: (transfer none): outlive it */
ChatMessageFocus *chat_message_focus_new (GtkListView *list, GtkScrolledWindow *scrolled);
void chat_message_focus_free (ChatMessageFocus *self);

/* The window's focus is now @focus (nullable), in the list or not. */
void chat_message_focus_note (ChatMessageFocus *self, GtkWidget *focus);

/* Returns: whether a row has the focus now; there is none to have it in an empty list */
gboolean chat_message_focus_enter (ChatMessageFocus *self);

/* Next time it is entered at that message, if it is on the screen. */
void chat_message_focus_set_last (ChatMessageFocus *self, ChatMessage *message);

G_END_DECLS
