/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* systemd's user manager on the test's own bus, as far as starting and stopping chatd@… asks: a
 * "unit" is a real chatd on free ports. */

typedef struct MockSystemd MockSystemd;

/* @program: (nullable): what a chatd@… unit runs; NULL: there is no such unit */
MockSystemd *mock_systemd_new (const char *program);
/* Ends its unit. */
void mock_systemd_free (MockSystemd *self);

/* Of the unit, the same at each start */
guint16 mock_systemd_get_tcp_port (MockSystemd *self);
guint16 mock_systemd_get_udp_port (MockSystemd *self);

/* Returns: (nullable): name of the unit that is active */
const char *mock_systemd_get_running (MockSystemd *self);

G_END_DECLS
