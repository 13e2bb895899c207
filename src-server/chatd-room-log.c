/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-entry-about.h"
#include "chat-limits.h"

#include <string.h>

/* The room's log: written to the store first, and told to the members when it is durable.
 * docs/protocol-delivery.md, "Admission". */

/* An entry, or a final refusal, on its way to the disk */
typedef struct
{
  ChatdRoom *room;     /* a reference */
  ChatdMember *member; /* borrowed (nullable) */
  ChatdMember *except; /* borrowed (nullable) */
  ChatEntry entry;     /* its body stands behind the struct */
  const char *code;    /* a literal: refused with it; the entry has no id then */
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Writing;

static guint64 last_volatile_id;

/* --- telling ---------------------------------------------------------------------------------- */

static guint64
next_letter (void)
{
  static guint64 last;

  return ++last;
}

/* Since they were told that there is more nobody took anything. */
static gboolean
is_known (const ChatdRoom *self)
{
  return self->told_at == self->shared->n_taken;
}

void
chatd_room_tell_more (ChatdRoom *self)
{
  if (is_known (self))
    return;

  self->told_at = self->shared->n_taken;
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);

      if (device->sink->klass->deliver == NULL)
        device->sink->klass->more (device->sink);
    }
}

/* To those who are given each entry */
static void
give_entry (ChatdRoom *self, const Writing *writing)
{
  const ChatdMember *member = writing->member;
  const ChatdEntry entry = { .letter = next_letter (),
                             .entry = &writing->entry,
                             .room = self->name,
                             .from = writing->member,
                             .name = member != NULL ? member->name : NULL };

  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);

      if (device->sink->klass->deliver != NULL &&
          (device->instance != 0 || device->member != writing->except))
        device->sink->klass->deliver (device->sink, &entry, 1);
    }
}

static void
tell_entry (ChatdRoom *self, const Writing *writing)
{
  if (self->n_given > 0)
    give_entry (self, writing);
  if (!chatd_room_puts_off (self, writing->entry.kind))
    chatd_room_tell_more (self);
}

void
chatd_room_note_taken (ChatdRoom *self)
{
  self->shared->n_taken++;
}

static void
tell_refusal (ChatdRoom *self, const Writing *writing, guint retry_ms, const char *code)
{
  const ChatEntry *entry = &writing->entry;
  const ChatdDevice *device = chatd_room_find_device (self, writing->member, entry->instance);

  if (device != NULL && device->sink->klass->refused != NULL)
    device->sink->klass->refused (device->sink, entry->instance, entry->cseq, retry_ms, code);
}

/* --- the outcome ------------------------------------------------------------------------------ */

/* A volatile log is its tail. */
static void
follow_tail (ChatdRoom *self, gsize size_before)
{
  if (self->number != 0)
    return;

  self->shared->volatile_bytes += chat_log_tail_get_size (self->tail) - size_before;
  if (chat_log_tail_get_n (self->tail) == 0)
    return;

  const ChatTailEntry *oldest = chat_log_tail_get (self->tail, 0);
  self->floor = MAX (self->floor, oldest->prev);
  self->first = oldest->id;
}

static void
drop_oldest (ChatdRoom *self, guint n)
{
  const gsize before = chat_log_tail_get_size (self->tail);

  chat_log_tail_drop (self->tail, n);
  follow_tail (self, before);
}

/* Many rooms together may not take all memory: the one that grows gives some back. */
static void
make_room (ChatdRoom *self)
{
  gsize size = chat_log_tail_get_size (self->tail);
  guint n = 0;

  if (self->number != 0 || self->shared->volatile_bytes <= self->shared->max_volatile_bytes ||
      size <= CHAT_LOG_TAIL_BYTES)
    return;

  for (; n < chat_log_tail_get_n (self->tail) && size > CHAT_LOG_TAIL_BYTES / 2; n++)
    size -= chat_log_tail_get (self->tail, n)->size;
  drop_oldest (self, n);
}

static void
append_to_tail (ChatdRoom *self, const ChatEntry *entry)
{
  const gsize before = chat_log_tail_get_size (self->tail);

  chat_log_tail_append (self->tail, entry);
  if (self->first == 0)
    self->first = entry->id;
  follow_tail (self, before);
  make_room (self);
}

void
chatd_room_free_log (ChatdRoom *self)
{
  if (self->number == 0)
    self->shared->volatile_bytes -= chat_log_tail_get_size (self->tail);
  chat_log_tail_free (self->tail);
}

/* On the disk it is done already. */
static void
retract_in_tail (ChatdRoom *self, const ChatEntry *entry)
{
  const gsize before = chat_log_tail_get_size (self->tail);
  guint64 targets[CHAT_RETRACT_MAX];
  const guint n = chat_entry_retract_decode (entry->body, entry->body_len, targets);

  if (chat_log_tail_retract (self->tail, entry->member, targets, n) > 0)
    follow_tail (self, before);
}

static gboolean
has_files (const ChatdRoom *self)
{
  return self->number != 0 && self->shared->files != NULL;
}

static void
land (ChatdRoom *self, const Writing *writing)
{
  if (writing->entry.instance != 0)
    chat_admission_commit (writing->member->admission, writing->entry.instance,
                           writing->entry.cseq);
  if (writing->code != NULL)
    {
      chat_admission_note_refusal (writing->member->admission, writing->entry.instance,
                                   writing->entry.cseq, writing->code);
      tell_refusal (self, writing, 0, writing->code);
      return;
    }

  if (writing->entry.kind == CHAT_ENTRY_RETRACT)
    retract_in_tail (self, &writing->entry);
  append_to_tail (self, &writing->entry);
  if (has_files (self))
    chatd_files_land (self->shared->files, self->number, &writing->entry);
  if (writing->done != NULL)
    writing->done (NULL, writing->data);
  tell_entry (self, writing);
  if (writing->entry.kind == CHAT_ENTRY_CLOSED)
    chatd_room_linger (self);
  else if (writing->entry.kind == CHAT_ENTRY_LEFT || writing->entry.kind == CHAT_ENTRY_KICKED)
    chatd_room_on_left_told (self, writing->member);
}

/* All that the member had under way counts as never offered; its device is told of the first. */
static void
take_back (ChatdRoom *self, const Writing *writing)
{
  const ChatEntry *entry = &writing->entry;
  ChatAdmission *admission = writing->member->admission;
  const gboolean is_first =
      entry->cseq == chat_admission_get_committed (admission, entry->instance) + 1;

  chat_admission_roll_back (admission);
  if (is_first)
    tell_refusal (self, writing, CHATD_ROOM_BUSY_RETRY_MS, chat_error_to_code (CHAT_ERROR_BUSY));
}

static void
fail (ChatdRoom *self, const Writing *writing, const GError *error)
{
  g_autoptr (GError) busy = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, error->message);

  self->head = chat_log_tail_get_head (self->tail);
  if (has_files (self) && writing->entry.id != 0)
    chatd_files_take_back (self->shared->files, self->number, &writing->entry);
  if (writing->entry.instance != 0)
    take_back (self, writing);
  if (writing->done != NULL)
    writing->done (busy, writing->data);
}

static void
on_written (const GError *error, gpointer data)
{
  Writing *writing = data;
  ChatdRoom *self = writing->room;

  if (error == NULL)
    land (self, writing);
  else
    fail (self, writing, error);
  g_free (writing);
  chatd_room_retry_waiting (self);
  chatd_room_unref (self);
}

/* --- writing ---------------------------------------------------------------------------------- */

gboolean
chatd_room_can_write (const ChatdRoom *self, guint n)
{
  return self->number == 0 ||
         (self->shared->store != NULL && chatd_store_can_write_all (self->shared->store, n));
}

static Writing *
new_writing (ChatdRoom *self, const ChatdRoomWrite *write)
{
  Writing *writing = g_malloc (sizeof *writing + write->body_len);
  guint8 *body = (guint8 *) (writing + 1);

  *writing = (Writing){ .room = chatd_room_ref (self),
                        .member = write->member,
                        .except = write->except,
                        .done = write->done,
                        .data = write->data };
  if (write->body_len > 0)
    memcpy (body, write->body, write->body_len);
  writing->entry = (ChatEntry){ .prev = self->head,
                                .at_us = MAX (g_get_real_time (), 0),
                                .member = write->member != NULL ? write->member->number : 0,
                                .instance = write->instance,
                                .cseq = write->cseq,
                                .kind = write->kind,
                                .body = body,
                                .body_len = write->body_len };
  return writing;
}

static void
drop_writing (Writing *writing)
{
  chatd_room_unref (writing->room);
  g_free (writing);
}

gboolean
chatd_room_write (ChatdRoom *self, const ChatdRoomWrite *write)
{
  /* one more, where what follows of it for files must be taken, too */
  if (!chatd_room_can_write (self, has_files (self) && chatd_files_follow (write->kind) ? 2 : 1))
    return FALSE;

  Writing *writing = new_writing (self, write);

  if (self->number == 0)
    {
      writing->entry.id = MAX (last_volatile_id, self->head) + 1;
      last_volatile_id = writing->entry.id;
      self->head = writing->entry.id;
      on_written (NULL, writing);
      return TRUE;
    }

  writing->entry.id =
      chatd_store_append (self->shared->store, self->number, &writing->entry, on_written, writing);
  if (writing->entry.id == 0)
    {
      drop_writing (writing);
      return FALSE;
    }
  self->head = writing->entry.id;
  if (has_files (self))
    chatd_files_write (self->shared->files, self->number, &writing->entry);
  return TRUE;
}

gboolean
chatd_room_write_refusal (ChatdMember *member, const ChatSubmission *submission, const char *code)
{
  ChatdRoom *self = member->room;
  const ChatdRoomWrite write = { .member = member,
                                 .instance = submission->instance,
                                 .cseq = submission->cseq };
  Writing *writing = new_writing (self, &write);

  writing->code = code;
  if (self->number == 0)
    {
      on_written (NULL, writing);
      return TRUE;
    }
  if (chatd_store_consume (self->shared->store, self->number, member->number, submission->instance,
                           submission->cseq, on_written, writing))
    return TRUE;

  drop_writing (writing);
  return FALSE;
}

gboolean
chatd_room_put_member (ChatdRoom *self, const ChatdMember *member, gint64 left_us)
{
  ChatdStoreMember stored = { .number = member->number,
                              .joined_us = member->joined_us,
                              .left_us = left_us,
                              .name = member->name };

  if (self->number == 0)
    return TRUE;
  memcpy (stored.key, member->key, sizeof stored.key);
  return chatd_store_put_member (self->shared->store, self->number, &stored, NULL, NULL);
}

/* --- retention -------------------------------------------------------------------------------- */

static gint64
time_of (const ChatdRoom *self, guint i)
{
  ChatEntry entry = { 0 };
  gsize used;

  chat_entry_decode (chat_log_tail_get_bytes (self->tail, i),
                     chat_log_tail_get (self->tail, i)->size, &entry, &used, NULL);
  return entry.at_us;
}

void
chatd_room_retain (ChatdRoom *self, guint64 keep_messages, gint64 keep_from_us)
{
  const guint n_all = chat_log_tail_get_n (self->tail);
  guint n = keep_messages > 0 && n_all > keep_messages ? n_all - (guint) keep_messages : 0;

  g_return_if_fail (self->number == 0);

  while (n < n_all && time_of (self, n) < keep_from_us)
    n++;
  drop_oldest (self, n);
}

/* --- erasing ---------------------------------------------------------------------------------- */

guint
chatd_room_erase_in_tail (ChatdRoom *self, guint64 number, guint64 up_to)
{
  const gsize before = chat_log_tail_get_size (self->tail);
  const guint n = chat_log_tail_erase_member (self->tail, number, up_to);

  follow_tail (self, before);
  return n;
}
