/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-admission.h"

#include "chat-connection.h"
#include "chat-io-error.h"
#include "chat-legacy-exchange.h"

#include <string.h>

/* Lives as long as its request, which may be longer than the task that the caller waits for. */
typedef struct
{
  GTask *task;               /* owned; NULL once it has returned */
  GSource *watch;            /* owned, nullable: the caller's cancellable */
  GCancellable *cancellable; /* owned: of the steps before the server is asked */
  ChatOperation operation;
  char *room;                  /* owned */
  char *user;                  /* owned */
  guint16 udp_port;            /* of the server */
  ChatUdpPath *path;           /* owned, nullable */
  GInetSocketAddress *address; /* owned, nullable */
} Admitting;

static void
stop_watch (Admitting *self)
{
  if (self->watch == NULL)
    return;

  g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
}

static void
free_admitting (Admitting *self)
{
  stop_watch (self);
  g_clear_object (&self->task);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->path);
  g_clear_object (&self->address);
  g_free (self->room);
  g_free (self->user);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Admitting, free_admitting)

/* Takes @error. */
static void
return_error (Admitting *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  g_autoptr (GError) owned = error;

  stop_watch (self);
  if (task != NULL)
    g_task_return_error (task, g_steal_pointer (&owned));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Admitting *self = data;

  g_cancellable_cancel (self->cancellable);
  return_error (self, chat_io_error_new_cancelled ());
  return G_SOURCE_REMOVE;
}

static void
on_admitted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Admitting) self = data;
  g_autoptr (ChatLegacyAdmission) admission = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (ChatLegacyReply) reply = { 0 };

  if (!chat_legacy_exchange_finish (result, &reply, &error))
    {
      return_error (self, g_steal_pointer (&error));
      return;
    }

  const gboolean has_name = reply.user_name != NULL && reply.user_name[0] != '\0';

  admission = g_new0 (ChatLegacyAdmission, 1);
  admission->room = g_steal_pointer (&self->room);
  admission->token = g_steal_pointer (&reply.token);
  admission->user_name =
      has_name ? g_steal_pointer (&reply.user_name) : g_steal_pointer (&self->user);
  admission->path = g_steal_pointer (&self->path);
  admission->address = g_steal_pointer (&self->address);

  stop_watch (self);
  if (self->task == NULL)
    chat_legacy_admission_send (admission, "/quit", NULL);
  else
    g_task_return_pointer (self->task, g_steal_pointer (&admission),
                           (GDestroyNotify) chat_legacy_admission_free);
}

static gboolean
open_path (Admitting *self, GSocketConnection *connection, GError **error)
{
  g_autoptr (GError) io_error = NULL;
  g_autoptr (GSocketAddress) address =
      g_socket_connection_get_remote_address (connection, &io_error);

  if (address == NULL)
    {
      g_propagate_error (error, chat_io_error_map (io_error));
      return FALSE;
    }

  self->address = G_INET_SOCKET_ADDRESS (g_steal_pointer (&address));
  self->path = chat_udp_path_new (self->address, self->udp_port, error);
  return self->path != NULL;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Admitting) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = chat_connection_open_finish (result, &error);

  if (connection == NULL || self->task == NULL || !open_path (self, connection, &error))
    {
      return_error (self,
                    error != NULL ? g_steal_pointer (&error) : chat_io_error_new_cancelled ());
      return;
    }

  /* From here on the server may know us: not cancellable, but bounded by the reply's time. */
  chat_legacy_exchange_async (connection, self->operation, self->room, self->user,
                              chat_udp_path_get_port (self->path), NULL, on_admitted, self);
  g_steal_pointer (&self);
}

static void
watch_cancellable (Admitting *self, GCancellable *cancellable)
{
  self->watch = g_cancellable_source_new (cancellable);
  g_source_set_static_name (self->watch, "[chat] admission cancelled");
  g_source_set_callback (self->watch, G_SOURCE_FUNC (on_cancelled), self, NULL);
  g_source_attach (self->watch, g_main_context_get_thread_default ());
}

void
chat_legacy_admission_async (ChatEndpoint *endpoint,
                             ChatOperation operation,
                             const char *room,
                             const char *user,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Admitting *self = g_new0 (Admitting, 1);

  self->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, chat_legacy_admission_async);
  g_task_set_check_cancellable (self->task, FALSE);
  self->cancellable = g_cancellable_new ();
  self->operation = operation;
  self->room = g_strdup (room);
  self->user = g_strdup (user);
  self->udp_port = chat_endpoint_get_udp_port (endpoint);
  if (cancellable != NULL)
    watch_cancellable (self, cancellable);

  chat_connection_open_async (endpoint, self->cancellable, on_opened, self);
}

ChatLegacyAdmission *
chat_legacy_admission_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
chat_legacy_admission_send (ChatLegacyAdmission *self, const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ChatLegacyDatagram datagram = {
    .room_name = self->room,
    .room_name_len = strlen (self->room),
    .token = self->token,
    .token_len = strlen (self->token),
    .text = text,
    .text_len = strlen (text),
  };

  chat_legacy_datagram_append (&datagram, bytes);
  return chat_udp_path_send (self->path, bytes->data, bytes->len, error);
}

void
chat_legacy_admission_free (ChatLegacyAdmission *self)
{
  g_free (self->room);
  g_free (self->token);
  g_free (self->user_name);
  g_clear_object (&self->path);
  g_clear_object (&self->address);
  g_free (self);
}
