/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store.h"

#include "chat-limits.h"
#include "chatd-store-fold.h"
#include "chatd-store-folder.h"
#include "chatd-store-identity.h"
#include "chatd-store-private.h"
#include "chatd-store-reader.h"
#include "chatd-store-schema.h"
#include "chatd-store-writer.h"

#include <string.h>

#define DATABASE_NAME "chatd.db"
/* What nobody waits for is handed over after */
#define LAZY_US (3 * G_USEC_PER_SEC)

struct _ChatdStore
{
  /* owned */
  ChatdStoreFolder *folder;
  ChatdStoreSqlite *db;      /* the writer's, once it runs */
  ChatdStoreSqlite *read_db; /* the reader's, likewise */
  ChatdStoreRecent *recent;
  ChatdStoreMailbox *mailbox;
  ChatdStoreWriter *writer;
  ChatdStoreReader *reader;
  ChatdStoreBatch *gathered; /* in this turn of the loop */
  GSource *turn;             /* hands it over */

  ChatdStoreIdentity identity; /* next_id and reserved go on */
  guint64 told;                /* ids up to it are durable, or failed, and were told to be */
  gsize pending;               /* bytes that are not durable yet */
  gboolean is_failing;         /* inside the callbacks that tell so */
  gboolean is_closing;
  gboolean has_read; /* the reader has begun */
};

G_DEFINE_QUARK (chatd - store - error - quark, chatd_store_error)

gboolean
chatd_store_error_is_retryable (const GError *error)
{
  return g_error_matches (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_FULL) ||
         g_error_matches (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_IO);
}

/* --- handing over --- */

static void
hand_over (ChatdStore *self)
{
  ChatdStoreBatch *batch = self->gathered;

  batch->next_id = self->identity.next_id;
  self->gathered = chatd_store_batch_new ();
  chatd_store_writer_submit (self->writer, batch);
}

static gboolean
on_turn (GSource *source, GSourceFunc unused, gpointer data)
{
  g_source_set_ready_time (source, -1);
  hand_over (data);

  return G_SOURCE_CONTINUE;
}

static gboolean
call_on_turn (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* --- what came of it --- */

static void
tell_batches (ChatdStore *self, GPtrArray *batches, const GError *error)
{
  for (guint i = 0; i < batches->len; i++)
    {
      ChatdStoreBatch *batch = g_ptr_array_index (batches, i);

      self->pending -= batch->size;
      chatd_store_batch_tell (batch, error);
    }
}

/* What was written since builds on what failed. */
static void
tell_failure (ChatdStore *self, const ChatdStoreGroup *group)
{
  g_autoptr (GPtrArray) rest = chatd_store_writer_take_back (self->writer);

  g_ptr_array_add (rest, self->gathered);
  self->gathered = chatd_store_batch_new ();
  g_source_set_ready_time (self->turn, -1);
  self->is_failing = TRUE;
  tell_batches (self, group->batches, group->error);
  tell_batches (self, rest, group->error);
  self->is_failing = FALSE;
}

static void
on_group (gpointer letter, gpointer data)
{
  ChatdStore *self = data;
  g_autoptr (ChatdStoreGroup) group = letter;

  if (group->error != NULL)
    {
      tell_failure (self, group);
      return;
    }

  self->identity.reserved = group->reserved;
  self->told = group->next_id - 1;
  tell_batches (self, group->batches, NULL);
}

static void
on_job (gpointer letter, gpointer data)
{
  g_autoptr (ChatdStoreJob) job = letter;

  chatd_store_job_tell (job, job->error);
}

/* --- opening --- */

static GSourceFuncs turn_funcs = { .dispatch = on_turn };

static void
attach_sources (ChatdStore *self)
{
  GMainContext *context = g_main_context_get_thread_default ();

  self->mailbox = chatd_store_mailbox_new (context, self);
  self->turn = g_source_new (&turn_funcs, sizeof (GSource));
  g_source_set_static_name (self->turn, "chatd store turn");
  g_source_set_callback (self->turn, call_on_turn, self, NULL);
  g_source_attach (self->turn, context);
}

static gboolean
open_database (ChatdStore *self, GError **error)
{
  g_autofree char *path = NULL;
  guint64 file;

  path = chatd_store_folder_touch (self->folder, DATABASE_NAME, &file, error);
  if (path == NULL)
    return FALSE;

  self->db = chatd_store_sqlite_open (path, FALSE, error);
  if (self->db == NULL || !chatd_store_schema_migrate (self->db, path, error) ||
      !chatd_store_identity_begin (self->db, file, &self->identity, error) ||
      !chatd_store_fold_recover (self->db, self->recent, self->identity.folded, error))
    return FALSE;

  self->read_db = chatd_store_sqlite_open (path, TRUE, error);
  return self->read_db != NULL;
}

ChatdStore *
chatd_store_open (const char *folder, GError **error)
{
  g_return_val_if_fail (folder != NULL, NULL);

  g_autoptr (ChatdStore) self = g_new0 (ChatdStore, 1);
  self->recent = chatd_store_recent_new ();
  self->gathered = chatd_store_batch_new ();
  self->folder = chatd_store_folder_open (folder, error);
  if (self->folder == NULL || !open_database (self, error))
    return NULL;

  self->told = self->identity.next_id - 1;
  attach_sources (self);
  self->writer = chatd_store_writer_new (self->db, self->recent, self->mailbox,
                                         self->identity.reserved, on_group, on_job);
  self->reader = chatd_store_reader_new (self->read_db, self->recent, self->mailbox);
  return g_steal_pointer (&self);
}

/* Failing here is told like any other, but nothing may be written any more. */
static void
end_threads (ChatdStore *self)
{
  if (!chatd_store_batch_is_empty (self->gathered))
    hand_over (self);
  chatd_store_reader_free (self->reader);
  chatd_store_writer_stop (self->writer);
  self->is_closing = TRUE;
  chatd_store_mailbox_free (self->mailbox);
  chatd_store_writer_free (self->writer);
  g_source_destroy (self->turn);
  g_source_unref (self->turn);
}

void
chatd_store_free (ChatdStore *self)
{
  g_return_if_fail (self != NULL);

  if (self->writer != NULL)
    end_threads (self);
  g_clear_pointer (&self->read_db, chatd_store_sqlite_free);
  g_clear_pointer (&self->db, chatd_store_sqlite_free);
  g_clear_pointer (&self->recent, chatd_store_recent_free);
  g_clear_pointer (&self->gathered, chatd_store_batch_free);
  g_clear_pointer (&self->folder, chatd_store_folder_free);
  g_free (self);
}

guint64
chatd_store_get_generation (const ChatdStore *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->identity.generation;
}

gboolean
chatd_store_can_write (const ChatdStore *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return !self->is_failing && !self->is_closing && self->pending < CHATD_STORE_PENDING_MAX &&
         self->identity.next_id <= self->identity.reserved;
}

gboolean
chatd_store_can_write_all (ChatdStore *self, guint n)
{
  g_return_val_if_fail (self != NULL && n > 0, FALSE);

  const guint64 last_id = self->identity.next_id + n - 1;
  const gsize size = n * (gsize) CHAT_ENTRY_BODY_MAX;
  if (last_id > self->identity.reserved)
    g_source_set_ready_time (self->turn, 0); /* asks for more ids */

  return chatd_store_can_write (self) && last_id <= self->identity.reserved &&
         self->pending + size <= CHATD_STORE_PENDING_MAX;
}

/* --- the start --- */

static ChatdStoreRoom
room_of (sqlite3_stmt *row)
{
  ChatdStoreRoom room = { .number = (guint64) sqlite3_column_int64 (row, 0),
                          .name = (const char *) sqlite3_column_text (row, 2),
                          .settings = sqlite3_column_blob (row, 3),
                          .settings_len = (gsize) sqlite3_column_bytes (row, 3),
                          .created_us = sqlite3_column_int64 (row, 5),
                          .closed_us = sqlite3_column_int64 (row, 6),
                          .pair = { (guint64) sqlite3_column_int64 (row, 8),
                                    (guint64) sqlite3_column_int64 (row, 9) } };

  if (sqlite3_column_bytes (row, 1) == sizeof room.uid)
    memcpy (room.uid, sqlite3_column_blob (row, 1), sizeof room.uid);
  if (sqlite3_column_bytes (row, 4) == sizeof room.host_key)
    memcpy (room.host_key, sqlite3_column_blob (row, 4), sizeof room.host_key);
  if (sqlite3_column_bytes (row, 7) == sizeof room.parent)
    memcpy (room.parent, sqlite3_column_blob (row, 7), sizeof room.parent);

  return room;
}

gboolean
chatd_store_foreach_room (ChatdStore *self, ChatdStoreRoomFunc func, gpointer data, GError **error)
{
  g_return_val_if_fail (self != NULL && func != NULL, FALSE);
  g_return_val_if_fail (!self->has_read, FALSE);

  GError *failure = NULL;
  sqlite3_stmt *row = chatd_store_sqlite_query (self->read_db, CHATD_SQL_LIST_ROOMS, "");
  while (chatd_store_sqlite_next (self->read_db, row, &failure))
    {
      const ChatdStoreRoom room = room_of (row);

      if (!func (&room, data))
        break;
    }
  chatd_store_sqlite_end (row);
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, failure);
  return FALSE;
}

/* --- writing --- */

/* Returns: whether something can be written now; the next turn then hands it over. If only ids are
 * lacking, it asks for more: those of failed transactions are used up, too. */
static gboolean
begin_write (ChatdStore *self)
{
  const gboolean can_write = chatd_store_can_write (self);

  if (can_write || self->identity.next_id > self->identity.reserved)
    g_source_set_ready_time (self->turn, 0);

  return can_write;
}

static void
gather (ChatdStore *self, const ChatdStoreOp *op)
{
  const gsize before = self->gathered->size;

  chatd_store_batch_add (self->gathered, op);
  self->pending += self->gathered->size - before;
}

gboolean
chatd_store_add_op (ChatdStore *self, const ChatdStoreOp *op)
{
  if (!begin_write (self))
    return FALSE;

  gather (self, op);
  return TRUE;
}

ChatdStoreSqlite *
chatd_store_peek_reading (ChatdStore *self)
{
  return self->read_db;
}

guint64
chatd_store_create_room (ChatdStore *self,
                         const ChatdStoreRoom *room,
                         ChatdStoreDone done,
                         gpointer data)
{
  g_return_val_if_fail (self != NULL && room != NULL && room->name != NULL, 0);

  ChatdStoreOp op = {
    .kind = CHATD_STORE_OP_CREATE_ROOM, .info = *room, .done = done, .data = data
  };
  if (!begin_write (self))
    return 0;

  op.info.number = self->identity.next_id++;
  gather (self, &op);
  return op.info.number;
}

gboolean
chatd_store_set_settings (ChatdStore *self,
                          guint64 room,
                          const guint8 *settings,
                          gsize settings_len,
                          ChatdStoreDone done,
                          gpointer data)
{
  g_return_val_if_fail (self != NULL && (settings != NULL || settings_len == 0), FALSE);

  const ChatdStoreOp op = {
    .kind = CHATD_STORE_OP_SET_SETTINGS,
    .info = { .number = room, .settings = settings, .settings_len = settings_len },
    .done = done,
    .data = data
  };
  if (!begin_write (self))
    return FALSE;

  gather (self, &op);
  return TRUE;
}

gboolean
chatd_store_close_room (
    ChatdStore *self, guint64 room, gint64 closed_us, ChatdStoreDone done, gpointer data)
{
  g_return_val_if_fail (self != NULL && closed_us > 0, FALSE);

  const ChatdStoreOp op = { .kind = CHATD_STORE_OP_CLOSE_ROOM,
                            .info = { .number = room, .closed_us = closed_us },
                            .done = done,
                            .data = data };
  if (!begin_write (self))
    return FALSE;

  gather (self, &op);
  return TRUE;
}

gboolean
chatd_store_put_member (ChatdStore *self,
                        guint64 room,
                        const ChatdStoreMember *member,
                        ChatdStoreDone done,
                        gpointer data)
{
  g_return_val_if_fail (self != NULL && member != NULL && member->name != NULL, FALSE);

  const ChatdStoreOp op = {
    .kind = CHATD_STORE_OP_PUT_MEMBER, .room = room, .member = *member, .done = done, .data = data
  };
  if (!begin_write (self))
    return FALSE;

  gather (self, &op);
  return TRUE;
}

gboolean
chatd_store_put_seen (ChatdStore *self, guint64 room, guint64 member, guint64 id)
{
  g_return_val_if_fail (self != NULL, FALSE);

  const ChatdStoreOp op = { .kind = CHATD_STORE_OP_PUT_SEEN,
                            .room = room,
                            .member = { .number = member, .seen = id } };
  if (!chatd_store_can_write (self))
    return FALSE;

  if (g_source_get_ready_time (self->turn) < 0)
    g_source_set_ready_time (self->turn, g_get_monotonic_time () + LAZY_US);
  gather (self, &op);
  return TRUE;
}

guint64
chatd_store_append (
    ChatdStore *self, guint64 room, const ChatEntry *entry, ChatdStoreDone done, gpointer data)
{
  g_return_val_if_fail (self != NULL && entry != NULL && entry->kind != 0, 0);
  g_return_val_if_fail (entry->body_len <= CHAT_ENTRY_BODY_MAX, 0);

  ChatdStoreOp op = {
    .kind = CHATD_STORE_OP_APPEND, .room = room, .entry = *entry, .done = done, .data = data
  };
  if (!begin_write (self))
    return 0;

  op.entry.id = self->identity.next_id++;
  gather (self, &op);
  return op.entry.id;
}

gboolean
chatd_store_consume (ChatdStore *self,
                     guint64 room,
                     guint64 member,
                     guint64 instance,
                     guint64 cseq,
                     ChatdStoreDone done,
                     gpointer data)
{
  g_return_val_if_fail (self != NULL && instance != 0 && cseq != 0, FALSE);

  ChatdStoreOp op = { .kind = CHATD_STORE_OP_CONSUME,
                      .room = room,
                      .entry = { .member = member, .instance = instance, .cseq = cseq },
                      .done = done,
                      .data = data };
  if (!begin_write (self))
    return FALSE;

  op.entry.id = self->identity.next_id++;
  gather (self, &op);
  return TRUE;
}

/* --- jobs --- */

/* @job: (transfer full) */
static gboolean
order_job (ChatdStore *self, ChatdStoreJob *job)
{
  if (!begin_write (self))
    {
      chatd_store_job_free (job);
      return FALSE;
    }

  job->up_to = self->told;
  chatd_store_batch_add_job (self->gathered, job);
  return TRUE;
}

gboolean
chatd_store_erase_member (
    ChatdStore *self, guint64 room, guint64 member, ChatdStoreErased erased, gpointer data)
{
  g_return_val_if_fail (self != NULL, FALSE);

  ChatdStoreJob *job = chatd_store_job_new (CHATD_STORE_JOB_ERASE);
  job->room = room;
  job->member = member;
  job->erased = erased;
  job->data = data;
  return order_job (self, job);
}

gboolean
chatd_store_retain (ChatdStore *self,
                    guint64 keep_messages,
                    gint64 keep_from_us,
                    ChatdStoreDone done,
                    gpointer data)
{
  g_return_val_if_fail (self != NULL, FALSE);

  ChatdStoreJob *job = chatd_store_job_new (CHATD_STORE_JOB_RETAIN);
  job->keep_messages = keep_messages;
  job->from_us = keep_from_us;
  job->done = done;
  job->data = data;
  return order_job (self, job);
}

gboolean
chatd_store_forget (ChatdStore *self, gint64 before_us, ChatdStoreDone done, gpointer data)
{
  g_return_val_if_fail (self != NULL, FALSE);

  ChatdStoreJob *job = chatd_store_job_new (CHATD_STORE_JOB_FORGET);
  job->from_us = before_us;
  job->done = done;
  job->data = data;
  return order_job (self, job);
}

/* --- reading --- */

void
chatd_store_load_room (ChatdStore *self, guint64 room, ChatdStoreLoaded loaded, gpointer data)
{
  g_return_if_fail (self != NULL && loaded != NULL);

  const ChatdStoreRequest request = {
    .room = room, .is_load = TRUE, .loaded = loaded, .data = data
  };
  self->has_read = TRUE;
  chatd_store_reader_submit (self->reader, &request);
}

void
chatd_store_read_page (ChatdStore *self,
                       guint64 room,
                       guint64 after,
                       guint max_entries,
                       gsize max_bytes,
                       ChatdStorePaged paged,
                       gpointer data)
{
  g_return_if_fail (self != NULL && paged != NULL && max_entries > 0);

  const ChatdStoreRequest request = { .room = room,
                                      .after = MIN (after, (guint64) G_MAXINT64),
                                      .up_to = self->told,
                                      .max_entries = max_entries,
                                      .max_bytes = max_bytes,
                                      .paged = paged,
                                      .data = data };
  self->has_read = TRUE;
  chatd_store_reader_submit (self->reader, &request);
}
