/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-format.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * chat_message_attributes_new:
 * @links: of #ChatTextLink
 * @format: (nullable)
 * @mentions: (nullable): of #ChatMention: bold; those of the person at this computer with a tint
 *
 * Links, formatting and mentions of a text as attributes. Their colours go with any background.
 *
 * Returns: (transfer full)
 */
PangoAttrList *chat_message_attributes_new (GArray *links, ChatFormat *format, GArray *mentions);

G_END_DECLS
