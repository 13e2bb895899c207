/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The fingerprint of a key, in groups of four, four groups a line; it can be selected and copied.
 * Groups that differ from another key's are marked, for the eye and for screen readers. */

#define CHAT_TYPE_KEY_LABEL (chat_key_label_get_type ())
G_DECLARE_FINAL_TYPE (ChatKeyLabel, chat_key_label, CHAT, KEY_LABEL, GtkWidget)

/* @key: (nullable): 64 hex digits; @other: (nullable): what it is compared with */
void chat_key_label_set_key (ChatKeyLabel *self, const char *key, const char *other);

/* For tests: as it is shown, lines and all; as it is spoken */
const char *chat_key_label_get_text (ChatKeyLabel *self);
const char *chat_key_label_get_spoken (ChatKeyLabel *self);

G_END_DECLS
