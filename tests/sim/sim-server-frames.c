/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-server-private.h"

#include "chat-delivery-rules.h"
#include "chat-limits.h"

#include <string.h>

#define PAGE_BYTES_UDP 1100

/* --- frames from members --- */

static void
answer_duplicate (SimServer *self, guint member, const ChatDataFrame *submit, gboolean by_udp)
{
  ChatAdmission *admission = self->admissions[member];
  const char *code = chat_admission_get_refusal (admission, submit->instance, submit->cseq);
  ChatDataFrame frame = { .room = SIM_ROOM, .instance = submit->instance, .cseq = submit->cseq };

  if (!CHAT_RULE (ANSWER_REPEATED))
    return;

  frame.type = code != NULL ? CHAT_DATA_REJECT : CHAT_DATA_HEAD;
  if (code != NULL)
    {
      frame.tail = (const guint8 *) code;
      frame.tail_len = strlen (code);
    }
  else
    {
      frame.cseq = chat_admission_get_committed (admission, submit->instance);
      frame.head = sim_store_get_head (&self->store);
    }
  sim_server_answer (self, member, &frame, by_udp);
}

static void
answer_need (SimServer *self, guint member, guint64 instance, gboolean by_udp)
{
  ChatDataFrame frame = { .type = CHAT_DATA_NEED, .room = SIM_ROOM, .instance = instance };

  frame.cseq = chat_admission_get_needed (self->admissions[member], instance);
  sim_server_answer (self, member, &frame, by_udp);
}

static void
refuse (SimServer *self, guint member, const ChatSubmission *submission, gboolean by_udp)
{
  SimRow added = { .member = member };

  added.entry.instance = submission->instance;
  added.entry.cseq = submission->cseq;
  if (!sim_server_has_rule (self, SIM_RULE_REFUSAL_CONSUMES))
    {
      sim_server_reject (self, member, submission->instance, submission->cseq, 0, by_udp);
      return;
    }

  chat_admission_take (self->admissions[member], submission->instance);
  sim_server_write_row (self, &added);
}

static void
accept_message (SimServer *self, guint member, guint number, const ChatSubmission *submission)
{
  ChatEntry entry = { .member = member + 1,
                      .instance = submission->instance,
                      .cseq = submission->cseq,
                      .kind = submission->kind };

  chat_admission_take (self->admissions[member], submission->instance);
  sim_server_write_entry (self, member, number, &entry);
}

/* Returns: whether it is over with this one, so that the next may be looked at */
static gboolean
decide (SimServer *self, guint member, const ChatSubmission *submission, gboolean by_udp)
{
  guint writer, number;

  if (!sim_world_parse_body (self->world, submission->body, submission->body_len, &writer,
                             &number) ||
      writer != member)
    {
      sim_world_violation (self->world, "a message came damaged or from somebody else");
      return FALSE;
    }
  if (self->world->messages[member][number].refusable)
    {
      refuse (self, member, submission, by_udp);
      return sim_server_has_rule (self, SIM_RULE_REFUSAL_CONSUMES);
    }
  if (self->world->now_us < self->world->config->faults_us &&
      sim_world_chance (self->world, self->world->config->retry_permille))
    {
      sim_server_reject (self, member, submission->instance, submission->cseq,
                         (guint) sim_world_between (self->world, 20, 200), by_udp);
      if (!sim_server_has_rule (self, SIM_RULE_RETRY_KEEPS))
        chat_admission_take (self->admissions[member], submission->instance);
      chat_admission_drop_held (self->admissions[member], submission->instance);
      return FALSE;
    }

  accept_message (self, member, number, submission);

  return TRUE;
}

static void
on_submit (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  ChatSubmission submission = { frame->instance, frame->cseq, frame->kind, frame->tail,
                                frame->tail_len };
  ChatAdmission *admission = self->admissions[member];

  switch (chat_admission_offer (admission, &submission))
    {
    case CHAT_ADMIT_DUPLICATE:
      answer_duplicate (self, member, frame, by_udp);
      break;
    case CHAT_ADMIT_HELD:
    case CHAT_ADMIT_DROPPED:
      answer_need (self, member, frame->instance, by_udp);
      break;
    case CHAT_ADMIT_NOW:
      while (decide (self, member, &submission, by_udp) &&
             chat_admission_peek (admission, frame->instance, &submission))
        ;
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
on_read (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  SimPeer *peer = &self->peers[member];
  SimEvent *event;

  if (peer->reading)
    return;

  peer->reading = TRUE;
  event = sim_world_plan (self->world, sim_world_between (self->world, 1 * SIM_MS, 4 * SIM_MS),
                          SIM_PAGE, member, peer->session);
  event->number = frame->after;
  event->number2 = by_udp ? 1 : 0;
}

static void
on_probe (SimServer *self, guint member, const ChatDataFrame *frame)
{
  ChatDataFrame ack = *frame;

  ack.type = CHAT_DATA_PROBE_ACK;
  sim_server_answer (self, member, &ack, TRUE);
}

static void
take_frame (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp)
{
  switch (frame->type)
    {
    case CHAT_DATA_SUBMIT:
      on_submit (self, member, frame, by_udp);
      break;
    case CHAT_DATA_READ:
      on_read (self, member, frame, by_udp);
      break;
    case CHAT_DATA_CURSOR:
      chat_fanout_on_cursor (&self->peers[member].fanout, frame, self->tail);
      break;
    case CHAT_DATA_PROBE:
      on_probe (self, member, frame);
      break;
    default:
      break;
    }
}

void
sim_server_take_frames (SimServer *self, const SimEvent *event)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < event->len; at += used)
    {
      if (chat_data_frame_decode (event->bytes + at, event->len - at, &frame, &used, NULL) !=
          CHAT_DECODE_OK)
        g_error ("the member sent a bad frame");
      take_frame (self, event->member, &frame, event->kind == SIM_UDP_UP);
    }
  sim_server_drain_member (self, event->member);
  sim_server_plan_wake (self);
}

/* --- pages --- */

void
sim_server_send_page (SimServer *self, const SimEvent *event)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  SimPeer *peer = &self->peers[event->member];
  gboolean by_udp = event->number2 == 1;
  guint64 last;
  ChatDataFrame frame = { .type = CHAT_DATA_PAGE, .room = SIM_ROOM, .after = event->number };

  peer->reading = FALSE;
  frame.floor = CHAT_RULE (FLOOR) ? self->store.floor : 0;
  frame.base = MIN (sim_store_get_base (&self->store, frame.after), MAX (frame.after, frame.floor));
  frame.first = sim_store_get_first (&self->store);
  frame.head = sim_store_get_head (&self->store);
  last = sim_store_append_page (&self->store, self->world, frame.after,
                                by_udp ? PAGE_BYTES_UDP : CHAT_PAGE_BYTES, entries);
  if (by_udp && last == 0)
    {
      by_udp = FALSE; /* not even one fits in a datagram */
      last =
          sim_store_append_page (&self->store, self->world, frame.after, CHAT_PAGE_BYTES, entries);
    }
  frame.tail = entries->data;
  frame.tail_len = entries->len;
  sim_server_answer (self, event->member, &frame, by_udp);
  chat_fanout_on_page (&peer->fanout, frame.after, last, self->tail, self->world->now_us);
  sim_server_plan_wake (self);
}
