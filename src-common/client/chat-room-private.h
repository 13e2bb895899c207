/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-model.h"
#include "chat-room-facts.h"
#include "chat-room.h"
#include "chat-transfer.h"

G_BEGIN_DECLS

/* What a session tells its rooms; also how tests and demos make a room without a server. */

/* @session: (nullable) (not owned): the room follows its end with a weak pointer */
ChatRoom *
chat_room_new (ChatSession *session, const char *name, const char *user_name, gboolean host);

/* Appends @n messages in one items-changed; (transfer none). Counts unread, remembers the senders
 * as members where the session does not know them, emits message-received. */
void chat_room_append (ChatRoom *self, ChatMessage **messages, guint n);
void chat_room_remove_member (ChatRoom *self, const char *name);
/* For the room's own files.
 * @target: (nullable): which one it answers; @task: (transfer full): returns the message */
void chat_room_send_text (ChatRoom *self, const char *text, ChatMessage *target, GTask *task);
/* Returns: (transfer full): valid UTF-8, with line breaks as the rest of the world has them */
char *chat_room_normalize_text (const char *text);
/* @about: it names another message, which needs some bytes */
gboolean
chat_room_check_sendable (ChatRoom *self, const char *text, gboolean about, GError **error);
/* Returns: (transfer none) (nullable): the line of the entry with @id; @position: (out) (nullable):
 * set only where there is one */
ChatMessage *chat_room_find_entry (ChatRoom *self, guint64 id, guint *position);
/* What one did about @message was refused: it was undone. */
void chat_room_tell_refused (ChatRoom *self, ChatMessage *message, const GError *error);
/* Returns: (transfer none): for the room's own files */
ChatMemberModel *chat_room_peek_member_model (ChatRoom *self);
/* Appends no line by itself. */
void chat_room_set_state (ChatRoom *self, ChatRoomState state, ChatRoomEnd end);

/* --- rooms with a log ---------------------------------------------------- */

/* The next entries of the log, in order; (transfer none). An own one that waits is taken from where
 * it stands; its delivery must be set before. Counts and emits as chat_room_append() does, but for
 * what was said before one joined. */
void chat_room_take_entries (ChatRoom *self, ChatMessage **messages, guint n);
/* Older ones, in order; counts and emits nothing. */
void chat_room_prepend (ChatRoom *self, ChatMessage **messages, guint n);
/* The log ends at @after: what follows goes, but own texts, which wait again.
 * Returns: (transfer container): these, of #ChatMessage, oldest first */
GPtrArray *chat_room_withdraw (ChatRoom *self, guint64 after);
/* Texts of @member up to @id become erased ones. */
void chat_room_erase (ChatRoom *self, guint64 member, guint64 id);
void chat_room_remove (ChatRoom *self, ChatMessage *message);
/* The oldest go, but for @n_kept; what waits stays. */
void chat_room_let_go (ChatRoom *self, guint n_kept);
ChatRoomSight chat_room_get_sight (ChatRoom *self);

/* It is on the server: its message is sent, and it is done. */
void chat_room_show_sent (ChatTransfer *transfer);

void chat_room_take_members (ChatRoom *self, const ChatMemberNews *news, guint n);

void chat_room_get_facts (ChatRoom *self, ChatRoomFacts *facts);
/* Returns: (transfer none): as they are now */
const ChatRoomFacts *chat_room_peek_facts (ChatRoom *self);
void chat_room_set_facts (ChatRoom *self, const ChatRoomFacts *facts);
void chat_room_set_unread (ChatRoom *self, guint unread);
/* Entries up to @id are no news, also those that are still to come. */
void chat_room_set_read (ChatRoom *self, guint64 id);
/* Likewise, at another device: so many are left. */
void chat_room_read_elsewhere (ChatRoom *self, guint64 id, guint unread);
/* @names: (array zero-terminated=1): copied */
void chat_room_set_typing_names (ChatRoom *self, const char *const *names);
/* @parent: a reference is kept */
void chat_room_set_parent (ChatRoom *self, ChatRoom *parent);
/* Returns: (transfer none) (nullable): the newest one that is in the log */
ChatMessage *chat_room_get_last_entry (ChatRoom *self);

G_END_DECLS
