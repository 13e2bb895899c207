/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"
#include "chat-search-words.h"

G_BEGIN_DECLS

/* A text that was searched for and found. A copy: the room's model need not have it, and it stays
 * when the text is erased. */

#define CHAT_TYPE_SEARCH_HIT (chat_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearchHit, chat_search_hit, CHAT, SEARCH_HIT, GObject)

/* Properties: room, sender, text, time-us */
ChatRoom *chat_search_hit_get_room (ChatSearchHit *self);     /* (transfer none) */
const char *chat_search_hit_get_sender (ChatSearchHit *self); /* nullable */
const char *chat_search_hit_get_text (ChatSearchHit *self);   /* valid UTF-8 */
gint64 chat_search_hit_get_time_us (ChatSearchHit *self);     /* µs since 1970, UTC */

/* Returns: (array length=n) (transfer none): where in the text it stands, in order */
const ChatSearchRange *chat_search_hit_get_ranges (ChatSearchHit *self, guint *n);

/**
 * chat_search_hit_locate:
 *
 * Brings the lines from there on into the room's model, and some before it, if they are not there.
 *
 * Returns: its position in chat_room_get_messages(); %G_MAXUINT: it is there no more
 */
guint chat_search_hit_locate (ChatSearchHit *self);

G_END_DECLS
