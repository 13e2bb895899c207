/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-tls-link.h"

G_BEGIN_DECLS

/* One connection for files: from the first byte to HELLO, then whatever is asked and sent. Knows no
 * file. Makes no second attempt. Private to the client library. docs/protocol-session.md,
 * "Files". */

typedef struct _ChatFileConnection ChatFileConnection;

/* Each may free the connection. */
typedef struct
{
  void (*ready) (gpointer data);
  /* No refusal */
  void (*reply) (const ChatControlFile *reply, gpointer data);
  void (*chunk) (const guint8 *bytes, gsize len, gpointer data);
  void (*drained) (gpointer data);
  /* Over: the server refused, or is gone. @retry_ms: the same may succeed after so long; 0: it
   * does not say. Last call */
  void (*failed) (const GError *error, guint retry_ms, gpointer data);
} ChatFileConnectionFuncs;

/* @pin: the key that the server must have. @funcs: static; never called from within a function of
 * this header */
ChatFileConnection *chat_file_connection_new (ChatEndpoint *endpoint,
                                              const char *pin,
                                              const ChatFileConnectionFuncs *funcs,
                                              gpointer data);
void chat_file_connection_free (ChatFileConnection *self);

/* Once it is ready */
void chat_file_connection_request (ChatFileConnection *self,
                                   ChatOperation operation,
                                   const ChatControlRequest *request);
void chat_file_connection_send (ChatFileConnection *self, const guint8 *bytes, gsize len);
/* Returns: whether more may be sent before drained() */
gboolean chat_file_connection_has_room (ChatFileConnection *self);
gsize chat_file_connection_get_queued (ChatFileConnection *self); /* bytes */
void chat_file_connection_hold (ChatFileConnection *self, gboolean held);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatFileConnection, chat_file_connection_free)

G_END_DECLS
