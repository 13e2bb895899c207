/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Below a message that was not sent: why, and buttons for message.resend (where that may help,
 * else message.copy) and message.discard. */

#define CHAT_TYPE_FAILURE_LINE (chat_failure_line_get_type ())
G_DECLARE_FINAL_TYPE (ChatFailureLine, chat_failure_line, CHAT, FAILURE_LINE, GtkWidget)

GtkWidget *chat_failure_line_new (void);
void chat_failure_line_set_reason (ChatFailureLine *self, const char *reason, gboolean resendable);
const char *chat_failure_line_get_reason (ChatFailureLine *self);

G_END_DECLS
