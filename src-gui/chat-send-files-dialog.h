/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-outgoing-file.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows files before they are sent, each with its name, size and small picture, and asks for words
 * to go along. It sends nothing itself.
 *
 * Signals:
 *   submitted (): the person wants them sent; it goes when the handlers are through */

#define CHAT_TYPE_SEND_FILES_DIALOG (chat_send_files_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ChatSendFilesDialog, chat_send_files_dialog, CHAT, SEND_FILES_DIALOG, AdwWindow)

/* @files: of #ChatOutgoingFile */
ChatSendFilesDialog *
chat_send_files_dialog_new (GtkWindow *parent, const char *room_name, GListModel *files);

GListModel *chat_send_files_dialog_get_files (ChatSendFilesDialog *self); /* (transfer none) */
/* Returns: (transfer full) (nullable): to go with the first one */
char *chat_send_files_dialog_dup_caption (ChatSendFilesDialog *self);
void chat_send_files_dialog_set_caption (ChatSendFilesDialog *self, const char *caption);
/* Whether at least one can be sent, and all are read */
gboolean chat_send_files_dialog_can_submit (ChatSendFilesDialog *self);
void chat_send_files_dialog_submit (ChatSendFilesDialog *self);

G_END_DECLS
