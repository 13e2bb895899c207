/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One person in the list of members: avatar, name, and whether it is oneself or the host. */

#define CHAT_TYPE_MEMBER_ROW (chat_member_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatMemberRow, chat_member_row, CHAT, MEMBER_ROW, GtkWidget)

GtkWidget *chat_member_row_new (void);
/* Follows what changes about @member. */
void chat_member_row_bind (ChatMemberRow *self, ChatMember *member);
/* Returns: (transfer none) (nullable): whom it shows */
ChatMember *chat_member_row_get_member (ChatMemberRow *self);
void chat_member_row_unbind (ChatMemberRow *self);

G_END_DECLS
