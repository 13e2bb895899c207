/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-rtt.h"

void
chat_rtt_init (ChatRtt *self)
{
  *self = (ChatRtt){ .srtt_us = CHAT_RTT_INITIAL_US, .var_us = CHAT_RTT_INITIAL_US / 2 };
}

static void
take_first_sample (ChatRtt *self, gint64 sample_us)
{
  self->srtt_us = sample_us;
  self->var_us = sample_us / 2;
  self->sampled = TRUE;
}

void
chat_rtt_sample (ChatRtt *self, gint64 sample_us)
{
  gint64 sample = MAX (sample_us, 0);

  self->unclear = 0;
  if (!self->sampled)
    {
      take_first_sample (self, sample);
      return;
    }

  self->var_us += (ABS (self->srtt_us - sample) - self->var_us) / 4;
  self->srtt_us += (sample - self->srtt_us) / 8;
}

void
chat_rtt_note_unclear (ChatRtt *self)
{
  self->unclear++;
}

gint64
chat_rtt_timeout_us (const ChatRtt *self, guint tries)
{
  gint64 margin_us = MAX (2 * self->var_us, CHAT_RTT_MARGIN_MIN_US);
  gint64 timeout_us = MAX (self->srtt_us + margin_us, CHAT_RTT_TIMEOUT_MIN_US);

  tries = MIN (tries, G_MAXUINT / 2) + MIN (MAX (self->unclear, 1) - 1, G_MAXUINT / 2);
  for (guint i = 1; i < tries && timeout_us < CHAT_RTT_TIMEOUT_MAX_US; i++)
    timeout_us = timeout_us * 13 / 10;

  return MIN (timeout_us, CHAT_RTT_TIMEOUT_MAX_US);
}
