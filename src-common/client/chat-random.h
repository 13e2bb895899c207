/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers that nobody can guess, from the kernel. Private to the client library. */

void chat_random_fill (guint8 *bytes, gsize len);

/* Returns: 1 to 2^62 - 1: an instance */
guint64 chat_random_instance (void);

G_END_DECLS
