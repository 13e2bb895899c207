/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"

#include <string.h>

/* The rooms of a session, and how each comes back after a connection was lost. */

#define NEVER G_MAXINT64
#define MEMBERS_TIMEOUT_MS 15000
#define RESUME_TIMEOUT_MS 10000          /* the server answers when nothing of us is under way */
#define RESUME_AGAIN_MS 30000            /* where the server did not say when */
#define CLOSING_US (10 * G_USEC_PER_SEC) /* so long a closed room may still be read */

/* --- places -------------------------------------------------------------- */

void
chat_secure_place_free (ChatSecurePlace *place)
{
  chat_secure_room_free (place->room);
  g_free (place);
}

void
chat_secure_place_list (ChatSecurePlace *place)
{
  if (place->is_listed)
    return;

  place->is_listed = TRUE;
  chat_session_add_room (CHAT_SESSION (place->session), chat_secure_room_get_model (place->room));
}

static gboolean
is_to_be_listed (const ChatSecurePlace *place)
{
  const ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

  return !chat_stored_room_is_private (stored) || stored->shown;
}

static void
link_to_parent (ChatSecureSession *self, ChatSecureRoom *room)
{
  const ChatStoredRoom *stored = chat_secure_room_get_stored (room);
  ChatSecurePlace *parent = chat_stored_room_is_private (stored)
                                ? chat_secure_places_find_uid (self, stored->parent)
                                : NULL;

  if (parent != NULL)
    chat_room_set_parent (chat_secure_room_get_model (room),
                          chat_secure_room_get_model (parent->room));
}

ChatSecurePlace *
chat_secure_places_add (ChatSecureSession *self, ChatSecureRoom *room)
{
  ChatSecurePlace *place = g_new0 (ChatSecurePlace, 1);

  place->session = self;
  place->room = room;
  place->resume_at_us = NEVER;
  place->closing_until_us = NEVER;
  link_to_parent (self, room);
  g_ptr_array_add (self->places, place);
  if (is_to_be_listed (place))
    chat_secure_place_list (place);
  return place;
}

ChatSecurePlace *
chat_secure_places_find_uid (ChatSecureSession *self, const guint8 *uid)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      if (memcmp (chat_secure_room_get_stored (place->room)->uid, uid, CHAT_UID_SIZE) == 0)
        return place;
    }

  return NULL;
}

ChatSecurePlace *
chat_secure_places_find (ChatSecureSession *self, ChatRoom *model)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      if (chat_secure_room_get_model (place->room) == model)
        return place;
    }

  return NULL;
}

/* @number: the session's, not 0 */
ChatSecurePlace *
chat_secure_places_find_number (ChatSecureSession *self, guint64 number)
{
  for (guint i = 0; number != 0 && i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      if (chat_secure_room_get_number (place->room) == number)
        return place;
    }

  return NULL;
}

ChatStoredState
chat_secure_place_get_state (const ChatSecurePlace *place)
{
  return chat_secure_room_get_stored (place->room)->state;
}

gboolean
chat_secure_places_are_active (ChatSecureSession *self)
{
  for (guint i = 0; i < self->places->len; i++)
    if (chat_secure_place_get_state (g_ptr_array_index (self->places, i)) == CHAT_STORED_IN)
      return TRUE;

  return FALSE;
}

void
chat_secure_place_end (ChatSecurePlace *place, ChatRoomEnd end, const GError *error)
{
  place->resume_at_us = NEVER;
  place->closing_until_us = NEVER;
  chat_secure_privates_end (place, end);
  chat_secure_session_plan_drain (place->session);
  chat_secure_room_end (place->room, end, error);
}

void
chat_secure_place_close (ChatSecurePlace *place)
{
  place->closing_until_us = g_get_monotonic_time () + CLOSING_US;
  chat_secure_session_plan_drain (place->session);
}

/* --- members ------------------------------------------------------------- */

/* An answer finds its room by number: the room may be gone by then. */
typedef struct
{
  ChatSecureSession *session; /* borrowed: the link does not outlive it */
  guint64 number;
} Numbered;

static void ask_members (ChatSecureSession *self, guint64 number, guint64 after);

static void
on_members (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  g_autofree Numbered *asked = data;
  ChatSecurePlace *place = chat_secure_places_find_number (asked->session, asked->number);
  const GArray *members;

  if (place == NULL)
    return;

  chat_secure_session_plan_drain (asked->session);
  if (reply == NULL || reply->error != NULL || reply->members.members == NULL)
    {
      chat_secure_room_names_are_known (place->room);
      return;
    }

  members = reply->members.members;
  chat_secure_room_take_members (place->room, members);
  if (reply->members.more && members->len > 0)
    ask_members (asked->session, asked->number,
                 g_array_index (members, ChatControlMember, members->len - 1).member);
  else
    chat_secure_room_names_are_known (place->room);
}

static void
ask_members (ChatSecureSession *self, guint64 number, guint64 after)
{
  const ChatControlRequest request = { .room = number, .after = after };
  ChatTlsLink *link = chat_secure_session_get_link (self);
  Numbered *asked;

  if (link == NULL)
    return;

  asked = g_new (Numbered, 1);
  *asked = (Numbered){ self, number };
  chat_tls_link_request (link, CHAT_OPERATION_MEMBERS, &request, MEMBERS_TIMEOUT_MS, on_members,
                         asked);
}

/* --- resuming ------------------------------------------------------------ */

/* Grows over restarts of the program and a clock that is set back, and also where our database
 * came back from a backup. */
guint64
chat_secure_place_next_attempt (const ChatStoredRoom *stored)
{
  return MAX (stored->attempt + 1, (guint64) g_get_real_time () / 1000);
}

void
chat_secure_place_resume (ChatSecurePlace *place, const ChatControlEntered *entered)
{
  chat_secure_room_resume (place->room, entered, g_get_monotonic_time ());
  chat_secure_room_set_file_max (place->room, place->session->file_max);
  ask_members (place->session, entered->room, 0);
  chat_secure_privates_take (place, entered->privates);
  chat_secure_session_plan_drain (place->session);
}

typedef struct
{
  ChatSecureSession *session; /* borrowed */
  ChatRoom *model;            /* owned */
  guint64 attempt;
} Resuming;

static void
resume_later (ChatSecurePlace *place, guint ms)
{
  place->resume_at_us = g_get_monotonic_time () + (gint64) MAX (ms, 100) * 1000;
  chat_secure_session_plan_drain (place->session);
}

static void
take_resume_refusal (ChatSecurePlace *place, const ChatLinkReply *reply)
{
  switch (reply->error->code)
    {
    case CHAT_ERROR_ROOM_GONE:
      chat_secure_place_end (place, CHAT_ROOM_END_GONE, reply->error);
      break;
    case CHAT_ERROR_ROOM_CLOSED:
      chat_secure_place_end (place, CHAT_ROOM_END_CLOSED, reply->error);
      break;
    case CHAT_ERROR_NOT_JOINED:
    case CHAT_ERROR_BANNED:
      chat_secure_place_end (place, CHAT_ROOM_END_REMOVED, reply->error);
      break;
    case CHAT_ERROR_REPLACED:
      chat_secure_place_end (place, CHAT_ROOM_END_REPLACED, reply->error);
      break;
    default:
      resume_later (place, reply->retry_ms > 0 ? reply->retry_ms : RESUME_AGAIN_MS);
    }
  chat_secure_session_rest (place->session);
}

static void
on_resumed (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  Resuming *resuming = data;
  ChatSecurePlace *place = chat_secure_places_find (resuming->session, resuming->model);

  if (place != NULL && place->attempt == resuming->attempt)
    {
      place->attempt = 0;
      if (chat_secure_place_get_state (place) != CHAT_STORED_IN)
        ; /* one left meanwhile */
      else if (reply == NULL)
        resume_later (place, 0); /* where the link is gone, the next one asks by itself */
      else if (reply->error != NULL)
        take_resume_refusal (place, reply);
      else
        chat_secure_place_resume (place, &reply->entered);
    }
  g_object_unref (resuming->model);
  g_free (resuming);
}

static void
ask_resume (ChatSecurePlace *place)
{
  ChatSecureSession *self = place->session;
  ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);
  ChatControlRequest request = { .instance = stored->instance };
  Resuming *resuming = g_new (Resuming, 1);

  stored->attempt = chat_secure_place_next_attempt (stored);
  chat_secure_room_save (place->room);
  place->resume_at_us = NEVER;
  place->attempt = request.attempt = stored->attempt;
  memcpy (request.uid, stored->uid, sizeof request.uid);
  memcpy (request.key, stored->key, sizeof request.key);
  *resuming =
      (Resuming){ self, g_object_ref (chat_secure_room_get_model (place->room)), stored->attempt };
  chat_tls_link_request (chat_secure_session_get_link (self), CHAT_OPERATION_RESUME, &request,
                         RESUME_TIMEOUT_MS, on_resumed, resuming);
  explicit_bzero (&request, sizeof request);
}

gint64
chat_secure_place_get_resume_at (const ChatSecurePlace *place)
{
  return chat_secure_place_get_state (place) == CHAT_STORED_IN && place->attempt == 0 &&
                 chat_secure_room_get_number (place->room) == 0
             ? place->resume_at_us
             : NEVER;
}

static gboolean
is_due (const ChatSecurePlace *place, gint64 now_us)
{
  return chat_secure_place_get_resume_at (place) <= now_us;
}

void
chat_secure_places_resume_due (ChatSecureSession *self, gint64 now_us)
{
  for (guint i = 0; i < self->places->len; i++)
    if (is_due (g_ptr_array_index (self->places, i), now_us))
      ask_resume (g_ptr_array_index (self->places, i));
}
