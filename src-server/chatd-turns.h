/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What waits for the next turn of the loop, and no more than so many in each: what costs much is
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
  ChatdTurns *turns; /* borrowed (nullable): where it waits */
  GList node;
};

typedef enum
{
  CHATD_TURNS_OLDEST_FIRST,
  /* Where more may come than there is time for: some are served at once then, and those that
   * would come too late to be of use wait; else it would be all of them. */
  CHATD_TURNS_NEWEST_FIRST,
} ChatdTurnsOrder;

/* @max: of one turn of the loop */
ChatdTurns *chatd_turns_new (guint max, ChatdTurnsOrder order);
/* None may wait any more. */
void chatd_turns_free (ChatdTurns *self);

/* Does nothing where @turn waits already, anywhere. */
void chatd_turns_add (ChatdTurns *self, ChatdTurn *turn);
/* Does nothing where it does not wait. */
void chatd_turn_cancel (ChatdTurn *turn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdTurns, chatd_turns_free)

G_END_DECLS
