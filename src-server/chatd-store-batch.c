/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-batch.h"

#include "chat-entry-about.h"
#include "chat-limits.h"

#include <string.h>

#define REFUSAL_KIND ((guint64) 0) /* no entry has it */

static ChatdStoreOp *
op_at (const ChatdStoreBatch *self, guint i)
{
  return &g_array_index (self->ops, ChatdStoreOp, i);
}

ChatdStoreBatch *
chatd_store_batch_new (void)
{
  ChatdStoreBatch *self = g_new0 (ChatdStoreBatch, 1);

  self->ops = g_array_new (FALSE, FALSE, sizeof (ChatdStoreOp));
  self->bytes = g_byte_array_new ();
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) chatd_store_job_free);
  return self;
}

void
chatd_store_batch_free (ChatdStoreBatch *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->ops->len; i++)
    {
      g_free (op_at (self, i)->copies[0]);
      g_free (op_at (self, i)->copies[1]);
    }
  g_array_unref (self->ops);
  g_byte_array_unref (self->bytes);
  g_ptr_array_unref (self->jobs);
  g_free (self);
}

gboolean
chatd_store_batch_is_empty (const ChatdStoreBatch *self)
{
  return self->ops->len == 0 && self->jobs->len == 0;
}

static void
own_what_it_borrows (ChatdStoreBatch *self, ChatdStoreOp *op)
{
  switch (op->kind)
    {
    case CHATD_STORE_OP_APPEND:
      op->body_at = self->bytes->len;
      self->retracts = self->retracts || op->entry.kind == CHAT_ENTRY_RETRACT;
      g_byte_array_append (self->bytes, op->entry.body, (guint) op->entry.body_len);
      op->entry.body = NULL;
      break;
    case CHATD_STORE_OP_CREATE_ROOM:
    case CHATD_STORE_OP_SET_SETTINGS:
      op->info.name = op->copies[0] = g_strdup (op->info.name);
      op->info.settings = op->copies[1] = g_memdup2 (op->info.settings, op->info.settings_len);
      self->size += op->info.settings_len;
      break;
    case CHATD_STORE_OP_PUT_MEMBER:
      op->member.name = op->copies[0] = g_strdup (op->member.name);
      break;
    case CHATD_STORE_OP_DROP_FILES:
      op->files.sha256 = op->copies[0] = g_memdup2 (op->files.sha256, CHATD_STORE_KEY_SIZE);
      break;
    default:
      break;
    }
}

void
chatd_store_batch_add (ChatdStoreBatch *self, const ChatdStoreOp *op)
{
  ChatdStoreOp own = *op;

  own.copies[0] = own.copies[1] = NULL;
  self->size += sizeof own + (op->kind == CHATD_STORE_OP_APPEND ? op->entry.body_len : 0);
  own_what_it_borrows (self, &own);
  g_array_append_val (self->ops, own);
}

void
chatd_store_batch_add_job (ChatdStoreBatch *self, ChatdStoreJob *job)
{
  g_ptr_array_add (self->jobs, job);
}

/* In the same transaction as the entry that says so. */
static gboolean
retract (const ChatdStoreOp *op, const guint8 *body, ChatdStoreSqlite *db, GError **error)
{
  guint64 targets[CHAT_RETRACT_MAX];
  const guint n = chat_entry_retract_decode (body, op->entry.body_len, targets);

  for (guint i = 0; i < n; i++)
    if (!chatd_store_sqlite_run (db, CHATD_SQL_RETRACT, error, "iii", targets[i], op->room,
                                 op->entry.member))
      return FALSE;

  return TRUE;
}

static gboolean
append (const ChatdStoreBatch *self, const ChatdStoreOp *op, ChatdStoreSqlite *db, GError **error)
{
  const ChatEntry *entry = &op->entry;
  const guint8 *body = self->bytes->data + op->body_at;

  return chatd_store_sqlite_run (db, CHATD_SQL_APPEND, error, "iiiiiiiib", entry->id, op->room,
                                 entry->prev, entry->at_us, entry->member, entry->instance,
                                 entry->cseq, entry->kind, body, entry->body_len) &&
         (entry->kind != CHAT_ENTRY_RETRACT || retract (op, body, db, error));
}

static gboolean
consume (const ChatdStoreOp *op, ChatdStoreSqlite *db, GError **error)
{
  const ChatEntry *entry = &op->entry;

  return chatd_store_sqlite_run (db, CHATD_SQL_APPEND, error, "iiiiiiiib", entry->id, op->room,
                                 (gint64) 0, (gint64) 0, entry->member, entry->instance,
                                 entry->cseq, REFUSAL_KIND, NULL, (gsize) 0);
}

static gboolean
create_room (const ChatdStoreRoom *room, ChatdStoreSqlite *db, GError **error)
{
  const gsize parent_len = room->pair[0] != 0 ? sizeof room->parent : 0;

  return chatd_store_sqlite_run (
      db, CHATD_SQL_ADD_ROOM, error, "ibtbbibii", room->number, room->uid, sizeof room->uid,
      room->name, room->settings, room->settings_len, room->host_key, sizeof room->host_key,
      room->created_us, room->parent, parent_len, room->pair[0], room->pair[1]);
}

static gboolean
put_member (guint64 room, const ChatdStoreMember *member, ChatdStoreSqlite *db, GError **error)
{
  return chatd_store_sqlite_run (db, CHATD_SQL_PUT_MEMBER, error, "iitbii", room, member->number,
                                 member->name, member->key, sizeof member->key, member->joined_us,
                                 member->left_us) &&
         chatd_store_sqlite_run (db, CHATD_SQL_RAISE_LAST_MEMBER, error, "ii", room,
                                 member->number);
}

static gboolean
put_file (const ChatdStoreFile *file, ChatdStoreSqlite *db, GError **error)
{
  return chatd_store_sqlite_run (db, CHATD_SQL_PUT_FILE, error, "iiiiib", file->room, file->member,
                                 file->entry, file->size, file->at_us, file->sha256,
                                 sizeof file->sha256);
}

static gboolean
drop_files (const ChatdStoreFiles *files, ChatdStoreSqlite *db, GError **error)
{
  const gint64 before_us = files->before_us != 0 ? files->before_us : G_MAXINT64;
  const guint64 last = MIN (files->last_entry, (guint64) G_MAXINT64);

  if (files->room == 0)
    return chatd_store_sqlite_run (db, CHATD_SQL_DROP_FILES, error, "iii", files->first_entry, last,
                                   before_us);

  return chatd_store_sqlite_run (db, CHATD_SQL_DROP_FILES_OF_ROOM, error, "iiiiib", files->room,
                                 files->member, files->first_entry, last, before_us, files->sha256,
                                 files->sha256 != NULL ? (gsize) CHATD_STORE_KEY_SIZE : (gsize) 0);
}

static gboolean
write_op (const ChatdStoreBatch *self, const ChatdStoreOp *op, ChatdStoreSqlite *db, GError **error)
{
  switch (op->kind)
    {
    case CHATD_STORE_OP_APPEND:
      return append (self, op, db, error);
    case CHATD_STORE_OP_CONSUME:
      return consume (op, db, error);
    case CHATD_STORE_OP_CREATE_ROOM:
      return create_room (&op->info, db, error);
    case CHATD_STORE_OP_SET_SETTINGS:
      return chatd_store_sqlite_run (db, CHATD_SQL_SET_SETTINGS, error, "ib", op->info.number,
                                     op->info.settings, op->info.settings_len);
    case CHATD_STORE_OP_CLOSE_ROOM:
      return chatd_store_sqlite_run (db, CHATD_SQL_CLOSE_ROOM, error, "ii", op->info.number,
                                     op->info.closed_us);
    case CHATD_STORE_OP_PUT_MEMBER:
      return put_member (op->room, &op->member, db, error);
    case CHATD_STORE_OP_PUT_SEEN:
      return chatd_store_sqlite_run (db, CHATD_SQL_PUT_SEEN, error, "iii", op->room,
                                     op->member.number, op->member.seen);
    case CHATD_STORE_OP_PUT_FILE:
      return put_file (&op->file, db, error);
    case CHATD_STORE_OP_NAME_FILE:
      return chatd_store_sqlite_run (db, CHATD_SQL_NAME_FILE, error, "iiiib", op->file.room,
                                     op->file.member, op->file.entry, op->file.at_us,
                                     op->file.sha256, sizeof op->file.sha256);
    case CHATD_STORE_OP_DROP_FILES:
      return drop_files (&op->files, db, error);
    default:
      g_assert_not_reached ();
    }
}

gboolean
chatd_store_batch_write (ChatdStoreBatch *self, ChatdStoreSqlite *db, GError **error)
{
  for (guint i = 0; i < self->ops->len; i++)
    if (!write_op (self, op_at (self, i), db, error))
      return FALSE;

  return TRUE;
}

void
chatd_store_batch_note (const ChatdStoreBatch *self, ChatdStoreRecent *recent)
{
  for (guint i = 0; i < self->ops->len; i++)
    {
      const ChatdStoreOp *op = op_at (self, i);
      const ChatEntry *entry = &op->entry;

      if (op->kind != CHATD_STORE_OP_APPEND && op->kind != CHATD_STORE_OP_CONSUME)
        continue;

      const ChatdStoreRow row = { .id = entry->id,
                                  .room = op->room,
                                  .at_us = entry->at_us,
                                  .member = entry->member,
                                  .instance = entry->instance,
                                  .cseq = entry->cseq,
                                  .is_refusal = op->kind == CHATD_STORE_OP_CONSUME };
      chatd_store_recent_add (recent, &row);
    }
}

void
chatd_store_batch_tell (ChatdStoreBatch *self, const GError *error)
{
  for (guint i = 0; i < self->ops->len; i++)
    if (op_at (self, i)->done != NULL)
      op_at (self, i)->done (error, op_at (self, i)->data);

  if (error != NULL)
    for (guint i = 0; i < self->jobs->len; i++)
      chatd_store_job_tell (g_ptr_array_index (self->jobs, i), error);
}
