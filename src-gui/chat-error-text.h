/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* #CHAT_ERROR codes -> sentences for people, translated. The only place where that happens. */

/**
 * chat_error_text:
 * @error: any #GError; codes of #CHAT_ERROR get a sentence that says what to do, others their
 * message
 *
 * Returns: (transfer full): plain text, never markup
 */
char *chat_error_text (const GError *error);

/* Returns: (transfer full): a few words for the same, for a status line: "Not reachable" */
char *chat_error_summary (const GError *error);

G_END_DECLS
