/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much is shown of a message that is long. Pure. */

/* It is long from here on: so that what is hidden is worth a button */
#define CHAT_MESSAGE_LONG_LINES 15
#define CHAT_MESSAGE_LONG_CHARS 1500

/* What is shown of it */
#define CHAT_MESSAGE_FOLD_LINES 10
#define CHAT_MESSAGE_FOLD_CHARS 600

/* Looks at no more of @text than it needs. Returns: how many bytes of it are shown while it is
 * folded; 0: it is not long */
gsize chat_message_fold_find (const char *text);

G_END_DECLS
