/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Presents the window that says what this program is. */
GtkWindow *chat_about_present (GtkWindow *parent);

/* Builds and presents the list of shortcuts; destroyed when it is closed. A hidden window would
 * crash GTK 4.8 as soon as assistive technology looks at it. */
GtkWindow *chat_shortcuts_present (GtkWindow *parent);

G_END_DECLS
