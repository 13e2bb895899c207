/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* Data frames <-> bytes: what sealed datagrams and the TCP operation DATA carry. Pure.
 * docs/protocol-delivery.md, "Part 3: data frames".
 *
 *   type varint, length varint, value; PADDING alone is a single zero byte
 *
 * A value is a row of varints, in the order below, then a tail of bytes up to its length. */

typedef enum
{
  CHAT_DATA_PADDING = 0,    /* nothing */
  CHAT_DATA_SUBMIT = 1,     /* room instance cseq kind | body */
  CHAT_DATA_ENTRIES = 2,    /* room | entries */
  CHAT_DATA_READ = 3,       /* room after limit */
  CHAT_DATA_PAGE = 4,       /* room after base floor first head | entries */
  CHAT_DATA_HEAD = 5,       /* room head flags instance cseq */
  CHAT_DATA_NEED = 6,       /* room instance cseq */
  CHAT_DATA_REJECT = 7,     /* room instance cseq retry_ms | code */
  CHAT_DATA_CURSOR = 8,     /* room cursor credit loss_permille road */
  CHAT_DATA_PROBE = 9,      /* | 8 bytes */
  CHAT_DATA_PROBE_ACK = 10, /* | the same 8 bytes */
  CHAT_DATA_REKEY = 11,     /* | session id, 4 bytes big-endian; secret, 32 bytes. Over TLS only */
  CHAT_DATA_TYPING = 12,    /* room member on; from a client the member is 0 */
  CHAT_DATA_SEEN = 13,      /* room id */
} ChatDataType;

#define CHAT_DATA_PROBE_SIZE 8
#define CHAT_DATA_REKEY_SIZE 36
#define CHAT_DATA_HEAD_BY_TCP 1 /* flag of HEAD: that entry comes over TCP, do not READ for 1 s */

typedef enum
{
  CHAT_ROAD_TCP = 0,
  CHAT_ROAD_UDP = 1,
} ChatRoad;

/* What own messages tell about UDP: how many of those that never went over TCP … */
typedef struct
{
  guint once;  /* were echoed in time */
  guint again; /* were not, and were sent again */
  guint late;  /* were echoed after that */
} ChatRoadTries;

/* Fields that a type does not have are 0 after decoding and not looked at when encoding. */
typedef struct
{
  guint64 type; /* a #ChatDataType, or a number that this version does not know: skip it */
  guint64 room; /* the session's number for a room, from the replies to HELLO, CREATE, JOIN */
  guint64 instance;
  guint64 cseq; /* HEAD: every message of @instance up to it is settled; NEED: the missing one */
  guint64 kind;
  guint64 after;
  guint64 limit; /* entries */
  guint64 base;  /* greatest id <= after that the log has, or the floor */
  guint64 floor; /* ids up to it were removed by retention; 0: none */
  guint64 first; /* oldest id that the log has; 0: none */
  guint64 head;  /* newest committed id; 0: none */
  guint64 flags;
  guint64 retry_ms; /* 0: final */
  guint64 cursor;   /* last contiguous id that the member has */
  guint64 credit;   /* bytes of entries that may be in flight beyond @cursor */
  guint64 loss_permille;
  guint64 road;   /* a #ChatRoad: where the member wants its entries */
  guint64 member; /* TYPING: who */
  guint64 id;     /* SEEN: this person has read so far, at whatever device */
  guint64 on;     /* TYPING: 1: is writing something; 0: no more */
  /* borrowed */
  const guint8 *tail; /* body, entries, code, probe bytes */
  gsize tail_len;     /* bytes */
} ChatDataFrame;

/**
 * chat_data_frame_size:
 *
 * Returns: how many bytes chat_data_frame_append() adds
 */
gsize chat_data_frame_size (const ChatDataFrame *frame);

/**
 * chat_data_frame_append:
 * @frame: of a known type, its numbers of at most 62 bits
 * @out: gets its bytes appended
 */
void chat_data_frame_append (const ChatDataFrame *frame, GByteArray *out);

/**
 * chat_data_frame_append_padding:
 * @size: bytes to add, from 0
 */
void chat_data_frame_append_padding (gsize size, GByteArray *out);

/**
 * chat_data_frame_decode:
 * @bytes: (array length=len): frames, one after the other
 * @len: size of @bytes, in bytes
 * @frame: (out caller-allocates): set only on %CHAT_DECODE_OK; its tail borrows from @bytes
 * @used: (out): bytes of this frame, a run of PADDING counting as one; set only on %CHAT_DECODE_OK
 * @error: #CHAT_WIRE_ERROR, set only on %CHAT_DECODE_BAD; a datagram is then dropped, a TCP link
 *   closed
 *
 * Frames do not span datagrams nor TCP frames: there, %CHAT_DECODE_MORE is as bad as bad. A length
 * over %CHAT_DATA_FRAME_MAX is bad at once. Entries in a tail are checked to be whole and to be
 * chained (each prev is the id before); bytes that a later version added behind the numbers of a
 * frame without a tail are ignored.
 */
ChatDecodeResult chat_data_frame_decode (
    const guint8 *bytes, gsize len, ChatDataFrame *frame, gsize *used, GError **error);

G_END_DECLS
