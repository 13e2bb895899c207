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

/* Protocol-2 datagrams and data frames, bytes */
#define CHAT_DATAGRAM_MAX 1200 /* sealed; what every path carries unfragmented */
#define CHAT_DATA_FRAME_MAX (64 * 1024)
#define CHAT_ENTRY_BODY_MAX (16 * 1024) /* text of one message */
#define CHAT_REJECT_CODE_MAX 32         /* a stable word */
#define CHAT_REACTION_MAX 32            /* what a reaction shows */
#define CHAT_RETRACT_MAX 32             /* entries that one retraction takes back */

/* What waits for a missing message of the same sender: messages, their bytes, all senders' bytes */
#define CHAT_HOLD_AHEAD_MAX 32
#define CHAT_HOLD_AHEAD_BYTES (64 * 1024)
#define CHAT_HOLD_SERVER_BYTES (64 * 1024 * 1024)

#define CHAT_INSTANCES_MAX 8 /* devices of a member whose last cseq is kept */

/* Delivery to a member, bytes of entries */
#define CHAT_CREDIT_INITIAL (32 * 1024)  /* in flight before its first CURSOR */
#define CHAT_CREDIT_MAX (256 * 1024)     /* a CURSOR that grants more grants this */
#define CHAT_PAGE_BYTES (32 * 1024)      /* one PAGE over TCP */
#define CHAT_LOG_TAIL_BYTES (128 * 1024) /* newest entries of a room that stay in memory */

/* Protocol-2 control frames, bytes */
#define CHAT_HANDSHAKE_MAX (8 * 1024)        /* from a client before its handshake is complete */
#define CHAT_HELLO_MAX (4 * 1024)            /* payload of the first frame */
#define CHAT_CONTROL_MAX (64 * 1024)         /* payload of a request, and of DATA both ways */
#define CHAT_CONTROL_REPLY_MAX (1024 * 1024) /* payload of a reply or an event */
#define CHAT_CONTROL_AGENT_MAX 64

#define CHAT_CONTROL_PENDING_MAX 64 /* requests of one connection under way */
#define CHAT_CONTROL_PER_SECOND 20
#define CHAT_CONTROL_BURST 100
#define CHAT_CONTROL_LISTED_PER_REQUEST                                                            \
  100                             /* a reply that lists so many counts as one request more */
#define CHAT_SESSION_ROOMS_MAX 64 /* rooms of one connection */
#define CHAT_SESSION_SILENCE_S 90 /* without a byte over TCP: the connection is closed */
#define CHAT_SESSION_PING_S 30    /* a client says something at least so often */
#define CHAT_SESSION_PONG_S 10    /* a PING not answered by then: the connection is dead */

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

/* Who is writing something is told of one member so often, to so many devices at most */
#define CHAT_TYPING_INTERVAL_MS 2000
#define CHAT_TYPING_DEVICES_MAX 64

/* Conversations of two members beside a room */
#define CHAT_MEMBER_PRIVATES_MAX 64 /* of one member of one room */
#define CHAT_PRIVATES_MAX 10000     /* of a server */

/* What a host may set and do. Bytes, or as said */
#define CHAT_TOPIC_MAX 300
#define CHAT_DESCRIPTION_MAX 2000
#define CHAT_PASSWORD_MAX 256
#define CHAT_REASON_MAX 300
#define CHAT_SLOW_MAX_S 3600
#define CHAT_GRACE_MAX_S 86400               /* from CLOSE until a room is closed */
#define CHAT_ACT_MAX_S (3650 * 24 * 60 * 60) /* of a ban or muting that is not for ever */
#define CHAT_ROOM_BANS_MAX 256               /* of one room */
#define CHAT_ROOM_POWERS_MAX 1000            /* co-hosts, muted and allowed members of one room */
#define CHAT_NAME_KEPT_S 600                 /* a closed room's name, for who was its host */

/* Files. Bytes, or as said */
#define CHAT_FILE_NAME_MAX 255
#define CHAT_FILE_TYPE_MAX 127
#define CHAT_CAPTION_MAX 4000
#define CHAT_THUMBNAIL_MAX (6 * 1024)
#define CHAT_PICTURE_SIDE_MAX 100000     /* pixels that a file may be said to have */
#define CHAT_FILE_CHUNK_MAX (60 * 1024)  /* of a file, in one DATA */
#define CHAT_FILE_TRANSFERS_MAX 64       /* of a server, at once */
#define CHAT_FILE_MEMBER_TRANSFERS_MAX 4 /* of a member, at once */

/* Guesses of a room's password from one address */
#define CHAT_PASSWORD_BURST 5
#define CHAT_PASSWORD_INTERVAL_S 5

/* A link of chat://, bytes: name, room and password, three for each where they are escaped */
#define CHAT_INVITE_MAX 4096

/* Servers that are seen on the local network, each interface and protocol counted */
#define CHAT_DISCOVERY_MAX 64

/* Flood control: a token bucket for each member */
#define CHAT_MESSAGES_PER_SECOND 10
#define CHAT_MESSAGES_BURST 30
