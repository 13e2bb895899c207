/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can be the name or the address of a computer. Pure; looks nothing up. */

#define CHAT_HOST_MAX_BYTES 253 /* RFC 1035 §2.3.4, without the final dot */

/* Returns: whether @host is written as IPv6 addresses are, without brackets */
gboolean chat_host_is_ipv6 (const char *host);

/**
 * chat_host_is_valid:
 * @host: UTF-8; an IPv6 address without brackets, maybe with a zone behind a %
 *
 * Letters of any script may stand in a name (RFC 5890). An address of digits must be a whole one:
 * 192.168.1 is most likely not what was meant.
 */
gboolean chat_host_is_valid (const char *host);

G_END_DECLS
