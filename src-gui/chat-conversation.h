/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-row.h"
#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What was said in a room, scrolled. It follows the end while one is there, stays put while one
 * reads above, and offers a way to the end with the count of what came meanwhile. It marks the room
 * as read when its end is on the screen of an active window.
 *
 * Signals: marks-changed: other messages are picked out */

#define CHAT_TYPE_CONVERSATION (chat_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ChatConversation, chat_conversation, CHAT, CONVERSATION, GtkWidget)

/* @room: (nullable). Shows its end, and a line above the first unread message. */
void chat_conversation_set_room (ChatConversation *self, ChatRoom *room);

void chat_conversation_scroll_to_end (ChatConversation *self);
void chat_conversation_scroll_to_start (ChatConversation *self);
/* Brings that message onto the screen, and marks it for a moment. */
void chat_conversation_show_message (ChatConversation *self, guint position);
/* @pages: screens; negative: up */
void chat_conversation_scroll_by_pages (ChatConversation *self, int pages);
gboolean chat_conversation_is_following (ChatConversation *self);

/* How many messages of others came since the end was last on the screen */
guint chat_conversation_get_n_new (ChatConversation *self);
/* The position that has the "New Messages" line, GTK_INVALID_LIST_POSITION if none has */
guint chat_conversation_get_first_unread (ChatConversation *self);

/* Returns: (transfer none) (nullable): the row of that message, if there is one just now: the list
 * has widgets only for what is on the screen and around it */
ChatMessageRow *chat_conversation_get_row (ChatConversation *self, guint position);

/**
 * chat_conversation_get_top:
 * @offset: (out): px from the top of the screen to that of the row; at most 0
 *
 * Returns: the position of the topmost row on the screen, GTK_INVALID_LIST_POSITION if there is
 * none
 */
guint chat_conversation_get_top (ChatConversation *self, int *offset);

/* Picks that message out, or drops it; see the signal marks-changed. */
void chat_conversation_toggle_mark (ChatConversation *self, guint position);
void chat_conversation_clear_marks (ChatConversation *self);
guint chat_conversation_get_n_marked (ChatConversation *self);
/* Returns: (transfer full): see chat_message_marks_dup_text() */
char *chat_conversation_dup_marked (ChatConversation *self);

/* Whether light formatting is shown as it is meant; so it begins */
void chat_conversation_set_format (ChatConversation *self, gboolean format);

/* How often a row was bound to a message: what opening and scrolling cost */
guint chat_conversation_get_n_binds (ChatConversation *self);

G_END_DECLS
