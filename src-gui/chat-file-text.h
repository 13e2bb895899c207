/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-file.h"
#include "chat-transfer.h"

G_BEGIN_DECLS

/* What is said to people of files; each (transfer full), plain text. */

/* What kind of file it says it is, and its size: "Picture · 1.2 MB" */
char *chat_file_text_about (const ChatMessageFile *file);
/* Of a file on its way, how far it is; of one that ended, how it ended */
char *chat_file_text_state (ChatTransfer *transfer);
/* The icon for what it says it is */
GIcon *chat_file_text_get_icon (const char *media_type);

/* Why no files can be sent into @room. (nullable): they can */
char *chat_file_text_why_none (ChatRoom *room);

G_END_DECLS
