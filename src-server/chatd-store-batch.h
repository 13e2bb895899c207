/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-job.h"

G_BEGIN_DECLS

/* What one turn of the loop wrote: one transaction, or part of one. Private to the store. */

typedef enum
{
  CHATD_STORE_OP_APPEND,       /* room, entry */
  CHATD_STORE_OP_CONSUME,      /* room, entry: its id (of the row), member, instance, cseq */
  CHATD_STORE_OP_CREATE_ROOM,  /* info */
  CHATD_STORE_OP_SET_SETTINGS, /* info: number, settings */
  CHATD_STORE_OP_CLOSE_ROOM,   /* info: number, closed_us */
  CHATD_STORE_OP_PUT_MEMBER,   /* room, member */
  CHATD_STORE_OP_PUT_SEEN,     /* room, member: its number, seen */
  CHATD_STORE_OP_PUT_FILE,     /* file */
  CHATD_STORE_OP_NAME_FILE,    /* file */
  CHATD_STORE_OP_DROP_FILES,   /* files */
} ChatdStoreOpKind;

typedef struct
{
  ChatdStoreOpKind kind;
  guint64 room;
  union
  {
    ChatEntry entry; /* its body is at @body_at */
    ChatdStoreRoom info;
    ChatdStoreMember member;
    ChatdStoreFile file;
    ChatdStoreFiles files;
  };
  gsize body_at;       /* in the batch's bytes */
  gpointer copies[2];  /* owned; what info, member and files point to */
  ChatdStoreDone done; /* (nullable) */
  gpointer data;
} ChatdStoreOp;

typedef struct
{
  GArray *ops;       /* owned; ChatdStoreOp */
  GByteArray *bytes; /* owned; bodies */
  GPtrArray *jobs;   /* owned; ChatdStoreJob, to be done behind it */
  guint64 next_id;   /* the first id that is free behind it */
  gsize size;        /* bytes, about */
  gboolean retracts; /* some words in it, or before it, are to be in no file any more */
} ChatdStoreBatch;

ChatdStoreBatch *chatd_store_batch_new (void);
void chatd_store_batch_free (ChatdStoreBatch *self);

gboolean chatd_store_batch_is_empty (const ChatdStoreBatch *self);

/* @op: what it borrows is copied */
void chatd_store_batch_add (ChatdStoreBatch *self, const ChatdStoreOp *op);
/* @job: (transfer full) */
void chatd_store_batch_add_job (ChatdStoreBatch *self, ChatdStoreJob *job);

/* Inside a transaction. Returns: %FALSE with #CHATD_STORE_ERROR */
gboolean chatd_store_batch_write (ChatdStoreBatch *self, ChatdStoreSqlite *db, GError **error);
/* After it was committed, with @recent locked. */
void chatd_store_batch_note (const ChatdStoreBatch *self, ChatdStoreRecent *recent);

/* Calls all callbacks. In a failure the jobs' too; else those come when they are done. */
void chatd_store_batch_tell (ChatdStoreBatch *self, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStoreBatch, chatd_store_batch_free)

G_END_DECLS
