/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The stop where a server shows another key than before: both keys, what that may mean, and what to
 * do. The only way on takes two deliberate steps: a page of its own, on which the end of the new
 * key is typed as whoever runs the server said it.
 *
 * Signals: accepted (char *key): the new key may take the old one's place; the dialog then closes
 */

#define CHAT_TYPE_KEY_DIALOG (chat_key_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatKeyDialog, chat_key_dialog, CHAT, KEY_DIALOG, AdwWindow)

/* @old_key, @new_key: (nullable): 64 hex digits */
ChatKeyDialog *chat_key_dialog_new (GtkWindow *parent,
                                    const char *address,
                                    const char *old_key,
                                    const char *new_key);

/* Without a way on: the keys do not fit, and it is an invite that says so.
 * @pin: (nullable): what is known of the server; it is not what the invite says
 * @offered_key: (nullable): where there is no pin: what the server showed instead */
ChatKeyDialog *chat_key_dialog_new_for_invite (GtkWindow *parent,
                                               const char *address,
                                               const char *pin,
                                               const char *invited_key,
                                               const char *offered_key);

G_END_DECLS
