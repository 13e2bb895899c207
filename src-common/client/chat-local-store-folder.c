/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-store-folder.h"

#include "chat-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATABASE_NAME "chat.db"
#define LOCK_NAME "lock"
#define FOLDER_MODE 0700
#define FILE_MODE 0600

static int
fail_to_open (const char *path, const char *why, GError **error)
{
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE, "%s: %s", path, why);
  return -1;
}

/* SQLite gives its other files the mode of the database. */
static int
open_private (const char *path)
{
  const int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

  if (fd >= 0 && fchmod (fd, FILE_MODE) != 0)
    {
      close (fd);
      return -1;
    }

  return fd;
}

int
chat_local_store_folder_lock (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, LOCK_NAME, NULL);
  int fd;

  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0 || g_chmod (folder, FOLDER_MODE) != 0)
    return fail_to_open (folder, g_strerror (errno), error);

  fd = open_private (path);
  if (fd < 0)
    return fail_to_open (path, g_strerror (errno), error);
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      const char *why = errno == EWOULDBLOCK ? "in use" : g_strerror (errno);

      close (fd);
      return fail_to_open (folder, why, error);
    }

  return fd;
}

char *
chat_local_store_folder_make_database (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, DATABASE_NAME, NULL);
  const int fd = open_private (path);

  if (fd < 0)
    {
      fail_to_open (path, g_strerror (errno), error);
      return NULL;
    }

  close (fd);
  return g_steal_pointer (&path);
}
