/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"
#include "chat-search-hit.h"

G_BEGIN_DECLS

/* Where one searches: the logs of one local store, or the model of one room that has no log. Gives
 * what it finds newest first, in small steps. Private to the client library. */

typedef struct _ChatSearchSource ChatSearchSource;

/* Rooms are added to it; with none, nothing is found. */
ChatSearchSource *chat_search_source_new_for_store (ChatLocalStore *store, ChatSearchQuery *query);
void chat_search_source_add_room (ChatSearchSource *self, gint64 number, ChatRoom *room);
ChatLocalStore *chat_search_source_get_store (ChatSearchSource *self); /* (nullable) */

ChatSearchSource *chat_search_source_new_for_room (ChatRoom *room, ChatSearchQuery *query);

void chat_search_source_free (ChatSearchSource *self);

/* One step, of a few milliseconds. Returns: whether it is known what comes next: a hit, or nothing
 * more */
gboolean chat_search_source_advance (ChatSearchSource *self);
/* Returns: (transfer none) (nullable): %NULL: nothing, so far */
ChatSearchHit *chat_search_source_peek (ChatSearchSource *self);
/* Returns: (transfer full) (nullable): likewise; it is the next one's turn then */
ChatSearchHit *chat_search_source_pop (ChatSearchSource *self);

/* Returns: whether all that it has was looked at, or can be */
gboolean chat_search_source_is_complete (ChatSearchSource *self);

G_END_DECLS
