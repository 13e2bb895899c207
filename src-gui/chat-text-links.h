/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds web addresses in what people wrote. Pure. */

/* Bytes of the text, end exclusive; always on characters' boundaries. */
typedef struct
{
  guint start;
  guint end;
} ChatTextLink;

/**
 * chat_text_find_links:
 * @text: valid UTF-8
 *
 * Only http://, https:// and www. count. Punctuation that ends a sentence, closing brackets without
 * their opening one, and Japanese punctuation are no part of a link; so "（https://a.example/）。"
 * holds "https://a.example/".
 *
 * Returns: (transfer full): of #ChatTextLink, in order; may be empty
 */
GArray *chat_text_find_links (const char *text);

/* Returns: (transfer full): the address to open, which has a scheme even where none was written */
char *chat_text_dup_link (const char *text, const ChatTextLink *link);

G_END_DECLS
