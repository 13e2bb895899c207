/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In a menu: smaller, how large text is now, larger. Acts by the app's zoom actions. */

#define CHAT_TYPE_ZOOM_ROW (chat_zoom_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatZoomRow, chat_zoom_row, CHAT, ZOOM_ROW, GtkWidget)

/* Puts one into the menu of @button, where its model has a custom item "zoom". */
void chat_zoom_row_add (GtkMenuButton *button, GSettings *settings);

G_END_DECLS
