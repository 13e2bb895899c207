/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-mentions.h"
#include "chat-room.h"

G_BEGIN_DECLS

/* What of a room one wants to be told of, and how often one was called by name in it since it was
 * read. A model; each room has one. */

typedef enum
{
  CHAT_ALERT_ALL, /* so it begins */
  CHAT_ALERT_MENTIONS,
  CHAT_ALERT_NOTHING,
} ChatAlertLevel;

GType chat_alert_level_get_type (void); /* nicks: all, mentions, nothing */
#define CHAT_TYPE_ALERT_LEVEL (chat_alert_level_get_type ())

#define CHAT_TYPE_ROOM_ALERTS (chat_room_alerts_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomAlerts, chat_room_alerts, CHAT, ROOM_ALERTS, GObject)

/* Properties (all notify): level, mentions */

/* Returns: (transfer none): the room's */
ChatRoomAlerts *chat_room_alerts_get (ChatRoom *room);

ChatAlertLevel chat_room_alerts_get_level (ChatRoomAlerts *self);
void chat_room_alerts_set_level (ChatRoomAlerts *self, ChatAlertLevel level);

/* How many unread messages call the person at this computer */
guint chat_room_alerts_get_mentions (ChatRoomAlerts *self);

/* Returns: (transfer none): who can be called in it; others once somebody comes or goes */
ChatMentions *chat_room_alerts_get_names (ChatRoomAlerts *self);

/* Whether somebody else says there something to the person at this computer */
gboolean chat_room_alerts_is_mention (ChatRoomAlerts *self, ChatMessage *message);
/* Whether one wants to be told of it */
gboolean chat_room_alerts_want (ChatRoomAlerts *self, ChatMessage *message);

G_END_DECLS
