/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store.h"

G_BEGIN_DECLS

/* Which files are in which room, in memory, and how much that is. Pure: no disk, no store.
 *
 * What counts is each time that somebody put one there, at least %CHATD_FILE_CHARGE_MIN bytes: so
 * the sums bound the memory of this, too. One that is on its way counts as if it had arrived. */

#define CHATD_FILE_CHARGE_MIN (64 * 1024)

typedef struct _ChatdFileIndex ChatdFileIndex;

ChatdFileIndex *chatd_file_index_new (void);
void chatd_file_index_free (ChatdFileIndex *self);

/* @arriving: not all of it is there. Of one room, member and hash there is at most one that
 * arrives, and one without an entry: what was there before goes. */
void chatd_file_index_add (ChatdFileIndex *self, const ChatdStoreFile *file, gboolean arriving);
void chatd_file_index_forget_arriving (ChatdFileIndex *self,
                                       guint64 room,
                                       guint64 member,
                                       const guint8 *sha256);
/* Those that began before @before_us */
void chatd_file_index_forget_old_arriving (ChatdFileIndex *self, gint64 before_us);
/* Returns: (transfer none) (nullable): one that arrives, until the index changes */
const ChatdStoreFile *chatd_file_index_find_arriving (ChatdFileIndex *self,
                                                      guint64 room,
                                                      guint64 member,
                                                      const guint8 *sha256);

/* Of those that are there. Returns: (transfer none) (nullable): until the index changes */
const ChatdStoreFile *
chatd_file_index_find (ChatdFileIndex *self, guint64 room, const guint8 *sha256);
/* Likewise; the member's own one that no entry shows yet */
const ChatdStoreFile *chatd_file_index_find_unshown (ChatdFileIndex *self,
                                                     guint64 room,
                                                     guint64 member,
                                                     const guint8 *sha256);
/* That one is shown by @entry from now on; or, where @entry is 0 again, it is @was's no more. */
void chatd_file_index_show (ChatdFileIndex *self,
                            guint64 room,
                            guint64 member,
                            const guint8 *sha256,
                            guint64 entry,
                            gint64 at_us);
void chatd_file_index_unshow (ChatdFileIndex *self, guint64 room, guint64 member, guint64 entry);

/* Returns: whether there is one of @files that is there */
gboolean chatd_file_index_has (ChatdFileIndex *self, const ChatdStoreFiles *files);

/* A file that nobody has any more; @sha256 is borrowed for the call */
typedef void (*ChatdFileGone) (const guint8 *sha256, gpointer data);

/* Those of @files go that are there. */
void chatd_file_index_remove (ChatdFileIndex *self,
                              const ChatdStoreFiles *files,
                              ChatdFileGone gone,
                              gpointer data);

/* Bytes, as they count */
guint64 chatd_file_index_charge (guint64 size);
guint64 chatd_file_index_sum_member (ChatdFileIndex *self, guint64 room, guint64 member);
guint64 chatd_file_index_sum_room (ChatdFileIndex *self, guint64 room);
guint64 chatd_file_index_sum (ChatdFileIndex *self);

/* Returns: whether somebody has it, or brings it just now */
gboolean chatd_file_index_is_used (ChatdFileIndex *self, const guint8 *sha256);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdFileIndex, chatd_file_index_free)

G_END_DECLS
