/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-view.h"
#include "chat-send-files-dialog.h"

G_BEGIN_DECLS

/* What a room view does with files: chooses, drops, pastes and sends them, fetches, saves and opens
 * them. For its files and its tests. */

void chat_room_view_install_files (GtkWidgetClass *klass);
void chat_room_view_add_drop_target (ChatRoomView *self);

/* Shows them before they are sent. @files: of #GFile. Returns: (transfer none) (nullable): it was
 * said why they cannot be sent */
ChatSendFilesDialog *chat_room_view_offer_files (ChatRoomView *self, const GSList *files);
ChatSendFilesDialog *chat_room_view_offer_texture (ChatRoomView *self, GdkTexture *texture);

/* @opener: (nullable): in place of the system's; for tests */
typedef void (*ChatFileOpener) (GtkWindow *window, const char *uri);
void chat_room_view_set_file_opener (ChatFileOpener opener);

G_END_DECLS
