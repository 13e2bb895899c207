/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* Control payloads of protocol 2 <-> structs. Pure; with chat-legacy the only place that sees JSON.
 * docs/protocol-session.md, "Control frames". One struct and one encode/decode pair a message.
 *
 * Strings in structs are NUL-terminated. What decoding fills in is owned by the struct, and freed
 * by its clear function; what encoding reads is borrowed. Decoders leave the struct untouched on
 * failure and set #CHAT_WIRE_ERROR. They judge form (types, ranges, hex of the right length), not
 * names. */

#define CHAT_UID_SIZE 16
#define CHAT_KEY_SIZE 32
#define CHAT_PROTOCOL_VERSION 2

/* ChatOperation in chat-tcp-frame.h grows: CHAT_OPERATION_HELLO = 16, CONTROL_CREATE = 17,
 * CONTROL_JOIN = 18, RESUME = 19, LEAVE = 20, CONTROL_LIST = 21, MEMBERS = 22, ERASE = 23, PING =
 * 24, EVENT = 31, DATA = 32; ChatState grows CHAT_STATE_EVENT = 3. */

/* --- requests ------------------------------------------------------------ */

/* One struct for all requests: a decoder fills in what its operation has, the rest is 0. */
typedef struct
{
  guint32 id; /* never 0 */
  /* HELLO */
  guint protocol;
  char *agent;
  /* CREATE, JOIN, RESUME, LEAVE */
  char *room_name; /* CREATE, JOIN: as received, not normalized */
  char *user_name; /* likewise */
  guint8 uid[CHAT_UID_SIZE];
  guint8 host_key[CHAT_KEY_SIZE];
  guint8 key[CHAT_KEY_SIZE];
  guint64 instance;
  guint64 attempt;
  gboolean off_record;
  gboolean encrypted_only;
  /* MEMBERS, ERASE */
  guint64 room;
  guint64 after;
  guint64 member;
} ChatControlRequest;

/**
 * chat_control_request_decode:
 * @operation: from 16
 * @payload: (array length=len)
 * @id: (out): set also on failure, where it could be read, else 0: for the error reply
 * @request: (out caller-allocates): untouched on failure; chat_control_request_clear() it
 * @error: #CHAT_WIRE_ERROR; also for an operation that is not known
 */
gboolean chat_control_request_decode (guint8 operation,
                                      const guint8 *payload,
                                      gsize len,
                                      guint32 *id,
                                      ChatControlRequest *request,
                                      GError **error);
/* Wipes the keys. */
void chat_control_request_clear (ChatControlRequest *request);

/* Appends a whole TCP frame, state request. */
void
chat_control_request_append (guint8 operation, const ChatControlRequest *request, GByteArray *out);

/* --- replies ------------------------------------------------------------- */

typedef struct
{
  guint32 id;
  guint protocol;
  char *agent;
  guint64 generation;
  guint32 session;
  guint8 secret[32];
  guint64 message_max;
  gint64 time_us;
} ChatControlWelcome; /* HELLO */

typedef struct
{
  guint32 id;
  guint64 room;
  guint8 uid[CHAT_UID_SIZE];
  char *name;
  guint64 member;
  char *user_name;
  gboolean host;
  guint64 head;
  guint64 floor;
  guint64 last_cseq;
  gboolean off_record;
  gboolean encrypted_only;
} ChatControlEntered; /* CREATE, JOIN, RESUME */

typedef struct
{
  char *name;
  guint64 online;
  gboolean off_record;
  gboolean encrypted_only;
} ChatControlRoom;

typedef struct
{
  guint32 id;
  GArray *rooms; /* of ChatControlRoom */
  gboolean more;
} ChatControlRooms; /* LIST */

typedef struct
{
  guint64 member;
  char *name;
  gboolean host;
  gboolean online;
  gboolean legacy;
  gboolean left;
} ChatControlMember;

typedef struct
{
  guint32 id; /* 0 in an event */
  guint64 room;
  GArray *members; /* of ChatControlMember */
  gboolean more;
} ChatControlMembers; /* MEMBERS, event presence */

typedef struct
{
  guint32 id; /* 0: it could not be read */
  char *code; /* a stable word of at most 32 bytes */
  char *message;
  guint retry_ms; /* 0: none */
} ChatControlError;

/* Each has: gboolean chat_control_X_decode (payload, len, X *out, GError **error);
 *           void chat_control_X_clear (X *);
 *           void chat_control_X_append (guint8 operation, const X *, GByteArray *out): a whole
 * frame with X = welcome, entered, rooms, members, error. rooms and members stop adding items where
 * the payload would pass CHAT_CONTROL_REPLY_MAX and then write more = true. */

typedef struct
{
  guint32 id;
  guint64 erased;  /* ERASE */
} ChatControlDone; /* LEAVE, ERASE, PING; chat_control_done_decode/append */

/* --- events -------------------------------------------------------------- */

typedef enum
{
  CHAT_CONTROL_EVENT_UNKNOWN, /* of a later version: ignore it */
  CHAT_CONTROL_EVENT_PRESENCE,
  CHAT_CONTROL_EVENT_ROOM,
  CHAT_CONTROL_EVENT_REPLACED,
  CHAT_CONTROL_EVENT_LEFT,
  CHAT_CONTROL_EVENT_CLOSED,
} ChatControlEventKind;

typedef struct
{
  ChatControlEventKind kind;
  guint64 room;
  GArray *members; /* (nullable): PRESENCE: of ChatControlMember */
  guint64 online;  /* ROOM, and the next three */
  guint64 n_members;
  guint64 legacy;
  gboolean host_away;
} ChatControlEvent; /* chat_control_event_decode/clear/append */

/* --- helpers -------------------------------------------------------------- */

/* chat_control_request_id_peek: see decode's @id. Keys are hashed by their receiver (SHA-256), not
 * here. */

G_END_DECLS
