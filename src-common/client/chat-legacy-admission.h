/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-tcp-frame.h"
#include "chat-udp-path.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The way into a room by protocol 1: create or join, up to the token. Private to the client
 * library. */

typedef struct
{
  char *room;                  /* owned */
  char *token;                 /* owned */
  char *user_name;             /* owned: the name that the server keeps */
  ChatUdpPath *path;           /* owned: not yet started */
  GInetSocketAddress *address; /* owned: which of the host's addresses answered */
} ChatLegacyAdmission;

void chat_legacy_admission_free (ChatLegacyAdmission *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLegacyAdmission, chat_legacy_admission_free)

/**
 * chat_legacy_admission_async:
 * @operation: create or join
 *
 * Cancelling answers at once. Had the server been asked already, its reply is still awaited behind
 * the scenes and the room left again, so that no ghost stays in it.
 */
void chat_legacy_admission_async (ChatEndpoint *endpoint,
                                  ChatOperation operation,
                                  const char *room,
                                  const char *user,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* Returns: (transfer full) (nullable); errors: #CHAT_ERROR */
ChatLegacyAdmission *chat_legacy_admission_finish (GAsyncResult *result, GError **error);

/**
 * chat_legacy_admission_send:
 * @text: what to say in the room; "/quit" leaves it. One datagram, no answer
 * @error: of chat_udp_path_send()
 */
gboolean chat_legacy_admission_send (ChatLegacyAdmission *self, const char *text, GError **error);

G_END_DECLS
