/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* What hosts did, in words. Pure. */

/* @message: of a kind that may have a deed. Returns: (transfer full) (nullable): %NULL where the
 * kind says it all */
char *chat_deed_text (ChatMessage *message);

/* Returns: (transfer full): "10 minutes"; 0 is no duration */
char *chat_duration_text (guint64 seconds);

G_END_DECLS
