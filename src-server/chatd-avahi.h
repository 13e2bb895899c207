/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-service.h"

G_BEGIN_DECLS

/* Makes the server known on the local network, through Avahi's D-Bus interface and without its
 * library. Where there is no system bus, or no Avahi, nothing happens, and nobody waits; it comes
 * when Avahi comes, and again when that was restarted. docs/protocol-session.md, "On the local
 * network". */

typedef struct _ChatdAvahi ChatdAvahi;

/**
 * chatd_avahi_new:
 * @name: as people see it; another one is taken where it is taken
 * @bind: what the server listens on
 *
 * Returns: (transfer full) (nullable): %NULL where only this computer reaches the server
 */
ChatdAvahi *
chatd_avahi_new (const char *name, const char *bind, guint tcp_port, const ChatService *service);
/* Tells it anew, where it has become another. */
void chatd_avahi_update (ChatdAvahi *self, const ChatService *service);
/* Takes it back. */
void chatd_avahi_free (ChatdAvahi *self);

/* Returns: (transfer full): what is told where nobody chose a name */
char *chatd_avahi_default_name (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdAvahi, chatd_avahi_free)

G_END_DECLS
