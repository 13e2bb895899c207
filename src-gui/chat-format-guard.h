/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * chat_format_guard:
 * @line: valid UTF-8
 * @len: its bytes
 *
 * A copy of one line, byte for byte as long, for a parser of Markdown: what only looks like
 * formatting is letters there, and so are addresses and what is not ASCII. CommonMark's rules are
 * for texts with spaces, and would take 「」 beside ** for the end of a word; nor does it know
 * faces such as (*^_^*).
 *
 * Returns: (transfer full)
 */
char *chat_format_guard (const char *line, gsize len);

G_END_DECLS
