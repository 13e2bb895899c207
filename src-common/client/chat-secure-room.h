/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-local-store.h"
#include "chat-room-private.h"
#include "chat-session.h"

G_BEGIN_DECLS

/* One room of protocol 2: joins delivery, the local store and the model that the app sees. Knows no
 * connection: its session brings frames, and takes what is to be sent. Private to the client
 * library. docs/protocol-delivery.md, "Part 4: delivery". */

typedef struct _ChatSecureRoom ChatSecureRoom;

/**
 * chat_secure_room_new:
 * @session: borrowed
 * @stored: (transfer full): of state in or ended; its newest lines and what waits come from @store
 */
ChatSecureRoom *
chat_secure_room_new (ChatSession *session, ChatLocalStore *store, ChatStoredRoom *stored);
void chat_secure_room_free (ChatSecureRoom *self);

ChatRoom *chat_secure_room_get_model (ChatSecureRoom *self);        /* (transfer none) */
ChatStoredRoom *chat_secure_room_get_stored (ChatSecureRoom *self); /* (transfer none) */
ChatLocalStore *chat_secure_room_get_store (ChatSecureRoom *self);  /* (transfer none) */
void chat_secure_room_save (ChatSecureRoom *self); /* after a change of what is stored */
/* From now on nothing of it is stored; what is there stays. */
void chat_secure_room_let_go (ChatSecureRoom *self);
/* The session's number for it; 0: not resumed */
guint64 chat_secure_room_get_number (ChatSecureRoom *self);

/* --- the session --- */

void
chat_secure_room_resume (ChatSecureRoom *self, const ChatControlEntered *entered, gint64 now_us);
/* @file_max: bytes of the largest file that the server takes; 0: none */
void chat_secure_room_set_file_max (ChatSecureRoom *self, guint64 file_max);
void chat_secure_room_suspend (ChatSecureRoom *self);
/* @error: (nullable): why what waits comes back to its writer */
void chat_secure_room_end (ChatSecureRoom *self, ChatRoomEnd end, const GError *error);
/* It ended for a reason that is over. */
void chat_secure_room_reopen (ChatSecureRoom *self);
gboolean chat_secure_room_is_up_to_date (ChatSecureRoom *self);

void chat_secure_room_receive (ChatSecureRoom *self, const ChatDataFrame *frame, gint64 now_us);
/* @name: (nullable): foreign; %NULL: what is known. Returns: (transfer none): what it is called */
const char *chat_secure_room_name_member (ChatSecureRoom *self, guint64 member, const char *name);
/* @members: of #ChatControlMember */
void chat_secure_room_take_members (ChatSecureRoom *self, const GArray *members);
/* All of them were told of, or cannot be. */
void chat_secure_room_names_are_known (ChatSecureRoom *self);
/* By a host, as @event says; chat_secure_room_end() follows. */
void chat_secure_room_note_put_out (ChatSecureRoom *self, const ChatControlEvent *event);
void chat_secure_room_take_event (ChatSecureRoom *self, const ChatControlEvent *event);

/* What came since goes into the model, in one change. */
void chat_secure_room_publish (ChatSecureRoom *self);
/* Who began to write something long ago is forgotten. */
void chat_secure_room_tend_typing (ChatSecureRoom *self, gint64 now_us);

/* --- sending: see chat-delivery.h; what it packs must be flushed to disk before --- */

void
chat_secure_room_set_road (ChatSecureRoom *self, ChatRoad road, guint loss_permille, gint64 now_us);
void chat_secure_room_take_tries (ChatSecureRoom *self, ChatRoadTries *tries);
gint64 chat_secure_room_get_deadline (ChatSecureRoom *self);
void chat_secure_room_pack (
    ChatSecureRoom *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp);

/* --- the person --- */

/* @message: stands in the model, waiting; a new one, or one that failed */
void chat_secure_room_send (ChatSecureRoom *self, ChatMessage *message);
/* @message: a text in the log, or an own one that waits. Errors: %CHAT_ERROR_NOT_ALLOWED */
gboolean chat_secure_room_mark (ChatSecureRoom *self,
                                ChatMessage *message,
                                const ChatRoomMark *mark,
                                GError **error);
/* @message: failed */
void chat_secure_room_discard (ChatSecureRoom *self, ChatMessage *message);
void chat_secure_room_load_older (ChatSecureRoom *self, guint n);
/* See chat_room_read(). */
GPtrArray *chat_secure_room_read (ChatSecureRoom *self, guint64 *next, guint limit);
/* All that is missing from the entry with @id on, and some before it */
void chat_secure_room_load_back_to (ChatSecureRoom *self, guint64 id);
/* As many lines as the room's sight asks for stay in the model. */
void chat_secure_room_let_go_of_old (ChatSecureRoom *self);
void chat_secure_room_note_read (ChatSecureRoom *self);
/* At each stroke, or: nothing is being written any more */
void chat_secure_room_note_typing (ChatSecureRoom *self, gboolean on);
void chat_secure_room_note_draft (ChatSecureRoom *self);

G_END_DECLS
