/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Stands above the rooms of one server in the sidebar: its address, how the link is, and whether
 * others on the network can read along.
 *
 * Properties: session */

#define CHAT_TYPE_SERVER_HEADER (chat_server_header_get_type ())
G_DECLARE_FINAL_TYPE (ChatServerHeader, chat_server_header, CHAT, SERVER_HEADER, GtkBox)

GtkWidget *chat_server_header_new (ChatSession *session);

G_END_DECLS
