/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

/* At the end of each turn, and at the deadlines of delivery: what came goes into the models, what
 * was written to disk, and what is due to the server. */

#define NEVER G_MAXINT64
#define FLUSH_AGAIN_US G_USEC_PER_SEC
#define DOUBT_US                                                                                   \
  (3 * G_USEC_PER_SEC) /* so long a message may wait for a server that says nothing */

/* --- draining: what is due goes out -------------------------------------- */

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* Who hears of a room's first words must find it. */
static void
publish (ChatSecureSession *self, gint64 now_us)
{
  chat_secure_privates_settle (self);
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      chat_secure_room_tend_typing (place->room, now_us);
      chat_secure_room_publish (place->room);
    }
}

/* Returns: whether one is out of any */
static gboolean
finish_closing (ChatSecureSession *self, gint64 now_us)
{
  gboolean any = FALSE;
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_ROOM_CLOSED, "The room was closed");

  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      if (place->closing_until_us != NEVER &&
          (place->closing_until_us <= now_us || chat_secure_room_is_up_to_date (place->room)))
        {
          chat_secure_place_end (place, CHAT_ROOM_END_CLOSED, error);
          any = TRUE;
        }
    }

  return any;
}

static void
tell_storage (ChatSecureSession *self, const GError *error)
{
  ChatSession *session = CHAT_SESSION (self);

  if (self->storage_failed == (error != NULL))
    return;

  self->storage_failed = error != NULL;
  chat_session_set_link (session, chat_session_get_link (session), error,
                         chat_session_get_retry_at_us (session));
}

/* Returns: whether all that was written is on disk */
gboolean
chat_secure_session_flush (ChatSecureSession *self)
{
  g_autoptr (GError) error = NULL;

  if (self->memory != NULL)
    chat_local_store_flush (self->memory, NULL);
  if (!chat_local_store_flush (self->disk, &error))
    {
      tell_storage (self, error);
      return FALSE;
    }

  return TRUE;
}

static void
pack_round (ChatSecureSession *self, gint64 now_us)
{
  for (guint i = 0; i < self->places->len; i++)
    chat_secure_room_pack (((ChatSecurePlace *) g_ptr_array_index (self->places, i))->room, now_us,
                           CHAT_SECURE_ROAD_SPACE - self->udp->len, self->udp, self->tcp);
}

static void
pack (ChatSecureSession *self, gint64 now_us)
{
  gboolean more;

  do
    {
      pack_round (self, now_us);
      more = self->udp->len > 0;
      chat_secure_road_send (self->road, self->udp, self->tcp);
    }
  while (more);
}

/* A connection that is dead may look alive for minutes, but somebody waits for it. */
static void
doubt_silence (ChatSecureSession *self, gint64 now_us)
{
  ChatTlsLink *link = chat_secure_session_get_link (self);

  if (now_us - chat_tls_link_get_heard_us (link) < DOUBT_US)
    return;

  for (guint i = 0; i < self->places->len; i++)
    {
      const ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      if (chat_room_get_waiting (chat_secure_room_get_model (place->room)) > 0)
        chat_tls_link_ping (link);
    }
}

static void
tend_road (ChatSecureSession *self, gint64 now_us)
{
  ChatRoadTries tries = { 0 };

  for (guint i = 0; i < self->places->len; i++)
    {
      const ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      chat_secure_room_take_tries (place->room, &tries);
    }
  chat_secure_road_tend (self->road, &tries, now_us);
  for (guint i = 0; i < self->places->len; i++)
    chat_secure_room_set_road (((ChatSecurePlace *) g_ptr_array_index (self->places, i))->room,
                               chat_secure_road_get (self->road),
                               chat_secure_road_get_loss_permille (self->road), now_us);
}

void
chat_secure_session_tell_transport (ChatSecureSession *self)
{
  ChatTransport transport = CHAT_TRANSPORT_UNKNOWN;

  if (self->road != NULL && chat_secure_road_get (self->road) == CHAT_ROAD_UDP)
    transport = CHAT_TRANSPORT_UDP;
  else if (self->road != NULL && chat_secure_road_is_blocked (self->road))
    transport = CHAT_TRANSPORT_TCP;
  chat_session_set_transport (CHAT_SESSION (self), transport);
}

static gint64
get_deadline (ChatSecureSession *self)
{
  gint64 deadline_us = self->road != NULL ? chat_secure_road_get_deadline (self->road) : NEVER;

  for (guint i = 0; self->road != NULL && i < self->places->len; i++)
    {
      const ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      deadline_us = MIN (deadline_us, chat_secure_room_get_deadline (place->room));
      deadline_us = MIN (deadline_us, chat_secure_place_get_resume_at (place));
      deadline_us = MIN (deadline_us, place->closing_until_us);
    }

  return self->road != NULL ? MIN (deadline_us, chat_secure_away_get_deadline (self)) : deadline_us;
}

static void
set_alarm (ChatSecureSession *self, gint64 at_us)
{
  g_source_set_ready_time (self->alarm, at_us != NEVER ? at_us : -1);
}

/* The model first: whoever listens may write, and what is written must be on disk before anything
 * is packed. Nothing between the chat_secure_session_flush and the last packet calls out. */
static void
drain (ChatSecureSession *self)
{
  const gint64 now_us = g_get_monotonic_time ();
  gboolean out = FALSE;

  publish (self, now_us);
  if (chat_secure_session_get_link (self) != NULL)
    {
      out = finish_closing (self, now_us);
      chat_secure_away_tend (self, now_us);
      chat_secure_places_resume_due (self, now_us);
    }
  if (!chat_secure_session_flush (self))
    {
      set_alarm (self, now_us + FLUSH_AGAIN_US);
      return;
    }

  if (self->road != NULL)
    {
      tend_road (self, now_us);
      pack (self, now_us);
      doubt_silence (self, now_us);
    }
  set_alarm (self, get_deadline (self));
  tell_storage (self, NULL);
  chat_secure_session_tell_transport (self);
  if (out)
    chat_secure_session_rest (self);
}

static gboolean
on_soon (gpointer data)
{
  g_autoptr (ChatSecureSession) self = g_object_ref (data);

  g_clear_pointer (&self->soon, destroy_source);
  drain (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_alarm (gpointer data)
{
  g_autoptr (ChatSecureSession) self = g_object_ref (data);

  set_alarm (self, NEVER);
  drain (self);
  return G_SOURCE_CONTINUE;
}

void
chat_secure_session_plan_drain (ChatSecureSession *self)
{
  if (self->soon != NULL || self->uplink == NULL)
    return;

  self->soon = g_idle_source_new ();
  g_source_set_priority (self->soon, G_PRIORITY_DEFAULT);
  g_source_set_static_name (self->soon, "[chat] drain");
  g_source_set_callback (self->soon, on_soon, self, NULL);
  g_source_attach (self->soon, g_main_context_get_thread_default ());
}

static gboolean
dispatch_alarm (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs alarm_funcs = { .dispatch = dispatch_alarm };

void
chat_secure_drain_init (ChatSecureSession *self)
{
  self->alarm = g_source_new (&alarm_funcs, sizeof (GSource));
  g_source_set_static_name (self->alarm, "[chat] alarm");
  g_source_set_callback (self->alarm, on_alarm, self, NULL);
  g_source_attach (self->alarm, g_main_context_get_thread_default ());
}

void
chat_secure_drain_clear (ChatSecureSession *self)
{
  g_clear_pointer (&self->soon, destroy_source);
  g_clear_pointer (&self->alarm, destroy_source);
}
