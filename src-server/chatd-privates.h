/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-member.h"

#include <glib.h>

G_BEGIN_DECLS

/* Which rooms are private ones, of which two members of which other room. Knows numbers and uids,
 * not the rooms. docs/protocol-session.md, "Private rooms". */

typedef struct
{
  guint8 parent[CHATD_STORE_UID_SIZE];
  guint64 pair[2];                  /* numbers there; here they are 1 and 2 */
  guint8 uid[CHATD_STORE_UID_SIZE]; /* of the private room */
  gboolean is_made;                 /* it is durable: nobody knows of it before */
  gboolean is_ending;               /* one of the two has left: it is to be closed */
  GArray *waiters; /* owned (nullable), of the directory's: told when it is made, or is not */
} ChatdPrivate;

typedef struct _ChatdPrivates ChatdPrivates;

ChatdPrivates *chatd_privates_new (void);
/* Nothing may be in it. */
void chatd_privates_free (ChatdPrivates *self);

/* Returns: (transfer none): until it is removed */
ChatdPrivate *chatd_privates_add (ChatdPrivates *self,
                                  const guint8 *parent,
                                  const guint64 pair[2],
                                  const guint8 *uid);
/* Frees it. */
void chatd_privates_remove (ChatdPrivates *self, ChatdPrivate *one);

/* Returns: (transfer none) (nullable): of @member of @parent, of borrowed ChatdPrivate, those that
 * are ending too; %NULL: there are none */
const GPtrArray *chatd_privates_of (ChatdPrivates *self, const guint8 *parent, guint64 member);
/* Returns: (transfer none) (nullable): that of these two, in either order */
ChatdPrivate *
chatd_privates_find (ChatdPrivates *self, const guint8 *parent, guint64 member, guint64 other);
/* Returns: the one of the two that @member is not */
guint64 chatd_private_get_other (const ChatdPrivate *self, guint64 member);

guint chatd_privates_get_n (const ChatdPrivates *self);

G_END_DECLS
