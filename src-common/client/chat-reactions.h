/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* The signs that were put to one message, and by whom: a #GPtrArray of #ChatReaction, in the order
 * of first use. The same entries in the same order make the same signs for everybody. Private to
 * the client library. docs/protocol-delivery.md, "Entries about entries". */

/* While so many different ones are there, one more is ignored. */
#define CHAT_REACTIONS_MAX 64

GPtrArray *chat_reactions_new (void);

/**
 * chat_reactions_take:
 * @self: (nullable): made when it is needed
 * @member: whose, by number
 * @name: of that member
 * @text: the sign
 * @on: put there, or taken away
 *
 * Returns: whether that changed anything
 */
gboolean chat_reactions_take (GPtrArray **self,
                              guint64 member,
                              const char *name,
                              gboolean own,
                              const char *text,
                              gboolean on);

G_END_DECLS
