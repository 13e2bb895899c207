/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Characters that a reader takes for one another. Pure; private to chat-name. */

/**
 * chat_name_twin:
 * @c: a character of a name in NFKD, case folded
 *
 * Returns: the character that stands for @c and all its look-alikes; @c itself where it has none
 */
gunichar chat_name_twin (gunichar c);

G_END_DECLS
