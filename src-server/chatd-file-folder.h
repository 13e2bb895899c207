/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where files are on the disk: files/ab/<SHA-256> those that are whole, files/partial/ the others,
 * all of them 0600. A name is made of numbers and hex digits, never of what a peer said; no link is
 * followed. Blocks: for the worker. */

typedef struct _ChatdFileFolder ChatdFileFolder;

#define CHATD_FILE_HASH_SIZE 32

/* Who sends which file into which room: the name of a part */
typedef struct
{
  guint64 room;
  guint64 member;
  guint8 sha256[CHATD_FILE_HASH_SIZE];
} ChatdFilePart;

/* @data_dir: is there. @error: #CHATD_STORE_ERROR: one translated sentence. Returns: (nullable) */
ChatdFileFolder *chatd_file_folder_open (const char *data_dir, GError **error);
void chatd_file_folder_free (ChatdFileFolder *self);

/* The next ones: -1 or %FALSE with errno */

/* Makes it where it is missing; open for both. @size: (out): bytes that are there */
int chatd_file_folder_open_part (ChatdFileFolder *self, const ChatdFilePart *part, guint64 *size);
/* Whole, and on the disk for good; the part is no more. @fd: of the part, stays open */
gboolean chatd_file_folder_keep (ChatdFileFolder *self, const ChatdFilePart *part, int fd);
void chatd_file_folder_remove_part (ChatdFileFolder *self, const ChatdFilePart *part);

int chatd_file_folder_open_file (ChatdFileFolder *self, const guint8 *sha256, guint64 *size);
void chatd_file_folder_remove_file (ChatdFileFolder *self, const guint8 *sha256);

/* Returns: bytes of the disk that are free for us */
guint64 chatd_file_folder_get_free (ChatdFileFolder *self);

/* Returns: whether it stays */
typedef gboolean (*ChatdFilePartFunc) (const ChatdFilePart *part,
                                       guint64 size,
                                       gint64 at_s,
                                       gpointer data);
typedef gboolean (*ChatdFileFunc) (const guint8 *sha256, gpointer data);

/* All that is there; what is none of ours goes. */
void chatd_file_folder_sweep_parts (ChatdFileFolder *self, ChatdFilePartFunc stays, gpointer data);
void chatd_file_folder_sweep_files (ChatdFileFolder *self, ChatdFileFunc stays, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdFileFolder, chatd_file_folder_free)

G_END_DECLS
