/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"
#include "chat-log-tail.h"

#include <glib.h>

G_BEGIN_DECLS

/* The server's side of delivery to one member of one room in one session: what of the log's tail is
 * on its way, within the member's credit, and what must be told again. Not a queue: it holds two
 * ids and a few times. Pure: times are µs of any steady clock. docs/protocol-delivery.md,
 * "Fan-out".
 *
 * The room calls chat_fanout_pack() when entries were committed, when a CURSOR came, and at the
 * deadline; what it writes goes out in the member's next datagram and over its TCP connection. */

typedef struct
{
  guint64 room;      /* the session's number for it */
  guint64 cursor;    /* the member has the log up to here */
  guint64 sent;      /* was sent up to here */
  guint64 refused;   /* CURSORs that cannot be */
  ChatRoad wanted;   /* by the member */
  gboolean udp_open; /* its address is proven */
  gsize credit;      /* bytes of entries beyond the cursor */
  guint loss_permille;
  guint64 cursor_place; /* for chat_log_tail_find_again() */
  guint64 sent_place;   /* likewise */

  gint64 repeat_us;     /* when to send what follows @repeat_after again */
  guint64 repeat_after; /* an id */

  gint64 tail_from_us; /* when the last datagram left that was not confirmed yet */
  gint64 tail_done_us; /* after it, the last HEAD */
  guint64 told;        /* the head that a HEAD over TCP told */
} ChatFanout;

/**
 * chat_fanout_init:
 * @room: the session's number for it
 * @head: of the room, as the reply to the JOIN or resume tells it: what is before is the member's
 *   to READ
 *
 * Starts on the TCP road with %CHAT_CREDIT_INITIAL.
 */
void chat_fanout_init (ChatFanout *self, guint64 room, guint64 head);

/* @open: whether the member has a proven address and keys that are not used up. At first it has
 * not.
 */
void chat_fanout_set_udp_open (ChatFanout *self, gboolean open);

/* Returns: by which road entries go now: UDP if the member wants it and it is open */
ChatRoad chat_fanout_get_road (const ChatFanout *self);

/**
 * chat_fanout_on_cursor:
 * @frame: a CURSOR; one beyond the head is a lie, one before an earlier one is late: both still
 *   tell loss, credit and road
 */
void chat_fanout_on_cursor (ChatFanout *self, const ChatDataFrame *frame, const ChatLogTail *tail);

/**
 * chat_fanout_on_page:
 * @after: what the member asked for: it has the log up to there
 * @last: id of the last entry in the PAGE that went to it; 0: it was empty
 */
void chat_fanout_on_page (
    ChatFanout *self, guint64 after, guint64 last, const ChatLogTail *tail, gint64 now_us);

/* Returns: whether chat_fanout_pack() has new entries to send at once */
gboolean chat_fanout_is_dirty (ChatFanout *self, const ChatLogTail *tail);

/* Returns: when chat_fanout_pack() has something to tell again; %G_MAXINT64: never */
gint64 chat_fanout_get_deadline (const ChatFanout *self, const ChatLogTail *tail);

/**
 * chat_fanout_pack:
 * @space: bytes that may be added to @udp
 * @udp: gets frames for the next datagram
 * @tcp: gets frames for the TCP connection
 *
 * Returns: whether more is to be sent at once, in another datagram
 */
gboolean chat_fanout_pack (ChatFanout *self,
                           const ChatLogTail *tail,
                           gint64 now_us,
                           gsize space,
                           GByteArray *udp,
                           GByteArray *tcp);

/* Returns: bytes of entries that were sent and not confirmed */
guint64 chat_fanout_get_in_flight (ChatFanout *self, const ChatLogTail *tail);

G_END_DECLS
