/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The row under a field that says what is wrong with it, and offers a way out. Hidden while there
 * is nothing to say.
 *
 * Signals:
 *   way-out (): the button was clicked */

#define CHAT_TYPE_FIELD_HINT (chat_field_hint_get_type ())
G_DECLARE_FINAL_TYPE (ChatFieldHint, chat_field_hint, CHAT, FIELD_HINT, AdwPreferencesRow)

/**
 * chat_field_hint_say:
 * @text: (nullable): plain text; %NULL or "" hides the row
 * @way_out: (nullable): the button's label; %NULL: no button
 */
void chat_field_hint_say (ChatFieldHint *self, const char *text, const char *way_out);

/* The same, and @field looks as if something were wrong with it, or not. @self: (nullable) */
void chat_field_hint_judge (ChatFieldHint *self,
                            GtkWidget *field,
                            const char *text,
                            const char *way_out);

const char *chat_field_hint_get_text (ChatFieldHint *self);    /* "" while hidden */
const char *chat_field_hint_get_way_out (ChatFieldHint *self); /* (nullable) */

/* As if the button had been clicked; nothing where there is none. */
void chat_field_hint_take_way_out (ChatFieldHint *self);

G_END_DECLS
