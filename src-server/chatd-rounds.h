/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who is served next, of those that wait in many groups: each group has the same time in a round,
 * and one that had nothing for a while comes before those that always have something. So members of
 * a quiet room do not wait for all of a loud one. (As fq_codel, RFC 8290, does it with packets;
 * groups are told apart by a hash: two may share their time.) Knows no clock. */

typedef struct _ChatdRounds ChatdRounds;

/* Embedded in whoever waits; zeroed it waits nowhere. Must stay where it is while it waits. */
typedef struct
{
  GList link; /* its data is who waits, %NULL while it does not */
  struct _ChatdRoundsGroup *group;
} ChatdRoundsMark;

/* What a group has of a round */
#define CHATD_ROUNDS_QUANTUM_US 200

ChatdRounds *chatd_rounds_new (void);
/* Nobody may wait any more. */
void chatd_rounds_free (ChatdRounds *self);

gboolean chatd_rounds_is_empty (const ChatdRounds *self);

/* @waiter: borrowed, not %NULL. @group: any number that is the same for the whole group. Does
 * nothing where it waits already. */
void chatd_rounds_add (ChatdRounds *self, ChatdRoundsMark *mark, gpointer waiter, guint32 group);
/* Does nothing where it does not wait. */
void chatd_rounds_remove (ChatdRounds *self, ChatdRoundsMark *mark);
static inline gboolean
chatd_rounds_mark_waits (const ChatdRoundsMark *mark)
{
  return mark->link.data != NULL;
}

/* Returns: (nullable): the next one, which waits no longer; %NULL: nobody waits */
gpointer chatd_rounds_take (ChatdRounds *self);
/* What the one that was taken last took of its group's time; nothing else happened since. */
void chatd_rounds_charge (ChatdRounds *self, gint64 used_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdRounds, chatd_rounds_free)

G_END_DECLS
