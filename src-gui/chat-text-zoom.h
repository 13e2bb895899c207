/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How large all text of the app is, on top of what the desktop says: the setting "text-zoom", in
 * percent, and the actions zoom-in, zoom-out and zoom-reset that change it. */

#define CHAT_TYPE_TEXT_ZOOM (chat_text_zoom_get_type ())
G_DECLARE_FINAL_TYPE (ChatTextZoom, chat_text_zoom, CHAT, TEXT_ZOOM, GObject)

/* @settings: of the app; @actions: gets the actions; neither knows it afterwards */
ChatTextZoom *chat_text_zoom_new (GSettings *settings, GActionMap *actions);

G_END_DECLS
