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

/* Nothing of it is ever on a disk: for tests and measurements. */
ChatClient *chat_client_new (void);
/**
 * chat_client_new_with_folder:
 * @folder: made, for its owner alone; in use by one client at a time
 * @error: %CHAT_ERROR_STORAGE: nothing can be kept there
 */
ChatClient *chat_client_new_with_folder (const char *folder, GError **error);
/* Puts servers and rooms of earlier runs into the models, and connects. Once, before all else. */
void chat_client_restore (ChatClient *self);

/* Property: away (notifies) */

/* (transfer none): of #ChatSession: the servers in whose rooms one is, in order of first use */
GListModel *chat_client_get_sessions (ChatClient *self);
/* (transfer none): of #ChatRoom: the rooms of all sessions, session by session */
GListModel *chat_client_get_rooms (ChatClient *self);

/**
 * chat_client_create_room_async:
 * @room: as typed; it is normalized here, %CHAT_ERROR_BAD_ROOM_NAME where it cannot be
 * @user: likewise, %CHAT_ERROR_BAD_USER_NAME
 *
 * @flags: %CHAT_ERROR_BAD_REQUEST where the server knows no such rooms
 *
 * Asks the server at @endpoint for a new room, whose host one becomes. This and the next two try
 * encryption first. What then needs a person: %CHAT_ERROR_NOT_ENCRYPTED (ask, then
 * chat_client_allow_plain() and once more), %CHAT_ERROR_KEY_CHANGED (show chat_client_get_pin() and
 * chat_client_get_offered_key()), %CHAT_ERROR_ENCRYPTION_LOST, %CHAT_ERROR_BAD_PROTOCOL.
 */
void chat_client_create_room_async (ChatClient *self,
                                    ChatEndpoint *endpoint,
                                    const char *room,
                                    const char *user,
                                    ChatRoomFlags flags,
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
/* Likewise, with its password; where that is missing or another one, %CHAT_ERROR_PASSWORD_NEEDED or
 * _PASSWORD_WRONG. @password: (nullable) */
void chat_client_join_locked_room_async (ChatClient *self,
                                         ChatEndpoint *endpoint,
                                         const char *room,
                                         const char *user,
                                         const char *password,
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

/* Leaves every room, side by side. Ends when all were told, or after 2 s. */
void chat_client_leave_all_async (ChatClient *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean chat_client_leave_all_finish (ChatClient *self, GAsyncResult *result, GError **error);

/* For quitting: one becomes absent, and leaves rooms where one cannot be; all is on disk. Within 2
 * s. The client is of no use afterwards. */
void chat_client_quit_async (ChatClient *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean chat_client_quit_finish (ChatClient *self, GAsyncResult *result, GError **error);

/* The person agreed to do without encryption; remembered. Returns: %FALSE where the server had
 * encryption before, or where it cannot be remembered */
gboolean chat_client_allow_plain (ChatClient *self, ChatEndpoint *endpoint);
/* (nullable): 64 hex digits: the key that the server had at the first contact */
const char *chat_client_get_pin (ChatClient *self, ChatEndpoint *endpoint);
/* (nullable): … and that it had at the last one */
const char *chat_client_get_offered_key (ChatClient *self, ChatEndpoint *endpoint);
/* The next contact is the first one. A deliberate act. */
void chat_client_forget_pin (ChatClient *self, ChatEndpoint *endpoint);
/**
 * chat_client_expect_key:
 * @fingerprint: (nullable): 64 hex digits, lower-case, as an invite has them; %NULL: nothing is
 * known
 * @error: %CHAT_ERROR_KEY_CHANGED: the server has another pin; send it nothing
 *
 * Before a request that an invite led to, and with %NULL before one that none led to: a server
 * without a pin must show this key, or nothing is said to it (%CHAT_ERROR_KEY_CHANGED,
 * %CHAT_ERROR_ENCRYPTION_LOST); then it is the pin, and nobody has to compare it. It never replaces
 * a pin.
 */
gboolean chat_client_expect_key (ChatClient *self,
                                 ChatEndpoint *endpoint,
                                 const char *fingerprint,
                                 GError **error);
/* The person compared @fingerprint: it becomes the pin, and the server is tried. Returns: whether
 * it is stored */
gboolean chat_client_accept_key (ChatClient *self, ChatEndpoint *endpoint, const char *fingerprint);

/* Whether nobody sits at this device: told to all servers, again after each reconnection. Others
 * see it where the person is away from all of theirs. */
void chat_client_set_away (ChatClient *self, gboolean away);
gboolean chat_client_is_away (ChatClient *self);

/* Drops an ended room from the models; a session without rooms goes with it. */
void chat_client_forget_room (ChatClient *self, ChatRoom *room);

G_END_DECLS
