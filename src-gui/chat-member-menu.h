/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-act.h"
#include "chat-member.h"
#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The menu of one person in the list of members: a private message, and what a host can do. Its
 * items activate room.open-private (t): the member's number, and room.act (st): the act's word, and
 * that number. */

/* Returns: (transfer full) (nullable): %NULL: there is nothing to do */
GMenuModel *chat_member_menu_new (ChatRoom *room, ChatMember *member);

/* @row: that shows @member, in a widget with the action. @pointing_to: px in @row. Returns: whether
 * there is a menu; it goes when it is closed */
gboolean chat_member_menu_popup (GtkWidget *row,
                                 ChatRoom *room,
                                 ChatMember *member,
                                 const GdkRectangle *pointing_to);

/* Of the action's first parameter */
ChatAct chat_member_menu_get_act (const char *word);

G_END_DECLS
