/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What one may choose, bound to the settings: there is no button to apply it. A name or an address
 * is taken over while it is valid. */

#define CHAT_TYPE_PREFERENCES_WINDOW (chat_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (
    ChatPreferencesWindow, chat_preferences_window, CHAT, PREFERENCES_WINDOW, AdwPreferencesWindow)

/* @profile: (nullable): whose start at login it is about */
ChatPreferencesWindow *
chat_preferences_window_new (GtkWindow *parent, GSettings *settings, const char *profile);

G_END_DECLS
