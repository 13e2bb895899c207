/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-job.h"

#include "chatd-store-chunks.h"
#include "chatd-store-fold.h"
#include "chatd-store-retention.h"

#define STEP_ROWS 500 /* about 5 ms */

ChatdStoreJob *
chatd_store_job_new (ChatdStoreJobKind kind)
{
  ChatdStoreJob *self = g_new0 (ChatdStoreJob, 1);

  self->kind = kind;
  self->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

void
chatd_store_job_free (ChatdStoreJob *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->ids);
  g_clear_error (&self->error);
  g_free (self);
}

static ChatdStoreStep
step_of (gboolean ok, gboolean more)
{
  if (!ok)
    return CHATD_STORE_STEP_FAILED;
  return more ? CHATD_STORE_STEP_MORE : CHATD_STORE_STEP_DONE;
}

/* --- erasing --- */

static gboolean
erase_ids (ChatdStoreJob *self, const GArray *ids, ChatdStoreSqlite *db, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const guint64 id = g_array_index (ids, guint64, i);

      if (!chatd_store_sqlite_run (db, CHATD_SQL_ERASE, error, "ii", id, self->member))
        return FALSE;
      if (chatd_store_sqlite_get_n_changed (db) > 0)
        g_array_append_val (self->ids, id);
      self->at = id;
    }

  return TRUE;
}

static ChatdStoreStep
erase_step (ChatdStoreJob *self, ChatdStoreSqlite *db, GError **error)
{
  g_autoptr (GArray) recent = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const gboolean ok =
      chatd_store_chunks_list_after (db, self->room, recent, self->at, ids, error) &&
      erase_ids (self, ids, db, error);

  return step_of (ok, ids->len > 0);
}

/* --- forgetting --- */

static gboolean
forget_member (ChatdStoreSqlite *db, gint64 before_us, gboolean *found, GError **error)
{
  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_NEXT_LEFT, "i", before_us);

  *found = chatd_store_sqlite_next (db, row, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (!*found)
    return TRUE;

  const guint64 room = (guint64) sqlite3_column_int64 (row, 0);
  const guint64 number = (guint64) sqlite3_column_int64 (row, 1);
  chatd_store_sqlite_end (row);
  return chatd_store_sqlite_run (db, CHATD_SQL_DROP_MEMBER, error, "ii", room, number) &&
         chatd_store_sqlite_run (db, CHATD_SQL_DROP_MEMBERS_INSTANCES, error, "ii", room, number);
}

static ChatdStoreStep
forget_step (ChatdStoreJob *self, ChatdStoreSqlite *db, GError **error)
{
  gboolean more = TRUE;

  if (!chatd_store_sqlite_run (db, CHATD_SQL_FORGET_ROOMS, error, "ii", self->from_us,
                               (gint64) STEP_ROWS))
    return CHATD_STORE_STEP_FAILED;
  if (chatd_store_sqlite_get_n_changed (db) > 0)
    return CHATD_STORE_STEP_MORE;

  for (guint i = 0; more && i < STEP_ROWS; i++)
    if (!forget_member (db, self->from_us, &more, error))
      return CHATD_STORE_STEP_FAILED;

  return step_of (TRUE, more);
}

/* --- closed rooms --- */

/* Deletes some rows of the room. @more: (out): whether there were any */
static gboolean
drop_some (ChatdStoreSqlite *db, guint64 room, gboolean *more, GError **error)
{
  static const ChatdSql drops[] = { CHATD_SQL_DROP_MEMBERS, CHATD_SQL_DROP_INSTANCES };

  if (!chatd_store_retention_drop_chunk (db, room, more, error))
    return FALSE;

  for (guint i = 0; !*more && i < G_N_ELEMENTS (drops); i++)
    {
      if (!chatd_store_sqlite_run (db, drops[i], error, "ii", room, (gint64) STEP_ROWS))
        return FALSE;
      *more = chatd_store_sqlite_get_n_changed (db) > 0;
    }

  return *more || chatd_store_sqlite_run (db, CHATD_SQL_SET_DROPPED, error, "i", room);
}

static ChatdStoreStep
drop_step (ChatdStoreSqlite *db, GError **error)
{
  GError *failure = NULL;
  gboolean more;
  sqlite3_stmt *row = chatd_store_sqlite_query (db, CHATD_SQL_NEXT_CLOSED, "");

  if (!chatd_store_sqlite_next (db, row, &failure))
    {
      if (failure == NULL)
        return CHATD_STORE_STEP_DONE;
      g_propagate_error (error, failure);
      return CHATD_STORE_STEP_FAILED;
    }

  const guint64 room = (guint64) sqlite3_column_int64 (row, 0);
  chatd_store_sqlite_end (row);
  return step_of (drop_some (db, room, &more, error), TRUE);
}

/* --- all of them --- */

static ChatdStoreStep
take_step (ChatdStoreJob *self, ChatdStoreSqlite *db, GError **error)
{
  switch (self->kind)
    {
    case CHATD_STORE_JOB_ERASE:
      return erase_step (self, db, error);
    case CHATD_STORE_JOB_RETAIN:
      return chatd_store_retention_step (self, db, error);
    case CHATD_STORE_JOB_FORGET:
      return forget_step (self, db, error);
    case CHATD_STORE_JOB_DROP:
      return drop_step (db, error);
    default:
      g_assert_not_reached ();
    }
}

/* The words must be in no file: not in the WAL, whose pages from before are still there, either. */
static ChatdStoreStep
finish (ChatdStoreJob *self, ChatdStoreSqlite *db, GError **error)
{
  GError *failure = NULL;

  if (self->kind != CHATD_STORE_JOB_ERASE || chatd_store_sqlite_checkpoint (db, TRUE, &failure))
    return CHATD_STORE_STEP_DONE;
  if (failure == NULL)
    return CHATD_STORE_STEP_MORE; /* a reader was in the way */

  g_propagate_error (error, failure);
  return CHATD_STORE_STEP_FAILED;
}

ChatdStoreStep
chatd_store_job_step (ChatdStoreJob *self,
                      ChatdStoreSqlite *db,
                      ChatdStoreRecent *recent,
                      GError **error)
{
  const guint n_before = self->ids->len;
  const guint64 at_before = self->at;
  ChatdStoreStep step = CHATD_STORE_STEP_FAILED;

  /* The steps look into chunks only. */
  if (!chatd_store_fold (db, recent, error))
    return CHATD_STORE_STEP_FAILED;

  if (chatd_store_sqlite_run (db, CHATD_SQL_BEGIN_WRITE, error, ""))
    step = take_step (self, db, error);
  if (step != CHATD_STORE_STEP_FAILED && !chatd_store_sqlite_run (db, CHATD_SQL_COMMIT, error, ""))
    step = CHATD_STORE_STEP_FAILED;
  if (step == CHATD_STORE_STEP_FAILED)
    {
      chatd_store_sqlite_roll_back (db);
      g_array_set_size (self->ids, n_before);
      self->at = at_before;
    }

  return step == CHATD_STORE_STEP_DONE ? finish (self, db, error) : step;
}

void
chatd_store_job_tell (ChatdStoreJob *self, const GError *error)
{
  if (self->kind == CHATD_STORE_JOB_ERASE && self->erased != NULL)
    self->erased ((const guint64 *) (gpointer) self->ids->data, self->ids->len, error, self->data);
  else if (self->kind != CHATD_STORE_JOB_ERASE && self->done != NULL)
    self->done (error, self->data);
}
