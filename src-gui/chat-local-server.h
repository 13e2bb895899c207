/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

G_BEGIN_DECLS

/* The chatd that the app starts on this computer, and alone may stop: as a unit of systemd's user
 * manager where that knows chatd@.service, else detached, so that it outlives the app. Another
 * chatd, of the system or of somebody else, is never touched.
 *
 * Properties: state (notifies) */

typedef enum
{
  CHAT_LOCAL_SERVER_STOPPED,
  CHAT_LOCAL_SERVER_STARTING,
  CHAT_LOCAL_SERVER_RUNNING,
  CHAT_LOCAL_SERVER_STOPPING,
} ChatLocalServerState;

typedef enum
{
  CHAT_LOCAL_SERVER_ERROR_NOT_INSTALLED,   /* there is no chatd: install it */
  CHAT_LOCAL_SERVER_ERROR_ALREADY_RUNNING, /* a chat server has the port: connect to it */
  CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE,     /* another program has the port: take any other */
  CHAT_LOCAL_SERVER_ERROR_FAILED,          /* show the message */
} ChatLocalServerError;

/* Messages are translated, whole sentences. */
#define CHAT_LOCAL_SERVER_ERROR (chat_local_server_error_quark ())
GQuark chat_local_server_error_quark (void);

typedef enum
{
  CHAT_LOCAL_SERVER_ANY_ADDRESS = 1 << 0, /* reachable from the network; else from here only */
  CHAT_LOCAL_SERVER_ANY_PORT = 1 << 1,    /* not the usual ports: free ones */
} ChatLocalServerFlags;

#define CHAT_TYPE_LOCAL_SERVER (chat_local_server_get_type ())
G_DECLARE_FINAL_TYPE (ChatLocalServer, chat_local_server, CHAT, LOCAL_SERVER, GObject)

/* @client: used to ask whether a server answers */
ChatLocalServer *chat_local_server_new (ChatClient *client);

/**
 * chat_local_server_new_at:
 * @program: (nullable): path of chatd
 * @folder: for the runtime file and the log
 *
 * Not through systemd, unless told so. For tests.
 */
ChatLocalServer *
chat_local_server_new_at (ChatClient *client, const char *program, const char *folder);
void chat_local_server_set_use_systemd (ChatLocalServer *self, gboolean use_systemd);

ChatLocalServerState chat_local_server_get_state (ChatLocalServer *self);

/* While it runs: */
gboolean chat_local_server_is_for_network (ChatLocalServer *self);
/* Returns: (transfer full): as this computer reaches it */
ChatEndpoint *chat_local_server_dup_endpoint (ChatLocalServer *self);
/* Returns: (transfer full): what others type: "192.168.1.5:8888"; for this computer only, one */
GStrv chat_local_server_list_addresses (ChatLocalServer *self);

/* Looks whether it runs, e.g. since an earlier start of the app. */
void chat_local_server_refresh_async (ChatLocalServer *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
ChatLocalServerState chat_local_server_refresh_finish (ChatLocalServer *self, GAsyncResult *result);

/* Ends when the server answers. */
void chat_local_server_start_async (ChatLocalServer *self,
                                    ChatLocalServerFlags flags,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
gboolean
chat_local_server_start_finish (ChatLocalServer *self, GAsyncResult *result, GError **error);

/* Ends when it has ended; its rooms are closed then. */
void chat_local_server_stop_async (ChatLocalServer *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
gboolean
chat_local_server_stop_finish (ChatLocalServer *self, GAsyncResult *result, GError **error);

G_END_DECLS
