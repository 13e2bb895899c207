/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts as words to search for, and where such words stand in a text. Pure.
 *
 * All is folded as chat_text_fold() does. Where people write without spaces, as in Japanese, each
 * character is a word of its own, so that words of two characters are found; symbols such as emoji
 * are, too. Punctuation only separates. */

/**
 * chat_search_words_index:
 * @text: UTF-8
 *
 * Returns: (transfer full): the words of @text, one space between two; "" if there are none. For an
 * index whose tokens are what stands between spaces.
 */
char *chat_search_words_index (const char *text);

/* What somebody searches for: all its phrases, which spaces separate; a phrase is words that follow
 * one another. The last word may go on. Immutable. */
typedef struct _ChatSearchQuery ChatSearchQuery;

/* @text: as typed; what goes beyond CHAT_SEARCH_QUERY_MAX_WORDS is left out */
#define CHAT_SEARCH_QUERY_MAX_WORDS 64

ChatSearchQuery *chat_search_query_new (const char *text);
ChatSearchQuery *chat_search_query_ref (ChatSearchQuery *self);
void chat_search_query_unref (ChatSearchQuery *self);

/* Returns: whether there is no word in it, so that nothing is found */
gboolean chat_search_query_is_empty (ChatSearchQuery *self);

/* Returns: (transfer full): an expression of SQLite's FTS5 over an index of such words */
char *chat_search_query_dup_expression (ChatSearchQuery *self);

typedef struct
{
  guint start; /* bytes of the text */
  guint end;
} ChatSearchRange;

/**
 * chat_search_query_find:
 * @text: UTF-8
 *
 * Returns: (transfer full) (nullable): of #ChatSearchRange, in order, apart from one another: where
 * the phrases stand; %NULL: not all of them do
 */
GArray *chat_search_query_find (ChatSearchQuery *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSearchQuery, chat_search_query_unref)

G_END_DECLS
