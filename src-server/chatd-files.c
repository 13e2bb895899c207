/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-files.h"

#include "chat-entry-about.h"
#include "chat-entry-file.h"
#include "chat-limits.h"
#include "chatd-file-index.h"
#include "chatd-log.h"

#include <string.h>

#define MIB (G_GUINT64_CONSTANT (1024) * 1024)
/* What nobody goes on with, and what no entry shows */
#define UNFINISHED_KEEP_US G_TIME_SPAN_DAY

struct _ChatdFiles
{
  /* owned */
  ChatdFileIndex *index;
  ChatdFileWorker *worker;
  /* borrowed */
  ChatdStore *store;

  GQueue transfers; /* of borrowed ChatdFileTransfer, linked by themselves */
  guint64 max_size; /* bytes, as all here; 0: none are taken */
  guint64 of_member;
  guint64 of_room;
  guint64 of_server;
  guint64 keep_free;
  gint64 keep_us; /* 0: for ever */
};

/* --- what goes -------------------------------------------------------------------------------- */

static void
on_gone (const guint8 *sha256, gpointer data)
{
  ChatdFiles *self = data;

  chatd_file_worker_remove_file (self->worker, sha256);
}

typedef struct
{
  ChatdFiles *self;
  ChatdStoreFiles files;
  guint8 sha256[CHATD_FILE_HASH_SIZE];
} Dropping;

static void
on_dropped (const GError *error, gpointer data)
{
  Dropping *dropping = data;

  if (error == NULL)
    chatd_file_index_remove (dropping->self->index, &dropping->files, on_gone, dropping->self);
  g_free (dropping);
}

/* Should that not be possible just now, the next upkeep tries again, or their time comes. */
static void
drop (ChatdFiles *self, const ChatdStoreFiles *files)
{
  Dropping *dropping;

  if (!chatd_file_index_has (self->index, files))
    return;

  dropping = g_new0 (Dropping, 1);
  dropping->self = self;
  dropping->files = *files;
  if (files->sha256 != NULL)
    dropping->files.sha256 = memcpy (dropping->sha256, files->sha256, sizeof dropping->sha256);
  if (!chatd_store_drop_files (self->store, files, on_dropped, dropping))
    g_free (dropping);
}

static void
forget_arriving (ChatdFiles *self, const ChatdFilePart *part)
{
  chatd_file_index_forget_arriving (self->index, part->room, part->member, part->sha256);
  if (!chatd_file_index_is_used (self->index, part->sha256))
    chatd_file_worker_remove_file (self->worker, part->sha256);
}

/* --- what comes ------------------------------------------------------------------------------- */

static gboolean
is_same (const ChatdFilePart *a, const ChatdFilePart *b)
{
  return a->room == b->room && a->member == b->member &&
         memcmp (a->sha256, b->sha256, sizeof a->sha256) == 0;
}

static void
replace_older (ChatdFiles *self, const ChatdFilePart *part)
{
  for (GList *l = self->transfers.head, *next; l != NULL; l = next)
    {
      ChatdFileTransfer *other = l->data;

      next = l->next;
      if (other->is_coming && is_same (&other->part, part))
        other->replaced (other->data);
    }
}

static guint
count_transfers (const ChatdFiles *self, const ChatdFilePart *part)
{
  guint n = 0;

  for (const GList *l = self->transfers.head; l != NULL; l = l->next)
    {
      const ChatdFileTransfer *other = l->data;

      n += other->part.room == part->room && other->part.member == part->member;
    }
  return n;
}

static gboolean
is_too_many (const ChatdFiles *self, const ChatdFilePart *part)
{
  return self->transfers.length >= CHAT_FILE_TRANSFERS_MAX ||
         count_transfers (self, part) >= CHAT_FILE_MEMBER_TRANSFERS_MAX;
}

static void
add_transfer (ChatdFiles *self, ChatdFileTransfer *transfer, gboolean coming)
{
  transfer->files = self;
  transfer->is_coming = coming;
  transfer->link.data = transfer;
  g_queue_push_tail_link (&self->transfers, &transfer->link);
}

/* Returns: 0, or which quota it would break. What has come of it already counts once. */
static ChatError
judge_quotas (ChatdFiles *self, const ChatdFilePart *part, guint64 size, guint64 to_come)
{
  const ChatdStoreFile *arriving =
      chatd_file_index_find_arriving (self->index, part->room, part->member, part->sha256);
  const guint64 own = arriving != NULL ? chatd_file_index_charge (arriving->size) : 0;
  const guint64 more = chatd_file_index_charge (size);

  if (chatd_file_index_sum_member (self->index, part->room, part->member) - own + more >
      self->of_member)
    return CHAT_ERROR_QUOTA_MEMBER;
  if (chatd_file_index_sum_room (self->index, part->room) - own + more > self->of_room)
    return CHAT_ERROR_QUOTA_ROOM;
  if (chatd_file_index_sum (self->index) - own + more > self->of_server)
    return CHAT_ERROR_QUOTA_SERVER;
  if (to_come > 0 && chatd_file_worker_get_free (self->worker) < self->keep_free + to_come)
    return CHAT_ERROR_QUOTA_SERVER;
  return 0;
}

static void
note_arriving (ChatdFiles *self, const ChatdFilePart *part, guint64 size)
{
  ChatdStoreFile file = {
    .room = part->room, .member = part->member, .size = size, .at_us = g_get_real_time ()
  };

  memcpy (file.sha256, part->sha256, sizeof file.sha256);
  chatd_file_index_add (self->index, &file, TRUE);
}

ChatError
chatd_files_begin (ChatdFiles *self, ChatdFileTransfer *transfer, guint64 size, ChatdFilesWay *way)
{
  const ChatdFilePart *part = &transfer->part;
  guint64 there;
  ChatError error;

  g_return_val_if_fail (transfer->files == NULL, CHAT_ERROR_BUSY);

  if (self->max_size == 0 || part->room == 0)
    return CHAT_ERROR_NO_FILES;
  if (size > self->max_size)
    return CHAT_ERROR_TOO_LARGE;
  if (chatd_file_index_find_unshown (self->index, part->room, part->member, part->sha256) != NULL)
    {
      *way = CHATD_FILES_THERE;
      return 0;
    }

  *way = chatd_files_find (self, part->room, part->sha256, &there) && there == size
             ? CHATD_FILES_SHARED
             : CHATD_FILES_TO_COME;
  error = judge_quotas (self, part, size, *way == CHATD_FILES_TO_COME ? size : 0);
  if (error != 0 || *way != CHATD_FILES_TO_COME)
    return error;

  replace_older (self, part);
  if (is_too_many (self, part))
    return CHAT_ERROR_BUSY;
  note_arriving (self, part, size);
  add_transfer (self, transfer, TRUE);
  return 0;
}

gboolean
chatd_files_begin_reading (ChatdFiles *self, ChatdFileTransfer *transfer)
{
  g_return_val_if_fail (transfer->files == NULL, FALSE);

  if (is_too_many (self, &transfer->part))
    return FALSE;

  add_transfer (self, transfer, FALSE);
  return TRUE;
}

void
chatd_files_end (ChatdFileTransfer *transfer)
{
  ChatdFiles *self = g_steal_pointer (&transfer->files);

  if (self != NULL)
    g_queue_unlink (&self->transfers, &transfer->link);
}

typedef struct
{
  ChatdFiles *self;
  ChatdFilePart part;
  ChatdStoreFile file;
  ChatdStoreDone done;
  gpointer data; /* borrowed */
} Claim;

static void
on_claimed (const GError *error, gpointer data)
{
  Claim *claim = data;
  ChatdFiles *self = claim->self;

  if (error == NULL)
    chatd_file_index_add (self->index, &claim->file, FALSE);
  forget_arriving (self, &claim->part);
  claim->done (error, claim->data);
  g_free (claim);
}

gboolean
chatd_files_claim (
    ChatdFiles *self, const ChatdFilePart *part, guint64 size, ChatdStoreDone done, gpointer data)
{
  Claim *claim = g_new0 (Claim, 1);

  *claim = (Claim){ .self = self, .part = *part, .done = done, .data = data };
  claim->file = (ChatdStoreFile){
    .room = part->room, .member = part->member, .size = size, .at_us = g_get_real_time ()
  };
  memcpy (claim->file.sha256, part->sha256, sizeof part->sha256);
  if (chatd_store_put_file (self->store, &claim->file, on_claimed, claim))
    {
      note_arriving (self, part, size); /* nobody may remove it meanwhile */
      return TRUE;
    }

  g_free (claim);
  return FALSE;
}

void
chatd_files_forget (ChatdFiles *self, const ChatdFilePart *part)
{
  const ChatdStoreFiles unshown = { .room = part->room,
                                    .member = part->member,
                                    .sha256 = part->sha256 };

  replace_older (self, part);
  chatd_file_worker_remove_part (self->worker, part);
  forget_arriving (self, part);
  drop (self, &unshown);
}

gboolean
chatd_files_find (ChatdFiles *self, guint64 room, const guint8 *sha256, guint64 *size)
{
  const ChatdStoreFile *file = chatd_file_index_find (self->index, room, sha256);

  if (file != NULL)
    *size = file->size;
  return file != NULL;
}

/* --- entries ---------------------------------------------------------------------------------- */

gboolean
chatd_files_has_shown (ChatdFiles *self, guint64 room, const ChatEntry *entry)
{
  g_auto (ChatEntryFile) shown = { 0 };
  const ChatdStoreFile *file;

  if (!chat_entry_file_decode (entry->body, entry->body_len, &shown))
    return FALSE;

  file = chatd_file_index_find_unshown (self->index, room, entry->member, shown.sha256);
  return file != NULL && file->size == shown.size;
}

static void
show_file (ChatdFiles *self, guint64 room, const ChatEntry *entry)
{
  g_auto (ChatEntryFile) shown = { 0 };
  ChatdStoreFile file = {
    .room = room, .member = entry->member, .entry = entry->id, .at_us = entry->at_us
  };

  if (!chat_entry_file_decode (entry->body, entry->body_len, &shown))
    return;

  memcpy (file.sha256, shown.sha256, sizeof file.sha256);
  chatd_store_name_file (self->store, &file);
  chatd_file_index_show (self->index, room, entry->member, file.sha256, entry->id, entry->at_us);
}

/* Which files go with @entry. Returns: how many; up to %CHAT_RETRACT_MAX */
static guint
list_ended (guint64 room, const ChatEntry *entry, ChatdStoreFiles *files)
{
  guint64 targets[CHAT_RETRACT_MAX], member, up_to;
  guint n = 0;

  switch (entry->kind)
    {
    case CHAT_ENTRY_RETRACT:
      n = chat_entry_retract_decode (entry->body, entry->body_len, targets);
      for (guint i = 0; i < n; i++)
        files[i] = (ChatdStoreFiles){
          .room = room, .member = entry->member, .first_entry = targets[i], .last_entry = targets[i]
        };
      return n;
    case CHAT_ENTRY_WIPED:
      if (!chat_entry_wiped_decode (entry->body, entry->body_len, &member, &up_to))
        return 0;
      files[0] =
          (ChatdStoreFiles){ .room = room, .member = member, .last_entry = MIN (up_to, entry->id) };
      return 1;
    case CHAT_ENTRY_CLOSED:
      files[0] = (ChatdStoreFiles){ .room = room, .last_entry = G_MAXUINT64 };
      return 1;
    default:
      return 0;
    }
}

gboolean
chatd_files_follow (guint64 kind)
{
  return kind == CHAT_ENTRY_FILE || kind == CHAT_ENTRY_RETRACT || kind == CHAT_ENTRY_WIPED ||
         kind == CHAT_ENTRY_CLOSED;
}

void
chatd_files_write (ChatdFiles *self, guint64 room, const ChatEntry *entry)
{
  ChatdStoreFiles ended[CHAT_RETRACT_MAX];
  const guint n = list_ended (room, entry, ended);

  if (entry->kind == CHAT_ENTRY_FILE)
    show_file (self, room, entry);
  for (guint i = 0; i < n; i++)
    if (chatd_file_index_has (self->index, &ended[i]))
      chatd_store_drop_files (self->store, &ended[i], NULL, NULL);
}

void
chatd_files_land (ChatdFiles *self, guint64 room, const ChatEntry *entry)
{
  ChatdStoreFiles ended[CHAT_RETRACT_MAX];
  const guint n = list_ended (room, entry, ended);

  for (guint i = 0; i < n; i++)
    chatd_file_index_remove (self->index, &ended[i], on_gone, self);
}

void
chatd_files_take_back (ChatdFiles *self, guint64 room, const ChatEntry *entry)
{
  if (entry->kind == CHAT_ENTRY_FILE)
    chatd_file_index_unshow (self->index, room, entry->member, entry->id);
}

/* --- time ------------------------------------------------------------------------------------- */

void
chatd_files_note_floor (ChatdFiles *self, guint64 room, guint64 floor)
{
  const ChatdStoreFiles old = { .room = room, .first_entry = 1, .last_entry = floor };

  if (floor > 0)
    drop (self, &old);
}

/* Parts that an earlier life left: they count for what is on the disk. */
static void
on_swept (
    const ChatdFileFound *found, guint n, const ChatdFileFound *gone, guint n_gone, gpointer data)
{
  ChatdFiles *self = data;

  for (guint i = 0; i < n; i++)
    if (chatd_file_index_find_arriving (self->index, found[i].part.room, found[i].part.member,
                                        found[i].part.sha256) == NULL)
      note_arriving (self, &found[i].part, found[i].size);
  for (guint i = 0; i < n_gone; i++)
    forget_arriving (self, &gone[i].part);
}

static gint64
shorter (gint64 a_us, gint64 b_us)
{
  return a_us == 0 || (b_us != 0 && b_us < a_us) ? b_us : a_us;
}

void
chatd_files_keep_up (ChatdFiles *self, gint64 real_us, gint64 keep_us)
{
  const gint64 keep_shown_us = shorter (self->keep_us, keep_us);
  const ChatdStoreFiles unshown = { .before_us = real_us - UNFINISHED_KEEP_US };
  const ChatdStoreFiles old = { .first_entry = 1,
                                .last_entry = G_MAXUINT64,
                                .before_us = real_us - keep_shown_us };

  /* those that still come are found by the sweep */
  chatd_file_index_forget_old_arriving (self->index, real_us - UNFINISHED_KEEP_US);
  drop (self, &unshown);
  if (keep_shown_us > 0)
    drop (self, &old);
  chatd_file_worker_sweep (self->worker, NULL, (real_us - UNFINISHED_KEEP_US) / G_USEC_PER_SEC,
                           on_swept, self);
}

/* --- life ------------------------------------------------------------------------------------- */

typedef struct
{
  ChatdFiles *self;
  GHashTable *known; /* owned SHA-256 → itself */
} Loading;

static guint
hash_sha256 (gconstpointer sha256)
{
  guint hash;

  memcpy (&hash, sha256, sizeof hash);
  return hash;
}

static gboolean
equal_sha256 (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, CHATD_FILE_HASH_SIZE) == 0;
}

static void
on_stored (const ChatdStoreFile *file, gpointer data)
{
  const Loading *loading = data;

  chatd_file_index_add (loading->self->index, file, FALSE);
  g_hash_table_add (loading->known, g_memdup2 (file->sha256, sizeof file->sha256));
}

ChatdFiles *
chatd_files_new (ChatdStore *store, const char *data_dir, GError **error)
{
  g_return_val_if_fail (store != NULL && data_dir != NULL, NULL);

  ChatdFileFolder *folder = chatd_file_folder_open (data_dir, error);
  ChatdFiles *self;
  Loading loading;

  if (folder == NULL)
    return NULL;

  self = g_new0 (ChatdFiles, 1);
  self->store = store;
  self->index = chatd_file_index_new ();
  self->worker = chatd_file_worker_new (folder);
  loading.self = self;
  loading.known = g_hash_table_new_full (hash_sha256, equal_sha256, g_free, NULL);
  if (!chatd_store_foreach_file (store, on_stored, &loading, error))
    {
      g_hash_table_unref (loading.known);
      chatd_files_free (self);
      return NULL;
    }

  chatd_file_worker_sweep (self->worker, loading.known,
                           (g_get_real_time () - UNFINISHED_KEEP_US) / G_USEC_PER_SEC, on_swept,
                           self);
  return self;
}

void
chatd_files_free (ChatdFiles *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (g_queue_is_empty (&self->transfers));

  chatd_file_worker_free (self->worker);
  chatd_file_index_free (self->index);
  g_free (self);
}

void
chatd_files_configure (ChatdFiles *self, const ChatdConfig *config)
{
  self->max_size = config->files ? config->file_max * MIB : 0;
  self->of_member = config->files_of_member * MIB;
  self->of_room = config->files_of_room * MIB;
  self->of_server = config->files_of_server * MIB;
  self->keep_free = config->files_keep_free * MIB;
  self->keep_us = (gint64) config->files_keep_days * G_TIME_SPAN_DAY;
}

guint64
chatd_files_get_max_size (const ChatdFiles *self)
{
  return self->max_size;
}

ChatdFileWorker *
chatd_files_get_worker (ChatdFiles *self)
{
  return self->worker;
}
