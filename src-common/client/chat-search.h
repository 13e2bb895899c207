/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-search-hit.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One search, in one room or in all: a #GListModel of #ChatSearchHit, newest first. It fills by
 * itself, in small steps of the main loop, up to so many; chat_search_more() finds more. It does
 * not follow what is said later. Main thread only. */

#define CHAT_SEARCH_PAGE 50

#define CHAT_TYPE_SEARCH (chat_search_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearch, chat_search, CHAT, SEARCH, GObject)

/* @rooms: of #ChatRoom: where; not followed. @text: as typed. Returns: (transfer full): it has
 * begun */
ChatSearch *chat_search_new (GListModel *rooms, const char *text);
ChatSearch *chat_search_new_in_room (ChatRoom *room, const char *text);

/* Properties (all notify): searching, has-more */
gboolean chat_search_is_searching (ChatSearch *self); /* more may come by itself */
gboolean chat_search_has_more (ChatSearch *self);     /* it stopped before its end */
/* Returns: whether there was nothing to search for */
gboolean chat_search_is_empty (ChatSearch *self);
/* Returns: whether all was searched; else old logs are being prepared, and may have more later */
gboolean chat_search_is_complete (ChatSearch *self);

/* Goes on, where it has stopped, for #CHAT_SEARCH_PAGE more. */
void chat_search_more (ChatSearch *self);

G_END_DECLS
