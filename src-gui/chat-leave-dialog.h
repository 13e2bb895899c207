/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks a host who leaves what becomes of the room. It asks nobody else: whoever shows it does that,
 * and tells it the outcome (refuse, or destroys it).
 *
 * Signals:
 *   submitted (): the dialog is busy from here on */

typedef enum
{
  CHAT_LEAVE_KEEP,  /* it stays open, without a host */
  CHAT_LEAVE_HAND,  /* somebody else is its host then */
  CHAT_LEAVE_CLOSE, /* for everybody, now or in a while */
} ChatLeaveWay;

#define CHAT_TYPE_LEAVE_DIALOG (chat_leave_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatLeaveDialog, chat_leave_dialog, CHAT, LEAVE_DIALOG, AdwWindow)

ChatLeaveDialog *chat_leave_dialog_new (GtkWindow *parent, ChatRoom *room);

ChatRoom *chat_leave_dialog_get_room (ChatLeaveDialog *self); /* (transfer none) */
ChatLeaveWay chat_leave_dialog_get_way (ChatLeaveDialog *self);
void chat_leave_dialog_choose (ChatLeaveDialog *self, ChatLeaveWay way);
/* Returns: (transfer none) (nullable): to whom it is handed over */
ChatMember *chat_leave_dialog_get_heir (ChatLeaveDialog *self);
guint64 chat_leave_dialog_get_grace_s (ChatLeaveDialog *self); /* 0: now */
char *chat_leave_dialog_dup_reason (ChatLeaveDialog *self);    /* (transfer full) (nullable) */

void chat_leave_dialog_submit (ChatLeaveDialog *self);
void chat_leave_dialog_refuse (ChatLeaveDialog *self, const GError *error);

G_END_DECLS
