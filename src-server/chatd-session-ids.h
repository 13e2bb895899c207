/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Session ids of sealed datagrams -> whose they are. An id is an index, and random bits that are
 * others each time: one that is void finds nobody, and no hashing is needed to find the rest. Ids
 * are no secrets. docs/protocol-delivery.md, "Part 2: sealed datagrams". */

#define CHATD_SESSION_IDS_MAX (1u << 18) /* at once */

typedef struct _ChatdSessionIds ChatdSessionIds;

ChatdSessionIds *chatd_session_ids_new (void);
void chatd_session_ids_free (ChatdSessionIds *self);

/* @owner: borrowed, not %NULL. Returns: its new id; 0: all are taken */
guint32 chatd_session_ids_add (ChatdSessionIds *self, gpointer owner);
/* The index is used again as late as possible. */
void chatd_session_ids_remove (ChatdSessionIds *self, guint32 id);

/* Returns: (transfer none) (nullable): whose @id is */
gpointer chatd_session_ids_find (const ChatdSessionIds *self, guint32 id);

guint chatd_session_ids_get_n (const ChatdSessionIds *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdSessionIds, chatd_session_ids_free)

G_END_DECLS
