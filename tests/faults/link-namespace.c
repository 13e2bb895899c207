/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-namespace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEVICE "link0"
#define MTU 1500
#define QUEUE_PACKETS 5000 /* so that only our own dice lose packets */

static gboolean
fail (GError **error, const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

static void
set_address (struct ifreq *request, const char *address)
{
  struct sockaddr_in value = { .sin_family = AF_INET };

  inet_pton (AF_INET, address, &value.sin_addr);
  memcpy (&request->ifr_addr, &value, sizeof value);
}

/* The requests in their order; ifr_name stays through all of them. */
static gboolean
configure (int fd, const char *address)
{
  struct ifreq device = { .ifr_name = DEVICE };
  struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

  if (ioctl (fd, SIOCSIFFLAGS, &loopback) < 0)
    return FALSE;
  set_address (&device, address);
  if (ioctl (fd, SIOCSIFADDR, &device) < 0)
    return FALSE;
  set_address (&device, "255.255.255.0");
  if (ioctl (fd, SIOCSIFNETMASK, &device) < 0)
    return FALSE;
  device.ifr_mtu = MTU;
  if (ioctl (fd, SIOCSIFMTU, &device) < 0)
    return FALSE;
  device.ifr_qlen = QUEUE_PACKETS;
  if (ioctl (fd, SIOCSIFTXQLEN, &device) < 0)
    return FALSE;
  device.ifr_flags = IFF_UP | IFF_RUNNING;
  return ioctl (fd, SIOCSIFFLAGS, &device) >= 0;
}

gboolean
link_namespace_open (LinkNamespace *self, const char *address, GError **error)
{
  struct ifreq request = { .ifr_name = DEVICE, .ifr_flags = IFF_TUN | IFF_NO_PI };
  gboolean configured;
  int fd;

  if (unshare (CLONE_NEWNET) < 0)
    return fail (error, "a network namespace");
  self->namespace_fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (self->namespace_fd < 0)
    return fail (error, "/proc/self/ns/net");
  self->tun_fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (self->tun_fd < 0 || ioctl (self->tun_fd, TUNSETIFF, &request) < 0)
    return fail (error, "/dev/net/tun");

  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  configured = fd >= 0 && configure (fd, address);
  if (!configured)
    fail (error, DEVICE);
  if (fd >= 0)
    close (fd);
  return configured;
}
