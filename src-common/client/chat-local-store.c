/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-store-private.h"

#include "chat-entry-about.h"
#include "chat-local-store-folder.h"
#include "chat-local-store-queue.h"
#include "chat-message-file.h"
#include "chat-search-index.h"

#include <string.h>
#include <unistd.h>

struct _ChatLocalStore
{
  grefcount refs;
  ChatLocalStoreSql *sql;     /* owned */
  ChatSearchIndex *index;     /* owned; NULL while it is opened */
  ChatLocalStoreQueue *queue; /* owned: not on disk yet */
  gint64 last_room;
  int lock_fd; /* -1: in memory */
};

/* --- writing ------------------------------------------------------------- */

static ChatLocalStoreValue
number (guint64 n)
{
  return (ChatLocalStoreValue){ .type = SQLITE_INTEGER, .number = (gint64) n };
}

static ChatLocalStoreValue
blob (gconstpointer bytes, gsize len)
{
  return (ChatLocalStoreValue){ .type = SQLITE_BLOB, .bytes = g_memdup2 (bytes, len), .len = len };
}

static ChatLocalStoreValue
text (const char *string)
{
  ChatLocalStoreValue value = blob (string, strlen (string));

  value.type = SQLITE_TEXT;
  return value;
}

#define QUEUE(self, which, durable, ...)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const ChatLocalStoreValue values_[] = { __VA_ARGS__ };                                         \
    chat_local_store_queue_add ((self)->queue, which, durable, G_N_ELEMENTS (values_), values_);   \
  }                                                                                                \
  G_STMT_END

gboolean
chat_local_store_flush (ChatLocalStore *self, GError **error)
{
  return chat_local_store_queue_flush (self->queue, self->sql, error);
}

void
chat_local_store_scrub (ChatLocalStore *self)
{
  g_autoptr (GError) error = NULL;

  if (!chat_local_store_flush (self, &error) || !chat_local_store_sql_scrub (self->sql, &error))
    g_warning ("%s", error->message);
}

/* --- rooms --------------------------------------------------------------- */

ChatStoredRoom *
chat_stored_room_copy (const ChatStoredRoom *room)
{
  ChatStoredRoom *copy = g_memdup2 (room, sizeof *room);

  copy->host = g_strdup (room->host);
  copy->name = g_strdup (room->name);
  copy->user_name = g_strdup (room->user_name);
  copy->draft = g_strdup (room->draft);
  return copy;
}

gboolean
chat_stored_room_is_private (const ChatStoredRoom *room)
{
  static const guint8 none[CHAT_UID_SIZE] = { 0 };

  return memcmp (room->parent, none, sizeof none) != 0;
}

void
chat_stored_room_free (ChatStoredRoom *room)
{
  g_free (room->host);
  g_free (room->name);
  g_free (room->user_name);
  g_free (room->draft);
  explicit_bzero (room, sizeof *room);
  g_free (room);
}

void
chat_local_store_put_room (ChatLocalStore *self, ChatStoredRoom *room)
{
  if (room->number == 0)
    room->number = ++self->last_room;

  QUEUE (self, CHAT_SQL_PUT_ROOM, TRUE, number ((guint64) room->number), text (room->host),
         number (room->tcp_port), number (room->udp_port), text (room->name),
         text (room->user_name), text (room->draft != NULL ? room->draft : ""),
         blob (room->uid, sizeof room->uid), blob (room->host_key, sizeof room->host_key),
         blob (room->key, sizeof room->key), number (room->instance), number (room->last_cseq),
         number (room->attempt), number (room->member), number (room->joined), number (room->floor),
         number (room->read), number (room->state), number (room->end), number (room->is_host),
         number (room->off_record), number (room->encrypted_only),
         blob (room->parent, sizeof room->parent), number (room->peer), number (room->shown));
}

/* Neither is worth waiting for the disk: after a power cut an older one will do. */
void
chat_local_store_note_read (ChatLocalStore *self, gint64 room, guint64 id)
{
  QUEUE (self, CHAT_SQL_NOTE_READ, FALSE, number ((guint64) room), number (id));
}

void
chat_local_store_note_draft (ChatLocalStore *self, gint64 room, const char *draft)
{
  QUEUE (self, CHAT_SQL_NOTE_DRAFT, FALSE, number ((guint64) room), text (draft));
}

void
chat_local_store_forget_room (ChatLocalStore *self, gint64 room)
{
  QUEUE (self, CHAT_SQL_FORGET_LOG, TRUE, number ((guint64) room));
  QUEUE (self, CHAT_SQL_FORGET_NAMES, TRUE, number ((guint64) room));
  QUEUE (self, CHAT_SQL_FORGET_UNSENT, TRUE, number ((guint64) room));
  QUEUE (self, CHAT_SQL_FORGET_HELD, TRUE, number ((guint64) room));
  QUEUE (self, CHAT_SQL_FORGET_ROOM, TRUE, number ((guint64) room));
  QUEUE (self, CHAT_SQL_SEARCH_FORGET_ROOM, TRUE, number ((guint64) room));
  QUEUE (self, CHAT_SQL_SEARCH_WANT_SWEEP, TRUE, number ((guint64) room));
  chat_search_index_note_sweep (self->index);
}

static guint64
get_number (sqlite3_stmt *row, int column)
{
  return (guint64) sqlite3_column_int64 (row, column);
}

static char *
get_text (sqlite3_stmt *row, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (row, column));
}

static void
get_blob (sqlite3_stmt *row, int column, guint8 *out, gsize len)
{
  const void *bytes = sqlite3_column_blob (row, column);

  if (bytes != NULL)
    memcpy (out, bytes, MIN (len, (gsize) sqlite3_column_bytes (row, column)));
}

static ChatStoredRoom *
read_room (sqlite3_stmt *row)
{
  ChatStoredRoom *room = g_new0 (ChatStoredRoom, 1);

  room->number = sqlite3_column_int64 (row, 0);
  room->host = get_text (row, 1);
  room->tcp_port = (guint16) get_number (row, 2);
  room->udp_port = (guint16) get_number (row, 3);
  room->name = get_text (row, 4);
  room->user_name = get_text (row, 5);
  room->draft = get_text (row, 6);
  get_blob (row, 7, room->uid, sizeof room->uid);
  get_blob (row, 8, room->host_key, sizeof room->host_key);
  get_blob (row, 9, room->key, sizeof room->key);
  room->instance = get_number (row, 10);
  room->last_cseq = get_number (row, 11);
  room->attempt = get_number (row, 12);
  room->member = get_number (row, 13);
  room->joined = get_number (row, 14);
  room->floor = get_number (row, 15);
  room->read = get_number (row, 16);
  room->state = (ChatStoredState) get_number (row, 17);
  room->end = (guint) get_number (row, 18);
  room->is_host = get_number (row, 19) != 0;
  room->off_record = get_number (row, 20) != 0;
  room->encrypted_only = get_number (row, 21) != 0;
  get_blob (row, 22, room->parent, sizeof room->parent);
  room->peer = get_number (row, 23);
  room->shown = get_number (row, 24) != 0;
  return room;
}

/* What waits for the next flush must be seen, too; if it cannot be written, what is there is read.
 */
static sqlite3_stmt *
begin_reading (ChatLocalStore *self, ChatSql which, gint64 room)
{
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *statement;

  if (!chat_local_store_flush (self, &error))
    g_warning ("%s", error->message);
  statement = chat_local_store_sql_prepare (self->sql, which);
  if (room != 0)
    sqlite3_bind_int64 (statement, 1, room);
  return statement;
}

static void
end_reading (ChatLocalStore *self, sqlite3_stmt *row, int result)
{
  g_autoptr (GError) error = NULL;

  if (!chat_local_store_sql_finish (self->sql, row, result, &error))
    g_warning ("%s", error->message);
}

/* Returns: (transfer full) (nullable) */
static GPtrArray *
read_rooms (ChatLocalStore *self, GError **error)
{
  g_autoptr (GPtrArray) rooms =
      g_ptr_array_new_with_free_func ((GDestroyNotify) chat_stored_room_free);
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_ROOMS, 0);
  int result;

  while ((result = sqlite3_step (row)) == SQLITE_ROW)
    g_ptr_array_add (rooms, read_room (row));
  return chat_local_store_sql_finish (self->sql, row, result, error) ? g_steal_pointer (&rooms)
                                                                     : NULL;
}

GPtrArray *
chat_local_store_load_rooms (ChatLocalStore *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rooms = read_rooms (self, &error);

  if (rooms != NULL)
    return rooms;

  g_warning ("%s", error->message);
  return g_ptr_array_new_with_free_func ((GDestroyNotify) chat_stored_room_free);
}

/* --- the log ------------------------------------------------------------- */

void
chat_local_store_append (ChatLocalStore *self, gint64 room, const ChatEntry *entry)
{
  QUEUE (self, CHAT_SQL_APPEND, FALSE, number ((guint64) room), number (entry->id),
         number ((guint64) entry->at_us), number (entry->member), number (entry->instance),
         number (entry->cseq), number (entry->kind), blob (entry->body, entry->body_len));
  chat_search_index_note_new (self->index, room);
}

void
chat_local_store_withdraw (ChatLocalStore *self, gint64 room, guint64 after)
{
  QUEUE (self, CHAT_SQL_WITHDRAW, FALSE, number ((guint64) room), number (after));
  /* at once: other texts may take their ids */
  QUEUE (self, CHAT_SQL_SEARCH_WITHDRAW, FALSE, number ((guint64) room), number (after));
  QUEUE (self, CHAT_SQL_SEARCH_WITHDRAW_ROOM, FALSE, number ((guint64) room), number (after));
  chat_search_index_note_sweep (self->index);
}

void
chat_local_store_erase (ChatLocalStore *self, gint64 room, guint64 member, guint64 id)
{
  QUEUE (self, CHAT_SQL_ERASE, TRUE, number ((guint64) room), number (member), number (id));
  QUEUE (self, CHAT_SQL_SEARCH_WANT_SWEEP, TRUE, number ((guint64) room));
  chat_search_index_note_sweep (self->index);
}

void
chat_local_store_erase_entry (
    ChatLocalStore *self, gint64 room, guint64 member, guint64 id, gboolean edit)
{
  QUEUE (self, CHAT_SQL_ERASE_ENTRY, TRUE, number ((guint64) room), number (member), number (id),
         number (edit != FALSE));
  QUEUE (self, CHAT_SQL_SEARCH_REMOVE_ERASED, TRUE, number ((guint64) room), number (id));
  chat_search_index_note_sweep (self->index);
}

static void
read_entry (sqlite3_stmt *row, ChatEntry *entry)
{
  entry->id = get_number (row, 0);
  entry->prev = 0;
  entry->at_us = sqlite3_column_int64 (row, 1);
  entry->member = get_number (row, 2);
  entry->instance = get_number (row, 3);
  entry->cseq = get_number (row, 4);
  entry->kind = get_number (row, 5);
  entry->body = sqlite3_column_blob (row, 6);
  entry->body_len = (gsize) sqlite3_column_bytes (row, 6);
}

static void
visit_entries (ChatLocalStore *self, sqlite3_stmt *row, ChatLocalStoreEntryFunc func, gpointer data)
{
  ChatEntry entry;
  int result;

  while ((result = sqlite3_step (row)) == SQLITE_ROW)
    {
      read_entry (row, &entry);
      func (&entry, data);
    }
  end_reading (self, row, result);
}

void
chat_local_store_foreach_entry (ChatLocalStore *self,
                                gint64 room,
                                guint64 from,
                                guint64 below,
                                guint limit,
                                ChatLocalStoreEntryFunc func,
                                gpointer data)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_ENTRIES, room);

  sqlite3_bind_int64 (row, 2, (gint64) from);
  sqlite3_bind_int64 (row, 3, (gint64) MIN (below, G_MAXINT64));
  sqlite3_bind_int64 (row, 4, limit);
  visit_entries (self, row, func, data);
}

void
chat_local_store_foreach_entry_from (ChatLocalStore *self,
                                     gint64 room,
                                     guint64 from,
                                     guint limit,
                                     ChatLocalStoreEntryFunc func,
                                     gpointer data)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_ENTRIES_FROM, room);

  sqlite3_bind_int64 (row, 2, (gint64) MIN (from, G_MAXINT64));
  sqlite3_bind_int64 (row, 3, limit);
  visit_entries (self, row, func, data);
}

void
chat_local_store_foreach_about (ChatLocalStore *self,
                                gint64 room,
                                guint64 first,
                                guint64 last,
                                ChatLocalStoreEntryFunc func,
                                gpointer data)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_ABOUT, room);

  sqlite3_bind_int64 (row, 2, (gint64) MIN (first, G_MAXINT64));
  sqlite3_bind_int64 (row, 3, (gint64) MIN (last, G_MAXINT64));
  visit_entries (self, row, func, data);
}

/* As its line shows it. Returns: (transfer full) (nullable) */
static char *
dup_file_text (sqlite3_stmt *row, int column)
{
  const guint8 *body = sqlite3_column_blob (row, column);
  g_autoptr (ChatMessageFile) file =
      chat_message_file_new_from_body (body, (gsize) sqlite3_column_bytes (row, column));

  return file != NULL ? chat_message_file_dup_text (file) : NULL;
}

char *
chat_local_store_sql_dup_text (sqlite3_stmt *row, int column)
{
  const guint64 original = get_number (row, column);
  const gboolean edited = sqlite3_column_type (row, column + 2) != SQLITE_NULL;
  const guint64 kind = edited ? CHAT_ENTRY_EDIT : original;
  const int at = column + (edited ? 2 : 1);
  const guint8 *body = sqlite3_column_blob (row, at);
  const gsize len = (gsize) sqlite3_column_bytes (row, at);
  ChatEntryAbout about = { .text = (const char *) body, .text_len = len };

  if (original == CHAT_ENTRY_FILE)
    return dup_file_text (row, column + 1);
  if ((original != CHAT_ENTRY_TEXT && original != CHAT_ENTRY_REPLY) || body == NULL)
    return NULL;
  if (kind != CHAT_ENTRY_TEXT && !chat_entry_about_decode (kind, body, len, &about))
    return NULL;

  return g_utf8_make_valid (about.text, (gssize) about.text_len);
}

char *
chat_local_store_dup_text (ChatLocalStore *self, gint64 room, guint64 id, guint64 *member)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_FIND_TEXT, room);
  char *found = NULL;

  *member = 0;
  sqlite3_bind_int64 (row, 2, (gint64) MIN (id, G_MAXINT64));
  if (sqlite3_step (row) == SQLITE_ROW)
    {
      *member = get_number (row, 0);
      found = chat_local_store_sql_dup_text (row, 1);
    }
  sqlite3_reset (row);
  return found;
}

static guint64
read_one_number (sqlite3_stmt *row)
{
  const guint64 result = sqlite3_step (row) == SQLITE_ROW ? get_number (row, 0) : 0;

  sqlite3_reset (row);
  return result;
}

guint64
chat_local_store_get_last_id (ChatLocalStore *self, gint64 room)
{
  return read_one_number (begin_reading (self, CHAT_SQL_LAST_ID, room));
}

guint
chat_local_store_count_back_to (ChatLocalStore *self, gint64 room, guint64 id, guint64 below)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_COUNT_BACK_TO, room);

  sqlite3_bind_int64 (row, 2, (gint64) id);
  sqlite3_bind_int64 (row, 3, (gint64) MIN (below, G_MAXINT64));
  return (guint) MIN (read_one_number (row), G_MAXUINT);
}

guint
chat_local_store_count_unread (ChatLocalStore *self, gint64 room, guint64 id, guint64 own)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_COUNT_UNREAD, room);

  sqlite3_bind_int64 (row, 2, (gint64) id);
  sqlite3_bind_int64 (row, 3, (gint64) own);
  return (guint) MIN (read_one_number (row), G_MAXUINT);
}

/* --- names --------------------------------------------------------------- */

void
chat_local_store_name_member (ChatLocalStore *self, gint64 room, guint64 member, const char *name)
{
  QUEUE (self, CHAT_SQL_NAME_MEMBER, FALSE, number ((guint64) room), number (member), text (name));
}

void
chat_local_store_foreach_name (ChatLocalStore *self,
                               gint64 room,
                               ChatLocalStoreNameFunc func,
                               gpointer data)
{
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_NAMES, room);
  int result;

  while ((result = sqlite3_step (row)) == SQLITE_ROW)
    func (get_number (row, 0), (const char *) sqlite3_column_text (row, 1), data);
  end_reading (self, row, result);
}

/* --- the outbox ---------------------------------------------------------- */

void
chat_local_store_add_unsent (ChatLocalStore *self,
                             gint64 room,
                             const ChatSubmission *submission,
                             guint64 after,
                             gint64 at_us,
                             gboolean first)
{
  QUEUE (self, first ? CHAT_SQL_ADD_UNSENT_FIRST : CHAT_SQL_ADD_UNSENT, TRUE,
         number ((guint64) room), number (submission->instance), number (submission->cseq),
         number (submission->kind), number (after), number ((guint64) at_us),
         blob (submission->body, submission->body_len));
}

void
chat_local_store_remove_unsent (ChatLocalStore *self, gint64 room, guint64 instance, guint64 cseq)
{
  QUEUE (self, CHAT_SQL_REMOVE_UNSENT, FALSE, number ((guint64) room), number (instance),
         number (cseq));
}

void
chat_local_store_renumber_unsent (ChatLocalStore *self,
                                  gint64 room,
                                  guint64 instance,
                                  guint64 cseq,
                                  guint64 new_instance,
                                  guint64 new_cseq)
{
  QUEUE (self, CHAT_SQL_RENUMBER_UNSENT, TRUE, number ((guint64) room), number (instance),
         number (cseq), number (new_instance), number (new_cseq));
}

void
chat_local_store_fail_unsent (
    ChatLocalStore *self, gint64 room, guint64 instance, guint64 cseq, const char *code)
{
  QUEUE (self, CHAT_SQL_FAIL_UNSENT, FALSE, number ((guint64) room), number (instance),
         number (cseq), text (code));
}

static void
free_unsent (gpointer data)
{
  ChatStoredUnsent *unsent = data;

  g_bytes_unref (unsent->body);
  g_free (unsent->code);
  g_free (unsent);
}

static ChatStoredUnsent *
read_unsent (sqlite3_stmt *row)
{
  ChatStoredUnsent *unsent = g_new0 (ChatStoredUnsent, 1);

  unsent->instance = get_number (row, 0);
  unsent->cseq = get_number (row, 1);
  unsent->kind = get_number (row, 2);
  unsent->after = get_number (row, 3);
  unsent->at_us = sqlite3_column_int64 (row, 4);
  unsent->code = get_text (row, 5);
  unsent->body = g_bytes_new (sqlite3_column_blob (row, 6), (gsize) sqlite3_column_bytes (row, 6));
  return unsent;
}

GPtrArray *
chat_local_store_load_unsent (ChatLocalStore *self, gint64 room)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (free_unsent);
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_UNSENT, room);
  int result;

  while ((result = sqlite3_step (row)) == SQLITE_ROW)
    g_ptr_array_add (all, read_unsent (row));
  end_reading (self, row, result);
  return all;
}

void
chat_local_store_put_held (ChatLocalStore *self, gint64 room, const ChatStoredHeld *held)
{
  QUEUE (self, CHAT_SQL_PUT_HELD, TRUE, number ((guint64) room), number (held->instance),
         number (held->cseq), number (held->target), number (held->ready), number (held->kind),
         text (held->text));
}

void
chat_local_store_renumber_held (ChatLocalStore *self,
                                gint64 room,
                                guint64 instance,
                                guint64 cseq,
                                guint64 new_instance,
                                guint64 new_cseq)
{
  QUEUE (self, CHAT_SQL_RENUMBER_HELD, TRUE, number ((guint64) room), number (instance),
         number (cseq), number (new_instance), number (new_cseq));
}

void
chat_local_store_remove_held (ChatLocalStore *self, gint64 room, guint64 instance, guint64 cseq)
{
  QUEUE (self, CHAT_SQL_REMOVE_HELD, FALSE, number ((guint64) room), number (instance),
         number (cseq));
}

void
chat_stored_held_free (ChatStoredHeld *held)
{
  g_free (held->text);
  g_free (held);
}

GPtrArray *
chat_local_store_load_held (ChatLocalStore *self, gint64 room)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_stored_held_free);
  sqlite3_stmt *row = begin_reading (self, CHAT_SQL_LOAD_HELD, room);
  int result;

  while ((result = sqlite3_step (row)) == SQLITE_ROW)
    {
      ChatStoredHeld *held = g_new0 (ChatStoredHeld, 1);

      held->instance = get_number (row, 0);
      held->cseq = get_number (row, 1);
      held->target = get_number (row, 2);
      held->ready = get_number (row, 3) != 0;
      held->kind = get_number (row, 4);
      held->text = get_text (row, 5);
      g_ptr_array_add (all, held);
    }
  end_reading (self, row, result);
  return all;
}

/* --- life ---------------------------------------------------------------- */

static gboolean
open_database (ChatLocalStore *self, const char *folder, GError **error)
{
  g_autofree char *path = NULL;

  if (folder != NULL)
    {
      self->lock_fd = chat_local_store_folder_lock (folder, error);
      if (self->lock_fd < 0 ||
          (path = chat_local_store_folder_make_database (folder, error)) == NULL)
        return FALSE;
    }

  self->sql = chat_local_store_sql_open (path, error);
  return self->sql != NULL;
}

/* A number that is given out twice would overwrite a room; so all of them must be readable. */
static gboolean
note_last_room (ChatLocalStore *self, GError **error)
{
  g_autoptr (GPtrArray) rooms = read_rooms (self, error);

  if (rooms == NULL)
    return FALSE;

  self->last_room = (gint64) read_one_number (begin_reading (self, CHAT_SQL_LAST_ROOM, 0));
  return TRUE;
}

ChatLocalStore *
chat_local_store_open (const char *folder, GError **error)
{
  g_autoptr (ChatLocalStore) self = g_new0 (ChatLocalStore, 1);

  g_ref_count_init (&self->refs);
  self->lock_fd = -1;
  self->queue = chat_local_store_queue_new ();
  if (!open_database (self, folder, error) || !note_last_room (self, error))
    return NULL;

  self->index = chat_search_index_new (self);
  return g_steal_pointer (&self);
}

ChatSearchIndex *
chat_local_store_get_index (ChatLocalStore *self)
{
  return self->index;
}

ChatLocalStoreSql *
chat_local_store_get_sql (ChatLocalStore *self)
{
  return self->sql;
}

ChatLocalStore *
chat_local_store_ref (ChatLocalStore *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
chat_local_store_unref (ChatLocalStore *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->index, chat_search_index_free);
  if (self->sql != NULL && !chat_local_store_flush (self, &error))
    g_warning ("%s", error->message);
  chat_local_store_queue_free (self->queue);
  g_clear_pointer (&self->sql, chat_local_store_sql_free);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self);
}
