/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-change.h"
#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a host sets in a room, and who is banned from it. It follows the room: what others change
 * meanwhile is shown where one has not changed it oneself. It asks nobody: whoever shows it asks
 * the server, and tells it the outcome (refuse, show_bans, refuse_bans, or destroys it).
 *
 * Signals:
 *   submitted (): all valid; the dialog is busy from here on
 *   lift-requested (guint64): number of a ban */

#define CHAT_TYPE_ROOM_SETTINGS (chat_room_settings_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomSettings, chat_room_settings, CHAT, ROOM_SETTINGS, AdwWindow)

ChatRoomSettings *chat_room_settings_new (GtkWindow *parent, ChatRoom *room);

ChatRoom *chat_room_settings_get_room (ChatRoomSettings *self); /* (transfer none) */

/* @change: (out caller-allocates) (transfer full): what differs from the room as it is now.
 * Returns: whether anything does */
gboolean chat_room_settings_take_change (ChatRoomSettings *self, ChatRoomChange *change);

/* What Enter and the button do: emits submitted where all is valid and something changed, closes
 * where nothing did. */
void chat_room_settings_submit (ChatRoomSettings *self);

/* The server said no, or was not reached. Everything that was typed stays. */
void chat_room_settings_refuse (ChatRoomSettings *self, const GError *error);

/* @bans: of #ChatBan */
void chat_room_settings_show_bans (ChatRoomSettings *self, GListModel *bans);
void chat_room_settings_refuse_bans (ChatRoomSettings *self, const GError *error);

G_END_DECLS
