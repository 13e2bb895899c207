/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-room-info.h"
#include "chat-room.h"
#include "chat-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The façade of the client library: everything that the app, the tests and the benchmark do begins
 * here. One client may use several servers at once. Needs a running main context; main thread only.
 *
 * All errors are #CHAT_ERROR, each failure with a code of its own (chat-error.h). */

#define CHAT_TYPE_CLIENT (chat_client_get_type ())
G_DECLARE_FINAL_TYPE (ChatClient, chat_client, CHAT, CLIENT, GObject)

ChatClient *chat_client_new (void);

/* (transfer none): of #ChatSession: the servers in whose rooms one is, in order of first use */
GListModel *chat_client_get_sessions (ChatClient *self);
/* (transfer none): of #ChatRoom: the rooms of all sessions, session by session */
GListModel *chat_client_get_rooms (ChatClient *self);

/**
 * chat_client_create_room_async:
 * @room: as typed; it is normalized here, %CHAT_ERROR_BAD_ROOM_NAME where it cannot be
 * @user: likewise, %CHAT_ERROR_BAD_USER_NAME
 *
 * Asks the server at @endpoint for a new room, whose host one becomes.
 */
void chat_client_create_room_async (ChatClient *self,
                                    ChatEndpoint *endpoint,
                                    const char *room,
                                    const char *user,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Returns: (transfer full) (nullable): the room, already in the models */
ChatRoom *chat_client_create_room_finish (ChatClient *self, GAsyncResult *result, GError **error);

/* Likewise; but a name that the last list had in just this form is taken as it is, since the
 * original server accepts any. */
void chat_client_join_room_async (ChatClient *self,
                                  ChatEndpoint *endpoint,
                                  const char *room,
                                  const char *user,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
ChatRoom *chat_client_join_room_finish (ChatClient *self, GAsyncResult *result, GError **error);

void chat_client_list_rooms_async (ChatClient *self,
                                   ChatEndpoint *endpoint,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* Returns: (transfer full) (nullable): of #ChatRoomInfo, in the server's order; not live */
GListModel *chat_client_list_rooms_finish (ChatClient *self, GAsyncResult *result, GError **error);

/* Leaves every room, side by side; for quitting. Ends when all were told, or after 2 s. */
void chat_client_leave_all_async (ChatClient *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean chat_client_leave_all_finish (ChatClient *self, GAsyncResult *result, GError **error);

/* Drops an ended room from the models; a session without rooms goes with it. */
void chat_client_forget_room (ChatClient *self, ChatRoom *room);

G_END_DECLS
