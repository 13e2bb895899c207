/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A line across the conversation with a few words in its middle: a day, or where the new messages
 * begin. CSS node: dayline. */

#define CHAT_TYPE_DAY_LINE (chat_day_line_get_type ())
G_DECLARE_FINAL_TYPE (ChatDayLine, chat_day_line, CHAT, DAY_LINE, GtkWidget)

GtkWidget *chat_day_line_new (void);

void chat_day_line_set_text (ChatDayLine *self, const char *text);
const char *chat_day_line_get_text (ChatDayLine *self);

G_END_DECLS
