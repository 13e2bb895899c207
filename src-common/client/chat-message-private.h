/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* What the sessions of protocol 2 note in a message: its place in the room's log. */

/* @id: in the log, 0: not in it; @member: who said it, by number */
void chat_message_set_place (ChatMessage *self, guint64 id, guint64 member);
guint64 chat_message_get_id (ChatMessage *self);
guint64 chat_message_get_member (ChatMessage *self);

/* Before it stands in a model. */
/* @deed: (transfer full). Once, before anybody sees it */
void chat_message_set_deed (ChatMessage *self, ChatMessageDeed *deed);
void chat_message_set_history (ChatMessage *self, gboolean history);

/* A text becomes %CHAT_MESSAGE_ERASED; notifies kind and text. */
void chat_message_erase (ChatMessage *self);

G_END_DECLS
