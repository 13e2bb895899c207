/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Every size that a peer can drive, in one place. docs/protocol.md, "Limits".
 * Where a site may differ, chatd's configuration overrides the default here. */

/* Names. A "character" is a Unicode code point of the NFC form. */
#define CHAT_ROOM_NAME_MAX_CHARS 64
#define CHAT_ROOM_NAME_MAX_BYTES 255
#define CHAT_USER_NAME_MAX_CHARS 32
#define CHAT_USER_NAME_MAX_BYTES (4 * CHAT_USER_NAME_MAX_CHARS)

/* TCP frames, bytes */
#define CHAT_TCP_HEADER_SIZE 32
#define CHAT_LEGACY_REQUEST_MAX 4096        /* payload of a protocol-1 request */
#define CHAT_LEGACY_REPLY_MAX (1024 * 1024) /* payload of a reply; a list may be long */

/* Protocol-1 datagrams, bytes */
#define CHAT_LEGACY_TEXT_MAX 4000     /* text that a member may submit in one datagram */
#define CHAT_LEGACY_DATAGRAM_MAX 4024 /* what the original client can receive in one datagram */
#define CHAT_LEGACY_TOKEN_LEN 36      /* UUID version 4, lower case, with hyphens */

/* Ports of the original programs */
#define CHAT_DEFAULT_TCP_PORT 8888
#define CHAT_DEFAULT_UDP_PORT 8889

/* Seconds from accept to a complete request, not extended by bytes */
#define CHAT_REQUEST_TIMEOUT_S 5

/* Crowds */
#define CHAT_ROOM_MEMBERS_MAX 10000
#define CHAT_ADDRESS_CONNECTIONS_MAX 256    /* open at once, one address (IPv6: one /64) */
#define CHAT_ADDRESS_NEW_CONNECTIONS_MAX 64 /* new ones in CHAT_ADDRESS_WINDOW_S */
#define CHAT_ADDRESS_WINDOW_S 10

/* Flood control: a token bucket for each member */
#define CHAT_MESSAGES_PER_SECOND 10
#define CHAT_MESSAGES_BURST 30
