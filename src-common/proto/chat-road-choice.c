/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-road-choice.h"

#include <string.h>

#define NEVER G_MAXINT64
#define PENALTY_US (10 * G_USEC_PER_SEC)
#define PROBES_MAX_LOST 5 /* where a fifth of all packets is lost, six times in a thousand */
#define PROBE_IN_USE_US (15 * G_USEC_PER_SEC) /* also keeps a NAT's mapping alive */
#define PROBE_FIRST_US (100 * 1000) /* between attempts on a road that is not in use: … */
#define PROBE_SLOWEST_US (10 * G_USEC_PER_SEC) /* … doubled up to this */
#define DOUBT_US G_USEC_PER_SEC                /* between probes because of second tries */
/* Where a fifth is lost, more than a third of the messages are sent again, and TCP would be far
 * slower. */
#define TRIES_AT_LEAST 32
#define TRIES_BAD_PERCENT 85

static const ChatRoadState edges[CHAT_ROAD_N_STATES][CHAT_ROAD_N_EVENTS] = {
  [CHAT_ROAD_STATE_TCP] = {
    [CHAT_ROAD_EVENT_PROBE_BACK] = CHAT_ROAD_STATE_UDP,
    [CHAT_ROAD_EVENT_PROBES_LOST] = CHAT_ROAD_STATE_TCP,
    [CHAT_ROAD_EVENT_MANY_RETRIES] = CHAT_ROAD_STATE_TCP,
    [CHAT_ROAD_EVENT_TIME_SERVED] = CHAT_ROAD_STATE_TCP,
  },
  [CHAT_ROAD_STATE_UDP] = {
    [CHAT_ROAD_EVENT_PROBE_BACK] = CHAT_ROAD_STATE_UDP,
    [CHAT_ROAD_EVENT_PROBES_LOST] = CHAT_ROAD_STATE_PENALTY,
    [CHAT_ROAD_EVENT_MANY_RETRIES] = CHAT_ROAD_STATE_PENALTY,
    [CHAT_ROAD_EVENT_TIME_SERVED] = CHAT_ROAD_STATE_UDP,
  },
  [CHAT_ROAD_STATE_PENALTY] = {
    [CHAT_ROAD_EVENT_PROBE_BACK] = CHAT_ROAD_STATE_PENALTY,
    [CHAT_ROAD_EVENT_PROBES_LOST] = CHAT_ROAD_STATE_PENALTY,
    [CHAT_ROAD_EVENT_MANY_RETRIES] = CHAT_ROAD_STATE_PENALTY,
    [CHAT_ROAD_EVENT_TIME_SERVED] = CHAT_ROAD_STATE_TCP,
  },
};

ChatRoadState
chat_road_state_step (ChatRoadState state, ChatRoadEvent event)
{
  return edges[state][event];
}

void
chat_road_choice_init (ChatRoadChoice *self, gint64 now_us)
{
  *self = (ChatRoadChoice){ .state = CHAT_ROAD_STATE_TCP,
                            .penalty_until_us = NEVER,
                            .probe_sent_us = NEVER,
                            .probe_due_us = now_us };
  chat_rtt_init (&self->rtt);
}

ChatRoad
chat_road_choice_get (const ChatRoadChoice *self)
{
  return self->state == CHAT_ROAD_STATE_UDP ? CHAT_ROAD_UDP : CHAT_ROAD_TCP;
}

static void
enter_penalty (ChatRoadChoice *self, gint64 now_us)
{
  self->penalty_until_us = now_us + PENALTY_US;
  self->n_tries = 0;
  self->probes_lost = 0;
  self->probe_due_us = MIN (self->probe_due_us, self->penalty_until_us);
}

static void
step (ChatRoadChoice *self, ChatRoadEvent event, gint64 now_us)
{
  ChatRoadState before = self->state;

  self->state = chat_road_state_step (before, event);
  if (self->state == before)
    return;

  if (self->state == CHAT_ROAD_STATE_UDP)
    self->n_tries = 0;
  if (self->state == CHAT_ROAD_STATE_PENALTY)
    enter_penalty (self, now_us);
  else if (before == CHAT_ROAD_STATE_PENALTY)
    self->probe_due_us = now_us;
}

static gint64
probe_deadline (const ChatRoadChoice *self)
{
  if (self->probe_sent_us == NEVER)
    return self->probe_due_us;

  return self->probe_sent_us + chat_rtt_timeout_us (&self->rtt, self->probes_lost + 1);
}

static gint64
penalty_deadline (const ChatRoadChoice *self)
{
  return self->state == CHAT_ROAD_STATE_PENALTY ? self->penalty_until_us : NEVER;
}

gint64
chat_road_choice_get_deadline (const ChatRoadChoice *self)
{
  return MIN (probe_deadline (self), penalty_deadline (self));
}

/* On the road in use the next attempt comes at once, elsewhere ever more seldom. */
static gint64
pause_after_loss (const ChatRoadChoice *self)
{
  gint64 pause_us = PROBE_FIRST_US;

  if (self->state == CHAT_ROAD_STATE_UDP)
    return 0;
  for (guint i = 1; i < self->probes_lost && pause_us < PROBE_SLOWEST_US; i++)
    pause_us *= 2;

  return MIN (pause_us, PROBE_SLOWEST_US);
}

static void
lose_probe (ChatRoadChoice *self, gint64 now_us)
{
  self->probe_sent_us = NEVER;
  self->probes_lost++;
  self->probe_due_us = now_us + pause_after_loss (self);
  if (self->probes_lost >= PROBES_MAX_LOST)
    step (self, CHAT_ROAD_EVENT_PROBES_LOST, now_us);
}

gboolean
chat_road_choice_tick (ChatRoadChoice *self, gint64 now_us)
{
  if (penalty_deadline (self) <= now_us)
    step (self, CHAT_ROAD_EVENT_TIME_SERVED, now_us);
  if (self->probe_sent_us != NEVER && probe_deadline (self) <= now_us)
    lose_probe (self, now_us);

  return self->probe_sent_us == NEVER && self->probe_due_us <= now_us;
}

void
chat_road_choice_on_probe_sent (ChatRoadChoice *self,
                                const guint8 bytes[CHAT_DATA_PROBE_SIZE],
                                gint64 now_us)
{
  memcpy (self->probe, bytes, CHAT_DATA_PROBE_SIZE);
  self->probe_sent_us = now_us;
  self->doubt_us = now_us + DOUBT_US;
}

void
chat_road_choice_on_probe_ack (ChatRoadChoice *self,
                               const guint8 bytes[CHAT_DATA_PROBE_SIZE],
                               gint64 now_us)
{
  if (self->probe_sent_us == NEVER || memcmp (bytes, self->probe, CHAT_DATA_PROBE_SIZE) != 0)
    return;

  chat_rtt_sample (&self->rtt, now_us - self->probe_sent_us);
  self->probe_sent_us = NEVER;
  self->probes_lost = 0;
  self->probe_due_us = now_us + PROBE_IN_USE_US;
  step (self, CHAT_ROAD_EVENT_PROBE_BACK, now_us);
}

static void
note_try (ChatRoadChoice *self, gboolean again)
{
  self->tries = self->tries << 1 | (again ? 1 : 0);
  self->n_tries = MIN (self->n_tries + 1, 32);
}

static gboolean
are_retries_many (const ChatRoadChoice *self)
{
  guint bad = 0;

  for (guint i = 0; i < self->n_tries; i++)
    bad += self->tries >> i & 1;

  return self->n_tries >= TRIES_AT_LEAST && bad * 100 > self->n_tries * TRIES_BAD_PERCENT;
}

/* What came back went both ways, as a probe does, at once or not: where a fifth is lost, probes
 * alone would condemn a road that works every few minutes, and TCP is far slower there. What did
 * not come back at once is looked into. */
static void
judge_road (ChatRoadChoice *self, const ChatRoadTries *tries, gint64 now_us)
{
  if (self->state != CHAT_ROAD_STATE_UDP)
    return;

  if (tries->once + tries->late > 0)
    self->probes_lost = 0;
  if (tries->once == 0 && tries->again > 0 && self->probe_sent_us == NEVER)
    self->probe_due_us = MIN (self->probe_due_us, MAX (self->doubt_us, now_us));
}

void
chat_road_choice_on_tries (ChatRoadChoice *self, const ChatRoadTries *tries, gint64 now_us)
{
  for (guint i = 0; i < MIN (tries->once, 32); i++)
    note_try (self, FALSE);
  for (guint i = 0; i < MIN (tries->again, 32); i++)
    note_try (self, TRUE);
  if (are_retries_many (self))
    step (self, CHAT_ROAD_EVENT_MANY_RETRIES, now_us);
  judge_road (self, tries, now_us);
}

void
chat_road_choice_doubt (ChatRoadChoice *self, gint64 now_us)
{
  if (self->state != CHAT_ROAD_STATE_PENALTY && self->probe_sent_us == NEVER)
    self->probe_due_us = MIN (self->probe_due_us, now_us);
}

void
chat_road_choice_restart (ChatRoadChoice *self, gint64 now_us)
{
  chat_road_choice_init (self, now_us);
}
