/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Who must not come into a room, each with a button that lifts the ban. It asks nobody.
 *
 * Signals:
 *   lift-requested (guint64): the number of that ban */

#define CHAT_TYPE_BAN_LIST (chat_ban_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatBanList, chat_ban_list, CHAT, BAN_LIST, AdwPreferencesGroup)

/* @bans: of #ChatBan */
void chat_ban_list_show (ChatBanList *self, GListModel *bans);
/* What there is stays, and can be tried again. */
void chat_ban_list_refuse (ChatBanList *self, const GError *error);

G_END_DECLS
