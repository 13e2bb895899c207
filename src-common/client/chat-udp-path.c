/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-udp-path.h"

#include "chat-error.h"
#include "chat-io-error.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define DATAGRAM_MAX 65536           /* bytes; nothing larger exists, put together or not */
#define RECEIVED_PER_TURN 256        /* of the main loop, so that a flood starves nobody */
#define RECEIVE_BUFFER (1024 * 1024) /* bytes asked of the system; it may give less */
#define REFUSALS_PER_SEND 4          /* pending errors that may stand before one send */

struct _ChatUdpPath
{
  GObject parent_instance;

  GSocket *socket;        /* owned */
  GSocketAddress *server; /* owned */
  GSource *source;        /* owned, nullable */
  ChatUdpPathReceive receive;
  gpointer data;      /* borrowed */
  gboolean connected; /* the system drops what others send */
};

G_DEFINE_FINAL_TYPE (ChatUdpPath, chat_udp_path, G_TYPE_OBJECT)

enum
{
  REFUSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- receiving ----------------------------------------------------------- */

/* Who listens on all addresses answers 127.0.1.1 (Debian's own host name) from 127.0.0.1. */
static gboolean
is_loopback_alias (GInetAddress *address)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (g_inet_address_get_family (address));

  return g_inet_address_get_is_loopback (address) && !g_inet_address_equal (address, loopback);
}

static gboolean
is_from_server (ChatUdpPath *self, const struct msghdr *message)
{
  g_autoptr (GSocketAddress) from =
      g_socket_address_new_from_native (message->msg_name, message->msg_namelen);

  return G_IS_INET_SOCKET_ADDRESS (from) &&
         g_inet_address_get_is_loopback (
             g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from))) &&
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from)) ==
             g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (self->server));
}

/* Returns: bytes of each datagram in what was received, but for the last one, which may be shorter
 */
static gsize
get_datagram_size (struct msghdr *message, gsize len)
{
  for (struct cmsghdr *at = CMSG_FIRSTHDR (message); at != NULL; at = CMSG_NXTHDR (message, at))
    if (at->cmsg_level == IPPROTO_UDP && at->cmsg_type == UDP_GRO)
      {
        int size;

        memcpy (&size, CMSG_DATA (at), sizeof size);
        return size > 0 ? (gsize) size : len;
      }

  return len;
}

/* Whoever receives may close the path. */
static void
hand_on (ChatUdpPath *self, const guint8 *bytes, gsize len, gsize size)
{
  gsize at = 0;

  do
    {
      self->receive (bytes + at, MIN (size, len - at), self->data);
      at += size;
    }
  while (at < len && self->source != NULL);
}

/* One datagram, or several that the system put together. Returns: whether there may be more */
static gboolean
receive_some (ChatUdpPath *self)
{
  guint8 buffer[DATAGRAM_MAX];
  struct sockaddr_storage from;
  union
  {
    struct cmsghdr header; /* for the alignment */
    guint8 bytes[CMSG_SPACE (sizeof (int))];
  } control;
  struct iovec vector = { buffer, sizeof buffer };
  struct msghdr message = { .msg_name = &from,
                            .msg_namelen = sizeof from,
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control };
  const gssize len = recvmsg (g_socket_get_fd (self->socket), &message, MSG_DONTWAIT);

  if (len >= 0)
    {
      if (self->connected || is_from_server (self, &message))
        hand_on (self, buffer, (gsize) len, get_datagram_size (&message, (gsize) len));
      return TRUE;
    }

  const int errsv = errno;
  if (errsv == ECONNREFUSED)
    g_signal_emit (self, signals[REFUSED], 0);
  return errsv == ECONNREFUSED || errsv == EINTR;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (ChatUdpPath) self = g_object_ref (CHAT_UDP_PATH (data));

  for (guint i = 0; i < RECEIVED_PER_TURN && self->source != NULL; i++)
    if (!receive_some (self))
      break;

  return self->source != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- opening ------------------------------------------------------------- */

static GSocketAddress *
with_port (GInetSocketAddress *address, guint16 port)
{
  GInetAddress *host = g_inet_socket_address_get_address (address);

  if (g_inet_address_get_family (host) != G_SOCKET_FAMILY_IPV6)
    return g_inet_socket_address_new (host, port);

  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", host, "port", port, "flowinfo",
                       g_inet_socket_address_get_flowinfo (address), "scope-id",
                       g_inet_socket_address_get_scope_id (address), NULL);
}

static gboolean
open_socket (ChatUdpPath *self, GSocketFamily family, GError **error)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (family);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new (any, 0);

  self->socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  if (self->socket == NULL)
    return FALSE;

  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, NULL);
  /* Many datagrams in a row for the price of one; older kernels do not know it. */
  g_socket_set_option (self->socket, IPPROTO_UDP, UDP_GRO, TRUE, NULL);

  return g_socket_bind (self->socket, local, FALSE, error) &&
         (!self->connected || g_socket_connect (self->socket, self->server, NULL, error));
}

static void
chat_udp_path_dispose (GObject *object)
{
  ChatUdpPath *self = CHAT_UDP_PATH (object);

  chat_udp_path_close (self);

  G_OBJECT_CLASS (chat_udp_path_parent_class)->dispose (object);
}

static void
chat_udp_path_finalize (GObject *object)
{
  ChatUdpPath *self = CHAT_UDP_PATH (object);

  g_clear_object (&self->socket);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (chat_udp_path_parent_class)->finalize (object);
}

static void
chat_udp_path_class_init (ChatUdpPathClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_udp_path_dispose;
  object_class->finalize = chat_udp_path_finalize;

  signals[REFUSED] = g_signal_new ("refused", CHAT_TYPE_UDP_PATH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
chat_udp_path_init (ChatUdpPath *self)
{
}

ChatUdpPath *
chat_udp_path_new (GInetSocketAddress *server, guint16 udp_port, GError **error)
{
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (server), NULL);

  g_autoptr (ChatUdpPath) self = g_object_new (CHAT_TYPE_UDP_PATH, NULL);
  g_autoptr (GError) io_error = NULL;
  GInetAddress *address = g_inet_socket_address_get_address (server);

  self->server = with_port (server, udp_port);
  self->connected = !is_loopback_alias (address);
  if (!open_socket (self, g_inet_address_get_family (address), &io_error))
    {
      g_propagate_error (error, chat_io_error_map (io_error));
      return NULL;
    }

  return g_steal_pointer (&self);
}

guint16
chat_udp_path_get_port (ChatUdpPath *self)
{
  g_return_val_if_fail (CHAT_IS_UDP_PATH (self), 0);

  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, NULL);

  return local != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)) : 0;
}

static GInetAddress *
get_local_host (ChatUdpPath *self)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, NULL);

  return local != NULL
             ? g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)))
             : NULL;
}

gboolean
chat_udp_path_has_same_way (ChatUdpPath *self, ChatUdpPath *other)
{
  g_return_val_if_fail (CHAT_IS_UDP_PATH (self), FALSE);
  g_return_val_if_fail (CHAT_IS_UDP_PATH (other), FALSE);

  g_autoptr (GInetAddress) one = get_local_host (self);
  g_autoptr (GInetAddress) two = get_local_host (other);

  return one != NULL && two != NULL && g_inet_address_equal (one, two);
}

void
chat_udp_path_start (ChatUdpPath *self, ChatUdpPathReceive receive, gpointer data)
{
  g_return_if_fail (CHAT_IS_UDP_PATH (self));
  g_return_if_fail (receive != NULL);
  g_return_if_fail (self->source == NULL);

  self->receive = receive;
  self->data = data;
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_set_static_name (self->source, "[chat] datagrams");
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

void
chat_udp_path_close (ChatUdpPath *self)
{
  g_return_if_fail (CHAT_IS_UDP_PATH (self));

  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
    }
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
}

gboolean
chat_udp_path_send (ChatUdpPath *self, const guint8 *bytes, gsize len, GError **error)
{
  g_return_val_if_fail (CHAT_IS_UDP_PATH (self), FALSE);

  g_autoptr (ChatUdpPath) owned = g_object_ref (self);
  GSocketAddress *to = self->connected ? NULL : self->server;

  for (guint i = 0; i < REFUSALS_PER_SEND; i++)
    {
      g_autoptr (GError) io_error = NULL;

      if (g_socket_send_to (owned->socket, to, (const char *) bytes, len, NULL, &io_error) >= 0)
        return TRUE;

      if (g_error_matches (io_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_propagate_error (error, g_steal_pointer (&io_error));
          return FALSE;
        }

      /* What is reported here befell an earlier datagram; this one was not sent yet. */
      if (!g_error_matches (io_error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        {
          g_propagate_error (error, chat_io_error_map (io_error));
          return FALSE;
        }

      g_signal_emit (owned, signals[REFUSED], 0);
    }

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_NO_SERVER, "Nobody listens on the server's UDP port");
  return FALSE;
}
