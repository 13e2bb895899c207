/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How much may still be written, or is too much. The limit is one of bytes; what it says is in
 * characters, which one can count. It hides itself until the limit is near. */

#define CHAT_TYPE_BYTE_COUNTER (chat_byte_counter_get_type ())
G_DECLARE_FINAL_TYPE (ChatByteCounter, chat_byte_counter, CHAT, BYTE_COUNTER, GtkWidget)

/* @max_len: bytes of UTF-8; 0: no limit known */
void chat_byte_counter_set_max_len (ChatByteCounter *self, gsize max_len);
void chat_byte_counter_set_text (ChatByteCounter *self, const char *text);
gboolean chat_byte_counter_is_over (ChatByteCounter *self);
/* Returns: what it says, "" while it is hidden */
const char *chat_byte_counter_get_words (ChatByteCounter *self);

G_END_DECLS
