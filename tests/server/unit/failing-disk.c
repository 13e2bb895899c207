/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing-disk.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int write_error;
static atomic_int sync_error;
static atomic_int sync_after;

ssize_t pwrite64 (int fd, const void *bytes, size_t len, __off64_t at);
int fdatasync (int fd);

ssize_t
pwrite64 (int fd, const void *bytes, size_t len, __off64_t at)
{
  if (atomic_load (&write_error) == 0)
    return syscall (SYS_pwrite64, fd, bytes, len, at);

  errno = atomic_load (&write_error);
  return -1;
}

int
fdatasync (int fd)
{
  if (atomic_load (&sync_error) == 0 || atomic_fetch_sub (&sync_after, 1) > 0)
    return (int) syscall (SYS_fdatasync, fd);

  errno = atomic_load (&sync_error);
  return -1;
}

void
disk_fail_writes (int error)
{
  atomic_store (&write_error, error);
}

void
disk_fail_syncs (int error, guint after)
{
  atomic_store (&sync_after, (int) after);
  atomic_store (&sync_error, error);
}
