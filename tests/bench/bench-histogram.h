/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Latencies in buckets that are at most 1/64 of their value wide. */

#define BENCH_HISTOGRAM_BUCKETS (64 * 64)

typedef struct
{
  guint64 counts[BENCH_HISTOGRAM_BUCKETS];
  guint64 total;
  guint64 max_ns;
} BenchHistogram;

void bench_histogram_add (BenchHistogram *self, guint64 value_ns);

/**
 * bench_histogram_percentile:
 * @fraction: 0.5 for the median
 *
 * Returns: in ns, rounded down to its bucket; 0 where nothing was added
 */
guint64 bench_histogram_percentile (const BenchHistogram *self, double fraction);

G_END_DECLS
