/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where one reads in a list of message rows: at its end, which is followed, or above, where the
 * topmost row stays where it is.
 *
 * GtkListView 4.8 neither follows what is appended nor keeps its place when it is resized: it knows
 * heights only of the rows that have widgets. So the end is sought again after each layout while
 * one follows it, and the topmost row is put back where it was after each change of size. */

typedef struct _ChatScrollPlace ChatScrollPlace;

/* @scrolled, @list: (transfer none): outlive it; @on_changed: one has come to the end, or has left
 * it, by scrolling */
ChatScrollPlace *chat_scroll_place_new (GtkScrolledWindow *scrolled,
                                        GtkListView *list,
                                        GSourceOnceFunc on_changed,
                                        gpointer data);
void chat_scroll_place_free (ChatScrollPlace *self);

gboolean chat_scroll_place_is_following (ChatScrollPlace *self);
/* From the next layout on, without @on_changed */
void chat_scroll_place_follow (ChatScrollPlace *self);
/* The same, and now, as far as the end is known */
void chat_scroll_place_go_to_end (ChatScrollPlace *self);
/* From the next layout on to the row at @position, which stands a little below the top */
void chat_scroll_place_go_to (ChatScrollPlace *self, guint position);
/* The end may have moved: for whenever the model changes. */
void chat_scroll_place_seek (ChatScrollPlace *self);

/* Gives @child, which holds the list, its size, and then finds the place again. */
void chat_scroll_place_allocate (ChatScrollPlace *self, GtkWidget *child, int width, int height);

/* Returns: the position of the topmost row on the screen, GTK_INVALID_LIST_POSITION if there is
 * none; @offset: (out): px from the top of the screen to that of the row; at most 0 */
guint chat_scroll_place_get_top (ChatScrollPlace *self, int *offset);

G_END_DECLS
