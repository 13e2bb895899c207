/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* When a window has been painted for the first time: what may come after that lets it come sooner.
 */

typedef void (*ChatFirstFrameFunc) (GtkWidget *window);

/* @window: not mapped yet. Calls @painted once, between two frames; never where the window is
 * destroyed before. */
void chat_first_frame_wait (GtkWidget *window, ChatFirstFrameFunc painted);

G_END_DECLS
