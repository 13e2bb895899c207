/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What becomes of a packet on a bad road: lost, doubled, late, early. Pure: the dice are seeded,
 * the time is a parameter. What netem does, for kernels without it. */

typedef struct
{
  double loss;      /* percent */
  double duplicate; /* percent */
  double reorder;   /* percent: these do not wait for the delay, and so overtake others */
  double delay_ms;
  double jitter_ms;   /* up to so much more or less than the delay */
  double rate_kbit;   /* a second; 0: any */
  double queue_bytes; /* what waits for the rate; beyond, packets are lost. 0: any */
  gint64 free_us;     /* when the road has sent all that waits for the rate */
} LinkRules;

typedef struct
{
  guint64 packets, lost, duplicated, reordered, bytes;
} LinkCounts;

typedef struct
{
  guint copies;     /* 0 to 2 */
  gint64 due_us[2]; /* when each arrives */
} LinkFate;

typedef guint64 LinkDice; /* any number but 0 */

LinkFate
link_fate_throw (LinkRules *rules, LinkCounts *counts, LinkDice *dice, gsize len, gint64 now_us);

G_END_DECLS
