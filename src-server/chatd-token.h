/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-limits.h"

#include <glib.h>

G_BEGIN_DECLS

/* The secret that lets a protocol-1 member speak: a UUID of version 4 from the system's
 * cryptographic random source. Never logged. */

typedef struct
{
  guint8 bytes[16];
} ChatdToken;

/* Returns: %FALSE where the system has no randomness to give */
gboolean chatd_token_generate (ChatdToken *token);

/* Lower case, with hyphens and a trailing NUL */
void chatd_token_to_text (const ChatdToken *token, char text[CHAT_LEGACY_TOKEN_LEN + 1]);

/* Returns: %FALSE where @text is not of the form that chatd_token_to_text() writes */
gboolean chatd_token_parse (ChatdToken *token, const char *text, gsize len);

/* For hash tables; the bytes are random already */
guint chatd_token_hash (gconstpointer token);
gboolean chatd_token_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
