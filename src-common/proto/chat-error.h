/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can go wrong between a person and a chat server, as stable words. The client library sets
 * these as #GError codes, the wire carries their names, the app alone turns them into sentences. */

/**
 * ChatError:
 *
 * Each code says what its receiver should do.
 */
typedef enum
{
  CHAT_ERROR_FAILED,    /* anything else: show the message, offer a retry */
  CHAT_ERROR_CANCELLED, /* the caller cancelled: say nothing */
  /* reaching a server */
  CHAT_ERROR_HOST_NOT_FOUND, /* the name does not resolve: check the spelling */
  CHAT_ERROR_UNREACHABLE,    /* no road to that address: check the network */
  CHAT_ERROR_NO_SERVER, /* the machine is there, nothing listens: start chatd, check the port */
  CHAT_ERROR_TIMED_OUT, /* no answer in time: a firewall, or the machine is off */
  CHAT_ERROR_NOT_A_CHAT_SERVER, /* something else answered: check the port */
  CHAT_ERROR_SERVER_GONE,       /* it answered before, while chatting, and no longer does: retry */
  CHAT_ERROR_BAD_ADDRESS,       /* what was typed is no address: correct it */
  /* refused by the server */
  CHAT_ERROR_ROOM_EXISTS,   /* create: take another name, or join */
  CHAT_ERROR_ROOM_MISSING,  /* join: create it, or pick another */
  CHAT_ERROR_NAME_IN_USE,   /* somebody in the room has that name: take another */
  CHAT_ERROR_BAD_USER_NAME, /* correct it */
  CHAT_ERROR_BAD_ROOM_NAME, /* correct it */
  CHAT_ERROR_FULL,          /* the room or the server is full: later */
  CHAT_ERROR_TOO_FAST,      /* wait a little, then retry */
  CHAT_ERROR_BAD_REQUEST,   /* the server does not know this operation */
  CHAT_ERROR_REFUSED,       /* refused in words that only the message has */
  /* in a room */
  CHAT_ERROR_NOT_JOINED,  /* the room is closed or left: join again */
  CHAT_ERROR_TOO_LONG,    /* shorten the text */
  CHAT_ERROR_BAD_TEXT,    /* it is not valid text: correct it */
  CHAT_ERROR_ROOM_CLOSED, /* it is no more: what waits goes back to its writer */
  CHAT_ERROR_ROOM_GONE,   /* the server does not know it any more: likewise */
  CHAT_ERROR_REPLACED,    /* the same device is in the room by a newer connection: stay away */
  /* what a room's host decides */
  CHAT_ERROR_PASSWORD_NEEDED, /* join: ask for the room's password, and come again with it */
  CHAT_ERROR_PASSWORD_WRONG,  /* likewise: it was another one */
  CHAT_ERROR_BANNED,          /* the host does not want this person in the room */
  CHAT_ERROR_NOT_ALLOWED,     /* only its host may do that, or not to this member */
  CHAT_ERROR_MEMBER_MISSING,  /* there is no such member, or it cannot have that right */
  CHAT_ERROR_MUTED,           /* what this member writes is not taken: what waits goes back to it */
  CHAT_ERROR_HOST_ONLY,       /* likewise, of all whom the host did not allow to speak: ask */
  CHAT_ERROR_SLOW_MODE,       /* everybody waits a while between two messages */
  /* files */
  CHAT_ERROR_NO_FILES,        /* this room, or this server, takes none */
  CHAT_ERROR_TOO_LARGE,       /* larger than the server takes: another way, or a smaller one */
  CHAT_ERROR_QUOTA_MEMBER,    /* this member has put as much into the room as it may */
  CHAT_ERROR_QUOTA_ROOM,      /* the room is full of files */
  CHAT_ERROR_QUOTA_SERVER,    /* the server is full of files */
  CHAT_ERROR_FILE_MISSING,    /* it is not there any more, or never was */
  CHAT_ERROR_BAD_FILE,        /* what came is not what was announced: try again */
  CHAT_ERROR_FILE_CHANGED,    /* it changed while it was sent: send it again */
  CHAT_ERROR_FILE_UNREADABLE, /* this computer does not let it be read */
  /* the server's state */
  CHAT_ERROR_BUSY,         /* it cannot store anything just now: retry in a while */
  CHAT_ERROR_BAD_PROTOCOL, /* it speaks another version: update one of the two */
  /* secrecy */
  CHAT_ERROR_NOT_ENCRYPTED,   /* it has no encryption: ask whether to go on without */
  CHAT_ERROR_ENCRYPTION_LOST, /* it had encryption before, and has none now: stop */
  CHAT_ERROR_KEY_CHANGED,     /* its key is not the one of before: stop, show both */
  /* this computer */
  CHAT_ERROR_STORAGE, /* what must be kept cannot be written to disk: check space and permissions */
} ChatError;

#define CHAT_ERROR_N_CODES (CHAT_ERROR_STORAGE + 1)

#define CHAT_ERROR (chat_error_quark ())
GQuark chat_error_quark (void);

/**
 * chat_error_to_code:
 *
 * Returns: (transfer none): the stable word of @error, such as "room-exists"; never %NULL
 */
const char *chat_error_to_code (ChatError error);

/**
 * chat_error_from_code:
 * @code: a word from the wire; may be unknown
 *
 * Returns: its error, %CHAT_ERROR_REFUSED where the word is not known
 */
ChatError chat_error_from_code (const char *code);

/* A refusal may say when the same may succeed. @error: a #CHAT_ERROR. 0: it does not */
guint chat_error_get_retry_ms (const GError *error);
void chat_error_set_retry_ms (GError *error, guint retry_ms);

/**
 * ChatWireError:
 *
 * A peer sent bytes that are not of the protocol. Whoever owns the link answers where the protocol
 * has an answer, then closes it.
 */
typedef enum
{
  CHAT_WIRE_ERROR_TOO_LARGE, /* a length over its limit, told from the header alone */
  CHAT_WIRE_ERROR_MALFORMED, /* a field is missing, of the wrong type, or not UTF-8 */
} ChatWireError;

#define CHAT_WIRE_ERROR (chat_wire_error_quark ())
GQuark chat_wire_error_quark (void);

/**
 * ChatDecodeResult:
 * @CHAT_DECODE_OK: one unit was decoded
 * @CHAT_DECODE_MORE: what is there is fine so far; come back with more bytes
 * @CHAT_DECODE_BAD: it can never become a valid unit
 */
typedef enum
{
  CHAT_DECODE_OK,
  CHAT_DECODE_MORE,
  CHAT_DECODE_BAD,
} ChatDecodeResult;

G_END_DECLS
