/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"
#include "chat-limits.h"

/* A session's connection, from the key that the server shows to the time when nobody needs it. */

#define NEVER G_MAXINT64

/* --- its key ------------------------------------------------------------- */

static void
take_pin (ChatSecureSession *self)
{
  const char *pin =
      chat_trust_get_pin (self->trust, chat_session_get_endpoint (CHAT_SESSION (self)));

  chat_secure_uplink_set_pin (
      self->uplink, pin,
      chat_trust_is_plain_allowed (self->trust, chat_session_get_endpoint (CHAT_SESSION (self))));
  chat_secure_uplink_expect (
      self->uplink,
      chat_trust_get_expected (self->trust, chat_session_get_endpoint (CHAT_SESSION (self))));
  /* Another session may have met it: whoever lists rooms first joins one later. */
  if (pin != NULL)
    chat_session_set_fingerprint (
        CHAT_SESSION (self), pin,
        chat_trust_is_just_met (self->trust, chat_session_get_endpoint (CHAT_SESSION (self))));
}

/* An invite vouches for the key: nobody has to compare it. */
static gboolean
meet_expected (ChatSecureSession *self, ChatEndpoint *endpoint, const char *fingerprint)
{
  if (!g_str_equal (chat_trust_get_expected (self->trust, endpoint), fingerprint))
    {
      take_pin (self); /* the invite came while it connected: it is judged next time */
      return FALSE;
    }

  return chat_trust_set_pin (self->trust, endpoint, fingerprint, NULL);
}

static gboolean
on_met (const char *fingerprint, gpointer data)
{
  ChatSecureSession *self = data;
  ChatSession *session = data;
  ChatEndpoint *endpoint = chat_session_get_endpoint (session);
  const gboolean expected = chat_trust_get_expected (self->trust, endpoint) != NULL;

  if (expected ? !meet_expected (self, endpoint, fingerprint)
               : !chat_trust_meet (self->trust, endpoint, fingerprint, NULL))
    return FALSE;

  chat_session_set_fingerprint (session, fingerprint, !expected);
  return TRUE;
}

/* --- what comes ---------------------------------------------------------- */

static void
on_frame (const ChatDataFrame *frame, gpointer data)
{
  ChatSecureSession *self = data;
  ChatSecurePlace *place = chat_secure_places_find_number (self, frame->room);

  if (place != NULL)
    chat_secure_room_receive (place->room, frame, g_get_monotonic_time ());
  chat_secure_session_plan_drain (self);
}

static void
send_asks (ChatSecureSession *self)
{
  g_autoptr (GPtrArray) asks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) chat_secure_ask_unref);

  for (guint i = 0; i < self->asks->len; i++)
    g_ptr_array_add (asks, chat_secure_ask_ref (g_ptr_array_index (self->asks, i)));
  for (guint i = 0; i < asks->len; i++) /* one may be over by that */
    chat_secure_ask_send (g_ptr_array_index (asks, i), chat_secure_session_get_link (self));
}

static void
on_up (const ChatControlWelcome *welcome, gpointer data)
{
  ChatSecureSession *self = data;
  ChatSession *session = data;
  ChatTlsLink *link = chat_secure_session_get_link (self);
  const gboolean first = chat_session_is_first_contact (session);

  if (self->silence_ms > 0)
    chat_tls_link_set_patience (link, self->silence_ms, self->answer_ms);
  self->message_max = MIN (welcome->message_max, CHAT_ENTRY_BODY_MAX);
  self->file_max = MIN (welcome->file_max, (guint64) G_MAXINT64);
  self->road =
      chat_secure_road_new (link, chat_endpoint_get_udp_port (chat_session_get_endpoint (session)),
                            welcome, on_frame, self);
  chat_session_set_fingerprint (session, chat_secure_uplink_get_fingerprint (self->uplink), first);
  chat_session_set_security (session, CHAT_SECURITY_ENCRYPTED);
  for (guint i = 0; i < self->places->len; i++)
    ((ChatSecurePlace *) g_ptr_array_index (self->places, i))->resume_at_us = 0;
  for (guint i = 0; i < self->leaving->len; i++)
    chat_secure_leaving_tell (self, g_ptr_array_index (self->leaving, i));
  chat_secure_away_restart (self);
  chat_secure_places_resume_due (self, g_get_monotonic_time ());
  send_asks (self);
  chat_secure_session_plan_drain (self);
  self->storage_failed = FALSE; /* that error goes with this; where it is still so it comes again */
  chat_session_set_link (session, CHAT_LINK_ONLINE, NULL, 0);
}

static void
end_connection (ChatSecureSession *self)
{
  g_clear_pointer (&self->road, chat_secure_road_free);
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      place->attempt = 0;
      place->resume_at_us = NEVER;
      if (chat_secure_place_get_state (place) == CHAT_STORED_IN)
        chat_secure_room_suspend (place->room);
    }
}

void
chat_secure_contact_fail_asks (ChatSecureSession *self, const GError *error)
{
  while (self->asks->len > 0)
    {
      ChatSecureAsk *ask = g_ptr_array_steal_index (self->asks, 0);

      chat_secure_ask_fail (ask, error);
      chat_secure_ask_unref (ask);
    }
}

static void
on_down (const GError *error, gboolean was_up, gint64 retry_at_us, gpointer data)
{
  g_autoptr (ChatSecureSession) self = g_object_ref (data);
  g_autoptr (GError) why = g_error_copy (error);

  end_connection (self);
  chat_secure_session_plan_drain (self);
  chat_secure_session_tell_transport (self);
  chat_session_set_link (CHAT_SESSION (self), CHAT_LINK_OFFLINE, why, retry_at_us);
  if (!was_up)
    chat_secure_contact_fail_asks (self, why);
  chat_secure_session_rest (self);
}

static void
on_moved (gpointer data)
{
  ChatSecureSession *self = data;

  chat_secure_road_look_again (self->road, g_get_monotonic_time ());
  chat_secure_session_plan_drain (self);
}

static void
on_event (const ChatControlEvent *event, gpointer data)
{
  ChatSecureSession *self = data;
  ChatSecurePlace *place = chat_secure_places_find_number (self, event->room);
  g_autoptr (GError) error = NULL;

  if (place == NULL || chat_secure_place_get_state (place) != CHAT_STORED_IN)
    return;

  switch (event->kind)
    {
    case CHAT_CONTROL_EVENT_REPLACED:
      error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_REPLACED, "This device is there twice");
      chat_secure_place_end (place, CHAT_ROOM_END_REPLACED, error);
      break;
    case CHAT_CONTROL_EVENT_LEFT:
      error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
      if (event->kicked)
        chat_secure_room_note_put_out (place->room, event);
      chat_secure_place_end (place, CHAT_ROOM_END_REMOVED, error);
      break;
    case CHAT_CONTROL_EVENT_PRIVATE:
      chat_secure_privates_note (place, event->uid, event->member, event->name);
      break;
    case CHAT_CONTROL_EVENT_CLOSED:
      chat_secure_place_close (place);
      break;
    default:
      chat_secure_room_take_event (place->room, event);
    }
  chat_secure_session_rest (self);
}

static void
on_frames (const guint8 *frames, gsize len, gpointer data)
{
  ChatSecureSession *self = data;

  if (!chat_secure_road_take_data (self->road, frames, len))
    chat_secure_uplink_break_off (self->uplink);
}

static const ChatSecureUplinkFuncs uplink_funcs = {
  .met = on_met,
  .up = on_up,
  .down = on_down,
  .moved = on_moved,
  .event = on_event,
  .frames = on_frames,
};

/* --- while somebody needs it --------------------------------------------- */

void
chat_secure_contact_init (ChatSecureSession *self)
{
  self->uplink =
      chat_secure_uplink_new (chat_session_get_endpoint (CHAT_SESSION (self)), &uplink_funcs, self);
  take_pin (self);
}

void
chat_secure_contact_key_compared (ChatSession *session)
{
  chat_trust_note_compared (CHAT_SECURE_SESSION (session)->trust,
                            chat_session_get_endpoint (session));
}

void
chat_secure_contact_retry (ChatSession *session)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);

  if (self->uplink == NULL)
    return;

  take_pin (self);
  chat_secure_uplink_retry (self->uplink);
}

ChatTlsLink *
chat_secure_session_get_link (ChatSecureSession *self)
{
  return self->uplink != NULL ? chat_secure_uplink_get_link (self->uplink) : NULL;
}

/* Somebody waits for the server. */
void
chat_secure_session_ensure_up (ChatSecureSession *self)
{
  switch (chat_secure_uplink_get_state (self->uplink))
    {
    case CHAT_UPLINK_IDLE:
      take_pin (self);
      chat_secure_uplink_start (self->uplink);
      chat_session_set_link (CHAT_SESSION (self), CHAT_LINK_CONNECTING, NULL, 0);
      break;
    case CHAT_UPLINK_WAITING:
    case CHAT_UPLINK_STOPPED:
      take_pin (self);
      chat_secure_uplink_retry (self->uplink);
      break;
    default:
      break;
    }
}

gboolean
chat_secure_session_is_used (ChatSecureSession *self)
{
  return chat_secure_places_are_active (self) || self->asks->len > 0 || self->leaving->len > 0;
}

void
chat_secure_session_rest (ChatSecureSession *self)
{
  if (self->uplink == NULL || chat_secure_session_is_used (self) ||
      chat_secure_uplink_get_state (self->uplink) == CHAT_UPLINK_IDLE)
    return;

  end_connection (self);
  chat_secure_uplink_stop (self->uplink);
  chat_session_set_link (CHAT_SESSION (self), CHAT_LINK_IDLE, NULL, 0);
  chat_secure_session_tell_transport (self);
}

void
chat_secure_session_set_patience (ChatSecureSession *self, guint silence_ms, guint answer_ms)
{
  g_return_if_fail (CHAT_IS_SECURE_SESSION (self));

  self->silence_ms = silence_ms;
  self->answer_ms = answer_ms;
  if (chat_secure_session_get_link (self) != NULL)
    chat_tls_link_set_patience (chat_secure_session_get_link (self), silence_ms, answer_ms);
}
