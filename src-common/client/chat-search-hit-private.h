/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry.h"
#include "chat-search-hit.h"

G_BEGIN_DECLS

/* Both return: (transfer full) (nullable): %NULL: what is searched for is not in it */

/* @sender: (nullable): its name is not known */
ChatSearchHit *chat_search_hit_new_for_entry (ChatRoom *room,
                                              const ChatEntry *entry,
                                              const char *sender,
                                              ChatSearchQuery *query);
/* @message: stands in the room's model */
ChatSearchHit *
chat_search_hit_new_for_message (ChatRoom *room, ChatMessage *message, ChatSearchQuery *query);

G_END_DECLS
