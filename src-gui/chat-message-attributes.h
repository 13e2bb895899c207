/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-format.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * chat_message_attributes_new:
 * @links: of #ChatTextLink
 * @format: (nullable)
 *
 * Links and formatting of a text as attributes. Their colours go with any background.
 *
 * Returns: (transfer full)
 */
PangoAttrList *chat_message_attributes_new (GArray *links, ChatFormat *format);

G_END_DECLS
