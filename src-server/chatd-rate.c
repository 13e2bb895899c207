/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-rate.h"

ChatdRateLimit
chatd_rate_limit (guint events, guint window_s, guint burst)
{
  g_return_val_if_fail (events > 0 && burst > 0, (ChatdRateLimit){ .burst = 1 });

  const gint64 interval_us = window_s * G_TIME_SPAN_SECOND / events;
  return (ChatdRateLimit){ .interval_us = MAX (interval_us, 1), .burst = burst };
}

gboolean
chatd_rate_take (ChatdRate *rate, const ChatdRateLimit *limit, gint64 now_us)
{
  const gint64 full_at_us = MAX (rate->full_at_us, now_us) + limit->interval_us;

  if (full_at_us - now_us > limit->interval_us * limit->burst)
    return FALSE;

  rate->full_at_us = full_at_us;
  return TRUE;
}

gboolean
chatd_rate_is_full (const ChatdRate *rate, gint64 now_us)
{
  return rate->full_at_us <= now_us;
}
