/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-random.h"

#include <string.h>

/* Into a room: keys first, then the request, as often as it takes. */

#define ENTER_TIMEOUT_MS 15000

/* --- entering a room ----------------------------------------------------- */

typedef struct
{
  ChatSecureSession *session; /* borrowed: the link that brings a reply does not outlive it */
  ChatStoredRoom *stored;     /* owned; NULL: it became a room */
} Entering;

static void
free_entering (gpointer data)
{
  Entering *entering = data;

  g_clear_pointer (&entering->stored, chat_stored_room_free);
  g_free (entering);
}

/* Whatever it was: the same request would be refused again. */
static gboolean
is_final (const GError *error)
{
  switch (error->code)
    {
    case CHAT_ERROR_ROOM_EXISTS:
    case CHAT_ERROR_ROOM_MISSING:
    case CHAT_ERROR_NAME_IN_USE:
    case CHAT_ERROR_BAD_USER_NAME:
    case CHAT_ERROR_BAD_ROOM_NAME:
    case CHAT_ERROR_FULL:
    case CHAT_ERROR_BAD_REQUEST:
    case CHAT_ERROR_ROOM_CLOSED:
    case CHAT_ERROR_NOT_JOINED:
    case CHAT_ERROR_REFUSED:
    case CHAT_ERROR_PASSWORD_NEEDED:
    case CHAT_ERROR_PASSWORD_WRONG:
    case CHAT_ERROR_BANNED:
    case CHAT_ERROR_TOO_LONG:
    case CHAT_ERROR_BAD_TEXT:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Nobody could know before: what was stored of it goes. */
static void
take_off_record (ChatSecureSession *self, ChatStoredRoom *stored)
{
  if (stored->off_record)
    return;

  chat_local_store_forget_room (self->disk, stored->number);
  chat_local_store_scrub (self->disk);
  stored->number = 0;
  stored->off_record = TRUE;
  chat_secure_session_get_memory (self);
}

static void
note_entered (ChatSecureSession *self, ChatStoredRoom *stored, const ChatControlEntered *entered)
{
  if (entered->off_record)
    take_off_record (self, stored);
  memcpy (stored->uid, entered->uid, sizeof stored->uid);
  g_free (stored->name);
  stored->name = g_strdup (entered->name);
  g_free (stored->user_name);
  stored->user_name = g_strdup (entered->user_name);
  stored->member = entered->member;
  stored->is_host = entered->host;
  stored->encrypted_only = entered->encrypted_only;
  stored->state = CHAT_STORED_IN;
  chat_local_store_put_room (chat_secure_session_get_store (self, stored), stored);
}

/* What the server may have done all the same is done once, whenever it is asked again. */
static void
keep_or_forget (ChatSecureSession *self, ChatSecureAsk *ask, const GError *error)
{
  Entering *entering = chat_secure_ask_get_data (ask);

  if (chat_secure_ask_was_sent (ask) && !is_final (error))
    g_ptr_array_add (self->pending, chat_stored_room_copy (entering->stored));
  else
    chat_local_store_forget_room (chat_secure_session_get_store (self, entering->stored),
                                  entering->stored->number);
  chat_secure_session_plan_drain (self);
}

static void
finish_entering (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;
  ChatSecureSession *self = g_task_get_source_object (task);
  Entering *entering = chat_secure_ask_get_data (ask);
  ChatStoredRoom *stored;
  ChatSecureRoom *room;

  if (error != NULL)
    {
      keep_or_forget (self, ask, error);
      chat_secure_session_drop_ask (self, ask);
      g_task_return_error (task, g_error_copy (error));
      return;
    }

  stored = g_steal_pointer (&entering->stored);
  stored->attempt = chat_secure_ask_get_attempt (ask);
  note_entered (self, stored, &reply->entered);
  room = chat_secure_room_new (CHAT_SESSION (self), chat_secure_session_get_store (self, stored),
                               stored);
  chat_secure_place_resume (chat_secure_places_add (self, room), &reply->entered);
  chat_secure_session_drop_ask (self, ask);
  g_task_return_pointer (task, g_object_ref (chat_secure_room_get_model (room)), g_object_unref);
}

/* Returns: (transfer full) (nullable) */
static ChatStoredRoom *
take_pending (ChatSecureSession *self, gint64 number)
{
  for (guint i = 0; i < self->pending->len; i++)
    if (((ChatStoredRoom *) g_ptr_array_index (self->pending, i))->number == number)
      return g_ptr_array_steal_index (self->pending, i);

  return NULL;
}

/* Who asked had changed their mind: out again, unless they asked once more meanwhile. */
static void
undo_entering (ChatSecureAsk *ask, const ChatLinkReply *reply)
{
  Entering *entering = chat_secure_ask_get_data (ask);
  ChatStoredRoom *stored = take_pending (entering->session, entering->stored->number);

  if (stored == NULL)
    return;

  memcpy (stored->uid, reply->entered.uid, sizeof stored->uid);
  chat_secure_leaving_add (entering->session, stored);
}

static const ChatSecureAskFuncs entering_funcs = {
  .done = finish_entering,
  .late = undo_entering,
  .free_data = free_entering,
};

/* Whoever was its host before is so again, or is the first to have its name. Returns: whether there
 * was such a room */
static gboolean
take_host_key (ChatSecureSession *self, ChatStoredRoom *stored)
{
  for (guint i = self->places->len; i-- > 0;)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);
      const ChatStoredRoom *before = chat_secure_room_get_stored (place->room);

      if (before->state != CHAT_STORED_ENDED || !before->is_host ||
          strcmp (before->name, stored->name) != 0)
        continue;
      memcpy (stored->host_key, before->host_key, sizeof stored->host_key);
      return TRUE;
    }

  return FALSE;
}

static ChatStoredRoom *
new_stored (ChatSecureSession *self,
            ChatStoredState state,
            const char *name,
            const char *user_name,
            ChatRoomFlags flags)
{
  ChatEndpoint *endpoint = chat_session_get_endpoint (CHAT_SESSION (self));
  ChatStoredRoom *stored = g_new0 (ChatStoredRoom, 1);

  stored->host = g_strdup (chat_endpoint_get_host (endpoint));
  stored->tcp_port = chat_endpoint_get_tcp_port (endpoint);
  stored->udp_port = chat_endpoint_get_udp_port (endpoint);
  stored->name = g_strdup (name);
  stored->user_name = g_strdup (user_name);
  stored->draft = g_strdup ("");
  stored->state = state;
  stored->off_record = (flags & CHAT_ROOM_OFF_RECORD) != 0;
  stored->encrypted_only = (flags & CHAT_ROOM_ENCRYPTED_ONLY) != 0;
  stored->instance = chat_random_instance ();
  chat_random_fill (stored->key, sizeof stored->key);
  if (!take_host_key (self, stored) && state == CHAT_STORED_CREATING)
    chat_random_fill (stored->host_key, sizeof stored->host_key);
  return stored;
}

static gboolean
is_same_wish (const ChatStoredRoom *a, const ChatStoredRoom *b)
{
  return a->state == b->state && a->off_record == b->off_record &&
         a->encrypted_only == b->encrypted_only && strcmp (a->name, b->name) == 0 &&
         strcmp (a->user_name, b->user_name) == 0;
}

/* The same wish has the same keys: if it was granted, the answer comes now.
 * @wish: (transfer full). Returns: (transfer full) */
static ChatStoredRoom *
find_wish (ChatSecureSession *self, ChatStoredRoom *wish)
{
  for (guint i = 0; i < self->pending->len; i++)
    if (is_same_wish (g_ptr_array_index (self->pending, i), wish))
      {
        chat_stored_room_free (wish);
        return g_ptr_array_steal_index (self->pending, i);
      }

  return wish;
}

static ChatSecureAsk *
new_entering (ChatSecureSession *self, GTask *task, ChatStoredRoom *stored, const char *password)
{
  Entering *entering = g_new (Entering, 1);
  ChatControlRequest request = { .room_name = stored->name,
                                 .user_name = stored->user_name,
                                 .instance = stored->instance,
                                 .attempt = stored->attempt,
                                 .off_record = stored->off_record,
                                 .encrypted_only = stored->encrypted_only,
                                 .settings = { .password = (char *) password } };
  ChatSecureAsk *ask;

  *entering = (Entering){ self, stored };
  memcpy (request.key, stored->key, sizeof request.key);
  memcpy (request.host_key, stored->host_key, sizeof request.host_key);
  ask = chat_secure_ask_new (stored->state == CHAT_STORED_CREATING ? CHAT_OPERATION_CONTROL_CREATE
                                                                   : CHAT_OPERATION_CONTROL_JOIN,
                             &request, task, ENTER_TIMEOUT_MS, &entering_funcs, entering);
  explicit_bzero (&request, sizeof request);
  return ask;
}

/* Returns: whether the disk has what must be there before anything is asked */
static gboolean
flush_for (ChatSecureSession *self, GTask *task)
{
  GError *error = NULL;

  if (chat_local_store_flush (self->disk, &error) &&
      (self->memory == NULL || chat_local_store_flush (self->memory, &error)))
    return TRUE;

  g_task_return_error (task, error);
  return FALSE;
}

/* Keys are on disk before they are shown to anybody. Takes both. */
static void
enter (ChatSecureSession *self, GTask *task, ChatStoredRoom *wish, const char *password)
{
  g_autoptr (GTask) owned = task;
  g_autoptr (ChatStoredRoom) stored = find_wish (self, wish);

  if (self->uplink == NULL) /* disposed of */
    {
      g_task_return_error (task, chat_io_error_new_cancelled ());
      return;
    }

  if (stored->off_record)
    chat_secure_session_get_memory (self);
  stored->attempt = chat_secure_place_next_attempt (stored);
  chat_local_store_put_room (chat_secure_session_get_store (self, stored), stored);
  if (flush_for (self, task))
    chat_secure_session_add_ask (
        self, new_entering (self, g_steal_pointer (&owned), g_steal_pointer (&stored), password));
  else
    chat_local_store_forget_room (chat_secure_session_get_store (self, stored), stored->number);
}

void
chat_secure_entering_create_async (ChatSession *session,
                                   const char *room,
                                   const char *user,
                                   ChatRoomFlags flags,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);

  enter (self,
         chat_secure_session_new_task (self, cancellable, callback, data,
                                       chat_secure_entering_create_async),
         new_stored (self, CHAT_STORED_CREATING, room, user, flags), NULL);
}

/* One was replaced by a copy of oneself, and wants it back. */
static ChatSecurePlace *
find_replaced (ChatSecureSession *self, const char *name, const char *user_name)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);
      const ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

      if (!chat_stored_room_is_private (stored) && stored->state == CHAT_STORED_ENDED &&
          stored->end == CHAT_ROOM_END_REPLACED && strcmp (stored->name, name) == 0 &&
          strcmp (stored->user_name, user_name) == 0)
        return place;
    }

  return NULL;
}

void
chat_secure_entering_join_async (ChatSession *session,
                                 const char *room,
                                 const char *user,
                                 const char *password,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  GTask *task = chat_secure_session_new_task (self, cancellable, callback, data,
                                              chat_secure_entering_join_async);
  ChatSecurePlace *replaced = find_replaced (self, room, user);

  if (replaced == NULL)
    {
      enter (self, task, new_stored (self, CHAT_STORED_JOINING, room, user, 0), password);
      return;
    }

  chat_secure_room_reopen (replaced->room);
  replaced->resume_at_us = 0;
  chat_secure_privates_reopen (replaced);
  chat_secure_session_ensure_up (self);
  chat_secure_session_plan_drain (self);
  g_task_return_pointer (task, g_object_ref (chat_secure_room_get_model (replaced->room)),
                         g_object_unref);
  g_object_unref (task);
}
