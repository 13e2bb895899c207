/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-turns.h"

#include "chatd-timer.h"

struct _ChatdTurns
{
  ChatdTimer *timer; /* owned */
  GQueue waiting;    /* of borrowed ChatdTurn */
  guint max;
  ChatdTurnsOrder order;
};

static void
on_timer (gpointer data)
{
  ChatdTurns *self = data;
  ChatdTurn *turn;

  /* No more than waited before: who is served may come to wait again at once. */
  for (guint n = MIN (self->max, self->waiting.length); n > 0; n--)
    {
      turn = g_queue_peek_head (&self->waiting);
      if (turn == NULL)
        break;
      chatd_turn_cancel (turn);
      turn->func (turn->data);
    }
  if (self->waiting.length > 0)
    chatd_timer_set (self->timer, 0);
}

ChatdTurns *
chatd_turns_new (guint max, ChatdTurnsOrder order)
{
  g_return_val_if_fail (max > 0, NULL);

  ChatdTurns *self = g_new0 (ChatdTurns, 1);
  self->timer = chatd_timer_new (on_timer, self);
  self->max = max;
  self->order = order;
  return self;
}

void
chatd_turns_free (ChatdTurns *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->waiting.length == 0);

  chatd_timer_free (self->timer);
  g_free (self);
}

void
chatd_turns_add (ChatdTurns *self, ChatdTurn *turn)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (turn->func != NULL);

  if (turn->turns != NULL)
    return;

  turn->turns = self;
  turn->node.data = turn;
  if (self->order == CHATD_TURNS_NEWEST_FIRST)
    g_queue_push_head_link (&self->waiting, &turn->node);
  else
    g_queue_push_tail_link (&self->waiting, &turn->node);
  chatd_timer_set (self->timer, 0);
}

void
chatd_turn_cancel (ChatdTurn *turn)
{
  if (turn->turns == NULL)
    return;

  g_queue_unlink (&turn->turns->waiting, &turn->node);
  turn->turns = NULL;
}
