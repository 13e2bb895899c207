/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-config.h"
#include "chatd-link.h"
#include "chatd-poller.h"
#include "chatd-requests.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The TCP port: accepts, within limits for each address and for the whole process, and gives each
 * connection its time. */

typedef struct _ChatdListener ChatdListener;

/* @sockets: of chatd_bind_sockets(); @poller, @requests, @tls, @acceptor: borrowed. Returns: %NULL
 * with an error */
ChatdListener *chatd_listener_new (GPtrArray *sockets,
                                   ChatdPoller *poller,
                                   ChatdRequests *requests,
                                   ChatdTls *tls,
                                   const ChatdLinkAcceptor *acceptor,
                                   GError **error);
/* Stops, and closes all connections. */
void chatd_listener_free (ChatdListener *self);

void chatd_listener_configure (ChatdListener *self, const ChatdConfig *config);

/* Raises the process's limit of descriptors as far as it may. Returns: what it is now */
guint64 chatd_listener_raise_descriptor_limit (void);

G_END_DECLS
