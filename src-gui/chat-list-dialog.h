/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The rooms on a server: to search, and to join by double click or Enter. Shows what it is told and
 * does no I/O: each refresh-requested is answered with show_rooms or show_error.
 *
 * Signals:
 *   refresh-requested (ChatEndpoint *)
 *   room-chosen (ChatEndpoint *, char *room): of the server whose rooms are shown
 *   create-requested ()
 *   start-server-requested (): the way out where no server runs on this computer
 */

#define CHAT_TYPE_LIST_DIALOG (chat_list_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatListDialog, chat_list_dialog, CHAT, LIST_DIALOG, AdwWindow)

/* @joined: of #ChatRoom: the rooms one is in, to be marked */
ChatListDialog *chat_list_dialog_new (GtkWindow *parent, GListModel *joined);

void chat_list_dialog_set_address (ChatListDialog *self, const char *address);
void chat_list_dialog_set_recent (ChatListDialog *self, const char *const *addresses);
/* @servers: of #ChatFoundServer: those on the local network */
void chat_list_dialog_set_found (ChatListDialog *self, GListModel *servers);

/* Asks for the rooms of the server in the field. */
void chat_list_dialog_refresh (ChatListDialog *self);

/* @rooms: of #ChatRoomInfo */
void chat_list_dialog_show_rooms (ChatListDialog *self, GListModel *rooms);
void chat_list_dialog_show_error (ChatListDialog *self, const GError *error);

/* Returns: (transfer none): what is searched through and shown, of #ChatRoomInfo; for tests */
GListModel *chat_list_dialog_get_shown (ChatListDialog *self);
void chat_list_dialog_search (ChatListDialog *self, const char *text);

G_END_DECLS
