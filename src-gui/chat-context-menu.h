/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A menu at a place of a row, which takes it along when it goes. */

/* @pointing_to: in the row's coordinates */
void chat_context_menu_popup (GtkWidget *row, GMenuModel *menu, const GdkRectangle *pointing_to);

G_END_DECLS
