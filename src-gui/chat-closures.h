/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Small functions that .ui files call in <closure> elements, under these names:
 *
 *   boolean has_text (string)         boolean not (boolean)
 *   string  message_line (ChatMessage): one line, no markup, as a list shows it
 *   string  message_time (ChatMessage): the time if it is of today, else the day
 */

/* For class_init of a widget with a template. */
void chat_closures_bind (GtkWidgetClass *klass);

/* Returns: (transfer full): the line of message_line, also for notifications */
char *chat_closures_message_line (ChatMessage *message);

/* Returns: (transfer full): of one that calls the person at this computer by name, for
 * notifications */
char *chat_closures_mention_line (ChatMessage *message);

/* Returns: (transfer full): a number for a badge, at most "99+" */
char *chat_closures_badge (guint value);

/* Returns: (transfer full): @now decides what today is */
char *chat_closures_format_time (gint64 time_us, GDateTime *now);

G_END_DECLS
