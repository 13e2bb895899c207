/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-road.h"

#include "chat-limits.h"
#include "chat-random.h"
#include "chat-road-choice.h"
#include "chat-sealed-datagram.h"
#include "chat-udp-path.h"

#include <string.h>

#define NEVER G_MAXINT64
#define OLD_KEYS_US (30 * G_USEC_PER_SEC)
#define PROBES_IN_VAIN 3 /* after so many nobody hopes */

G_STATIC_ASSERT (CHAT_SECURE_ROAD_SPACE == CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD);

struct _ChatSecureRoad
{
  /* owned */
  ChatTlsLink *link;
  ChatUdpPath *path;        /* nullable: there is no such socket */
  ChatSealedDatagram *keys; /* nullable: no such cipher */
  ChatSealedDatagram *old;  /* nullable: opens only */
  /* borrowed */
  ChatSecureRoadTake take;
  gpointer data;

  ChatRoadChoice choice;
  gint64 old_until_us;
  guint16 udp_port;
  gboolean used_up; /* the keys sealed all that they may */
  gboolean blocked;
};

/* --- sending ------------------------------------------------------------- */

/* What the system does not take is lost like any other datagram. */
static void
send_datagram (ChatSecureRoad *self, const guint8 *frames, gsize len)
{
  guint8 sealed[CHAT_DATAGRAM_MAX];

  if (self->path == NULL || self->keys == NULL)
    return;

  if (chat_sealed_datagram_seal (self->keys, frames, len, sealed))
    chat_udp_path_send (self->path, sealed, len + CHAT_SEALED_OVERHEAD, NULL);
  else
    self->used_up = TRUE;
}

/* As few TCP frames as it takes; a data frame stays whole. */
static void
send_data (ChatSecureRoad *self, const guint8 *frames, gsize len)
{
  gsize begin = 0;
  gsize used = 0;
  ChatDataFrame frame;

  for (gsize at = 0; at < len; at += used)
    {
      if (chat_data_frame_decode (frames + at, len - at, &frame, &used, NULL) != CHAT_DECODE_OK)
        g_assert_not_reached (); /* we made them */
      if (at + used - begin > CHAT_CONTROL_MAX)
        {
          chat_tls_link_send_data (self->link, frames + begin, at - begin);
          begin = at;
        }
    }
  if (len > begin)
    chat_tls_link_send_data (self->link, frames + begin, len - begin);
}

void
chat_secure_road_send (ChatSecureRoad *self, GByteArray *udp, GByteArray *tcp)
{
  if (udp->len > 0)
    send_datagram (self, udp->data, udp->len);
  if (tcp->len > 0)
    send_data (self, tcp->data, tcp->len);
  g_byte_array_set_size (udp, 0);
  g_byte_array_set_size (tcp, 0);
}

static void
send_probe (ChatSecureRoad *self, gint64 now_us)
{
  guint8 random[CHAT_DATA_PROBE_SIZE];
  const ChatDataFrame probe = { .type = CHAT_DATA_PROBE,
                                .tail = random,
                                .tail_len = sizeof random };
  g_autoptr (GByteArray) frames = g_byte_array_sized_new (CHAT_SECURE_ROAD_SPACE);

  chat_random_fill (random, sizeof random);
  chat_data_frame_append (&probe, frames);
  chat_data_frame_append_padding (CHAT_SECURE_ROAD_SPACE - frames->len, frames);
  send_datagram (self, frames->data, frames->len);
  chat_road_choice_on_probe_sent (&self->choice, random, now_us);
}

static void
answer_probe (ChatSecureRoad *self, const ChatDataFrame *probe, gboolean by_udp)
{
  const ChatDataFrame answer = { .type = CHAT_DATA_PROBE_ACK,
                                 .tail = probe->tail,
                                 .tail_len = probe->tail_len };
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  chat_data_frame_append (&answer, frames);
  if (by_udp)
    send_datagram (self, frames->data, frames->len);
  else
    send_data (self, frames->data, frames->len);
}

/* --- receiving ----------------------------------------------------------- */

static void
take_new_keys (ChatSecureRoad *self, const ChatDataFrame *rekey)
{
  guint32 session_id;

  memcpy (&session_id, rekey->tail, sizeof session_id);
  g_clear_pointer (&self->old, chat_sealed_datagram_free);
  self->old = self->keys;
  self->old_until_us = g_get_monotonic_time () + OLD_KEYS_US;
  self->keys = chat_sealed_datagram_new (CHAT_PEER_CLIENT, GUINT32_FROM_BE (session_id),
                                         rekey->tail + sizeof session_id);
  self->used_up = FALSE;
}

static void
take_probe_ack (ChatSecureRoad *self, const ChatDataFrame *frame)
{
  chat_road_choice_on_probe_ack (&self->choice, frame->tail, g_get_monotonic_time ());
  if (chat_road_choice_get (&self->choice) == CHAT_ROAD_UDP)
    self->blocked = FALSE;
}

static void
take_frame (ChatSecureRoad *self, const ChatDataFrame *frame, gboolean by_udp)
{
  switch (frame->type)
    {
    case CHAT_DATA_PROBE:
      answer_probe (self, frame, by_udp);
      break;
    case CHAT_DATA_PROBE_ACK:
      if (by_udp)
        take_probe_ack (self, frame);
      break;
    case CHAT_DATA_REKEY:
      if (!by_udp)
        take_new_keys (self, frame);
      break;
    default:
      self->take (frame, self->data);
    }
}

/* Returns: whether all of them are frames, and whole */
static gboolean
are_good (const guint8 *frames, gsize len)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < len; at += used)
    if (chat_data_frame_decode (frames + at, len - at, &frame, &used, NULL) != CHAT_DECODE_OK)
      return FALSE;

  return TRUE;
}

static gboolean
take_frames (ChatSecureRoad *self, const guint8 *frames, gsize len, gboolean by_udp)
{
  ChatDataFrame frame;
  gsize used;

  if (!are_good (frames, len))
    return FALSE;

  for (gsize at = 0; at < len; at += used)
    {
      if (chat_data_frame_decode (frames + at, len - at, &frame, &used, NULL) != CHAT_DECODE_OK)
        return FALSE;
      take_frame (self, &frame, by_udp);
    }

  return TRUE;
}

gboolean
chat_secure_road_take_data (ChatSecureRoad *self, const guint8 *frames, gsize len)
{
  return take_frames (self, frames, len, FALSE);
}

static gboolean
open_with (ChatSealedDatagram *keys, const guint8 *bytes, gsize len, guint8 *frames, gsize *n)
{
  gboolean newest;

  return keys != NULL &&
         chat_sealed_datagram_open (keys, bytes, len, frames, n, &newest) == CHAT_OPEN_OK;
}

static void
on_datagram (const guint8 *bytes, gsize len, gpointer data)
{
  ChatSecureRoad *self = data;
  guint8 frames[CHAT_DATAGRAM_MAX];
  gsize n = 0;

  if (len <= CHAT_DATAGRAM_MAX && (open_with (self->keys, bytes, len, frames, &n) ||
                                   open_with (self->old, bytes, len, frames, &n)))
    take_frames (self, frames, n, TRUE);
}

/* --- the road ------------------------------------------------------------ */

static void
note_blocked (ChatSecureRoad *self)
{
  self->blocked |=
      self->choice.state == CHAT_ROAD_STATE_PENALTY || self->choice.probes_lost >= PROBES_IN_VAIN;
}

void
chat_secure_road_tend (ChatSecureRoad *self, const ChatRoadTries *tries, gint64 now_us)
{
  chat_road_choice_on_tries (&self->choice, tries, now_us);
  if (chat_road_choice_tick (&self->choice, now_us))
    send_probe (self, now_us);
  note_blocked (self);

  if (self->old != NULL && self->old_until_us <= now_us)
    g_clear_pointer (&self->old, chat_sealed_datagram_free);
}

gint64
chat_secure_road_get_deadline (ChatSecureRoad *self)
{
  const gint64 deadline_us = chat_road_choice_get_deadline (&self->choice);

  return self->old != NULL ? MIN (deadline_us, self->old_until_us) : deadline_us;
}

ChatRoad
chat_secure_road_get (ChatSecureRoad *self)
{
  return self->used_up ? CHAT_ROAD_TCP : chat_road_choice_get (&self->choice);
}

guint
chat_secure_road_get_loss_permille (ChatSecureRoad *self)
{
  return self->keys != NULL ? chat_sealed_datagram_loss_permille (self->keys) : 0;
}

gboolean
chat_secure_road_is_blocked (ChatSecureRoad *self)
{
  return self->blocked;
}

/* --- life ---------------------------------------------------------------- */

static void
close_path (ChatSecureRoad *self)
{
  if (self->path != NULL)
    chat_udp_path_close (self->path);
  g_clear_object (&self->path);
}

static ChatUdpPath *
new_path (ChatSecureRoad *self)
{
  return chat_udp_path_new (chat_tls_link_get_remote_address (self->link), self->udp_port, NULL);
}

/* @path: (transfer full) (nullable) */
static void
use_path (ChatSecureRoad *self, ChatUdpPath *path)
{
  self->path = path;
  if (path != NULL)
    chat_udp_path_start (path, on_datagram, self);
}

void
chat_secure_road_look_again (ChatSecureRoad *self, gint64 now_us)
{
  g_autoptr (ChatUdpPath) path = new_path (self);

  if (path != NULL && self->path != NULL && chat_udp_path_has_same_way (self->path, path))
    {
      chat_road_choice_doubt (&self->choice, now_us);
      return;
    }

  close_path (self);
  use_path (self, g_steal_pointer (&path));
  chat_road_choice_restart (&self->choice, now_us);
  self->blocked = FALSE;
}

ChatSecureRoad *
chat_secure_road_new (ChatTlsLink *link,
                      guint16 udp_port,
                      const ChatControlWelcome *welcome,
                      ChatSecureRoadTake take,
                      gpointer data)
{
  ChatSecureRoad *self = g_new0 (ChatSecureRoad, 1);

  self->link = g_object_ref (link);
  self->udp_port = udp_port;
  self->take = take;
  self->data = data;
  self->keys = chat_sealed_datagram_new (CHAT_PEER_CLIENT, welcome->session, welcome->secret);
  self->old_until_us = NEVER;
  chat_road_choice_init (&self->choice, g_get_monotonic_time ());
  use_path (self, new_path (self));
  return self;
}

void
chat_secure_road_free (ChatSecureRoad *self)
{
  close_path (self);
  g_clear_pointer (&self->keys, chat_sealed_datagram_free);
  g_clear_pointer (&self->old, chat_sealed_datagram_free);
  g_object_unref (self->link);
  g_free (self);
}
