/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Variable-length integers as in RFC 9000, section 16: the two top bits of the first byte say how
 * many bytes there are (1, 2, 4, 8); big-endian. A longer form than needed is valid input.
 * docs/protocol-delivery.md, "Part 3: data frames". */

#define CHAT_VARINT_MAX ((G_GUINT64_CONSTANT (1) << 62) - 1)
#define CHAT_VARINT_MAX_SIZE 8

/**
 * chat_varint_size:
 * @value: at most %CHAT_VARINT_MAX
 *
 * Returns: bytes of the shortest form: 1, 2, 4 or 8
 */
gsize chat_varint_size (guint64 value);

/**
 * chat_varint_append:
 * @value: at most %CHAT_VARINT_MAX
 * @out: gets the shortest form appended
 */
void chat_varint_append (guint64 value, GByteArray *out);

/**
 * chat_varint_take:
 * @bytes: (inout): moved behind the number; untouched if there is none
 * @len: (inout): bytes left at @bytes; likewise
 * @value: (out): set only on %TRUE
 *
 * Returns: %FALSE if the bytes end before the number does
 */
gboolean chat_varint_take (const guint8 **bytes, gsize *len, guint64 *value);

G_END_DECLS
