/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Keys, uids and instances as text. docs/protocol-session.md: lower-case, two digits a byte. */

/**
 * chat_hex_append:
 * @bytes: (array length=size)
 * @out: gets 2 × @size digits appended, no NUL
 */
void chat_hex_append (const guint8 *bytes, gsize size, GByteArray *out);

/**
 * chat_hex_encode:
 *
 * Returns: (transfer full): 2 × @size digits
 */
char *chat_hex_encode (const guint8 *bytes, gsize size);

/**
 * chat_hex_decode:
 * @text: NUL-terminated
 * @bytes: (out caller-allocates) (array length=size): untouched on failure
 *
 * Returns: whether @text has exactly 2 × @size digits, none of them in upper case
 */
gboolean chat_hex_decode (const char *text, guint8 *bytes, gsize size);

G_END_DECLS
