/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-spawn.h"

#include "chat-process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first number that is none of the standard ones: nothing uses it but the lock. */
#define LOCK_FD 3
#define READY_TIMEOUT_S 10

typedef struct
{
  char *program;
  char *record_path;
  char *log_path;
  char *data_path;
  gboolean any;
  guint16 tcp_port;
  guint16 udp_port;

  int lock_fd;
  GSubprocess *process;      /* owned (nullable) */
  GCancellable *cancellable; /* owned: of the time-out */
  guint timeout;
  ChatServerRecord record;
} Spawn;

static void
spawn_free (gpointer data)
{
  Spawn *spawn = data;

  g_clear_handle_id (&spawn->timeout, g_source_remove);
  if (spawn->lock_fd >= 0)
    close (spawn->lock_fd);
  g_clear_object (&spawn->process);
  g_clear_object (&spawn->cancellable);
  g_free (spawn->program);
  g_free (spawn->record_path);
  g_free (spawn->log_path);
  g_free (spawn->data_path);
  g_free (spawn);
}

gboolean
chat_server_spawn_parse_ready (const char *line, guint16 *tcp_port, guint16 *udp_port)
{
  unsigned tcp = 0, udp = 0;
  int end = 0;

  if (sscanf (line, "chatd ready: tcp %5u, udp %5u%n", &tcp, &udp, &end) != 2 ||
      line[end] != '\0' || tcp == 0 || tcp > G_MAXUINT16 || udp == 0 || udp > G_MAXUINT16)
    return FALSE;

  *tcp_port = (guint16) tcp;
  *udp_port = (guint16) udp;
  return TRUE;
}

static char *
read_last_line (const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");

  g_strchomp (text);
  const char *line = strrchr (text, '\n');
  return g_utf8_make_valid (line != NULL ? line + 1 : text, -1);
}

/* In the child, after fork: only what is safe there. */
static void
leave_session (gpointer data)
{
  setsid ();
}

static void
return_died (GTask *task)
{
  Spawn *spawn = g_task_get_task_data (task);
  g_autofree char *line = read_last_line (spawn->log_path);

  g_subprocess_force_exit (spawn->process);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "%s", line);
}

static gboolean
fill_record (Spawn *spawn, const char *line)
{
  const char *pid = g_subprocess_get_identifier (spawn->process);

  if (pid == NULL ||
      !chat_server_spawn_parse_ready (line, &spawn->record.tcp_port, &spawn->record.udp_port))
    return FALSE;

  spawn->record.any = spawn->any;
  spawn->record.pid = (GPid) g_ascii_strtoll (pid, NULL, 10);
  spawn->record.start_time = chat_process_get_start_time (spawn->record.pid);
  return spawn->record.start_time != 0;
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Spawn *spawn = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *line =
      g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  g_clear_handle_id (&spawn->timeout, g_source_remove);
  if (line == NULL || !fill_record (spawn, line))
    return_died (task);
  else if (!chat_server_record_write (spawn->lock_fd, &spawn->record, &error))
    {
      g_subprocess_force_exit (spawn->process);
      g_task_return_error (task, error);
    }
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
on_timeout (gpointer data)
{
  Spawn *spawn = data;

  spawn->timeout = 0;
  g_cancellable_cancel (spawn->cancellable);
  return G_SOURCE_REMOVE;
}

static GSubprocessLauncher *
make_launcher (Spawn *spawn, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (spawn->log_path);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  int log_fd = -1;

  if (g_mkdir_with_parents (folder, 0700) < 0 ||
      (log_fd = open (spawn->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", spawn->log_path,
                   g_strerror (errno));
      return NULL;
    }

  g_subprocess_launcher_take_stderr_fd (launcher, log_fd);
  g_subprocess_launcher_take_fd (launcher, fcntl (spawn->lock_fd, F_DUPFD_CLOEXEC, LOCK_FD),
                                 LOCK_FD);
  g_subprocess_launcher_set_child_setup (launcher, leave_session, NULL, NULL);
  g_subprocess_launcher_set_cwd (launcher, "/");
  return g_steal_pointer (&launcher);
}

static gboolean
start (Spawn *spawn, GError **error)
{
  spawn->lock_fd = chat_server_record_lock (spawn->record_path, error);
  if (spawn->lock_fd < 0)
    return FALSE;

  g_autoptr (GSubprocessLauncher) launcher = make_launcher (spawn, error);
  if (launcher == NULL)
    return FALSE;

  g_autofree char *tcp_port = g_strdup_printf ("--tcp-port=%u", spawn->tcp_port);
  g_autofree char *data_dir = g_strdup_printf ("--data-dir=%s", spawn->data_path);
  g_autofree char *udp_port = g_strdup_printf ("--udp-port=%u", spawn->udp_port);
  spawn->process = g_subprocess_launcher_spawn (launcher, error, spawn->program,
                                                spawn->any ? "--bind=any" : "--bind=localhost",
                                                data_dir, tcp_port, udp_port, NULL);
  return spawn->process != NULL;
}

static void
read_ready_line (GTask *task)
{
  Spawn *spawn = g_task_get_task_data (task);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (spawn->process));

  spawn->timeout = g_timeout_add_seconds (READY_TIMEOUT_S, on_timeout, spawn);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, spawn->cancellable, on_line,
                                       g_object_ref (task));
}

void
chat_server_spawn_async (const ChatServerSpawn *wanted,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Spawn *spawn = g_new0 (Spawn, 1);
  GError *error = NULL;

  spawn->program = g_strdup (wanted->program);
  spawn->record_path = g_strdup (wanted->record_path);
  spawn->log_path = g_strdup (wanted->log_path);
  spawn->data_path = g_strdup (wanted->data_path);
  spawn->any = wanted->any;
  spawn->tcp_port = wanted->tcp_port;
  spawn->udp_port = wanted->udp_port;
  spawn->lock_fd = -1;
  spawn->cancellable = g_cancellable_new ();
  g_task_set_source_tag (task, chat_server_spawn_async);
  g_task_set_task_data (task, spawn, spawn_free);

  if (start (spawn, &error))
    read_ready_line (task);
  else
    g_task_return_error (task, error);
}

gboolean
chat_server_spawn_finish (GAsyncResult *result, ChatServerRecord *record, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  Spawn *spawn = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *record = spawn->record;
  return TRUE;
}
