/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-turns.h"

#include "chatd-timer.h"

struct _ChatdTurns
{
  ChatdTimer *timer; /* owned */
  ChatdTurnsRules rules;
  guint n_served; /* whose turn it is among those that are mixed */

  /* of borrowed ChatdTurn, the oldest at the head */
  GQueue waiting;
  GQueue begun; /* mixed only, as the next one */
  GQueue late;  /* their patience is over */
};

static guint
count_waiting (const ChatdTurns *self)
{
  return self->waiting.length + self->begun.length + self->late.length;
}

/* --- who is next ------------------------------------------------------------------------------ */

static void
put (ChatdTurn *turn, GQueue *queue)
{
  turn->queue = queue;
  g_queue_push_tail_link (queue, &turn->node);
}

static void
part_late (ChatdTurns *self, gint64 now_us)
{
  ChatdTurn *oldest;

  while ((oldest = g_queue_peek_head (&self->waiting)) != NULL &&
         now_us - oldest->since_us >= self->rules.patience_us)
    {
      g_queue_unlink (&self->waiting, &oldest->node);
      put (oldest, &self->late);
    }
}

/* Returns: (nullable) */
static ChatdTurn *
pick_by_turns (ChatdTurns *self)
{
  const guint place = self->n_served++ % 4;

  if (self->begun.length > 0 && (place % 2 == 0 || self->waiting.length == 0))
    return g_queue_peek_head (&self->begun);
  if (self->waiting.length == 0)
    return g_queue_peek_tail (&self->late);
  return place < 2 ? g_queue_peek_tail (&self->waiting) : g_queue_peek_head (&self->waiting);
}

static ChatdTurn *
pick (ChatdTurns *self, gint64 now_us)
{
  if (self->rules.order == CHATD_TURNS_IN_ORDER)
    return g_queue_peek_head (&self->waiting);

  part_late (self, now_us);
  return pick_by_turns (self);
}

/* --- turns ------------------------------------------------------------------------------------ */

/* No more than waited before: who is served may come to wait again at once. */
static void
on_timer (gpointer data)
{
  ChatdTurns *self = data;
  const gint64 start_us = g_get_monotonic_time ();
  gint64 now_us = start_us;
  guint n = count_waiting (self);

  do
    {
      ChatdTurn *turn = pick (self, now_us);

      if (turn == NULL)
        break;
      chatd_turn_cancel (turn);
      turn->func (turn->data);
      now_us = g_get_monotonic_time ();
    }
  while (--n > 0 && now_us - start_us < self->rules.budget_us);
  if (count_waiting (self) > 0)
    chatd_timer_set (self->timer, 0);
}

ChatdTurns *
chatd_turns_new (const ChatdTurnsRules *rules)
{
  g_return_val_if_fail (rules != NULL, NULL);

  ChatdTurns *self = g_new0 (ChatdTurns, 1);
  self->timer = chatd_timer_new (on_timer, self);
  self->rules = *rules;
  return self;
}

void
chatd_turns_free (ChatdTurns *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (count_waiting (self) == 0);

  chatd_timer_free (self->timer);
  g_free (self);
}

void
chatd_turns_add (ChatdTurns *self, ChatdTurn *turn)
{
  const gboolean is_mixed = self->rules.order == CHATD_TURNS_MIXED;

  g_return_if_fail (turn->func != NULL);

  if (turn->turns != NULL)
    return;

  turn->turns = self;
  turn->node.data = turn;
  turn->since_us = is_mixed ? g_get_monotonic_time () : 0;
  put (turn, is_mixed && turn->is_begun ? &self->begun : &self->waiting);
  chatd_timer_set (self->timer, 0);
}

void
chatd_turn_cancel (ChatdTurn *turn)
{
  if (turn->turns == NULL)
    return;

  g_queue_unlink (turn->queue, &turn->node);
  turn->turns = NULL;
}
