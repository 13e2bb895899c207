/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-histogram.h"

#include <glib.h>

G_BEGIN_DECLS

/* Messages under way, by number; what became of them. */

typedef struct
{
  guint32 number; /* 0: none */
  guint32 sender;
  guint left; /* deliveries that have not arrived */
  gboolean counts;
  guint64 due_ns;
} BenchMessage;

typedef struct
{
  BenchMessage *ring; /* owned */
  guint32 next_number, oldest_number;
  gboolean measuring;
  guint64 n_sent, n_delivered, n_lost, n_late;
  BenchHistogram latencies;
} BenchMessages;

void bench_messages_init (BenchMessages *self);
void bench_messages_clear (BenchMessages *self);

/**
 * bench_messages_write:
 * @deliveries: how often it is to arrive
 * @due_ns: when it should be sent: latencies count from then on
 * @text: its first %BENCH_TEXT_MIN bytes are written
 */
void bench_messages_write (
    BenchMessages *self, guint32 sender, guint deliveries, guint64 due_ns, char *text);

/**
 * bench_messages_read:
 * @sender: (out): set only on %TRUE
 *
 * Returns: whether all deliveries of that message have arrived now
 */
gboolean bench_messages_read (
    BenchMessages *self, const char *text, gsize len, guint64 now_ns, guint32 *sender);

/**
 * bench_messages_give_up:
 * @before_ns: older ones are lost
 * @sender: (out): set only on %TRUE
 *
 * Returns: whether there was one; call it again
 */
gboolean bench_messages_give_up (BenchMessages *self, guint64 before_ns, guint32 *sender);

/* Returns: whether all deliveries of all messages have arrived, or were given up */
gboolean bench_messages_are_done (BenchMessages *self);

G_END_DECLS
