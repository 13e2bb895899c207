/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-act.h"
#include "chat-answer-bar.h"
#include "chat-commands.h"
#include "chat-composer.h"
#include "chat-conversation.h"
#include "chat-hand-bar.h"
#include "chat-find-bar.h"
#include "chat-member-list.h"
#include "chat-reaction-picker.h"
#include "chat-room-notes.h"
#include "chat-room-view.h"
#include "chat-state-bar.h"
#include "chat-transfer-bar.h"
#include "chat-typing-line.h"

G_BEGIN_DECLS

/* The parts of a room view, for its files and its tests; (transfer none) */
ChatConversation *chat_room_view_get_conversation (ChatRoomView *self);
ChatComposer *chat_room_view_get_composer (ChatRoomView *self);
ChatStateBar *chat_room_view_get_state_bar (ChatRoomView *self);
ChatRoomNotes *chat_room_view_get_notes (ChatRoomView *self);
ChatHandBar *chat_room_view_get_hand_bar (ChatRoomView *self);
ChatTypingLine *chat_room_view_get_typing_line (ChatRoomView *self);
ChatFindBar *chat_room_view_get_find_bar (ChatRoomView *self);
ChatTransferBar *chat_room_view_get_transfer_bar (ChatRoomView *self);
ChatMemberList *chat_room_view_get_member_list (ChatRoomView *self);
/* Whether the members are on the screen, folded or not */
gboolean chat_room_view_get_members_shown (ChatRoomView *self);

/* Returns: (transfer full) (nullable): the server's, as one types it */
char *chat_room_view_dup_address (ChatRoomView *self);
void chat_room_view_add_toast (ChatRoomView *self, const char *text);

/* chat-room-view-actions.c: the room.* actions and their keys */
void chat_room_view_install_actions (GtkWidgetClass *klass);

/* chat-room-view-hosting.c: does what hosts do */
/* @text: as it was typed. @argument: behind the command's word */
void chat_room_view_run (ChatRoomView *self,
                         ChatCommand command,
                         const char *argument,
                         const char *text);
/* To the member with that number, from the list of members */
void chat_room_view_act (ChatRoomView *self, ChatAct act, guint64 member);
/* Raises one's hand, or lowers it. */
void chat_room_view_raise_hand (ChatRoomView *self);
/* The room stays open after all. */
void chat_room_view_reopen (ChatRoomView *self);

/* Returns: (transfer full) (nullable): whom @argument begins with; else that was said.
 * @rest: (out): what stands behind the name */
ChatMember *chat_room_view_take_member (ChatRoomView *self,
                                        const char *argument,
                                        const char *text,
                                        const char **rest);

/* chat-room-view-pairs.c: private conversations beside the room */
/* With the member with that number; it comes to the front. */
void chat_room_view_open_private (ChatRoomView *self, guint64 member);
/* @argument: a name, and what is said to that person; nothing: as above */
void chat_room_view_message_member (ChatRoomView *self, const char *argument, const char *text);

/* chat-room-view-marks.c: answers, edits, takes back, reacts */
ChatAnswerBar *chat_room_view_get_answer_bar (ChatRoomView *self);
void chat_room_view_install_marks (GtkWidgetClass *klass);
/* Begins to answer, or to edit, if that is possible. */
void chat_room_view_begin_answer (ChatRoomView *self, ChatAnswer answer, ChatMessage *message);
/* Does the one or the other with @text, as it was typed. @message: what it says.
 * Returns: whether that was what was meant; else it is a new message */
gboolean chat_room_view_answer (ChatRoomView *self, const char *text, const char *message);
/* Puts one's own sign there, or takes it away. */
void chat_room_view_react (ChatRoomView *self, ChatMessage *message, const char *sign);
/* @error: what was refused about @message */
void chat_room_view_tell_refused (ChatRoomView *self, ChatMessage *message, const GError *error);
/* The signs to choose from, made when they are needed */
ChatReactionPicker *chat_room_view_need_picker (ChatRoomView *self);

/* A message that goes out: what was never added to the conversation goes back to its writer. */
void chat_room_view_send_text (ChatRoomView *self,
                               const char *text,
                               const char *message,
                               ChatMessage *target);

/* Takes what was typed away, unless it is another text by now. */
void chat_room_view_clear_if_sent (ChatRoomView *self, const char *text);
/* chat-room-view-sending.c: does what was typed: a message, or a command */
void chat_room_view_send (ChatRoomView *self, const char *text);

G_END_DECLS
