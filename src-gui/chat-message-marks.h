/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* Messages that one has picked out, to copy them together. */

typedef struct _ChatMessageMarks ChatMessageMarks;

ChatMessageMarks *chat_message_marks_new (void);
void chat_message_marks_free (ChatMessageMarks *self);

void chat_message_marks_toggle (ChatMessageMarks *self, ChatMessage *message);
void chat_message_marks_clear (ChatMessageMarks *self);
gboolean chat_message_marks_contain (ChatMessageMarks *self, ChatMessage *message);
guint chat_message_marks_get_n (ChatMessageMarks *self);

/* @messages: of #ChatMessage: the conversation. Returns: (transfer full): those that are marked, in
 * its order, a line each with time and name */
char *chat_message_marks_dup_text (ChatMessageMarks *self, GListModel *messages);

G_END_DECLS
