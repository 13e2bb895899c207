/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world.h"

#include "chat-delivery-rules.h"

#include <string.h>

#define MS ((gint64) 1000)
#define FAULTS_US (5000 * MS)
#define LONGEST_US (90000 * MS)

guint chat_rules_off;

/* --- drawing a fate --- */

void
sim_config_steady (SimConfig *config, guint64 seed, guint loss_permille)
{
  *config = (SimConfig){
    .seed = seed,
    .members = 3,
    .messages = 40,
    .typing_us = 150 * MS,
    .commit_us = 8 * MS,
    .faults_us = FAULTS_US,
    .loss_permille = loss_permille,
    .duplicate_permille = 30,
    .reorder_permille = 50,
  };
}

static guint
pick (SimWorld *chance, const guint *values, gsize n)
{
  return values[sim_world_random (chance) % n];
}

static void
draw_machines (SimConfig *config, SimWorld *chance)
{
  config->kills = (guint) sim_world_between (chance, 0, 4);
  config->crashes = (guint) sim_world_between (chance, 0, 4);
  config->drops = (guint) sim_world_between (chance, 0, 4);
  config->cuts = (guint) sim_world_between (chance, 0, 3);
  config->commit_failures = (guint) sim_world_between (chance, 0, 3);
  config->store_loses = sim_world_chance (chance, 100);
  config->member_loses = !config->store_loses && sim_world_chance (chance, 100);
  config->retention =
      !config->store_loses && !config->member_loses && sim_world_chance (chance, 300);
  config->erasure = !config->store_loses && !config->member_loses && sim_world_chance (chance, 200);
}

void
sim_config_draw (SimConfig *config, guint64 seed)
{
  static const guint losses[] = { 0, 0, 10, 50, 200, 200, 500, 900, 1000 };
  static const guint reorders[] = { 0, 50, 200, 500 };
  SimWorld chance = { .random = seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) | 1 };

  *config = (SimConfig){ .seed = seed, .faults_us = FAULTS_US };
  sim_world_random (&chance);
  config->members = (guint) sim_world_between (&chance, 2, 6);
  config->messages = (guint) sim_world_between (&chance, 5, 60);
  config->typing_us = sim_world_between (&chance, 20 * MS, 200 * MS);
  config->commit_us = sim_world_chance (&chance, 200) ? 200 * MS : 8 * MS;
  config->heals = !sim_world_chance (&chance, 300);
  config->loss_permille = pick (&chance, losses, G_N_ELEMENTS (losses));
  config->duplicate_permille = (guint) sim_world_between (&chance, 0, 100);
  config->reorder_permille = pick (&chance, reorders, G_N_ELEMENTS (reorders));
  config->refuse_permille = sim_world_chance (&chance, 500) ? 60 : 0;
  config->retry_permille = sim_world_chance (&chance, 500) ? 60 : 0;
  config->large_permille = sim_world_chance (&chance, 500) ? 100 : 0;
  draw_machines (config, &chance);
}

/* --- one run --- */

static void
plan_faults (SimWorld *world, SimEventKind kind, guint n)
{
  for (guint i = 0; i < n; i++)
    sim_world_plan (world, sim_world_between (world, 100 * MS, world->config->faults_us), kind,
                    (guint) sim_world_between (world, 0, world->config->members), 0);
}

static void
plan_all_faults (SimWorld *world)
{
  const SimConfig *config = world->config;

  plan_faults (world, SIM_KILL, config->kills);
  plan_faults (world, SIM_CRASH, config->crashes);
  plan_faults (world, SIM_DROP, config->drops);
  plan_faults (world, SIM_CUT, config->cuts);
  plan_faults (world, SIM_FAIL_COMMIT, config->commit_failures);
  plan_faults (world, SIM_RETAIN, config->retention ? 2 : 0);
  plan_faults (world, SIM_ERASE, config->erasure ? 3 : 0);
  plan_faults (world, SIM_SNAPSHOT, config->member_loses ? 2 * config->members : 0);
}

static void
draw_refusals (SimWorld *world)
{
  for (guint i = 0; i < world->config->members; i++)
    for (guint k = 0; k < world->config->messages; k++)
      world->messages[i][k].refusable = sim_world_chance (world, world->config->refuse_permille);
}

static void
init_world (SimWorld *world, const SimConfig *config, SimResult *result)
{
  world->config = config;
  world->result = result;
  world->random = config->seed * G_GUINT64_CONSTANT (0xd1342543de82ef95) | 1;
  world->heap = g_array_sized_new (FALSE, FALSE, sizeof (SimEvent), 256);
  draw_refusals (world);
  world->server = sim_server_new (world);
  for (guint i = 0; i < config->members; i++)
    world->members[i] = sim_member_new (world, i);
  plan_all_faults (world);
}

static void
clear_world (SimWorld *world)
{
  SimEvent event;

  while (sim_world_next (world, &event))
    g_free (event.bytes);
  for (guint i = 0; i < world->config->members; i++)
    sim_member_free (world->members[i]);
  sim_server_free (world->server);
  g_array_unref (world->heap);
}

static gboolean
is_for_server (SimEventKind kind)
{
  return kind == SIM_UDP_UP || kind == SIM_TCP_UP || kind == SIM_HELLO || kind >= SIM_SERVER_WAKE;
}

static gboolean
is_done (const SimWorld *world)
{
  guint64 head = sim_server_get_head (world->server);

  if (world->now_us < world->config->faults_us || !sim_server_is_idle (world->server))
    return FALSE;

  for (guint i = 0; i < world->config->members; i++)
    if (!sim_member_is_done (world->members[i], head))
      return FALSE;

  return TRUE;
}

static void
play (SimWorld *world)
{
  SimEvent event;

  while (world->result->ok && world->now_us < LONGEST_US && !is_done (world) &&
         sim_world_next (world, &event))
    {
      if (is_for_server (event.kind))
        sim_server_handle (world->server, &event);
      else
        sim_member_handle (world->members[event.member], &event);
      g_free (event.bytes);
    }
}

/* --- the invariants --- */

static gboolean
has_id (const GArray *ids, guint64 id)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index (ids, guint64, i) == id)
      return TRUE;

  return FALSE;
}

/* A floor that the member passed may have cost it entries, and left it others. */
static void
check_log (SimWorld *world, guint index)
{
  const GArray *ids = sim_member_get_ids (world->members[index]);
  guint64 floor = sim_member_get_floor (world->members[index]);
  guint found = 0;

  for (guint i = 0; i < sim_server_get_n (world->server); i++)
    {
      guint64 id;
      guint writer, number;

      sim_server_get (world->server, i, &id, &writer, &number);
      if (id == 0)
        continue;
      if (has_id (ids, id))
        found++;
      else if (id > floor)
        sim_world_violation (world, "I1 member %u misses %" G_GUINT64_FORMAT, index, id);
    }
  if (found != ids->len)
    sim_world_violation (world, "I1 member %u has %u entries that the server has not", index,
                         ids->len - found);
}

static guint
count_in_log (const SimWorld *world, guint member, guint number)
{
  guint n = 0;

  for (guint i = 0; i < sim_server_get_n (world->server); i++)
    {
      guint64 id;
      guint writer, found;

      sim_server_get (world->server, i, &id, &writer, &found);
      n += id != 0 && writer == member && found == number;
    }

  return n;
}

static void
check_message (SimWorld *world, guint member, guint number)
{
  const SimMessage *message = &world->messages[member][number];
  guint n = count_in_log (world, member, number);
  gboolean expected = message->fate == SIM_FATE_WRITTEN || message->fate == SIM_FATE_UNSEEN;
  guint least = expected && !message->refusable ? 1 : 0;

  if (message->echoed && n != 1)
    sim_world_violation (world, "I3 echoed %u.%u is in the log %u times", member, number, n);
  if (n > 1 || n < least || (n == 1 && message->fate == SIM_FATE_REFUSED))
    sim_world_violation (world, "I4 %u.%u is in the log %u times, fate %d", member, number, n,
                         (int) message->fate);
  if (!message->refusable && message->fate == SIM_FATE_REFUSED)
    sim_world_violation (world, "I4 %u.%u was told to be refused, and was not", member, number);
  if (message->refusable && message->fate == SIM_FATE_WRITTEN)
    sim_world_violation (world, "I4 nobody told that %u.%u was refused", member, number);
}

static void
check_order (SimWorld *world)
{
  guint next[SIM_MEMBERS_MAX] = { 0 };

  for (guint i = 0; i < sim_server_get_n (world->server); i++)
    {
      guint64 id;
      guint writer, number;

      sim_server_get (world->server, i, &id, &writer, &number);
      if (id == 0 || writer >= SIM_MEMBERS_MAX)
        continue;
      if (number < next[writer])
        sim_world_violation (world, "I5 member %u: %u came after %u", writer, number,
                             next[writer] - 1);
      next[writer] = number + 1;
    }
}

static void
check (SimWorld *world)
{
  for (guint i = 0; i < world->config->members; i++)
    {
      check_log (world, i);
      for (guint k = 0; k < world->config->messages; k++)
        check_message (world, i, k);
    }
  /* A number that a refusal used up in a life that was forgotten leaves no trace. */
  if (!world->config->member_loses || world->config->refuse_permille == 0)
    check_order (world);
  if (world->withdrawn > 0 && !world->config->store_loses)
    sim_world_violation (world, "I6 %u entries were withdrawn", world->withdrawn);
  if (!is_done (world))
    sim_world_violation (world, "I1 still at work after %d s", (int) (LONGEST_US / 1000000));
}

void
sim_run (const SimConfig *config, SimResult *result, GArray *latencies_us)
{
  SimWorld world = { .latencies_us = latencies_us };

  *result = (SimResult){ .ok = TRUE };
  chat_rules_off = config->rules_off;
  init_world (&world, config, result);
  play (&world);
  if (result->ok)
    check (&world);
  clear_world (&world);
  chat_rules_off = 0;
}
