/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Many alarms behind one timer: a binary heap of those that are set. The earliest is at hand;
 * setting one costs a few swaps among ten thousand, and putting it off nothing: it moves when it
 * has become the earliest. Pure: times are µs of any steady clock. */

typedef struct _ChatdDeadlines ChatdDeadlines;

/* Embedded in whoever waits; zeroed it is not set. Must stay where it is until it is removed. */
typedef struct
{
  gint64 due_us;
  guint place; /* in the heap, from 1; 0: not in it */
} ChatdDeadline;

ChatdDeadlines *chatd_deadlines_new (void);
/* All must be removed. */
void chatd_deadlines_free (ChatdDeadlines *self);

/* @due_us: %G_MAXINT64: never */
void chatd_deadlines_set (ChatdDeadlines *self, ChatdDeadline *deadline, gint64 due_us);

/* Forgets it, which setting it to never may not do at once. */
void chatd_deadlines_remove (ChatdDeadlines *self, ChatdDeadline *deadline);

/* Returns: (transfer none) (nullable): the earliest one */
ChatdDeadline *chatd_deadlines_peek (ChatdDeadlines *self);

/* Returns: when the earliest one is due; %G_MAXINT64: none is set */
gint64 chatd_deadlines_get_earliest (ChatdDeadlines *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdDeadlines, chatd_deadlines_free)

G_END_DECLS
