/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-asking.h"

#include "chat-delivery-rules.h"

#define NEVER G_MAXINT64
#define MS ((gint64) 1000)
#define ASK_AFTER_US (10 * MS) /* reordered packets come by themselves in that time */
#define AGAIN_MIN_US (20 * MS)
#define TCP_AGAIN_US (1000 * MS)
#define UDP_TRIES 4
#define ANNOUNCED_US (1000 * MS) /* an announced entry is not asked for so long */
#define PAGE_LIMIT 512           /* entries */

void
chat_asking_init (ChatAsking *self)
{
  *self = (ChatAsking){ .due_us = NEVER };
  chat_rtt_init (&self->rtt);
}

static void
forget_read (ChatAsking *self)
{
  self->out = FALSE;
  self->tries = 0;
  self->due_us = NEVER;
}

void
chat_asking_restart (ChatAsking *self, gboolean must)
{
  forget_read (self);
  self->must = must;
  self->by_tcp = self->told = FALSE;
  self->announced = 0;
}

static gint64
start_time (const ChatAsking *self, guint64 missing, gint64 now_us)
{
  if (self->must || self->by_tcp)
    return now_us;
  if (missing == self->announced && now_us < self->until_us)
    return self->until_us;
  if (self->told)
    return now_us;

  return now_us + ASK_AFTER_US;
}

void
chat_asking_plan (ChatAsking *self, guint64 missing, gint64 now_us)
{
  if ((missing == 0 && !self->must) || !CHAT_RULE (ASK))
    {
      forget_read (self);
      self->by_tcp = self->told = FALSE;
    }
  else if (!self->out)
    self->due_us = MIN (self->due_us, start_time (self, missing, now_us));
}

void
chat_asking_on_head (ChatAsking *self, guint64 id, gboolean by_tcp, gint64 now_us)
{
  self->told = !by_tcp;
  if (!by_tcp)
    return;

  self->announced = id;
  self->until_us = now_us + ANNOUNCED_US;
}

gboolean
chat_asking_take_page (ChatAsking *self, guint64 after, gint64 now_us)
{
  if (!self->out || after != self->after)
    return FALSE;

  if (self->tries == 1)
    chat_rtt_sample (&self->rtt, now_us - self->sent_us);
  forget_read (self);
  self->must = FALSE;

  return TRUE;
}

static ChatRoad
choose_road (const ChatAsking *self, ChatRoad preferred)
{
  if (self->by_tcp || self->must || (self->tries >= UDP_TRIES && CHAT_RULE (ASK_BY_TCP)))
    return CHAT_ROAD_TCP;

  return preferred;
}

static void
note_sent (ChatAsking *self, guint64 after, ChatRoad road, gint64 now_us)
{
  gint64 again_us = MAX (self->rtt.srtt_us * 5 / 4, AGAIN_MIN_US);

  self->out = TRUE;
  self->told = FALSE;
  self->after = after;
  self->sent_us = now_us;
  self->tries++;
  self->due_us = now_us + (road == CHAT_ROAD_TCP ? TCP_AGAIN_US : again_us);
}

void
chat_asking_pack (ChatAsking *self,
                  guint64 room,
                  guint64 last,
                  ChatRoad preferred,
                  gint64 now_us,
                  GByteArray *udp,
                  GByteArray *tcp)
{
  ChatDataFrame frame = {
    .type = CHAT_DATA_READ, .room = room, .after = last, .limit = PAGE_LIMIT
  };
  ChatRoad road = choose_road (self, preferred);

  if (self->due_us > now_us)
    return;

  chat_data_frame_append (&frame, road == CHAT_ROAD_TCP ? tcp : udp);
  note_sent (self, last, road, now_us);
}
