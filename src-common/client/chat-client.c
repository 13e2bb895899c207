/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-client.h"

#include "chat-error.h"
#include "chat-flat-list.h"
#include "chat-legacy-session.h"
#include "chat-name.h"
#include "chat-session-private.h"

#include <string.h>

#define LEAVE_ALL_TIMEOUT_MS 2000
#define LISTED_NAME_MAX_BYTES 255 /* what a frame can carry */

struct _ChatClient
{
  GObject parent_instance;

  GListStore *sessions; /* owned, of ChatSession: those with rooms */
  ChatFlatList *rooms;  /* owned */
  GHashTable *odd;  /* owned, set of char *: names of the last list that are not in normal form */
  GPtrArray *known; /* owned, of borrowed ChatSession, weak: also those that only answer a request
                     */
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
open_session (ChatClient *self, ChatEndpoint *endpoint)
{
  ChatSession *session = chat_legacy_session_new (endpoint);

  g_ptr_array_add (self->known, session);
  g_object_weak_ref (G_OBJECT (session), on_session_disposed, self);
  /* after: the flat list of rooms must have seen the last room go before its session goes */
  g_signal_connect_object (chat_session_get_rooms (session), "items-changed",
                           G_CALLBACK (on_session_rooms_changed), self, G_CONNECT_AFTER);
  return session;
}

/* Returns: (transfer full) */
static ChatSession *
get_session (ChatClient *self, ChatEndpoint *endpoint)
{
  for (guint i = 0; i < self->known->len; i++)
    {
      ChatSession *session = g_ptr_array_index (self->known, i);

      if (chat_endpoint_equal (chat_session_get_endpoint (session), endpoint))
        return g_object_ref (session);
    }

  return open_session (self, endpoint);
}

/* Ends what the session has under way, so that no request keeps it alive. */
static void
close_session (ChatClient *self, ChatSession *session)
{
  g_object_weak_unref (G_OBJECT (session), on_session_disposed, self);
  g_object_run_dispose (G_OBJECT (session));
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

static void
on_room_entered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  ChatRoom *room = chat_session_enter_room_finish (CHAT_SESSION (source), result, &error);

  if (room == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, room, g_object_unref);
}

/* Takes the task. */
static void
enter_room (GTask *task, ChatEndpoint *endpoint, const char *room, const char *user, gboolean join)
{
  g_autoptr (GTask) owned = task;
  g_autoptr (GError) error = NULL;
  ChatClient *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autofree char *room_name = choose_room_name (self, room, join, &error);
  g_autofree char *user_name =
      room_name != NULL ? normalize_name (user, CHAT_NAME_USER, &error) : NULL;

  if (user_name == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_autoptr (ChatSession) session = get_session (self, endpoint);

  if (join)
    chat_session_join_room_async (session, room_name, user_name, cancellable, on_room_entered,
                                  g_steal_pointer (&owned));
  else
    chat_session_create_room_async (session, room_name, user_name, 0, cancellable, on_room_entered,
                                    g_steal_pointer (&owned));
}

static void
on_rooms_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GListModel *rooms = chat_session_list_rooms_finish (CHAT_SESSION (source), result, &error);

  if (rooms == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  remember_odd_names (g_task_get_source_object (task), rooms);
  g_task_return_pointer (task, rooms, g_object_unref);
}

/* --- leaving all --------------------------------------------------------- */

typedef struct
{
  GCancellable *cancellable; /* owned: cuts the leaving of each room short */
  GSource *timeout;          /* owned */
  GSource *watch;            /* owned, nullable: the caller's cancellable */
  guint pending;             /* rooms that are still being left, + 1 while they are being started */
} LeaveAll;

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
free_leave_all (gpointer data)
{
  LeaveAll *leaving = data;

  g_clear_pointer (&leaving->timeout, destroy_source);
  g_clear_pointer (&leaving->watch, destroy_source);
  g_object_unref (leaving->cancellable);
  g_free (leaving);
}

static gboolean
on_leave_all_cut_short (gpointer data)
{
  LeaveAll *leaving = data;

  g_cancellable_cancel (leaving->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_leave_all_cancelled (GCancellable *cancellable, gpointer data)
{
  return on_leave_all_cut_short (data);
}

static LeaveAll *
new_leave_all (GCancellable *cancellable)
{
  LeaveAll *leaving = g_new0 (LeaveAll, 1);

  leaving->cancellable = g_cancellable_new ();
  leaving->timeout = g_timeout_source_new (LEAVE_ALL_TIMEOUT_MS);
  g_source_set_callback (leaving->timeout, on_leave_all_cut_short, leaving, NULL);
  g_source_attach (leaving->timeout, g_main_context_get_thread_default ());

  if (cancellable != NULL)
    {
      leaving->watch = g_cancellable_source_new (cancellable);
      g_source_set_callback (leaving->watch, G_SOURCE_FUNC (on_leave_all_cancelled), leaving, NULL);
      g_source_attach (leaving->watch, g_main_context_get_thread_default ());
    }

  return leaving;
}

static void
finish_one_leave (GTask *task)
{
  LeaveAll *leaving = g_task_get_task_data (task);

  if (--leaving->pending > 0)
    return;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_CANCELLED, "Cancelled");
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_one_room_left (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  /* It is left in any case: chat_room_leave_async(). */
  chat_room_leave_finish (CHAT_ROOM (source), result, NULL);
  finish_one_leave (task);
}

/* --- object -------------------------------------------------------------- */

static void
chat_client_dispose (GObject *object)
{
  ChatClient *self = CHAT_CLIENT (object);

  while (self->known->len > 0)
    {
      g_autoptr (ChatSession) session =
          g_object_ref (g_ptr_array_steal_index (self->known, self->known->len - 1));

      close_session (self, session);
    }
  g_list_store_remove_all (self->sessions);

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
}

/* --- public -------------------------------------------------------------- */

ChatClient *
chat_client_new (void)
{
  return g_object_new (CHAT_TYPE_CLIENT, NULL);
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
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));
  g_return_if_fail (room != NULL);
  g_return_if_fail (user != NULL);

  enter_room (new_task (self, cancellable, callback, user_data, chat_client_create_room_async),
              endpoint, room, user, FALSE);
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
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));
  g_return_if_fail (room != NULL);
  g_return_if_fail (user != NULL);

  enter_room (new_task (self, cancellable, callback, user_data, chat_client_join_room_async),
              endpoint, room, user, TRUE);
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

  g_autoptr (ChatSession) session = get_session (self, endpoint);

  chat_session_list_rooms_async (
      session, cancellable, on_rooms_listed,
      new_task (self, cancellable, callback, user_data, chat_client_list_rooms_async));
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

  g_autoptr (GTask) task =
      new_task (self, cancellable, callback, user_data, chat_client_leave_all_async);
  LeaveAll *leaving = new_leave_all (cancellable);
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));

  g_task_set_task_data (task, leaving, free_leave_all);
  leaving->pending = n + 1;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      chat_room_leave_async (room, leaving->cancellable, on_one_room_left, g_object_ref (task));
    }

  finish_one_leave (task);
}

gboolean
chat_client_leave_all_finish (ChatClient *self, GAsyncResult *result, GError **error)
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
