/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-file-card.h"
#include "chat-message-label.h"
#include "chat-message-row.h"

G_BEGIN_DECLS

/* What the files of the row share, and tests see. */

/* Opens a web address in the browser. */
typedef void (*ChatLinkOpener) (GtkWindow *window, const char *uri);

/* @opener: (nullable): in place of the system's; for tests */
void chat_message_row_set_link_opener (ChatLinkOpener opener);

/* Returns: (transfer none) */
ChatMessageLabel *chat_message_row_get_bubble (ChatMessageRow *self);

/* Returns: (transfer none) (nullable): below the name of a file */
ChatFileCard *chat_message_row_get_file_card (ChatMessageRow *self);

/* Whether the person wants to see what was typed, for this message */
gboolean chat_message_row_shows_source (ChatMessageRow *self);
void chat_message_row_toggle_source (ChatMessageRow *self);

/* Shows all of a long text, or only its beginning; does nothing where it is not long. */
void chat_message_row_toggle_fold (ChatMessageRow *self);
gboolean chat_message_row_can_fold (ChatMessageRow *self);
gboolean chat_message_row_is_folded (ChatMessageRow *self);

/* Returns: whether the focus went to the signs below it */
gboolean chat_message_row_focus_reactions (ChatMessageRow *self);

/* chat-message-row-actions.c: the message.* actions with their keys, and the gestures for them */
void chat_message_row_install_actions (GtkWidgetClass *klass);
void chat_message_row_add_gestures (ChatMessageRow *self);

G_END_DECLS
