/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The lock of a server, as a small button that opens the server's details: win.show-server with
 * its address. Hidden while nothing is known. */

#define CHAT_TYPE_LOCK_BUTTON (chat_lock_button_get_type ())
G_DECLARE_FINAL_TYPE (ChatLockButton, chat_lock_button, CHAT, LOCK_BUTTON, GtkWidget)

/* @session: (nullable) */
void chat_lock_button_set_session (ChatLockButton *self, ChatSession *session);

/* Whether it is only shown where something is amiss */
void chat_lock_button_set_sparing (ChatLockButton *self, gboolean sparing);

G_END_DECLS
