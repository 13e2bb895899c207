/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-control-files.h"

#include "chatd-log.h"
#include "chatd-member.h"

#include "chat-limits.h"

#include <string.h>

/* So much of a file may wait for the disk: then the peer waits, until it is less */
#define AHEAD_MAX (256 * 1024)
#define AHEAD_LOW (128 * 1024)
#define BUSY_RETRY_MS 1000

struct _ChatdTransfer
{
  /* borrowed */
  ChatdCaller *caller;
  ChatdFiles *files;

  ChatdFileTransfer slot;  /* what is under way */
  ChatdFileHandle *handle; /* (nullable): likewise */
  ChatdPending *pending;   /* (nullable): its PUT or GET that waits for an answer */
  guint64 size;            /* of the file */
  guint64 offset;          /* bytes that came, or went */
  guint64 ahead;           /* of them, not written yet */
  gboolean is_checking;    /* all came */
  gboolean is_opened;
  gboolean may_read; /* going: the next chunk, when the queue is short */
};

/* A PUT or GET until its member is found, and again before what came is in the room. */
typedef struct
{
  guint8 uid[CHAT_UID_SIZE];
  guint8 key_hash[CHAT_KEY_SIZE];
  guint8 sha256[CHAT_SHA256_SIZE];
  guint64 size;
  guint64 offset;
  gboolean drop;
  ChatdFiles *files;  /* borrowed */
  ChatdFilePart part; /* once its member was found */
} Asked;

static void
pending_free (ChatdPending *pending)
{
  g_clear_pointer (&pending->request, g_free);
  chatd_pending_free (pending);
}

/* Takes @pending. */
static void
refuse (ChatdPending *pending, ChatError code, guint retry_ms)
{
  if (pending->caller != NULL)
    chatd_caller_refuse (pending->caller, pending->operation, pending->id, code, retry_ms);
  pending_free (pending);
}

/* Takes @pending. */
static void
reply (ChatdPending *pending, const ChatControlFile *file)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  ChatControlFile own = *file;

  own.id = pending->id;
  if (pending->caller != NULL)
    {
      chat_control_file_append (pending->operation, &own, frame);
      chatd_caller_send (pending->caller, frame);
    }
  pending_free (pending);
}

/* --- one at a time ---------------------------------------------------------------------------- */

static void
let_go (ChatdTransfer *self)
{
  g_clear_pointer (&self->handle, chatd_file_handle_close);
  chatd_files_end (&self->slot);
  self->offset = self->ahead = 0;
  self->is_checking = self->is_opened = self->may_read = FALSE;
  chatd_link_hold (self->caller->link, FALSE);
}

/* The answer to what is under way. Returns: (transfer full) (nullable) */
static ChatdPending *
steal_pending (ChatdTransfer *self)
{
  return g_steal_pointer (&self->pending);
}

static void
fail (ChatdTransfer *self, ChatError code, guint retry_ms)
{
  ChatdPending *pending = steal_pending (self);

  let_go (self);
  if (pending != NULL)
    refuse (pending, code, retry_ms);
  else
    chatd_caller_hang_up (self->caller, "a file cannot go on"); /* it asks again, and is told why */
}

/* Nothing of it is of any use. */
static void
fail_for_good (ChatdTransfer *self, ChatError code)
{
  const ChatdFilePart part = self->slot.part;

  fail (self, code, 0);
  chatd_files_forget (self->files, &part);
}

static void
on_replaced (gpointer data)
{
  ChatdTransfer *self = data;

  fail (self, CHAT_ERROR_REPLACED, 0);
}

/* --- into the room ---------------------------------------------------------------------------- */

static void
on_claimed (const GError *error, gpointer data)
{
  ChatdPending *pending = data;
  const Asked *asked = pending->request;
  const ChatControlFile file = { .offset = asked->size, .stored = TRUE };

  if (error != NULL)
    refuse (pending, CHAT_ERROR_BUSY, BUSY_RETRY_MS);
  else
    reply (pending, &file);
}

/* Takes @pending. */
static void
claim (ChatdPending *pending)
{
  const Asked *asked = pending->request;

  if (!chatd_files_claim (asked->files, &asked->part, asked->size, on_claimed, pending))
    refuse (pending, CHAT_ERROR_BUSY, BUSY_RETRY_MS);
}

static void
note_part (Asked *asked, const ChatdMember *member)
{
  asked->part.room = chatd_room_get_number (chatd_member_get_room (member));
  asked->part.member = chatd_member_get_number (member);
  memcpy (asked->part.sha256, asked->sha256, sizeof asked->part.sha256);
}

/* Returns: 0, or why @member may put nothing into its room */
static ChatError
why_not (const ChatdMember *member, const Asked *asked)
{
  if (asked->drop)
    return 0;
  if (asked->part.room == 0)
    return CHAT_ERROR_NO_FILES;
  if (asked->size == 0)
    return CHAT_ERROR_BAD_REQUEST;
  return chatd_member_why_silent (member);
}

/* All of it came, and is on the disk: meanwhile its member may have gone, or been muted. */
static void
on_member_for_claim (ChatdMember *member, const GError *error, gpointer data)
{
  ChatdPending *pending = data;
  const Asked *asked = pending->request;
  const ChatError code = member == NULL ? (ChatError) error->code : why_not (member, asked);

  if (code == 0)
    {
      claim (pending);
      return;
    }

  chatd_files_forget (asked->files, &asked->part);
  refuse (pending, code, 0);
}

static void
find_member (ChatdDirectory *directory, ChatdPending *pending, ChatdMemberFound found)
{
  const Asked *asked = pending->request;

  chatd_directory_find_member (directory, asked->uid, asked->key_hash, found, pending);
}

static void
end_coming (ChatdTransfer *self)
{
  ChatdPending *pending = steal_pending (self);

  let_go (self);
  if (pending != NULL)
    find_member (self->caller->shared->directory, pending, on_member_for_claim);
}

/* --- coming ----------------------------------------------------------------------------------- */

/* Whoever asked hears how much is there; of all of it, when it was checked. */
static void
tell_offset (ChatdTransfer *self)
{
  const ChatControlFile file = { .offset = self->offset };

  if (self->offset < self->size)
    reply (steal_pending (self), &file);
  else if (!self->is_checking)
    {
      self->is_checking = TRUE;
      chatd_file_handle_check (self->handle);
    }
}

static void
on_opened (ChatdTransfer *self, guint64 size)
{
  self->is_opened = TRUE;
  self->offset = size;
  if (size <= self->size)
    tell_offset (self);
  else /* it was said to be longer before */
    fail_for_good (self, CHAT_ERROR_BAD_FILE);
}

static void
on_written (ChatdTransfer *self, guint64 len)
{
  self->ahead -= len;
  if (self->ahead <= AHEAD_LOW)
    chatd_link_hold (self->caller->link, FALSE);
}

static void
on_coming (const ChatdFileNews *news, gpointer data)
{
  ChatdTransfer *self = data;

  switch (news->kind)
    {
    case CHATD_FILE_OPENED:
      on_opened (self, news->size);
      break;
    case CHATD_FILE_WRITTEN:
      on_written (self, news->size);
      break;
    case CHATD_FILE_STORED:
      end_coming (self);
      break;
    case CHATD_FILE_IS_BAD:
      fail_for_good (self, CHAT_ERROR_BAD_FILE);
      break;
    default:
      chatd_log (CHATD_LOG_FILES_FAILED, NULL, "a file cannot be written");
      fail (self, CHAT_ERROR_BUSY, BUSY_RETRY_MS);
    }
}

static void
begin_coming (ChatdTransfer *self, ChatdPending *pending)
{
  const Asked *asked = pending->request;
  const ChatControlFile there = { .offset = asked->size, .stored = TRUE };
  ChatdFilesWay way = CHATD_FILES_TO_COME;
  ChatError error;

  self->slot.part = asked->part;
  error = chatd_files_begin (self->files, &self->slot, asked->size, &way);
  if (error != 0)
    refuse (pending, error, error == CHAT_ERROR_BUSY ? BUSY_RETRY_MS : 0);
  else if (way == CHATD_FILES_THERE)
    reply (pending, &there);
  else if (way == CHATD_FILES_SHARED)
    claim (pending);
  else
    {
      self->pending = pending;
      self->size = asked->size;
      self->handle = chatd_file_worker_write (chatd_files_get_worker (self->files), &asked->part,
                                              on_coming, self);
    }
}

/* Returns: whether it is the file that comes over this connection just now */
static gboolean
goes_on (const ChatdTransfer *self, const ChatdFilePart *part, guint64 size)
{
  return self->handle != NULL && self->slot.is_coming && self->size == size &&
         self->slot.part.room == part->room && self->slot.part.member == part->member &&
         memcmp (self->slot.part.sha256, part->sha256, sizeof part->sha256) == 0;
}

static void
on_member_for_put (ChatdMember *member, const GError *error, gpointer data)
{
  ChatdPending *pending = data;
  ChatdTransfer *self = pending->caller != NULL ? pending->caller->transfer : NULL;
  Asked *asked = pending->request;
  ChatError code = member == NULL ? (ChatError) error->code : 0;

  if (member != NULL)
    {
      note_part (asked, member);
      code = why_not (member, asked);
    }
  if (self == NULL || code != 0)
    {
      refuse (pending, code, code == CHAT_ERROR_BUSY ? BUSY_RETRY_MS : 0);
      return;
    }

  if (goes_on (self, &asked->part, asked->size) && !asked->drop && self->pending == NULL &&
      self->is_opened)
    {
      self->pending = pending;
      tell_offset (self);
      return;
    }

  if (self->pending != NULL) /* it asked before it was answered */
    refuse (steal_pending (self), CHAT_ERROR_REPLACED, 0);
  let_go (self);
  if (!asked->drop)
    {
      begin_coming (self, pending);
      return;
    }
  if (asked->part.room != 0)
    chatd_files_forget (self->files, &asked->part);
  reply (pending, &(ChatControlFile){ 0 });
}

void
chatd_transfer_take (ChatdTransfer *self, const guint8 *bytes, gsize len)
{
  if (self->handle == NULL || !self->slot.is_coming || !self->is_opened || self->is_checking ||
      len > CHAT_FILE_CHUNK_MAX || len > self->size - self->offset)
    {
      chatd_caller_hang_up (self->caller, "bytes of no file");
      return;
    }
  if (len == 0)
    return;

  self->offset += len;
  self->ahead += len;
  chatd_file_handle_append (self->handle, bytes, len);
  if (self->ahead > AHEAD_MAX)
    chatd_link_hold (self->caller->link, TRUE);
}

/* --- going ------------------------------------------------------------------------------------ */

static void
read_more (ChatdTransfer *self)
{
  chatd_file_handle_read (self->handle, self->offset,
                          (gsize) MIN (CHAT_FILE_CHUNK_MAX, self->size - self->offset));
}

static void
on_file_opened (ChatdTransfer *self, guint64 size)
{
  const Asked *asked = self->pending->request;
  const ChatControlFile file = { .size = size };

  if (asked->offset > size)
    {
      fail (self, CHAT_ERROR_BAD_REQUEST, 0);
      return;
    }

  self->size = size;
  self->offset = asked->offset;
  reply (steal_pending (self), &file);
  if (self->offset < self->size)
    read_more (self);
  else
    let_go (self);
}

/* Behind a whole chunk the queue is long: the next one is read when that was sent. */
static void
send_chunk (ChatdTransfer *self, const guint8 *bytes, gsize len)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  if (len == 0)
    {
      fail (self, CHAT_ERROR_FILE_MISSING, 0);
      return;
    }

  chat_control_data_append (CHAT_STATE_EVENT, bytes, len, frame);
  self->offset += len;
  self->may_read = TRUE;
  chatd_caller_send (self->caller, frame);
  if (self->offset == self->size)
    let_go (self);
  else if (chatd_link_get_queued (self->caller->link) <= CHATD_LINK_QUEUE_LOW)
    chatd_transfer_drained (self);
}

static void
on_going (const ChatdFileNews *news, gpointer data)
{
  ChatdTransfer *self = data;

  switch (news->kind)
    {
    case CHATD_FILE_OPENED:
      on_file_opened (self, news->size);
      break;
    case CHATD_FILE_READ:
      send_chunk (self, news->bytes, news->len);
      break;
    default:
      fail (self, CHAT_ERROR_FILE_MISSING, 0);
    }
}

void
chatd_transfer_drained (ChatdTransfer *self)
{
  if (!self->may_read)
    return;

  self->may_read = FALSE; /* one at a time */
  read_more (self);
}

static void
begin_going (ChatdTransfer *self, ChatdPending *pending)
{
  const Asked *asked = pending->request;
  guint64 size;

  self->slot.part = asked->part;
  if (!chatd_files_find (self->files, asked->part.room, asked->sha256, &size))
    refuse (pending, CHAT_ERROR_FILE_MISSING, 0);
  else if (!chatd_files_begin_reading (self->files, &self->slot))
    refuse (pending, CHAT_ERROR_BUSY, BUSY_RETRY_MS);
  else
    {
      self->pending = pending;
      self->handle = chatd_file_worker_read (chatd_files_get_worker (self->files), asked->sha256,
                                             on_going, self);
    }
}

static void
on_member_for_get (ChatdMember *member, const GError *error, gpointer data)
{
  ChatdPending *pending = data;
  ChatdTransfer *self = pending->caller != NULL ? pending->caller->transfer : NULL;
  const ChatError code = member == NULL ? (ChatError) error->code : 0;

  if (self == NULL || code != 0)
    {
      refuse (pending, code, code == CHAT_ERROR_BUSY ? BUSY_RETRY_MS : 0);
      return;
    }

  note_part (pending->request, member);
  if (self->pending != NULL)
    refuse (steal_pending (self), CHAT_ERROR_REPLACED, 0);
  let_go (self);
  begin_going (self, pending);
}

/* --- requests --------------------------------------------------------------------------------- */

static void
hash_key (const guint8 *key, guint8 *hash)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = CHAT_KEY_SIZE;

  g_checksum_update (checksum, key, CHAT_KEY_SIZE);
  g_checksum_get_digest (checksum, hash, &len);
}

static void
ask (ChatdCaller *caller,
     guint8 operation,
     const ChatControlRequest *request,
     ChatdMemberFound found)
{
  ChatdPending *pending = chatd_pending_new (caller, operation, request->id);
  Asked *asked = g_new0 (Asked, 1);

  *asked = (Asked){ .size = request->size,
                    .offset = request->offset,
                    .drop = request->drop,
                    .files = chatd_directory_get_files (caller->shared->directory) };
  memcpy (asked->uid, request->uid, sizeof asked->uid);
  memcpy (asked->sha256, request->sha256, sizeof asked->sha256);
  hash_key (request->key, asked->key_hash);
  pending->request = asked;
  find_member (caller->shared->directory, pending, found);
}

void
chatd_control_handle_put (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  ask (caller, operation, request, on_member_for_put);
}

void
chatd_control_handle_get (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  ask (caller, operation, request, on_member_for_get);
}

/* --- life ------------------------------------------------------------------------------------- */

ChatdTransfer *
chatd_transfer_new (ChatdCaller *caller)
{
  ChatdTransfer *self = g_new0 (ChatdTransfer, 1);

  self->caller = caller;
  self->files = chatd_directory_get_files (caller->shared->directory);
  self->slot.replaced = on_replaced;
  self->slot.data = self;
  chatd_link_set_bulk (caller->link);
  return self;
}

void
chatd_transfer_free (ChatdTransfer *self)
{
  g_return_if_fail (self != NULL);

  if (self->pending != NULL)
    pending_free (steal_pending (self));
  g_clear_pointer (&self->handle, chatd_file_handle_close);
  chatd_files_end (&self->slot);
  g_free (self);
}
