/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-server-private.h"

#include "chat-limits.h"
#include "chat-sealed-datagram.h"

#define DATAGRAM_SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)

gboolean
sim_server_has_rule (const SimServer *self, SimRule which)
{
  return (self->world->config->sim_rules_off & which) == 0;
}

static void
restore_admissions (SimServer *self)
{
  for (guint i = 0; i < self->world->config->members; i++)
    self->admissions[i] = chat_admission_new (&self->budget);
  if (!sim_server_has_rule (self, SIM_RULE_DURABLE_CSEQ))
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
  if (sim_server_has_rule (self, SIM_RULE_RESERVED_IDS))
    self->next_id = MAX (self->next_id, self->store.reserved + 1);
  self->store.reserved = MAX (self->store.reserved, self->next_id + SIM_ID_BLOCK);
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
      self->peers[i] = (SimPeer){ 0 };
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
  SimPeer *peer = &self->peers[member];

  if (self->udp->len > 0)
    sim_world_send_udp (self->world, SIM_UDP_DOWN, member, peer->session, ++peer->counter,
                        self->udp);
  if (self->tcp->len > 0)
    sim_world_send_tcp (self->world, SIM_TCP_DOWN, member, peer->session, self->tcp);
  g_byte_array_set_size (self->udp, 0);
  g_byte_array_set_size (self->tcp, 0);
}

void
sim_server_answer (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  chat_data_frame_append (frame, by_udp ? self->udp : self->tcp);
  flush (self, member);
}

void
sim_server_reject (
    SimServer *self, guint member, guint64 instance, guint64 cseq, guint retry_ms, gboolean by_udp)
{
  static const char code[] = "refused";
  ChatDataFrame frame = { .type = CHAT_DATA_REJECT,
                          .room = SIM_ROOM,
                          .instance = instance,
                          .cseq = cseq,
                          .retry_ms = retry_ms,
                          .tail = (const guint8 *) code,
                          .tail_len = sizeof code - 1 };

  sim_server_answer (self, member, &frame, by_udp);
}

void
sim_server_drain_member (SimServer *self, guint member)
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

void
sim_server_plan_wake (SimServer *self)
{
  gint64 deadline_us = next_deadline (self);

  if (deadline_us >= self->wake_us)
    return;

  self->wake_us = deadline_us;
  sim_world_plan (self->world, MAX (deadline_us - self->world->now_us, 0), SIM_SERVER_WAKE, 0,
                  self->life);
}

void
sim_server_drain (SimServer *self)
{
  for (guint i = 0; i < self->world->config->members; i++)
    if (self->peers[i].connected)
      sim_server_drain_member (self, i);
  sim_server_plan_wake (self);
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
  sim_server_write_entry (self, SIM_NOBODY, 0, &entry);
}

static void
postpone_hello (SimServer *self, const SimEvent *event)
{
  SimEvent *again =
      sim_world_plan (self->world, 1 * SIM_MS, SIM_HELLO, event->member, event->session);

  again->number = event->number;
}

static void
on_hello (SimServer *self, const SimEvent *event)
{
  SimPeer *peer = &self->peers[event->member];
  SimEvent *welcome;

  if (event->session < peer->session)
    return; /* of an attempt that its member gave up; it was long on its way */
  if (chat_admission_has_uncommitted (self->admissions[event->member], event->number))
    {
      postpone_hello (self, event);
      return;
    }

  chat_admission_drop_held (self->admissions[event->member], event->number);
  *peer = (SimPeer){ .connected = TRUE, .session = event->session };
  chat_replay_window_init (&peer->window);
  chat_fanout_init (&peer->fanout, SIM_ROOM, sim_store_get_head (&self->store));
  chat_fanout_set_udp_open (&peer->fanout, TRUE);
  welcome = sim_world_plan_tcp (self->world, SIM_WELCOME, event->member, event->session);
  welcome->number = known_cseq (self, event->member, event->number);
  welcome->number2 = sim_store_get_head (&self->store);
  greet_newcomer (self, event->member);
}

void
sim_server_disconnect (SimServer *self, guint member)
{
  self->peers[member] = (SimPeer){ 0 };
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
  sim_world_plan (self->world, sim_world_between (self->world, 100 * SIM_MS, 1000 * SIM_MS),
                  SIM_START, 0, 0);
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
is_fresh (SimPeer *peer, const SimEvent *event)
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
  SimPeer *peer = &self->peers[event->member];

  if (self->up && peer->connected && peer->session == event->session && is_fresh (peer, event))
    sim_server_take_frames (self, event);
}

static void
on_wake (SimServer *self, const SimEvent *event)
{
  if (event->session != self->life || self->world->now_us < self->wake_us)
    return;

  self->wake_us = G_MAXINT64;
  sim_server_drain (self);
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
        sim_server_commit (self);
      break;
    case SIM_PAGE:
      if (self->up && self->peers[event->member].session == event->session)
        sim_server_send_page (self, event);
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
