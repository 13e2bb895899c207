/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"
#include "chat-search-hit.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Searches one room while one types: tells which text to show, newest first, and counts. Enter goes
 * to the next, older one, Shift+Enter back; Escape closes it.
 *
 * Signals:
 *   hit-chosen (ChatSearchHit *): show that one
 *   closed */

#define CHAT_TYPE_FIND_BAR (chat_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatFindBar, chat_find_bar, CHAT, FIND_BAR, GtkWidget)

/* @room: (nullable). Closes it where it is another one. */
void chat_find_bar_set_room (ChatFindBar *self, ChatRoom *room);

/* Gives its field the focus, with the text selected. */
void chat_find_bar_open (ChatFindBar *self);
void chat_find_bar_close (ChatFindBar *self);
gboolean chat_find_bar_is_open (ChatFindBar *self);

/* To the next older or newer one; from the last one to the first */
void chat_find_bar_step (ChatFindBar *self, gboolean older);

/* For tests. "2 of 7", "No results" */
const char *chat_find_bar_get_status (ChatFindBar *self);
GtkEditable *chat_find_bar_get_entry (ChatFindBar *self); /* (transfer none) */

G_END_DECLS
