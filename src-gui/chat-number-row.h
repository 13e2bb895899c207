/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row for a number that may be none. Full-width digits count as their narrow twins; what is no
 * number is not taken, and what is too large becomes the largest.
 *
 * Properties: maximum (guint), value (guint, notifies): 0: none */

#define CHAT_TYPE_NUMBER_ROW (chat_number_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatNumberRow, chat_number_row, CHAT, NUMBER_ROW, AdwActionRow)

/* Takes over what is being typed. */
guint chat_number_row_get_value (ChatNumberRow *self);
void chat_number_row_set_value (ChatNumberRow *self, guint value);

G_END_DECLS
