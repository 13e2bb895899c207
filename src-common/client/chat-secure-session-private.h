/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secure-ask.h"
#include "chat-secure-road.h"
#include "chat-secure-room.h"
#include "chat-secure-session.h"
#include "chat-secure-uplink.h"
#include "chat-session-private.h"
#include "chat-transfer-queue.h"

G_BEGIN_DECLS

/* The parts of ChatSecureSession, for one another. */

/* A room that one is in, or was in */
typedef struct
{
  ChatSecureSession *session; /* borrowed */
  ChatSecureRoom *room;       /* owned */
  guint64 attempt;            /* of the RESUME that is under way; 0: none is */
  gint64 resume_at_us;        /* it is to be asked again; G_MAXINT64: no */
  gboolean is_listed;         /* people see it */
  gint64 closing_until_us;    /* it is closed, the rest of its log is awaited; G_MAXINT64: no */
} ChatSecurePlace;

struct _ChatSecureSession
{
  ChatSession parent_instance;

  /* owned */
  ChatLocalStore *disk;
  ChatLocalStore *memory; /* nullable: of rooms off the record */
  ChatTrust *trust;
  ChatSecureUplink *uplink;     /* NULL: disposed of */
  ChatSecureRoad *road;         /* nullable: not up */
  GPtrArray *places;            /* of ChatSecurePlace */
  GPtrArray *asks;              /* of ChatSecureAsk */
  ChatTransferQueue *transfers; /* NULL: disposed of */
  GPtrArray *pending;           /* of ChatStoredRoom: asked for, outcome not known */
  GPtrArray *leaving;           /* of ChatStoredRoom: left, the server was not told */
  GByteArray *udp;
  GByteArray *tcp;
  GSource *soon;  /* nullable: drains at the end of this turn */
  GSource *alarm; /* drains at the next deadline */

  guint64 message_max; /* bytes */
  guint64 file_max;    /* bytes; 0: it takes no files */
  guint silence_ms;    /* 0: as usual */
  guint answer_ms;
  gboolean storage_failed;

  gboolean is_away;
  gboolean is_told_away; /* what the server knows of this connection, or is being told */
  gint64 away_at_us;     /* it is to be told again; G_MAXINT64: an answer is awaited */
  guint64 away_n;        /* of the request about it */
};

/* --- the session --- */

/* Where what belongs to @stored is kept */
ChatLocalStore *chat_secure_session_get_store (ChatSecureSession *self,
                                               const ChatStoredRoom *stored);
ChatLocalStore *chat_secure_session_get_memory (ChatSecureSession *self);

GTask *chat_secure_session_new_task (ChatSecureSession *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer data,
                                     gpointer tag);
/* Takes @ask, and makes it as soon as the server is there. */
void chat_secure_session_add_ask (ChatSecureSession *self, ChatSecureAsk *ask);
/* It is over. */
void chat_secure_session_drop_ask (ChatSecureSession *self, ChatSecureAsk *ask);

/* --- chat-secure-contact.c --- */

/* Makes the uplink, which rests. */
void chat_secure_contact_init (ChatSecureSession *self);
/* Returns: (nullable): while it is up */
ChatTlsLink *chat_secure_session_get_link (ChatSecureSession *self);
/* Returns: whether somebody needs the server */
gboolean chat_secure_session_is_used (ChatSecureSession *self);
/* Connects, or tries now. */
void chat_secure_session_ensure_up (ChatSecureSession *self);
/* Disconnects where nobody needs the server. */
void chat_secure_session_rest (ChatSecureSession *self);
void chat_secure_contact_retry (ChatSession *session);
void chat_secure_contact_key_compared (ChatSession *session);
/* Nobody waits any longer for what was asked for. */
void chat_secure_contact_fail_asks (ChatSecureSession *self, const GError *error);

/* --- chat-secure-drain.c --- */

void chat_secure_drain_init (ChatSecureSession *self);
void chat_secure_drain_clear (ChatSecureSession *self);
/* After all that may have given it something to do */
void chat_secure_session_plan_drain (ChatSecureSession *self);
/* Returns: whether all that was written is on disk */
gboolean chat_secure_session_flush (ChatSecureSession *self);
void chat_secure_session_tell_transport (ChatSecureSession *self);

/* --- chat-secure-places.c --- */

void chat_secure_place_free (ChatSecurePlace *place);
/* Takes @room, and shows it. */
ChatSecurePlace *chat_secure_places_add (ChatSecureSession *self, ChatSecureRoom *room);
/* Returns: (nullable) */
ChatSecurePlace *chat_secure_places_find (ChatSecureSession *self, ChatRoom *model);
/* @number: of this connection. Returns: (nullable) */
ChatSecurePlace *chat_secure_places_find_number (ChatSecureSession *self, guint64 number);
/* Returns: whether one is in any of them */
gboolean chat_secure_places_are_active (ChatSecureSession *self);
/* Asks to resume those that were not, or are to be asked for again. */
void chat_secure_places_resume_due (ChatSecureSession *self, gint64 now_us);
/* When that is due, G_MAXINT64 for a place that is none, or is resumed, or is being resumed */
gint64 chat_secure_place_get_resume_at (const ChatSecurePlace *place);

/* Returns: (nullable) */
ChatSecurePlace *chat_secure_places_find_uid (ChatSecureSession *self, const guint8 *uid);
/* Puts it into the model. */
void chat_secure_place_list (ChatSecurePlace *place);

ChatStoredState chat_secure_place_get_state (const ChatSecurePlace *place);
/* Later than all before, also over restarts of the program */
guint64 chat_secure_place_next_attempt (const ChatStoredRoom *stored);
void chat_secure_place_resume (ChatSecurePlace *place, const ChatControlEntered *entered);
/* It is closed: it ends when the rest of its log has come. */
void chat_secure_place_close (ChatSecurePlace *place);
void chat_secure_place_end (ChatSecurePlace *place, ChatRoomEnd end, const GError *error);

/* --- chat-secure-entering.c --- */

void chat_secure_entering_create_async (ChatSession *session,
                                        const char *room,
                                        const char *user,
                                        ChatRoomFlags flags,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
void chat_secure_entering_join_async (ChatSession *session,
                                      const char *room,
                                      const char *user,
                                      const char *password,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);

/* --- chat-secure-orders.c --- */

void chat_secure_order_async (ChatSession *session,
                              ChatRoom *room,
                              const ChatRoomOrder *order,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);

/* --- chat-secure-privates.c --- */

/* There is one with @member of @parent; at once, or later, people see it. */
void chat_secure_privates_note (ChatSecurePlace *parent,
                                const guint8 *uid,
                                guint64 member,
                                const char *name);
/* @privates: (nullable): of #ChatControlPrivate: all of those beside @parent */
void chat_secure_privates_take (ChatSecurePlace *parent, const GArray *privates);
/* One is out of @parent, as @end says, so out of those beside it. */
void chat_secure_privates_end (ChatSecurePlace *parent, ChatRoomEnd end);
/* That was over. */
void chat_secure_privates_reopen (ChatSecurePlace *parent);
/* Nobody remembers @parent. */
void chat_secure_privates_forget_hidden (ChatSecurePlace *parent);
/* Those in which something was said are shown, those that ended unseen are forgotten. */
void chat_secure_privates_settle (ChatSecureSession *self);
void chat_secure_privates_open_async (ChatSession *session,
                                      ChatRoom *room,
                                      guint64 member,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);

/* --- chat-secure-away.c --- */

void chat_secure_away_set (ChatSession *session, gboolean away);
/* A new connection, of which the server knows nothing */
void chat_secure_away_restart (ChatSecureSession *self);
/* Tells the server what is due. */
void chat_secure_away_tend (ChatSecureSession *self, gint64 now_us);
gint64 chat_secure_away_get_deadline (ChatSecureSession *self);

/* --- chat-secure-listing.c, chat-secure-erasing.c --- */

void chat_secure_listing_async (ChatSession *session,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
void chat_secure_erasing_async (ChatSession *session,
                                ChatRoom *room,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);

/* --- chat-secure-leaving.c --- */

/* Takes the task: out of a room of which one is the host, and that stays open. */
void chat_secure_leaving_open (ChatSecurePlace *place, GTask *task);
void chat_secure_leaving_async (ChatSession *session,
                                ChatRoom *room,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
/* Takes @stored: the server is told now, or when it is there again. */
void chat_secure_leaving_add (ChatSecureSession *self, ChatStoredRoom *stored);
void chat_secure_leaving_tell (ChatSecureSession *self, const ChatStoredRoom *stored);
/* The server knows. */
void chat_secure_leaving_forget (ChatSecureSession *self, gint64 number);

G_END_DECLS
