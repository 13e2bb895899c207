/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of files that came from others: what may cross the wire, what may be shown, and what may
 * stand in a folder. Pure. docs/protocol-session.md, "Files". A name is never a path. */

/**
 * chat_file_name_is_valid:
 * @name: UTF-8
 *
 * Returns: whether it may cross the wire: 1 to %CHAT_FILE_NAME_MAX bytes of one line, no control,
 *   bidi or invisible character, no slash or backslash, neither "." nor ".."
 */
gboolean chat_file_name_is_valid (const char *name);

/**
 * chat_file_name_sanitize:
 * @name: (nullable): any bytes, NUL-terminated; of a path its last part counts
 *
 * A name under which a file can be saved on any common system, however the name came: no
 * separator, no control, bidi or invisible character, none of `:*?"<>|`, no dot or blank at either
 * end, no device's name (CON, LPT1.txt), at most %CHAT_FILE_NAME_MAX bytes of NFC. What is too long
 * loses its middle and keeps its extension. It is valid on the wire, too.
 *
 * Returns: (transfer full): never empty: "file" where nothing is left
 */
char *chat_file_name_sanitize (const char *name);

/**
 * chat_file_name_number:
 * @name: a sanitized name
 * @attempt: from 2
 *
 * Returns: (transfer full): another one, for where @name is taken: "a (2).txt"
 */
char *chat_file_name_number (const char *name, guint attempt);

G_END_DECLS
