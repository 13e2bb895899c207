/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The rooms of several sessions as one #GListModel of #ChatRoom, session by session. Private to the
 * client library, which must not need GTK's list models. */

#define CHAT_TYPE_FLAT_LIST (chat_flat_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatFlatList, chat_flat_list, CHAT, FLAT_LIST, GObject)

/* @sessions: of #ChatSession; a reference is kept */
ChatFlatList *chat_flat_list_new (GListModel *sessions);

G_END_DECLS
