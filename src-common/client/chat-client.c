/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-client-private.h"

#include "chat-error.h"
#include "chat-flat-list.h"
#include "chat-leave-all.h"
#include "chat-legacy-session.h"
#include "chat-local-store.h"
#include "chat-name.h"
#include "chat-secure-session.h"
#include "chat-session-private.h"
#include "chat-trust.h"

#include <string.h>

#define LISTED_NAME_MAX_BYTES 255 /* what a frame can carry */

struct _ChatClient
{
  GObject parent_instance;

  GListStore *sessions; /* owned, of ChatSession: those with rooms */
  ChatFlatList *rooms;  /* owned */
  GHashTable *odd;    /* owned, set of char *: names of the last list that are not in normal form */
  GPtrArray *known;   /* owned, of borrowed ChatSession, weak: also those that only answer a request
                       */
  GPtrArray *errands; /* owned, of ChatSession: they have no room, and something to tell */
  GHashTable *offered;   /* owned, ChatEndpoint -> key that it had last, hex */
  ChatLocalStore *store; /* owned */
  ChatTrust *trust;      /* owned */
};

G_DEFINE_FINAL_TYPE (ChatClient, chat_client, G_TYPE_OBJECT)

/* --- sessions ------------------------------------------------------------ */

static ChatSession *
find_session (ChatClient *self, GListModel *rooms)
{
  for (guint i = 0; i < self->known->len; i++)
    if (chat_session_get_rooms (g_ptr_array_index (self->known, i)) == rooms)
      return g_ptr_array_index (self->known, i);

  return NULL;
}

/* A session stands in the model as long as it has rooms. */
static void
on_session_rooms_changed (
    GListModel *rooms, guint position, guint removed, guint added, gpointer data)
{
  ChatClient *self = data;
  ChatSession *session = find_session (self, rooms);
  const gboolean wanted = g_list_model_get_n_items (rooms) > 0;
  guint index;

  if (session == NULL)
    return;

  const gboolean present = g_list_store_find (self->sessions, session, &index);

  if (wanted && !present)
    g_list_store_append (self->sessions, session);
  else if (!wanted && present)
    g_list_store_remove (self->sessions, index);
}

static void
on_session_disposed (gpointer data, GObject *session)
{
  ChatClient *self = data;

  g_ptr_array_remove (self->known, session);
}

static ChatSession *
new_session (ChatClient *self, ChatEndpoint *endpoint, GType type)
{
  return type == CHAT_TYPE_LEGACY_SESSION
             ? chat_legacy_session_new (endpoint)
             : chat_secure_session_new (endpoint, self->store, self->trust);
}

static ChatSession *
open_session (ChatClient *self, ChatEndpoint *endpoint, GType type)
{
  ChatSession *session = new_session (self, endpoint, type);

  g_ptr_array_add (self->known, session);
  g_object_weak_ref (G_OBJECT (session), on_session_disposed, self);
  /* after: the flat list of rooms must have seen the last room go before its session goes */
  g_signal_connect_object (chat_session_get_rooms (session), "items-changed",
                           G_CALLBACK (on_session_rooms_changed), self, G_CONNECT_AFTER);
  return session;
}

/* @type: %G_TYPE_INVALID: any that is there, else an encrypted one; where there is a pin, that only
 * Returns: (transfer full) */
static ChatSession *
get_session (ChatClient *self, ChatEndpoint *endpoint, GType type)
{
  if (type == G_TYPE_INVALID && (chat_trust_get_pin (self->trust, endpoint) != NULL ||
                                 chat_trust_get_expected (self->trust, endpoint) != NULL))
    type = CHAT_TYPE_SECURE_SESSION;

  for (guint i = 0; i < self->known->len; i++)
    {
      ChatSession *session = g_ptr_array_index (self->known, i);

      if (chat_endpoint_equal (chat_session_get_endpoint (session), endpoint) &&
          (type == G_TYPE_INVALID || G_TYPE_CHECK_INSTANCE_TYPE (session, type)))
        return g_object_ref (session);
    }

  return open_session (self, endpoint, type);
}

/* Returns: (transfer full) (nullable) */
static ChatSecureSession *
find_secure_session (ChatClient *self, ChatEndpoint *endpoint)
{
  for (guint i = 0; i < self->known->len; i++)
    {
      ChatSession *session = g_ptr_array_index (self->known, i);

      if (CHAT_IS_SECURE_SESSION (session) &&
          chat_endpoint_equal (chat_session_get_endpoint (session), endpoint))
        return g_object_ref (CHAT_SECURE_SESSION (session));
    }

  return NULL;
}

/* Ends what the session has under way, so that no request keeps it alive. */
static void
close_session (ChatClient *self, ChatSession *session)
{
  g_object_weak_unref (G_OBJECT (session), on_session_disposed, self);
  g_object_run_dispose (G_OBJECT (session));
}

/* --- keys ---------------------------------------------------------------- */

/* Of a session that may be gone before anybody asks */
static void
remember_offered_key (ChatClient *self, ChatSession *session)
{
  const char *key = chat_secure_session_get_offered_key (CHAT_SECURE_SESSION (session));

  if (key != NULL)
    g_hash_table_insert (self->offered, g_object_ref (chat_session_get_endpoint (session)),
                         g_strdup (key));
}

/* --- requests ------------------------------------------------------------ */

static GTask *
new_task (ChatClient *self,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data,
          gpointer source_tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE); /* cancelling is CHAT_ERROR_CANCELLED here */
  return task;
}

static char *
normalize_name (const char *name, ChatNameKind kind, GError **error)
{
  const ChatError code =
      kind == CHAT_NAME_ROOM ? CHAT_ERROR_BAD_ROOM_NAME : CHAT_ERROR_BAD_USER_NAME;
  char *normal = chat_name_normalize (name, -1, kind, NULL);

  if (normal == NULL)
    g_set_error (error, CHAT_ERROR, code, "The name is not valid");

  return normal;
}

static gboolean
is_odd (const char *name)
{
  g_autofree char *normal = chat_name_normalize (name, -1, CHAT_NAME_ROOM, NULL);

  return g_strcmp0 (name, normal) != 0 && name[0] != '\0' && strlen (name) <= LISTED_NAME_MAX_BYTES;
}

/* The original server takes any name. Who picks such a room from a list must get into it, so its
 * name is then sent as it was listed. */
static void
remember_odd_names (ChatClient *self, GListModel *rooms)
{
  g_hash_table_remove_all (self->odd);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoomInfo) info = g_list_model_get_item (rooms, i);
      const char *name = chat_room_info_get_name (info);

      if (is_odd (name))
        g_hash_table_add (self->odd, g_strdup (name));
    }
}

static char *
choose_room_name (ChatClient *self, const char *room, gboolean join, GError **error)
{
  if (join && g_hash_table_contains (self->odd, room))
    return g_strdup (room);

  return normalize_name (room, CHAT_NAME_ROOM, error);
}

/* What was asked for, so that it can be asked once more without encryption */
typedef struct
{
  ChatEndpoint *endpoint; /* owned */
  char *room;             /* owned, nullable: a list */
  char *user;             /* owned, nullable */
  ChatRoomFlags flags;
  gboolean join;
  char *password; /* owned, nullable; wiped */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_object_unref (request->endpoint);
  g_free (request->room);
  g_free (request->user);
  if (request->password != NULL)
    explicit_bzero (request->password, strlen (request->password));
  g_free (request->password);
  g_free (request);
}

static void ask (GTask *task, ChatSession *session);

/* Takes the task. Returns: whether the answer is awaited of another session */
static gboolean
ask_without_encryption (GTask *task, ChatSession *refused, const GError *error)
{
  ChatClient *self = g_task_get_source_object (task);
  const Request *request = g_task_get_task_data (task);
  g_autoptr (ChatSession) session = NULL;

  if (!CHAT_IS_SECURE_SESSION (refused))
    return FALSE;

  remember_offered_key (self, refused);
  if (!g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_ENCRYPTED) ||
      !chat_trust_is_plain_allowed (self->trust, request->endpoint))
    return FALSE;

  session = get_session (self, request->endpoint, CHAT_TYPE_LEGACY_SESSION);
  ask (task, session);
  return TRUE;
}

static void
on_room_entered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  ChatRoom *room = chat_session_enter_room_finish (CHAT_SESSION (source), result, &error);

  if (room != NULL)
    g_task_return_pointer (task, room, g_object_unref);
  else if (ask_without_encryption (task, CHAT_SESSION (source), error))
    (void) g_steal_pointer (&task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_rooms_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GListModel *rooms = chat_session_list_rooms_finish (CHAT_SESSION (source), result, &error);

  if (rooms != NULL)
    {
      remember_odd_names (g_task_get_source_object (task), rooms);
      g_task_return_pointer (task, rooms, g_object_unref);
    }
  else if (ask_without_encryption (task, CHAT_SESSION (source), error))
    (void) g_steal_pointer (&task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes the task. */
static void
ask (GTask *task, ChatSession *session)
{
  const Request *request = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (request->room == NULL)
    chat_session_list_rooms_async (session, cancellable, on_rooms_listed, task);
  else if (request->join)
    chat_session_join_room_async (session, request->room, request->user, request->password,
                                  cancellable, on_room_entered, task);
  else
    chat_session_create_room_async (session, request->room, request->user, request->flags,
                                    cancellable, on_room_entered, task);
}

/* Takes the task. Encryption is tried first, whatever was allowed. */
static void
ask_anybody (GTask *task)
{
  ChatClient *self = g_task_get_source_object (task);
  const Request *request = g_task_get_task_data (task);
  g_autoptr (ChatSession) session = get_session (self, request->endpoint, G_TYPE_INVALID);

  ask (task, session);
}

static Request *
set_request (GTask *task, ChatEndpoint *endpoint)
{
  Request *request = g_new0 (Request, 1);

  request->endpoint = g_object_ref (endpoint);
  g_task_set_task_data (task, request, free_request);
  return request;
}

/* Takes the task. */
static void
enter_room (GTask *task,
            ChatEndpoint *endpoint,
            const char *room,
            const char *user,
            ChatRoomFlags flags,
            gboolean join,
            const char *password)
{
  g_autoptr (GTask) owned = task;
  g_autoptr (GError) error = NULL;
  ChatClient *self = g_task_get_source_object (task);
  Request *request = set_request (task, endpoint);

  request->join = join;
  request->flags = flags;
  request->password = g_strdup (password);
  request->room = choose_room_name (self, room, join, &error);
  request->user = request->room != NULL ? normalize_name (user, CHAT_NAME_USER, &error) : NULL;
  if (request->user == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    ask_anybody (g_steal_pointer (&owned));
}

/* --- object -------------------------------------------------------------- */

static void
close_sessions (ChatClient *self)
{
  while (self->known->len > 0)
    {
      g_autoptr (ChatSession) session =
          g_object_ref (g_ptr_array_steal_index (self->known, self->known->len - 1));

      close_session (self, session);
    }
  g_ptr_array_set_size (self->errands, 0);
  g_list_store_remove_all (self->sessions);
}

static void
chat_client_dispose (GObject *object)
{
  close_sessions (CHAT_CLIENT (object));

  G_OBJECT_CLASS (chat_client_parent_class)->dispose (object);
}

static void
chat_client_finalize (GObject *object)
{
  ChatClient *self = CHAT_CLIENT (object);

  g_object_unref (self->rooms);
  g_object_unref (self->sessions);
  g_ptr_array_unref (self->known);
  g_hash_table_unref (self->odd);
  g_hash_table_unref (self->offered);
  g_ptr_array_unref (self->errands);
  g_clear_pointer (&self->store, chat_local_store_unref);
  g_clear_pointer (&self->trust, chat_trust_unref);

  G_OBJECT_CLASS (chat_client_parent_class)->finalize (object);
}

static void
chat_client_class_init (ChatClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_client_dispose;
  object_class->finalize = chat_client_finalize;
}

static void
chat_client_init (ChatClient *self)
{
  self->sessions = g_list_store_new (CHAT_TYPE_SESSION);
  self->rooms = chat_flat_list_new (G_LIST_MODEL (self->sessions));
  self->known = g_ptr_array_new ();
  self->odd = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->errands = g_ptr_array_new_with_free_func (g_object_unref);
  self->offered =
      g_hash_table_new_full (chat_endpoint_hash, chat_endpoint_equal, g_object_unref, g_free);
}

/* --- public -------------------------------------------------------------- */

ChatClient *
chat_client_new_with_folder (const char *folder, GError **error)
{
  g_autoptr (ChatClient) self = g_object_new (CHAT_TYPE_CLIENT, NULL);

  self->store = chat_local_store_open (folder, error);
  if (self->store == NULL)
    return NULL;

  self->trust = chat_trust_open (folder, error);
  return self->trust != NULL ? g_steal_pointer (&self) : NULL;
}

ChatClient *
chat_client_new (void)
{
  g_autoptr (GError) error = NULL;
  ChatClient *self = chat_client_new_with_folder (NULL, &error);

  if (self == NULL)
    g_error ("%s", error->message); /* not even memory */

  return self;
}

/* It has told all that there was to tell. */
static void
on_errand_link (ChatSession *session, GParamSpec *pspec, gpointer data)
{
  ChatClient *self = data;

  if (chat_session_get_link (session) != CHAT_LINK_IDLE)
    return;

  g_signal_handlers_disconnect_by_func (session, on_errand_link, self);
  g_ptr_array_remove (self->errands, session);
}

static void
restore_session (ChatClient *self, ChatEndpoint *endpoint)
{
  g_autoptr (ChatSession) session = get_session (self, endpoint, CHAT_TYPE_SECURE_SESSION);

  chat_secure_session_restore (CHAT_SECURE_SESSION (session));
  if (g_list_model_get_n_items (chat_session_get_rooms (session)) > 0 ||
      chat_session_get_link (session) == CHAT_LINK_IDLE)
    return;

  g_ptr_array_add (self->errands, g_object_ref (session));
  g_signal_connect_object (session, "notify::link", G_CALLBACK (on_errand_link), self, 0);
}

void
chat_client_restore (ChatClient *self)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));

  g_autoptr (GPtrArray) rooms = chat_local_store_load_rooms (self->store);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (chat_endpoint_hash, chat_endpoint_equal, g_object_unref, NULL);

  for (guint i = 0; i < rooms->len; i++)
    {
      const ChatStoredRoom *room = g_ptr_array_index (rooms, i);
      ChatEndpoint *endpoint = chat_endpoint_new (room->host, room->tcp_port, room->udp_port);

      if (g_hash_table_add (seen, endpoint)) /* takes it */
        restore_session (self, endpoint);
    }
}

gboolean
chat_client_allow_plain (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), FALSE);

  return chat_trust_allow_plain (self->trust, endpoint, NULL);
}

const char *
chat_client_get_pin (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  return chat_trust_get_pin (self->trust, endpoint);
}

const char *
chat_client_get_offered_key (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  g_autoptr (ChatSecureSession) session = find_secure_session (self, endpoint);

  if (session != NULL)
    remember_offered_key (self, CHAT_SESSION (session));
  return g_hash_table_lookup (self->offered, endpoint);
}

void
chat_client_forget_pin (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));

  g_autoptr (GError) error = NULL;

  if (!chat_trust_forget_pin (self->trust, endpoint, &error))
    g_warning ("%s", error->message);
}

/* What was met by itself is what an invite vouches for: nobody has to compare it any more. */
static void
note_vouched (ChatClient *self, ChatEndpoint *endpoint)
{
  g_autoptr (ChatSecureSession) session = find_secure_session (self, endpoint);

  chat_trust_note_compared (self->trust, endpoint);
  if (session != NULL && chat_session_is_first_contact (CHAT_SESSION (session)))
    chat_session_confirm_fingerprint (CHAT_SESSION (session));
}

gboolean
chat_client_expect_key (ChatClient *self,
                        ChatEndpoint *endpoint,
                        const char *fingerprint,
                        GError **error)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), FALSE);

  const char *pin = chat_trust_get_pin (self->trust, endpoint);

  chat_trust_expect (self->trust, endpoint, fingerprint);
  if (fingerprint == NULL || pin == NULL)
    return TRUE;
  if (g_str_equal (pin, fingerprint))
    {
      note_vouched (self, endpoint);
      return TRUE;
    }

  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED,
                       "The invite is for a server with another key");
  return FALSE;
}

gboolean
chat_client_accept_key (ChatClient *self, ChatEndpoint *endpoint, const char *fingerprint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), FALSE);
  g_return_val_if_fail (fingerprint != NULL, FALSE);

  g_autoptr (ChatSecureSession) session = find_secure_session (self, endpoint);

  if (!chat_trust_set_pin (self->trust, endpoint, fingerprint, NULL))
    return FALSE;

  if (session != NULL)
    chat_session_retry (CHAT_SESSION (session));
  return TRUE;
}

GListModel *
chat_client_get_sessions (ChatClient *self)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);

  return G_LIST_MODEL (self->sessions);
}

GListModel *
chat_client_get_rooms (ChatClient *self)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);

  return G_LIST_MODEL (self->rooms);
}

void
chat_client_create_room_async (ChatClient *self,
                               ChatEndpoint *endpoint,
                               const char *room,
                               const char *user,
                               ChatRoomFlags flags,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));
  g_return_if_fail (room != NULL);
  g_return_if_fail (user != NULL);

  enter_room (new_task (self, cancellable, callback, user_data, chat_client_create_room_async),
              endpoint, room, user, flags, FALSE, NULL);
}

ChatRoom *
chat_client_create_room_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_client_join_room_async (ChatClient *self,
                             ChatEndpoint *endpoint,
                             const char *room,
                             const char *user,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  chat_client_join_locked_room_async (self, endpoint, room, user, NULL, cancellable, callback,
                                      user_data);
}

void
chat_client_join_locked_room_async (ChatClient *self,
                                    ChatEndpoint *endpoint,
                                    const char *room,
                                    const char *user,
                                    const char *password,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));
  g_return_if_fail (room != NULL);
  g_return_if_fail (user != NULL);

  enter_room (new_task (self, cancellable, callback, user_data, chat_client_join_room_async),
              endpoint, room, user, 0, TRUE, password);
}

ChatRoom *
chat_client_join_room_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_client_list_rooms_async (ChatClient *self,
                              ChatEndpoint *endpoint,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));

  GTask *task = new_task (self, cancellable, callback, user_data, chat_client_list_rooms_async);

  set_request (task, endpoint);
  ask_anybody (task);
}

GListModel *
chat_client_list_rooms_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_client_leave_all_async (ChatClient *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));

  chat_leave_all_async (self, G_LIST_MODEL (self->rooms), NULL, cancellable, callback, user_data);
}

gboolean
chat_client_leave_all_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  return chat_leave_all_finish (self, result, error);
}

/* Nobody could be absent there: it would only be a name that nobody can use. */
static gboolean
ends_with_the_program (ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);

  return session == NULL || !CHAT_IS_SECURE_SESSION (session) || chat_room_is_off_record (room);
}

static void
on_left_for_quitting (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  chat_leave_all_finish (source, result, NULL); /* one is out in any case */
  close_sessions (CHAT_CLIENT (source));
  if (chat_local_store_flush (CHAT_CLIENT (source)->store, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
chat_client_quit_async (ChatClient *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));

  GTask *task = new_task (self, cancellable, callback, user_data, chat_client_quit_async);

  chat_leave_all_async (self, G_LIST_MODEL (self->rooms), ends_with_the_program, cancellable,
                        on_left_for_quitting, task);
}

gboolean
chat_client_quit_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_client_forget_room (ChatClient *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ROOM (room));
  g_return_if_fail (chat_room_get_state (room) == CHAT_ROOM_ENDED);

  ChatSession *session = chat_room_get_session (room);

  if (session == NULL)
    return;

  g_autoptr (ChatSession) owned = g_object_ref (session);

  chat_session_remove_room (owned, room);
}

ChatSession *
chat_client_open_legacy_session (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  return get_session (self, endpoint, CHAT_TYPE_LEGACY_SESSION);
}
