/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-field-hint.h"
#include "chat-name.h"

G_BEGIN_DECLS

/* A field for the name of a person, or of a room: checked as one types, the reason said in the hint
 * under it.
 *
 * Properties: room (whether it is a room's name), hint, valid (notifies)
 * Signals:
 *   submitted (): Enter, unless it ended a composition */

#define CHAT_TYPE_NAME_ROW (chat_name_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatNameRow, chat_name_row, CHAT, NAME_ROW, AdwEntryRow)

/* Returns: (transfer full) (nullable): the normalized name; %NULL while it is none */
char *chat_name_row_dup_name (ChatNameRow *self);
void chat_name_row_set_name (ChatNameRow *self, const char *name);
gboolean chat_name_row_is_valid (ChatNameRow *self);

/* Says what the server has against the name; gone when it is typed anew. */
void chat_name_row_refuse (ChatNameRow *self, const char *reason, const char *way_out);

G_END_DECLS
