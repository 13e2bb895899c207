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

/* A text becomes %CHAT_MESSAGE_ERASED, without signs; notifies kind and text. Returns: whether it
 * was one */
gboolean chat_message_erase (ChatMessage *self);

/* @text: (nullable): what it says now; %NULL: what was said first. @id: of the edit in the log, 0:
 * it is not there. Only texts are edited. */
void chat_message_set_edit (ChatMessage *self, const char *text, guint64 id);
guint64 chat_message_get_edit_id (ChatMessage *self);
void chat_message_set_changing (ChatMessage *self, gboolean changing);
/* See chat_reactions_take(). */
void chat_message_react (ChatMessage *self,
                         guint64 member,
                         const char *name,
                         gboolean own,
                         const char *sign,
                         gboolean on);
/* @reactions: (transfer full) (nullable): of #ChatReaction, instead of those that it has */
void chat_message_set_reactions (ChatMessage *self, GPtrArray *reactions);
/* @target: id of what it answers, 0: it is no answer; @sender, @text: (nullable) */
void
chat_message_set_reply (ChatMessage *self, guint64 target, const char *sender, const char *text);
guint64 chat_message_get_reply_target (ChatMessage *self); /* 0: it is no answer */

G_END_DECLS
