/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Whom one may mean with an @ that is being typed into a text view: a list over that place. It
 * never takes the focus: the composer hands it the keys that are its. One that was closed by hand
 * stays closed for this @.
 *
 * Signals: chosen (): the name stands in the text now */

#define CHAT_TYPE_MENTION_POPOVER (chat_mention_popover_get_type ())
G_DECLARE_FINAL_TYPE (ChatMentionPopover, chat_mention_popover, CHAT, MENTION_POPOVER, GtkPopover)

/* @view: (transfer none): outlives it */
GtkWidget *chat_mention_popover_new (GtkTextView *view);

/* @members: (nullable): of #ChatMember: who can be called; oneself is not offered */
void chat_mention_popover_set_members (ChatMentionPopover *self, GListModel *members);

/* Something was typed. Shows who can be meant, or closes. */
void chat_mention_popover_update (ChatMentionPopover *self);
gboolean chat_mention_popover_is_open (ChatMentionPopover *self);
void chat_mention_popover_close (ChatMentionPopover *self);
/* By hand */
void chat_mention_popover_dismiss (ChatMentionPopover *self);

/* @step: -1 or 1; goes round */
void chat_mention_popover_move (ChatMentionPopover *self, int step);
/* Writes the selected name out. */
void chat_mention_popover_accept (ChatMentionPopover *self);
/* Whether the selected name stands there already */
gboolean chat_mention_popover_is_written (ChatMentionPopover *self);

/* The names that are offered, %NULL-terminated */
GStrv chat_mention_popover_dup_names (ChatMentionPopover *self); /* (transfer full) */

G_END_DECLS
