/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fanout.h"

#include "chat-delivery-rules.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"
#include "chat-varint.h"

#define NEVER G_MAXINT64
#define MS ((gint64) 1000)
#define REPEATED_ENTRIES 2
#define REPEAT_AFTER_US (20 * MS)
#define REPEAT_LOSS_PERMILLE 20 /* well below 5 %: what is measured strays around what is */
#define LOSSY_PERMILLE 10
#define DATAGRAM_SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)
#define HEAD_MAX_SIZE 32
#define TCP_FRAME_BYTES (32 * 1024) /* entries of one frame over TCP */

/* When an unconfirmed tail is told, after the last datagram. The last time goes by TCP. On a clean
 * road the CURSOR is there before the first. */
static const gint64 lossy_times_us[] = { 30 * MS, 100 * MS, 300 * MS, 1000 * MS };
static const gint64 clean_times_us[] = { 200 * MS, 300 * MS, 1000 * MS };
static const gint64 tcp_times_us[] = { 1000 * MS };

void
chat_fanout_init (ChatFanout *self, guint64 room, guint64 head)
{
  *self = (ChatFanout){
    .room = room,
    .cursor = head,
    .sent = head,
    .wanted = CHAT_ROAD_TCP,
    .credit = CHAT_CREDIT_INITIAL,
    .repeat_us = NEVER,
    .tail_from_us = NEVER,
    .told = head,
  };
}

void
chat_fanout_set_udp_open (ChatFanout *self, gboolean open)
{
  self->udp_open = open;
}

ChatRoad
chat_fanout_get_road (const ChatFanout *self)
{
  return self->udp_open ? self->wanted : CHAT_ROAD_TCP;
}

static void
arm_tail (ChatFanout *self, gint64 now_us)
{
  self->tail_from_us = now_us;
  self->tail_done_us = 0;
}

static void
move_cursor (ChatFanout *self, guint64 cursor, guint64 head)
{
  if (cursor > head || cursor < self->cursor)
    return;

  self->cursor = cursor;
  self->sent = MAX (self->sent, cursor);
  if (cursor == head)
    self->tail_from_us = self->repeat_us = NEVER;
}

void
chat_fanout_on_cursor (ChatFanout *self, const ChatDataFrame *frame, const ChatLogTail *tail)
{
  guint64 head = chat_log_tail_get_head (tail);

  self->credit = MIN (frame->credit, CHAT_CREDIT_MAX);
  self->loss_permille = (guint) frame->loss_permille;
  self->wanted = frame->road == CHAT_ROAD_UDP ? CHAT_ROAD_UDP : CHAT_ROAD_TCP;
  self->refused += frame->cursor > head;
  move_cursor (self, frame->cursor, head);
}

void
chat_fanout_on_page (
    ChatFanout *self, guint64 after, guint64 last, const ChatLogTail *tail, gint64 now_us)
{
  move_cursor (self, after, chat_log_tail_get_head (tail));
  if (last <= self->sent)
    return;

  self->sent = last;
  arm_tail (self, now_us);
}

guint64
chat_fanout_get_in_flight (ChatFanout *self, const ChatLogTail *tail)
{
  return chat_log_tail_get_end (tail, self->sent, &self->sent_place) -
         chat_log_tail_get_end (tail, self->cursor, &self->cursor_place);
}

/* Returns: up to which end of an entry the credit reaches */
static guint64
get_limit (ChatFanout *self, const ChatLogTail *tail)
{
  if (!CHAT_RULE (CREDIT))
    return G_MAXUINT64;

  return chat_log_tail_get_end (tail, self->cursor, &self->cursor_place) + self->credit;
}

/* Returns: the index of the first entry that was not sent */
static guint
find_unsent (ChatFanout *self, const ChatLogTail *tail)
{
  return chat_log_tail_find_again (tail, self->sent, &self->sent_place);
}

/* An entry greater than the whole credit may go alone: else it never could.
 * @limit: of get_limit() */
static gboolean
has_credit (const ChatFanout *self, const ChatTailEntry *entry, guint64 limit)
{
  return entry->end <= limit ||
         (self->sent == self->cursor && self->credit > 0 && entry->prev == self->sent);
}

gboolean
chat_fanout_is_dirty (ChatFanout *self, const ChatLogTail *tail)
{
  return self->sent < chat_log_tail_get_head (tail) && chat_log_tail_reaches (tail, self->sent) &&
         has_credit (self, chat_log_tail_get (tail, find_unsent (self, tail)),
                     get_limit (self, tail));
}

static gint64
next_of (const gint64 *times_us, guint n, gint64 done_us)
{
  for (guint i = 0; i < n; i++)
    if (times_us[i] > done_us)
      return times_us[i];

  return NEVER;
}

/* Returns: µs after the last datagram */
static gint64
next_tail_time (const ChatFanout *self)
{
  if (chat_fanout_get_road (self) == CHAT_ROAD_TCP)
    return next_of (tcp_times_us, G_N_ELEMENTS (tcp_times_us), self->tail_done_us);
  if (self->loss_permille >= LOSSY_PERMILLE)
    return next_of (lossy_times_us, G_N_ELEMENTS (lossy_times_us), self->tail_done_us);

  return next_of (clean_times_us, G_N_ELEMENTS (clean_times_us), self->tail_done_us);
}

static gint64
tail_deadline (const ChatFanout *self)
{
  gint64 after_us = next_tail_time (self);

  if (self->tail_from_us == NEVER || after_us == NEVER || !CHAT_RULE (HEAD))
    return NEVER;

  return self->tail_from_us + after_us;
}

gint64
chat_fanout_get_deadline (const ChatFanout *self, const ChatLogTail *tail)
{
  return MIN (self->repeat_us, tail_deadline (self));
}

/* Appends the entries from @i on, @n of them, as one frame. */
static void
append_entries (const ChatFanout *self, const ChatLogTail *tail, guint i, guint n, GByteArray *out)
{
  const ChatTailEntry *first = chat_log_tail_get (tail, i);
  const ChatTailEntry *last = chat_log_tail_get (tail, i + n - 1);
  ChatDataFrame frame = { .type = CHAT_DATA_ENTRIES, .room = self->room };

  frame.tail = chat_log_tail_get_bytes (tail, i);
  frame.tail_len = (gsize) (last->end - first->end) + first->size;
  chat_data_frame_append (&frame, out);
}

static void
append_head (const ChatFanout *self, guint64 head, guint64 flags, GByteArray *out)
{
  ChatDataFrame frame = {
    .type = CHAT_DATA_HEAD, .room = self->room, .head = head, .flags = flags
  };

  chat_data_frame_append (&frame, out);
}

/* Type, a length of at most two bytes, the room. */
static gsize
space_for_entries (const ChatFanout *self, gsize space)
{
  gsize header = 1 + 2 + chat_varint_size (self->room);

  return space > header ? space - header : 0;
}

/* @limit: of get_limit(), or G_MAXUINT64
 * Returns: how many entries from @i on, up to the one with id @to, fit in @space */
static guint
count_fitting (const ChatFanout *self,
               const ChatLogTail *tail,
               guint i,
               guint64 to,
               guint64 limit,
               gsize *space)
{
  guint n = 0;

  for (; i + n < chat_log_tail_get_n (tail); n++)
    {
      const ChatTailEntry *entry = chat_log_tail_get (tail, i + n);

      if (entry->id > to || entry->size > *space || !has_credit (self, entry, limit))
        break;
      *space -= entry->size;
    }

  return n;
}

/* Returns: how many entries right before @i, at most two, still fit and are not confirmed */
static guint
count_repeatable (const ChatFanout *self, const ChatLogTail *tail, guint i, gsize space)
{
  guint n = 0;

  while (CHAT_RULE (REPEAT) && n < REPEATED_ENTRIES && n < i &&
         chat_log_tail_get (tail, i - n - 1)->id > self->cursor &&
         chat_log_tail_get (tail, i - n - 1)->size <= space)
    {
      space -= chat_log_tail_get (tail, i - n - 1)->size;
      n++;
    }

  return n;
}

static void
plan_repeat (ChatFanout *self, guint64 after, gint64 now_us)
{
  if (self->loss_permille <= REPEAT_LOSS_PERMILLE || self->repeat_us != NEVER ||
      !CHAT_RULE (REPEAT))
    return;

  self->repeat_us = now_us + REPEAT_AFTER_US;
  self->repeat_after = after;
}

static void
note_sent (ChatFanout *self, guint64 id, gint64 now_us)
{
  plan_repeat (self, self->sent, now_us);
  self->sent = id;
  arm_tail (self, now_us);
}

/* Returns: whether anything was sent */
static gboolean
pack_tcp_entries (ChatFanout *self, const ChatLogTail *tail, gint64 now_us, GByteArray *tcp)
{
  guint i = find_unsent (self, tail);
  gsize space = TCP_FRAME_BYTES;
  guint n = count_fitting (self, tail, i, G_MAXUINT64, get_limit (self, tail), &space);

  if (n == 0)
    return FALSE;

  append_entries (self, tail, i, n, tcp);
  self->sent = chat_log_tail_get (tail, i + n - 1)->id;
  arm_tail (self, now_us);

  return TRUE;
}

/* The next entry fits in no datagram. */
static gboolean
announce_large (ChatFanout *self,
                const ChatLogTail *tail,
                guint i,
                gint64 now_us,
                gsize space,
                GByteArray *udp,
                GByteArray *tcp)
{
  guint64 id = chat_log_tail_get (tail, i)->id;

  if (space < HEAD_MAX_SIZE)
    return FALSE;

  append_head (self, id, CHAT_DATA_HEAD_BY_TCP, udp);
  append_entries (self, tail, i, 1, tcp);
  self->sent = id;
  arm_tail (self, now_us);

  return TRUE;
}

static gboolean
pack_udp_entries (ChatFanout *self,
                  const ChatLogTail *tail,
                  gint64 now_us,
                  gsize space,
                  GByteArray *udp,
                  GByteArray *tcp)
{
  guint i = find_unsent (self, tail);
  gsize left = space_for_entries (self, space);
  guint n, again;

  if (chat_log_tail_get (tail, i)->size > space_for_entries (self, DATAGRAM_SPACE))
    return announce_large (self, tail, i, now_us, space, udp, tcp);

  n = count_fitting (self, tail, i, G_MAXUINT64, get_limit (self, tail), &left);
  if (n == 0)
    return FALSE;

  again = count_repeatable (self, tail, i, left);
  append_entries (self, tail, i - again, n + again, udp);
  note_sent (self, chat_log_tail_get (tail, i + n - 1)->id, now_us);

  return TRUE;
}

/* One datagram's worth of what was sent last, starting with the oldest that is not confirmed. Not
 * counted against the credit: it is the same bytes again. */
static void
pack_repeat (ChatFanout *self, const ChatLogTail *tail, gint64 now_us, gsize space, GByteArray *udp)
{
  guint64 after = MAX (self->repeat_after, self->cursor);
  guint i = chat_log_tail_find_after (tail, after);
  gsize left = space_for_entries (self, space);
  guint n = count_fitting (self, tail, i, self->sent, G_MAXUINT64, &left);

  self->repeat_us = NEVER;
  if (n == 0 || chat_fanout_get_road (self) != CHAT_ROAD_UDP)
    return;

  append_entries (self, tail, i, n, udp);
}

static void
pack_tail (
    ChatFanout *self, const ChatLogTail *tail, gint64 now_us, GByteArray *udp, GByteArray *tcp)
{
  guint64 head = chat_log_tail_get_head (tail);

  self->tail_done_us = now_us - self->tail_from_us;
  if (next_tail_time (self) != NEVER)
    {
      append_head (self, head, 0, udp);
      return;
    }

  self->tail_from_us = NEVER;
  self->told = head;
  if (CHAT_RULE (HEAD_BY_TCP))
    append_head (self, head, 0, tcp);
}

/* A member that is behind and gets nothing pushed, for want of credit or because the tail does not
 * reach back to it, must at least hear how far the room is. */
static void
keep_told (ChatFanout *self, const ChatLogTail *tail, gint64 now_us)
{
  guint64 head = chat_log_tail_get_head (tail);

  if (self->cursor < head && self->told < head && self->tail_from_us == NEVER)
    arm_tail (self, now_us);
}

static gboolean
pack_new (ChatFanout *self,
          const ChatLogTail *tail,
          gint64 now_us,
          gsize space,
          GByteArray *udp,
          GByteArray *tcp)
{
  if (!chat_fanout_is_dirty (self, tail))
    return FALSE;
  if (chat_fanout_get_road (self) == CHAT_ROAD_TCP)
    return pack_tcp_entries (self, tail, now_us, tcp);

  return pack_udp_entries (self, tail, now_us, space, udp, tcp);
}

gboolean
chat_fanout_pack (ChatFanout *self,
                  const ChatLogTail *tail,
                  gint64 now_us,
                  gsize space,
                  GByteArray *udp,
                  GByteArray *tcp)
{
  guint before = udp->len;

  if (self->repeat_us <= now_us)
    pack_repeat (self, tail, now_us, space, udp);
  pack_new (self, tail, now_us, space - (udp->len - before), udp, tcp);
  if (tail_deadline (self) <= now_us && space - (udp->len - before) >= HEAD_MAX_SIZE)
    pack_tail (self, tail, now_us, udp, tcp);
  keep_told (self, tail, now_us);

  return chat_fanout_is_dirty (self, tail);
}
