/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-local-store.h"
#include "chat-transfer-private.h"
#include "chat-trust.h"

G_BEGIN_DECLS

/* The transfers of one server: two at once, the rest waits; tries again what broke off. Private to
 * the client library. */

typedef struct _ChatTransferQueue ChatTransferQueue;

/* @sent: a file is in its room: it is to be shown there */
ChatTransferQueue *chat_transfer_queue_new (ChatEndpoint *endpoint,
                                            ChatTrust *trust,
                                            void (*sent) (ChatTransfer *transfer));
/* Those that are not done failed. */
void chat_transfer_queue_free (ChatTransferQueue *self);

/* @stored: of its room. @max_size: bytes that the server takes; 0: not known */
void chat_transfer_queue_add (ChatTransferQueue *self,
                              ChatTransfer *transfer,
                              const ChatStoredRoom *stored,
                              guint64 max_size);

G_END_DECLS
