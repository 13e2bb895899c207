/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * chat_spoken_names_give:
 * @root: a widget whose template is complete
 *
 * Gives the buttons, entries and lists below @root the names that a screen reader reads out. GTK
 * 4.8 reads a mnemonic button as "_Send Send", and one with only an icon, or a field with only a
 * placeholder, by the name of its type.
 */
void chat_spoken_names_give (GtkWidget *root);

G_END_DECLS
