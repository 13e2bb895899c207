/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-alerts.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A bell that shows what of a room one is told of; its menu has the choices, each of which is the
 * action room.alerts (s) with a nick of #ChatAlertLevel. */

#define CHAT_TYPE_ALERT_BUTTON (chat_alert_button_get_type ())
G_DECLARE_FINAL_TYPE (ChatAlertButton, chat_alert_button, CHAT, ALERT_BUTTON, GtkWidget)

void chat_alert_button_set_level (ChatAlertButton *self, ChatAlertLevel level);

/* Returns: (transfer full): the choices, for other menus, too */
GMenuModel *chat_alert_button_create_menu (void);

G_END_DECLS
