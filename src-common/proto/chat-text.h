/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What people type on a Japanese keyboard, folded for machines. Pure. */

/**
 * chat_text_fold_case:
 * @text: UTF-8
 *
 * As g_utf8_casefold(), which in GLib 2.74 makes Cherokee capitals small and small letters
 * capitals.
 *
 * Returns: (transfer full): @text without case, in no locale's particular way
 */
char *chat_text_fold_case (const char *text);

/**
 * chat_text_fold:
 * @text: UTF-8
 *
 * For searching: NFKC, case folded, katakana turned into hiragana, so that ルーム, ﾙｰﾑ and るーむ
 * are one word, and Ｔａｒｏ is taro.
 *
 * Returns: (transfer full): a string for comparing
 */
char *chat_text_fold (const char *text);

/**
 * chat_text_narrow:
 * @text: UTF-8
 *
 * For commands, addresses and ports: full-width ASCII (U+FF01 to U+FF5E) and the ideographic space
 * become their narrow twins; 。between two characters of an address becomes a full stop; the rest
 * stays as it is.
 *
 * Returns: (transfer full): the narrow text
 */
char *chat_text_narrow (const char *text);

/* Returns: where the first white space of any width stands in @text, or its end */
const char *chat_text_find_space (const char *text);
/* … where the first character stands that is none */
const char *chat_text_skip_space (const char *text);

G_END_DECLS
