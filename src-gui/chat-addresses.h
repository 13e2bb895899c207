/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Under which addresses others reach this computer. */

/* Returns: (transfer full): host parts, best first: IPv4 before IPv6, networks that containers and
 * virtual machines made for themselves last; neither loopback nor link-local ones. Maybe empty. */
GStrv chat_addresses_of_this_computer (void);

/* The rule for one of them; exported for tests.
 *
 * Returns: a rank, the smaller the better; -1: not to be handed out */
int chat_addresses_rank (const char *interface, GInetAddress *address);

/* Returns: whether @host, as typed, is this computer: localhost, 127.…, ::1, or one of the above */
gboolean chat_addresses_is_local (const char *host);

G_END_DECLS
