/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-fate.h"

/* xorshift64*: the same runs everywhere, and no state but the seed */
static double
throw_dice (LinkDice *dice)
{
  *dice ^= *dice >> 12;
  *dice ^= *dice << 25;
  *dice ^= *dice >> 27;
  return (double) ((*dice * G_GUINT64_CONSTANT (0x2545f4914f6cdd1d)) >> 11) / 9007199254740992.0;
}

static gboolean
happens (LinkDice *dice, double percent)
{
  return percent > 0 && throw_dice (dice) * 100 < percent;
}

/* Returns: whether the packet found a place; @at_us is then moved to when the road has sent it */
static gboolean
wait_for_road (LinkRules *rules, gsize len, gint64 *at_us)
{
  double waiting_bytes;

  if (rules->rate_kbit <= 0)
    return TRUE;

  rules->free_us = MAX (rules->free_us, *at_us);
  waiting_bytes = (double) (rules->free_us - *at_us) * rules->rate_kbit / 8000;
  if (rules->queue_bytes > 0 && waiting_bytes > rules->queue_bytes)
    return FALSE;

  rules->free_us += (gint64) ((double) len * 8000 / rules->rate_kbit);
  *at_us = rules->free_us;
  return TRUE;
}

static gint64
delay_us (const LinkRules *rules, LinkDice *dice)
{
  double delay_ms = rules->delay_ms;

  if (rules->jitter_ms > 0)
    delay_ms += rules->jitter_ms * (2 * throw_dice (dice) - 1);
  return (gint64) (MAX (delay_ms, 0) * 1000);
}

LinkFate
link_fate_throw (LinkRules *rules, LinkCounts *counts, LinkDice *dice, gsize len, gint64 now_us)
{
  LinkFate fate = { .copies = 1 };

  counts->packets++;
  counts->bytes += len;
  if (happens (dice, rules->loss) || !wait_for_road (rules, len, &now_us))
    {
      counts->lost++;
      return (LinkFate){ .copies = 0 };
    }

  if (happens (dice, rules->duplicate))
    fate.copies = 2;
  counts->duplicated += fate.copies - 1;
  for (guint i = 0; i < fate.copies; i++)
    {
      gboolean early = happens (dice, rules->reorder);

      counts->reordered += early;
      fate.due_us[i] = now_us + (early ? 0 : delay_us (rules, dice));
    }

  return fate;
}
