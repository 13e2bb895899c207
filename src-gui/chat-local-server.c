/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-server.h"

#include "chat-addresses.h"
#include "chat-process.h"
#include "chat-server-setup.h"
#include "chat-server-start.h"
#include "chat-server-unit.h"

#include <glib/gi18n.h>

struct _ChatLocalServer
{
  GObject parent_instance;

  ChatLocalServerState state;
  ChatServerRecord record; /* pid 0 where systemd has it */

  /* owned */
  ChatClient *client;
  ChatServerSetup *setup;
};

G_DEFINE_FINAL_TYPE (ChatLocalServer, chat_local_server, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* --- state -------------------------------------------------------------------------------------
 */

static void
set_state (ChatLocalServer *self, ChatLocalServerState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
set_running (ChatLocalServer *self, const ChatServerRecord *record)
{
  self->record = *record;
  set_state (self, CHAT_LOCAL_SERVER_RUNNING);
}

static void
set_running_unit (ChatLocalServer *self, gboolean any)
{
  ChatServerRecord record = { .any = any };

  chat_server_setup_read_ports (&record.tcp_port, &record.udp_port);
  set_running (self, &record);
}

/* --- refresh -----------------------------------------------------------------------------------
 */

static gboolean
is_between_states (ChatLocalServer *self)
{
  return self->state == CHAT_LOCAL_SERVER_STARTING || self->state == CHAT_LOCAL_SERVER_STOPPING;
}

static void
return_state (GTask *task)
{
  ChatLocalServer *self = g_task_get_source_object (task);

  g_task_return_int (task, self->state);
}

static void
on_unit_looked_at (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLocalServer *self = g_task_get_source_object (task);
  gboolean any;

  /* It may have been started or stopped in the meantime. */
  if (is_between_states (self))
    return return_state (task);

  if (chat_server_unit_look_finish (result, &any))
    set_running_unit (self, any);
  else
    set_state (self, CHAT_LOCAL_SERVER_STOPPED);
  return_state (task);
}

void
chat_local_server_refresh_async (ChatLocalServer *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  g_return_if_fail (CHAT_IS_LOCAL_SERVER (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  ChatServerRecord record;

  g_task_set_source_tag (task, chat_local_server_refresh_async);
  if (is_between_states (self))
    return return_state (task);
  if (chat_server_record_read (self->setup->record_path, &record))
    {
      set_running (self, &record);
      return return_state (task);
    }
  if (!self->setup->use_systemd)
    {
      set_state (self, CHAT_LOCAL_SERVER_STOPPED);
      return return_state (task);
    }

  chat_server_unit_look_async (cancellable, on_unit_looked_at, g_steal_pointer (&task));
}

ChatLocalServerState
chat_local_server_refresh_finish (ChatLocalServer *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), CHAT_LOCAL_SERVER_STOPPED);

  return (ChatLocalServerState) g_task_propagate_int (G_TASK (result), NULL);
}

/* --- starting ----------------------------------------------------------------------------------
 */

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLocalServer *self = g_task_get_source_object (task);
  GError *error = NULL;
  ChatServerRecord record;

  if (chat_server_start_finish (result, &record, &error))
    {
      set_running (self, &record);
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* Another app's may run, for other people than this one was asked for. */
  if (chat_server_record_read (self->setup->record_path, &record))
    set_running (self, &record);
  else
    set_state (self, CHAT_LOCAL_SERVER_STOPPED);
  g_task_return_error (task, error);
}

void
chat_local_server_start_async (ChatLocalServer *self,
                               ChatLocalServerFlags flags,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (CHAT_IS_LOCAL_SERVER (self));
  g_return_if_fail (self->state == CHAT_LOCAL_SERVER_STOPPED);

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, chat_local_server_start_async);
  set_state (self, CHAT_LOCAL_SERVER_STARTING);
  chat_server_start_async (self->setup, self->client, flags, cancellable, on_started, task);
}

gboolean
chat_local_server_start_finish (ChatLocalServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- stopping ----------------------------------------------------------------------------------
 */

static void
return_stopped (GTask *task, gboolean stopped, GError *error)
{
  ChatLocalServer *self = g_task_get_source_object (task);

  set_state (self, stopped ? CHAT_LOCAL_SERVER_STOPPED : CHAT_LOCAL_SERVER_RUNNING);
  if (stopped)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* Translators: %s is a reason, maybe in English */
  g_task_return_new_error (task, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_FAILED,
                           _ ("The server does not stop: %s"), error->message);
  g_error_free (error);
}

static void
on_process_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gboolean stopped = chat_process_end_finish (result, &error);

  return_stopped (task, stopped, error);
}

static void
on_unit_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gboolean stopped = chat_server_unit_stop_finish (result, &error);

  return_stopped (task, stopped, error);
}

void
chat_local_server_stop_async (ChatLocalServer *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_return_if_fail (CHAT_IS_LOCAL_SERVER (self));
  g_return_if_fail (self->state == CHAT_LOCAL_SERVER_RUNNING);

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, chat_local_server_stop_async);
  set_state (self, CHAT_LOCAL_SERVER_STOPPING);
  if (self->record.pid > 0)
    chat_process_end_async (self->record.pid, self->record.start_time, cancellable,
                            on_process_ended, task);
  else
    chat_server_unit_stop_async (self->record.any, cancellable, on_unit_stopped, task);
}

gboolean
chat_local_server_stop_finish (ChatLocalServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- class -------------------------------------------------------------------------------------
 */

static void
chat_local_server_dispose (GObject *object)
{
  g_clear_object (&CHAT_LOCAL_SERVER (object)->client);

  G_OBJECT_CLASS (chat_local_server_parent_class)->dispose (object);
}

static void
chat_local_server_finalize (GObject *object)
{
  chat_server_setup_free (CHAT_LOCAL_SERVER (object)->setup);

  G_OBJECT_CLASS (chat_local_server_parent_class)->finalize (object);
}

static void
chat_local_server_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, CHAT_LOCAL_SERVER (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_local_server_class_init (ChatLocalServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_local_server_dispose;
  object_class->finalize = chat_local_server_finalize;
  object_class->get_property = chat_local_server_get_property;

  props[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, CHAT_LOCAL_SERVER_STOPPED, CHAT_LOCAL_SERVER_STOPPING,
                        CHAT_LOCAL_SERVER_STOPPED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_local_server_init (ChatLocalServer *self)
{
}

ChatLocalServer *
chat_local_server_new (ChatClient *client)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (client), NULL);

  ChatLocalServer *self = g_object_new (CHAT_TYPE_LOCAL_SERVER, NULL);

  self->client = g_object_ref (client);
  self->setup = chat_server_setup_new ();
  return self;
}

ChatLocalServer *
chat_local_server_new_at (ChatClient *client, const char *program, const char *folder)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (client), NULL);

  ChatLocalServer *self = g_object_new (CHAT_TYPE_LOCAL_SERVER, NULL);

  self->client = g_object_ref (client);
  self->setup = chat_server_setup_new_at (program, folder);
  return self;
}

void
chat_local_server_set_use_systemd (ChatLocalServer *self, gboolean use_systemd)
{
  g_return_if_fail (CHAT_IS_LOCAL_SERVER (self));

  self->setup->use_systemd = use_systemd;
}

ChatLocalServerState
chat_local_server_get_state (ChatLocalServer *self)
{
  g_return_val_if_fail (CHAT_IS_LOCAL_SERVER (self), CHAT_LOCAL_SERVER_STOPPED);

  return self->state;
}

gboolean
chat_local_server_is_for_network (ChatLocalServer *self)
{
  g_return_val_if_fail (CHAT_IS_LOCAL_SERVER (self), FALSE);

  return self->record.any;
}

ChatEndpoint *
chat_local_server_dup_endpoint (ChatLocalServer *self)
{
  g_return_val_if_fail (CHAT_IS_LOCAL_SERVER (self), NULL);

  return chat_endpoint_new ("localhost", self->record.tcp_port, self->record.udp_port);
}

static char *
format_address (ChatLocalServer *self, const char *host)
{
  g_autoptr (ChatEndpoint) endpoint =
      chat_endpoint_new (host, self->record.tcp_port, self->record.udp_port);

  return chat_endpoint_to_string (endpoint);
}

GStrv
chat_local_server_list_addresses (ChatLocalServer *self)
{
  g_return_val_if_fail (CHAT_IS_LOCAL_SERVER (self), NULL);

  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();
  g_auto (GStrv) hosts = self->record.any ? chat_addresses_of_this_computer () : g_new0 (char *, 1);

  for (guint i = 0; hosts[i] != NULL; i++)
    {
      g_autofree char *address = format_address (self, hosts[i]);
      g_strv_builder_add (addresses, address);
    }
  if (hosts[0] == NULL)
    {
      g_autofree char *address = format_address (self, "localhost");
      g_strv_builder_add (addresses, address);
    }

  return g_strv_builder_end (addresses);
}
