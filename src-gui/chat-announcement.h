/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Words for screen readers that stand nowhere to be focused, such as a message that came. GTK has
 * a way to say them since 4.14, which is looked up when it is first needed; before, nothing is
 * said. */

/* @widget: where it is about; @text: (nullable): plain */
void chat_announcement_make (GtkWidget *widget, const char *text);

/* For tests: @func instead of GTK's, %NULL: GTK's again */
typedef void (*ChatAnnouncementFunc) (GtkAccessible *accessible, const char *text, int priority);
void chat_announcement_set_func (ChatAnnouncementFunc func);

G_END_DECLS
