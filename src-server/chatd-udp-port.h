/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-outbox.h"
#include "chatd-roster.h"
#include "chatd-sessions.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The UDP port: takes datagrams in batches, hands each to the member whose token it has or to the
 * session whose id it has, then sends what they were told. While a socket takes no more, none is
 * read. The sessions' alarms are its own. */

typedef struct _ChatdUdpPort ChatdUdpPort;

/* @sockets: of chatd_bind_sockets(). @roster: borrowed. */
ChatdUdpPort *chatd_udp_port_new (GPtrArray *sockets, ChatdRoster *roster);
void chatd_udp_port_free (ChatdUdpPort *self);

/* @sessions: borrowed (nullable): those for sealed datagrams; none at first */
void chatd_udp_port_set_sessions (ChatdUdpPort *self, ChatdSessions *sessions);

/* Returns: (transfer none) (nullable): the way out for @family, AF_INET or AF_INET6 */
ChatdOutbox *chatd_udp_port_get_outbox (ChatdUdpPort *self, int family);

/* Sends what was posted since; to be called after anything but a datagram made members hear
 * something. Returns: whether all of it is gone */
gboolean chatd_udp_port_flush (ChatdUdpPort *self);

G_END_DECLS
