/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-search-hit.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * chat_search_snippet:
 * @attributes: (out) (transfer full): what was searched for, bold
 *
 * What a list shows of a text that was found: in one line, from a little before the place, so that
 * it is seen. No markup.
 *
 * Returns: (transfer full)
 */
char *chat_search_snippet (ChatSearchHit *hit, PangoAttrList **attributes);

G_END_DECLS
