/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-histogram.h"

#define SUB_BITS 6
#define SUB_BUCKETS (1 << SUB_BITS)

static guint
bucket_of (guint64 value)
{
  guint exponent;

  if (value < SUB_BUCKETS)
    return (guint) value;
  exponent = 63 - (guint) __builtin_clzll (value);
  return (exponent - SUB_BITS + 1) * SUB_BUCKETS +
         (guint) ((value >> (exponent - SUB_BITS)) & (SUB_BUCKETS - 1));
}

static guint64
value_of (guint bucket)
{
  guint exponent;

  if (bucket < SUB_BUCKETS)
    return bucket;
  exponent = bucket / SUB_BUCKETS + SUB_BITS - 1;
  return (1ull << exponent) + ((guint64) (bucket & (SUB_BUCKETS - 1)) << (exponent - SUB_BITS));
}

void
bench_histogram_add (BenchHistogram *self, guint64 value_ns)
{
  self->counts[bucket_of (value_ns)]++;
  self->total++;
  self->max_ns = MAX (self->max_ns, value_ns);
}

guint64
bench_histogram_percentile (const BenchHistogram *self, double fraction)
{
  guint64 seen = 0;

  for (guint i = 0; i < BENCH_HISTOGRAM_BUCKETS && self->total > 0; i++)
    {
      seen += self->counts[i];
      if ((double) seen >= fraction * (double) self->total)
        return value_of (i);
    }
  return 0;
}
