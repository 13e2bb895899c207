/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-reader.h"

#include "chatd-store-answer.h"

#include <pthread.h>

struct _ChatdStoreReader
{
  /* borrowed */
  ChatdStoreSqlite *db;
  ChatdStoreRecent *recent;
  ChatdStoreMailbox *mailbox;

  pthread_t thread;

  /* behind the mutex, which is not a GMutex: the thread sanitizer sees through this one */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  GQueue requests; /* owned; ChatdStoreRequest */
  gboolean is_ending;
};

/* A letter */
typedef struct
{
  ChatdStoreRequest *request; /* owned */
  ChatdStoreAnswer *answer;   /* owned */
} Answered;

static void
deliver (gpointer letter, gpointer unused)
{
  Answered *answered = letter;
  const ChatdStoreRequest *request = answered->request;
  const ChatdStoreAnswer *answer = answered->answer;

  if (request->is_load)
    request->loaded (answer->error == NULL ? &answer->state : NULL, answer->error, request->data);
  else
    request->paged (answer->error == NULL ? &answer->page : NULL, answer->error, request->data);
  chatd_store_answer_free (answered->answer);
  g_free (answered->request);
  g_free (answered);
}

static void
post (ChatdStoreReader *self, ChatdStoreRequest *request, ChatdStoreAnswer *answer)
{
  Answered *answered = g_new (Answered, 1);

  *answered = (Answered){ request, answer };
  chatd_store_mailbox_post (self->mailbox, deliver, answered);
}

/* @copy: (out) (nullable): what is recent of the room, as the transaction sees its chunks. A
 * transaction of SQLite begins with its first look. */
static gboolean
begin (ChatdStoreReader *self, guint64 room, ChatdStoreRecentRoom *copy, GError **error)
{
  const ChatdStoreRecentRoom *recent;
  gboolean ok;

  chatd_store_recent_lock (self->recent);
  ok = chatd_store_sqlite_run (self->db, CHATD_SQL_BEGIN_READ, error, "") &&
       chatd_store_sqlite_run (self->db, CHATD_SQL_GET_STORE, error, "");
  recent = chatd_store_recent_get_room (self->recent, room);
  if (ok && recent != NULL)
    {
      *copy = *recent;
      copy->ids = g_array_copy (recent->ids);
      copy->instances = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; i < recent->instances->len; i++)
        g_ptr_array_add (copy->instances, g_memdup2 (g_ptr_array_index (recent->instances, i),
                                                     sizeof (ChatdStoreRecentInstance)));
    }
  chatd_store_recent_unlock (self->recent);

  return ok;
}

static ChatdStoreAnswer *
answer_request (ChatdStoreReader *self, const ChatdStoreRequest *request)
{
  ChatdStoreAnswer *answer = chatd_store_answer_new ();
  ChatdStoreRecentRoom copy = { 0 };
  const ChatdStoreRecentRoom *recent;

  answer->page.after = request->after;
  if (begin (self, request->room, &copy, &answer->error))
    {
      recent = copy.ids != NULL ? &copy : NULL;
      if (request->is_load)
        chatd_store_answer_load (answer, self->db, request->room, recent);
      else
        chatd_store_answer_page (answer, self->db, request->room, recent, request->up_to,
                                 request->max_entries, request->max_bytes);
    }
  chatd_store_sqlite_roll_back (self->db);
  g_clear_pointer (&copy.ids, g_array_unref);
  g_clear_pointer (&copy.instances, g_ptr_array_unref);

  return answer;
}

/* Returns: (transfer full) (nullable): %NULL at the end */
static ChatdStoreRequest *
await_request (ChatdStoreReader *self)
{
  ChatdStoreRequest *request;

  pthread_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->requests) && !self->is_ending)
    pthread_cond_wait (&self->changed, &self->mutex);
  request = self->is_ending ? NULL : g_queue_pop_head (&self->requests);
  pthread_mutex_unlock (&self->mutex);

  return request;
}

static gpointer
run (gpointer data)
{
  ChatdStoreReader *self = data;
  ChatdStoreRequest *request;

  while ((request = await_request (self)) != NULL)
    post (self, request, answer_request (self, request));

  return NULL;
}

ChatdStoreReader *
chatd_store_reader_new (ChatdStoreSqlite *db, ChatdStoreRecent *recent, ChatdStoreMailbox *mailbox)
{
  ChatdStoreReader *self = g_new0 (ChatdStoreReader, 1);

  self->db = db;
  self->recent = recent;
  self->mailbox = mailbox;
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
  if (pthread_create (&self->thread, NULL, run, self) != 0)
    g_error ("The store gets no thread");

  return self;
}

static void
refuse_rest (ChatdStoreReader *self)
{
  ChatdStoreRequest *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    {
      ChatdStoreAnswer *answer = chatd_store_answer_new ();

      g_set_error_literal (&answer->error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_CLOSED,
                           "The store was closed");
      post (self, request, answer);
    }
}

void
chatd_store_reader_free (ChatdStoreReader *self)
{
  g_return_if_fail (self != NULL);

  pthread_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  pthread_join (self->thread, NULL);

  refuse_rest (self);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->changed);
  g_free (self);
}

void
chatd_store_reader_submit (ChatdStoreReader *self, const ChatdStoreRequest *request)
{
  pthread_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->requests, g_memdup2 (request, sizeof *request));
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}
