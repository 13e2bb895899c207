/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

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

static void
tell_entry (ChatdRoom *self, const Writing *writing)
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
      if (device->instance != 0 || device->member != writing->except)
        device->sink->klass->deliver (device->sink, &entry, 1);
    }
}

static void
tell_refusal (ChatdRoom *self, const Writing *writing)
{
  const ChatEntry *entry = &writing->entry;
  const ChatdDevice *device = chatd_room_find_device (self, writing->member, entry->instance);

  chat_admission_note_refusal (writing->member->admission, entry->instance, entry->cseq,
                               writing->code);
  if (device != NULL && device->sink->klass->refused != NULL)
    device->sink->klass->refused (device->sink, entry->instance, entry->cseq, writing->code);
}

/* --- the outcome ------------------------------------------------------------------------------ */

/* A volatile log is no longer than memory allows. */
static void
note_floor (ChatdRoom *self)
{
  if (self->number == 0 && chat_log_tail_get_n (self->tail) > 0)
    self->floor = chat_log_tail_get (self->tail, 0)->prev;
}

static void
land (ChatdRoom *self, const Writing *writing)
{
  if (writing->entry.instance != 0)
    chat_admission_commit (writing->member->admission, writing->entry.instance,
                           writing->entry.cseq);
  if (writing->code != NULL)
    {
      tell_refusal (self, writing);
      return;
    }

  chat_log_tail_append (self->tail, &writing->entry);
  note_floor (self);
  if (writing->done != NULL)
    writing->done (NULL, writing->data);
  tell_entry (self, writing);
  if (writing->entry.kind == CHAT_ENTRY_CLOSED)
    chatd_room_linger (self);
  else if (writing->entry.kind == CHAT_ENTRY_LEFT)
    chatd_room_on_left_told (self, writing->member);
}

static void
fail (ChatdRoom *self, const Writing *writing, const GError *error)
{
  g_autoptr (GError) busy = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, error->message);

  self->head = chat_log_tail_get_head (self->tail);
  if (writing->entry.instance != 0)
    chat_admission_roll_back (writing->member->admission);
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
  if (error == NULL)
    chatd_room_retry_waiting (self);
  chatd_room_unref (self);
}

/* --- writing ---------------------------------------------------------------------------------- */

gboolean
chatd_room_can_write (const ChatdRoom *self)
{
  return self->number == 0 || chatd_store_can_write (self->shared->store);
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
  if (!chatd_room_can_write (self))
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
  return TRUE;
}

/* Uses the message's number up without an entry. */
static gboolean
write_refusal (ChatdMember *member, const ChatSubmission *submission, const char *code)
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

/* --- what members submit ---------------------------------------------------------------------- */

#define BUSY_RETRY_MS 1000

static void
answer_reject (ChatDataFrame *answer,
               const ChatSubmission *submission,
               ChatError error,
               guint64 retry_ms)
{
  const char *code = chat_error_to_code (error);

  *answer = (ChatDataFrame){ .type = CHAT_DATA_REJECT,
                             .instance = submission->instance,
                             .cseq = submission->cseq,
                             .retry_ms = retry_ms,
                             .tail = (const guint8 *) code,
                             .tail_len = strlen (code) };
}

/* Neither this one nor what is held behind it is taken now: it will be sent again. */
static gboolean
put_off (ChatdMember *member,
         const ChatSubmission *submission,
         ChatError error,
         guint64 retry_ms,
         ChatDataFrame *answer)
{
  answer_reject (answer, submission, error, retry_ms);
  chat_admission_drop_held (member->admission, submission->instance);
  return FALSE;
}

static const char *
judge (const ChatSubmission *submission)
{
  if (submission->body_len > CHAT_ENTRY_BODY_MAX)
    return chat_error_to_code (CHAT_ERROR_TOO_LONG);
  if (!chat_entry_body_is_valid (submission->kind, submission->body, submission->body_len))
    return chat_error_to_code (CHAT_ERROR_BAD_TEXT);
  return NULL;
}

static gboolean
enter_log (ChatdMember *member, const ChatSubmission *submission, const char *refusal)
{
  const ChatdRoomWrite write = { .member = member,
                                 .instance = submission->instance,
                                 .cseq = submission->cseq,
                                 .kind = submission->kind,
                                 .body = submission->body,
                                 .body_len = submission->body_len };

  chat_admission_take (member->admission, submission->instance);
  if (refusal != NULL ? write_refusal (member, submission, refusal)
                      : chatd_room_write (member->room, &write))
    return TRUE;

  chat_admission_roll_back (member->admission);
  return FALSE;
}

/* Returns: whether it is over with this one, so that the next may be looked at */
static gboolean
decide (ChatdMember *member, const ChatSubmission *submission, gint64 now_us, ChatDataFrame *answer)
{
  ChatdRoomShared *shared = member->room->shared;
  g_autofree guint8 *body = NULL;
  ChatSubmission own = *submission;

  if (!chatd_room_can_write (member->room))
    return put_off (member, submission, CHAT_ERROR_BUSY, BUSY_RETRY_MS, answer);
  if (!chatd_rate_take (&member->messages, &shared->messages, now_us))
    return put_off (member, submission, CHAT_ERROR_TOO_FAST,
                    (guint64) MAX (shared->messages.interval_us / 1000, 20), answer);

  /* taking it may free what was held */
  own.body = body = g_memdup2 (submission->body, submission->body_len);
  if (!enter_log (member, &own, judge (&own)))
    return put_off (member, &own, CHAT_ERROR_BUSY, BUSY_RETRY_MS, answer);
  return TRUE;
}

static void
answer_duplicate (ChatdMember *member, const ChatSubmission *submission, ChatDataFrame *answer)
{
  const char *code =
      chat_admission_get_refusal (member->admission, submission->instance, submission->cseq);

  *answer = (ChatDataFrame){ .type = code != NULL ? CHAT_DATA_REJECT : CHAT_DATA_HEAD,
                             .instance = submission->instance,
                             .cseq = submission->cseq };
  if (code != NULL)
    {
      answer->tail = (const guint8 *) code;
      answer->tail_len = strlen (code);
      return;
    }
  answer->cseq = chat_admission_get_committed (member->admission, submission->instance);
  answer->head = chatd_room_get_head (member->room);
}

static void
offer (ChatdMember *member, const ChatSubmission *submission, gint64 now_us, ChatDataFrame *answer)
{
  ChatSubmission next = *submission;

  switch (chat_admission_offer (member->admission, submission))
    {
    case CHAT_ADMIT_DUPLICATE:
      answer_duplicate (member, submission, answer);
      break;
    case CHAT_ADMIT_HELD:
    case CHAT_ADMIT_DROPPED:
      *answer = (ChatDataFrame){ .type = CHAT_DATA_NEED, .instance = submission->instance };
      answer->cseq = chat_admission_get_needed (member->admission, submission->instance);
      break;
    case CHAT_ADMIT_NOW:
    default:
      while (decide (member, &next, now_us, answer) &&
             chat_admission_peek (member->admission, submission->instance, &next))
        ;
    }
}

void
chatd_member_submit (ChatdMember *self,
                     const ChatSubmission *submission,
                     gint64 now_us,
                     ChatDataFrame *answer)
{
  ChatdRoom *room = self->room;

  *answer = (ChatDataFrame){ 0 };
  if (submission->instance == 0 || submission->cseq == 0)
    return;
  if (room->is_closed || room->is_closing)
    answer_reject (answer, submission, CHAT_ERROR_ROOM_CLOSED, room->is_closed ? 0 : BUSY_RETRY_MS);
  else if (self->state != CHATD_MEMBER_IN)
    answer_reject (answer, submission, CHAT_ERROR_NOT_JOINED,
                   self->state == CHATD_MEMBER_LEFT ? 0 : BUSY_RETRY_MS);
  else
    {
      if (self->admission == NULL)
        self->admission = chat_admission_new (&room->shared->budget);
      chatd_room_ref (room);
      offer (self, submission, now_us, answer);
      chatd_room_unref (room);
    }
}

gboolean
chatd_member_say (ChatdMember *self, const char *text, gsize len)
{
  const ChatdRoomWrite write = { .member = self,
                                 .kind = CHAT_ENTRY_TEXT,
                                 .body = (const guint8 *) text,
                                 .body_len = len,
                                 .except = self };

  return self->state == CHATD_MEMBER_IN && !self->room->is_closing &&
         chatd_room_write (self->room, &write);
}

/* --- pages ------------------------------------------------------------------------------------ */

/* Returns: the greatest id not above @after, the floor where there is none */
static guint64
find_base (const ChatdRoom *self, guint64 after, guint64 floor)
{
  const guint i = chat_log_tail_find_after (self->tail, after);

  return i > 0 ? chat_log_tail_get (self->tail, i - 1)->id : floor;
}

/* A volatile room has its whole log in the tail; of a closed one the rest is gone. */
static void
page_from_tail (ChatdRoom *self,
                guint64 after,
                guint limit,
                gsize max_bytes,
                ChatdStorePaged paged,
                gpointer data)
{
  const guint n = chat_log_tail_get_n (self->tail);
  const guint64 floor = n > 0 ? chat_log_tail_get (self->tail, 0)->prev : self->floor;
  const guint first = chat_log_tail_find_after (self->tail, MAX (after, floor));
  ChatdStorePage page = { .after = after,
                          .base = find_base (self, after, floor),
                          .floor = floor,
                          .head = chatd_room_get_head (self) };

  if (n > 0)
    page.first = chat_log_tail_get (self->tail, 0)->id;
  for (guint i = first; i < n && page.n_entries < limit; i++)
    {
      const ChatTailEntry *entry = chat_log_tail_get (self->tail, i);

      if (page.n_entries > 0 && page.entries_len + entry->size > max_bytes)
        break;
      page.n_entries++;
      page.entries_len += entry->size;
      page.last = entry->id;
    }
  if (page.n_entries > 0)
    page.entries = chat_log_tail_get_bytes (self->tail, first);
  paged (&page, NULL, data);
}

void
chatd_room_read_page (ChatdRoom *self,
                      guint64 after,
                      guint limit,
                      gsize max_bytes,
                      ChatdStorePaged paged,
                      gpointer data)
{
  limit = MAX (limit, 1);
  if (self->number == 0 || self->is_closed)
    page_from_tail (self, after, limit, max_bytes, paged, data);
  else
    chatd_store_read_page (self->shared->store, self->number, after, limit, max_bytes, paged, data);
}

/* --- erasing ---------------------------------------------------------------------------------- */

void
chatd_room_erase_in_tail (ChatdRoom *self, const guint64 *ids, gsize n_ids)
{
  for (gsize i = 0; i < n_ids; i++)
    chat_log_tail_erase (self->tail, ids[i]);
}

GArray *
chatd_room_find_words (ChatdRoom *self, const ChatdMember *member)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const guint n = chat_log_tail_get_n (self->tail);

  for (guint i = 0; i < n; i++)
    {
      const ChatTailEntry *place = chat_log_tail_get (self->tail, i);
      ChatEntry entry;
      gsize used;

      if (chat_entry_decode (chat_log_tail_get_bytes (self->tail, i), place->size, &entry, &used,
                             NULL) == CHAT_DECODE_OK &&
          entry.kind == CHAT_ENTRY_TEXT && entry.member == member->number)
        g_array_append_val (ids, entry.id);
    }
  return ids;
}
