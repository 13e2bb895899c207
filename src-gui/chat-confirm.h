/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A question over a window, before something that cannot be undone. The only place that knows which
 * widget asks. */

typedef void (*ChatConfirmed) (gpointer data);

/**
 * chat_confirm:
 * @body: plain text
 * @items: (nullable): a list to show under it, e.g. rooms; names as others wrote them
 * @verb: the button that does it, with a mnemonic; styled as destructive
 * @confirmed: called once where it is chosen, never otherwise
 * @destroy: (nullable): frees @data in any case
 *
 * Returns: (transfer none): the dialog, already presented; it destroys itself
 */
GtkWindow *chat_confirm (GtkWindow *parent,
                         const char *heading,
                         const char *body,
                         const char *const *items,
                         const char *verb,
                         ChatConfirmed confirmed,
                         gpointer data,
                         GDestroyNotify destroy);

/**
 * chat_confirm_or:
 * @other_verb: another way to do it, that loses nothing
 * @other: called once where that is chosen
 *
 * As chat_confirm(), with a choice.
 */
GtkWindow *chat_confirm_or (GtkWindow *parent,
                            const char *heading,
                            const char *body,
                            const char *verb,
                            ChatConfirmed confirmed,
                            const char *other_verb,
                            ChatConfirmed other,
                            gpointer data,
                            GDestroyNotify destroy);

G_END_DECLS
