/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The runtime file about the chatd that an app started detached: which process it is, and where it
 * listens. The file is locked for as long as that chatd lives: the lock's descriptor is inherited
 * by it. So it is true or stale by itself, and two apps never start two.
 *
 * Its form is a GKeyFile: [chatd] pid, start-time, bind, tcp-port, udp-port. */

typedef struct
{
  GPid pid;
  guint64 start_time; /* of chat_process_get_start_time() */
  gboolean any;       /* for the network too, not only this computer */
  guint16 tcp_port;
  guint16 udp_port;
} ChatServerRecord;

/**
 * chat_server_record_lock:
 *
 * Returns: a locked descriptor, close-on-exec; -1 where a chatd, or an app that is starting one,
 *   holds it (%G_IO_ERROR_BUSY), or the file cannot be made
 */
int chat_server_record_lock (const char *path, GError **error);

/* Returns: whether @record was set: the file is there, is whole, and its process lives */
gboolean chat_server_record_read (const char *path, ChatServerRecord *record);

/* Into the locked file, in place: a file of another inode would not be locked. */
gboolean chat_server_record_write (int fd, const ChatServerRecord *record, GError **error);

G_END_DECLS
