/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include "chat-asking.h"
#include "chat-chain.h"
#include "chat-delivery-rules.h"
#include "chat-limits.h"
#include "chat-outbox.h"
#include "chat-rtt.h"

#define NEVER G_MAXINT64
#define MS ((gint64) 1000)
#define CURSOR_AFTER_US (100 * MS)   /* after the last entry, … */
#define CURSOR_LATEST_US (400 * MS)  /* … and after the first that was not reported */
#define CURSOR_AT_LEAST_US (10 * MS) /* between two answers to HEAD */
#define DELAY_MAX_MS (10 * 60 * 1000)
#define FRAME_MAX_SIZE 64 /* of READ and CURSOR */

struct _ChatDelivery
{
  /* borrowed */
  const ChatDeliveryLog *log;
  gpointer user_data;
  /* owned */
  ChatChain *chain;
  ChatOutbox *outbox;

  guint64 instance;
  guint64 last_cseq;
  guint64 floor;     /* the greatest one marked in the log */
  gboolean restored; /* numbers of messages here belong to others: all get new ones first */

  /* the session */
  gboolean connected;
  guint64 room;
  ChatRoad road;
  guint loss_permille;
  ChatRtt submit_rtt; /* with the server's commit */
  guint64 known_head; /* the log goes at least up to here */

  /* a resume is not over until the log was read up to its head */
  gboolean resuming;
  guint64 resume_head;
  guint64 session_cseq; /* the server got at least so far since */
  guint64 fresh_instance;
  gboolean paused;    /* nothing is sent under the old instance */
  gboolean submitted; /* in this session: something of ours may be under way */

  ChatAsking asking;

  /* telling */
  gint64 cursor_due_us;
  gint64 cursor_idle_us; /* the same, where entries alone make it due */
  gint64 cursor_latest_us;
  gint64 cursor_sent_us;
  gsize unreported; /* bytes shown since the last CURSOR */
};

ChatDelivery *
chat_delivery_new (guint64 instance,
                   guint64 last_cseq,
                   guint64 cursor,
                   guint64 floor,
                   const ChatDeliveryLog *log,
                   gpointer user_data)
{
  ChatDelivery *self = g_new0 (ChatDelivery, 1);

  self->log = log;
  self->user_data = user_data;
  self->chain = chat_chain_new (cursor);
  self->outbox = chat_outbox_new ();
  self->instance = instance;
  self->last_cseq = last_cseq;
  self->floor = floor;
  self->cursor_due_us = NEVER;
  chat_rtt_init (&self->submit_rtt);
  chat_asking_init (&self->asking);

  return self;
}

void
chat_delivery_free (ChatDelivery *self)
{
  chat_chain_free (self->chain);
  chat_outbox_free (self->outbox);
  g_free (self);
}

void
chat_delivery_next (ChatDelivery *self, guint64 *instance, guint64 *cseq)
{
  *instance = self->instance;
  *cseq = ++self->last_cseq;
}

void
chat_delivery_add (ChatDelivery *self, const ChatSubmission *submission, guint64 after)
{
  chat_outbox_add (self->outbox, submission, after);
}

void
chat_delivery_take_back (ChatDelivery *self, const ChatSubmission *submission)
{
  if (CHAT_RULE (TAKE_BACK))
    chat_outbox_put_first (self->outbox, submission, 0);
}

void
chat_delivery_drop (ChatDelivery *self, guint64 instance, guint64 cseq)
{
  chat_outbox_remove (self->outbox, instance, cseq);
}

static guint64
last_id (const ChatDelivery *self)
{
  return chat_chain_get_last (self->chain);
}

/* --- the outcome of messages --- */

static void
renumber (ChatDelivery *self, const ChatOutboxMessage *message)
{
  ChatSubmission submission = { self->instance, ++self->last_cseq, message->kind, message->body,
                                message->body_len };

  self->log->renumbered (message->instance, message->cseq, submission.instance, submission.cseq,
                         self->user_data);
  chat_outbox_add (self->outbox, &submission, last_id (self));
}

static void
take_fresh_instance (ChatDelivery *self)
{
  self->instance = self->fresh_instance;
  self->fresh_instance = 0;
  self->last_cseq = 0;
  self->session_cseq = 0;
  self->log->instance_changed (self->instance, self->user_data);
}

/* Not in the log, and it cannot come any more. Was it decided, then it was refused and the answer
 * got lost, or its number was used in a former life of our database. Asked again, the server
 * answers again. */
static void
send_anew (ChatDelivery *self, const ChatOutboxMessage *message)
{
  if (message->settled && message->after < self->floor)
    self->log->unseen (message->instance, message->cseq, self->user_data);
  else
    renumber (self, message);
}

/* The server would never get to the numbers of our messages, or has them for others: send all of
 * them under new ones, in the same order. None can be under way, or its server could not be where
 * it is. */
static void
renumber_all (ChatDelivery *self)
{
  ChatOutboxMessage message;

  if (self->fresh_instance == 0)
    return; /* used up: the next session brings another */

  take_fresh_instance (self);
  self->restored = FALSE;
  while (chat_outbox_take_older (self->outbox, self->instance, last_id (self), &message))
    {
      send_anew (self, &message);
      g_free (message.body);
    }
}

/* The log is read: what the server has of us is known. */
static void
finish_resume (ChatDelivery *self)
{
  self->resuming = FALSE;
  if (!self->paused)
    return;

  self->paused = FALSE;
  renumber_all (self);
}

static void
take_outcomes (ChatDelivery *self)
{
  ChatOutboxMessage message;

  if (self->asking.must)
    return; /* our log may have what the server's has not */

  if (self->resuming && last_id (self) >= self->resume_head)
    finish_resume (self);
  while (CHAT_RULE (SETTLE) && !self->paused &&
         chat_outbox_take_settled (self->outbox, last_id (self), &message))
    {
      send_anew (self, &message);
      g_free (message.body);
    }
}

/* --- the chain --- */

static void
plan_cursor (ChatDelivery *self, gsize bytes, gint64 now_us)
{
  if (self->unreported == 0)
    self->cursor_latest_us = now_us + CURSOR_LATEST_US;
  self->unreported += bytes;
  if (self->unreported >= CHAT_DELIVERY_CREDIT / 2)
    self->cursor_due_us = now_us;
  else if (self->cursor_due_us == NEVER || self->cursor_due_us == self->cursor_idle_us)
    self->cursor_due_us = self->cursor_idle_us =
        MIN (now_us + CURSOR_AFTER_US, self->cursor_latest_us);
}

/* What the server took in this session. What it took before, it may have forgotten since. */
static void
note_decided (ChatDelivery *self, const ChatEntry *entry)
{
  if (entry->instance == self->instance && entry->id > self->resume_head)
    self->session_cseq = MAX (self->session_cseq, entry->cseq);
}

/* Our database was restored, and wrote on before it knew. When the log is read all messages that
 * are not in it go by a fresh instance: one that moved alone would come behind those after it. */
static void
on_conflict (ChatDelivery *self, const ChatEntry *entry)
{
  ChatOutboxMessage message;

  if (self->resuming && !self->submitted && self->fresh_instance != 0 && CHAT_RULE (TOGETHER))
    self->restored = self->paused = TRUE;
  else if (chat_outbox_take (self->outbox, entry->instance, entry->cseq, &message))
    {
      renumber (self, &message);
      g_free (message.body);
    }
}

static void
show (ChatDelivery *self, const ChatEntry *entry, gint64 now_us)
{
  ChatEcho echo = chat_outbox_echo (self->outbox, entry, now_us, &self->submit_rtt);

  chat_chain_move_to (self->chain, entry->id);
  self->log->show (entry, echo == CHAT_ECHO_OURS, self->user_data);
  note_decided (self, entry);
  if (echo == CHAT_ECHO_CONFLICT)
    on_conflict (self, entry);
  plan_cursor (self, chat_entry_size (entry), now_us);
}

static void
withdraw (ChatDelivery *self, guint64 after)
{
  chat_chain_move_to (self->chain, self->log->withdraw (after, self->user_data));
}

static void
take_entry (ChatDelivery *self, const ChatEntry *entry, gint64 now_us)
{
  ChatChainVerdict verdict = chat_chain_judge (self->chain, entry->id, entry->prev);

  self->known_head = MAX (self->known_head, entry->id);
  if (verdict == CHAT_CHAIN_FORK)
    {
      withdraw (self, entry->prev);
      verdict = chat_chain_judge (self->chain, entry->id, entry->prev);
    }
  if (verdict == CHAT_CHAIN_SHOW)
    show (self, entry, now_us);
  else if (verdict == CHAT_CHAIN_GAP)
    chat_chain_hold (self->chain, entry);
}

static void
show_held (ChatDelivery *self, gint64 now_us)
{
  ChatEntry entry;

  while (chat_chain_next_held (self->chain, &entry))
    show (self, &entry, now_us);
}

/* @frame was decoded, so its entries are whole. */
static void
take_entries (ChatDelivery *self, const ChatDataFrame *frame, gint64 now_us)
{
  ChatEntry entry;
  gsize used;

  for (gsize at = 0; at < frame->tail_len; at += used)
    {
      if (chat_entry_decode (frame->tail + at, frame->tail_len - at, &entry, &used, NULL) !=
          CHAT_DECODE_OK)
        return;
      take_entry (self, &entry, now_us);
    }
  show_held (self, now_us);
}

/* --- asking for what is missing --- */

/* Returns: the greatest id that is known to be missing next; 0: none */
static guint64
first_missing (const ChatDelivery *self)
{
  guint64 before_held = chat_chain_first_missing (self->chain);

  if (before_held > last_id (self))
    return before_held;

  return self->known_head > last_id (self) ? self->known_head : 0;
}

/* Where our log and the server's part: behind its floor nothing can be said, so ours stays. */
static void
join_logs (ChatDelivery *self, const ChatDataFrame *page)
{
  if (page->after < page->floor && CHAT_RULE (FLOOR))
    {
      if (last_id (self) >= page->floor)
        return;
      self->floor = page->floor;
      self->log->history_removed (page->floor, self->user_data);
      chat_chain_move_to (self->chain, page->floor);
    }
  else if (page->base < page->after && last_id (self) == page->after && CHAT_RULE (BASE))
    withdraw (self, page->base);
}

static void
on_page (ChatDelivery *self, const ChatDataFrame *page, gint64 now_us)
{
  if (!chat_asking_take_page (&self->asking, page->after, now_us))
    return;

  self->known_head = MAX (self->known_head, page->head);
  join_logs (self, page);
  take_entries (self, page, now_us);
  /* What one datagram cannot repair is a job for TCP. */
  self->asking.by_tcp = page->head > last_id (self) && page->tail_len > 0;
}

static void
on_decided (ChatDelivery *self, const ChatDataFrame *head)
{
  if (head->instance == self->instance)
    self->session_cseq = MAX (self->session_cseq, head->cseq);
  chat_outbox_settle (self->outbox, head->instance, head->cseq, head->head);
}

static void
on_head (ChatDelivery *self, const ChatDataFrame *frame, gint64 now_us)
{
  gboolean by_tcp = (frame->flags & CHAT_DATA_HEAD_BY_TCP) != 0;

  self->known_head = MAX (self->known_head, frame->head);
  if (frame->head > last_id (self))
    chat_asking_on_head (&self->asking, frame->head, by_tcp, now_us);
  if (frame->instance != 0)
    on_decided (self, frame);
  /* The server does not know how far we are. */
  if (frame->head <= last_id (self))
    self->cursor_due_us =
        MIN (self->cursor_due_us, MAX (now_us, self->cursor_sent_us + CURSOR_AT_LEAST_US));
}

/* A number that we have nothing for any more: the server forgot it, or it was refused before the
 * server's database was restored. */
static gboolean
is_unknown_need (const ChatDelivery *self, const ChatDataFrame *frame)
{
  guint64 first = chat_outbox_get_first_cseq (self->outbox, frame->instance);

  if (frame->instance == self->instance && frame->cseq <= self->session_cseq)
    return FALSE; /* late: it has that one by now */

  return first > frame->cseq; /* if one before it is still to be decided, the order is at stake */
}

static void
on_need (ChatDelivery *self, const ChatDataFrame *frame, gint64 now_us)
{
  if (chat_outbox_need (self->outbox, frame->instance, frame->cseq, &self->submit_rtt, now_us))
    return;
  if (!self->resuming && CHAT_RULE (FRESH_INSTANCE) && is_unknown_need (self, frame))
    renumber_all (self);
}

static void
on_reject (ChatDelivery *self, const ChatDataFrame *frame, gint64 now_us)
{
  g_autofree char *code = NULL;

  if (frame->retry_ms > 0)
    {
      chat_outbox_delay (self->outbox, frame->instance, frame->cseq,
                         now_us + (gint64) MIN (frame->retry_ms, DELAY_MAX_MS) * MS);
      return;
    }
  if (!chat_outbox_remove (self->outbox, frame->instance, frame->cseq))
    return;

  if (frame->instance == self->instance)
    self->session_cseq = MAX (self->session_cseq, frame->cseq);
  code = g_strndup ((const char *) frame->tail, frame->tail_len);
  self->log->refused (frame->instance, frame->cseq, code, self->user_data);
}

void
chat_delivery_receive (ChatDelivery *self, const ChatDataFrame *frame, gint64 now_us)
{
  if (!self->connected)
    return;

  switch (frame->type)
    {
    case CHAT_DATA_ENTRIES:
      take_entries (self, frame, now_us);
      break;
    case CHAT_DATA_PAGE:
      on_page (self, frame, now_us);
      break;
    case CHAT_DATA_HEAD:
      on_head (self, frame, now_us);
      break;
    case CHAT_DATA_NEED:
      on_need (self, frame, now_us);
      break;
    case CHAT_DATA_REJECT:
      on_reject (self, frame, now_us);
      break;
    default:
      return;
    }
  chat_asking_plan (&self->asking, first_missing (self), now_us);
  take_outcomes (self);
}

/* --- the session --- */

static void
forget_session (ChatDelivery *self)
{
  chat_asking_restart (&self->asking, FALSE);
  self->submitted = FALSE;
  chat_chain_clear_held (self->chain);
  chat_outbox_restart (self->outbox);
  self->known_head = 0;
  self->road = CHAT_ROAD_TCP;
  self->loss_permille = 0;
  self->cursor_due_us = NEVER;
  self->unreported = 0;
}

void
chat_delivery_suspend (ChatDelivery *self)
{
  forget_session (self);
  self->connected = FALSE;
}

static void
judge_cseq (ChatDelivery *self, guint64 last_cseq, guint64 head)
{
  self->paused = self->restored || (last_cseq > self->last_cseq && CHAT_RULE (FRESH_INSTANCE));
  if (self->paused)
    self->last_cseq =
        MAX (last_cseq,
             self->last_cseq); /* nothing of ours may pass for what was sent in a former life */
  else
    chat_outbox_settle (self->outbox, self->instance, last_cseq, head);
}

void
chat_delivery_resume (ChatDelivery *self,
                      guint64 room,
                      guint64 last_cseq,
                      guint64 head,
                      guint64 fresh_instance,
                      gint64 now_us)
{
  forget_session (self);
  self->connected = TRUE;
  self->room = room;
  self->known_head = head;
  chat_asking_restart (&self->asking, head != last_id (self));
  self->resuming = TRUE;
  self->resume_head = head;
  self->session_cseq = last_cseq;
  self->fresh_instance = fresh_instance;
  self->cursor_due_us = now_us;
  judge_cseq (self, last_cseq, head);
  chat_asking_plan (&self->asking, first_missing (self), now_us);
  take_outcomes (self);
}

void
chat_delivery_set_road (ChatDelivery *self, ChatRoad road, gint64 now_us)
{
  if (self->road == road)
    return;

  self->road = road;
  if (self->connected)
    self->cursor_due_us = now_us;
}

void
chat_delivery_set_loss (ChatDelivery *self, guint loss_permille)
{
  self->loss_permille = loss_permille;
}

/* --- what goes out --- */

/* Before the logs are joined nobody knows which messages the server lost, and they go first. Nor,
 * before it is seen what became of those that the server decided, whether our numbers are ours. */
static gboolean
may_submit (const ChatDelivery *self)
{
  return self->connected && !self->paused && !(self->asking.must && CHAT_RULE (JOIN_FIRST)) &&
         !(self->resuming && chat_outbox_has_settled (self->outbox) && CHAT_RULE (TOGETHER));
}

gint64
chat_delivery_get_deadline (const ChatDelivery *self)
{
  gint64 deadline_us = MIN (self->asking.due_us, self->cursor_due_us);

  if (!self->connected)
    return NEVER;
  if (may_submit (self))
    deadline_us = MIN (deadline_us, chat_outbox_get_deadline (self->outbox));

  return deadline_us;
}

static void
pack_cursor (ChatDelivery *self, gint64 now_us, GByteArray *udp, GByteArray *tcp)
{
  ChatDataFrame frame = { .type = CHAT_DATA_CURSOR,
                          .room = self->room,
                          .cursor = last_id (self),
                          .credit = CHAT_DELIVERY_CREDIT,
                          .loss_permille = self->loss_permille,
                          .road = self->road };

  chat_data_frame_append (&frame, self->road == CHAT_ROAD_TCP ? tcp : udp);
  self->cursor_due_us = NEVER;
  self->cursor_sent_us = now_us;
  self->unreported = 0;
}

static void
pack_submits (ChatDelivery *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp)
{
  const guint before = udp->len + tcp->len;

  if (!may_submit (self))
    return;

  if (self->road == CHAT_ROAD_UDP)
    chat_outbox_pack (self->outbox, self->room, self->road, CHAT_ROAD_UDP, &self->submit_rtt,
                      now_us, space, udp);
  chat_outbox_pack (self->outbox, self->room, self->road, CHAT_ROAD_TCP, &self->submit_rtt, now_us,
                    G_MAXSIZE, tcp);
  self->submitted = self->submitted || udp->len + tcp->len > before;
}

void
chat_delivery_pack (
    ChatDelivery *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp)
{
  guint before = udp->len;

  if (!self->connected)
    return;

  if (space >= FRAME_MAX_SIZE)
    chat_asking_pack (&self->asking, self->room, last_id (self), self->road, now_us, udp, tcp);
  if (self->cursor_due_us <= now_us && space - (udp->len - before) >= FRAME_MAX_SIZE)
    pack_cursor (self, now_us, udp, tcp);
  pack_submits (self, now_us, space - (udp->len - before), udp, tcp);
}

guint64
chat_delivery_get_instance (const ChatDelivery *self)
{
  return self->instance;
}

guint64
chat_delivery_get_last_cseq (const ChatDelivery *self)
{
  return self->last_cseq;
}

guint64
chat_delivery_get_cursor (const ChatDelivery *self)
{
  return last_id (self);
}

guint
chat_delivery_get_n_unsent (const ChatDelivery *self)
{
  return chat_outbox_get_n (self->outbox);
}

gboolean
chat_delivery_is_up_to_date (const ChatDelivery *self)
{
  return self->connected && !self->asking.must && first_missing (self) == 0;
}

void
chat_delivery_take_tries (ChatDelivery *self, ChatRoadTries *tries)
{
  const guint again = tries->again;

  chat_outbox_take_tries (self->outbox, tries);
  if (first_missing (self) != 0)
    tries->again = again;
}
