/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-room-server-private.h"

#include "chat-limits.h"

#include <string.h>

/* What a session gets as data frames, by datagram or by its connection. */

#define UDP_PAGE 1000

static void
accept_text (FakeRoomServer *self, FakePlace *place, const ChatSubmission *submission)
{
  const ChatEntry entry = { .member = place->member->number,
                            .instance = submission->instance,
                            .cseq = submission->cseq,
                            .kind = submission->kind,
                            .body = submission->body,
                            .body_len = submission->body_len };

  fake_room_write (self, place->room, &entry); /* taking frees the body of one that was held */
  chat_admission_take (place->member->admission, entry.instance);
  chat_admission_commit (place->member->admission, entry.instance, entry.cseq);
}

static void
reject (FakeSession *session, FakePlace *place, const ChatSubmission *submission, gboolean by_udp)
{
  FakeRoomServer *self = session->server;
  const ChatDataFrame frame = { .type = CHAT_DATA_REJECT,
                                .room = place->number,
                                .instance = submission->instance,
                                .cseq = submission->cseq,
                                .retry_ms = self->refusal_ms,
                                .tail = (const guint8 *) self->refusal,
                                .tail_len = strlen (self->refusal) };

  if (self->refusal_ms == 0)
    {
      chat_admission_take (place->member->admission, submission->instance);
      chat_admission_commit (place->member->admission, submission->instance, submission->cseq);
      chat_admission_note_refusal (place->member->admission, submission->instance, submission->cseq,
                                   self->refusal);
    }
  self->refused = 0;
  fake_session_answer (session, &frame, by_udp);
}

static void
on_submit (FakeSession *session, FakePlace *place, const ChatDataFrame *frame, gboolean by_udp)
{
  FakeRoomServer *self = session->server;
  ChatAdmission *admission = place->member->admission;
  ChatSubmission submission = { frame->instance, frame->cseq, frame->kind, frame->tail,
                                frame->tail_len };
  ChatDataFrame answer = { .room = place->number, .instance = frame->instance };

  switch (chat_admission_offer (admission, &submission))
    {
    case CHAT_ADMIT_NOW:
      if (self->refused == CHAT_OPERATION_DATA)
        {
          reject (session, place, &submission, by_udp);
          return;
        }
      do
        accept_text (self, place, &submission);
      while (chat_admission_peek (admission, frame->instance, &submission));
      return;
    case CHAT_ADMIT_DUPLICATE:
      answer.type = CHAT_DATA_HEAD;
      answer.cseq = chat_admission_get_committed (admission, frame->instance);
      answer.head = place->room->head;
      break;
    case CHAT_ADMIT_HELD:
    case CHAT_ADMIT_DROPPED:
    default:
      answer.type = CHAT_DATA_NEED;
      answer.cseq = chat_admission_get_needed (admission, frame->instance);
    }
  fake_session_answer (session, &answer, by_udp);
}

static void
on_read (FakeSession *session, FakePlace *place, const ChatDataFrame *frame, gboolean by_udp)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  FakeRoom *room = place->room;
  const gsize space = by_udp ? UDP_PAGE : CHAT_PAGE_BYTES;
  guint64 last = 0;
  ChatDataFrame page = { .type = CHAT_DATA_PAGE,
                         .room = place->number,
                         .after = frame->after,
                         .floor = room->floor,
                         .head = room->head };

  page.base = frame->after < room->floor ? room->floor : 0;
  for (guint i = 0; i < room->log->len; i++)
    {
      const ChatEntry *entry = g_ptr_array_index (room->log, i);

      if (entry->id <= room->floor)
        continue;
      if (page.first == 0)
        page.first = entry->id;
      if (entry->id <= frame->after)
        page.base = entry->id;
      else if (last == 0 ||
               (entry->prev == last && entries->len + chat_entry_size (entry) <= space))
        {
          chat_entry_append (entry, entries);
          last = entry->id;
        }
    }
  page.base = MAX (page.base, room->floor);
  page.tail = entries->data;
  page.tail_len = entries->len;
  fake_session_answer (session, &page, by_udp && entries->len <= UDP_PAGE);
  chat_fanout_on_page (&place->fanout, frame->after, last, room->tail, g_get_monotonic_time ());
}

static void
take_data_frame (FakeSession *session, const ChatDataFrame *frame, gboolean by_udp)
{
  FakePlace *place = fake_session_find_place (session, frame->room);
  ChatDataFrame ack = *frame;

  if (frame->type == CHAT_DATA_PROBE)
    {
      ack.type = CHAT_DATA_PROBE_ACK;
      fake_session_answer (session, &ack, by_udp);
    }
  if (place == NULL)
    return;
  if (frame->type == CHAT_DATA_SUBMIT && !place->room->closed)
    on_submit (session, place, frame, by_udp);
  else if (frame->type == CHAT_DATA_READ)
    on_read (session, place, frame, by_udp);
  else if (frame->type == CHAT_DATA_CURSOR)
    chat_fanout_on_cursor (&place->fanout, frame, place->room->tail);
}

void
fake_session_take_data (FakeSession *session, const guint8 *frames, gsize len, gboolean by_udp)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < len; at += used)
    {
      g_assert_cmpint (chat_data_frame_decode (frames + at, len - at, &frame, &used, NULL), ==,
                       CHAT_DECODE_OK);
      take_data_frame (session, &frame, by_udp);
    }
}

static gboolean
open_datagram (FakeSession *session, const guint8 *bytes, gsize len, guint8 *frames, gsize *n)
{
  gboolean newest;

  if (session->next != NULL &&
      chat_sealed_datagram_open (session->next, bytes, len, frames, n, &newest) == CHAT_OPEN_OK)
    {
      chat_sealed_datagram_free (session->keys);
      session->keys = g_steal_pointer (&session->next);
      return TRUE;
    }

  return session->keys != NULL &&
         chat_sealed_datagram_open (session->keys, bytes, len, frames, n, &newest) == CHAT_OPEN_OK;
}

void
fake_session_take_datagram (FakeSession *session,
                            const guint8 *bytes,
                            gsize len,
                            GSocketAddress *from)
{
  guint8 frames[2048];
  gsize n;

  if (!open_datagram (session, bytes, len, frames, &n))
    return;

  session->server->datagrams++;
  g_set_object (&session->address, from);
  fake_session_take_data (session, frames, n, TRUE);
}
