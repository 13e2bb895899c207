/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-start.h"

#include "chat-port-holder.h"
#include "chat-server-spawn.h"
#include "chat-server-unit.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (chat - local - server - error - quark, chat_local_server_error)

typedef struct
{
  const ChatServerSetup *setup; /* borrowed */
  ChatClient *client;           /* owned */
  gboolean any;
  gboolean any_port;
  char *words; /* owned (nullable): what chatd or systemd said */
  ChatServerRecord record;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_object_unref (start->client);
  g_free (start->words);
  g_free (start);
}

/* --- why it did not start ----------------------------------------------------------------------
 */

static void
fail (GTask *task, ChatLocalServerError code, const char *message)
{
  g_task_return_new_error (task, CHAT_LOCAL_SERVER_ERROR, code, "%s", message);
}

static void
fail_in_words (GTask *task)
{
  Start *start = g_task_get_task_data (task);
  g_autofree char *message = NULL;

  if (start->words != NULL && *start->words != '\0')
    /* Translators: %s is what the server said, maybe in English */
    message = g_strdup_printf (_ ("The server did not start: %s"), start->words);
  fail (task, CHAT_LOCAL_SERVER_ERROR_FAILED,
        message != NULL ? message : _ ("The server did not start."));
}

static void
on_port_holder (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  switch (chat_port_holder_ask_finish (result))
    {
    case CHAT_PORT_HOLDER_CHAT_SERVER:
      fail (task, CHAT_LOCAL_SERVER_ERROR_ALREADY_RUNNING,
            _ ("Another chat server is already running on this computer. Connect to it."));
      break;
    case CHAT_PORT_HOLDER_OTHER:
      fail (task, CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE,
            _ ("Another program uses the server’s port. Start the server on another port."));
      break;
    case CHAT_PORT_HOLDER_NOBODY:
    default:
      fail_in_words (task);
    }
}

static void
diagnose (GTask *task)
{
  Start *start = g_task_get_task_data (task);
  guint16 tcp_port, udp_port;

  chat_server_setup_read_ports (&tcp_port, &udp_port);
  if (tcp_port == 0 || udp_port == 0)
    {
      fail_in_words (task);
      g_object_unref (task);
      return;
    }

  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("localhost", tcp_port, udp_port);
  chat_port_holder_ask_async (start->client, endpoint, g_task_get_cancellable (task),
                              on_port_holder, task);
}

/* --- detached ----------------------------------------------------------------------------------
 */

/* Another app was faster: its server is as good, where it is for the same people. */
static void
adopt (GTask *task)
{
  Start *start = g_task_get_task_data (task);

  if (!chat_server_record_read (start->setup->record_path, &start->record))
    fail (task, CHAT_LOCAL_SERVER_ERROR_FAILED,
          _ ("The server is being started or stopped. Try again in a moment."));
  else if (start->any && !start->record.any)
    fail (task, CHAT_LOCAL_SERVER_ERROR_FAILED,
          _ ("The server runs for this computer only. Stop it first."));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_spawned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Start *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (chat_server_spawn_finish (result, &start->record, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return adopt (task);

  start->words = g_strdup (error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) && !start->any_port)
    diagnose (g_steal_pointer (&task));
  else
    fail_in_words (task);
}

static void
start_detached (GTask *task)
{
  Start *start = g_task_get_task_data (task);
  ChatServerSpawn spawn = {
    .program = start->setup->program,
    .record_path = start->setup->record_path,
    .log_path = start->setup->log_path,
    .data_path = start->setup->data_path,
    .any = start->any,
  };

  if (spawn.program == NULL)
    {
      fail (task, CHAT_LOCAL_SERVER_ERROR_NOT_INSTALLED,
            _ ("The server program chatd is not installed on this computer."));
      g_object_unref (task);
      return;
    }
  if (!start->any_port)
    chat_server_setup_read_ports (&spawn.tcp_port, &spawn.udp_port);

  chat_server_spawn_async (&spawn, g_task_get_cancellable (task), on_spawned, task);
}

/* --- as a unit ---------------------------------------------------------------------------------
 */

static void
on_unit_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Start *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (chat_server_unit_start_finish (result, &error))
    {
      start->record.any = start->any;
      chat_server_setup_read_ports (&start->record.tcp_port, &start->record.udp_port);
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return start_detached (g_steal_pointer (&task));

  start->words = g_strdup (error->message);
  diagnose (g_steal_pointer (&task));
}

void
chat_server_start_async (const ChatServerSetup *setup,
                         ChatClient *client,
                         ChatLocalServerFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Start *start = g_new0 (Start, 1);

  start->setup = setup;
  start->client = g_object_ref (client);
  start->any = (flags & CHAT_LOCAL_SERVER_ANY_ADDRESS) != 0;
  start->any_port = (flags & CHAT_LOCAL_SERVER_ANY_PORT) != 0;
  g_task_set_source_tag (task, chat_server_start_async);
  g_task_set_task_data (task, start, start_free);

  /* A unit cannot be told other ports. */
  if (setup->use_systemd && !start->any_port)
    chat_server_unit_start_async (start->any, cancellable, on_unit_started, task);
  else
    start_detached (task);
}

gboolean
chat_server_start_finish (GAsyncResult *result, ChatServerRecord *record, GError **error)
{
  Start *start = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *record = start->record;
  return TRUE;
}
