/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-server-record.h"

G_BEGIN_DECLS

/* Starts chatd detached: a session of its own, its messages in a log file, the runtime file locked
 * by it. Ends when it has said that it is ready, or has died. */

typedef struct
{
  const char *program;     /* path of chatd */
  const char *record_path; /* chat-server-record.h */
  const char *log_path;
  const char *data_path; /* folder for its rooms; made */
  gboolean any;          /* for all addresses, not only this computer's own */
  guint16 tcp_port;      /* 0: a free one */
  guint16 udp_port;      /* likewise */
} ChatServerSpawn;

/* @spawn: copied */
void chat_server_spawn_async (const ChatServerSpawn *spawn,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);

/**
 * chat_server_spawn_finish:
 * @record: (out caller-allocates): what was written to the runtime file
 * @error: %G_IO_ERROR_BUSY: one runs already, or is being started; %G_IO_ERROR_CLOSED: it died, the
 *   message is the last line of its log; others as they are
 */
gboolean chat_server_spawn_finish (GAsyncResult *result, ChatServerRecord *record, GError **error);

/* Returns: whether @line says that chatd is ready; then with its ports */
gboolean chat_server_spawn_parse_ready (const char *line, guint16 *tcp_port, guint16 *udp_port);

G_END_DECLS
