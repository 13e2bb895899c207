/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-server-private.h"

/* What is written: gathered, committed or lost at once, then told. */

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
                  sim_world_between (self->world, 1 * SIM_MS, self->world->config->commit_us),
                  SIM_COMMIT, 0, self->life);
}

void
sim_server_write_row (SimServer *self, const SimRow *added)
{
  g_array_append_val (self->pending, *added);
  plan_commit (self);
  if (sim_server_has_rule (self, SIM_RULE_COMMIT_FIRST))
    return;

  publish (self, added);
  sim_server_drain (self);
}

void
sim_server_write_entry (SimServer *self, guint member, guint number, ChatEntry *entry)
{
  SimRow added = { .member = member, .number = number };

  entry->id = self->next_id++;
  entry->prev = self->head;
  entry->at_us = self->world->now_us;
  added.entry = *entry;
  added.entry.body = NULL;
  self->head = entry->id;
  if (self->next_id > self->store.reserved)
    self->store.reserved += SIM_ID_BLOCK;
  sim_server_write_row (self, &added);
}

static void
fail_commit (SimServer *self)
{
  self->next_commit_fails = FALSE;
  self->head = sim_store_get_head (&self->store);
  g_array_set_size (self->pending, 0);
  if (!sim_server_has_rule (self, SIM_RULE_ROLL_BACK))
    return;

  for (guint i = 0; i < self->world->config->members; i++)
    chat_admission_roll_back (self->admissions[i]);
}

/* A refusal is told when it is durable, as an entry is. */
static void
tell_refusal (SimServer *self, const SimRow *added)
{
  const SimPeer *peer = &self->peers[added->member];

  chat_admission_note_refusal (self->admissions[added->member], added->entry.instance,
                               added->entry.cseq, "refused");
  if (peer->connected)
    sim_server_reject (self, added->member, added->entry.instance, added->entry.cseq, 0,
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
  else if (sim_server_has_rule (self, SIM_RULE_COMMIT_FIRST))
    publish (self, added);
}

void
sim_server_commit (SimServer *self)
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
  sim_server_drain (self);
}
