/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-deadlines.h"

/* When stands here too: to look at thousands of alarms themselves costs a miss of the cache each.
 */
typedef struct
{
  gint64 placed_us;        /* not later than what is wanted */
  ChatdDeadline *deadline; /* borrowed */
} Slot;

struct _ChatdDeadlines
{
  GArray *heap; /* owned, of Slot; place p is at p - 1 */
};

ChatdDeadlines *
chatd_deadlines_new (void)
{
  ChatdDeadlines *self = g_new0 (ChatdDeadlines, 1);

  self->heap = g_array_new (FALSE, FALSE, sizeof (Slot));
  return self;
}

void
chatd_deadlines_free (ChatdDeadlines *self)
{
  g_return_if_fail (self != NULL);
  g_warn_if_fail (self->heap->len == 0);

  g_array_unref (self->heap);
  g_free (self);
}

static Slot *
at (ChatdDeadlines *self, guint place)
{
  return &g_array_index (self->heap, Slot, place - 1);
}

static void
put (ChatdDeadlines *self, guint place, Slot slot)
{
  *at (self, place) = slot;
  slot.deadline->place = place;
}

/* Returns: whether it moved from @place */
static gboolean
rise (ChatdDeadlines *self, guint place, Slot slot)
{
  const guint from = place;

  for (; place > 1 && at (self, place / 2)->placed_us > slot.placed_us; place /= 2)
    put (self, place, *at (self, place / 2));
  put (self, place, slot);
  return place != from;
}

static guint
earlier_child (ChatdDeadlines *self, guint place)
{
  const guint left = 2 * place;

  return left < self->heap->len && at (self, left + 1)->placed_us < at (self, left)->placed_us
             ? left + 1
             : left;
}

static void
sink (ChatdDeadlines *self, guint place, Slot slot)
{
  while (2 * place <= self->heap->len)
    {
      const guint child = earlier_child (self, place);

      if (at (self, child)->placed_us >= slot.placed_us)
        break;
      put (self, place, *at (self, child));
      place = child;
    }
  put (self, place, slot);
}

static void
take_out (ChatdDeadlines *self, ChatdDeadline *deadline)
{
  const guint place = deadline->place;
  const Slot last = *at (self, self->heap->len);

  deadline->place = 0;
  g_array_set_size (self->heap, self->heap->len - 1);
  if (last.deadline != deadline && !rise (self, place, last))
    sink (self, place, last);
}

void
chatd_deadlines_remove (ChatdDeadlines *self, ChatdDeadline *deadline)
{
  if (deadline->place != 0)
    take_out (self, deadline);
}

void
chatd_deadlines_set (ChatdDeadlines *self, ChatdDeadline *deadline, gint64 due_us)
{
  const Slot slot = { .placed_us = due_us, .deadline = deadline };

  deadline->due_us = due_us;
  if (deadline->place == 0 ? due_us == G_MAXINT64 : at (self, deadline->place)->placed_us <= due_us)
    return;

  if (deadline->place == 0)
    {
      g_array_append_val (self->heap, slot);
      deadline->place = self->heap->len;
    }
  rise (self, deadline->place, slot);
}

/* Those that were put off move to where they belong. */
ChatdDeadline *
chatd_deadlines_peek (ChatdDeadlines *self)
{
  while (self->heap->len > 0)
    {
      const Slot first = *at (self, 1);
      const gint64 due_us = first.deadline->due_us;

      if (first.placed_us == due_us)
        return first.deadline;
      if (due_us == G_MAXINT64)
        take_out (self, first.deadline);
      else
        sink (self, 1, (Slot){ .placed_us = due_us, .deadline = first.deadline });
    }
  return NULL;
}

gint64
chatd_deadlines_get_earliest (ChatdDeadlines *self)
{
  const ChatdDeadline *first = chatd_deadlines_peek (self);

  return first != NULL ? first->due_us : G_MAXINT64;
}
