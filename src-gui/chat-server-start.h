/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-server.h"
#include "chat-server-record.h"
#include "chat-server-setup.h"

G_BEGIN_DECLS

/* One attempt to start chatd on this computer: as a unit where systemd's user manager knows it,
 * else detached; where it fails, with the reason that people can act on. */

/* @setup: must outlive the attempt */
void chat_server_start_async (const ChatServerSetup *setup,
                              ChatClient *client,
                              ChatLocalServerFlags flags,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);

/**
 * chat_server_start_finish:
 * @record: (out caller-allocates): set only where it runs; pid 0 where systemd has it
 * @error: #CHAT_LOCAL_SERVER_ERROR
 */
gboolean chat_server_start_finish (GAsyncResult *result, ChatServerRecord *record, GError **error);

G_END_DECLS
