/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-file-folder.h"

G_BEGIN_DECLS

/* The thread that reads and writes files, so that the loop never waits for the disk. What it is
 * asked to do it does in order; checking a long file goes on in steps between the rest. Main thread
 * only, news come there too. */

typedef struct _ChatdFileWorker ChatdFileWorker;
typedef struct _ChatdFileHandle ChatdFileHandle;

typedef enum
{
  CHATD_FILE_OPENED,  /* size */
  CHATD_FILE_WRITTEN, /* size: of these bytes; not on the disk for good yet */
  CHATD_FILE_READ,    /* bytes; none: it is shorter than it was */
  CHATD_FILE_STORED,  /* it is what its hash says, and on the disk for good */
  CHATD_FILE_IS_BAD,  /* it is not what its hash says: the part is no more */
  CHATD_FILE_IS_GONE, /* it is not there */
  CHATD_FILE_FAILED,  /* the disk did not take it; full, maybe */
} ChatdFileNewsKind;

typedef struct
{
  ChatdFileNewsKind kind;
  guint64 size;
  /* borrowed for the call */
  const guint8 *bytes;
  gsize len;
} ChatdFileNews;

/* May close the handle. After IS_BAD, IS_GONE and FAILED nothing more comes. */
typedef void (*ChatdFileNewsFunc) (const ChatdFileNews *news, gpointer data);

/* @folder: (transfer full) */
ChatdFileWorker *chatd_file_worker_new (ChatdFileFolder *folder);
/* Blocks until all that it was asked to do is done, but for checking. All handles are closed. */
void chatd_file_worker_free (ChatdFileWorker *self);

/* A part, to be written to: OPENED tells how much there is. */
ChatdFileHandle *chatd_file_worker_write (ChatdFileWorker *self,
                                          const ChatdFilePart *part,
                                          ChatdFileNewsFunc news,
                                          gpointer data);
/* A whole one, to be read */
ChatdFileHandle *chatd_file_worker_read (ChatdFileWorker *self,
                                         const guint8 *sha256,
                                         ChatdFileNewsFunc news,
                                         gpointer data);
/* Nothing comes any more. */
void chatd_file_handle_close (ChatdFileHandle *handle);

/* Behind what is there; each is answered by WRITTEN. */
void chatd_file_handle_append (ChatdFileHandle *handle, const guint8 *bytes, gsize len);
/* That was all: answered by STORED or IS_BAD. */
void chatd_file_handle_check (ChatdFileHandle *handle);
void chatd_file_handle_read (ChatdFileHandle *handle, guint64 offset, gsize len);

void chatd_file_worker_remove_part (ChatdFileWorker *self, const ChatdFilePart *part);
void chatd_file_worker_remove_file (ChatdFileWorker *self, const guint8 *sha256);

typedef struct
{
  ChatdFilePart part;
  guint64 size;
} ChatdFileFound;

/* @found: (array length=n): parts that stay, @gone: likewise, those that went */
typedef void (*ChatdFileSwept) (
    const ChatdFileFound *found, guint n, const ChatdFileFound *gone, guint n_gone, gpointer data);

/**
 * chatd_file_worker_sweep:
 * @files: (transfer full) (nullable): owned SHA-256 → anything: all others go; %NULL: all stay
 * @before_s: since 1970: parts that nobody wrote to since then go
 * @swept: comes before the worker ends
 */
void chatd_file_worker_sweep (
    ChatdFileWorker *self, GHashTable *files, gint64 before_s, ChatdFileSwept swept, gpointer data);

/* Returns: bytes of the disk that are free; does not wait */
guint64 chatd_file_worker_get_free (ChatdFileWorker *self);

G_END_DECLS
