/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-record.h"

#include "chat-process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define GROUP "chatd"

static gboolean
fail (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR,
               code == EWOULDBLOCK ? (gint) G_IO_ERROR_BUSY : (gint) g_io_error_from_errno (code),
               "%s: %s", path, g_strerror (code));
  return FALSE;
}

int
chat_server_record_lock (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = -1;

  if (g_mkdir_with_parents (folder, 0700) < 0 ||
      (fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
    {
      fail (error, path);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      fail (error, path);
      close (fd);
      return -1;
    }

  return fd;
}

static guint16
read_port (GKeyFile *file, const char *key)
{
  int port = g_key_file_get_integer (file, GROUP, key, NULL);

  return port > 0 && port <= G_MAXUINT16 ? (guint16) port : 0;
}

gboolean
chat_server_record_read (const char *path, ChatServerRecord *record)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return FALSE;

  g_autofree char *bind = g_key_file_get_string (file, GROUP, "bind", NULL);
  ChatServerRecord read = {
    .pid = g_key_file_get_integer (file, GROUP, "pid", NULL),
    .start_time = g_key_file_get_uint64 (file, GROUP, "start-time", NULL),
    .any = g_strcmp0 (bind, "any") == 0,
    .tcp_port = read_port (file, "tcp-port"),
    .udp_port = read_port (file, "udp-port"),
  };

  if (read.pid <= 0 || read.tcp_port == 0 || read.udp_port == 0 || read.start_time == 0 ||
      chat_process_get_start_time (read.pid) != read.start_time)
    return FALSE;

  *record = read;
  return TRUE;
}

gboolean
chat_server_record_write (int fd, const ChatServerRecord *record, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize len = 0;

  g_key_file_set_integer (file, GROUP, "pid", record->pid);
  g_key_file_set_uint64 (file, GROUP, "start-time", record->start_time);
  g_key_file_set_string (file, GROUP, "bind", record->any ? "any" : "localhost");
  g_key_file_set_integer (file, GROUP, "tcp-port", record->tcp_port);
  g_key_file_set_integer (file, GROUP, "udp-port", record->udp_port);
  g_autofree char *text = g_key_file_to_data (file, &len, NULL);

  if (ftruncate (fd, 0) < 0 || pwrite (fd, text, len, 0) != (gssize) len)
    return fail (error, GROUP);

  return TRUE;
}
