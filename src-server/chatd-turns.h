/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What waits for the next turn of the loop, and no more than so much in each: what costs much is
 * spread over turns, between which everything else goes on. Main thread only. */

typedef struct _ChatdTurns ChatdTurns;
typedef struct _ChatdTurn ChatdTurn;

/* Embedded in whoever waits; zeroed but for its func and data it waits for nothing. Must stay where
 * it is while it waits. */
struct _ChatdTurn
{
  /* From the loop; may wait again, and may free it. */
  void (*func) (gpointer data);
  gpointer data;     /* borrowed */
  gboolean is_begun; /* set by whoever waits: what was spent on it is lost if it comes too late */

  /* the turns' */
  ChatdTurns *turns; /* borrowed (nullable): where it waits */
  GQueue *queue;     /* borrowed: in which of the queues there */
  gint64 since_us;
  GList node;
};

typedef enum
{
  CHATD_TURNS_IN_ORDER, /* the oldest first */
  /* Where more may come than there is time for. By turns: one that is begun, the newest, one that
   * is begun, the oldest that still has patience. So some of a crowd are served at once, what is
   * begun is brought to its end, and whoever waits in a crowd that can be served at all is not
   * passed over for ever. Those without patience come when nobody else waits: to serve them first
   * would, in a crowd that cannot be served, be too late for everybody. */
  CHATD_TURNS_MIXED,
} ChatdTurnsOrder;

typedef struct
{
  ChatdTurnsOrder order;
  gint64 budget_us;   /* of one turn of the loop: when it is spent nobody else is served in it */
  gint64 patience_us; /* mixed: how long one waits among those who are served by age */
} ChatdTurnsRules;

ChatdTurns *chatd_turns_new (const ChatdTurnsRules *rules);
/* None may wait any more. */
void chatd_turns_free (ChatdTurns *self);

/* Does nothing where @turn waits already, anywhere. */
void chatd_turns_add (ChatdTurns *self, ChatdTurn *turn);
/* Does nothing where it does not wait. */
void chatd_turn_cancel (ChatdTurn *turn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdTurns, chatd_turns_free)

G_END_DECLS
