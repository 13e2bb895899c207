/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-writer.h"

#include "chatd-store-fold.h"
#include "chatd-store-identity.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

/* Pages in the WAL, of 4 KiB: from so many on they are taken over when nobody waits, or in any
 * case. */
#define CHECKPOINT_IDLE_PAGES 1000
#define CHECKPOINT_PAGES 4000

/* From the first retraction until its words go out of the WAL, with those of all that follow
 * meanwhile: so often that costs two fsync(), however many retract. */
#define SCRUB_AFTER_US (250 * (gint64) 1000)

struct _ChatdStoreWriter
{
  /* borrowed */
  ChatdStoreSqlite *db;
  ChatdStoreRecent *recent;
  ChatdStoreMailbox *mailbox;
  ChatdStoreDeliver on_group;
  ChatdStoreDeliver on_job;

  pthread_t thread;

  /* behind the mutex, which is not a GMutex: the thread sanitizer sees through this one */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  GPtrArray *submitted; /* owned; ChatdStoreBatch */
  gboolean is_failing;  /* until the loop has taken back what was submitted */
  gboolean is_ending;

  /* the thread's */
  GQueue jobs; /* owned; ChatdStoreJob */
  guint64 reserved;
  guint fold_at;       /* rows */
  gboolean may_drop;   /* a closed room may still have a log */
  gint64 scrub_us;     /* monotonic: retracted words are still in the WAL until then; 0: none are */
  ChatdStoreJob *drop; /* owned */
};

static GPtrArray *
new_batches (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) chatd_store_batch_free);
}

void
chatd_store_group_free (ChatdStoreGroup *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->batches);
  g_clear_error (&self->error);
  g_free (self);
}

/* --- a transaction --- */

static ChatdStoreBatch *
batch_at (const GPtrArray *batches, guint i)
{
  return g_ptr_array_index (batches, i);
}

static gboolean
write_batches (ChatdStoreWriter *self, const GPtrArray *batches, GError **error)
{
  for (guint i = 0; i < batches->len; i++)
    if (!chatd_store_batch_write (batch_at (batches, i), self->db, error))
      return FALSE;

  return TRUE;
}

/* Half a block ahead, so that nobody ever waits for ids. */
static gboolean
reserve_ids (ChatdStoreWriter *self, ChatdStoreGroup *group, GError **error)
{
  group->reserved = self->reserved;
  if (group->next_id + CHATD_STORE_ID_BLOCK / 2 <= self->reserved)
    return TRUE;

  group->reserved = group->next_id + CHATD_STORE_ID_BLOCK;
  return chatd_store_sqlite_run (self->db, CHATD_SQL_SET_RESERVED, error, "i", group->reserved);
}

static void
note_batches (ChatdStoreWriter *self, const GPtrArray *batches)
{
  chatd_store_recent_lock (self->recent);
  for (guint i = 0; i < batches->len; i++)
    chatd_store_batch_note (batch_at (batches, i), self->recent);
  chatd_store_recent_unlock (self->recent);
}

static gboolean
commit (ChatdStoreWriter *self, ChatdStoreGroup *group)
{
  if (chatd_store_sqlite_run (self->db, CHATD_SQL_BEGIN_WRITE, &group->error, "") &&
      write_batches (self, group->batches, &group->error) &&
      reserve_ids (self, group, &group->error) &&
      chatd_store_sqlite_run (self->db, CHATD_SQL_COMMIT, &group->error, ""))
    {
      self->reserved = group->reserved;
      note_batches (self, group->batches);
      return TRUE;
    }

  chatd_store_sqlite_roll_back (self->db);
  return FALSE;
}

static void
take_jobs (ChatdStoreWriter *self, ChatdStoreBatch *batch)
{
  while (batch->jobs->len > 0)
    g_queue_push_tail (&self->jobs, g_ptr_array_steal_index (batch->jobs, 0));
  for (guint i = 0; i < batch->ops->len; i++)
    if (g_array_index (batch->ops, ChatdStoreOp, i).kind == CHATD_STORE_OP_CLOSE_ROOM)
      self->may_drop = TRUE;
  if (batch->retracts && self->scrub_us == 0)
    self->scrub_us = g_get_monotonic_time () + SCRUB_AFTER_US;
}

static void
set_failing (ChatdStoreWriter *self)
{
  pthread_mutex_lock (&self->mutex);
  self->is_failing = TRUE;
  pthread_mutex_unlock (&self->mutex);
}

/* @batches: (transfer full) */
static void
write_group (ChatdStoreWriter *self, GPtrArray *batches)
{
  ChatdStoreGroup *group = g_new0 (ChatdStoreGroup, 1);

  group->batches = batches;
  group->next_id = batch_at (batches, batches->len - 1)->next_id;
  if (commit (self, group))
    for (guint i = 0; i < batches->len; i++)
      take_jobs (self, batch_at (batches, i));
  else
    set_failing (self);
  chatd_store_mailbox_post (self->mailbox, self->on_group, group);
}

/* --- between transactions --- */

static void
end_job (ChatdStoreWriter *self, GError *error)
{
  ChatdStoreJob *job = g_queue_pop_head (&self->jobs);

  job->error = error;
  chatd_store_mailbox_post (self->mailbox, self->on_job, job);
}

static void
step_job (ChatdStoreWriter *self)
{
  GError *error = NULL;

  switch (chatd_store_job_step (g_queue_peek_head (&self->jobs), self->db, self->recent, &error))
    {
    case CHATD_STORE_STEP_DONE:
    case CHATD_STORE_STEP_FAILED:
      end_job (self, error);
      break;
    default:
      break;
    }
}

/* What cannot be dropped now is dropped after the next closing, or in the next run. */
static void
step_drop (ChatdStoreWriter *self)
{
  self->may_drop =
      chatd_store_job_step (self->drop, self->db, self->recent, NULL) == CHATD_STORE_STEP_MORE;
}

/* A reader may be in the way. */
static void
scrub (ChatdStoreWriter *self)
{
  const gint64 now_us = g_get_monotonic_time ();

  if (self->scrub_us == 0 || self->scrub_us > now_us)
    return;

  const gboolean ok = chatd_store_sqlite_checkpoint (self->db, TRUE, NULL);
  self->scrub_us = ok ? 0 : now_us + SCRUB_AFTER_US;
}

/* All of this may fail, and is then tried again later. */
static void
tidy_up (ChatdStoreWriter *self, gboolean is_idle)
{
  const guint pages = chatd_store_sqlite_get_wal_pages (self->db);

  if (chatd_store_recent_get_n_rows (self->recent) >= self->fold_at)
    {
      const gboolean ok = chatd_store_fold (self->db, self->recent, NULL);

      self->fold_at = chatd_store_recent_get_n_rows (self->recent) + CHATD_STORE_FOLD_ROWS;
      if (ok)
        self->fold_at = CHATD_STORE_FOLD_ROWS;
    }
  if (pages >= (is_idle ? CHECKPOINT_IDLE_PAGES : CHECKPOINT_PAGES))
    chatd_store_sqlite_checkpoint (self->db, FALSE, NULL);
  scrub (self);
}

/* --- the thread --- */

static gboolean
has_batches (const ChatdStoreWriter *self)
{
  return self->submitted->len > 0 && !self->is_failing;
}

static gboolean
has_jobs (ChatdStoreWriter *self)
{
  return !g_queue_is_empty (&self->jobs) || self->may_drop;
}

/* Returns: whether the time for scrubbing has come */
static gboolean
wait_for_change (ChatdStoreWriter *self)
{
  struct timespec until = { .tv_sec = (time_t) (self->scrub_us / G_USEC_PER_SEC),
                            .tv_nsec = (long) (self->scrub_us % G_USEC_PER_SEC * 1000) };

  if (self->scrub_us > 0)
    return pthread_cond_timedwait (&self->changed, &self->mutex, &until) == ETIMEDOUT;

  pthread_cond_wait (&self->changed, &self->mutex);
  return FALSE;
}

/* Waits for something to do. @batches: (out) (transfer full) (nullable)
 * Returns: %FALSE: the end */
static gboolean
await_work (ChatdStoreWriter *self, GPtrArray **batches, gboolean *is_ending)
{
  gboolean goes_on, scrubs = FALSE;

  *batches = NULL;
  pthread_mutex_lock (&self->mutex);
  while (!has_batches (self) && !has_jobs (self) && !self->is_ending && !scrubs)
    scrubs = wait_for_change (self);
  if (has_batches (self))
    {
      *batches = self->submitted;
      self->submitted = new_batches ();
    }
  *is_ending = self->is_ending;
  goes_on = *batches != NULL || !self->is_ending || !g_queue_is_empty (&self->jobs);
  pthread_mutex_unlock (&self->mutex);

  return goes_on;
}

static void
break_off_job (ChatdStoreWriter *self)
{
  end_job (self, g_error_new_literal (CHATD_STORE_ERROR, CHATD_STORE_ERROR_CLOSED,
                                      "The store was closed"));
}

static void
do_job (ChatdStoreWriter *self, gboolean is_ending)
{
  const ChatdStoreJob *job = g_queue_peek_head (&self->jobs);

  if (job != NULL && is_ending && job->kind != CHATD_STORE_JOB_ERASE)
    break_off_job (self);
  else if (job != NULL)
    step_job (self);
  else if (self->may_drop && !is_ending)
    step_drop (self);
}

static gpointer
run (gpointer data)
{
  ChatdStoreWriter *self = data;
  GPtrArray *batches;
  gboolean is_ending;

  while (await_work (self, &batches, &is_ending))
    {
      const gboolean is_idle = batches == NULL;

      if (batches != NULL)
        write_group (self, batches);
      do_job (self, is_ending);
      tidy_up (self, is_idle);
    }
  chatd_store_fold (self->db, self->recent, NULL);
  chatd_store_sqlite_checkpoint (self->db, TRUE, NULL);

  return NULL;
}

/* Waits by the clock that g_get_monotonic_time() has. */
static void
init_condition (pthread_cond_t *condition)
{
  pthread_condattr_t attributes;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (condition, &attributes);
  pthread_condattr_destroy (&attributes);
}

ChatdStoreWriter *
chatd_store_writer_new (ChatdStoreSqlite *db,
                        ChatdStoreRecent *recent,
                        ChatdStoreMailbox *mailbox,
                        guint64 reserved,
                        ChatdStoreDeliver on_group,
                        ChatdStoreDeliver on_job)
{
  ChatdStoreWriter *self = g_new0 (ChatdStoreWriter, 1);

  self->db = db;
  self->recent = recent;
  self->mailbox = mailbox;
  self->on_group = on_group;
  self->on_job = on_job;
  self->reserved = reserved;
  self->fold_at = CHATD_STORE_FOLD_ROWS;
  self->submitted = new_batches ();
  self->drop = chatd_store_job_new (CHATD_STORE_JOB_DROP);
  self->may_drop = TRUE;
  self->scrub_us = 1; /* an earlier life may have ended before it came to that */
  pthread_mutex_init (&self->mutex, NULL);
  init_condition (&self->changed);
  if (pthread_create (&self->thread, NULL, run, self) != 0)
    g_error ("The store gets no thread");

  return self;
}

void
chatd_store_writer_stop (ChatdStoreWriter *self)
{
  g_return_if_fail (self != NULL);

  pthread_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  pthread_join (self->thread, NULL);
}

void
chatd_store_writer_free (ChatdStoreWriter *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->submitted);
  chatd_store_job_free (self->drop);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->changed);
  g_free (self);
}

void
chatd_store_writer_submit (ChatdStoreWriter *self, ChatdStoreBatch *batch)
{
  pthread_mutex_lock (&self->mutex);
  g_ptr_array_add (self->submitted, batch);
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

GPtrArray *
chatd_store_writer_take_back (ChatdStoreWriter *self)
{
  GPtrArray *batches;

  pthread_mutex_lock (&self->mutex);
  batches = self->submitted;
  self->submitted = new_batches ();
  self->is_failing = FALSE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);

  return batches;
}
