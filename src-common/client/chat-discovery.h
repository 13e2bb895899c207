/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-found-server.h"

G_BEGIN_DECLS

/* The servers that tell of themselves on the local network, through Avahi's D-Bus interface and
 * without its library. Without a system bus, or without Avahi, there are none, and nobody waits;
 * they come when Avahi comes. docs/protocol-session.md, "On the local network". */

#define CHAT_TYPE_DISCOVERY (chat_discovery_get_type ())
G_DECLARE_FINAL_TYPE (ChatDiscovery, chat_discovery, CHAT, DISCOVERY, GObject)

/* Looks from now on. */
ChatDiscovery *chat_discovery_new (void);

/* (transfer none): of #ChatFoundServer, each name once, in the order in which they were seen */
GListModel *chat_discovery_get_servers (ChatDiscovery *self);

G_END_DECLS
