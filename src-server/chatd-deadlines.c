/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-deadlines.h"

struct _ChatdDeadlines
{
  GPtrArray *heap; /* owned, of borrowed ChatdDeadline; place p is at p - 1 */
};

ChatdDeadlines *
chatd_deadlines_new (void)
{
  ChatdDeadlines *self = g_new0 (ChatdDeadlines, 1);

  self->heap = g_ptr_array_new ();
  return self;
}

void
chatd_deadlines_free (ChatdDeadlines *self)
{
  g_return_if_fail (self != NULL);
  g_warn_if_fail (self->heap->len == 0);

  g_ptr_array_unref (self->heap);
  g_free (self);
}

static ChatdDeadline *
at (ChatdDeadlines *self, guint place)
{
  return g_ptr_array_index (self->heap, place - 1);
}

static void
put (ChatdDeadlines *self, guint place, ChatdDeadline *deadline)
{
  g_ptr_array_index (self->heap, place - 1) = deadline;
  deadline->place = place;
}

/* Returns: whether it moved */
static gboolean
rise (ChatdDeadlines *self, ChatdDeadline *deadline)
{
  const guint from = deadline->place;
  guint place = from;

  for (; place > 1 && at (self, place / 2)->placed_us > deadline->placed_us; place /= 2)
    put (self, place, at (self, place / 2));
  put (self, place, deadline);
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
sink (ChatdDeadlines *self, ChatdDeadline *deadline)
{
  guint place = deadline->place;

  while (2 * place <= self->heap->len)
    {
      const guint child = earlier_child (self, place);

      if (at (self, child)->placed_us >= deadline->placed_us)
        break;
      put (self, place, at (self, child));
      place = child;
    }
  put (self, place, deadline);
}

static void
settle (ChatdDeadlines *self, ChatdDeadline *deadline)
{
  if (!rise (self, deadline))
    sink (self, deadline);
}

static void
take_out (ChatdDeadlines *self, ChatdDeadline *deadline)
{
  const guint place = deadline->place;
  ChatdDeadline *last = at (self, self->heap->len);

  deadline->place = 0;
  g_ptr_array_set_size (self->heap, (gint) self->heap->len - 1);
  if (last == deadline)
    return;

  put (self, place, last);
  settle (self, last);
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
  deadline->due_us = due_us;
  if (deadline->place != 0 && deadline->placed_us <= due_us)
    return;
  if (deadline->place == 0 && due_us == G_MAXINT64)
    return;

  deadline->placed_us = due_us;
  if (deadline->place == 0)
    {
      g_ptr_array_add (self->heap, deadline);
      deadline->place = self->heap->len;
    }
  rise (self, deadline);
}

/* Those that were put off move to where they belong. */
ChatdDeadline *
chatd_deadlines_peek (ChatdDeadlines *self)
{
  while (self->heap->len > 0)
    {
      ChatdDeadline *first = at (self, 1);

      if (first->placed_us == first->due_us)
        return first;
      first->placed_us = first->due_us;
      if (first->due_us == G_MAXINT64)
        take_out (self, first);
      else
        sink (self, first);
    }
  return NULL;
}

gint64
chatd_deadlines_get_earliest (ChatdDeadlines *self)
{
  const ChatdDeadline *first = chatd_deadlines_peek (self);

  return first != NULL ? first->due_us : G_MAXINT64;
}
