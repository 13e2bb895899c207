/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One person's side of this computer: --profile NAME keeps another id, settings and data, so that
 * two people can chat from one desktop. */

/* @profile: (nullable): NULL or "" for the default one. Returns: (transfer full): a valid
 * application id; different for different names */
char *chat_profile_application_id (const char *profile);

/* Returns: (transfer full): where the relocatable schema has its values */
char *chat_profile_settings_path (const char *profile);

/* Returns: (transfer full) */
GSettings *chat_profile_open_settings (const char *profile);

/**
 * chat_profile_remember_server:
 *
 * Makes @address the one that dialogs offer, and the first of those used before.
 */
void chat_profile_remember_server (GSettings *settings, const char *address);

/* Returns: (transfer full): the name to offer: the chosen one, else that of the account */
char *chat_profile_dup_user_name (GSettings *settings);

/* Returns: (transfer full): where rooms, keys and messages are kept */
char *chat_profile_data_folder (const char *profile);

G_END_DECLS
