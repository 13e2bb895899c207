/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Above the composer: which message one answers, or edits. It ends by itself when that message is
 * taken back.
 *
 * Signals: ended (guint): it has no message any more; which #ChatAnswer that was */

typedef enum
{
  CHAT_ANSWER_NONE,
  CHAT_ANSWER_REPLY,
  CHAT_ANSWER_EDIT,
} ChatAnswer;

#define CHAT_TYPE_ANSWER_BAR (chat_answer_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatAnswerBar, chat_answer_bar, CHAT, ANSWER_BAR, GtkWidget)

void chat_answer_bar_begin (ChatAnswerBar *self, ChatAnswer answer, ChatMessage *message);
/* Emits ended. Returns: whether there was something to end */
gboolean chat_answer_bar_end (ChatAnswerBar *self);

ChatAnswer chat_answer_bar_get_answer (ChatAnswerBar *self);
ChatMessage *chat_answer_bar_get_message (ChatAnswerBar *self); /* (transfer none) (nullable) */

G_END_DECLS
