/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store-recent.h"
#include "chatd-store-sqlite.h"
#include "chatd-store.h"

G_BEGIN_DECLS

/* Work on the whole log, in steps of a few ms, each a transaction, so that it holds no commit up.
 * Private to the store. */

typedef enum
{
  CHATD_STORE_JOB_ERASE,  /* room, member */
  CHATD_STORE_JOB_RETAIN, /* keep_messages, from_us, up_to */
  CHATD_STORE_JOB_FORGET, /* from_us */
  CHATD_STORE_JOB_DROP,   /* the logs of closed rooms */
} ChatdStoreJobKind;

typedef struct
{
  ChatdStoreJobKind kind;
  guint64 room; /* RETAIN: the one that it is at */
  guint64 member;
  guint64 keep_messages;
  gint64 from_us;
  guint64 up_to; /* an id: what is newer stays */
  union
  {
    ChatdStoreDone done; /* (nullable) */
    ChatdStoreErased erased;
  };
  gpointer data;

  /* how far it is */
  guint64 at;     /* ERASE: an id */
  guint64 floor;  /* RETAIN: of the room */
  guint64 target; /* RETAIN: there are too many entries up to this id */
  GArray *ids;    /* owned; ERASE: guint64 */
  GError *error;  /* owned (nullable) */
} ChatdStoreJob;

typedef enum
{
  CHATD_STORE_STEP_MORE,
  CHATD_STORE_STEP_DONE,
  CHATD_STORE_STEP_FAILED,
} ChatdStoreStep;

ChatdStoreJob *chatd_store_job_new (ChatdStoreJobKind kind);
void chatd_store_job_free (ChatdStoreJob *self);

/* @error: #CHATD_STORE_ERROR, set on FAILED: nothing of this step is there */
ChatdStoreStep chatd_store_job_step (ChatdStoreJob *self,
                                     ChatdStoreSqlite *db,
                                     ChatdStoreRecent *recent,
                                     GError **error);

/* @error: (nullable). Calls its callback. */
void chatd_store_job_tell (ChatdStoreJob *self, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStoreJob, chatd_store_job_free)

G_END_DECLS
