/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many bytes may still be written, or are too many. It hides itself until the limit is near. */

#define CHAT_TYPE_BYTE_COUNTER (chat_byte_counter_get_type ())
G_DECLARE_FINAL_TYPE (ChatByteCounter, chat_byte_counter, CHAT, BYTE_COUNTER, GtkWidget)

/* @max_len: bytes of UTF-8; 0: no limit known */
void chat_byte_counter_set_max_len (ChatByteCounter *self, gsize max_len);
/* @len: bytes */
void chat_byte_counter_set_len (ChatByteCounter *self, gsize len);
gboolean chat_byte_counter_is_over (ChatByteCounter *self);

G_END_DECLS
