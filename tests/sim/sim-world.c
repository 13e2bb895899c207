/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world.h"

#include "chat-data-frame.h"

#include <stdio.h>
#include <string.h>

#define MS ((gint64) 1000)
#define UDP_DELAY_US (18 * MS)
#define UDP_JITTER_US (4 * MS)
#define REORDER_US (150 * MS)
#define TCP_DELAY_US (20 * MS)

guint64
sim_world_random (SimWorld *self)
{
  self->random ^= self->random << 13;
  self->random ^= self->random >> 7;
  self->random ^= self->random << 17;

  return self->random * G_GUINT64_CONSTANT (0x2545f4914f6cdd1d);
}

gint64
sim_world_between (SimWorld *self, gint64 from, gint64 to)
{
  return from + (gint64) ((sim_world_random (self) >> 16) % (guint64) (to - from));
}

gboolean
sim_world_chance (SimWorld *self, guint permille)
{
  return permille > 0 && (sim_world_random (self) >> 16) % 1000 < permille;
}

static gboolean
is_before (const SimEvent *a, const SimEvent *b)
{
  return a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order);
}

static void
swap (SimEvent *a, SimEvent *b)
{
  SimEvent kept = *a;

  *a = *b;
  *b = kept;
}

static SimEvent *
sift_up (SimWorld *self, guint i)
{
  SimEvent *heap = (SimEvent *) (void *) self->heap->data;

  for (; i > 0 && is_before (&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
    swap (&heap[i], &heap[(i - 1) / 2]);

  return &heap[i];
}

SimEvent *
sim_world_plan (SimWorld *self, gint64 delay_us, SimEventKind kind, guint member, guint64 session)
{
  SimEvent event = { .at_us = self->now_us + delay_us,
                     .order = self->order++,
                     .kind = kind,
                     .member = member,
                     .session = session };

  g_array_append_val (self->heap, event);

  return sift_up (self, self->heap->len - 1);
}

static void
sift_down (SimEvent *heap, guint n)
{
  guint child;

  for (guint i = 0; (child = 2 * i + 1) < n; i = child)
    {
      if (child + 1 < n && is_before (&heap[child + 1], &heap[child]))
        child++;
      if (!is_before (&heap[child], &heap[i]))
        return;
      swap (&heap[child], &heap[i]);
    }
}

gboolean
sim_world_next (SimWorld *self, SimEvent *event)
{
  SimEvent *heap = (SimEvent *) (void *) self->heap->data;
  guint n = self->heap->len;

  if (n == 0)
    return FALSE;

  *event = heap[0];
  heap[0] = heap[n - 1];
  g_array_set_size (self->heap, n - 1);
  sift_down (heap, n - 1);
  self->now_us = event->at_us;
  self->result->events++;

  return TRUE;
}

static gboolean
is_lossy (const SimWorld *self)
{
  return !self->config->heals || self->now_us < self->config->faults_us;
}

/* What a bad middle box can do: probes pass, so UDP stays chosen, and nothing else does. */
static gboolean
is_swallowed (const SimWorld *self, const GByteArray *bytes)
{
  return self->config->deaf_after_us > 0 && self->now_us >= self->config->deaf_after_us &&
         bytes->data[0] != CHAT_DATA_PROBE && bytes->data[0] != CHAT_DATA_PROBE_ACK;
}

void
sim_world_cut (SimWorld *self, guint member)
{
  self->cut_until_us[member] = self->now_us + sim_world_between (self, 100 * MS, 3000 * MS);
}

static gboolean
is_lost (SimWorld *self, guint member, const GByteArray *bytes)
{
  if (is_swallowed (self, bytes) || self->now_us < self->cut_until_us[member])
    return TRUE;

  return is_lossy (self) && sim_world_chance (self, self->config->loss_permille);
}

static gint64
draw_delay (SimWorld *self)
{
  gint64 delay_us = UDP_DELAY_US + sim_world_between (self, 0, UDP_JITTER_US);

  if (sim_world_chance (self, self->config->reorder_permille))
    delay_us += sim_world_between (self, 0, REORDER_US);

  return delay_us;
}

void
sim_world_send_udp (SimWorld *self,
                    SimEventKind kind,
                    guint member,
                    guint64 session,
                    guint64 counter,
                    const GByteArray *bytes)
{
  guint copies = sim_world_chance (self, self->config->duplicate_permille) ? 2 : 1;

  *(kind == SIM_UDP_UP ? &self->result->udp_up : &self->result->udp_down) += 1;
  if (is_lost (self, member, bytes))
    return;

  for (guint i = 0; i < copies; i++)
    {
      SimEvent *event = sim_world_plan (self, draw_delay (self), kind, member, session);

      event->number = counter;
      event->bytes = g_memdup2 (bytes->data, bytes->len);
      event->len = bytes->len;
    }
}

SimEvent *
sim_world_plan_tcp (SimWorld *self, SimEventKind kind, guint member, guint64 session)
{
  gint64 *newest_us = kind == SIM_TCP_UP || kind == SIM_HELLO ? &self->tcp_up_us[member]
                                                              : &self->tcp_down_us[member];

  *newest_us = MAX (*newest_us, MAX (self->now_us, self->cut_until_us[member]) + TCP_DELAY_US);

  return sim_world_plan (self, *newest_us - self->now_us, kind, member, session);
}

void
sim_world_send_tcp (
    SimWorld *self, SimEventKind kind, guint member, guint64 session, const GByteArray *bytes)
{
  SimEvent *event = sim_world_plan_tcp (self, kind, member, session);

  *(kind == SIM_TCP_UP ? &self->result->tcp_up : &self->result->tcp_down) += 1;
  event->bytes = g_memdup2 (bytes->data, bytes->len);
  event->len = bytes->len;
}

void
sim_world_violation (SimWorld *self, const char *format, ...)
{
  va_list args;

  if (!self->result->ok)
    return;

  self->result->ok = FALSE;
  va_start (args, format);
  g_vsnprintf (self->result->what, sizeof self->result->what, format, args);
  va_end (args);
}

static gsize
draw_size (const SimWorld *self, guint member, guint number)
{
  guint64 hash = (self->config->seed * 31 + member) * 1009 + number;

  hash *= G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  hash ^= hash >> 29;
  if (self->config->burst)
    return 2000 + hash % 2000;
  if (hash % 1000 < self->config->large_permille)
    return 1300 + hash / 1000 % 2500;

  return 16 + hash / 1000 % 100;
}

gsize
sim_world_body (const SimWorld *self, guint member, guint number, guint8 *out)
{
  gsize size = draw_size (self, member, number);

  memset (out, '.', size);
  out[0] = (guint8) ('a' + member);
  out[1] = (guint8) ('0' + number / 64);
  out[2] = (guint8) ('0' + number % 64);

  return size;
}

gboolean
sim_world_parse_body (
    const SimWorld *self, const guint8 *body, gsize len, guint *member, guint *number)
{
  if (len < 3 || body[0] < 'a' || body[0] >= 'a' + SIM_MEMBERS_MAX)
    return FALSE;

  *member = body[0] - 'a';
  *number = (guint) (body[1] - '0') * 64 + (guint) (body[2] - '0');

  return *number < SIM_MESSAGES_MAX && len == draw_size (self, *member, *number);
}
