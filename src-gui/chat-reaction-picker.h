/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Signs that one can put to a message: some that are usual, and all emoji behind a button.
 *
 * Signals: picked (ChatMessage *, const char *sign): to be put there, or taken away where one's own
 * is there already */

#define CHAT_TYPE_REACTION_PICKER (chat_reaction_picker_get_type ())
G_DECLARE_FINAL_TYPE (ChatReactionPicker, chat_reaction_picker, CHAT, REACTION_PICKER, GtkPopover)

GtkWidget *chat_reaction_picker_new (void);

/* @place: in its parent */
void chat_reaction_picker_open (ChatReactionPicker *self,
                                ChatMessage *message,
                                const GdkRectangle *place);

G_END_DECLS
