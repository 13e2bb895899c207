/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The selectable #GtkLabel that stands in for a drawn text while it is of use: while it is pointed
 * at, while the owner asks for it, and while some of it is selected. The owner is its parent and
 * gives it its place. */

typedef struct _ChatMessageSelection ChatMessageSelection;

/* @owner: (transfer none): outlives it */
ChatMessageSelection *chat_message_selection_new (GtkWidget *owner);
/* With its label: for the owner's dispose */
void chat_message_selection_free (ChatMessageSelection *self);

/* What the next label shows; one that is there goes. */
void chat_message_selection_set_text (ChatMessageSelection *self,
                                      const char *text,
                                      PangoAttrList *attributes);
void chat_message_selection_set_centered (ChatMessageSelection *self, gboolean centered);

void chat_message_selection_set_wanted (ChatMessageSelection *self, gboolean wanted);
void chat_message_selection_set_pointed_at (ChatMessageSelection *self, gboolean pointed_at);

/* Returns: (transfer none) (nullable): the label, while there is one */
GtkWidget *chat_message_selection_get_label (ChatMessageSelection *self);
/* Returns: (transfer full) (nullable): the selected part */
char *chat_message_selection_dup (ChatMessageSelection *self);

G_END_DECLS
