/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"
#include "chat-rtt.h"

#include <glib.h>

G_BEGIN_DECLS

/* Which road a client uses in one session, and when to probe the other: starts over TCP, moves to
 * UDP when a probe came back, falls back to TCP for ten seconds when UDP fails, and keeps trying.
 * Pure: times are µs of any steady clock, random bytes come from the caller.
 * docs/protocol-delivery.md, "The road". */

typedef enum
{
  CHAT_ROAD_STATE_TCP,     /* until a probe comes back */
  CHAT_ROAD_STATE_UDP,     /* in use */
  CHAT_ROAD_STATE_PENALTY, /* UDP failed a moment ago */
} ChatRoadState;

typedef enum
{
  CHAT_ROAD_EVENT_PROBE_BACK,
  CHAT_ROAD_EVENT_PROBES_LOST,  /* five in a row, and no message came back meanwhile */
  CHAT_ROAD_EVENT_MANY_RETRIES, /* more than 85 % of 32 messages needed a second try */
  CHAT_ROAD_EVENT_TIME_SERVED,
} ChatRoadEvent;

#define CHAT_ROAD_N_STATES 3
#define CHAT_ROAD_N_EVENTS 4

typedef struct
{
  ChatRoadState state;
  ChatRtt rtt; /* of probes: without the server's commit */
  gint64 penalty_until_us;

  guint8 probe[CHAT_DATA_PROBE_SIZE];
  gint64 probe_sent_us; /* G_MAXINT64: none is out */
  gint64 probe_due_us;  /* next one */
  gint64 doubt_us;      /* from then on a second try brings one */
  guint probes_lost;    /* in a row */

  guint32 tries; /* newest in bit 0; 1: needed a second one */
  guint n_tries; /* bits that count, up to 32 */
} ChatRoadChoice;

void chat_road_choice_init (ChatRoadChoice *self, gint64 now_us);

/* Returns: the road for what is sent now */
ChatRoad chat_road_choice_get (const ChatRoadChoice *self);

/* The table of edges. Returns: the state after @event */
ChatRoadState chat_road_state_step (ChatRoadState state, ChatRoadEvent event);

/* Returns: when chat_road_choice_tick() is to be called */
gint64 chat_road_choice_get_deadline (const ChatRoadChoice *self);

/**
 * chat_road_choice_tick:
 *
 * Time went on: a probe may be lost, a penalty served.
 *
 * Returns: whether a probe is due: send PROBE in a datagram padded to %CHAT_DATAGRAM_MAX with eight
 *   fresh random bytes, and tell with chat_road_choice_on_probe_sent()
 */
gboolean chat_road_choice_tick (ChatRoadChoice *self, gint64 now_us);

void chat_road_choice_on_probe_sent (ChatRoadChoice *self,
                                     const guint8 bytes[CHAT_DATA_PROBE_SIZE],
                                     gint64 now_us);

/* @bytes: of a PROBE_ACK; any but those of the probe that is out are ignored */
void chat_road_choice_on_probe_ack (ChatRoadChoice *self,
                                    const guint8 bytes[CHAT_DATA_PROBE_SIZE],
                                    gint64 now_us);

/* What chat_outbox_take_tries() counted. */
void chat_road_choice_on_tries (ChatRoadChoice *self, const ChatRoadTries *tries, gint64 now_us);

/* Something may have changed: probe now, on whichever road. */
void chat_road_choice_doubt (ChatRoadChoice *self, gint64 now_us);

/* The network changed under us: probe at once, expect nothing. */
void chat_road_choice_restart (ChatRoadChoice *self, gint64 now_us);

G_END_DECLS
