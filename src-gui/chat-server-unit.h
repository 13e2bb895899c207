/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* chatd as a unit of systemd's user manager: chatd@localhost.service for this computer only,
 * chatd@any.service for the network too. A unit cannot be told ports, and says nothing about them:
 * they are those of its configuration. */

/**
 * chat_server_unit_look_async:
 *
 * Whether one of the two runs. No error: no manager is an answer too.
 */
void chat_server_unit_look_async (GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
/* @any: (out): which one; set only where one runs */
gboolean chat_server_unit_look_finish (GAsyncResult *result, gboolean *any);

/* Ends when the server serves (its unit notifies). */
void chat_server_unit_start_async (gboolean any,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
/**
 * chat_server_unit_start_finish:
 * @error: %G_IO_ERROR_NOT_FOUND: no manager, or it does not know the unit: start the server
 *   another way. Others: it was not started; the message says why
 */
gboolean chat_server_unit_start_finish (GAsyncResult *result, GError **error);

/* Ends when it has ended. */
void chat_server_unit_stop_async (gboolean any,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
gboolean chat_server_unit_stop_finish (GAsyncResult *result, GError **error);

G_END_DECLS
