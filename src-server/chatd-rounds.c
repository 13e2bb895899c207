/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-rounds.h"

#define N_GROUPS 1024

typedef struct _ChatdRoundsGroup
{
  GQueue waiting; /* of marks, linked by themselves */
  GList turn;     /* in one of the queues of groups; its data is the group */
  GQueue *queue;  /* borrowed (nullable): that one */
  gint64 left_us;
} Group;

struct _ChatdRounds
{
  Group groups[N_GROUPS];
  GQueue fresh; /* of groups: they had nothing to do before */
  GQueue old;   /* in turn */
  Group *last;  /* (nullable): of whom was taken last */
  guint n_waiting;
};

static void
move_to (Group *group, GQueue *queue)
{
  if (group->queue != NULL)
    g_queue_unlink (group->queue, &group->turn);
  group->queue = queue;
  if (queue != NULL)
    g_queue_push_tail_link (queue, &group->turn);
}

ChatdRounds *
chatd_rounds_new (void)
{
  ChatdRounds *self = g_new0 (ChatdRounds, 1);

  for (guint i = 0; i < N_GROUPS; i++)
    self->groups[i].turn.data = &self->groups[i];
  return self;
}

void
chatd_rounds_free (ChatdRounds *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->n_waiting == 0);

  g_free (self);
}

gboolean
chatd_rounds_is_empty (const ChatdRounds *self)
{
  return self->n_waiting == 0;
}

void
chatd_rounds_add (ChatdRounds *self, ChatdRoundsMark *mark, gpointer waiter, guint32 group)
{
  g_return_if_fail (waiter != NULL);

  if (chatd_rounds_mark_waits (mark))
    return;

  mark->link.data = waiter;
  mark->group = &self->groups[group % N_GROUPS];
  g_queue_push_tail_link (&mark->group->waiting, &mark->link);
  self->n_waiting++;
  if (mark->group->queue != NULL)
    return;

  mark->group->left_us = CHATD_ROUNDS_QUANTUM_US;
  move_to (mark->group, &self->fresh);
}

void
chatd_rounds_remove (ChatdRounds *self, ChatdRoundsMark *mark)
{
  if (!chatd_rounds_mark_waits (mark))
    return;

  g_queue_unlink (&mark->group->waiting, &mark->link);
  mark->link.data = NULL;
  self->n_waiting--;
}

/* A fresh group goes through the round of the old ones once before it may be fresh again: else it
 * could, a little at a time, have all of the time.
 *
 * Returns: whether it is its turn */
static gboolean
has_turn (ChatdRounds *self, Group *group)
{
  if (group->left_us <= 0)
    {
      group->left_us += CHATD_ROUNDS_QUANTUM_US;
      move_to (group, &self->old);
      return FALSE;
    }
  if (group->waiting.length > 0)
    return TRUE;

  move_to (group, group->queue == &self->fresh ? &self->old : NULL);
  return FALSE;
}

gpointer
chatd_rounds_take (ChatdRounds *self)
{
  Group *group;

  if (self->n_waiting == 0)
    return NULL;

  do
    group = self->fresh.length > 0 ? self->fresh.head->data : self->old.head->data;
  while (!has_turn (self, group));

  ChatdRoundsMark *mark = (ChatdRoundsMark *) group->waiting.head;
  gpointer waiter = mark->link.data;
  chatd_rounds_remove (self, mark);
  self->last = group;
  return waiter;
}

void
chatd_rounds_charge (ChatdRounds *self, gint64 used_us)
{
  if (self->last != NULL)
    self->last->left_us -= used_us;
  self->last = NULL;
}
