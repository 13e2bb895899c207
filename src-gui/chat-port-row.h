/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-field-hint.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A field for a port. Full-width digits count as their narrow twins; what is wrong is said as one
 * types, in the hint.
 *
 * Properties:
 *   hint (ChatFieldHint)
 *   port (guint, notifies): 0 while what is typed is none */

#define CHAT_TYPE_PORT_ROW (chat_port_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatPortRow, chat_port_row, CHAT, PORT_ROW, AdwEntryRow)

guint16 chat_port_row_get_port (ChatPortRow *self);
void chat_port_row_set_port (ChatPortRow *self, guint16 port);

G_END_DECLS
