/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry.h"

#include <glib.h>

G_BEGIN_DECLS

/* The cursor rule: which entry of a room may be shown next. Knows the last contiguous id and holds
 * entries that came too early; not the log, which is its owner's. Pure. docs/protocol-delivery.md,
 * "The chain". */

#define CHAT_CHAIN_HOLD_MAX 512            /* entries held */
#define CHAT_CHAIN_HOLD_BYTES (256 * 1024) /* and their bodies */

typedef enum
{
  CHAT_CHAIN_DUPLICATE, /* id <= last: drop it */
  CHAT_CHAIN_SHOW,      /* prev == last */
  CHAT_CHAIN_GAP,       /* prev > last: hold it, ask for what is missing */
  CHAT_CHAIN_FORK,      /* prev < last < id: the server never kept what follows prev here */
} ChatChainVerdict;

typedef struct _ChatChain ChatChain;

/**
 * chat_chain_new:
 * @last: the last contiguous id of the local log, 0 if it is empty
 *
 * Returns: (transfer full)
 */
ChatChain *chat_chain_new (guint64 last);
void chat_chain_free (ChatChain *self);

guint64 chat_chain_get_last (const ChatChain *self);

ChatChainVerdict chat_chain_judge (const ChatChain *self, guint64 id, guint64 prev);

/**
 * chat_chain_move_to:
 * @last: what the local log ends with now: an entry just shown, what a fork left, or a floor.
 *   Nothing held is dropped by it.
 */
void chat_chain_move_to (ChatChain *self, guint64 last);

/**
 * chat_chain_hold:
 * @entry: judged a gap; copied. Where there is no room, the entry with the greatest id is let go:
 *   a PAGE brings it back.
 */
void chat_chain_hold (ChatChain *self, const ChatEntry *entry);

/**
 * chat_chain_next_held:
 * @entry: (out caller-allocates): its body borrows until the next call on @self; set only on %TRUE
 *
 * Drops what is held in vain by now.
 *
 * Returns: whether a held entry follows the last one: show it, then chat_chain_move_to() its id
 */
gboolean chat_chain_next_held (ChatChain *self, ChatEntry *entry);

/**
 * chat_chain_first_missing:
 *
 * Returns: the greatest id known to be missing before the first held entry; 0 if nothing is held
 */
guint64 chat_chain_first_missing (const ChatChain *self);

/* Forgets what is held: another session will send it again. */
void chat_chain_clear_held (ChatChain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatChain, chat_chain_free)

G_END_DECLS
