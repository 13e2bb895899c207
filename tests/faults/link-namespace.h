/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A network namespace with nothing but loopback and one TUN device, "link0", whose other end is
 * ours. It has no name: others enter it through our descriptor, and it is gone when nobody is in
 * it. */

typedef struct
{
  int namespace_fd;
  int tun_fd; /* whole IP packets, non-blocking */
} LinkNamespace;

/* @address: IPv4, of a network of 24 bits. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN; after a failure
 * the process may stand in another namespace than before, and can only end. */
gboolean link_namespace_open (LinkNamespace *self, const char *address, GError **error);

G_END_DECLS
