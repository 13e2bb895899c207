/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-config.h"
#include "chatd-sessions.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The server as a whole: owns its parts, wires them up, takes them down in order. Nobody below
 * knows it. Lives in the default main context. */

typedef struct _ChatdServer ChatdServer;

/* All members were told, and what could be sent is sent. */
typedef void (*ChatdServerStopped) (gpointer data);

/**
 * chatd_server_new:
 * @config: copied
 * @error: one translated sentence that says what to do
 *
 * Returns: (transfer full) (nullable): a server that answers already
 */
ChatdServer *chatd_server_new (const ChatdConfig *config, GError **error);
void chatd_server_free (ChatdServer *self);

guint chatd_server_get_tcp_port (ChatdServer *self);
guint chatd_server_get_udp_port (ChatdServer *self);

/* Returns: (transfer none): 64 hex digits, see chatd_tls_get_fingerprint() */
const char *chatd_server_get_fingerprint (ChatdServer *self);

/* Returns: (transfer none): all of protocol 2, for tests */
ChatdSessions *chatd_server_get_sessions (ChatdServer *self);

/* Takes over what can change while it runs. Returns: %FALSE where bind or a port differs, which
 * needs a restart and is left as it is. */
gboolean chatd_server_reconfigure (ChatdServer *self, const ChatdConfig *config);

/* Closes all rooms, with a notice to each member; @stopped comes within a second, never from inside
 * this call. */
void chatd_server_stop (ChatdServer *self, ChatdServerStopped stopped, gpointer data);

G_END_DECLS
