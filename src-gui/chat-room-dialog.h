/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-invite.h"
#include "chat-room-info.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for server, room and name: to create a room, or to join one. Both are one dialog, so that
 * "Join It Instead" keeps all that was typed. It collects and checks, and does no I/O: whoever
 * shows it asks the server, and tells it the outcome (set_busy, refuse, or destroys it).
 *
 * Properties: purpose (notifies)
 * Signals:
 *   submitted (ChatEndpoint *, char *room, char *user, ChatRoomFlags): all valid; the dialog is
 * busy from here on cancelled (): while busy: stop asking start-server-requested (): the way out
 * where no server runs on this computer
 */

typedef enum
{
  CHAT_ROOM_DIALOG_CREATE,
  CHAT_ROOM_DIALOG_JOIN,
} ChatRoomDialogPurpose;

#define CHAT_TYPE_ROOM_DIALOG (chat_room_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomDialog, chat_room_dialog, CHAT, ROOM_DIALOG, AdwWindow)

ChatRoomDialog *chat_room_dialog_new (GtkWindow *parent, ChatRoomDialogPurpose purpose);

ChatRoomDialogPurpose chat_room_dialog_get_purpose (ChatRoomDialog *self);

/* @address: as typed in the past; %NULL leaves a field as it is */
void chat_room_dialog_fill (ChatRoomDialog *self,
                            const char *address,
                            const char *room,
                            const char *user);
void chat_room_dialog_set_recent (ChatRoomDialog *self, const char *const *addresses);
/* @servers: of #ChatFoundServer: those on the local network */
void chat_room_dialog_set_found (ChatRoomDialog *self, GListModel *servers);

/* Fills in server and room. Its key counts as long as the server is the one of the invite. */
void chat_room_dialog_set_invite (ChatRoomDialog *self, const ChatInvite *invite);
/* Returns: (transfer none) (nullable): the key that the server in the field must have */
const char *chat_room_dialog_get_invited_key (ChatRoomDialog *self);

/* What Enter and the button do: emits submitted where all is valid, else shows what is not. */
void chat_room_dialog_submit (ChatRoomDialog *self);
/* Returns: (transfer none) (nullable): %NULL: nobody asked for one */
const char *chat_room_dialog_get_password (ChatRoomDialog *self);
gboolean chat_room_dialog_is_busy (ChatRoomDialog *self);

/* The server said no, or was not reached. Everything that was typed stays. */
void chat_room_dialog_refuse (ChatRoomDialog *self, const GError *error);

G_END_DECLS
