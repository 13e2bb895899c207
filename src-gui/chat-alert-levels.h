/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps what of each room one is told of in the settings, on this computer only. What is off the
 * record is not named there: its choice lasts as long as the app runs. */

#define CHAT_TYPE_ALERT_LEVELS (chat_alert_levels_get_type ())
G_DECLARE_FINAL_TYPE (ChatAlertLevels, chat_alert_levels, CHAT, ALERT_LEVELS, GObject)

/* @rooms: of #ChatRoom: followed from now on */
ChatAlertLevels *chat_alert_levels_new (GSettings *settings, GListModel *rooms);

G_END_DECLS
