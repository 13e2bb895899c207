/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-port-holder.h"

#include "chat-error.h"

/* Nobody need answer on it: whether it can be taken is all that can be asked. */
static gboolean
is_udp_port_taken (guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  return socket != NULL && !g_socket_bind (socket, address, FALSE, &error) &&
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatEndpoint *endpoint = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &error);

  if (rooms != NULL || g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED))
    g_task_return_int (task, CHAT_PORT_HOLDER_CHAT_SERVER);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NO_SERVER) &&
           !is_udp_port_taken (chat_endpoint_get_udp_port (endpoint)))
    g_task_return_int (task, CHAT_PORT_HOLDER_NOBODY);
  else
    g_task_return_int (task, CHAT_PORT_HOLDER_OTHER);
}

void
chat_port_holder_ask_async (ChatClient *client,
                            ChatEndpoint *endpoint,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, chat_port_holder_ask_async);
  /* The answer is the caller's to use, also where it has just given up. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (endpoint), g_object_unref);
  chat_client_list_rooms_async (client, endpoint, cancellable, on_asked, task);
}

ChatPortHolder
chat_port_holder_ask_finish (GAsyncResult *result)
{
  return (ChatPortHolder) g_task_propagate_int (G_TASK (result), NULL);
}
