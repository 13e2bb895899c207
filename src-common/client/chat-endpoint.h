/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a server is: host, TCP port, UDP port. Immutable. */

#define CHAT_TYPE_ENDPOINT (chat_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (ChatEndpoint, chat_endpoint, CHAT, ENDPOINT, GObject)

/* @host: a name or an address, an IPv6 one without brackets */
ChatEndpoint *chat_endpoint_new (const char *host, guint16 tcp_port, guint16 udp_port);

/**
 * chat_endpoint_parse:
 * @text: "host", "host:port", "[::1]:port", "::1", or with both ports "host:8888/8889"; full-width
 *   letters, digits and ：． count as their narrow twins, spaces around are dropped
 * @error: %CHAT_ERROR_BAD_ADDRESS
 *
 * The UDP port is the TCP port + 1 unless given.
 *
 * Returns: (transfer full) (nullable)
 */
ChatEndpoint *chat_endpoint_parse (const char *text, GError **error);

/* Properties: */
const char *chat_endpoint_get_host (ChatEndpoint *self);
guint16 chat_endpoint_get_tcp_port (ChatEndpoint *self);
guint16 chat_endpoint_get_udp_port (ChatEndpoint *self);

/* Returns: (transfer full): the shortest text that chat_endpoint_parse() turns into @self, but
 * always with the TCP port: "192.168.1.5:8888" */
char *chat_endpoint_to_string (ChatEndpoint *self);

gboolean chat_endpoint_equal (gconstpointer a, gconstpointer b);
guint chat_endpoint_hash (gconstpointer self);

G_END_DECLS
