/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The text of one message and the small note beside it (the time), each on a PangoLayout: measured,
 * and drawn. The note stands on the last line where there is room, else below. It is no widget: it
 * is one's, and asks it for fonts and direction. */

typedef struct _ChatMessageLayout ChatMessageLayout;

/* @widget: (transfer none): outlives it */
ChatMessageLayout *chat_message_layout_new (GtkWidget *widget);
void chat_message_layout_free (ChatMessageLayout *self);

/* @padded: whether the text keeps off the edges, as in a bubble; @centered: for notices */
void chat_message_layout_set_look (ChatMessageLayout *self, gboolean padded, gboolean centered);

void
chat_message_layout_set_text (ChatMessageLayout *self, const char *text, PangoAttrList *attributes);
/* @icon_width: px kept free at the note's far end, 0 for none */
void chat_message_layout_set_note (ChatMessageLayout *self, const char *note, int icon_width);

/* The widget's direction or fonts are others now. */
void chat_message_layout_context_changed (ChatMessageLayout *self);

/**
 * chat_message_layout_fit:
 * @max_width: px, with padding; -1: as wide as it likes
 * @width: (out): what it needs, at most @max_width where words can be broken
 * @height: (out): for that width
 *
 * Measured once for each @max_width.
 */
void chat_message_layout_fit (ChatMessageLayout *self, int max_width, int *width, int *height);

/* Where the text stands, px in the widget, which has been given its size */
void chat_message_layout_get_text_place (ChatMessageLayout *self, GdkRectangle *place);
/* Where the icon's middle stands in height, px from the bottom of the widget; and how far it is
 * from the edge where lines end */
void chat_message_layout_get_icon_place (ChatMessageLayout *self, int *from_bottom, int *from_end);

/* Returns: whether there is a character at that place, px in the widget; @index: (out): its byte */
gboolean chat_message_layout_find (ChatMessageLayout *self, double x, double y, guint *index);

void chat_message_layout_draw_text (ChatMessageLayout *self,
                                    GtkSnapshot *snapshot,
                                    const GdkRGBA *color);
void chat_message_layout_draw_note (ChatMessageLayout *self,
                                    GtkSnapshot *snapshot,
                                    const GdkRGBA *color);

G_END_DECLS
