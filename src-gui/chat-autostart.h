/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the desktop starts the app at login, in the background: a file in the folder that all
 * desktops read (the Desktop Application Autostart Specification of freedesktop.org). The file is
 * the truth: desktops have lists of their own in which one may remove it. */

/* @profile: (nullable): see chat-profile.h */
gboolean chat_autostart_is_on (const char *profile);

/**
 * chat_autostart_set:
 *
 * Writes or removes the file.
 *
 * Returns: %FALSE with @error of #GFileError, its message for people
 */
gboolean chat_autostart_set (const char *profile, gboolean on, GError **error);

G_END_DECLS
