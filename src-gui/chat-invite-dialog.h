/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-invite.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A link into a room, to hand out: as text to copy and to drag, and as a QR code. */

#define CHAT_TYPE_INVITE_DIALOG (chat_invite_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatInviteDialog, chat_invite_dialog, CHAT, INVITE_DIALOG, AdwWindow)

/* @caution: (nullable): why it may be of no use to others, translated */
ChatInviteDialog *
chat_invite_dialog_new (GtkWindow *parent, const ChatInvite *invite, const char *caution);

const char *chat_invite_dialog_get_link (ChatInviteDialog *self);

G_END_DECLS
