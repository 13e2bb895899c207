/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-password.h"

#include "chatd-random.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* About 30 ms of a core of 2020; stored with each hash, so that it may grow. */
#define ITERATIONS 120000
/* What waits for the thread: two seconds of work */
#define WAITING_MAX 64
/* … of one address, so that others find a place */
#define WAITING_OF_ONE_MAX 16

struct _ChatdPasswords
{
  GThreadPool *pool;     /* owned; of one thread */
  GMainContext *context; /* owned */
  GQueue jobs;           /* of owned Job, by their links */
};

typedef struct
{
  GList link;
  ChatdPasswords *passwords; /* borrowed */
  gint64 network;
  GSource *answer; /* owned: attached by the thread when it is done */
  char *password;  /* owned; wiped */
  ChatdPasswordHash hash;
  gboolean makes; /* else compares */
  ChatdPasswordOutcome outcome;
  ChatdPasswordDone done;
  gpointer data; /* borrowed */
} Job;

static void
job_free (Job *job)
{
  g_source_destroy (job->answer);
  g_source_unref (job->answer);
  explicit_bzero (job->password, strlen (job->password));
  g_free (job->password);
  g_free (job);
}

static void
finish (Job *job)
{
  g_queue_unlink (&job->passwords->jobs, &job->link);
  job->done (job->outcome, &job->hash, job->data);
  job_free (job);
}

static gboolean
on_answer (gpointer data)
{
  finish (data);
  return G_SOURCE_REMOVE;
}

/* --- in the thread ---------------------------------------------------------------------------- */

static gboolean
stretch (const Job *job, guint8 *out)
{
  const gnutls_datum_t key = { (unsigned char *) job->password,
                               (unsigned int) strlen (job->password) };
  const gnutls_datum_t salt = { (unsigned char *) job->hash.salt, CHATD_PASSWORD_SALT_SIZE };

  return gnutls_pbkdf2 (GNUTLS_MAC_SHA256, &key, &salt, (unsigned int) job->hash.iterations, out,
                        CHATD_PASSWORD_HASH_SIZE) == GNUTLS_E_SUCCESS;
}

static void
work (gpointer data, gpointer user_data)
{
  Job *job = data;
  const ChatdPasswords *self = user_data;
  guint8 hash[CHATD_PASSWORD_HASH_SIZE];
  const gboolean ok = stretch (job, hash);

  if (!ok)
    job->outcome = CHATD_PASSWORD_UNKNOWN;
  else if (job->makes)
    memcpy (job->hash.hash, hash, sizeof hash);
  else if (gnutls_memcmp (hash, job->hash.hash, sizeof hash) != 0)
    job->outcome = CHATD_PASSWORD_WRONG;
  explicit_bzero (hash, sizeof hash);
  g_source_attach (job->answer, self->context);
}

/* --- for the loop ----------------------------------------------------------------------------- */

static gboolean
is_full (const ChatdPasswords *self, gint64 network)
{
  guint of_one = 0;

  for (const GList *l = self->jobs.head; l != NULL; l = l->next)
    of_one += ((const Job *) l->data)->network == network;
  return self->jobs.length >= WAITING_MAX || of_one >= WAITING_OF_ONE_MAX;
}

static Job *
job_new (ChatdPasswords *self,
         gint64 network,
         const char *password,
         ChatdPasswordDone done,
         gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->link.data = job;
  job->passwords = self;
  job->network = network;
  job->password = g_strdup (password);
  job->outcome = CHATD_PASSWORD_RIGHT;
  job->done = done;
  job->data = data;
  job->answer = g_idle_source_new ();
  g_source_set_priority (job->answer, G_PRIORITY_DEFAULT);
  g_source_set_static_name (job->answer, "chatd password");
  g_source_set_callback (job->answer, on_answer, job, NULL);
  return job;
}

static void
start (ChatdPasswords *self, Job *job)
{
  g_queue_push_tail_link (&self->jobs, &job->link);
  if (self->pool == NULL)
    self->pool = g_thread_pool_new (work, self, 1, FALSE, NULL);
  g_thread_pool_push (self->pool, job, NULL);
}

gboolean
chatd_passwords_make (ChatdPasswords *self,
                      gint64 network,
                      const char *password,
                      ChatdPasswordDone done,
                      gpointer data)
{
  g_return_val_if_fail (password != NULL, FALSE);

  if (is_full (self, network))
    return FALSE;

  Job *job = job_new (self, network, password, done, data);
  job->makes = TRUE;
  job->hash.iterations = ITERATIONS;
  chatd_random_fill (job->hash.salt, sizeof job->hash.salt);
  start (self, job);
  return TRUE;
}

gboolean
chatd_passwords_check (ChatdPasswords *self,
                       gint64 network,
                       const char *password,
                       const ChatdPasswordHash *hash,
                       ChatdPasswordDone done,
                       gpointer data)
{
  g_return_val_if_fail (password != NULL && hash != NULL, FALSE);

  if (is_full (self, network))
    return FALSE;

  Job *job = job_new (self, network, password, done, data);
  job->hash = *hash;
  start (self, job);
  return TRUE;
}

ChatdPasswords *
chatd_passwords_new (void)
{
  ChatdPasswords *self = g_new0 (ChatdPasswords, 1);

  self->context = g_main_context_ref_thread_default ();
  return self;
}

void
chatd_passwords_free (ChatdPasswords *self)
{
  g_return_if_fail (self != NULL);

  if (self->pool != NULL)
    g_thread_pool_free (self->pool, TRUE, TRUE);
  while (self->jobs.head != NULL)
    {
      Job *job = self->jobs.head->data;

      job->outcome = CHATD_PASSWORD_UNKNOWN;
      finish (job);
    }
  g_main_context_unref (self->context);
  g_free (self);
}
