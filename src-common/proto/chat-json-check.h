/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Is this JSON, and harmless to parse? Pure; not a parser. json-glib 1.6 crashes on 100,000
 * brackets, makes invalid UTF-8 of a lone surrogate, ends a string at \u0000, wraps integers
 * around, and takes comments and more that is not JSON; so every payload from a peer passes here
 * first. RFC 8259; docs/protocol.md, "Payloads". */

#define CHAT_JSON_DEPTH_MAX 16         /* objects and arrays inside each other */
#define CHAT_JSON_NUMBER_LENGTH_MAX 18 /* characters; such an integer always fits into 64 bits */
#define CHAT_JSON_KEYS_MAX 64 /* in one object: g_str_hash() is no match for a hostile peer */
#define CHAT_JSON_VALUES_MAX (128 * 1024) /* in all; each costs json-glib about 150 bytes */

/**
 * chat_json_check:
 * @bytes: (array length=len): a whole payload
 * @len: size of @bytes, in bytes
 *
 * Returns: whether @bytes is one object in strict JSON: valid UTF-8, no NUL (\u0000 neither), no
 *   lone surrogate, within the limits above. Duplicate keys are not looked for.
 */
gboolean chat_json_check (const guint8 *bytes, gsize len);

G_END_DECLS
