/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Lets all that is in the groups of @window go with it. AdwPreferencesWindow of libadwaita 1.2
 * keeps a reference to each group for ever, and so to its rows: half a megabyte each time that the
 * preferences are opened. @window must not be shown again once it was closed. */
void chat_preferences_groups_let_go (AdwPreferencesWindow *window);

G_END_DECLS
