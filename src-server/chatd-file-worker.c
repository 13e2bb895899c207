/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-file-worker.h"

#include "chatd-store-mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* Of a file that is checked, in one step: less than a ms */
#define CHECK_STEP (128 * 1024)
/* So much may wait in the kernel for the disk: a commit of the rooms' store, which shares it, waits
 * for no more than that. */
#define WRITE_BEHIND (1024 * 1024)

typedef enum
{
  JOB_OPEN_PART,
  JOB_OPEN_FILE,
  JOB_APPEND,
  JOB_CHECK,
  JOB_READ,
  JOB_CLOSE,
  JOB_REMOVE_PART,
  JOB_REMOVE_FILE,
  JOB_SWEEP,
} JobKind;

typedef struct
{
  JobKind kind;
  ChatdFileHandle *handle; /* borrowed (nullable) */
  ChatdFilePart part;
  GBytes *bytes; /* owned (nullable) */
  guint64 offset;
  gsize len;
  /* SWEEP */
  GHashTable *files; /* owned (nullable) */
  gint64 before_s;
  ChatdFileSwept swept;
  gpointer data;
  GArray *found; /* owned, of ChatdFileFound */
  GArray *gone;  /* likewise */
} Job;

/* To the loop */
typedef struct
{
  ChatdFileHandle *handle;
  ChatdFileNews news;
  GBytes *bytes;    /* owned (nullable) */
  gboolean is_last; /* the handle is closed: free it */
} Letter;

struct _ChatdFileHandle
{
  ChatdFileWorker *worker; /* borrowed */
  ChatdFilePart part;
  /* the loop's */
  ChatdFileNewsFunc func; /* (nullable): closed */
  gpointer data;          /* borrowed */
  /* the thread's */
  int fd;           /* -1: none */
  guint64 size;     /* bytes that are there */
  guint64 pushed;   /* of them, not waiting for the disk any more */
  GChecksum *hash;  /* owned (nullable) */
  guint64 hashed;   /* bytes that are in it */
  gboolean is_over; /* it failed */
};

struct _ChatdFileWorker
{
  /* owned */
  ChatdFileFolder *folder;
  ChatdStoreMailbox *mailbox;
  pthread_t thread;

  /* behind the mutex, which is not a GMutex: the thread sanitizer sees through this one */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  GQueue jobs; /* of owned Job */
  gboolean is_ending;

  GQueue checking; /* the thread's: of ChatdFileHandle */
};

/* --- jobs and letters ------------------------------------------------------------------------- */

static void
job_free (Job *job)
{
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_clear_pointer (&job->files, g_hash_table_unref);
  g_clear_pointer (&job->found, g_array_unref);
  g_clear_pointer (&job->gone, g_array_unref);
  g_free (job);
}

static void
add_job (ChatdFileWorker *self, const Job *job)
{
  pthread_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->jobs, g_memdup2 (job, sizeof *job));
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

static void
on_letter (gpointer letter, gpointer data)
{
  Letter *own = letter;
  ChatdFileHandle *handle = own->handle;

  if (own->bytes != NULL)
    own->news.bytes = g_bytes_get_data (own->bytes, &own->news.len);
  if (!own->is_last && handle->func != NULL)
    handle->func (&own->news, handle->data);
  if (own->is_last)
    g_free (handle);
  g_clear_pointer (&own->bytes, g_bytes_unref);
  g_free (own);
}

static void
post (ChatdFileHandle *handle, const Letter *letter)
{
  Letter *own = g_memdup2 (letter, sizeof *letter);

  own->handle = handle;
  chatd_store_mailbox_post (handle->worker->mailbox, on_letter, own);
}

static void
tell (ChatdFileHandle *handle, ChatdFileNewsKind kind, guint64 size)
{
  const Letter letter = { .news = { .kind = kind, .size = size } };

  if (kind == CHATD_FILE_IS_BAD || kind == CHATD_FILE_IS_GONE || kind == CHATD_FILE_FAILED)
    handle->is_over = TRUE;
  post (handle, &letter);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void
open_part (ChatdFileWorker *self, ChatdFileHandle *handle)
{
  handle->fd = chatd_file_folder_open_part (self->folder, &handle->part, &handle->size);
  handle->pushed = handle->size;
  handle->hash = g_checksum_new (G_CHECKSUM_SHA256);
  if (handle->fd >= 0)
    tell (handle, CHATD_FILE_OPENED, handle->size);
  else
    tell (handle, CHATD_FILE_FAILED, 0);
}

static gboolean
write_all (ChatdFileHandle *handle, const guint8 *bytes, gsize len)
{
  while (len > 0)
    {
      const gssize n = pwrite (handle->fd, bytes, len, (off_t) handle->size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      handle->size += (gsize) n;
      bytes += n;
      len -= (gsize) n;
    }
  return TRUE;
}

/* Only speeds up what a later fsync() answers for. */
static void
push_to_disk (ChatdFileHandle *handle)
{
  if (handle->size - handle->pushed < WRITE_BEHIND)
    return;

  sync_file_range (handle->fd, (off64_t) handle->pushed, (off64_t) (handle->size - handle->pushed),
                   SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                       SYNC_FILE_RANGE_WAIT_AFTER);
  handle->pushed = handle->size;
}

static void
append (ChatdFileHandle *handle, GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  const gboolean is_hashed = handle->hashed == handle->size;

  if (!write_all (handle, data, len))
    {
      tell (handle, CHATD_FILE_FAILED, 0);
      return;
    }
  if (is_hashed) /* else it is read again in the end: another connection brought what is before */
    {
      g_checksum_update (handle->hash, data, (gssize) len);
      handle->hashed = handle->size;
    }
  push_to_disk (handle);
  tell (handle, CHATD_FILE_WRITTEN, len);
}

/* --- checking --------------------------------------------------------------------------------- */

/* Returns: whether there may be more of it */
static gboolean
hash_some (ChatdFileHandle *handle)
{
  g_autofree guint8 *bytes = NULL;
  gssize n;

  if (handle->hashed == handle->size)
    return FALSE;

  bytes = g_malloc (CHECK_STEP);
  do
    n = pread (handle->fd, bytes, MIN (CHECK_STEP, handle->size - handle->hashed),
               (off_t) handle->hashed);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return FALSE;

  g_checksum_update (handle->hash, bytes, n);
  handle->hashed += (gsize) n;
  return TRUE;
}

static gboolean
is_right (ChatdFileHandle *handle)
{
  guint8 digest[CHATD_FILE_HASH_SIZE];
  gsize len = sizeof digest;

  if (handle->hashed != handle->size)
    return FALSE;

  g_checksum_get_digest (handle->hash, digest, &len);
  return memcmp (digest, handle->part.sha256, sizeof digest) == 0;
}

static void
end_check (ChatdFileWorker *self, ChatdFileHandle *handle)
{
  if (!is_right (handle))
    {
      chatd_file_folder_remove_part (self->folder, &handle->part);
      tell (handle, CHATD_FILE_IS_BAD, 0);
    }
  else if (chatd_file_folder_keep (self->folder, &handle->part, handle->fd))
    tell (handle, CHATD_FILE_STORED, handle->size);
  else
    tell (handle, CHATD_FILE_FAILED, 0);
  handle->is_over = TRUE;
}

static void
step_check (ChatdFileWorker *self)
{
  ChatdFileHandle *handle = g_queue_pop_head (&self->checking);

  if (hash_some (handle))
    g_queue_push_tail (&self->checking, handle);
  else
    end_check (self, handle);
}

/* --- reading ---------------------------------------------------------------------------------- */

static void
open_file (ChatdFileWorker *self, ChatdFileHandle *handle)
{
  handle->fd = chatd_file_folder_open_file (self->folder, handle->part.sha256, &handle->size);
  if (handle->fd >= 0)
    tell (handle, CHATD_FILE_OPENED, handle->size);
  else
    tell (handle, CHATD_FILE_IS_GONE, 0);
}

static void
read_some (ChatdFileHandle *handle, guint64 offset, gsize len)
{
  guint8 *bytes = g_malloc (len);
  const gssize n = pread (handle->fd, bytes, len, (off_t) offset);
  const Letter letter = { .news = { .kind = CHATD_FILE_READ },
                          .bytes = g_bytes_new_take (bytes, n > 0 ? (gsize) n : 0) };

  post (handle, &letter);
}

static void
close_handle (ChatdFileWorker *self, ChatdFileHandle *handle)
{
  const Letter letter = { .is_last = TRUE };

  g_queue_remove (&self->checking, handle);
  if (handle->fd >= 0)
    close (handle->fd);
  g_clear_pointer (&handle->hash, g_checksum_free);
  post (handle, &letter);
}

/* --- sweeping --------------------------------------------------------------------------------- */

static gboolean
part_stays (const ChatdFilePart *part, guint64 size, gint64 at_s, gpointer data)
{
  Job *job = data;
  const ChatdFileFound found = { .part = *part, .size = size };
  const gboolean stays = at_s >= job->before_s;

  g_array_append_val (stays ? job->found : job->gone, found);
  return stays;
}

static gboolean
file_stays (const guint8 *sha256, gpointer files)
{
  return g_hash_table_contains (files, sha256);
}

static void
on_swept (gpointer letter, gpointer data)
{
  Job *job = letter;

  job->swept ((const ChatdFileFound *) (gpointer) job->found->data, job->found->len,
              (const ChatdFileFound *) (gpointer) job->gone->data, job->gone->len, job->data);
  job_free (job);
}

/* Takes @job. */
static void
do_sweep (ChatdFileWorker *self, Job *job)
{
  job->found = g_array_new (FALSE, FALSE, sizeof (ChatdFileFound));
  job->gone = g_array_new (FALSE, FALSE, sizeof (ChatdFileFound));
  chatd_file_folder_sweep_parts (self->folder, part_stays, job);
  if (job->files != NULL)
    chatd_file_folder_sweep_files (self->folder, file_stays, job->files);
  chatd_store_mailbox_post (self->mailbox, on_swept, job);
}

/* --- the thread ------------------------------------------------------------------------------- */

static void
do_with_handle (ChatdFileWorker *self, const Job *job)
{
  ChatdFileHandle *handle = job->handle;

  switch (job->kind)
    {
    case JOB_OPEN_PART:
      open_part (self, handle);
      break;
    case JOB_OPEN_FILE:
      open_file (self, handle);
      break;
    case JOB_APPEND:
      append (handle, job->bytes);
      break;
    case JOB_CHECK:
      g_queue_push_tail (&self->checking, handle);
      break;
    default:
      read_some (handle, job->offset, job->len);
    }
}

/* Takes @job. */
static void
do_job (ChatdFileWorker *self, Job *job)
{
  switch (job->kind)
    {
    case JOB_SWEEP:
      do_sweep (self, job);
      return;
    case JOB_CLOSE:
      close_handle (self, job->handle);
      break;
    case JOB_REMOVE_PART:
      chatd_file_folder_remove_part (self->folder, &job->part);
      break;
    case JOB_REMOVE_FILE:
      chatd_file_folder_remove_file (self->folder, job->part.sha256);
      break;
    default:
      if (!job->handle->is_over)
        do_with_handle (self, job);
    }
  job_free (job);
}

/* @job: (out) (nullable): there is something to check. Returns: %FALSE: the end */
static gboolean
await_job (ChatdFileWorker *self, Job **job)
{
  gboolean goes_on;

  pthread_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->jobs) && g_queue_is_empty (&self->checking) && !self->is_ending)
    pthread_cond_wait (&self->changed, &self->mutex);
  *job = g_queue_pop_head (&self->jobs);
  goes_on = *job != NULL || !self->is_ending;
  pthread_mutex_unlock (&self->mutex);

  return goes_on;
}

/* It is as important as the loop: where it was nicer, and processors were scarce, the loop waited
 * for it 140 ms, as it was kept from giving a lock back. */
static gpointer
run (gpointer data)
{
  ChatdFileWorker *self = data;
  Job *job;

  while (await_job (self, &job))
    {
      if (job != NULL)
        do_job (self, job);
      if (!g_queue_is_empty (&self->checking))
        step_check (self);
    }
  return NULL;
}

/* --- for the loop ----------------------------------------------------------------------------- */

ChatdFileWorker *
chatd_file_worker_new (ChatdFileFolder *folder)
{
  ChatdFileWorker *self = g_new0 (ChatdFileWorker, 1);

  self->folder = folder;
  self->mailbox = chatd_store_mailbox_new (g_main_context_get_thread_default (), self);
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
  if (pthread_create (&self->thread, NULL, run, self) != 0)
    g_error ("The files get no thread");
  pthread_setname_np (self->thread, "chatd-files");

  return self;
}

void
chatd_file_worker_free (ChatdFileWorker *self)
{
  g_return_if_fail (self != NULL);

  pthread_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  pthread_join (self->thread, NULL);
  chatd_store_mailbox_free (self->mailbox);
  chatd_file_folder_free (self->folder);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->changed);
  g_free (self);
}

static ChatdFileHandle *
add_handle (ChatdFileWorker *self,
            JobKind kind,
            const ChatdFilePart *part,
            ChatdFileNewsFunc news,
            gpointer data)
{
  ChatdFileHandle *handle = g_new0 (ChatdFileHandle, 1);
  const Job job = { .kind = kind, .handle = handle };

  handle->worker = self;
  handle->part = *part;
  handle->func = news;
  handle->data = data;
  handle->fd = -1;
  add_job (self, &job);
  return handle;
}

ChatdFileHandle *
chatd_file_worker_write (ChatdFileWorker *self,
                         const ChatdFilePart *part,
                         ChatdFileNewsFunc news,
                         gpointer data)
{
  return add_handle (self, JOB_OPEN_PART, part, news, data);
}

ChatdFileHandle *
chatd_file_worker_read (ChatdFileWorker *self,
                        const guint8 *sha256,
                        ChatdFileNewsFunc news,
                        gpointer data)
{
  ChatdFilePart part = { 0 };

  memcpy (part.sha256, sha256, sizeof part.sha256);
  return add_handle (self, JOB_OPEN_FILE, &part, news, data);
}

void
chatd_file_handle_close (ChatdFileHandle *handle)
{
  const Job job = { .kind = JOB_CLOSE, .handle = handle };

  handle->func = NULL;
  add_job (handle->worker, &job);
}

void
chatd_file_handle_append (ChatdFileHandle *handle, const guint8 *bytes, gsize len)
{
  const Job job = { .kind = JOB_APPEND, .handle = handle, .bytes = g_bytes_new (bytes, len) };

  add_job (handle->worker, &job);
}

void
chatd_file_handle_check (ChatdFileHandle *handle)
{
  const Job job = { .kind = JOB_CHECK, .handle = handle };

  add_job (handle->worker, &job);
}

void
chatd_file_handle_read (ChatdFileHandle *handle, guint64 offset, gsize len)
{
  const Job job = { .kind = JOB_READ, .handle = handle, .offset = offset, .len = len };

  add_job (handle->worker, &job);
}

void
chatd_file_worker_remove_part (ChatdFileWorker *self, const ChatdFilePart *part)
{
  const Job job = { .kind = JOB_REMOVE_PART, .part = *part };

  add_job (self, &job);
}

void
chatd_file_worker_remove_file (ChatdFileWorker *self, const guint8 *sha256)
{
  Job job = { .kind = JOB_REMOVE_FILE };

  memcpy (job.part.sha256, sha256, sizeof job.part.sha256);
  add_job (self, &job);
}

void
chatd_file_worker_sweep (
    ChatdFileWorker *self, GHashTable *files, gint64 before_s, ChatdFileSwept swept, gpointer data)
{
  const Job job = {
    .kind = JOB_SWEEP, .files = files, .before_s = before_s, .swept = swept, .data = data
  };

  add_job (self, &job);
}

guint64
chatd_file_worker_get_free (ChatdFileWorker *self)
{
  return chatd_file_folder_get_free (self->folder);
}
