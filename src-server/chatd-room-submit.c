/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"

#include <string.h>

/* What members submit: whether it is taken, and what they hear of it.
 * docs/protocol-delivery.md, "Admission". */

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

/* Off the record there are none. */
static gboolean
has_its_file (const ChatdMember *member, const ChatSubmission *submission)
{
  const ChatdRoom *room = member->room;
  const ChatEntry entry = { .member = member->number,
                            .body = submission->body,
                            .body_len = submission->body_len };

  return submission->kind != CHAT_ENTRY_FILE ||
         (room->number != 0 && room->shared->files != NULL &&
          chatd_files_has_shown (room->shared->files, room->number, &entry));
}

static const char *
judge (const ChatdMember *member, const ChatSubmission *submission)
{
  if (submission->body_len > CHAT_ENTRY_BODY_MAX)
    return chat_error_to_code (CHAT_ERROR_TOO_LONG);
  if (!chat_entry_body_is_valid (submission->kind, submission->body, submission->body_len))
    return chat_error_to_code (CHAT_ERROR_BAD_TEXT);
  if (!has_its_file (member, submission))
    return chat_error_to_code (CHAT_ERROR_FILE_MISSING);
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
  if (refusal != NULL ? chatd_room_write_refusal (member, submission, refusal)
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
  ChatError why = 0;
  guint64 retry_ms;
  const gboolean may_speak = chatd_room_may_speak (member, now_us, &why, &retry_ms);

  if (!chatd_room_can_write (member->room, 2))
    return put_off (member, submission, CHAT_ERROR_BUSY, CHATD_ROOM_BUSY_RETRY_MS, answer);
  if (!may_speak && retry_ms > 0)
    return put_off (member, submission, why, retry_ms, answer);
  if (!chatd_rate_take (&member->messages, &shared->messages, now_us))
    return put_off (member, submission, CHAT_ERROR_TOO_FAST,
                    (guint64) MAX (shared->messages.interval_us / 1000, 20), answer);

  /* taking it may free what was held */
  own.body = body = g_memdup2 (submission->body, submission->body_len);
  if (!enter_log (member, &own, may_speak ? judge (member, &own) : chat_error_to_code (why)))
    return put_off (member, &own, CHAT_ERROR_BUSY, CHATD_ROOM_BUSY_RETRY_MS, answer);
  if (may_speak)
    member->spoke_us = now_us;
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
    answer_reject (answer, submission, CHAT_ERROR_ROOM_CLOSED,
                   room->is_closed ? 0 : CHATD_ROOM_BUSY_RETRY_MS);
  else if (self->state != CHATD_MEMBER_IN)
    answer_reject (answer, submission, CHAT_ERROR_NOT_JOINED,
                   self->state == CHATD_MEMBER_LEFT ? 0 : CHATD_ROOM_BUSY_RETRY_MS);
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
chatd_member_say (ChatdMember *self, const char *text, gsize len, ChatError *why)
{
  const gint64 now_us = g_get_monotonic_time ();
  ChatError error = CHAT_ERROR_BUSY;
  guint64 retry_ms;
  const ChatdRoomWrite write = { .member = self,
                                 .kind = CHAT_ENTRY_TEXT,
                                 .body = (const guint8 *) text,
                                 .body_len = len,
                                 .except = self };

  if (chatd_room_may_speak (self, now_us, &error, &retry_ms) && self->state == CHATD_MEMBER_IN &&
      !self->room->is_closing && chatd_room_write (self->room, &write))
    {
      self->spoke_us = now_us;
      return TRUE;
    }

  if (why != NULL)
    *why = error;
  return FALSE;
}
