/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-store-folder.h"

#include "chatd-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "lock"
#define FOLDER_MODE 0700
#define FILE_MODE 0600

struct _ChatdStoreFolder
{
  /* owned */
  char *path;
  int lock_fd; /* -1: none */
};

static void
set_folder_error (GError **error, const char *path, int errsv)
{
  g_set_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_FOLDER,
               /* translators: a folder, then the system's reason */
               _ ("The data folder %s cannot be used: %s."), path, g_strerror (errsv));
}

/* A folder that somebody else made, with the mode of the day, is closed too. */
static gboolean
make_folder (const char *path, GError **error)
{
  struct stat status;

  if (g_mkdir_with_parents (path, FOLDER_MODE) != 0 || stat (path, &status) != 0 ||
      ((status.st_mode & 07777) != FOLDER_MODE && chmod (path, FOLDER_MODE) != 0))
    {
      set_folder_error (error, path, errno);
      return FALSE;
    }

  return TRUE;
}

static int
open_private (const char *path, struct stat *status)
{
  const int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

  if (fd < 0)
    return -1;
  if (fstat (fd, status) == 0 &&
      ((status->st_mode & 07777) == FILE_MODE || fchmod (fd, FILE_MODE) == 0))
    return fd;

  const int errsv = errno;
  close (fd);
  errno = errsv;
  return -1;
}

/* So that a new file keeps its name through a power loss */
static gboolean
sync_folder (const char *path)
{
  const int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean ok = fd >= 0 && fsync (fd) == 0;
  const int errsv = errno;

  if (fd >= 0)
    close (fd);
  errno = errsv;
  return ok;
}

/* The kernel lets go of it with the process, however that ends. */
static gboolean
lock_folder (ChatdStoreFolder *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, LOCK_NAME, NULL);
  struct stat status;

  self->lock_fd = open_private (path, &status);
  if (self->lock_fd >= 0 && flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;

  if (errno == EWOULDBLOCK)
    g_set_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_IN_USE,
                 /* translators: a folder */
                 _ ("Another chatd uses the data folder %s: stop that one, or choose another "
                    "folder with --data-dir=FOLDER."),
                 self->path);
  else
    set_folder_error (error, self->path, errno);
  return FALSE;
}

/* Number and birth: numbers are given again, and of the device's nothing is certain after a reboot.
 */
static guint64
identify (const char *path)
{
  struct statx status = { 0 };

  if (statx (AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &status) != 0)
    return 0;

  return (status.stx_ino * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) ^
         ((guint64) status.stx_btime.tv_sec * G_USEC_PER_SEC * 1000 + status.stx_btime.tv_nsec);
}

ChatdStoreFolder *
chatd_store_folder_open (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (ChatdStoreFolder) self = g_new0 (ChatdStoreFolder, 1);
  self->path = g_strdup (path);
  self->lock_fd = -1;
  if (!make_folder (path, error) || !lock_folder (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
chatd_store_folder_free (ChatdStoreFolder *self)
{
  g_return_if_fail (self != NULL);

  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->path);
  g_free (self);
}

const char *
chatd_store_folder_get_path (const ChatdStoreFolder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

char *
chatd_store_folder_touch (ChatdStoreFolder *self,
                          const char *name,
                          guint64 *identity,
                          GError **error)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  g_autofree char *path = g_build_filename (self->path, name, NULL);
  struct stat status;
  const int fd = open_private (path, &status);
  if (fd < 0)
    {
      set_folder_error (error, self->path, errno);
      return NULL;
    }

  /* Before the database opens it: closing any descriptor of a file drops the process's locks on it.
   */
  close (fd);
  if (!sync_folder (self->path))
    {
      set_folder_error (error, self->path, errno);
      return NULL;
    }
  *identity = identify (path);
  return g_steal_pointer (&path);
}
