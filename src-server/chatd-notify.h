/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells a service manager how the server is: sd_notify(3), whose protocol is a datagram to
 * $NOTIFY_SOCKET. That needs no library, and so no dependency at run time. Without a service
 * manager all of it does nothing. */

/* What was said: READY=1 with @status; RELOADING=1, STOPPING=1 */
void chatd_notify_ready (const char *status);
void chatd_notify_reloading (void);
void chatd_notify_stopping (void);

/* Returns: how often chatd_notify_alive() is expected, with a margin; 0: not at all */
gint64 chatd_notify_watchdog_us (void);
void chatd_notify_alive (void);

G_END_DECLS
