/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The one door by which a payload from a peer reaches json-glib. docs/protocol.md, "Payloads". */

/**
 * chat_json_parse:
 * @payload: (array length=len): any bytes
 * @error: #CHAT_WIRE_ERROR
 *
 * Returns: (transfer full) (nullable): an object that passed chat_json_check() and has no key twice
 */
JsonNode *chat_json_parse (const guint8 *payload, gsize len, GError **error);

/**
 * chat_json_set_malformed:
 * @what: what was looked for, such as a key
 *
 * Returns: %FALSE, for the caller to return
 */
gboolean chat_json_set_malformed (GError **error, const char *what);

G_END_DECLS
