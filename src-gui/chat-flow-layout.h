/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text and its buttons: in one line where there is room; else the text has a line of its own and
 * the buttons flow over as many lines as they need. The first visible child is the text. */

#define CHAT_TYPE_FLOW_LAYOUT (chat_flow_layout_get_type ())
G_DECLARE_FINAL_TYPE (ChatFlowLayout, chat_flow_layout, CHAT, FLOW_LAYOUT, GtkLayoutManager)

GtkLayoutManager *chat_flow_layout_new (void);

G_END_DECLS
