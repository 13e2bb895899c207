/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

G_BEGIN_DECLS

/* For the subclasses of ChatSession, and for ChatClient and ChatRoom which alone call its requests.
 */

/* For subclasses */

/* @error: (nullable): copied. @retry_at_us: monotonic, 0 for never */
void
chat_session_set_link (ChatSession *self, ChatLink link, const GError *error, gint64 retry_at_us);
void chat_session_add_room (ChatSession *self, ChatRoom *room);
void chat_session_set_security (ChatSession *self, ChatSecurity security);
void chat_session_set_transport (ChatSession *self, ChatTransport transport);
/* @fingerprint: (nullable) */
void
chat_session_set_fingerprint (ChatSession *self, const char *fingerprint, gboolean first_contact);

/* For ChatClient: the requests of ChatSessionClass. Errors: #CHAT_ERROR. */

void chat_session_create_room_async (ChatSession *self,
                                     const char *room,
                                     const char *user,
                                     ChatRoomFlags flags,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer data);
void chat_session_join_room_async (ChatSession *self,
                                   const char *room,
                                   const char *user,
                                   const char *password,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
/* Of a create or a join. Returns: (transfer full) (nullable) */
ChatRoom *chat_session_enter_room_finish (ChatSession *self, GAsyncResult *result, GError **error);

void chat_session_list_rooms_async (ChatSession *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
/* Returns: (transfer full) (nullable): of #ChatRoomInfo */
GListModel *
chat_session_list_rooms_finish (ChatSession *self, GAsyncResult *result, GError **error);

void chat_session_remove_room (ChatSession *self, ChatRoom *room);
/* Nobody sits at this device; new connections are told again. */
void chat_session_set_away (ChatSession *self, gboolean away);

/* For ChatRoom */

void chat_session_send_async (ChatSession *self,
                              ChatRoom *room,
                              ChatMessage *message,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean chat_session_send_finish (ChatSession *self, GAsyncResult *result, GError **error);

void chat_session_leave_async (ChatSession *self,
                               ChatRoom *room,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean chat_session_leave_finish (ChatSession *self, GAsyncResult *result, GError **error);

void chat_session_erase_mine_async (ChatSession *self,
                                    ChatRoom *room,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
gboolean chat_session_erase_mine_finish (ChatSession *self, GAsyncResult *result, GError **error);

void chat_session_order_async (ChatSession *self,
                               ChatRoom *room,
                               const ChatRoomOrder *order,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
/* @bans: (out) (transfer full) (nullable) */
gboolean chat_session_order_finish (ChatSession *self,
                                    GAsyncResult *result,
                                    GListModel **bans,
                                    GError **error);
/* Errors: %CHAT_ERROR_BAD_REQUEST where the protocol has no such rooms */
void chat_session_open_private_async (ChatSession *self,
                                      ChatRoom *room,
                                      guint64 member,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
/* Returns: (transfer full) (nullable) */
ChatRoom *
chat_session_open_private_finish (ChatSession *self, GAsyncResult *result, GError **error);
gboolean chat_session_has_privates (ChatSession *self);
/* For chat-room-files.c; it fails where the protocol has no files. */
void chat_session_start_transfer (ChatSession *self, ChatRoom *room, ChatTransfer *transfer);
void chat_session_load_older (ChatSession *self, ChatRoom *room, guint n);
/* All that is missing from the entry with @id on, and some before it */
void chat_session_load_back_to (ChatSession *self, ChatRoom *room, guint64 id);
/* Returns: (transfer none) (nullable): where its log is; @number: (out): the room's there */
ChatLocalStore *chat_session_get_log (ChatSession *self, ChatRoom *room, gint64 *number);
gboolean chat_session_has_log (ChatSession *self);
GPtrArray *chat_session_read_log (ChatSession *self, ChatRoom *room, guint64 *next, guint limit);
void chat_session_note_sight (ChatSession *self, ChatRoom *room);
void chat_session_note_read (ChatSession *self, ChatRoom *room);
void chat_session_note_draft (ChatSession *self, ChatRoom *room);
void chat_session_note_typing (ChatSession *self, ChatRoom *room, gboolean typing);
void chat_session_discard (ChatSession *self, ChatRoom *room, ChatMessage *message);

G_END_DECLS
