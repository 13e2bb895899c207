/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* One entry of a room's log <-> bytes. Pure. docs/protocol-delivery.md, "Entries".
 *
 *   id, id - prev, at, member, instance, cseq, kind, body length: varints; then the body
 *
 * An entry does not name its room: the frame around it does. */

/* Numbers of the wire. A reader keeps an entry of a kind that it does not know, for the chain. */
typedef enum
{
  CHAT_ENTRY_TEXT = 1,     /* body: what somebody said, UTF-8 without NUL */
  CHAT_ENTRY_JOINED = 2,   /* body: the member's name */
  CHAT_ENTRY_LEFT = 3,     /* no body */
  CHAT_ENTRY_KICKED = 4,   /* body: by whom and why, see chat-entry-note.h, or none */
  CHAT_ENTRY_CLOSED = 5,   /* body: why, likewise, or none; the last entry of a room */
  CHAT_ENTRY_ERASED = 6,   /* no body; stands where an entry was erased, same id, prev and cseq */
  CHAT_ENTRY_WIPED = 7,    /* body: all that a member said so far was erased, see below */
  CHAT_ENTRY_SETTINGS = 8, /* body: which changed, see chat_control_settings_decode() */
  CHAT_ENTRY_ACT = 9,      /* body: what somebody did in the room, see chat-entry-note.h */
  /* those of a member about other entries, see chat-entry-about.h */
  CHAT_ENTRY_REPLY = 10,    /* a text that answers one */
  CHAT_ENTRY_EDIT = 11,     /* what its writer says instead of a TEXT or REPLY */
  CHAT_ENTRY_RETRACT = 12,  /* the writer of TEXT, REPLY, EDIT or FILE takes them back: each is an
                               ERASED one from now on */
  CHAT_ENTRY_REACTION = 13, /* a sign put to a TEXT, REPLY or FILE, or taken away again */
  CHAT_ENTRY_FILE = 14,     /* a file that its writer put into the room, see chat-entry-file.h */
} ChatEntryKind;

typedef struct
{
  guint64 id;       /* from 1, growing through the room's log, with holes */
  guint64 prev;     /* the entry before it in the room; 0 for the first */
  gint64 at_us;     /* µs since 1970, UTC, by the server's clock */
  guint64 member;   /* the server's number for the person in this room */
  guint64 instance; /* that person's device, a random number; 0: the server speaks */
  guint64 cseq;     /* the device's own count from 1; 0 where the instance is 0 */
  guint64 kind;     /* a #ChatEntryKind, or a number that this version does not know */
  /* borrowed */
  const guint8 *body; /* not NUL-terminated; foreign bytes */
  gsize body_len;     /* at most CHAT_ENTRY_BODY_MAX */
} ChatEntry;

/**
 * chat_entry_size:
 *
 * Returns: how many bytes chat_entry_append() adds
 */
gsize chat_entry_size (const ChatEntry *entry);

/**
 * chat_entry_append:
 * @entry: with prev < id, at_us >= 0, numbers of at most 62 bits
 * @out: gets its bytes appended
 */
void chat_entry_append (const ChatEntry *entry, GByteArray *out);

/**
 * chat_entry_decode:
 * @bytes: (array length=len): entries, one after the other
 * @len: size of @bytes, in bytes
 * @entry: (out caller-allocates): set only on %CHAT_DECODE_OK; the body borrows from @bytes
 * @used: (out): bytes of this entry; set only on %CHAT_DECODE_OK
 * @error: #CHAT_WIRE_ERROR, set only on %CHAT_DECODE_BAD
 *
 * A body over %CHAT_ENTRY_BODY_MAX is bad before it is waited for. The body itself is not judged.
 */
ChatDecodeResult
chat_entry_decode (const guint8 *bytes, gsize len, ChatEntry *entry, gsize *used, GError **error);

/**
 * chat_entry_body_is_valid:
 *
 * Returns: whether @body may stand in an entry of a member's own making: a text of 1 to
 *   %CHAT_ENTRY_BODY_MAX bytes, valid UTF-8, no NUL; or what chat-entry-about.h and
 *   chat-entry-file.h say of the other kinds. The server asks before it admits a message, a client
 * before it shows one.
 */
gboolean chat_entry_body_is_valid (guint64 kind, const guint8 *body, gsize body_len);

/* Returns: whether a %CHAT_ENTRY_WIPED makes tombstones of entries of @kind: what somebody said */
gboolean chat_entry_kind_is_said (guint64 kind);

/* Returns: whether a %CHAT_ENTRY_RETRACT does: a REACTION is taken away by another one */
gboolean chat_entry_kind_is_retractable (guint64 kind);

/**
 * chat_entry_wiped_append:
 * @member: whose texts
 * @up_to: all that @member said with an id up to it are tombstones from now on
 * @body: gets the body of a %CHAT_ENTRY_WIPED appended
 */
void chat_entry_wiped_append (guint64 member, guint64 up_to, GByteArray *body);

/**
 * chat_entry_wiped_decode:
 * @body: (array length=body_len): of a %CHAT_ENTRY_WIPED; bytes behind the numbers, from a later
 *   version, are ignored
 * @member: (out): set only on %TRUE
 * @up_to: (out): set only on %TRUE; a client lets it reach no further than the entry's own id
 *
 * Returns: %FALSE where a number is missing: the entry then wipes nothing
 */
gboolean
chat_entry_wiped_decode (const guint8 *body, gsize body_len, guint64 *member, guint64 *up_to);

G_END_DECLS
