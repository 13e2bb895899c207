/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-search-hit.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Searches all rooms while one types, and lists what it finds, newest first; more as one scrolls.
 *
 * Signals:
 *   hit-activated (ChatSearchHit *): one wants to see that one
 *   closed: Escape */

#define CHAT_TYPE_SEARCH_PANE (chat_search_pane_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearchPane, chat_search_pane, CHAT, SEARCH_PANE, GtkWidget)

/* @rooms: of #ChatRoom */
void chat_search_pane_set_rooms (ChatSearchPane *self, GListModel *rooms);

/* Gives its field the focus, with the text selected; what is there is searched for again. */
void chat_search_pane_open (ChatSearchPane *self);

/* For tests */
GtkEditable *chat_search_pane_get_entry (ChatSearchPane *self); /* (transfer none) */
/* "hint", "none" or "results" */
const char *chat_search_pane_get_page (ChatSearchPane *self);
GListModel *chat_search_pane_get_hits (ChatSearchPane *self); /* (transfer none) (nullable) */
void chat_search_pane_activate (ChatSearchPane *self, guint position);

G_END_DECLS
