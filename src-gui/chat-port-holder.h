/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

G_BEGIN_DECLS

/* Who has the ports that a server on this computer would take: asked after one did not start, since
 * that tells more than its last words. */

typedef enum
{
  CHAT_PORT_HOLDER_NOBODY,
  CHAT_PORT_HOLDER_CHAT_SERVER, /* connect to it */
  CHAT_PORT_HOLDER_OTHER,       /* another program: take other ports */
} ChatPortHolder;

/* @endpoint: on this computer */
void chat_port_holder_ask_async (ChatClient *client,
                                 ChatEndpoint *endpoint,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
ChatPortHolder chat_port_holder_ask_finish (GAsyncResult *result);

G_END_DECLS
