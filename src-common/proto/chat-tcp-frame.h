/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* TCP frames <-> bytes. Pure: no sockets, no clock, no logging. docs/protocol.md, "TCP frames".
 *
 *   0          1           2       3 ........................ 31   32
 *   +----------+-----------+-------+----------------------------+-----------+---------+
 *   | room len | operation | state | payload length, big-endian | room name | payload |
 *   +----------+-----------+-------+----------------------------+-----------+---------+
 */

typedef enum
{
  CHAT_OPERATION_CREATE = 1,
  CHAT_OPERATION_JOIN = 2,
  CHAT_OPERATION_LIST = 3,
  /* protocol 2, docs/protocol-session.md, "Control frames" */
  CHAT_OPERATION_HELLO = 16,
  CHAT_OPERATION_CONTROL_CREATE = 17,
  CHAT_OPERATION_CONTROL_JOIN = 18,
  CHAT_OPERATION_RESUME = 19,
  CHAT_OPERATION_LEAVE = 20,
  CHAT_OPERATION_CONTROL_LIST = 21,
  CHAT_OPERATION_MEMBERS = 22,
  CHAT_OPERATION_ERASE = 23,
  CHAT_OPERATION_PING = 24,
  CHAT_OPERATION_SET = 25,
  CHAT_OPERATION_ACT = 26,
  CHAT_OPERATION_BANS = 27,
  CHAT_OPERATION_CLOSE = 28,
  CHAT_OPERATION_PRIVATE = 29,
  CHAT_OPERATION_AWAY = 30,
  CHAT_OPERATION_EVENT = 31,
  CHAT_OPERATION_DATA = 32,
  CHAT_OPERATION_PUT = 33,
  CHAT_OPERATION_GET = 34,
} ChatOperation;

typedef enum
{
  CHAT_STATE_REQUEST = 0,
  CHAT_STATE_ERROR = 1,
  CHAT_STATE_SUCCESS = 2,
  CHAT_STATE_EVENT = 3, /* protocol 2: nobody asked */
} ChatState;

typedef struct
{
  guint8 operation; /* a #ChatOperation, or a number that this version does not know */
  guint8 state;     /* a #ChatState, or a number that this version does not know */
  /* borrowed */
  const char *room_name; /* not NUL-terminated, not checked for UTF-8 */
  gsize room_name_len;   /* bytes, 0 to 255 */
  const guint8 *payload;
  gsize payload_len; /* bytes */
} ChatTcpFrame;

/**
 * chat_tcp_frame_decode:
 * @bytes: (array length=len): unread input
 * @len: size of @bytes, in bytes
 * @max_payload: the largest payload that the caller is ready to hold, in bytes
 * @frame: (out caller-allocates): set only on %CHAT_DECODE_OK, but for operation and state, which
 *   are also set on %CHAT_DECODE_BAD, so that an error reply can echo them; name and payload
 *   borrow from @bytes
 * @used: (out): bytes to drop from @bytes; set only on %CHAT_DECODE_OK
 * @error: #CHAT_WIRE_ERROR, set only on %CHAT_DECODE_BAD; the link must then be closed
 *
 * The header is judged before the body is waited for: a length over @max_payload is bad at once.
 */
ChatDecodeResult chat_tcp_frame_decode (const guint8 *bytes,
                                        gsize len,
                                        gsize max_payload,
                                        ChatTcpFrame *frame,
                                        gsize *used,
                                        GError **error);

/**
 * chat_tcp_frame_append:
 * @frame: what to encode; a room name of at most 255 bytes
 * @out: gets header, name and payload appended, to be sent in one write
 */
void chat_tcp_frame_append (const ChatTcpFrame *frame, GByteArray *out);

G_END_DECLS
