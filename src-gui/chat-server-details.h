/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What there is to know about one server: address, how far the road to it can be trusted and why,
 * its key and how one compares it, the road that messages take. Follows the session, if there is
 * one.
 *
 * Signals, whoever shows it does what they ask for:
 *   compared (): the person compared the key
 *   keys-requested (): both keys are to be shown
 *   forget-requested (): the key is to be forgotten
 */

#define CHAT_TYPE_SERVER_DETAILS (chat_server_details_get_type ())
G_DECLARE_FINAL_TYPE (ChatServerDetails, chat_server_details, CHAT, SERVER_DETAILS, AdwWindow)

/* @session: (nullable): of @endpoint, where one is in a room there */
ChatServerDetails *
chat_server_details_new (GtkWindow *parent, ChatEndpoint *endpoint, ChatSession *session);
/* @pin: (nullable): the key as it is remembered; the session's own where it has one */
void chat_server_details_set_pin (ChatServerDetails *self, const char *pin);
/* Why nothing goes on with it, where no session tells */
void chat_server_details_set_stop (ChatServerDetails *self, const GError *error);

G_END_DECLS
