/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-store.h"

#include "chat-admission.h"
#include "chat-data-frame.h"
#include "chat-delivery-rules.h"
#include "chat-fanout.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"

#include <string.h>

/* The server: a store that commits in groups, one room, and for each member an admission and, while
 * it is connected, a fan-out. */

#define MS ((gint64) 1000)
#define ROOM 1
#define DATAGRAM_SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)
#define ID_BLOCK 1000
#define PAGE_BYTES_UDP 1100

typedef struct
{
  gboolean connected;
  guint64 session;
  guint64 counter; /* of the next datagram to it */
  ChatReplayWindow window;
  ChatFanout fanout;
  gboolean reading; /* a READ is being answered */
} Peer;

struct _SimServer
{
  SimWorld *world;
  /* durable */
  SimStore store;
  gboolean welcomed[SIM_MEMBERS_MAX];
  /* volatile */
  gboolean up;
  guint64 life;    /* counts the starts: events of an earlier one are void */
  GArray *pending; /* SimRow */
  gboolean committing;
  gboolean next_commit_fails;
  guint64 next_id;
  guint64 head; /* pending ones included */
  ChatHoldBudget budget;
  ChatAdmission *admissions[SIM_MEMBERS_MAX];
  Peer peers[SIM_MEMBERS_MAX];
  ChatLogTail *tail;
  gint64 wake_us; /* planned; G_MAXINT64: none */
  GByteArray *udp;
  GByteArray *tcp;
};

static gboolean
rule (const SimServer *self, SimRule which)
{
  return (self->world->config->sim_rules_off & which) == 0;
}

static void
restore_admissions (SimServer *self)
{
  for (guint i = 0; i < self->world->config->members; i++)
    self->admissions[i] = chat_admission_new (&self->budget);
  if (!rule (self, SIM_RULE_DURABLE_CSEQ))
    return;

  for (guint i = 0; i < sim_store_get_n (&self->store); i++)
    if (sim_store_get (&self->store, i)->member != SIM_NOBODY)
      chat_admission_restore (self->admissions[sim_store_get (&self->store, i)->member],
                              sim_store_get (&self->store, i)->entry.instance,
                              sim_store_get (&self->store, i)->entry.cseq);
}

static void
start (SimServer *self)
{
  self->up = TRUE;
  self->life++;
  self->head = sim_store_get_head (&self->store);
  self->next_id = self->head + 1;
  if (rule (self, SIM_RULE_RESERVED_IDS))
    self->next_id = MAX (self->next_id, self->store.reserved + 1);
  self->store.reserved = MAX (self->store.reserved, self->next_id + ID_BLOCK);
  self->budget = (ChatHoldBudget){ .max = CHAT_HOLD_SERVER_BYTES };
  self->tail = chat_log_tail_new (self->head, CHAT_LOG_TAIL_BYTES);
  restore_admissions (self);
}

static void
stop (SimServer *self)
{
  self->up = self->committing = self->next_commit_fails = FALSE;
  g_array_set_size (self->pending, 0);
  for (guint i = 0; i < SIM_MEMBERS_MAX; i++)
    {
      g_clear_pointer (&self->admissions[i], chat_admission_free);
      self->peers[i] = (Peer){ 0 };
    }
  g_clear_pointer (&self->tail, chat_log_tail_free);
  self->wake_us = G_MAXINT64;
}

SimServer *
sim_server_new (SimWorld *world)
{
  SimServer *self = g_new0 (SimServer, 1);

  self->world = world;
  sim_store_init (&self->store);
  self->pending = g_array_new (FALSE, FALSE, sizeof (SimRow));
  self->udp = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  self->tcp = g_byte_array_new ();
  self->wake_us = G_MAXINT64;
  start (self);

  return self;
}

void
sim_server_free (SimServer *self)
{
  stop (self);
  sim_store_clear (&self->store);
  g_array_unref (self->pending);
  g_byte_array_unref (self->udp);
  g_byte_array_unref (self->tcp);
  g_free (self);
}

/* --- sending --- */

static void
check_credit (SimServer *self, guint member)
{
  ChatFanout *fanout = &self->peers[member].fanout;
  guint64 in_flight = chat_fanout_get_in_flight (fanout, self->tail);

  /* What a PAGE brought is under way besides; it has a budget of its own. */
  if (in_flight > MAX (fanout->credit, CHAT_ENTRY_BODY_MAX) + CHAT_PAGE_BYTES)
    sim_world_violation (self->world, "I7 %" G_GUINT64_FORMAT " bytes in flight", in_flight);
}

static void
flush (SimServer *self, guint member)
{
  Peer *peer = &self->peers[member];

  if (self->udp->len > 0)
    sim_world_send_udp (self->world, SIM_UDP_DOWN, member, peer->session, ++peer->counter,
                        self->udp);
  if (self->tcp->len > 0)
    sim_world_send_tcp (self->world, SIM_TCP_DOWN, member, peer->session, self->tcp);
  g_byte_array_set_size (self->udp, 0);
  g_byte_array_set_size (self->tcp, 0);
}

static void
answer (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  chat_data_frame_append (frame, by_udp ? self->udp : self->tcp);
  flush (self, member);
}

static void
drain_member (SimServer *self, guint member)
{
  gboolean more = TRUE;

  while (more)
    {
      more = chat_fanout_pack (&self->peers[member].fanout, self->tail, self->world->now_us,
                               DATAGRAM_SPACE, self->udp, self->tcp);
      g_assert_cmpuint (self->udp->len, <=, DATAGRAM_SPACE);
      flush (self, member);
    }
  check_credit (self, member);
}

static gint64
next_deadline (const SimServer *self)
{
  gint64 deadline_us = G_MAXINT64;

  for (guint i = 0; i < self->world->config->members; i++)
    if (self->peers[i].connected)
      deadline_us =
          MIN (deadline_us, chat_fanout_get_deadline (&self->peers[i].fanout, self->tail));

  return deadline_us;
}

static void
plan_wake (SimServer *self)
{
  gint64 deadline_us = next_deadline (self);

  if (deadline_us >= self->wake_us)
    return;

  self->wake_us = deadline_us;
  sim_world_plan (self->world, MAX (deadline_us - self->world->now_us, 0), SIM_SERVER_WAKE, 0,
                  self->life);
}

static void
drain (SimServer *self)
{
  for (guint i = 0; i < self->world->config->members; i++)
    if (self->peers[i].connected)
      drain_member (self, i);
  plan_wake (self);
}

/* --- the store --- */

static void
publish (SimServer *self, const SimRow *added)
{
  guint8 body[SIM_BODY_MAX];
  ChatEntry entry;

  if (added->entry.id == 0)
    return;

  sim_row_make_entry (added, self->world, &entry, body);
  chat_log_tail_append (self->tail, &entry);
}

static void
plan_commit (SimServer *self)
{
  if (self->committing)
    return;

  self->committing = TRUE;
  sim_world_plan (self->world,
                  sim_world_between (self->world, 1 * MS, self->world->config->commit_us),
                  SIM_COMMIT, 0, self->life);
}

static void
write_row (SimServer *self, const SimRow *added)
{
  g_array_append_val (self->pending, *added);
  plan_commit (self);
  if (rule (self, SIM_RULE_COMMIT_FIRST))
    return;

  publish (self, added);
  drain (self);
}

static void
write_entry (SimServer *self, guint member, guint number, ChatEntry *entry)
{
  SimRow added = { .member = member, .number = number };

  entry->id = self->next_id++;
  entry->prev = self->head;
  entry->at_us = self->world->now_us;
  added.entry = *entry;
  added.entry.body = NULL;
  self->head = entry->id;
  if (self->next_id > self->store.reserved)
    self->store.reserved += ID_BLOCK;
  write_row (self, &added);
}

static void
fail_commit (SimServer *self)
{
  self->next_commit_fails = FALSE;
  self->head = sim_store_get_head (&self->store);
  g_array_set_size (self->pending, 0);
  if (!rule (self, SIM_RULE_ROLL_BACK))
    return;

  for (guint i = 0; i < self->world->config->members; i++)
    chat_admission_roll_back (self->admissions[i]);
}

static void
answer_reject (
    SimServer *self, guint member, guint64 instance, guint64 cseq, guint retry_ms, gboolean by_udp)
{
  static const char code[] = "refused";
  ChatDataFrame frame = { .type = CHAT_DATA_REJECT,
                          .room = ROOM,
                          .instance = instance,
                          .cseq = cseq,
                          .retry_ms = retry_ms,
                          .tail = (const guint8 *) code,
                          .tail_len = sizeof code - 1 };

  answer (self, member, &frame, by_udp);
}

/* A refusal is told when it is durable, as an entry is. */
static void
tell_refusal (SimServer *self, const SimRow *added)
{
  const Peer *peer = &self->peers[added->member];

  chat_admission_note_refusal (self->admissions[added->member], added->entry.instance,
                               added->entry.cseq, "refused");
  if (peer->connected)
    answer_reject (self, added->member, added->entry.instance, added->entry.cseq, 0,
                   chat_fanout_get_road (&peer->fanout) == CHAT_ROAD_UDP);
}

static void
commit_row (SimServer *self, const SimRow *added)
{
  sim_store_append (&self->store, added);
  if (added->member != SIM_NOBODY)
    chat_admission_commit (self->admissions[added->member], added->entry.instance,
                           added->entry.cseq);
  if (added->entry.id == 0)
    tell_refusal (self, added);
  else if (rule (self, SIM_RULE_COMMIT_FIRST))
    publish (self, added);
}

static void
commit (SimServer *self)
{
  self->committing = FALSE;
  if (self->next_commit_fails)
    {
      fail_commit (self);
      return;
    }

  for (guint i = 0; i < self->pending->len; i++)
    commit_row (self, &g_array_index (self->pending, SimRow, i));
  g_array_set_size (self->pending, 0);
  if (sim_world_chance (self->world, 200))
    sim_store_back_up (&self->store);
  drain (self);
}

/* --- frames from members --- */

static void
answer_duplicate (SimServer *self, guint member, const ChatDataFrame *submit, gboolean by_udp)
{
  ChatAdmission *admission = self->admissions[member];
  const char *code = chat_admission_get_refusal (admission, submit->instance, submit->cseq);
  ChatDataFrame frame = { .room = ROOM, .instance = submit->instance, .cseq = submit->cseq };

  if (!CHAT_RULE (ANSWER_REPEATED))
    return;

  frame.type = code != NULL ? CHAT_DATA_REJECT : CHAT_DATA_HEAD;
  if (code != NULL)
    {
      frame.tail = (const guint8 *) code;
      frame.tail_len = strlen (code);
    }
  else
    {
      frame.cseq = chat_admission_get_committed (admission, submit->instance);
      frame.head = sim_store_get_head (&self->store);
    }
  answer (self, member, &frame, by_udp);
}

static void
answer_need (SimServer *self, guint member, guint64 instance, gboolean by_udp)
{
  ChatDataFrame frame = { .type = CHAT_DATA_NEED, .room = ROOM, .instance = instance };

  frame.cseq = chat_admission_get_needed (self->admissions[member], instance);
  answer (self, member, &frame, by_udp);
}

static void
refuse (SimServer *self, guint member, const ChatSubmission *submission, gboolean by_udp)
{
  SimRow added = { .member = member };

  added.entry.instance = submission->instance;
  added.entry.cseq = submission->cseq;
  if (!rule (self, SIM_RULE_REFUSAL_CONSUMES))
    {
      answer_reject (self, member, submission->instance, submission->cseq, 0, by_udp);
      return;
    }

  chat_admission_take (self->admissions[member], submission->instance);
  write_row (self, &added);
}

static void
accept_message (SimServer *self, guint member, guint number, const ChatSubmission *submission)
{
  ChatEntry entry = { .member = member + 1,
                      .instance = submission->instance,
                      .cseq = submission->cseq,
                      .kind = submission->kind };

  chat_admission_take (self->admissions[member], submission->instance);
  write_entry (self, member, number, &entry);
}

/* Returns: whether it is over with this one, so that the next may be looked at */
static gboolean
decide (SimServer *self, guint member, const ChatSubmission *submission, gboolean by_udp)
{
  guint writer, number;

  if (!sim_world_parse_body (self->world, submission->body, submission->body_len, &writer,
                             &number) ||
      writer != member)
    {
      sim_world_violation (self->world, "a message came damaged or from somebody else");
      return FALSE;
    }
  if (self->world->messages[member][number].refusable)
    {
      refuse (self, member, submission, by_udp);
      return rule (self, SIM_RULE_REFUSAL_CONSUMES);
    }
  if (self->world->now_us < self->world->config->faults_us &&
      sim_world_chance (self->world, self->world->config->retry_permille))
    {
      answer_reject (self, member, submission->instance, submission->cseq,
                     (guint) sim_world_between (self->world, 20, 200), by_udp);
      if (!rule (self, SIM_RULE_RETRY_KEEPS))
        chat_admission_take (self->admissions[member], submission->instance);
      chat_admission_drop_held (self->admissions[member], submission->instance);
      return FALSE;
    }

  accept_message (self, member, number, submission);

  return TRUE;
}

static void
on_submit (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  ChatSubmission submission = { frame->instance, frame->cseq, frame->kind, frame->tail,
                                frame->tail_len };
  ChatAdmission *admission = self->admissions[member];

  switch (chat_admission_offer (admission, &submission))
    {
    case CHAT_ADMIT_DUPLICATE:
      answer_duplicate (self, member, frame, by_udp);
      break;
    case CHAT_ADMIT_HELD:
    case CHAT_ADMIT_DROPPED:
      answer_need (self, member, frame->instance, by_udp);
      break;
    case CHAT_ADMIT_NOW:
      while (decide (self, member, &submission, by_udp) &&
             chat_admission_peek (admission, frame->instance, &submission))
        ;
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
on_read (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  Peer *peer = &self->peers[member];
  SimEvent *event;

  if (peer->reading)
    return;

  peer->reading = TRUE;
  event = sim_world_plan (self->world, sim_world_between (self->world, 1 * MS, 4 * MS), SIM_PAGE,
                          member, peer->session);
  event->number = frame->after;
  event->number2 = by_udp ? 1 : 0;
}

static void
on_probe (SimServer *self, guint member, const ChatDataFrame *frame)
{
  ChatDataFrame ack = *frame;

  ack.type = CHAT_DATA_PROBE_ACK;
  answer (self, member, &ack, TRUE);
}

static void
take_frame (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  switch (frame->type)
    {
    case CHAT_DATA_SUBMIT:
      on_submit (self, member, frame, by_udp);
      break;
    case CHAT_DATA_READ:
      on_read (self, member, frame, by_udp);
      break;
    case CHAT_DATA_CURSOR:
      chat_fanout_on_cursor (&self->peers[member].fanout, frame, self->tail);
      break;
    case CHAT_DATA_PROBE:
      on_probe (self, member, frame);
      break;
    default:
      break;
    }
}

static void
take_frames (SimServer *self, const SimEvent *event)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < event->len; at += used)
    {
      if (chat_data_frame_decode (event->bytes + at, event->len - at, &frame, &used, NULL) !=
          CHAT_DECODE_OK)
        g_error ("the member sent a bad frame");
      take_frame (self, event->member, &frame, event->kind == SIM_UDP_UP);
    }
  drain_member (self, event->member);
  plan_wake (self);
}

/* --- pages --- */

static void
send_page (SimServer *self, const SimEvent *event)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  Peer *peer = &self->peers[event->member];
  gboolean by_udp = event->number2 == 1;
  guint64 last;
  ChatDataFrame frame = { .type = CHAT_DATA_PAGE, .room = ROOM, .after = event->number };

  peer->reading = FALSE;
  frame.floor = CHAT_RULE (FLOOR) ? self->store.floor : 0;
  frame.base = MIN (sim_store_get_base (&self->store, frame.after), MAX (frame.after, frame.floor));
  frame.first = sim_store_get_first (&self->store);
  frame.head = sim_store_get_head (&self->store);
  last = sim_store_append_page (&self->store, self->world, frame.after,
                                by_udp ? PAGE_BYTES_UDP : CHAT_PAGE_BYTES, entries);
  if (by_udp && last == 0)
    {
      by_udp = FALSE; /* not even one fits in a datagram */
      last =
          sim_store_append_page (&self->store, self->world, frame.after, CHAT_PAGE_BYTES, entries);
    }
  frame.tail = entries->data;
  frame.tail_len = entries->len;
  answer (self, event->member, &frame, by_udp);
  chat_fanout_on_page (&peer->fanout, frame.after, last, self->tail, self->world->now_us);
  plan_wake (self);
}

/* --- sessions --- */

static guint64
known_cseq (const SimServer *self, guint member, guint64 instance)
{
  return chat_admission_get_committed (self->admissions[member], instance);
}

static void
greet_newcomer (SimServer *self, guint member)
{
  ChatEntry entry = { .member = member + 1, .kind = CHAT_ENTRY_JOINED };

  if (self->welcomed[member])
    return;

  self->welcomed[member] = TRUE;
  write_entry (self, SIM_NOBODY, 0, &entry);
}

static void
postpone_hello (SimServer *self, const SimEvent *event)
{
  SimEvent *again = sim_world_plan (self->world, 1 * MS, SIM_HELLO, event->member, event->session);

  again->number = event->number;
}

static void
on_hello (SimServer *self, const SimEvent *event)
{
  Peer *peer = &self->peers[event->member];
  SimEvent *welcome;

  if (event->session < peer->session)
    return; /* of an attempt that its member gave up; it was long on its way */
  if (chat_admission_has_uncommitted (self->admissions[event->member], event->number))
    {
      postpone_hello (self, event);
      return;
    }

  chat_admission_drop_held (self->admissions[event->member], event->number);
  *peer = (Peer){ .connected = TRUE, .session = event->session };
  chat_replay_window_init (&peer->window);
  chat_fanout_init (&peer->fanout, ROOM, sim_store_get_head (&self->store));
  chat_fanout_set_udp_open (&peer->fanout, TRUE);
  welcome = sim_world_plan_tcp (self->world, SIM_WELCOME, event->member, event->session);
  welcome->number = known_cseq (self, event->member, event->number);
  welcome->number2 = sim_store_get_head (&self->store);
  greet_newcomer (self, event->member);
}

void
sim_server_disconnect (SimServer *self, guint member)
{
  self->peers[member] = (Peer){ 0 };
}

/* --- what happens to it --- */

static void
kill_server (SimServer *self)
{
  if (!self->up)
    return;

  stop (self);
  if (self->world->config->store_loses)
    sim_store_restore (&self->store);
  for (guint i = 0; i < self->world->config->members; i++)
    sim_member_lose_connection (self->world->members[i]);
  sim_world_plan (self->world, sim_world_between (self->world, 100 * MS, 1000 * MS), SIM_START, 0,
                  0);
}

static void
erase (SimServer *self)
{
  SimRow *erased;

  if (sim_store_get_n (&self->store) == 0 || !self->up)
    return;

  erased = sim_store_get (
      &self->store, (guint) sim_world_between (self->world, 0, sim_store_get_n (&self->store)));
  if (erased->entry.id == 0 || erased->entry.kind != CHAT_ENTRY_TEXT)
    return;
  erased->entry.kind = CHAT_ENTRY_ERASED;
  chat_log_tail_erase (self->tail, erased->entry.id);
}

static gboolean
is_fresh (Peer *peer, const SimEvent *event)
{
  if (event->kind == SIM_TCP_UP)
    return TRUE;
  if (chat_replay_window_check (&peer->window, event->number) != CHAT_REPLAY_FRESH)
    return FALSE;

  chat_replay_window_accept (&peer->window, event->number);

  return TRUE;
}

static void
on_packet (SimServer *self, const SimEvent *event)
{
  Peer *peer = &self->peers[event->member];

  if (self->up && peer->connected && peer->session == event->session && is_fresh (peer, event))
    take_frames (self, event);
}

static void
on_wake (SimServer *self, const SimEvent *event)
{
  if (event->session != self->life || self->world->now_us < self->wake_us)
    return;

  self->wake_us = G_MAXINT64;
  drain (self);
}

void
sim_server_handle (SimServer *self, const SimEvent *event)
{
  switch (event->kind)
    {
    case SIM_UDP_UP:
    case SIM_TCP_UP:
      on_packet (self, event);
      break;
    case SIM_HELLO:
      if (self->up)
        on_hello (self, event);
      else
        sim_member_lose_connection (self->world->members[event->member]);
      break;
    case SIM_SERVER_WAKE:
      on_wake (self, event);
      break;
    case SIM_COMMIT:
      if (event->session == self->life && self->up)
        commit (self);
      break;
    case SIM_PAGE:
      if (self->up && self->peers[event->member].session == event->session)
        send_page (self, event);
      break;
    case SIM_KILL:
      kill_server (self);
      break;
    case SIM_START:
      start (self);
      break;
    case SIM_FAIL_COMMIT:
      self->next_commit_fails = self->up;
      break;
    case SIM_RETAIN:
      sim_store_retain (&self->store);
      break;
    case SIM_ERASE:
      erase (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

gboolean
sim_server_is_idle (const SimServer *self)
{
  return self->up && self->pending->len == 0;
}

guint
sim_server_get_n (const SimServer *self)
{
  return sim_store_get_n (&self->store);
}

guint64
sim_server_get_floor (const SimServer *self)
{
  return self->store.floor;
}

guint64
sim_server_get_head (const SimServer *self)
{
  return sim_store_get_head (&self->store);
}

gboolean
sim_server_get (const SimServer *self, guint i, guint64 *id, guint *member, guint *number)
{
  *id = sim_store_get (&self->store, i)->entry.id;
  *member = sim_store_get (&self->store, i)->member;
  *number = sim_store_get (&self->store, i)->number;

  return *id > self->store.floor;
}
