/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* For LD_PRELOAD: the program's wall clock is wrong by so many µs as the file $FAULTS_CLOCK says,
 * eight bytes that may change at any time. Steady clocks stay as they are. Nothing of the system
 * changes. */

static const volatile int64_t *
find_offset (void)
{
  static const volatile int64_t none;
  const char *path = getenv ("FAULTS_CLOCK");
  int fd = path == NULL ? -1 : open (path, O_RDONLY | O_CLOEXEC);
  void *map = fd < 0 ? MAP_FAILED : mmap (NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0);

  if (fd >= 0)
    close (fd);
  return map == MAP_FAILED ? &none : map;
}

/* Straight from the kernel: others may wrap these functions as well. */
int
clock_gettime (clockid_t clock, struct timespec *now)
{
  static const volatile int64_t *offset_us;
  int64_t now_us;

  if (syscall (SYS_clock_gettime, clock, now) != 0)
    return -1;
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
    return 0;

  if (offset_us == NULL)
    offset_us = find_offset ();
  now_us = now->tv_sec * INT64_C (1000000) + now->tv_nsec / 1000 + *offset_us;
  now->tv_nsec = now_us % 1000000 * 1000 + now->tv_nsec % 1000;
  now->tv_sec = now_us / 1000000;
  return 0;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec exact;

  clock_gettime (CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *out)
{
  struct timespec exact;

  clock_gettime (CLOCK_REALTIME, &exact);
  if (out != NULL)
    *out = exact.tv_sec;
  return exact.tv_sec;
}
