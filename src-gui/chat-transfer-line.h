/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-transfer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A file on its way: how far it is, and buttons to pause it, go on, and cancel it, by the action
 * room.transfer (su): what, and the transfer's position in the room's list. It follows the transfer
 * by itself. */

#define CHAT_TYPE_TRANSFER_LINE (chat_transfer_line_get_type ())
G_DECLARE_FINAL_TYPE (ChatTransferLine, chat_transfer_line, CHAT, TRANSFER_LINE, GtkWidget)

/* @named: whether it tells the file's name, too */
GtkWidget *chat_transfer_line_new (gboolean named);
/* @transfer: (nullable) */
void chat_transfer_line_set_transfer (ChatTransferLine *self, ChatTransfer *transfer);
ChatTransfer *chat_transfer_line_get_transfer (ChatTransferLine *self); /* (nullable) */
const char *chat_transfer_line_get_text (ChatTransferLine *self);       /* how far it is */
/* Does as the button does: "pause", "resume" or "cancel". Returns: whether there is that button */
gboolean chat_transfer_line_press (ChatTransferLine *self, const char *what);

G_END_DECLS
