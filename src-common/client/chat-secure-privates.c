/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-limits.h"
#include "chat-random.h"

#include <string.h>

/* Private rooms beside those of a session: they come and go with their parents. Until something was
 * said in one, or its person opened it, nobody sees it. */

#define OPEN_TIMEOUT_MS 15000

static gboolean
is_beside (const ChatStoredRoom *stored, const guint8 *parent)
{
  return chat_stored_room_is_private (stored) &&
         memcmp (stored->parent, parent, CHAT_UID_SIZE) == 0;
}

static guint
count_beside (ChatSecureSession *self, const guint8 *parent)
{
  guint n = 0;

  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);

      n += is_beside (chat_secure_room_get_stored (place->room), parent) &&
           chat_secure_place_get_state (place) == CHAT_STORED_IN;
    }

  return n;
}

/* One left it, and the server was not told yet. */
static gboolean
is_being_left (ChatSecureSession *self, const guint8 *uid)
{
  for (guint i = 0; i < self->leaving->len; i++)
    if (memcmp (((ChatStoredRoom *) g_ptr_array_index (self->leaving, i))->uid, uid,
                CHAT_UID_SIZE) == 0)
      return TRUE;

  return FALSE;
}

/* --- they come ----------------------------------------------------------- */

static ChatStoredRoom *
new_stored (ChatSecurePlace *parent, const guint8 *uid, guint64 member, const char *name)
{
  const ChatStoredRoom *beside = chat_secure_room_get_stored (parent->room);
  ChatStoredRoom *stored = g_new0 (ChatStoredRoom, 1);

  stored->host = g_strdup (beside->host);
  stored->tcp_port = beside->tcp_port;
  stored->udp_port = beside->udp_port;
  stored->name = g_strdup (chat_secure_room_name_member (parent->room, member, name));
  stored->user_name = g_strdup (beside->user_name);
  stored->draft = g_strdup ("");
  stored->state = CHAT_STORED_IN;
  stored->off_record = beside->off_record;
  stored->encrypted_only = TRUE;
  stored->instance = chat_random_instance ();
  stored->peer = member;
  memcpy (stored->key, beside->key, sizeof stored->key);
  memcpy (stored->uid, uid, sizeof stored->uid);
  memcpy (stored->parent, beside->uid, sizeof stored->parent);
  return stored;
}

void
chat_secure_privates_note (ChatSecurePlace *parent,
                           const guint8 *uid,
                           guint64 member,
                           const char *name)
{
  ChatSecureSession *self = parent->session;
  ChatLocalStore *store = chat_secure_room_get_store (parent->room);
  ChatStoredRoom *stored;

  if (chat_stored_room_is_private (chat_secure_room_get_stored (parent->room)) ||
      chat_secure_places_find_uid (self, uid) != NULL || is_being_left (self, uid) ||
      count_beside (self, chat_secure_room_get_stored (parent->room)->uid) >=
          CHAT_MEMBER_PRIVATES_MAX)
    return;

  stored = new_stored (parent, uid, member, name);
  chat_local_store_put_room (store, stored);
  chat_secure_places_add (self, chat_secure_room_new (CHAT_SESSION (self), store, stored))
      ->resume_at_us = 0;
  chat_secure_session_plan_drain (self);
}

void
chat_secure_privates_take (ChatSecurePlace *parent, const GArray *privates)
{
  for (guint i = 0; privates != NULL && i < privates->len; i++)
    {
      const ChatControlPrivate *item = &g_array_index (privates, ChatControlPrivate, i);

      chat_secure_privates_note (parent, item->uid, item->member, item->name);
    }
}

/* --- and go -------------------------------------------------------------- */

/* Returns: (nullable) */
static ChatSecurePlace *
find_beside (ChatSecureSession *self, const guint8 *parent, gboolean replaced)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);
      const ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

      if (is_beside (stored, parent) &&
          (replaced ? stored->state == CHAT_STORED_ENDED && stored->end == CHAT_ROOM_END_REPLACED
                    : stored->state == CHAT_STORED_IN && place->closing_until_us == G_MAXINT64))
        return place;
    }

  return NULL;
}

/* While it is connected the server sends its last entries. */
void
chat_secure_privates_end (ChatSecurePlace *parent, ChatRoomEnd end)
{
  ChatSecureSession *self = parent->session;
  g_autofree guint8 *uid =
      g_memdup2 (chat_secure_room_get_stored (parent->room)->uid, CHAT_UID_SIZE);
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_ROOM_CLOSED, "One is out of the room beside it");
  ChatSecurePlace *place;

  if (end == CHAT_ROOM_END_REPLACED) /* so are those beside it */
    return;

  while ((place = find_beside (self, uid, FALSE)) != NULL)
    if (chat_secure_room_get_number (place->room) != 0)
      chat_secure_place_close (place);
    else
      chat_secure_place_end (place, CHAT_ROOM_END_CLOSED, error);
}

void
chat_secure_privates_reopen (ChatSecurePlace *parent)
{
  ChatSecureSession *self = parent->session;
  const guint8 *uid = chat_secure_room_get_stored (parent->room)->uid;
  ChatSecurePlace *place;

  while ((place = find_beside (self, uid, TRUE)) != NULL)
    {
      chat_secure_room_reopen (place->room);
      place->resume_at_us = 0;
    }
}

/* --- whether people see them --------------------------------------------- */

static void
forget (ChatSecureSession *self, ChatSecurePlace *place)
{
  chat_local_store_forget_room (chat_secure_room_get_store (place->room),
                                chat_secure_room_get_stored (place->room)->number);
  chat_secure_room_let_go (place->room);
  g_ptr_array_remove (self->places, place);
}

void
chat_secure_privates_settle (ChatSecureSession *self)
{
  for (guint i = self->places->len; i-- > 0;)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);
      const ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

      if (place->is_listed)
        continue;
      if (stored->shown)
        chat_secure_place_list (place);
      else if (stored->state == CHAT_STORED_ENDED && stored->end != CHAT_ROOM_END_REPLACED)
        forget (self, place);
    }
}

void
chat_secure_privates_forget_hidden (ChatSecurePlace *parent)
{
  ChatSecureSession *self = parent->session;
  const guint8 *uid = chat_secure_room_get_stored (parent->room)->uid;

  for (guint i = self->places->len; i-- > 0;)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);
      const ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

      if (is_beside (stored, uid) && !place->is_listed && !stored->shown)
        forget (self, place);
    }
}

/* Returns: (transfer full): its model */
static ChatRoom *
show (ChatSecurePlace *place)
{
  ChatRoom *model = g_object_ref (chat_secure_room_get_model (place->room));
  ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

  if (!stored->shown)
    {
      stored->shown = TRUE;
      chat_secure_room_save (place->room);
      chat_secure_session_plan_drain (place->session);
    }
  chat_secure_place_list (place);
  return model;
}

/* --- opening one --------------------------------------------------------- */

typedef struct
{
  ChatRoom *parent; /* owned */
  guint64 member;
} Opening;

static void
free_opening (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->parent);
  g_free (opening);
}

/* Returns: (nullable): the one in which one is */
static ChatSecurePlace *
find_with (ChatSecurePlace *parent, guint64 member)
{
  ChatSecureSession *self = parent->session;
  const guint8 *uid = chat_secure_room_get_stored (parent->room)->uid;

  for (guint i = 0; i < self->places->len; i++)
    {
      ChatSecurePlace *place = g_ptr_array_index (self->places, i);
      const ChatStoredRoom *stored = chat_secure_room_get_stored (place->room);

      if (is_beside (stored, uid) && stored->peer == member && stored->state == CHAT_STORED_IN &&
          place->closing_until_us == G_MAXINT64)
        return place;
    }

  return NULL;
}

/* The event about it may have come before. Returns: (nullable) */
static ChatSecurePlace *
take_opened (ChatSecureSession *self, const Opening *opening, const guint8 *uid)
{
  ChatSecurePlace *parent = chat_secure_places_find (self, opening->parent);

  if (parent == NULL || chat_secure_place_get_state (parent) != CHAT_STORED_IN)
    return NULL;

  chat_secure_privates_note (parent, uid, opening->member, NULL);
  return chat_secure_places_find_uid (self, uid);
}

static void
finish_opening (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;
  ChatSecureSession *self = g_task_get_source_object (task);
  ChatSecurePlace *place =
      error == NULL ? take_opened (self, chat_secure_ask_get_data (ask), reply->opened.uid) : NULL;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (place == NULL)
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ROOM_CLOSED, "It ended meanwhile");
  else
    g_task_return_pointer (task, show (place), g_object_unref);
  chat_secure_session_drop_ask (self, ask);
}

static const ChatSecureAskFuncs opening_funcs = { .done = finish_opening,
                                                  .free_data = free_opening,
                                                  .once = TRUE };

/* Takes the task. */
static void
ask_to_open (ChatSecurePlace *parent, guint64 member, GTask *task)
{
  const ChatControlRequest request = { .room = chat_secure_room_get_number (parent->room),
                                       .member = member };
  Opening *opening = g_new (Opening, 1);

  *opening = (Opening){ g_object_ref (chat_secure_room_get_model (parent->room)), member };
  chat_secure_session_add_ask (parent->session,
                               chat_secure_ask_new (CHAT_OPERATION_PRIVATE, &request, task,
                                                    OPEN_TIMEOUT_MS, &opening_funcs, opening));
}

void
chat_secure_privates_open_async (ChatSession *session,
                                 ChatRoom *room,
                                 guint64 member,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  g_autoptr (GTask) task = chat_secure_session_new_task (self, cancellable, callback, data,
                                                         chat_secure_privates_open_async);
  ChatSecurePlace *parent = chat_secure_places_find (self, room);
  ChatSecurePlace *place = parent != NULL ? find_with (parent, member) : NULL;

  if (parent == NULL || chat_secure_place_get_state (parent) != CHAT_STORED_IN)
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
  else if (place != NULL)
    g_task_return_pointer (task, show (place), g_object_unref);
  else if (chat_secure_room_get_number (parent->room) == 0 ||
           chat_secure_session_get_link (self) == NULL)
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "Not connected");
  else
    ask_to_open (parent, member, g_steal_pointer (&task));
}
