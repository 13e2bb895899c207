/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A room's conversation as a #GListModel of #ChatMessage that only grows, at its end. An array: 8
 * bytes a message and O(1) access, where a #GListStore needs a tree node each. Private to the
 * client library. */

#define CHAT_TYPE_MESSAGE_LIST (chat_message_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageList, chat_message_list, CHAT, MESSAGE_LIST, GObject)

ChatMessageList *chat_message_list_new (void);

/* @messages: (array length=n) (transfer none): appended in one items-changed */
void chat_message_list_append (ChatMessageList *self, ChatMessage *const *messages, guint n);

/* Returns: (transfer none) (nullable) */
ChatMessage *chat_message_list_get_last (ChatMessageList *self);

G_END_DECLS
