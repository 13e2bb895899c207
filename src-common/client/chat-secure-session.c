/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-limits.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (ChatSecureSession, chat_secure_session, CHAT_TYPE_SESSION)

/* --- stores -------------------------------------------------------------- */

ChatLocalStore *
chat_secure_session_get_memory (ChatSecureSession *self)
{
  if (self->memory == NULL)
    self->memory = chat_local_store_open (NULL, NULL);
  return self->memory;
}

ChatLocalStore *
chat_secure_session_get_store (ChatSecureSession *self, const ChatStoredRoom *stored)
{
  return stored->off_record && self->memory != NULL ? self->memory : self->disk;
}

/* --- asking -------------------------------------------------------------- */

GTask *
chat_secure_session_new_task (ChatSecureSession *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data,
                              gpointer tag)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE); /* cancelling is CHAT_ERROR_CANCELLED here */
  return task;
}

/* Takes @ask. */
void
chat_secure_session_add_ask (ChatSecureSession *self, ChatSecureAsk *ask)
{
  g_autoptr (GError) error = chat_io_error_new_cancelled ();

  if (self->uplink == NULL) /* disposed of */
    {
      chat_secure_ask_fail (ask, error);
      chat_secure_ask_unref (ask);
      return;
    }

  g_ptr_array_add (self->asks, ask);
  chat_secure_session_ensure_up (self);
  if (chat_secure_session_get_link (self) != NULL)
    chat_secure_ask_send (ask, chat_secure_session_get_link (self));
}

void
chat_secure_session_drop_ask (ChatSecureSession *self, ChatSecureAsk *ask)
{
  g_ptr_array_remove (self->asks, ask);
  chat_secure_session_rest (self);
}

/* --- the rest of the session class --------------------------------------- */

static void
send_async (ChatSession *session,
            ChatRoom *room,
            ChatMessage *message,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  g_autoptr (GTask) task =
      chat_secure_session_new_task (self, cancellable, callback, data, send_async);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  g_autoptr (GError) error = NULL;

  if (place != NULL && chat_secure_place_get_state (place) == CHAT_STORED_IN)
    {
      chat_secure_room_send (place->room, message);
      chat_secure_session_plan_drain (self);
      g_task_return_boolean (task, TRUE);
      return;
    }

  error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
  chat_message_set_delivery (message, CHAT_DELIVERY_FAILED, error);
  g_task_return_error (task, g_steal_pointer (&error));
}

static gsize
max_text_len (ChatSession *session, ChatRoom *room)
{
  return CHAT_SECURE_SESSION (session)->message_max;
}

static void
start_transfer (ChatSession *session, ChatRoom *room, ChatTransfer *transfer)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  g_autoptr (GError) error = NULL;

  if (place != NULL && self->transfers != NULL)
    {
      chat_transfer_queue_add (self->transfers, transfer, chat_secure_room_get_stored (place->room),
                               self->file_max);
      return;
    }

  error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
  chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
}

static void
load_older (ChatSession *session, ChatRoom *room, guint n)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place != NULL)
    chat_secure_room_load_older (place->room, n);
}

static void
load_back_to (ChatSession *session, ChatRoom *room, guint64 id)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place != NULL)
    chat_secure_room_load_back_to (place->room, id);
}

static ChatLocalStore *
get_log (ChatSession *session, ChatRoom *room, gint64 *number)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL)
    return NULL;

  *number = chat_secure_room_get_stored (place->room)->number;
  return chat_secure_room_get_store (place->room);
}

static GPtrArray *
read_log (ChatSession *session, ChatRoom *room, guint64 *next, guint limit)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place != NULL)
    return chat_secure_room_read (place->room, next, limit);

  *next = G_MAXUINT64;
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
note_sight (ChatSession *session, ChatRoom *room)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place != NULL)
    chat_secure_room_let_go_of_old (place->room);
}

static void
note_read (ChatSession *session, ChatRoom *room)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL)
    return;

  chat_secure_room_note_read (place->room);
  chat_secure_session_plan_drain (place->session);
}

static void
note_draft (ChatSession *session, ChatRoom *room)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL)
    return;

  chat_secure_room_note_draft (place->room);
  chat_secure_session_plan_drain (place->session);
}

static void
note_typing (ChatSession *session, ChatRoom *room, gboolean typing)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL)
    return;

  chat_secure_room_note_typing (place->room, typing);
  chat_secure_session_plan_drain (place->session);
}

static void
discard (ChatSession *session, ChatRoom *room, ChatMessage *message)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL)
    return;

  chat_secure_room_discard (place->room, message);
  chat_secure_session_plan_drain (place->session);
}

static gboolean
put_mark (ChatSession *session,
          ChatRoom *room,
          ChatMessage *message,
          const ChatRoomMark *mark,
          GError **error)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL || chat_secure_place_get_state (place) != CHAT_STORED_IN)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
      return FALSE;
    }

  chat_secure_session_plan_drain (place->session);
  return chat_secure_room_mark (place->room, message, mark, error);
}

static void
room_removed (ChatSession *session, ChatRoom *room)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  ChatStoredRoom *stored;

  if (place == NULL)
    return;

  stored = chat_secure_room_get_stored (place->room);
  if (stored->end != CHAT_ROOM_END_LEFT) /* that one is forgotten when the server knows of it */
    chat_local_store_forget_room (chat_secure_session_get_store (self, stored), stored->number);
  chat_secure_privates_forget_hidden (place);
  chat_secure_room_let_go (place->room);
  g_ptr_array_remove (self->places, place);
  chat_secure_session_plan_drain (self);
}

/* --- object -------------------------------------------------------------- */

static void
chat_secure_session_dispose (GObject *object)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (object);
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_CANCELLED, "The session ended");

  chat_secure_contact_fail_asks (self, error);
  g_clear_pointer (&self->transfers, chat_transfer_queue_free);
  if (self->disk != NULL)
    chat_secure_session_flush (self);
  chat_secure_drain_clear (self);
  g_clear_pointer (&self->road, chat_secure_road_free);
  g_clear_pointer (&self->uplink, chat_secure_uplink_free);
  g_ptr_array_set_size (self->places, 0);
  g_clear_pointer (&self->disk, chat_local_store_unref);
  g_clear_pointer (&self->memory, chat_local_store_unref);

  G_OBJECT_CLASS (chat_secure_session_parent_class)->dispose (object);
}

static void
chat_secure_session_finalize (GObject *object)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (object);

  g_ptr_array_unref (self->places);
  g_ptr_array_unref (self->asks);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->leaving);
  g_byte_array_unref (self->udp);
  g_byte_array_unref (self->tcp);
  chat_trust_unref (self->trust);

  G_OBJECT_CLASS (chat_secure_session_parent_class)->finalize (object);
}

static void
chat_secure_session_class_init (ChatSecureSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ChatSessionClass *session_class = CHAT_SESSION_CLASS (klass);

  object_class->dispose = chat_secure_session_dispose;
  object_class->finalize = chat_secure_session_finalize;

  session_class->knows_members = TRUE;
  session_class->confirms = TRUE;
  session_class->create_room_async = chat_secure_entering_create_async;
  session_class->join_room_async = chat_secure_entering_join_async;
  session_class->list_rooms_async = chat_secure_listing_async;
  session_class->send_async = send_async;
  session_class->leave_async = chat_secure_leaving_async;
  session_class->retry = chat_secure_contact_retry;
  session_class->max_text_len = max_text_len;
  session_class->erase_mine_async = chat_secure_erasing_async;
  session_class->order_async = chat_secure_order_async;
  session_class->load_older = load_older;
  session_class->start_transfer = start_transfer;
  session_class->load_back_to = load_back_to;
  session_class->get_log = get_log;
  session_class->read_log = read_log;
  session_class->note_sight = note_sight;
  session_class->note_read = note_read;
  session_class->note_draft = note_draft;
  session_class->note_typing = note_typing;
  session_class->open_private_async = chat_secure_privates_open_async;
  session_class->set_away = chat_secure_away_set;
  session_class->discard = discard;
  session_class->mark = put_mark;
  session_class->room_removed = room_removed;
  session_class->key_compared = chat_secure_contact_key_compared;
}

static void
chat_secure_session_init (ChatSecureSession *self)
{
  self->places = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_secure_place_free);
  self->asks = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_secure_ask_unref);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_stored_room_free);
  self->leaving = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_stored_room_free);
  self->udp = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  self->tcp = g_byte_array_new ();
  self->message_max = CHAT_ENTRY_BODY_MAX;
  chat_secure_drain_init (self);
}

static gboolean
is_of (const ChatStoredRoom *stored, ChatEndpoint *endpoint)
{
  return strcmp (stored->host, chat_endpoint_get_host (endpoint)) == 0 &&
         stored->tcp_port == chat_endpoint_get_tcp_port (endpoint) &&
         stored->udp_port == chat_endpoint_get_udp_port (endpoint);
}

typedef gboolean (*StoredFilter) (const ChatStoredRoom *stored);

/* Returns: (transfer full): of #ChatStoredRoom, which are not freed with it */
static GPtrArray *
load_stored (ChatSecureSession *self, StoredFilter filter)
{
  ChatEndpoint *endpoint = chat_session_get_endpoint (CHAT_SESSION (self));
  g_autoptr (GPtrArray) all = chat_local_store_load_rooms (self->disk);
  GPtrArray *ours = g_ptr_array_new ();

  g_ptr_array_set_free_func (all, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      ChatStoredRoom *stored = g_ptr_array_index (all, i);

      if (is_of (stored, endpoint) && filter (stored))
        g_ptr_array_add (ours, stored);
      else
        chat_stored_room_free (stored);
    }

  return ours;
}

static gboolean
is_pending (const ChatStoredRoom *stored)
{
  return stored->state == CHAT_STORED_CREATING || stored->state == CHAT_STORED_JOINING;
}

static gboolean
is_entered (const ChatStoredRoom *stored)
{
  return !is_pending (stored);
}

/* What was asked for in an earlier life, and may have been granted */
static void
load_pending (ChatSecureSession *self)
{
  g_autoptr (GPtrArray) pending = load_stored (self, is_pending);

  g_ptr_array_extend (self->pending, pending, NULL, NULL);
}

ChatSession *
chat_secure_session_new (ChatEndpoint *endpoint, ChatLocalStore *store, ChatTrust *trust)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  ChatSecureSession *self = g_object_new (CHAT_TYPE_SECURE_SESSION, "endpoint", endpoint, NULL);

  self->disk = chat_local_store_ref (store);
  self->trust = chat_trust_ref (trust);
  chat_secure_contact_init (self);
  self->transfers = chat_transfer_queue_new (endpoint, trust, chat_room_show_sent);
  load_pending (self);
  return CHAT_SESSION (self);
}

/* Takes @stored. */
static void
restore_room (ChatSecureSession *self, ChatStoredRoom *stored)
{
  if (stored->state == CHAT_STORED_LEAVING)
    g_ptr_array_add (self->leaving, stored);
  else
    chat_secure_places_add (self, chat_secure_room_new (CHAT_SESSION (self), self->disk, stored));
}

void
chat_secure_session_restore (ChatSecureSession *self)
{
  g_return_if_fail (CHAT_IS_SECURE_SESSION (self));
  g_return_if_fail (self->places->len == 0);

  g_autoptr (GPtrArray) entered = load_stored (self, is_entered);

  for (guint i = 0; i < entered->len; i++)
    restore_room (self, g_ptr_array_index (entered, i));
  if (chat_secure_session_is_used (self))
    chat_secure_session_ensure_up (self);
}

const char *
chat_secure_session_get_offered_key (ChatSecureSession *self)
{
  g_return_val_if_fail (CHAT_IS_SECURE_SESSION (self), NULL);

  return self->uplink != NULL ? chat_secure_uplink_get_fingerprint (self->uplink) : NULL;
}
