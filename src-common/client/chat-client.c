/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-client-private.h"

#include "chat-leave-all.h"
#include "chat-legacy-session.h"
#include "chat-secure-session.h"
#include "chat-session-private.h"

G_DEFINE_FINAL_TYPE (ChatClient, chat_client, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_AWAY,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

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

  chat_session_set_away (session, self->is_away);
  g_ptr_array_add (self->known, session);
  g_object_weak_ref (G_OBJECT (session), on_session_disposed, self);
  /* after: the flat list of rooms must have seen the last room go before its session goes */
  g_signal_connect_object (chat_session_get_rooms (session), "items-changed",
                           G_CALLBACK (on_session_rooms_changed), self, G_CONNECT_AFTER);
  return session;
}

ChatSession *
chat_client_get_session (ChatClient *self, ChatEndpoint *endpoint, GType type)
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

/* Ends what the session has under way, so that no request keeps it alive. */
static void
close_session (ChatClient *self, ChatSession *session)
{
  g_object_weak_unref (G_OBJECT (session), on_session_disposed, self);
  g_object_run_dispose (G_OBJECT (session));
}

GTask *
chat_client_new_task (ChatClient *self,
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
chat_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_AWAY:
      g_value_set_boolean (value, CHAT_CLIENT (object)->is_away);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_client_class_init (ChatClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_client_dispose;
  object_class->finalize = chat_client_finalize;
  object_class->get_property = chat_client_get_property;

  props[PROP_AWAY] =
      g_param_spec_boolean ("away", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
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
  g_autoptr (ChatSession) session =
      chat_client_get_session (self, endpoint, CHAT_TYPE_SECURE_SESSION);

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

  GTask *task =
      chat_client_new_task (self, cancellable, callback, user_data, chat_client_quit_async);

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

void
chat_client_set_away (ChatClient *self, gboolean away)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));

  if (self->is_away == (away != FALSE))
    return;

  self->is_away = away != FALSE;
  for (guint i = 0; i < self->known->len; i++)
    chat_session_set_away (g_ptr_array_index (self->known, i), self->is_away);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AWAY]);
}

gboolean
chat_client_is_away (ChatClient *self)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);

  return self->is_away;
}

ChatSession *
chat_client_open_legacy_session (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  return chat_client_get_session (self, endpoint, CHAT_TYPE_LEGACY_SESSION);
}
