/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a person does about messages of a room that are there already: answers them, edits or takes
 * back own ones, puts signs to them. Like texts they wait in the outbox, on the disk, until they
 * are in the room's log; the message shows them at once, see chat_message_is_changing(). What is
 * refused for good is undone, and the room emits change-refused.
 *
 * Errors: %CHAT_ERROR_NOT_JOINED, _TOO_LONG, _BAD_TEXT; %CHAT_ERROR_NOT_ALLOWED where
 * chat_room_can_answer(), _change() or _edit() says no. */

/* Returns: whether @message, in the room's log, can be answered, and have signs put to it */
gboolean chat_room_can_answer (ChatRoom *self, ChatMessage *message);
/* Returns: whether it can be taken back: an own one, in the log or on its way there */
gboolean chat_room_can_change (ChatRoom *self, ChatMessage *message);
/* … and edited: no file */
gboolean chat_room_can_edit (ChatRoom *self, ChatMessage *message);

/* As chat_room_send_async(); the message that is sent answers @target. */
void chat_room_reply_async (ChatRoom *self,
                            ChatMessage *target,
                            const char *text,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* Returns: (transfer full) (nullable): the message */
ChatMessage *chat_room_reply_finish (ChatRoom *self, GAsyncResult *result, GError **error);

/* @text: what it says from now on; line breaks are kept */
gboolean chat_room_edit (ChatRoom *self, ChatMessage *message, const char *text, GError **error);
gboolean chat_room_retract (ChatRoom *self, ChatMessage *message, GError **error);
/* @sign: in one word, 1 to 32 bytes; @on: put there, or taken away */
gboolean chat_room_react (
    ChatRoom *self, ChatMessage *message, const char *sign, gboolean on, GError **error);

/* The line that @message answers comes into the model, if it is kept here. Returns: its position,
 * %G_MAXUINT where there is none */
guint chat_room_locate_answered (ChatRoom *self, ChatMessage *message);

G_END_DECLS
