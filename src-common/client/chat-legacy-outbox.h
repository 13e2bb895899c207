/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-legacy-admission.h"
#include "chat-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One's own messages on their way into a room by protocol 1: in order, not faster than a server
 * lets pass, and kept while it does not answer. Private to the client library. */

#define CHAT_TYPE_LEGACY_OUTBOX (chat_legacy_outbox_get_type ())
G_DECLARE_FINAL_TYPE (ChatLegacyOutbox, chat_legacy_outbox, CHAT, LEGACY_OUTBOX, GObject)

/* @admission: borrowed; must outlive chat_legacy_outbox_close(). Open at first. */
ChatLegacyOutbox *chat_legacy_outbox_new (ChatLegacyAdmission *admission);

/**
 * chat_legacy_outbox_push:
 * @message: waiting; it turns to unconfirmed, or to failed with its error
 * @task: (transfer full): returns a boolean; its cancellable takes the message back, as failed
 */
void chat_legacy_outbox_push (ChatLegacyOutbox *self, ChatMessage *message, GTask *task);

/* While it is not open, messages wait. */
void chat_legacy_outbox_set_open (ChatLegacyOutbox *self, gboolean open);

/* Sends what waits at once, whatever the pace, if it is open: there is no later. */
void chat_legacy_outbox_drain (ChatLegacyOutbox *self);

/* A datagram was refused: what was sent in the last moment must be taken for lost. */
void chat_legacy_outbox_fail_recent (ChatLegacyOutbox *self);

/* Fails what waits with %CHAT_ERROR_NOT_JOINED; nothing is sent any more. */
void chat_legacy_outbox_close (ChatLegacyOutbox *self);

G_END_DECLS
