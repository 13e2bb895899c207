/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-mentions.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The text of one message, drawn on a PangoLayout: a #GtkLabel for each message would spend most of
 * a scrolled frame on searching its width. Beside the text it draws a small note (the time) on the
 * last line where there is room, else below, and may hold a small icon behind it. While one points
 * at it or its row has the focus it holds a selectable #GtkLabel in the very place of the drawn
 * text.
 *
 * CSS node: bubble; its looks (background, radius, font) are room-view.css's.
 *
 * Signals: link-activated (const char *uri): a link was clicked */

#define CHAT_TYPE_MESSAGE_LABEL (chat_message_label_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageLabel, chat_message_label, CHAT, MESSAGE_LABEL, GtkWidget)

GtkWidget *chat_message_label_new (void);

/* @padding: whether the text keeps off the edges, as in a bubble; @centered: for notices */
void chat_message_label_set_look (ChatMessageLabel *self, gboolean padding, gboolean centered);

/* @mentions: (nullable): who can be called in it by name; from the next text that is set on */
void chat_message_label_set_mentions (ChatMessageLabel *self, ChatMentions *mentions);
/* Returns: whether it calls the person at this computer */
gboolean chat_message_label_calls_me (ChatMessageLabel *self);

/* Whether only the beginning of a long text is shown; likewise */
void chat_message_label_set_folded (ChatMessageLabel *self, gboolean folded);
/* Returns: whether the text is long, folded or not */
gboolean chat_message_label_is_long (ChatMessageLabel *self);

/* @text: plain text; links in it are found and underlined */
void chat_message_label_set_text (ChatMessageLabel *self, const char *text);
/* … and what chat-format.h knows is shown as it is meant */
void chat_message_label_set_formatted_text (ChatMessageLabel *self, const char *text);
/* Returns: whether it is shown other than as it was typed */
gboolean chat_message_label_is_formatted (ChatMessageLabel *self);
const char *chat_message_label_get_text (ChatMessageLabel *self);  /* as it was set */
const char *chat_message_label_get_shown (ChatMessageLabel *self); /* as one sees all of it */

/* @note: "" for none; @icon_name: (nullable); @tooltip: (nullable): of the icon */
void chat_message_label_set_note (ChatMessageLabel *self,
                                  const char *note,
                                  const char *icon_name,
                                  const char *tooltip);

/**
 * chat_message_label_fit:
 * @max_width: px
 * @width: (out): what the text needs, at most @max_width where words can be broken
 * @height: (out): for that width
 *
 * Measured once for each @max_width; give the widget exactly this size.
 */
void chat_message_label_fit (ChatMessageLabel *self, int max_width, int *width, int *height);

/* While selectable it has a #GtkLabel; text that is selected keeps it so. */
void chat_message_label_set_selectable (ChatMessageLabel *self, gboolean selectable);
gboolean chat_message_label_get_selectable (ChatMessageLabel *self);
/* Gives its label the focus, with all of the text selected. */
void chat_message_label_grab_text (ChatMessageLabel *self);
/* Returns: (transfer full) (nullable): the selected part */
char *chat_message_label_dup_selection (ChatMessageLabel *self);

guint chat_message_label_get_n_links (ChatMessageLabel *self);
/* Returns: (transfer full) */
char *chat_message_label_dup_link (ChatMessageLabel *self, guint i);
/* Returns: (transfer full) (nullable): the link at that place, px in the widget */
char *chat_message_label_dup_link_at (ChatMessageLabel *self, double x, double y);

G_END_DECLS
