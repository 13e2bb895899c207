/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-deadlines.h"
#include "chatd-news.h"
#include "chatd-outbox.h"
#include "chatd-rounds.h"
#include "chatd-session-keys.h"

#include "chat-limits.h"

#include <glib.h>

G_BEGIN_DECLS

/* What all sessions of a server share: ids, alarms, who has something to send, and buffers that are
 * used in one call and empty after it, so that no session has its own. Must outlive them. */

typedef struct
{
  /* owned by chatd-sessions */
  ChatdSessionIds *ids;
  ChatdDeadlines *deadlines;
  ChatdNews *news;
  ChatdKeyRules key_rules;
  ChatdRounds *dirty; /* of sessions, by room */

  /* borrowed */
  ChatdOutbox *outbox_ipv4;     /* (nullable): no such datagrams */
  ChatdOutbox *outbox_ipv6;     /* likewise */
  void (*wake) (gpointer data); /* the first one became dirty, or a datagram was posted */
  gpointer wake_data;

  /* owned: empty between calls */
  GByteArray *udp; /* what is packed for the next datagram */
  GByteArray *tcp; /* and for the connection */
  GByteArray *udp_answers;
  GByteArray *tcp_answers;
  GByteArray *passed; /* what one member tells another, at once */
  GByteArray *frame;  /* a TCP frame */
  guint8 opened[CHAT_DATAGRAM_MAX];
} ChatdSessionShared;

G_END_DECLS
