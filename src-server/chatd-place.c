/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-place.h"

#include "chat-limits.h"
#include "chat-sealed-datagram.h"

#include <string.h>

/* What of a datagram is left for the entries of a PAGE: type, length, six numbers */
#define PAGE_BYTES_UDP (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD - 1 - 2 - 6 * 8)

/* A page that was asked for; outlives the place, if need be. */
typedef struct _ChatdReading
{
  ChatdPlace *place; /* borrowed (nullable): nobody wants it any more */
  ChatRoad road;
} Reading;

static ChatdRoom *
get_room (const ChatdPlace *self)
{
  return chatd_member_get_room (self->member);
}

static const ChatLogTail *
get_tail (const ChatdPlace *self)
{
  return chatd_room_get_tail (get_room (self));
}

/* --- ends ------------------------------------------------------------------------------------- */

static void
tell (ChatdPlace *self, ChatControlEventKind kind)
{
  const ChatControlEvent event = { .kind = kind, .room = self->number };

  self->klass->event (self, &event, self->owner);
}

static void
stop_reading (ChatdPlace *self)
{
  if (self->reading != NULL)
    self->reading->place = NULL;
  self->reading = NULL;
}

static void
end (ChatdPlace *self)
{
  self->klass->ended (self, self->owner);
}

/* A member that has all of a closed room's log needs the room no longer. */
static gboolean
end_when_caught_up (ChatdPlace *self)
{
  if (!chatd_room_is_closed (get_room (self)) ||
      self->fanout.cursor < chat_log_tail_get_head (get_tail (self)))
    return FALSE;

  tell (self, CHAT_CONTROL_EVENT_CLOSED);
  end (self);
  return TRUE;
}

/* --- the room tells --------------------------------------------------------------------------- */

static ChatdPlace *
from_sink (ChatdSink *sink)
{
  return (ChatdPlace *) sink;
}

static void
on_more (ChatdSink *sink)
{
  ChatdPlace *self = from_sink (sink);

  if (self->member != NULL)
    self->klass->changed (self, self->owner);
}

static void
answer_refusal (ChatdPlace *self, guint64 instance, guint64 cseq, guint retry_ms, const char *code)
{
  const ChatDataFrame frame = { .type = CHAT_DATA_REJECT,
                                .room = self->number,
                                .instance = instance,
                                .cseq = cseq,
                                .retry_ms = retry_ms,
                                .tail = (const guint8 *) code,
                                .tail_len = strlen (code) };

  self->klass->answer (self, &frame, chat_fanout_get_road (&self->fanout), self->owner);
}

static void
on_refused (ChatdSink *sink, guint64 instance, guint64 cseq, guint retry_ms, const char *code)
{
  ChatdPlace *self = from_sink (sink);

  if (self->member != NULL)
    answer_refusal (self, instance, cseq, retry_ms, code);
}

void
chatd_place_describe_member (ChatdMember *member, ChatControlMember *out)
{
  const ChatdPowers powers = chatd_member_get_powers (member);

  *out = (ChatControlMember){ .member = chatd_member_get_number (member),
                              .name = g_strdup (chatd_member_get_name (member)),
                              .host = chatd_member_is_host (member),
                              .online = chatd_member_is_online (member),
                              .legacy = chatd_member_is_legacy (member),
                              .left = chatd_member_has_left (member),
                              .cohost = (powers & CHATD_POWER_COHOST) != 0,
                              .muted = (powers & CHATD_POWER_MUTED) != 0,
                              .allowed = (powers & CHATD_POWER_ALLOWED) != 0,
                              .hand = (powers & CHATD_POWER_HAND) != 0,
                              .away = chatd_member_is_away (member) };
}

static void
on_presence (ChatdSink *sink, ChatdMember *const *members, guint n)
{
  ChatdPlace *self = from_sink (sink);
  g_autoptr (GArray) described = NULL;

  if (self->member == NULL)
    return;

  described = chat_control_member_array_new ();
  g_array_set_size (described, n);
  for (guint i = 0; i < n; i++)
    chatd_place_describe_member (members[i], &g_array_index (described, ChatControlMember, i));

  const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_PRESENCE,
                                   .room = self->number,
                                   .members = described };
  self->klass->event (self, &event, self->owner);
}

void
chatd_place_tell_info (ChatdPlace *self)
{
  ChatdRoom *room = get_room (self);
  const ChatdRoomRules *rules = chatd_room_get_rules (room);
  const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_ROOM,
                                   .room = self->number,
                                   .online = chatd_room_get_n_online (room),
                                   .n_members = chatd_room_get_n_members (room),
                                   .legacy = chatd_room_get_n_legacy (room),
                                   .host_away = chatd_room_is_host_away (room),
                                   .closes_us = rules != NULL ? rules->close_us : 0 };

  self->klass->event (self, &event, self->owner);
}

static void
on_info (ChatdSink *sink)
{
  ChatdPlace *self = from_sink (sink);

  if (self->member != NULL)
    chatd_place_tell_info (self);
}

static void
on_seen (ChatdSink *sink, guint64 id)
{
  ChatdPlace *self = from_sink (sink);
  const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_SEEN,
                                   .room = self->number,
                                   .id = id };

  if (self->member == NULL || self->seen >= id)
    return;

  self->seen = id;
  self->klass->event (self, &event, self->owner);
}

static void
on_typing (ChatdSink *sink, const ChatdMember *member, gboolean on)
{
  ChatdPlace *self = from_sink (sink);
  const ChatDataFrame frame = { .type = CHAT_DATA_TYPING,
                                .room = self->number,
                                .member = chatd_member_get_number (member),
                                .on = on ? 1 : 0 };

  if (self->member != NULL)
    self->klass->pass (self, &frame, self->owner);
}

static void
on_paired (ChatdSink *sink, ChatdMember *other, const guint8 *uid)
{
  ChatdPlace *self = from_sink (sink);
  ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_PRIVATE,
                             .room = self->number,
                             .member = chatd_member_get_number (other),
                             .name = (char *) chatd_member_get_name (other) };

  if (self->member == NULL)
    return;

  memcpy (event.uid, uid, sizeof event.uid);
  self->klass->event (self, &event, self->owner);
}

static void
tell_put_out (ChatdPlace *self, const ChatdPutOut *put_out)
{
  const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_LEFT,
                                   .room = self->number,
                                   .kicked = TRUE,
                                   .banned = put_out->banned,
                                   .reason = (char *) put_out->reason };

  self->klass->event (self, &event, self->owner);
}

static void
on_gone (ChatdSink *sink, ChatdGone why)
{
  ChatdPlace *self = from_sink (sink);
  static const ChatControlEventKind kinds[] = {
    [CHATD_GONE_LEFT] = CHAT_CONTROL_EVENT_LEFT,
    [CHATD_GONE_CLOSED] = CHAT_CONTROL_EVENT_CLOSED,
    [CHATD_GONE_REPLACED] = CHAT_CONTROL_EVENT_REPLACED,
  };
  const gboolean was_in = self->member != NULL;
  const ChatdPutOut *put_out =
      was_in && why == CHATD_GONE_KICKED ? chatd_member_get_put_out (self->member) : NULL;

  self->member = NULL;
  if (put_out != NULL)
    tell_put_out (self, put_out);
  if (was_in && why < G_N_ELEMENTS (kinds) && kinds[why] != 0 &&
      !(why == CHATD_GONE_LEFT && self->leaving))
    tell (self, kinds[why]);
  end (self);
}

static const ChatdSinkClass sink_class = {
  .more = on_more,
  .refused = on_refused,
  .presence = on_presence,
  .seen = on_seen,
  .typing = on_typing,
  .paired = on_paired,
  .info = on_info,
  .gone = on_gone,
};

/* --- the member asks -------------------------------------------------------------------------- */

static void
take_submit (ChatdPlace *self, const ChatDataFrame *frame, ChatRoad road, gint64 now_us)
{
  const ChatSubmission submission = { .instance = frame->instance,
                                      .cseq = frame->cseq,
                                      .kind = frame->kind,
                                      .body = frame->tail,
                                      .body_len = frame->tail_len };
  ChatDataFrame answer = { 0 };

  chatd_member_submit (self->member, &submission, now_us, &answer);
  if (answer.type == 0)
    return;

  answer.room = self->number;
  self->klass->answer (self, &answer, road, self->owner);
}

static void
answer_page (ChatdPlace *self, const ChatdStorePage *page, ChatRoad road)
{
  const ChatDataFrame frame = { .type = CHAT_DATA_PAGE,
                                .room = self->number,
                                .after = page->after,
                                .base = page->base,
                                .floor = page->floor,
                                .first = page->first,
                                .head = page->head,
                                .tail = page->entries,
                                .tail_len = page->entries_len };

  chat_fanout_on_page (&self->fanout, page->after, page->last, get_tail (self),
                       g_get_monotonic_time ());
  self->klass->answer (self, &frame, road, self->owner);
  self->klass->changed (self, self->owner);
}

static void
on_paged (const ChatdStorePage *page, const GError *error, gpointer data)
{
  Reading *reading = data;
  ChatdPlace *place = reading->place;

  /* Without an answer the member asks again. */
  if (place != NULL)
    place->reading = NULL;
  if (place != NULL && page != NULL)
    answer_page (place, page, reading->road);
  g_free (reading);
}

static void
take_read (ChatdPlace *self, const ChatDataFrame *frame, ChatRoad road)
{
  if (self->reading != NULL)
    return;

  self->reading = g_new (Reading, 1);
  *self->reading = (Reading){ .place = self, .road = road };
  chatd_room_read_page (get_room (self), frame->after, (guint) CLAMP (frame->limit, 1, G_MAXINT),
                        road == CHAT_ROAD_UDP ? PAGE_BYTES_UDP : CHAT_PAGE_BYTES, on_paged,
                        self->reading);
}

static void
take_cursor (ChatdPlace *self, const ChatDataFrame *frame)
{
  chat_fanout_on_cursor (&self->fanout, frame, get_tail (self));
  if (!end_when_caught_up (self))
    self->klass->changed (self, self->owner);
}

static void
take_seen (ChatdPlace *self, guint64 id, gint64 now_us)
{
  id = MIN (id, chatd_room_get_head (get_room (self)));
  self->seen = MAX (self->seen, id);
  chatd_member_see (self->member, id, now_us);
}

void
chatd_place_take (ChatdPlace *self, const ChatDataFrame *frame, ChatRoad road, gint64 now_us)
{
  if (self->member == NULL)
    return;

  switch (frame->type)
    {
    case CHAT_DATA_SUBMIT:
      take_submit (self, frame, road, now_us);
      break;
    case CHAT_DATA_READ:
      take_read (self, frame, road);
      break;
    case CHAT_DATA_CURSOR:
      take_cursor (self, frame);
      break;
    case CHAT_DATA_SEEN:
      take_seen (self, frame->id, now_us);
      break;
    case CHAT_DATA_TYPING:
      chatd_member_type (self->member, frame->on == 1, now_us);
      break;
    default:
      break;
    }
}

/* --- what is on its way ----------------------------------------------------------------------- */

gboolean
chatd_place_pack (ChatdPlace *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp)
{
  if (self->member == NULL)
    return FALSE;

  chatd_room_note_taken (get_room (self));
  return chat_fanout_pack (&self->fanout, get_tail (self), now_us, space, udp, tcp);
}

void
chatd_place_set_away (ChatdPlace *self, gboolean away)
{
  if (self->member != NULL)
    chatd_member_set_away (self->member, &self->sink, away);
}

gint64
chatd_place_get_deadline (const ChatdPlace *self)
{
  return self->member != NULL ? chat_fanout_get_deadline (&self->fanout, get_tail (self))
                              : G_MAXINT64;
}

/* --- life ------------------------------------------------------------------------------------- */

ChatdPlace *
chatd_place_new (const ChatdPlaceOwner *klass, gpointer owner, guint64 number, guint64 instance)
{
  ChatdPlace *self = g_new0 (ChatdPlace, 1);

  self->sink.klass = &sink_class;
  self->klass = klass;
  self->owner = owner;
  self->number = number;
  self->instance = instance;
  return self;
}

void
chatd_place_enter (ChatdPlace *self, ChatdMember *member, gboolean udp_open)
{
  g_return_if_fail (self->member == NULL);

  self->member = member;
  self->seen = chatd_member_get_seen (member);
  chatd_room_note_taken (get_room (self));
  chat_fanout_init (&self->fanout, self->number, chat_log_tail_get_head (get_tail (self)));
  chat_fanout_set_udp_open (&self->fanout, udp_open);
}

void
chatd_place_free (ChatdPlace *self)
{
  g_return_if_fail (self != NULL);

  stop_reading (self);
  if (self->member != NULL)
    chatd_member_detach (self->member, &self->sink);
  g_free (self);
}
