/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-row.h"

G_BEGIN_DECLS

/* The message rows that a #GtkListView has just now: those on the screen and around it. */

typedef void (*ChatMessageRowVisit) (ChatMessageRow *row, gpointer data);

/* Only rows that show a message are visited. */
void chat_message_rows_foreach (GtkWidget *list, ChatMessageRowVisit visit, gpointer data);
/* Returns: (transfer none) (nullable) */
ChatMessageRow *chat_message_rows_find (GtkWidget *list, guint position);

G_END_DECLS
