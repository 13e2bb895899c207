/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-local-server.h"

#include "chat-addresses.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-process.h"
#include "chat-server-spawn.h"
#include "chat-user-units.h"

#include <glib/gi18n.h>

/* A unit of Type=exec is started before it listens. */
#define PROBE_INTERVAL_MS 100
#define PROBES_MAX 50

struct _ChatLocalServer
{
  GObject parent_instance;

  ChatLocalServerState state;
  ChatServerRecord record; /* pid 0 where systemd has it */

  /* owned */
  ChatClient *client;
  char *program; /* (nullable) */
  char *record_path;
  char *log_path;
  gboolean use_systemd;
};

G_DEFINE_FINAL_TYPE (ChatLocalServer, chat_local_server, G_TYPE_OBJECT)
G_DEFINE_QUARK (chat - local - server - error - quark, chat_local_server_error)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* --- where things are --------------------------------------------------------------------------
 */

static char *
own_folder (void)
{
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);

  return g_path_get_dirname (exe != NULL ? exe : "");
}

static gboolean
is_uninstalled (void)
{
  g_autofree char *folder = own_folder ();

  return g_str_has_prefix (folder, BUILD_ROOT "/");
}

static char *
find_program (void)
{
  g_autofree char *folder = own_folder ();
  g_autofree char *beside = g_build_filename (folder, "chatd", NULL);
  const char *places[] = { is_uninstalled () ? BUILD_ROOT "/src-server/chatd" : beside,
                           BINDIR "/chatd" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_file_test (places[i], G_FILE_TEST_IS_EXECUTABLE))
      return g_strdup (places[i]);

  return g_find_program_in_path ("chatd");
}

static const char *
unit_name (gboolean any)
{
  return any ? "chatd@any.service" : "chatd@localhost.service";
}

static guint16
read_port (GKeyFile *file, const char *key, guint16 fallback)
{
  int port = g_key_file_get_integer (file, "server", key, NULL);

  return port > 0 && port <= G_MAXUINT16 ? (guint16) port : fallback;
}

/* A unit says nothing about its ports: they are those of its configuration. */
static void
read_configured_ports (ChatServerRecord *record)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "chatd", "chatd.conf", NULL);

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  record->tcp_port = read_port (file, "tcp-port", CHAT_DEFAULT_TCP_PORT);
  record->udp_port = read_port (file, "udp-port", CHAT_DEFAULT_UDP_PORT);
}

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

  read_configured_ports (&record);
  set_running (self, &record);
}

/* --- refresh -----------------------------------------------------------------------------------
 */

static void
return_state (GTask *task)
{
  ChatLocalServer *self = g_task_get_source_object (task);

  g_task_return_int (task, self->state);
}

static void
on_any_looked_at (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLocalServer *self = g_task_get_source_object (task);

  if (chat_user_units_is_active_finish (result))
    set_running_unit (self, TRUE);
  else
    set_state (self, CHAT_LOCAL_SERVER_STOPPED);
  return_state (task);
}

static void
on_localhost_looked_at (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLocalServer *self = g_task_get_source_object (task);

  if (!chat_user_units_is_active_finish (result))
    {
      GCancellable *cancellable = g_task_get_cancellable (task);
      chat_user_units_is_active_async (unit_name (TRUE), cancellable, on_any_looked_at,
                                       g_steal_pointer (&task));
      return;
    }

  set_running_unit (self, FALSE);
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
  if (self->state == CHAT_LOCAL_SERVER_STARTING || self->state == CHAT_LOCAL_SERVER_STOPPING)
    return return_state (task);
  if (chat_server_record_read (self->record_path, &record))
    {
      set_running (self, &record);
      return return_state (task);
    }
  if (!self->use_systemd)
    {
      set_state (self, CHAT_LOCAL_SERVER_STOPPED);
      return return_state (task);
    }

  chat_user_units_is_active_async (unit_name (FALSE), cancellable, on_localhost_looked_at,
                                   g_steal_pointer (&task));
}

ChatLocalServerState
chat_local_server_refresh_finish (ChatLocalServer *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), CHAT_LOCAL_SERVER_STOPPED);

  return (ChatLocalServerState) g_task_propagate_int (G_TASK (result), NULL);
}

/* --- why it did not start ----------------------------------------------------------------------
 */

typedef struct
{
  ChatLocalServerFlags flags;
  char *words; /* owned (nullable): what chatd or systemd said */
  guint probes;
  guint timeout;
} StartData;

static void
start_data_free (gpointer data)
{
  StartData *start = data;

  g_clear_handle_id (&start->timeout, g_source_remove);
  g_free (start->words);
  g_free (start);
}

static void
fail (GTask *task, ChatLocalServerError code, const char *message)
{
  set_state (g_task_get_source_object (task), CHAT_LOCAL_SERVER_STOPPED);
  g_task_return_new_error (task, CHAT_LOCAL_SERVER_ERROR, code, "%s", message);
}

static void
fail_in_words (GTask *task)
{
  StartData *start = g_task_get_task_data (task);
  g_autofree char *message = NULL;

  if (start->words != NULL && *start->words != '\0')
    /* Translators: %s is what the server said, maybe in English */
    message = g_strdup_printf (_ ("The server did not start: %s"), start->words);
  fail (task, CHAT_LOCAL_SERVER_ERROR_FAILED,
        message != NULL ? message : _ ("The server did not start."));
}

static void
on_port_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &error);

  if (rooms != NULL)
    fail (task, CHAT_LOCAL_SERVER_ERROR_ALREADY_RUNNING,
          _ ("Another chat server is already running on this computer. Connect to it."));
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NO_SERVER))
    fail_in_words (task);
  else
    fail (task, CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE,
          _ ("Another program uses the server’s port. Start the server on another port."));
}

/* Who has the port tells more than what chatd said. */
static void
diagnose (GTask *task)
{
  ChatLocalServer *self = g_task_get_source_object (task);
  ChatServerRecord record;

  read_configured_ports (&record);
  g_autoptr (ChatEndpoint) endpoint =
      chat_endpoint_new ("localhost", record.tcp_port, record.udp_port);
  chat_client_list_rooms_async (self->client, endpoint, g_task_get_cancellable (task),
                                on_port_asked, task);
}

/* --- starting, through systemd -----------------------------------------------------------------
 */

static void probe (GTask *task);

static gboolean
on_probe_again (gpointer data)
{
  GTask *task = data;
  StartData *start = g_task_get_task_data (task);

  start->timeout = 0;
  probe (task);
  return G_SOURCE_REMOVE;
}

static void
on_unit_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLocalServer *self = g_task_get_source_object (task);
  StartData *start = g_task_get_task_data (task);

  if (!chat_user_units_is_active_finish (result))
    return diagnose (g_steal_pointer (&task));

  set_running_unit (self, (start->flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) != 0);
  g_task_return_boolean (task, TRUE);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  StartData *start = g_task_get_task_data (task);
  g_autoptr (GListModel) rooms = chat_client_list_rooms_finish (CHAT_CLIENT (source), result, NULL);

  /* Something answers; it may be another one, and the unit may have failed for that. */
  if (rooms != NULL || start->probes >= PROBES_MAX)
    chat_user_units_is_active_async (
        unit_name ((start->flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) != 0),
        g_task_get_cancellable (task), on_unit_checked, task);
  else
    start->timeout = g_timeout_add (PROBE_INTERVAL_MS, on_probe_again, task);
}

static void
probe (GTask *task)
{
  ChatLocalServer *self = g_task_get_source_object (task);
  StartData *start = g_task_get_task_data (task);
  ChatServerRecord record;

  start->probes++;
  read_configured_ports (&record);
  g_autoptr (ChatEndpoint) endpoint =
      chat_endpoint_new ("localhost", record.tcp_port, record.udp_port);
  chat_client_list_rooms_async (self->client, endpoint, g_task_get_cancellable (task), on_probed,
                                task);
}

static void
on_unit_started (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  StartData *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (chat_user_units_run_finish (result, &error))
    return probe (task);

  start->words = g_strdup (error->message);
  diagnose (task);
}

/* --- starting, detached ------------------------------------------------------------------------
 */

/* Another app was faster: its server is as good, where it is for the same people. */
static void
adopt (GTask *task)
{
  ChatLocalServer *self = g_task_get_source_object (task);
  StartData *start = g_task_get_task_data (task);
  ChatServerRecord record;

  if (!chat_server_record_read (self->record_path, &record))
    return fail (task, CHAT_LOCAL_SERVER_ERROR_FAILED,
                 _ ("The server is being started or stopped. Try again in a moment."));

  set_running (self, &record);
  if (record.any || (start->flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_FAILED, "%s",
                             _ ("The server runs for this computer only. Stop it first."));
}

static void
on_spawned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLocalServer *self = g_task_get_source_object (task);
  StartData *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  ChatServerRecord record;

  if (chat_server_spawn_finish (result, &record, &error))
    {
      set_running (self, &record);
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return adopt (task);

  start->words = g_strdup (error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) &&
      (start->flags & CHAT_LOCAL_SERVER_ANY_PORT) == 0)
    diagnose (g_steal_pointer (&task));
  else
    fail_in_words (task);
}

static void
start_detached (GTask *task)
{
  ChatLocalServer *self = g_task_get_source_object (task);
  StartData *start = g_task_get_task_data (task);
  ChatServerSpawn spawn = {
    .program = self->program,
    .record_path = self->record_path,
    .log_path = self->log_path,
    .any = (start->flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) != 0,
    .any_port = (start->flags & CHAT_LOCAL_SERVER_ANY_PORT) != 0,
  };

  if (self->program == NULL)
    {
      fail (task, CHAT_LOCAL_SERVER_ERROR_NOT_INSTALLED,
            _ ("The server program chatd is not installed on this computer."));
      g_object_unref (task);
      return;
    }

  chat_server_spawn_async (&spawn, g_task_get_cancellable (task), on_spawned, task);
}

static void
on_unit_known (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  StartData *start = g_task_get_task_data (task);

  if (!chat_user_units_is_known_finish (result))
    return start_detached (task);

  chat_user_units_run_async ("StartUnit",
                             unit_name ((start->flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) != 0),
                             g_task_get_cancellable (task), on_unit_started, task);
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
  StartData *start = g_new0 (StartData, 1);

  start->flags = flags;
  g_task_set_source_tag (task, chat_local_server_start_async);
  g_task_set_task_data (task, start, start_data_free);
  set_state (self, CHAT_LOCAL_SERVER_STARTING);

  /* A unit cannot be told other ports. */
  if (self->use_systemd && (flags & CHAT_LOCAL_SERVER_ANY_PORT) == 0)
    chat_user_units_is_known_async (unit_name ((flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) != 0),
                                    cancellable, on_unit_known, task);
  else
    start_detached (task);
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
  gboolean stopped = chat_user_units_run_finish (result, &error);

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
    chat_user_units_run_async ("StopUnit", unit_name (self->record.any), cancellable,
                               on_unit_stopped, task);
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
  ChatLocalServer *self = CHAT_LOCAL_SERVER (object);

  g_free (self->program);
  g_free (self->record_path);
  g_free (self->log_path);

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
  self->program = find_program ();
  self->use_systemd = !is_uninstalled ();
  self->record_path = g_build_filename (g_get_user_runtime_dir (), GETTEXT_PACKAGE, "chatd", NULL);
  self->log_path = g_build_filename (g_get_user_state_dir (), GETTEXT_PACKAGE, "chatd.log", NULL);
  return self;
}

ChatLocalServer *
chat_local_server_new_at (ChatClient *client, const char *program, const char *folder)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (client), NULL);

  ChatLocalServer *self = g_object_new (CHAT_TYPE_LOCAL_SERVER, NULL);

  self->client = g_object_ref (client);
  self->program = g_strdup (program);
  self->record_path = g_build_filename (folder, "chatd", NULL);
  self->log_path = g_build_filename (folder, "chatd.log", NULL);
  return self;
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
