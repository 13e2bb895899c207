/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-outbox.h"

#include "chat-delivery-rules.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"

#include <string.h>

#define TCP_TRY_FIRST 5
#define TCP_TRY_EVERY 7
#define TCP_TIMEOUT_US                                                                             \
  (1 * G_USEC_PER_SEC) /* TCP repeats by itself; this is for a server's fault */
#define DATAGRAM_SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)

struct _ChatOutbox
{
  /* owned */
  GArray *messages; /* ChatOutboxMessage, in the order of writing */
  ChatRoadTries tries;
};

static void
clear_message (gpointer message)
{
  g_free (((ChatOutboxMessage *) message)->body);
}

ChatOutbox *
chat_outbox_new (void)
{
  ChatOutbox *self = g_new0 (ChatOutbox, 1);

  self->messages = g_array_new (FALSE, FALSE, sizeof (ChatOutboxMessage));
  g_array_set_clear_func (self->messages, clear_message);

  return self;
}

void
chat_outbox_free (ChatOutbox *self)
{
  g_array_unref (self->messages);
  g_free (self);
}

static ChatOutboxMessage *
at (const ChatOutbox *self, guint i)
{
  return &g_array_index (self->messages, ChatOutboxMessage, i);
}

static ChatOutboxMessage *
find (const ChatOutbox *self, guint64 instance, guint64 cseq, guint *index)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (at (self, i)->instance == instance && at (self, i)->cseq == cseq)
      {
        *index = i;
        return at (self, i);
      }

  return NULL;
}

static void
insert (ChatOutbox *self, guint place, const ChatSubmission *submission, guint64 after)
{
  ChatOutboxMessage message = { .instance = submission->instance,
                                .cseq = submission->cseq,
                                .kind = submission->kind,
                                .after = after };
  guint i;

  if (find (self, submission->instance, submission->cseq, &i) != NULL)
    return;

  message.body = g_memdup2 (submission->body, submission->body_len);
  message.body_len = submission->body_len;
  g_array_insert_val (self->messages, place, message);
}

void
chat_outbox_add (ChatOutbox *self, const ChatSubmission *submission, guint64 after)
{
  insert (self, self->messages->len, submission, after);
}

void
chat_outbox_put_first (ChatOutbox *self, const ChatSubmission *submission, guint64 after)
{
  insert (self, 0, submission, after);
}

guint
chat_outbox_get_n (const ChatOutbox *self)
{
  return self->messages->len;
}

const ChatOutboxMessage *
chat_outbox_get (const ChatOutbox *self, guint i)
{
  return at (self, i);
}

void
chat_outbox_restart (ChatOutbox *self)
{
  for (guint i = 0; i < self->messages->len; i++)
    {
      at (self, i)->tries = 0;
      at (self, i)->by_tcp = FALSE;
      at (self, i)->overdue = FALSE;
      at (self, i)->due_us = 0;
      at (self, i)->delayed = FALSE;
      at (self, i)->settled = FALSE;
    }
}

/* Moves the message out, its body with it. */
static void
steal (ChatOutbox *self, guint i, ChatOutboxMessage *message)
{
  *message = *at (self, i);
  at (self, i)->body = NULL;
  g_array_remove_index (self->messages, i);
}

/* An erased entry has no words left; its number still tells that ours arrived. */
static gboolean
has_same_words (const ChatOutboxMessage *message, const ChatEntry *entry)
{
  if (entry->kind == CHAT_ENTRY_ERASED)
    return TRUE;

  return message->kind == entry->kind && message->body_len == entry->body_len &&
         (entry->body_len == 0 || memcmp (message->body, entry->body, entry->body_len) == 0);
}

static void
learn_from_echo (ChatOutbox *self, const ChatOutboxMessage *message, gint64 now_us, ChatRtt *rtt)
{
  if (message->tries == 0 || message->settled)
    return;

  if (message->tries == 1)
    chat_rtt_sample (rtt, now_us - message->sent_us);
  else if (message->overdue)
    chat_rtt_note_unclear (rtt);
  if (!message->by_tcp && !message->overdue)
    self->tries.once++;
  else if (!message->by_tcp)
    self->tries.late++;
}

ChatEcho
chat_outbox_echo (ChatOutbox *self, const ChatEntry *entry, gint64 now_us, ChatRtt *rtt)
{
  guint i;
  ChatOutboxMessage *own = find (self, entry->instance, entry->cseq, &i);

  if (own == NULL)
    return CHAT_ECHO_FOREIGN;
  if (!has_same_words (own, entry))
    {
      own->settled = FALSE;
      return CHAT_ECHO_CONFLICT;
    }

  learn_from_echo (self, own, now_us, rtt);
  g_array_remove_index (self->messages, i);

  return CHAT_ECHO_OURS;
}

gboolean
chat_outbox_need (
    ChatOutbox *self, guint64 instance, guint64 cseq, const ChatRtt *rtt, gint64 now_us)
{
  guint i;
  ChatOutboxMessage *message = find (self, instance, cseq, &i);

  if (message == NULL)
    return FALSE;
  if (!message->delayed && now_us - message->sent_us >= rtt->srtt_us / 2)
    message->due_us = MIN (message->due_us, now_us);

  return TRUE;
}

void
chat_outbox_delay (ChatOutbox *self, guint64 instance, guint64 cseq, gint64 until_us)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (at (self, i)->instance == instance && at (self, i)->cseq >= cseq)
      {
        at (self, i)->due_us = MAX (at (self, i)->due_us, until_us);
        at (self, i)->delayed = TRUE;
      }
}

void
chat_outbox_settle (ChatOutbox *self, guint64 instance, guint64 cseq, guint64 id)
{
  for (guint i = 0; i < self->messages->len; i++)
    {
      ChatOutboxMessage *message = at (self, i);

      if (message->instance != instance || message->cseq > cseq || message->settled)
        continue;
      message->settled = TRUE;
      message->settled_at_id = id;
    }
}

guint64
chat_outbox_get_first_cseq (const ChatOutbox *self, guint64 instance)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (at (self, i)->instance == instance)
      return at (self, i)->cseq;

  return 0;
}

gboolean
chat_outbox_remove (ChatOutbox *self, guint64 instance, guint64 cseq)
{
  guint i;

  if (find (self, instance, cseq, &i) == NULL)
    return FALSE;

  g_array_remove_index (self->messages, i);

  return TRUE;
}

gboolean
chat_outbox_take_settled (ChatOutbox *self, guint64 last, ChatOutboxMessage *message)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (at (self, i)->settled && at (self, i)->settled_at_id <= last)
      {
        steal (self, i, message);
        return TRUE;
      }

  return FALSE;
}

gboolean
chat_outbox_has_settled (const ChatOutbox *self)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (at (self, i)->settled)
      return TRUE;

  return FALSE;
}

gboolean
chat_outbox_take_older (ChatOutbox *self,
                        guint64 instance,
                        guint64 last,
                        ChatOutboxMessage *message)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (at (self, i)->instance != instance &&
        (!at (self, i)->settled || at (self, i)->settled_at_id <= last))
      {
        steal (self, i, message);
        return TRUE;
      }

  return FALSE;
}

gboolean
chat_outbox_take (ChatOutbox *self, guint64 instance, guint64 cseq, ChatOutboxMessage *message)
{
  guint i;

  if (find (self, instance, cseq, &i) == NULL)
    return FALSE;

  steal (self, i, message);
  return TRUE;
}

static gsize
frame_size (const ChatOutboxMessage *message, guint64 room, ChatDataFrame *frame)
{
  *frame = (ChatDataFrame){ .type = CHAT_DATA_SUBMIT,
                            .room = room,
                            .instance = message->instance,
                            .cseq = message->cseq,
                            .kind = message->kind,
                            .tail = message->body,
                            .tail_len = message->body_len };

  return chat_data_frame_size (frame);
}

/* The server knows an order within one instance only: another's messages wait for theirs. */
static gboolean
waits_for_other (const ChatOutbox *self, guint i, const ChatOutboxMessage **first)
{
  if (at (self, i)->settled)
    return FALSE;
  if (*first == NULL)
    *first = at (self, i);

  return at (self, i)->instance != (*first)->instance;
}

/* How many messages from the oldest on the server would hold for us. */
static guint
count_sendable (const ChatOutbox *self)
{
  const ChatOutboxMessage *first = NULL;
  gsize bytes = 0;
  guint n = 0;

  for (; n < self->messages->len && n < CHAT_OUTBOX_AHEAD_MAX; n++)
    {
      bytes += at (self, n)->body_len;
      if ((n > 0 && bytes > CHAT_HOLD_AHEAD_BYTES) || waits_for_other (self, n, &first))
        break;
    }

  return n;
}

static gboolean
may_try (const ChatOutboxMessage *message)
{
  return !message->settled && (message->tries == 0 || CHAT_RULE (RETRANSMIT));
}

gint64
chat_outbox_get_deadline (const ChatOutbox *self)
{
  gint64 deadline_us = G_MAXINT64;
  guint n = count_sendable (self);

  for (guint i = 0; i < n; i++)
    if (may_try (at (self, i)))
      deadline_us = MIN (deadline_us, at (self, i)->due_us);

  return deadline_us;
}

static gboolean
is_tcp_try (guint number)
{
  return CHAT_RULE (SUBMIT_BY_TCP) && number >= TCP_TRY_FIRST &&
         (number - TCP_TRY_FIRST) % TCP_TRY_EVERY == 0;
}

static ChatRoad
choose_road (const ChatOutboxMessage *message, ChatRoad preferred, gsize size)
{
  if (size > DATAGRAM_SPACE || is_tcp_try (message->tries + 1))
    return CHAT_ROAD_TCP;

  return preferred;
}

typedef struct
{
  guint64 room;
  ChatRoad preferred;
  ChatRoad road;
  const ChatRtt *rtt;
  gint64 now_us;
  gsize end; /* @out may grow up to here */
  GByteArray *out;
} Packing;

/* Others are only sent along. */
static void
note_overdue (ChatOutbox *self, ChatOutboxMessage *message, ChatRoad road)
{
  if (!message->overdue && road == CHAT_ROAD_UDP)
    self->tries.again++;
  message->overdue = TRUE;
}

static void
note_try (ChatOutbox *self, ChatOutboxMessage *message, const Packing *packing)
{
  gint64 timeout_us;

  if (message->tries > 0 && !message->delayed && message->due_us <= packing->now_us)
    note_overdue (self, message, packing->road);
  message->tries++;
  message->delayed = FALSE;
  message->by_tcp |= packing->road == CHAT_ROAD_TCP;
  message->sent_us = packing->now_us;
  timeout_us = chat_rtt_timeout_us (packing->rtt, message->tries);
  if (packing->road == CHAT_ROAD_TCP)
    timeout_us = MAX (timeout_us, TCP_TIMEOUT_US);
  message->due_us = packing->now_us + timeout_us;
}

static void
pack_one (ChatOutbox *self, ChatOutboxMessage *message, const Packing *packing)
{
  ChatDataFrame frame;
  gsize size = frame_size (message, packing->room, &frame);

  if (choose_road (message, packing->preferred, size) != packing->road ||
      size > packing->end - packing->out->len)
    return;

  chat_data_frame_append (&frame, packing->out);
  note_try (self, message, packing);
}

static gboolean
is_any_again_due (const ChatOutbox *self, guint n, gint64 now_us)
{
  for (guint i = 0; i < n; i++)
    if (may_try (at (self, i)) && at (self, i)->tries > 0 && at (self, i)->due_us <= now_us)
      return TRUE;

  return FALSE;
}

/* A datagram that repeats one message repeats the oldest ones with it: the loss of one is rarely
 * alone, and what blocks the order is the oldest. */
static gboolean
is_worth_sending (const ChatOutboxMessage *message, guint i, gboolean again, gint64 now_us)
{
  if (!may_try (message))
    return FALSE;
  if (message->due_us <= now_us)
    return TRUE;

  return again && i < CHAT_OUTBOX_TOGETHER && message->tries > 0 && !message->delayed &&
         message->sent_us < now_us;
}

void
chat_outbox_pack (ChatOutbox *self,
                  guint64 room,
                  ChatRoad preferred,
                  ChatRoad road,
                  const ChatRtt *rtt,
                  gint64 now_us,
                  gsize space,
                  GByteArray *out)
{
  Packing packing = { room, preferred, road, rtt, now_us, 0, out };
  guint n = count_sendable (self);
  gboolean again = road == CHAT_ROAD_UDP && is_any_again_due (self, n, now_us);

  packing.end = space > G_MAXSIZE - out->len ? G_MAXSIZE : out->len + space;
  for (guint i = 0; i < n; i++)
    if (is_worth_sending (at (self, i), i, again, now_us))
      pack_one (self, at (self, i), &packing);
}

void
chat_outbox_take_tries (ChatOutbox *self, ChatRoadTries *tries)
{
  tries->once += self->tries.once;
  tries->again += self->tries.again;
  tries->late += self->tries.late;
  self->tries = (ChatRoadTries){ 0 };
}
