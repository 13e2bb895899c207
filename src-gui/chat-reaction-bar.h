/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The signs that were put to a message, each with its number, in as many lines as they need. A
 * click puts one's own there, or takes it away: message.react (s); the last button activates
 * message.pick-reaction. */

#define CHAT_TYPE_REACTION_BAR (chat_reaction_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatReactionBar, chat_reaction_bar, CHAT, REACTION_BAR, GtkWidget)

GtkWidget *chat_reaction_bar_new (void);

/* @reactions: of #ChatReaction, at least one */
void chat_reaction_bar_set_reactions (ChatReactionBar *self, const GPtrArray *reactions);

/* Returns: (transfer full): for screen readers: "👍 2, 🎉 1" */
char *chat_reaction_bar_describe (const GPtrArray *reactions);

G_END_DECLS
