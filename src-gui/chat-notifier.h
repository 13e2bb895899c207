/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

G_BEGIN_DECLS

/* Tells of messages while one looks elsewhere, as far as one wants to hear of the room: one
 * notification for each room, the latest message in it, withdrawn when the room is read. */

typedef struct
{
  const char *id;
  const char *title;
  const char *body;   /* plain text: name: text */
  const char *target; /* chat-room-key.h: what app.open-room is given */
  gboolean urgent;    /* one was called by name */
} ChatNotice;

/* @notice: (nullable): NULL withdraws the notification @id */
typedef void (*ChatNoticeFunc) (const char *id, const ChatNotice *notice, gpointer data);

#define CHAT_TYPE_NOTIFIER (chat_notifier_get_type ())
G_DECLARE_FINAL_TYPE (ChatNotifier, chat_notifier, CHAT, NOTIFIER, GObject)

/* @rooms: of #ChatRoom: followed from now on */
ChatNotifier *chat_notifier_new (GApplication *app, GListModel *rooms);

/* @room: (nullable): the one that somebody sees: shown, in a window that is in front */
void chat_notifier_set_seen_room (ChatNotifier *self, ChatRoom *room);

/* Off: nothing is sent; what was sent is still withdrawn. */
void chat_notifier_set_enabled (ChatNotifier *self, gboolean enabled);

/* @func: (nullable): gets what would go to the desktop; for tests */
void chat_notifier_set_func (ChatNotifier *self, ChatNoticeFunc func, gpointer data);

G_END_DECLS
