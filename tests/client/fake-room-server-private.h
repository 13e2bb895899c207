/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-room-server.h"

#include "fake-certificate.h"

#include "chat-admission.h"
#include "chat-control.h"
#include "chat-fanout.h"
#include "chat-sealed-datagram.h"

#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* What the files of #FakeRoomServer share. */

typedef struct
{
  guint64 number;
  char *name;
  guint8 key[CHAT_KEY_SIZE];
  gboolean host;
  gboolean left;
  ChatAdmission *admission; /* owned, volatile */
} FakeMember;

typedef struct
{
  char *name;
  guint8 uid[CHAT_UID_SIZE];
  guint8 host_key[CHAT_KEY_SIZE];
  GPtrArray *members; /* of FakeMember */
  GPtrArray *log;     /* of ChatEntry, bodies owned */
  ChatLogTail *tail;
  guint64 head;
  guint64 floor;
  guint legacy;
  gboolean host_away;
  gboolean off_record;
  gboolean encrypted_only;
  gboolean closed;
} FakeRoom;

typedef struct
{
  guint64 number;     /* the session's */
  FakeRoom *room;     /* borrowed */
  FakeMember *member; /* borrowed */
  guint64 instance;
  ChatFanout fanout;
} FakePlace;

typedef struct
{
  FakeRoomServer *server;
  GSocket *socket;
  GSource *source;
  gnutls_session_t tls;
  GByteArray *input;
  GByteArray *output;
  ChatSealedDatagram *keys; /* NULL: no HELLO yet */
  ChatSealedDatagram *next; /* told, not used by the client yet */
  GSocketAddress *address;
  GArray *places; /* of FakePlace */
  gboolean shaken;
  gboolean dead;
} FakeSession;

struct _FakeRoomServer
{
  FakeCertificate *certificate;
  ChatHoldBudget budget;
  GPtrArray *rooms;    /* of FakeRoom */
  GPtrArray *saved;    /* of FakeRoom, nullable */
  GPtrArray *sessions; /* of FakeSession */
  GSocket *listener;
  GSource *accepting;
  GSocket *udp;
  GSource *receiving;
  guint tick;
  guint16 tcp_port;
  guint16 udp_port;
  guint64 next_id;
  guint64 next_number;
  guint32 next_session;
  guint counts[256];
  guint datagrams;
  guint8 lost_reply;
  guint8 held_reply;
  guint8 refused;
  const char *refusal;
  guint refusal_ms;
  FakeSession *holding;
  GByteArray *held;
};

/* What came goes on to the members; ends dead sessions, too. */
void fake_room_server_drain (FakeRoomServer *self);

/* --- rooms --- */

FakeRoom *fake_room_new (FakeRoomServer *server, const ChatControlRequest *request);
void fake_room_free (gpointer room);
/* A GCopyFunc; @server: #FakeRoomServer */
gpointer fake_room_copy (gconstpointer room, gpointer server);
/* What a store would tell after a restart */
void fake_room_reload (FakeRoomServer *server, FakeRoom *room);
/* Returns: (nullable) */
FakeRoom *fake_room_find (FakeRoomServer *server, const char *name);
FakeRoom *fake_room_find_uid (FakeRoomServer *server, const guint8 *uid);
FakeMember *fake_room_find_member (FakeRoom *room, const guint8 *key);
FakeMember *fake_room_add_member (FakeRoomServer *server,
                                  FakeRoom *room,
                                  const ChatControlRequest *request,
                                  gboolean host);
/* @from: without id and time */
void fake_room_write (FakeRoomServer *server, FakeRoom *room, const ChatEntry *from);
void fake_room_write_notice (
    FakeRoomServer *server, FakeRoom *room, guint64 member, ChatEntryKind kind, const char *body);

/* --- sessions --- */

/* @socket: (transfer full) */
FakeSession *fake_session_new (FakeRoomServer *server, GSocket *socket);
void fake_session_free (gpointer session);
void fake_session_drain (FakeSession *session);
FakePlace *fake_session_find_place (FakeSession *session, guint64 number);
void fake_session_answer (FakeSession *session, const ChatDataFrame *frame, gboolean by_udp);

/* fake-session-data.c */
void
fake_session_take_data (FakeSession *session, const guint8 *frames, gsize len, gboolean by_udp);
/* If it is the session's */
void fake_session_take_datagram (FakeSession *session,
                                 const guint8 *bytes,
                                 gsize len,
                                 GSocketAddress *from);

/* fake-session-requests.c */
void fake_session_take_frames (FakeSession *session);
void fake_session_send_room_event (FakeSession *session, const FakePlace *place);
void fake_session_send_event (FakeSession *session, guint64 number, ChatControlEventKind kind);

G_END_DECLS
