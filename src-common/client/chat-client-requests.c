/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-client-private.h"

#include "chat-error.h"
#include "chat-legacy-session.h"
#include "chat-name.h"
#include "chat-secure-session.h"
#include "chat-session-private.h"

#include <string.h>

/* What a server is asked for: rooms to be in, and which there are. Encryption is tried first. */

#define LISTED_NAME_MAX_BYTES 255 /* what a frame can carry */

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

  chat_client_remember_offered_key (self, refused);
  if (!g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_ENCRYPTED) ||
      !chat_trust_is_plain_allowed (self->trust, request->endpoint))
    return FALSE;

  session = chat_client_get_session (self, request->endpoint, CHAT_TYPE_LEGACY_SESSION);
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
  g_autoptr (ChatSession) session =
      chat_client_get_session (self, request->endpoint, G_TYPE_INVALID);

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

  enter_room (
      chat_client_new_task (self, cancellable, callback, user_data, chat_client_create_room_async),
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

  enter_room (
      chat_client_new_task (self, cancellable, callback, user_data, chat_client_join_room_async),
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

  GTask *task =
      chat_client_new_task (self, cancellable, callback, user_data, chat_client_list_rooms_async);

  set_request (task, endpoint);
  ask_anybody (task);
}

GListModel *
chat_client_list_rooms_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
