/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry.h"

#include <glib.h>

G_BEGIN_DECLS

/* The newest committed entries of a room, encoded, in memory: what fan-out sends from. Older ones
 * are read from the store. Pure. */

typedef struct
{
  guint64 id;
  guint64 prev;
  guint64 end; /* bytes of entries from the tail's making up to behind this one; an erasure makes it
                  less */
  gsize size;  /* bytes */
} ChatTailEntry;

typedef struct _ChatLogTail ChatLogTail;

/**
 * chat_log_tail_new:
 * @head: id of the newest committed entry, which is not in the tail; 0: none
 * @max_bytes: %CHAT_LOG_TAIL_BYTES; at least the newest entry stays in any case
 */
ChatLogTail *chat_log_tail_new (guint64 head, gsize max_bytes);
void chat_log_tail_free (ChatLogTail *self);

/* @entry: committed, with the head for its prev */
void chat_log_tail_append (ChatLogTail *self, const ChatEntry *entry);

/* Puts a tombstone where @id stands, if the tail has it: same id, prev, member and cseq. */
void chat_log_tail_erase (ChatLogTail *self, guint64 id);

/* The same for all that @member said up to the id @up_to. Returns: how many there were */
guint chat_log_tail_erase_member (ChatLogTail *self, guint64 member, guint64 up_to);

/* The same for those of @ids that are @member's to retract.
 * @ids: (array length=n_ids): growing. Returns: how many there were */
guint chat_log_tail_retract (ChatLogTail *self, guint64 member, const guint64 *ids, guint n_ids);

/* Retention: the oldest @n go, but for the newest entry. */
void chat_log_tail_drop (ChatLogTail *self, guint n);

guint64 chat_log_tail_get_head (const ChatLogTail *self);

/* Returns: whether every entry after @id is in the tail */
gboolean chat_log_tail_reaches (const ChatLogTail *self, guint64 id);

guint chat_log_tail_get_n (const ChatLogTail *self);

/* Returns: bytes of its entries */
gsize chat_log_tail_get_size (const ChatLogTail *self);

/* Returns: (transfer none): valid until the tail changes; @i < n, the oldest first */
const ChatTailEntry *chat_log_tail_get (const ChatLogTail *self, guint i);

/* Returns: (transfer none): encoded entries from @i on, one behind the other */
const guint8 *chat_log_tail_get_bytes (const ChatLogTail *self, guint i);

/* Returns: index of the first entry after @id; n if there is none */
guint chat_log_tail_find_after (const ChatLogTail *self, guint64 id);

/* The same at once where it is still what it was. @place: (inout): what the last call left there,
 * at first anything; not an index */
guint chat_log_tail_find_again (const ChatLogTail *self, guint64 id, guint64 *place);

/* Returns: bytes of entries from the tail's making up to behind @id, as far as the tail knows: for
 * telling how much lies between two ids */
guint64 chat_log_tail_get_end (const ChatLogTail *self, guint64 id, guint64 *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLogTail, chat_log_tail_free)

G_END_DECLS
