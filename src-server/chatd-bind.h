/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bound sockets for what "bind" says: one of each address family that it means and this computer
 * has, all on one port. */

/**
 * chatd_bind_sockets:
 * @bind: "any", "localhost" or an address
 * @port: 0: any free one
 * @type: %G_SOCKET_TYPE_STREAM (then they listen) or %G_SOCKET_TYPE_DATAGRAM
 * @error: #G_IO_ERROR: one translated sentence that says what to do
 *
 * Returns: (transfer full) (element-type GSocket) (nullable): one or two, not blocking
 */
GPtrArray *chatd_bind_sockets (const char *bind, guint port, GSocketType type, GError **error);

/* The port that @sockets share */
guint chatd_bind_get_port (GPtrArray *sockets);

G_END_DECLS
