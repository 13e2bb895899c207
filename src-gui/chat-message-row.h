/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-mentions.h"
#include "chat-message.h"
#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One line of the conversation: a day line and a "new messages" line where they are due, then what
 * was said (avatar and name only at a group's start), or a notice. It never calls the client: it
 * activates room.resend, room.discard, room.mark and room.copy-marked. Rows are used again for
 * other messages, and a message may get another place, and another message before it.
 *
 * Actions it installs: message.menu  message.copy  message.copy-quoted  message.copy-link (s)
 *                      message.open-link (s)  message.resend  message.discard  message.select
 *                      message.show-source  message.mark  message.fold
 *                      message.reply  message.edit  message.retract  message.react (s)
 *                      message.pick-reaction  message.show-answered */

#define CHAT_TYPE_MESSAGE_ROW (chat_message_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageRow, chat_message_row, CHAT, MESSAGE_ROW, GtkWidget)

GtkWidget *chat_message_row_new (void);

/**
 * chat_message_row_bind:
 * @previous: (nullable): the message before it
 * @position: in the room; what room.resend is told
 */
void chat_message_row_bind (ChatMessageRow *self,
                            ChatMessage *message,
                            ChatMessage *previous,
                            guint position);
/* The message is the same, what stands around it may not be: @previous and @position as above */
void chat_message_row_set_place (ChatMessageRow *self, ChatMessage *previous, guint position);
void chat_message_row_unbind (ChatMessageRow *self);

ChatMessage *chat_message_row_get_message (ChatMessageRow *self); /* (transfer none) (nullable) */
guint chat_message_row_get_position (ChatMessageRow *self);
/* "Taro: hello, 14:05": what a screen reader says */
const char *chat_message_row_get_spoken (ChatMessageRow *self);

/* Whether "New messages" stands above it */
void chat_message_row_set_first_unread (ChatMessageRow *self, gboolean first_unread);

/* Whether light formatting is shown as it is meant; so it begins */
void chat_message_row_set_format (ChatMessageRow *self, gboolean format);

/* @room: (nullable) (transfer none): where it is, to ask what can be done about the message */
void chat_message_row_set_room (ChatMessageRow *self, ChatRoom *room);
gboolean chat_message_row_can_answer (ChatMessageRow *self);
gboolean chat_message_row_can_change (ChatMessageRow *self);
gboolean chat_message_row_can_edit (ChatMessageRow *self);

/* @mentions: (nullable): who can be called by name where it is */
void chat_message_row_set_mentions (ChatMessageRow *self, ChatMentions *mentions);

/* @marking: messages are being picked out, so that a click picks this one, too, or drops it */
void chat_message_row_set_marked (ChatMessageRow *self, gboolean marking, gboolean marked);
gboolean chat_message_row_is_marking (ChatMessageRow *self);

/* Whether one has just been led to it; then all of it is shown */
void chat_message_row_set_found (ChatMessageRow *self, gboolean found);

/* Says the day anew: "Today" becomes "Yesterday" at midnight. */
void chat_message_row_update_day (ChatMessageRow *self);

/* For tests: the texts of the lines above the message, %NULL where there is none; whether the name
 * is shown */
const char *chat_message_row_get_day (ChatMessageRow *self);
gboolean chat_message_row_has_name (ChatMessageRow *self);
gboolean chat_message_row_has_unread_line (ChatMessageRow *self);
gboolean chat_message_row_has_history_line (ChatMessageRow *self);
/* What it answers, in one line */
const char *chat_message_row_get_quote (ChatMessageRow *self);
/* Says why it was not sent, with what helps; %NULL where it was */
const char *chat_message_row_get_failure (ChatMessageRow *self);

G_END_DECLS
