/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* An Enter that ends a composition (Japanese, Chinese, Korean input) must not submit anything.
 * Remembers for one text field whether a composition is going on, or has just ended. */

/**
 * chat_ime_guard_watch:
 * @editable: whose delegate is a #GtkText, e.g. an #AdwEntryRow; keeps its own state in it
 */
void chat_ime_guard_watch (GtkEditable *editable);

/* Returns: whether an activation of @editable, now, belongs to its composition */
gboolean chat_ime_guard_is_composing (GtkEditable *editable);

G_END_DECLS
