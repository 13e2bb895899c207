/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-process.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In /proc/PID/stat, counted from the field after the name in parentheses. proc(5) */
#define START_TIME_FIELD 19
/* chatd tells its members and closes; that takes well under a second. */
#define END_TIMEOUT_S 10

guint64
chat_process_get_start_time (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *stat = NULL;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return 0;

  /* The name may hold anything, parentheses too. */
  const char *rest = strrchr (stat, ')');
  if (rest == NULL || rest[1] == '\0')
    return 0;

  g_auto (GStrv) fields = g_strsplit (rest + 2, " ", START_TIME_FIELD + 2);
  if (g_strv_length (fields) <= START_TIME_FIELD || strcmp (fields[0], "Z") == 0)
    return 0;

  return g_ascii_strtoull (fields[START_TIME_FIELD], NULL, 10);
}

typedef struct
{
  int pidfd;
  guint watch;
  guint timeout;
} EndData;

static void
end_data_free (gpointer data)
{
  EndData *end = data;

  g_clear_handle_id (&end->watch, g_source_remove);
  g_clear_handle_id (&end->timeout, g_source_remove);
  if (end->pidfd >= 0)
    close (end->pidfd);
  g_free (end);
}

static gboolean
on_ended (int fd, GIOCondition condition, gpointer data)
{
  GTask *task = data;
  EndData *end = g_task_get_task_data (task);

  end->watch = 0;
  g_clear_handle_id (&end->timeout, g_source_remove);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer data)
{
  GTask *task = data;
  EndData *end = g_task_get_task_data (task);

  end->timeout = 0;
  g_clear_handle_id (&end->watch, g_source_remove);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "process does not end");
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static gboolean
is_same_process (GPid pid, guint64 start_time)
{
  return start_time != 0 && chat_process_get_start_time (pid) == start_time;
}

static void
return_errno (GTask *task, int code)
{
  g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
}

void
chat_process_end_async (GPid pid,
                        guint64 start_time,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  EndData *end = g_new0 (EndData, 1);

  g_task_set_source_tag (task, chat_process_end_async);
  g_task_set_task_data (task, end, end_data_free);

  /* The descriptor first, the check after it: what it names cannot become another process. */
  end->pidfd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (end->pidfd < 0 && errno != ESRCH)
    return return_errno (task, errno);
  if (end->pidfd < 0 || !is_same_process (pid, start_time))
    return g_task_return_boolean (task, TRUE);
  if (syscall (SYS_pidfd_send_signal, end->pidfd, SIGTERM, NULL, 0) < 0 && errno != ESRCH)
    return return_errno (task, errno);

  end->timeout = g_timeout_add_seconds (END_TIMEOUT_S, on_timeout, task);
  end->watch = g_unix_fd_add (end->pidfd, G_IO_IN, on_ended, g_steal_pointer (&task));
}

gboolean
chat_process_end_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
