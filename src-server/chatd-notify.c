/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Returns: the size of @address; 0: there is nobody to tell. "@…" is an abstract name. */
static socklen_t
find_socket (struct sockaddr_un *address)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  const gsize len = path != NULL ? strlen (path) : 0;

  if (len < 2 || len >= sizeof address->sun_path || (*path != '/' && *path != '@'))
    return 0;

  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  memcpy (address->sun_path, path, len);
  if (*path == '@')
    address->sun_path[0] = '\0';
  return (socklen_t) (offsetof (struct sockaddr_un, sun_path) + len);
}

static void
notify (const char *message)
{
  struct sockaddr_un address;
  const socklen_t size = find_socket (&address);

  if (size == 0)
    return;

  const int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return;

  /* A manager that cannot be told finds out otherwise. */
  (void) !sendto (fd, message, strlen (message), MSG_NOSIGNAL, (struct sockaddr *) &address, size);
  close (fd);
}

void
chatd_notify_ready (const char *status)
{
  g_autofree char *message = g_strdup_printf ("READY=1\nSTATUS=%s", status);

  notify (message);
}

void
chatd_notify_reloading (void)
{
  g_autofree char *message =
      g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  notify (message);
}

void
chatd_notify_stopping (void)
{
  notify ("STOPPING=1");
}

gint64
chatd_notify_watchdog_us (void)
{
  const char *usec = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 interval_us;

  if (usec == NULL || !g_ascii_string_to_unsigned (usec, 10, 1, G_MAXINT64, &interval_us, NULL))
    return 0;
  if (pid != NULL && g_ascii_strtoll (pid, NULL, 10) != getpid ())
    return 0;

  return MAX ((gint64) interval_us / 2, 1);
}

void
chatd_notify_alive (void)
{
  notify ("WATCHDOG=1");
}
