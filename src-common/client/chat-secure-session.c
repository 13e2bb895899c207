/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-limits.h"
#include "chat-room-info.h"
#include "chat-secure-deed.h"

#include <string.h>

#define NEVER G_MAXINT64
#define ASK_TIMEOUT_MS 15000

G_DEFINE_FINAL_TYPE (ChatSecureSession, chat_secure_session, CHAT_TYPE_SESSION)

/* --- the connection ------------------------------------------------------ */

ChatTlsLink *
chat_secure_session_get_link (ChatSecureSession *self)
{
  return self->uplink != NULL ? chat_secure_uplink_get_link (self->uplink) : NULL;
}

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

/* --- the uplink ---------------------------------------------------------- */

static void take_pin (ChatSecureSession *self);

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

static void
fail_asks (ChatSecureSession *self, const GError *error)
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
    fail_asks (self, why);
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

static void
key_compared (ChatSession *session)
{
  chat_trust_note_compared (CHAT_SECURE_SESSION (session)->trust,
                            chat_session_get_endpoint (session));
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

static gboolean
is_used (ChatSecureSession *self)
{
  return chat_secure_places_are_active (self) || self->asks->len > 0 || self->leaving->len > 0;
}

void
chat_secure_session_rest (ChatSecureSession *self)
{
  if (self->uplink == NULL || is_used (self) ||
      chat_secure_uplink_get_state (self->uplink) == CHAT_UPLINK_IDLE)
    return;

  end_connection (self);
  chat_secure_uplink_stop (self->uplink);
  chat_session_set_link (CHAT_SESSION (self), CHAT_LINK_IDLE, NULL, 0);
  chat_secure_session_tell_transport (self);
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

/* --- listing ------------------------------------------------------------- */

static GListModel *
make_infos (const GArray *rooms)
{
  GListStore *infos = g_list_store_new (CHAT_TYPE_ROOM_INFO);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; rooms != NULL && i < rooms->len; i++)
    {
      const ChatControlRoom *room = &g_array_index (rooms, ChatControlRoom, i);

      g_ptr_array_add (items, chat_room_info_new_with_topic (
                                  room->name, (int) MIN (room->online, G_MAXINT),
                                  (room->off_record ? CHAT_ROOM_OFF_RECORD : 0) |
                                      (room->encrypted_only ? CHAT_ROOM_ENCRYPTED_ONLY : 0) |
                                      (room->password ? CHAT_ROOM_HAS_PASSWORD : 0),
                                  chat_secure_deed_judge (room->topic, CHAT_TOPIC_MAX, FALSE)));
    }
  g_list_store_splice (infos, 0, 0, items->pdata, items->len);
  return G_LIST_MODEL (infos);
}

static void
finish_listing (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, make_infos (reply->rooms.rooms), g_object_unref);
  chat_secure_session_drop_ask (g_task_get_source_object (task), ask);
}

static const ChatSecureAskFuncs listing_funcs = { .done = finish_listing };

static void
list_rooms_async (ChatSession *session,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  const ChatControlRequest request = { 0 };

  chat_secure_session_add_ask (
      self, chat_secure_ask_new (
                CHAT_OPERATION_CONTROL_LIST, &request,
                chat_secure_session_new_task (self, cancellable, callback, data, list_rooms_async),
                ASK_TIMEOUT_MS, &listing_funcs, NULL));
}

/* --- erasing ------------------------------------------------------------- */

static void
finish_erasing (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
  chat_secure_session_drop_ask (g_task_get_source_object (task), ask);
}

static const ChatSecureAskFuncs erasing_funcs = { .done = finish_erasing, .once = TRUE };

/* The entry that tells everybody tells us as well. The room's number is of this connection only. */
static void
erase_mine_async (ChatSession *session,
                  ChatRoom *room,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  g_autoptr (GTask) task =
      chat_secure_session_new_task (self, cancellable, callback, data, erase_mine_async);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  ChatControlRequest request = { 0 };

  if (place == NULL || chat_secure_room_get_number (place->room) == 0 ||
      chat_secure_session_get_link (self) == NULL)
    {
      g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "Not connected");
      return;
    }

  request.room = chat_secure_room_get_number (place->room);
  request.member = chat_secure_room_get_stored (place->room)->member;
  chat_secure_session_add_ask (self, chat_secure_ask_new (CHAT_OPERATION_ERASE, &request,
                                                          g_steal_pointer (&task), ASK_TIMEOUT_MS,
                                                          &erasing_funcs, NULL));
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

static void
retry (ChatSession *session)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);

  if (self->uplink == NULL)
    return;

  take_pin (self);
  chat_secure_uplink_retry (self->uplink);
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
discard (ChatSession *session, ChatRoom *room, ChatMessage *message)
{
  ChatSecurePlace *place = chat_secure_places_find (CHAT_SECURE_SESSION (session), room);

  if (place == NULL)
    return;

  chat_secure_room_discard (place->room, message);
  chat_secure_session_plan_drain (place->session);
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

  fail_asks (self, error);
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
  session_class->list_rooms_async = list_rooms_async;
  session_class->send_async = send_async;
  session_class->leave_async = chat_secure_leaving_async;
  session_class->retry = retry;
  session_class->max_text_len = max_text_len;
  session_class->erase_mine_async = erase_mine_async;
  session_class->order_async = chat_secure_order_async;
  session_class->start_transfer = start_transfer;
  session_class->load_older = load_older;
  session_class->load_back_to = load_back_to;
  session_class->get_log = get_log;
  session_class->read_log = read_log;
  session_class->note_sight = note_sight;
  session_class->note_read = note_read;
  session_class->note_draft = note_draft;
  session_class->discard = discard;
  session_class->room_removed = room_removed;
  session_class->key_compared = key_compared;
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
  self->uplink = chat_secure_uplink_new (endpoint, &uplink_funcs, self);
  self->transfers = chat_transfer_queue_new (endpoint, trust, chat_room_show_sent);
  take_pin (self);
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
  if (is_used (self))
    chat_secure_session_ensure_up (self);
}

const char *
chat_secure_session_get_offered_key (ChatSecureSession *self)
{
  g_return_val_if_fail (CHAT_IS_SECURE_SESSION (self), NULL);

  return self->uplink != NULL ? chat_secure_uplink_get_fingerprint (self->uplink) : NULL;
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
