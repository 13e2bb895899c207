/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The servers that tell of themselves on the local network: name, address, lock; to choose from.
 * Not shown while there is none.
 *
 * Signals:
 *   chosen (char *address) */

#define CHAT_TYPE_FOUND_SERVERS (chat_found_servers_get_type ())
G_DECLARE_FINAL_TYPE (ChatFoundServers, chat_found_servers, CHAT, FOUND_SERVERS, GtkBox)

/* @servers: (nullable): of #ChatFoundServer */
void chat_found_servers_set_model (ChatFoundServers *self, GListModel *servers);
guint chat_found_servers_count (ChatFoundServers *self);

G_END_DECLS
