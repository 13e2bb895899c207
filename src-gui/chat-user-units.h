/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* systemd's user manager, as far as starting and stopping one unit asks for. Talks to it only where
 * it runs already: the bus is never asked to start one. */

/**
 * chat_user_units_is_known_async:
 *
 * Whether there is a manager, and it has @unit. No error: no manager is an answer too.
 */
void chat_user_units_is_known_async (const char *unit,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer data);
gboolean chat_user_units_is_known_finish (GAsyncResult *result);

/* Returns (finish): whether @unit is active now; FALSE where there is no manager */
void chat_user_units_is_active_async (const char *unit,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
gboolean chat_user_units_is_active_finish (GAsyncResult *result);

/* @method: StartUnit or StopUnit; ends when the manager's job has ended */
void chat_user_units_run_async (const char *method,
                                const char *unit,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean chat_user_units_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
