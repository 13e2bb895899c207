/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-search-hit.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One text that was found, in a list of them: its room, what stands around the place, who said it
 * and when. */

#define CHAT_TYPE_SEARCH_ROW (chat_search_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearchRow, chat_search_row, CHAT, SEARCH_ROW, GtkBox)

GtkWidget *chat_search_row_new (void);
void chat_search_row_set_hit (ChatSearchRow *self, ChatSearchHit *hit);

G_END_DECLS
