/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-act.h"
#include "chat-ban.h"
#include "chat-member.h"
#include "chat-room-change.h"
#include "chat-room.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What hosts do in a room; what came of it stands in its log, its properties and its members.
 * Errors: #CHAT_ERROR: %CHAT_ERROR_NOT_ALLOWED, _MEMBER_MISSING, _TOO_LONG, _BAD_TEXT, _FULL;
 * %CHAT_ERROR_BAD_REQUEST where the protocol has no such thing; %CHAT_ERROR_SERVER_GONE where it is
 * not connected. chat_room_may_run() says whether it may succeed at all. */

/* Returns: whether one is host or co-host */
gboolean chat_room_may_run (ChatRoom *self);
/* Returns: whether one stands above @member, who can be put out, banned, muted */
gboolean chat_room_is_above (ChatRoom *self, ChatMember *member);

/**
 * chat_room_act_async:
 * @act: of those that can be asked for
 * @member: (nullable): oneself, for a hand
 * @seconds: of a ban, or of muting; 0: for ever
 * @reason: (nullable): one line
 */
void chat_room_act_async (ChatRoom *self,
                          ChatAct act,
                          ChatMember *member,
                          guint64 seconds,
                          const char *reason,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
void chat_room_change_async (ChatRoom *self,
                             const ChatRoomChange *change,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* Closes the room in @grace_s; 0: now. @reason: (nullable): one line */
void chat_room_close_async (ChatRoom *self,
                            guint64 grace_s,
                            const char *reason,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* It stays open after all. */
void chat_room_reopen_async (ChatRoom *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* One leaves, and the room stays open without a host; joining it again one is that again. Only the
 * host can: %CHAT_ERROR_NOT_ALLOWED once the room was handed over. Unlike chat_room_leave_async()
 * one is still in the room where it fails. */
void chat_room_leave_open_async (ChatRoom *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* Of each of these */
gboolean chat_room_host_finish (ChatRoom *self, GAsyncResult *result, GError **error);

/* @unban: number of the one that is lifted before; 0: none */
void chat_room_list_bans_async (ChatRoom *self,
                                guint64 unban,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* Returns: (transfer full) (nullable): of #ChatBan; not live */
GListModel *chat_room_list_bans_finish (ChatRoom *self, GAsyncResult *result, GError **error);

G_END_DECLS
