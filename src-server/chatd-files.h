/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-config.h"
#include "chatd-file-worker.h"
#include "chatd-store.h"

#include "chat-entry.h"
#include "chat-error.h"

G_BEGIN_DECLS

/* The files of all rooms: which may come, which are there, which go. Knows rooms and members by
 * their numbers in the store. Main thread. docs/protocol-session.md, "Files". */

typedef struct _ChatdFiles ChatdFiles;

/**
 * chatd_files_new:
 * @store: borrowed; ends before this does
 * @data_dir: where the store is
 * @error: #CHATD_STORE_ERROR: one translated sentence
 */
ChatdFiles *chatd_files_new (ChatdStore *store, const char *data_dir, GError **error);
/* All transfers are over; after the store. Blocks for the disk. */
void chatd_files_free (ChatdFiles *self);

void chatd_files_configure (ChatdFiles *self, const ChatdConfig *config);
/* Returns: bytes; 0: none are taken */
guint64 chatd_files_get_max_size (const ChatdFiles *self);
ChatdFileWorker *chatd_files_get_worker (ChatdFiles *self); /* (transfer none) */

/* --- coming ----------------------------------------------------------------------------------- */

/* One that is under way, embedded in whoever brings or takes it; zeroed it is none. */
typedef struct
{
  ChatdFilePart part;
  gboolean is_coming;
  /* A newer connection brings the same: let go of it. chatd_files_end() in this call */
  void (*replaced) (gpointer data);
  gpointer data; /* borrowed */
  GList link;
  ChatdFiles *files; /* borrowed (nullable): it is under way */
} ChatdFileTransfer;

typedef enum
{
  CHATD_FILES_TO_COME, /* its bytes are needed: chatd_file_worker_write() */
  CHATD_FILES_SHARED,  /* somebody put it into the room before: chatd_files_claim() */
  CHATD_FILES_THERE,   /* nothing is to be done */
} ChatdFilesWay;

/**
 * chatd_files_begin:
 * @transfer: with part, replaced and data; is under way if TO_COME is returned
 *
 * Returns: 0, or why it is refused: %CHAT_ERROR_NO_FILES, _TOO_LARGE, _QUOTA_MEMBER, _QUOTA_ROOM,
 *   _QUOTA_SERVER; _BUSY: too many at once
 */
ChatError
chatd_files_begin (ChatdFiles *self, ChatdFileTransfer *transfer, guint64 size, ChatdFilesWay *way);
/* For one that is read. Returns: %FALSE: too many at once */
gboolean chatd_files_begin_reading (ChatdFiles *self, ChatdFileTransfer *transfer);
/* Does nothing where it is not under way. What has come of it stays for a day. */
void chatd_files_end (ChatdFileTransfer *transfer);

/* All of it is on the disk, or was before: it is in the room when @done says so.
 * Returns: %FALSE: nothing can be written just now, @done does not come */
gboolean chatd_files_claim (
    ChatdFiles *self, const ChatdFilePart *part, guint64 size, ChatdStoreDone done, gpointer data);
/* What has come of it so far goes, and what no entry shows. */
void chatd_files_forget (ChatdFiles *self, const ChatdFilePart *part);

/* Returns: whether it is in the room; @size: (out) */
gboolean chatd_files_find (ChatdFiles *self, guint64 room, const guint8 *sha256, guint64 *size);

/* --- entries ---------------------------------------------------------------------------------- */

/* Returns: whether @entry, of kind FILE, shows one that its member put into the room for it */
gboolean chatd_files_has_shown (ChatdFiles *self, guint64 room, const ChatEntry *entry);
/* Returns: whether chatd_files_write() has something to do for entries of @kind */
gboolean chatd_files_follow (guint64 kind);
/* What follows of an entry that is being written, in the same transaction: a file is shown; those
 * of a retraction, of a wiping, of a room that is closed go. The store takes one write more. */
void chatd_files_write (ChatdFiles *self, guint64 room, const ChatEntry *entry);
/* It is durable. */
void chatd_files_land (ChatdFiles *self, guint64 room, const ChatEntry *entry);
/* It is not. */
void chatd_files_take_back (ChatdFiles *self, guint64 room, const ChatEntry *entry);

/* --- time ------------------------------------------------------------------------------------- */

/* What a room's log begins behind of is no more. */
void chatd_files_note_floor (ChatdFiles *self, guint64 room, guint64 floor);
/* @real_us: since 1970. @keep_us: of messages; 0: for ever */
void chatd_files_keep_up (ChatdFiles *self, gint64 real_us, gint64 keep_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdFiles, chatd_files_free)

G_END_DECLS
