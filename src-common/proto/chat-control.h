/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry-file.h"
#include "chat-error.h"
#include "chat-tcp-frame.h"

#include <glib.h>

G_BEGIN_DECLS

/* Control payloads of protocol 2 <-> structs. Pure; with chat-legacy the only place that sees JSON.
 * docs/protocol-session.md, "Control frames". One struct and one encode/decode pair a message.
 *
 * Strings in structs are NUL-terminated. What decoding fills in is owned by the struct, and freed
 * by its clear function; what encoding reads is borrowed. Decoders overwrite the struct (clear it
 * before), leave it untouched on failure, and set #CHAT_WIRE_ERROR: the peer is not of this
 * protocol. They judge form (types, ranges, hex of the right length), not names. Numbers are at
 * most 2^53 - 1, strings UTF-8; whoever encodes others made a mistake. Keys are hashed by their
 * receiver (SHA-256), not here. */

#define CHAT_UID_SIZE 16
#define CHAT_KEY_SIZE 32
#define CHAT_PROTOCOL_VERSION 2
#define CHAT_CONTROL_PURPOSE_FILES "files"

/* --- requests ------------------------------------------------------------ */

/* What was said of one setting; of a number: 1 more than it, see CHAT_SAID() */
typedef enum
{
  CHAT_UNSAID,
  CHAT_SAID_NO,
  CHAT_SAID_YES,
} ChatSaid;

#define CHAT_SAID(value) ((value) + 1)

/* Settings of a room, those that were said. docs/protocol-session.md, "Settings" */
typedef struct
{
  char *topic;       /* (nullable): unsaid */
  char *description; /* (nullable): unsaid */
  char *password;    /* (nullable): unsaid; "": none; in requests only */
  guint32 has_password;
  guint32 unlisted;
  guint32 encrypted_only;
  guint32 host_only;
  guint32 member_limit; /* a number: 0: none */
  guint32 slow_s;       /* a number: seconds between two messages of a member; 0: none */
} ChatControlSettings;

/* One struct for all requests: a decoder fills in what its operation has, the rest is 0. */
typedef struct
{
  guint32 id; /* never 0 */
  /* HELLO */
  guint protocol;
  char *agent;
  char *purpose; /* (nullable): of the connection; see CHAT_CONTROL_PURPOSE_FILES */
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
  char *then;                   /* LEAVE (nullable): what becomes of a host's room */
  ChatControlSettings settings; /* CREATE (but for encrypted_only), SET; JOIN: its password */
  /* MEMBERS, ERASE, SET, ACT, BANS, CLOSE, PRIVATE */
  guint64 room;
  guint64 after;
  guint64 member; /* also of LEAVE */
  char *act;      /* ACT: a word of chat-entry-note.h */
  guint64 seconds;
  char *reason; /* ACT, CLOSE (nullable) */
  guint64 unban;
  guint64 grace_s;
  gboolean undo;
  gboolean away; /* AWAY */
  /* PUT, GET; with uid and key */
  guint8 sha256[CHAT_SHA256_SIZE];
  guint64 size;
  gboolean drop;  /* PUT: forget what came of it so far */
  guint64 offset; /* GET */
} ChatControlRequest;

/**
 * chat_control_request_decode:
 * @operation: a #ChatOperation of the frame's header; one that is not known is an error too
 * @payload: (array length=len): any bytes
 * @id: (out): set also on failure, where it could be read, else 0: for the error reply
 * @request: (out caller-allocates): untouched on failure; chat_control_request_clear() it
 * @error: #CHAT_WIRE_ERROR: answer bad-request with @id
 */
gboolean chat_control_request_decode (guint8 operation,
                                      const guint8 *payload,
                                      gsize len,
                                      guint32 *id,
                                      ChatControlRequest *request,
                                      GError **error);
/* Also wipes the keys in it. */
void chat_control_request_clear (ChatControlRequest *request);

/* Appends a whole TCP frame, state request, with the keys that @operation has. */
void
chat_control_request_append (guint8 operation, const ChatControlRequest *request, GByteArray *out);

/* --- replies ------------------------------------------------------------- */

typedef struct
{
  guint32 id;
  guint protocol;
  char *agent;
  guint64 generation;
  guint32 session; /* 0, and no secret: a connection for files */
  guint8 secret[CHAT_KEY_SIZE];
  guint64 message_max;
  gint64 time_us;
  guint64 file_max;   /* bytes; 0: it takes no files */
} ChatControlWelcome; /* HELLO */

/* A private room of one's own with another member of the same room */
typedef struct
{
  guint8 uid[CHAT_UID_SIZE];
  guint64 member; /* the other's number in the room that both are in */
  char *name;     /* its name */
} ChatControlPrivate;

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
  gboolean cohost;
  char *topic;       /* (nullable): none */
  char *description; /* (nullable): none */
  gboolean password;
  gboolean unlisted;
  gboolean host_only;
  guint member_limit;
  guint slow_s;
  gint64 closes_us;             /* since 1970: it will be closed then; 0: it will not */
  gboolean away;                /* as in a #ChatControlMember: all own devices, with this one */
  guint64 seen;                 /* id: so far one has read, at whatever device */
  GArray *privates;             /* (nullable): none; of ChatControlPrivate */
  guint8 parent[CHAT_UID_SIZE]; /* it is a private one, beside that room; zeros: it is none */
} ChatControlEntered;           /* CREATE, JOIN, RESUME */

typedef struct
{
  char *name;
  guint64 online;
  gboolean off_record;
  gboolean encrypted_only;
  char *topic; /* (nullable): none */
  gboolean password;
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
  gboolean cohost;
  gboolean muted;
  gboolean allowed; /* to speak where only hosts do */
  gboolean hand;    /* raised */
  gboolean away;    /* online, but at none of its devices */
} ChatControlMember;

typedef struct
{
  guint32 id;
  guint64 room;
  GArray *members; /* of ChatControlMember */
  gboolean more;
} ChatControlMembers; /* MEMBERS */

typedef struct
{
  guint32 id;
  guint8 uid[CHAT_UID_SIZE]; /* to RESUME with the key of the room that both are in */
} ChatControlOpened;         /* PRIVATE; owns nothing */

typedef struct
{
  guint64 ban; /* its number */
  guint64 member;
  char *name;
  guint64 by;      /* member number */
  gint64 at_us;    /* since 1970 */
  gint64 until_us; /* 0: for ever */
  char *reason;    /* (nullable): none */
} ChatControlBan;

typedef struct
{
  guint32 id;
  guint64 room;
  GArray *bans; /* of ChatControlBan */
  gboolean more;
} ChatControlBans; /* BANS */

typedef struct
{
  guint32 id;
  guint64 offset;  /* PUT: so much the server has already */
  gboolean stored; /* PUT: all of it, and it is what its hash says */
  guint64 size;    /* GET: of the file */
} ChatControlFile; /* PUT, GET; owns nothing */

typedef struct
{
  guint32 id; /* 0: it could not be read */
  char *code; /* a stable word of at most 32 bytes */
  char *message;
  guint retry_ms; /* 0: none */
} ChatControlError;

typedef struct
{
  guint32 id;
  guint64 erased;  /* ERASE */
} ChatControlDone; /* LEAVE, ERASE, PING, SET, ACT, CLOSE, AWAY; owns nothing */

/* For the arrays of these structs; they own the names in them. */
GArray *chat_control_room_array_new (void);
GArray *chat_control_member_array_new (void);
GArray *chat_control_ban_array_new (void);
GArray *chat_control_private_array_new (void);

/* Each decoder takes the payload of a frame with state success (that of an error: state error),
 * each append function makes a whole frame with that state. */

gboolean chat_control_welcome_decode (const guint8 *payload,
                                      gsize len,
                                      ChatControlWelcome *welcome,
                                      GError **error);
void chat_control_welcome_clear (ChatControlWelcome *welcome);
void
chat_control_welcome_append (guint8 operation, const ChatControlWelcome *welcome, GByteArray *out);

gboolean chat_control_entered_decode (const guint8 *payload,
                                      gsize len,
                                      ChatControlEntered *entered,
                                      GError **error);
void chat_control_entered_clear (ChatControlEntered *entered);
void
chat_control_entered_append (guint8 operation, const ChatControlEntered *entered, GByteArray *out);

/* These three end the list where the payload would pass CHAT_CONTROL_REPLY_MAX, and then write more
 * = true. An array that is NULL is written as an empty one. */
gboolean chat_control_rooms_decode (const guint8 *payload,
                                    gsize len,
                                    ChatControlRooms *rooms,
                                    GError **error);
void chat_control_rooms_clear (ChatControlRooms *rooms);
void chat_control_rooms_append (guint8 operation, const ChatControlRooms *rooms, GByteArray *out);

gboolean chat_control_members_decode (const guint8 *payload,
                                      gsize len,
                                      ChatControlMembers *members,
                                      GError **error);
void chat_control_members_clear (ChatControlMembers *members);
void
chat_control_members_append (guint8 operation, const ChatControlMembers *members, GByteArray *out);

gboolean
chat_control_bans_decode (const guint8 *payload, gsize len, ChatControlBans *bans, GError **error);
void chat_control_bans_clear (ChatControlBans *bans);
void chat_control_bans_append (guint8 operation, const ChatControlBans *bans, GByteArray *out);

gboolean chat_control_opened_decode (const guint8 *payload,
                                     gsize len,
                                     ChatControlOpened *opened,
                                     GError **error);
void
chat_control_opened_append (guint8 operation, const ChatControlOpened *opened, GByteArray *out);

gboolean
chat_control_done_decode (const guint8 *payload, gsize len, ChatControlDone *done, GError **error);
void chat_control_done_append (guint8 operation, const ChatControlDone *done, GByteArray *out);

gboolean
chat_control_file_decode (const guint8 *payload, gsize len, ChatControlFile *file, GError **error);
void chat_control_file_append (guint8 operation, const ChatControlFile *file, GByteArray *out);

gboolean
chat_control_error_decode (const guint8 *payload, gsize len, ChatControlError *out, GError **error);
void chat_control_error_clear (ChatControlError *error);
void chat_control_error_append (guint8 operation, const ChatControlError *error, GByteArray *out);

/* --- events -------------------------------------------------------------- */

typedef enum
{
  CHAT_CONTROL_EVENT_UNKNOWN, /* of a later version: ignore it */
  CHAT_CONTROL_EVENT_PRESENCE,
  CHAT_CONTROL_EVENT_ROOM,
  CHAT_CONTROL_EVENT_REPLACED,
  CHAT_CONTROL_EVENT_LEFT,
  CHAT_CONTROL_EVENT_CLOSED,
  CHAT_CONTROL_EVENT_PRIVATE,
  CHAT_CONTROL_EVENT_SEEN,
} ChatControlEventKind;

typedef struct
{
  ChatControlEventKind kind;
  guint64 room;
  GArray *members; /* (nullable): PRESENCE: of ChatControlMember */
  guint64 online;  /* ROOM, and the next four */
  guint64 n_members;
  guint64 legacy;
  gboolean host_away;
  gint64 closes_us; /* since 1970: the room will be closed then; 0: it will not */
  gboolean kicked;  /* LEFT, and the next two: by a host */
  gboolean banned;
  char *reason;              /* (nullable): none */
  guint8 uid[CHAT_UID_SIZE]; /* PRIVATE, and the next two: as in a #ChatControlPrivate */
  guint64 member;
  char *name;
  guint64 id; /* SEEN: another of one's own devices has read so far */
} ChatControlEvent;

/**
 * chat_control_event_decode:
 * @payload: (array length=len): of a frame with operation EVENT
 * @event: (out caller-allocates): untouched on failure. An event of a kind that this version does
 *   not know is no error: its kind is %CHAT_CONTROL_EVENT_UNKNOWN, the rest 0
 * @error: #CHAT_WIRE_ERROR
 */
gboolean chat_control_event_decode (const guint8 *payload,
                                    gsize len,
                                    ChatControlEvent *event,
                                    GError **error);
void chat_control_event_clear (ChatControlEvent *event);

/* Appends a whole frame. Members over CHAT_CONTROL_REPLY_MAX bytes are not told. */
void chat_control_event_append (const ChatControlEvent *event, GByteArray *out);

/* --- settings in the log -------------------------------------------------- */

/* The body of an entry of kind %CHAT_ENTRY_SETTINGS: what changed; never the password. Otherwise
 * as above, but without a frame. */
gboolean chat_control_settings_decode (const guint8 *body,
                                       gsize len,
                                       ChatControlSettings *settings,
                                       GError **error);
void chat_control_settings_clear (ChatControlSettings *settings);
void chat_control_settings_append (const ChatControlSettings *settings, GByteArray *body);

/* --- data ----------------------------------------------------------------- */

/**
 * chat_control_data_append:
 * @state: %CHAT_STATE_REQUEST from a client, %CHAT_STATE_EVENT from the server
 * @frames: (array length=len): whole data frames, at most %CHAT_CONTROL_MAX bytes
 * @out: gets a whole TCP frame with operation DATA appended
 */
void chat_control_data_append (ChatState state, const guint8 *frames, gsize len, GByteArray *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlRequest, chat_control_request_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlWelcome, chat_control_welcome_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlEntered, chat_control_entered_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlRooms, chat_control_rooms_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlMembers, chat_control_members_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlBans, chat_control_bans_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlSettings, chat_control_settings_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlError, chat_control_error_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatControlEvent, chat_control_event_clear)

G_END_DECLS
