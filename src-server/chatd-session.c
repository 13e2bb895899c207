/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-session.h"

#include "chatd-log.h"
#include "chatd-sealed-road.h"

#include "chat-control.h"
#include "chat-limits.h"

#include <string.h>

/* Less is not worth another frame in a datagram */
#define SPACE_MIN 64
/* A datagram that is so full is filled up where another one follows: the kernel sends those of one
 * size together */
#define NEARLY_FULL (CHATD_ROAD_SPACE * 3 / 4)
/* Most datagrams have fewer */
#define FRAMES_AT_ONCE 16
/* Between two looks at what could not be sent */
#define PAUSE_US G_TIME_SPAN_MILLISECOND

struct _ChatdSession
{
  /* borrowed */
  ChatdSessionShared *shared;
  ChatdLink *link;

  ChatdSealedRoad road;
  GPtrArray *places; /* owned, of owned ChatdPlace */
  guint64 last_number;
  gboolean taking; /* frames: answers are gathered */
  gboolean is_away;

  ChatdDeadline deadline;
  ChatdRoundsMark dirty;
};

/* --- out, by one road ------------------------------------------------------------------------- */

static void
send_data (ChatdSession *self, GByteArray *frames)
{
  GByteArray *out = self->shared->frame;

  if (frames->len == 0)
    return;

  chat_control_data_append (CHAT_STATE_EVENT, frames->data, frames->len, out);
  chatd_link_send (self->link, out->data, out->len);
  g_byte_array_set_size (out, 0);
  g_byte_array_set_size (frames, 0);
}

static void
send_datagram (ChatdSession *self, GByteArray *frames)
{
  if (frames->len > 0)
    chatd_sealed_road_send (&self->road, frames->data, frames->len);
  g_byte_array_set_size (frames, 0);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void
flush_answers (ChatdSession *self)
{
  send_datagram (self, self->shared->udp_answers);
  send_data (self, self->shared->tcp_answers);
}

static void
answer_by_udp (ChatdSession *self, const ChatDataFrame *frame, gsize size)
{
  GByteArray *out = self->shared->udp_answers;

  if (out->len + size > CHATD_ROAD_SPACE)
    send_datagram (self, out);
  chat_data_frame_append (frame, out);
}

static void
answer_by_tcp (ChatdSession *self, const ChatDataFrame *frame, gsize size)
{
  GByteArray *out = self->shared->tcp_answers;

  if (out->len + size > CHAT_CONTROL_MAX)
    send_data (self, out);
  chat_data_frame_append (frame, out);
}

/* Where several come of what was received at once they share a datagram. */
static void
answer (ChatdSession *self, const ChatDataFrame *frame, ChatRoad road)
{
  const gsize size = chat_data_frame_size (frame);

  if (road == CHAT_ROAD_UDP && size <= CHATD_ROAD_SPACE && chatd_sealed_road_is_open (&self->road))
    answer_by_udp (self, frame, size);
  else
    answer_by_tcp (self, frame, size);
  if (!self->taking)
    flush_answers (self);
}

/* --- alarms ----------------------------------------------------------------------------------- */

/* Room ids are random. A session waits with the members of the room that has something for it; for
 * what concerns no room, with those of its first. */
static guint32
group_of (const ChatdSession *self, const ChatdPlace *place)
{
  guint32 group = GPOINTER_TO_UINT (self) >> 6;

  if (place == NULL && self->places->len > 0)
    place = g_ptr_array_index (self->places, 0);
  if (place != NULL && place->member != NULL)
    memcpy (&group, chatd_room_get_uid (chatd_member_get_room (place->member)), sizeof group);
  return group;
}

static void
mark_dirty (ChatdSession *self, const ChatdPlace *place)
{
  if (chatd_rounds_mark_waits (&self->dirty))
    return;

  chatd_rounds_add (self->shared->dirty, &self->dirty, self, group_of (self, place));
  self->shared->wake (self->shared->wake_data);
}

void
chatd_session_mark_dirty (ChatdSession *self)
{
  mark_dirty (self, NULL);
}

/* Entries that nobody takes from the connection stay in the room's log. */
static gboolean
may_pack (ChatdSession *self, ChatdPlace *place)
{
  return chat_fanout_get_road (&place->fanout) == CHAT_ROAD_UDP ||
         chatd_link_get_queued (self->link) <= CHATD_LINK_QUEUE_LOW;
}

static void
plan (ChatdSession *self, gint64 now_us)
{
  gint64 due_us = chatd_sealed_road_get_deadline (&self->road);

  for (guint i = 0; i < self->places->len; i++)
    {
      ChatdPlace *place = g_ptr_array_index (self->places, i);

      if (may_pack (self, place))
        due_us = MIN (due_us, chatd_place_get_deadline (place));
    }
  chatd_deadlines_set (self->shared->deadlines, &self->deadline, MAX (due_us, now_us + PAUSE_US));
}

ChatdSession *
chatd_session_from_deadline (ChatdDeadline *deadline)
{
  return (ChatdSession *) ((char *) deadline - G_STRUCT_OFFSET (ChatdSession, deadline));
}

/* --- keys ------------------------------------------------------------------------------------- */

static void
append_rekey (guint32 id, const guint8 secret[CHAT_SEALED_SECRET_SIZE], GByteArray *out)
{
  guint8 value[CHAT_DATA_REKEY_SIZE];
  const guint32 id_be = GUINT32_TO_BE (id);
  const ChatDataFrame frame = { .type = CHAT_DATA_REKEY, .tail = value, .tail_len = sizeof value };

  memcpy (value, &id_be, sizeof id_be);
  memcpy (value + sizeof id_be, secret, CHAT_SEALED_SECRET_SIZE);
  chat_data_frame_append (&frame, out);
  explicit_bzero (value, sizeof value);
}

static void
renew_keys (ChatdSession *self, gint64 now_us)
{
  guint8 secret[CHAT_SEALED_SECRET_SIZE];
  guint32 id;

  if (!chatd_session_keys_tick (&self->road.keys, now_us) ||
      !chatd_session_keys_make (&self->road.keys, now_us, &id, secret))
    return;

  append_rekey (id, secret, self->shared->tcp);
  send_data (self, self->shared->tcp);
  explicit_bzero (secret, sizeof secret);
}

/* --- what is packed --------------------------------------------------------------------------- */

/* Returns: whether the place has more to send at once */
static gboolean
pack_place (ChatdSession *self, ChatdPlace *place, gint64 now_us)
{
  GByteArray *udp = self->shared->udp;

  if (CHATD_ROAD_SPACE - udp->len < SPACE_MIN)
    return TRUE;

  return chatd_place_pack (place, now_us, CHATD_ROAD_SPACE - udp->len, udp, self->shared->tcp);
}

static void
fill_up (GByteArray *udp)
{
  if (udp->len >= NEARLY_FULL)
    chat_data_frame_append_padding (CHATD_ROAD_SPACE - udp->len, udp);
}

/* One datagram at most. Returns: whether to do it again */
static gboolean
pack_round (ChatdSession *self, gint64 now_us)
{
  const gboolean open = chatd_sealed_road_is_open (&self->road);
  gboolean more = FALSE, sent = FALSE;

  for (guint i = 0; i < self->places->len; i++)
    {
      ChatdPlace *place = g_ptr_array_index (self->places, i);

      chat_fanout_set_udp_open (&place->fanout, open);
      if (!may_pack (self, place))
        continue;
      more = pack_place (self, place, now_us) || more;
      sent = sent || self->shared->tcp->len > 0;
      send_data (self, self->shared->tcp);
    }
  sent = sent || self->shared->udp->len > 0;
  if (more)
    fill_up (self->shared->udp);
  send_datagram (self, self->shared->udp);
  return more && sent;
}

void
chatd_session_drain (ChatdSession *self, gint64 now_us)
{
  chatd_rounds_remove (self->shared->dirty, &self->dirty);
  renew_keys (self, now_us);
  chatd_sealed_road_probe (&self->road, NULL, NULL, now_us);
  while (pack_round (self, now_us))
    ;
  plan (self, now_us);
}

void
chatd_session_drained (ChatdSession *self)
{
  chatd_session_mark_dirty (self);
}

/* --- places ----------------------------------------------------------------------------------- */

static void
on_place_changed (ChatdPlace *place, gpointer owner)
{
  mark_dirty (owner, place);
}

static void
on_place_answer (ChatdPlace *place, const ChatDataFrame *frame, ChatRoad road, gpointer owner)
{
  answer (owner, frame, road);
}

/* Comes while answers to somebody else are gathered: it goes out by itself. */
static void
on_place_pass (ChatdPlace *place, const ChatDataFrame *frame, gpointer owner)
{
  ChatdSession *self = owner;
  GByteArray *out = self->shared->passed;

  if (!may_pack (self, place))
    return;

  chat_data_frame_append (frame, out);
  if (chat_fanout_get_road (&place->fanout) == CHAT_ROAD_UDP &&
      chatd_sealed_road_is_open (&self->road))
    send_datagram (self, out);
  else
    send_data (self, out);
}

static void
on_place_event (ChatdPlace *place, const ChatControlEvent *event, gpointer owner)
{
  ChatdSession *self = owner;
  GByteArray *frame = chatd_news_encode (self->shared->news, event);

  chatd_link_send (self->link, frame->data, frame->len);
}

static void
on_place_ended (ChatdPlace *place, gpointer owner)
{
  ChatdSession *self = owner;

  g_ptr_array_remove (self->places, place);
}

static const ChatdPlaceOwner place_owner = {
  .changed = on_place_changed,
  .answer = on_place_answer,
  .pass = on_place_pass,
  .event = on_place_event,
  .ended = on_place_ended,
};

ChatdPlace *
chatd_session_make_place (ChatdSession *self, guint64 instance)
{
  if (self->places->len >= CHAT_SESSION_ROOMS_MAX)
    return NULL;

  ChatdPlace *place = chatd_place_new (&place_owner, self, ++self->last_number, instance);
  g_ptr_array_add (self->places, place);
  return place;
}

void
chatd_session_drop_place (ChatdSession *self, ChatdPlace *place)
{
  g_ptr_array_remove (self->places, place);
}

void
chatd_session_enter (ChatdSession *self, ChatdPlace *place, ChatdMember *member)
{
  chatd_place_enter (place, member, chatd_sealed_road_is_open (&self->road));
  chatd_place_set_away (place, self->is_away);
}

void
chatd_session_set_away (ChatdSession *self, gboolean away)
{
  if (self->is_away == away)
    return;

  self->is_away = away;
  for (guint i = 0; i < self->places->len; i++)
    chatd_place_set_away (g_ptr_array_index (self->places, i), away);
}

ChatdPlace *
chatd_session_find_place (ChatdSession *self, guint64 number)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatdPlace *place = g_ptr_array_index (self->places, i);

      if (place->number == number && place->member != NULL)
        return place;
    }
  return NULL;
}

void
chatd_session_mark_leaving (ChatdSession *self, const guint8 uid[CHAT_UID_SIZE], gboolean leaving)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatdPlace *place = g_ptr_array_index (self->places, i);

      if (place->member != NULL &&
          memcmp (chatd_room_get_uid (chatd_member_get_room (place->member)), uid, CHAT_UID_SIZE) ==
              0)
        place->leaving = leaving;
    }
}

/* --- in --------------------------------------------------------------------------------------- */

/* How a run of frames came */
typedef struct
{
  ChatRoad road;
  const ChatdAddress *sender; /* UDP */
  gboolean proven;            /* UDP: @sender is */
  const guint8 *probe;        /* (nullable): to be answered to an address that is not */
  gint64 now_us;
} Arrival;

static void
take_probe (ChatdSession *self, const ChatDataFrame *frame, Arrival *arrival)
{
  ChatDataFrame ack = *frame;

  ack.type = CHAT_DATA_PROBE_ACK;
  if (arrival->road == CHAT_ROAD_TCP || arrival->proven)
    answer (self, &ack, arrival->road);
  else
    arrival->probe = frame->tail;
}

static void
take_probe_ack (ChatdSession *self, const ChatDataFrame *frame, const Arrival *arrival)
{
  if (arrival->road == CHAT_ROAD_UDP &&
      chatd_sealed_road_on_probe_ack (&self->road, arrival->sender, frame->tail))
    chatd_session_mark_dirty (self);
}

static void
take_frame (ChatdSession *self, const ChatDataFrame *frame, Arrival *arrival)
{
  ChatdPlace *place;

  switch (frame->type)
    {
    case CHAT_DATA_SUBMIT:
    case CHAT_DATA_READ:
    case CHAT_DATA_CURSOR:
    case CHAT_DATA_TYPING:
    case CHAT_DATA_SEEN:
      place = chatd_session_find_place (self, frame->room);
      if (place != NULL)
        chatd_place_take (place, frame, arrival->road, arrival->now_us);
      break;
    case CHAT_DATA_PROBE:
      take_probe (self, frame, arrival);
      break;
    case CHAT_DATA_PROBE_ACK:
      take_probe_ack (self, frame, arrival);
      break;
    default:
      break;
    }
}

/* Returns: how many frames were decoded to @frames, which are as many as fit; 0: some are bad */
static guint
decode_frames (const guint8 **bytes, gsize *len, ChatDataFrame frames[FRAMES_AT_ONCE])
{
  guint n = 0;
  gsize used;

  for (; *len > 0 && n < FRAMES_AT_ONCE; n++, *bytes += used, *len -= used)
    if (chat_data_frame_decode (*bytes, *len, &frames[n], &used, NULL) != CHAT_DECODE_OK)
      return 0;

  return n;
}

static gboolean
are_frames (const guint8 *bytes, gsize len)
{
  ChatDataFrame frames[FRAMES_AT_ONCE];

  while (len > 0)
    if (decode_frames (&bytes, &len, frames) == 0)
      return FALSE;

  return TRUE;
}

/* One that is bad makes all of them bad, so nothing is done before all were seen. */
static gboolean
take_frames (ChatdSession *self, const guint8 *bytes, gsize len, Arrival *arrival)
{
  ChatDataFrame frames[FRAMES_AT_ONCE];
  guint n = decode_frames (&bytes, &len, frames);

  if (n == 0 || !are_frames (bytes, len))
    return n == 0 && len == 0;

  self->taking = TRUE;
  for (; n > 0; n = decode_frames (&bytes, &len, frames))
    for (guint i = 0; i < n; i++)
      take_frame (self, &frames[i], arrival);
  self->taking = FALSE;
  flush_answers (self);
  return TRUE;
}

gboolean
chatd_session_take_data (ChatdSession *self, const guint8 *bytes, gsize len)
{
  Arrival arrival = { .road = CHAT_ROAD_TCP, .now_us = g_get_monotonic_time () };

  return take_frames (self, bytes, len, &arrival);
}

void
chatd_session_receive (
    ChatdSession *self, const guint8 *bytes, gsize len, const ChatdAddress *sender, gint64 now_us)
{
  Arrival arrival = { .road = CHAT_ROAD_UDP, .sender = sender, .now_us = now_us };
  const guint8 *frames;
  gsize frames_len;

  if (!chatd_sealed_road_open (&self->road, bytes, len, sender, now_us, &frames, &frames_len,
                               &arrival.proven))
    return;

  if (!take_frames (self, frames, frames_len, &arrival))
    {
      const ChatdLogContext context = { .address = sender };
      chatd_log (CHATD_LOG_BAD_DATAGRAM, &context, "dropped a datagram of wrong frames");
    }
  if (!arrival.proven)
    {
      chatd_sealed_road_probe (&self->road, sender, arrival.probe, now_us);
      chatd_session_mark_dirty (self); /* its next alarm is another one */
    }
}

/* --- life ------------------------------------------------------------------------------------- */

static void
free_place (gpointer place)
{
  chatd_place_free (place);
}

ChatdSession *
chatd_session_new (ChatdSessionShared *shared,
                   ChatdLink *link,
                   guint32 *id,
                   guint8 secret[CHAT_SEALED_SECRET_SIZE])
{
  ChatdSession *self = g_new0 (ChatdSession, 1);
  const gint64 now_us = g_get_monotonic_time ();

  self->shared = shared;
  self->link = link;
  self->places = g_ptr_array_new_with_free_func (free_place);
  chatd_sealed_road_init (&self->road, shared, self, &chatd_link_get_peer (link)->local);
  if (!chatd_session_keys_make (&self->road.keys, now_us, id, secret))
    {
      chatd_session_free (self);
      return NULL;
    }

  plan (self, now_us);
  return self;
}

void
chatd_session_free (ChatdSession *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->places);
  chatd_rounds_remove (self->shared->dirty, &self->dirty);
  chatd_deadlines_remove (self->shared->deadlines, &self->deadline);
  chatd_sealed_road_clear (&self->road);
  g_free (self);
}
