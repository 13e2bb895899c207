/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The list of commands over the composer while one is being typed. It never takes the focus: the
 * composer hands it the keys that are its.
 *
 * Signals: chosen (const char *word, gboolean complete_only): a command was picked; it is to be
 * run, unless it needs more, or is only to be written out */

#define CHAT_TYPE_COMMAND_POPOVER (chat_command_popover_get_type ())
G_DECLARE_FINAL_TYPE (ChatCommandPopover, chat_command_popover, CHAT, COMMAND_POPOVER, GtkPopover)

/* @hosting: whether those are offered that only hosts can do */
void chat_command_popover_set_hosting (ChatCommandPopover *self, gboolean hosting);
GtkWidget *chat_command_popover_new (void);

/* Shows the commands that @text may become; closes where there are none. */
void chat_command_popover_update (ChatCommandPopover *self, const char *text);
gboolean chat_command_popover_is_open (ChatCommandPopover *self);
void chat_command_popover_close (ChatCommandPopover *self);

/* @step: -1 or 1; goes round */
void chat_command_popover_move (ChatCommandPopover *self, int step);
/* Emits chosen for the selected command. @complete_only: it is not to be run yet */
void chat_command_popover_accept (ChatCommandPopover *self, gboolean complete_only);

/* The words that are offered, %NULL-terminated */
GStrv chat_command_popover_dup_words (ChatCommandPopover *self); /* (transfer full) */
/* Whether @text is the selected command in full, in either width and case */
gboolean chat_command_popover_is_selected (ChatCommandPopover *self, const char *text);

G_END_DECLS
