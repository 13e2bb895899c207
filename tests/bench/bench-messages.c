/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-messages.h"

#include "bench-load.h"

#define RING_SIZE (1u << 18)

void
bench_messages_init (BenchMessages *self)
{
  *self = (BenchMessages){ .next_number = 1, .oldest_number = 1 };
  self->ring = g_new0 (BenchMessage, RING_SIZE);
}

void
bench_messages_clear (BenchMessages *self)
{
  g_clear_pointer (&self->ring, g_free);
}

static BenchMessage *
slot (BenchMessages *self, guint32 number)
{
  return &self->ring[number % RING_SIZE];
}

static void
put_hex (char *out, guint64 value, guint digits)
{
  while (digits-- > 0)
    {
      out[digits] = "0123456789abcdef"[value & 15];
      value >>= 4;
    }
}

static gboolean
take_hex (const char *text, guint digits, guint64 *value)
{
  guint64 number = 0;

  for (guint i = 0; i < digits; i++)
    {
      guint digit = (guint8) text[i] - (guint) '0';

      if (digit > 9)
        digit = (guint8) text[i] - (guint) 'a' + 10;
      if (digit > 15)
        return FALSE;
      number = number << 4 | digit;
    }
  *value = number;
  return TRUE;
}

static void
lose (BenchMessages *self, BenchMessage *message)
{
  if (message->counts)
    self->n_lost += message->left;
  message->left = 0;
}

void
bench_messages_write (
    BenchMessages *self, guint32 sender, guint deliveries, guint64 due_ns, char *text)
{
  const guint32 number = self->next_number++;
  BenchMessage *message = slot (self, number);

  if (message->left > 0)
    lose (self, message);
  *message = (BenchMessage){ number, sender, deliveries, self->measuring, due_ns };
  self->n_sent += self->measuring;
  text[0] = '@';
  put_hex (text + 1, due_ns, 16);
  put_hex (text + 17, number, 8);
}

gboolean
bench_messages_read (
    BenchMessages *self, const char *text, gsize len, guint64 now_ns, guint32 *sender)
{
  guint64 due_ns, number;
  BenchMessage *message;

  if (len < BENCH_TEXT_MIN || text[0] != '@' || !take_hex (text + 1, 16, &due_ns) ||
      !take_hex (text + 17, 8, &number))
    return FALSE;
  message = slot (self, (guint32) number);
  if (message->number != number || message->left == 0)
    {
      self->n_late++;
      return FALSE;
    }
  if (self->measuring)
    {
      self->n_delivered++;
      bench_histogram_add (&self->latencies, now_ns > due_ns ? now_ns - due_ns : 0);
    }
  *sender = message->sender;
  return --message->left == 0;
}

gboolean
bench_messages_give_up (BenchMessages *self, guint64 before_ns, guint32 *sender)
{
  for (; self->oldest_number != self->next_number; self->oldest_number++)
    {
      BenchMessage *message = slot (self, self->oldest_number);

      if (message->number != self->oldest_number || message->left == 0)
        continue;
      if (message->due_ns >= before_ns)
        return FALSE;
      lose (self, message);
      *sender = message->sender;
      return TRUE;
    }
  return FALSE;
}

gboolean
bench_messages_are_done (BenchMessages *self)
{
  while (self->oldest_number != self->next_number && slot (self, self->oldest_number)->left == 0)
    self->oldest_number++;
  return self->oldest_number == self->next_number;
}
