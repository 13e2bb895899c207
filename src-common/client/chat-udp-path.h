/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Datagrams to and from one server: one socket. It knows bytes, not what they say. Private to the
 * client library. */

#define CHAT_TYPE_UDP_PATH (chat_udp_path_get_type ())
G_DECLARE_FINAL_TYPE (ChatUdpPath, chat_udp_path, CHAT, UDP_PATH, GObject)

/* Signals:
 *   refused: the server's host said that nobody listens on that port any more: a datagram that was
 *   sent a moment ago was lost.
 */

/* @bytes: (array length=len): one datagram; borrowed for the call */
typedef void (*ChatUdpPathReceive) (const guint8 *bytes, gsize len, gpointer data);

/**
 * chat_udp_path_new:
 * @server: the address that TCP was connected to; the socket takes its family
 * @udp_port: of the server
 * @error: #CHAT_ERROR
 *
 * Binds at once, so that datagrams which come before chat_udp_path_start() wait in the socket.
 * Datagrams of others than the server are dropped.
 */
ChatUdpPath *chat_udp_path_new (GInetSocketAddress *server, guint16 udp_port, GError **error);

guint16 chat_udp_path_get_port (ChatUdpPath *self); /* one's own */

/* Returns: whether datagrams of both leave from the same of this computer's addresses, so that one
 * is as good as the other */
gboolean chat_udp_path_has_same_way (ChatUdpPath *self, ChatUdpPath *other);

/* @receive is called from the main loop for each datagram until chat_udp_path_close(). */
void chat_udp_path_start (ChatUdpPath *self, ChatUdpPathReceive receive, gpointer data);
void chat_udp_path_close (ChatUdpPath *self);

/**
 * chat_udp_path_send:
 * @error: %G_IO_ERROR_WOULD_BLOCK where the system has no room for it now, else #CHAT_ERROR
 */
gboolean chat_udp_path_send (ChatUdpPath *self, const guint8 *bytes, gsize len, GError **error);

G_END_DECLS
