/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A room's conversation as a #GListModel of #ChatMessage. An array: 8 bytes a message and O(1)
 * access, where a #GListStore needs a tree node each. What is settled (in the room's log, or only
 * for oneself) comes first; own messages that wait for their place stand behind it. Each change is
 * one items-changed, over no more than what changed. Private to the client library. */

#define CHAT_TYPE_MESSAGE_LIST (chat_message_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageList, chat_message_list, CHAT, MESSAGE_LIST, GObject)

ChatMessageList *chat_message_list_new (void);

/* @messages: (array length=n) (transfer none): at the end. They are settled where nothing waits and
 * none of them is an own one that waits. */
void chat_message_list_append (ChatMessageList *self, ChatMessage *const *messages, guint n);

/* @messages: (array length=n) (transfer none): settled, behind all that are; those of them that
 * waited move there. */
void chat_message_list_settle (ChatMessageList *self, ChatMessage *const *messages, guint n);

/* @messages: (array length=n) (transfer none): settled, older than all that are there */
void chat_message_list_prepend (ChatMessageList *self, ChatMessage *const *messages, guint n);

/**
 * chat_message_list_withdraw:
 * @waiting: of #ChatMessage: settled until now; they wait again, before all others
 * @gone: likewise; they go
 */
void chat_message_list_withdraw (ChatMessageList *self, GPtrArray *waiting, GPtrArray *gone);

/* Moves it behind all that wait: it is sent once more. */
void chat_message_list_move_to_end (ChatMessageList *self, ChatMessage *message);

/* Does nothing where it is not there. */
void chat_message_list_remove (ChatMessageList *self, ChatMessage *message);

/* @n: of the settled ones */
void chat_message_list_remove_first (ChatMessageList *self, guint n);

guint chat_message_list_get_n_settled (ChatMessageList *self);
/* Returns: (transfer none): @position: within the list */
ChatMessage *chat_message_list_peek (ChatMessageList *self, guint position);
/* Returns: (transfer none) (nullable) */
ChatMessage *chat_message_list_get_last (ChatMessageList *self);

G_END_DECLS
