/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-replay-window.h"

#include <string.h>

#define WORDS (CHAT_REPLAY_WINDOW_SIZE / 64 + 1)
#define LOSS_SPAN 256 /* counters */
#define LOSS_MARGIN 8 /* counters that may still be under way */
#define LOSS_AT_LEAST 16
#define HALF_RANGE (G_GUINT64_CONSTANT (1) << 31)
#define RANGE (G_GUINT64_CONSTANT (1) << 32)

void
chat_replay_window_init (ChatReplayWindow *self)
{
  memset (self, 0, sizeof *self);
}

static gboolean
is_seen (const ChatReplayWindow *self, guint64 counter)
{
  return (self->seen[counter / 64 % WORDS] >> (counter % 64)) & 1;
}

ChatReplayVerdict
chat_replay_window_check (const ChatReplayWindow *self, guint64 counter)
{
  if (counter == 0)
    return CHAT_REPLAY_TOO_OLD;
  if (counter > self->top)
    return CHAT_REPLAY_FRESH;
  if (self->top - counter >= CHAT_REPLAY_WINDOW_SIZE)
    return CHAT_REPLAY_TOO_OLD;

  return is_seen (self, counter) ? CHAT_REPLAY_REPEATED : CHAT_REPLAY_FRESH;
}

/* The words between the old and the new top still hold bits from a turn of the ring ago. */
static void
clear_words_up_to (ChatReplayWindow *self, guint64 counter)
{
  guint64 words = MIN (counter / 64 - self->top / 64, WORDS);

  for (guint64 i = 1; i <= words; i++)
    self->seen[(self->top / 64 + i) % WORDS] = 0;
}

gboolean
chat_replay_window_accept (ChatReplayWindow *self, guint64 counter)
{
  gboolean newest = counter > self->top;

  g_return_val_if_fail (chat_replay_window_check (self, counter) == CHAT_REPLAY_FRESH, FALSE);

  if (newest)
    {
      clear_words_up_to (self, counter);
      self->top = counter;
    }
  self->seen[counter / 64 % WORDS] |= G_GUINT64_CONSTANT (1) << (counter % 64);

  return newest;
}

guint64
chat_replay_window_expand (const ChatReplayWindow *self, guint32 low)
{
  guint64 expected = self->top + 1;
  guint64 candidate = (expected & ~(RANGE - 1)) | low;

  if (candidate + HALF_RANGE <= expected && candidate < G_MAXUINT64 - RANGE)
    return candidate + RANGE;
  if (candidate > expected + HALF_RANGE && candidate >= RANGE)
    return candidate - RANGE;

  return candidate;
}

guint
chat_replay_window_loss_permille (const ChatReplayWindow *self)
{
  guint64 judged, lost = 0;

  if (self->top < LOSS_MARGIN + LOSS_AT_LEAST)
    return 0;

  judged = MIN (self->top - LOSS_MARGIN, LOSS_SPAN);
  for (guint64 i = 0; i < judged; i++)
    lost += !is_seen (self, self->top - LOSS_MARGIN - i);

  return (guint) (lost * 1000 / judged);
}
