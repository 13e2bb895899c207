/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-chain.h"

#include "chat-delivery-rules.h"

#include <string.h>

/* An entry and, behind it, its body. */
typedef struct
{
  ChatEntry entry;
  guint8 body[];
} Held;

struct _ChatChain
{
  guint64 last;
  /* owned */
  GPtrArray *held; /* Held, by id */
  gsize held_bytes;
  Held *lent; /* what chat_chain_next_held() gave out */
};

ChatChain *
chat_chain_new (guint64 last)
{
  ChatChain *self = g_new0 (ChatChain, 1);

  self->last = last;
  self->held = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
chat_chain_free (ChatChain *self)
{
  g_ptr_array_unref (self->held);
  g_free (self->lent);
  g_free (self);
}

guint64
chat_chain_get_last (const ChatChain *self)
{
  return self->last;
}

ChatChainVerdict
chat_chain_judge (const ChatChain *self, guint64 id, guint64 prev)
{
  if (id <= self->last)
    return CHAT_CHAIN_DUPLICATE;
  if (prev == self->last || !CHAT_RULE (CHAIN))
    return CHAT_CHAIN_SHOW;
  if (prev < self->last)
    return CHAT_RULE (FORK) ? CHAT_CHAIN_FORK : CHAT_CHAIN_SHOW;

  return CHAT_CHAIN_GAP;
}

void
chat_chain_move_to (ChatChain *self, guint64 last)
{
  self->last = last;
}

static Held *
copy_entry (const ChatEntry *entry)
{
  Held *held = g_malloc (sizeof *held + entry->body_len);

  held->entry = *entry;
  held->entry.body = held->body;
  if (entry->body_len > 0)
    memcpy (held->body, entry->body, entry->body_len);

  return held;
}

static const ChatEntry *
peek (const ChatChain *self, guint i)
{
  return &((const Held *) g_ptr_array_index (self->held, i))->entry;
}

/* Mostly the newest comes last. Returns: where the first held id >= @id stands */
static guint
find_place (const ChatChain *self, guint64 id)
{
  guint i = self->held->len;

  while (i > 0 && peek (self, i - 1)->id >= id)
    i--;

  return i;
}

static void
drop (ChatChain *self, guint i)
{
  self->held_bytes -= peek (self, i)->body_len;
  g_ptr_array_remove_index (self->held, i);
}

void
chat_chain_hold (ChatChain *self, const ChatEntry *entry)
{
  guint place = find_place (self, entry->id);

  if (place < self->held->len && peek (self, place)->id == entry->id)
    return;

  g_ptr_array_insert (self->held, (int) place, copy_entry (entry));
  self->held_bytes += entry->body_len;
  while (self->held->len > CHAT_CHAIN_HOLD_MAX || self->held_bytes > CHAT_CHAIN_HOLD_BYTES)
    drop (self, self->held->len - 1);
}

static void
drop_stale (ChatChain *self)
{
  while (self->held->len > 0 &&
         (peek (self, 0)->id <= self->last || peek (self, 0)->prev < self->last))
    drop (self, 0);
}

gboolean
chat_chain_next_held (ChatChain *self, ChatEntry *entry)
{
  drop_stale (self);
  if (self->held->len == 0 || peek (self, 0)->prev != self->last)
    return FALSE;

  g_free (self->lent);
  self->held_bytes -= peek (self, 0)->body_len;
  self->lent = g_ptr_array_steal_index (self->held, 0);
  *entry = self->lent->entry;

  return TRUE;
}

guint64
chat_chain_first_missing (const ChatChain *self)
{
  return self->held->len > 0 ? peek (self, 0)->prev : 0;
}

void
chat_chain_clear_held (ChatChain *self)
{
  g_ptr_array_set_size (self->held, 0);
  self->held_bytes = 0;
}
