/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-attention.h"

#include "chat-limits.h"
#include "chat-typists.h"

#define NEVER G_MAXINT64
#define SEEN_INTERVAL_US G_USEC_PER_SEC
/* Well within the time after which the others forget it */
#define TYPING_AGAIN_US (3 * G_USEC_PER_SEC)
/* A bit more than the server demands: the network shifts frames against one another. */
#define TYPING_INTERVAL_US ((CHAT_TYPING_INTERVAL_MS + 150) * G_TIME_SPAN_MILLISECOND)

void
chat_attention_resume (ChatAttention *self, guint64 seen)
{
  self->known = seen;
  self->seen_us = 0;
  self->told = FALSE;
  chat_attention_read (self, seen, TRUE);
}

void
chat_attention_read (ChatAttention *self, guint64 id, gboolean elsewhere)
{
  self->read = MAX (self->read, id);
  if (elsewhere)
    self->known = MAX (self->known, id);
}

void
chat_attention_withdraw (ChatAttention *self, guint64 id)
{
  self->read = MIN (self->read, id);
  self->known = MIN (self->known, id);
}

void
chat_attention_type (ChatAttention *self, gboolean on, gint64 now_us)
{
  self->typing = on;
  if (on)
    self->typed_us = now_us;
}

void
chat_attention_say (ChatAttention *self)
{
  self->typing = FALSE;
  self->told = FALSE;
}

static gint64
get_seen_due (const ChatAttention *self)
{
  if (self->read <= self->known)
    return NEVER;

  return self->seen_us != 0 ? self->seen_us + SEEN_INTERVAL_US : 0;
}

static gint64
get_typing_due (const ChatAttention *self)
{
  if (self->typing && (!self->told || self->typed_us > self->told_us))
    return self->told_us != 0 ? self->told_us + (self->told ? TYPING_AGAIN_US : TYPING_INTERVAL_US)
                              : 0;
  if (!self->typing && self->told)
    return self->told_us + TYPING_INTERVAL_US;

  return NEVER;
}

gint64
chat_attention_get_deadline (const ChatAttention *self)
{
  return MIN (get_seen_due (self), get_typing_due (self));
}

/* Over TCP each time: so the last one arrives, too. */
static void
pack_seen (ChatAttention *self, guint64 room, gint64 now_us, GByteArray *tcp)
{
  const ChatDataFrame frame = { .type = CHAT_DATA_SEEN, .room = room, .id = self->read };

  chat_data_frame_append (&frame, tcp);
  self->known = self->read;
  self->seen_us = now_us;
}

/* Nobody needs to hear what everybody has forgotten, or that somebody stopped long ago. */
static gboolean
is_worth_telling (const ChatAttention *self, gint64 now_us)
{
  return self->typing ? now_us - self->typed_us < CHAT_TYPISTS_FORGET_US
                      : now_us - self->told_us < CHAT_TYPISTS_FORGET_US;
}

static void
pack_typing (ChatAttention *self,
             guint64 room,
             gint64 now_us,
             ChatRoad road,
             gsize space,
             GByteArray *udp,
             GByteArray *tcp)
{
  const ChatDataFrame frame = { .type = CHAT_DATA_TYPING, .room = room, .on = self->typing };

  if (is_worth_telling (self, now_us))
    {
      chat_data_frame_append (
          &frame, road == CHAT_ROAD_UDP && chat_data_frame_size (&frame) <= space ? udp : tcp);
      self->told_us = now_us;
      self->told = self->typing;
      return;
    }

  self->typing = FALSE;
  self->told = FALSE;
}

void
chat_attention_pack (ChatAttention *self,
                     guint64 room,
                     gint64 now_us,
                     ChatRoad road,
                     gsize space,
                     GByteArray *udp,
                     GByteArray *tcp)
{
  if (get_seen_due (self) <= now_us)
    pack_seen (self, room, now_us, tcp);
  if (get_typing_due (self) <= now_us)
    pack_typing (self, room, now_us, road, space, udp, tcp);
}
