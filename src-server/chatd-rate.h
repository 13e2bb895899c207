/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A token bucket in eight bytes: not how full it is, but when it will be full again. Pure: time is
 * a parameter. A zeroed bucket is full. */

typedef struct
{
  gint64 full_at_us; /* monotonic; in the past: full */
} ChatdRate;

typedef struct
{
  gint64 interval_us; /* one token comes each */
  guint burst;        /* tokens in a full bucket, at least 1 */
} ChatdRateLimit;

/* @events in @window_s on average, at most @burst at once */
ChatdRateLimit chatd_rate_limit (guint events, guint window_s, guint burst);

/* Takes a token. Returns: %FALSE where there is none; nothing is taken then */
gboolean chatd_rate_take (ChatdRate *rate, const ChatdRateLimit *limit, gint64 now_us);

/* Whether it is as good as a new one, so that it need not be remembered */
gboolean chatd_rate_is_full (const ChatdRate *rate, gint64 now_us);

G_END_DECLS
