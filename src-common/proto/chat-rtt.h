/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long a peer takes to answer: smoothed time and its variation as in RFC 6298, and what follows
 * for a retransmission. Pure. docs/protocol-delivery.md, "Timers". All times in µs. */

#define CHAT_RTT_INITIAL_US 100000 /* assumed before the first sample */
/* Over the SRTT, however steady the answers come: a peer's turn of the loop and its commit scatter.
 */
#define CHAT_RTT_MARGIN_MIN_US 10000
#define CHAT_RTT_TIMEOUT_MIN_US 30000 /* below, a busy server's commit would look like a loss */
#define CHAT_RTT_TIMEOUT_MAX_US 3000000

typedef struct
{
  gint64 srtt_us;
  gint64 var_us;
  gboolean sampled;
  guint unclear; /* answers in a row that gave no sample */
} ChatRtt;

void chat_rtt_init (ChatRtt *self);

/**
 * chat_rtt_sample:
 * @sample_us: from the only sending of a request to its answer. A request that was sent twice gives
 *   no sample: nobody knows which sending was answered. Negative values count as 0.
 */
void chat_rtt_sample (ChatRtt *self, gint64 sample_us);

/* Such a request was answered. Where that goes on the timeout is too short, and would stay so,
 * since only what comes before it gives samples: from the second in a row on it grows with each,
 * until there is a sample again (Karn's algorithm). */
void chat_rtt_note_unclear (ChatRtt *self);

/**
 * chat_rtt_timeout_us:
 * @tries: how often the request was sent, from 1
 *
 * Returns: how long to wait before sending again: SRTT + 2 · variation, × 1.3 for each try after
 *   the first, never under 30 ms, never over 3 s
 */
gint64 chat_rtt_timeout_us (const ChatRtt *self, guint tries);

G_END_DECLS
