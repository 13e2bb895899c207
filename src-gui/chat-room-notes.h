/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Small lines about a room in which one can talk: not encrypted for everybody, off the record, the
 * host is away, messages go the slower road. Nothing is wrong with the room, so nothing is asked.
 */

#define CHAT_TYPE_ROOM_NOTES (chat_room_notes_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomNotes, chat_room_notes, CHAT, ROOM_NOTES, GtkWidget)

/* @room: (nullable) */
void chat_room_notes_set_room (ChatRoomNotes *self, ChatRoom *room);

/* Returns: (transfer full): what is said just now, a line each */
char *chat_room_notes_dup_text (ChatRoomNotes *self);

/* @now_us: µs since 1970, UTC. Returns: (transfer full) (nullable): when @room closes, as a
 * sentence, with the day where that is not today; %NULL: it does not */
char *chat_room_notes_closing_text (ChatRoom *room, gint64 now_us);

G_END_DECLS
