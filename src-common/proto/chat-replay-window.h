/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which packet counters were already seen: a ring of bits behind the newest one (RFC 6479). Pure.
 * docs/protocol-delivery.md, "Replay". The caller asks before it authenticates a packet, and tells
 * only after it did: a forged packet must not move the window. */

#define CHAT_REPLAY_WINDOW_SIZE 2048 /* counters behind the newest that may still come */

typedef struct
{
  guint64 top;                                    /* newest counter accepted, 0 before the first */
  guint64 seen[CHAT_REPLAY_WINDOW_SIZE / 64 + 1]; /* one spare word: the newest may be half used */
} ChatReplayWindow;

typedef enum
{
  CHAT_REPLAY_FRESH,    /* not seen yet: authenticate it */
  CHAT_REPLAY_TOO_OLD,  /* fell out of the window, or is 0, which nobody sends: drop it */
  CHAT_REPLAY_REPEATED, /* seen before: drop it */
} ChatReplayVerdict;

void chat_replay_window_init (ChatReplayWindow *self);

ChatReplayVerdict chat_replay_window_check (const ChatReplayWindow *self, guint64 counter);

/**
 * chat_replay_window_accept:
 * @counter: of an authenticated packet that chat_replay_window_check() called fresh
 *
 * Returns: whether it is the newest so far; only then may a peer's address move
 */
gboolean chat_replay_window_accept (ChatReplayWindow *self, guint64 counter);

/**
 * chat_replay_window_expand:
 * @low: the 32 bits that a packet carries
 *
 * Returns: the counter with these low bits that is nearest to the one expected next (RFC 9000, A.3)
 */
guint64 chat_replay_window_expand (const ChatReplayWindow *self, guint32 low);

/**
 * chat_replay_window_loss_permille:
 *
 * Of the up to 256 counters before the newest 8 (which may still be under way), how many of a
 * thousand never came. 0 while fewer than 16 can be judged.
 */
guint chat_replay_window_loss_permille (const ChatReplayWindow *self);

G_END_DECLS
