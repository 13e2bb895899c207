/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-file-folder.h"

#include "chat-hex.h"
#include "chatd-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FOLDER_NAME "files"
#define PARTS_NAME "partial"
#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define SHELF_LEN 2 /* hex digits: 256 folders */
#define HASH_LEN (2 * CHATD_FILE_HASH_SIZE)
#define NUMBER_LEN 16 /* hex digits */
#define PART_LEN (2 * (NUMBER_LEN + 1) + HASH_LEN)

struct _ChatdFileFolder
{
  /* owned; -1: none */
  int folder;
  int parts;
};

/* --- names ------------------------------------------------------------------------------------ */

static void
put_hash (const guint8 *sha256, char *out)
{
  g_autofree char *hash = chat_hex_encode (sha256, CHATD_FILE_HASH_SIZE);

  memcpy (out, hash, HASH_LEN + 1);
}

static void
name_part (const ChatdFilePart *part, char name[PART_LEN + 1])
{
  g_snprintf (name, PART_LEN + 1, "%016" G_GINT64_MODIFIER "x-%016" G_GINT64_MODIFIER "x-",
              part->room, part->member);
  put_hash (part->sha256, name + PART_LEN - HASH_LEN);
}

static gboolean
take_number (const char *name, guint64 *number)
{
  guint8 bytes[8];
  g_autofree char *digits = g_strndup (name, NUMBER_LEN);

  if (!chat_hex_decode (digits, bytes, sizeof bytes))
    return FALSE;

  *number = 0;
  for (guint i = 0; i < sizeof bytes; i++)
    *number = *number << 8 | bytes[i];
  return TRUE;
}

static gboolean
read_part (const char *name, ChatdFilePart *part)
{
  return strlen (name) == PART_LEN && name[NUMBER_LEN] == '-' && name[2 * NUMBER_LEN + 1] == '-' &&
         take_number (name, &part->room) && take_number (name + NUMBER_LEN + 1, &part->member) &&
         chat_hex_decode (name + PART_LEN - HASH_LEN, part->sha256, sizeof part->sha256);
}

/* --- folders ---------------------------------------------------------------------------------- */

/* Returns: a descriptor; -1 with errno */
static int
open_folder (int parent, const char *name)
{
  struct stat status;
  const gboolean is_new = mkdirat (parent, name, FOLDER_MODE) == 0;
  const int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    return -1;
  if (fstat (fd, &status) == 0 &&
      ((status.st_mode & 07777) == FOLDER_MODE || fchmod (fd, FOLDER_MODE) == 0) &&
      (!is_new || fsync (parent) == 0))
    return fd;

  const int errsv = errno;
  close (fd);
  errno = errsv;
  return -1;
}

ChatdFileFolder *
chatd_file_folder_open (const char *data_dir, GError **error)
{
  g_return_val_if_fail (data_dir != NULL, NULL);

  g_autoptr (ChatdFileFolder) self = g_new0 (ChatdFileFolder, 1);
  const int top = open (data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int errsv;

  self->folder = top >= 0 ? open_folder (top, FOLDER_NAME) : -1;
  self->parts = self->folder >= 0 ? open_folder (self->folder, PARTS_NAME) : -1;
  errsv = errno;
  if (top >= 0)
    close (top);
  if (self->parts >= 0)
    return g_steal_pointer (&self);

  g_set_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_FOLDER,
               /* translators: a folder, then the system's reason */
               _ ("The folder %s/files cannot be used: %s."), data_dir, g_strerror (errsv));
  return NULL;
}

void
chatd_file_folder_free (ChatdFileFolder *self)
{
  g_return_if_fail (self != NULL);

  if (self->folder >= 0)
    close (self->folder);
  if (self->parts >= 0)
    close (self->parts);
  g_free (self);
}

/* Returns: a descriptor; -1 with errno */
static int
open_shelf (ChatdFileFolder *self, const char *hash)
{
  char name[SHELF_LEN + 1] = { hash[0], hash[1], '\0' };

  return open_folder (self->folder, name);
}

/* Returns: -1 where it is no plain file of ours; closes @fd then */
static int
judge_file (int fd, guint64 *size)
{
  struct stat status;

  if (fd < 0)
    return -1;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    {
      *size = (guint64) status.st_size;
      return fd;
    }

  close (fd);
  errno = EINVAL;
  return -1;
}

/* --- parts ------------------------------------------------------------------------------------ */

static int
try_part (ChatdFileFolder *self, const char *name, guint64 *size)
{
  return judge_file (
      openat (self->parts, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, FILE_MODE),
      size);
}

/* What stands there and is none of ours goes: nobody else may be in this folder. */
int
chatd_file_folder_open_part (ChatdFileFolder *self, const ChatdFilePart *part, guint64 *size)
{
  char name[PART_LEN + 1];
  int fd;

  name_part (part, name);
  fd = try_part (self, name, size);
  if (fd < 0 && (errno == ELOOP || errno == EINVAL || errno == ENXIO) &&
      unlinkat (self->parts, name, 0) == 0)
    fd = try_part (self, name, size);
  return fd;
}

void
chatd_file_folder_remove_part (ChatdFileFolder *self, const ChatdFilePart *part)
{
  char name[PART_LEN + 1];

  name_part (part, name);
  unlinkat (self->parts, name, 0);
}

/* First the bytes, then the name, then both folders: whenever the power goes, a name in a shelf
 * has all of its bytes. */
gboolean
chatd_file_folder_keep (ChatdFileFolder *self, const ChatdFilePart *part, int fd)
{
  char name[PART_LEN + 1], hash[HASH_LEN + 1];
  gboolean ok;
  int shelf, errsv;

  name_part (part, name);
  put_hash (part->sha256, hash);
  shelf = open_shelf (self, hash);
  if (shelf < 0)
    return FALSE;

  ok = fsync (fd) == 0 && renameat (self->parts, name, shelf, hash) == 0 && fsync (shelf) == 0;
  errsv = errno;
  close (shelf);
  errno = errsv;
  return ok;
}

/* --- whole ones ------------------------------------------------------------------------------- */

int
chatd_file_folder_open_file (ChatdFileFolder *self, const guint8 *sha256, guint64 *size)
{
  char hash[HASH_LEN + 1];
  int shelf, fd, errsv;

  put_hash (sha256, hash);
  shelf = open_shelf (self, hash);
  if (shelf < 0)
    return -1;

  fd = judge_file (openat (shelf, hash, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), size);
  errsv = errno;
  close (shelf);
  errno = errsv;
  return fd;
}

void
chatd_file_folder_remove_file (ChatdFileFolder *self, const guint8 *sha256)
{
  char hash[HASH_LEN + 1];
  int shelf;

  put_hash (sha256, hash);
  shelf = open_shelf (self, hash);
  if (shelf < 0)
    return;

  unlinkat (shelf, hash, 0);
  close (shelf);
}

guint64
chatd_file_folder_get_free (ChatdFileFolder *self)
{
  struct statvfs status;

  return fstatvfs (self->folder, &status) == 0 ? (guint64) status.f_bavail * status.f_frsize : 0;
}

/* --- sweeping --------------------------------------------------------------------------------- */

/* Returns: whether it stays */
typedef gboolean (*NameFunc) (int folder, const char *name, gpointer data);

static void
sweep (int folder, NameFunc stays, gpointer data)
{
  const int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  const struct dirent *entry;

  if (dir == NULL && copy >= 0)
    close (copy);
  if (dir == NULL)
    return;

  while ((entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0 &&
        !stays (folder, entry->d_name, data))
      unlinkat (folder, entry->d_name, 0);
  closedir (dir);
}

typedef struct
{
  ChatdFileFolder *folder;
  ChatdFilePartFunc part_stays;
  ChatdFileFunc file_stays;
  gpointer data;
} Sweeping;

static gboolean
part_stays (int folder, const char *name, gpointer data)
{
  const Sweeping *sweeping = data;
  ChatdFilePart part;
  struct stat status;

  return read_part (name, &part) && fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG (status.st_mode) &&
         sweeping->part_stays (&part, (guint64) status.st_size, status.st_mtim.tv_sec,
                               sweeping->data);
}

void
chatd_file_folder_sweep_parts (ChatdFileFolder *self, ChatdFilePartFunc stays, gpointer data)
{
  Sweeping sweeping = { .folder = self, .part_stays = stays, .data = data };

  sweep (self->parts, part_stays, &sweeping);
}

static gboolean
file_stays (int folder, const char *name, gpointer data)
{
  const Sweeping *sweeping = data;
  guint8 sha256[CHATD_FILE_HASH_SIZE];

  return chat_hex_decode (name, sha256, sizeof sha256) &&
         sweeping->file_stays (sha256, sweeping->data);
}

/* Shelves are not removed: there are 256 of them at most. */
static gboolean
shelf_stays (int folder, const char *name, gpointer data)
{
  Sweeping *sweeping = data;
  guint8 byte;
  int shelf;

  if (strcmp (name, PARTS_NAME) == 0)
    return TRUE;
  if (!chat_hex_decode (name, &byte, 1))
    return TRUE; /* not made by us: an operator's, who will know why */

  shelf = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (shelf < 0)
    return FALSE;
  sweep (shelf, file_stays, sweeping);
  close (shelf);
  return TRUE;
}

void
chatd_file_folder_sweep_files (ChatdFileFolder *self, ChatdFileFunc stays, gpointer data)
{
  Sweeping sweeping = { .folder = self, .file_stays = stays, .data = data };

  sweep (self->folder, shelf_stays, &sweeping);
}
