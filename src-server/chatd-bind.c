/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-bind.h"

#include "chatd-address.h"

#include <errno.h>
#include <glib/gi18n.h>

/* Connections that wait to be accepted; the kernel caps it at net.core.somaxconn */
#define BACKLOG 4096
/* Tries to find a port that is free for both address families */
#define PORT_TRIES 16

typedef struct
{
  const char *ipv4; /* (nullable) */
  const char *ipv6; /* (nullable) */
} Hosts;

static Hosts
hosts_of (const char *bind)
{
  ChatdAddress address;

  if (g_str_equal (bind, "any"))
    return (Hosts){ "0.0.0.0", "::" };
  if (g_str_equal (bind, "localhost"))
    return (Hosts){ "127.0.0.1", "::1" };
  if (chatd_address_parse (&address, bind, 0) && address.sa.sa_family == AF_INET6)
    return (Hosts){ NULL, bind };
  return (Hosts){ bind, NULL };
}

static void
set_bind_error (GError **error, int errsv, const char *host, guint port, GSocketType type)
{
  const gboolean tcp = type == G_SOCKET_TYPE_STREAM;
  const char *protocol = tcp ? "TCP" : "UDP";
  const char *option = tcp ? "--tcp-port" : "--udp-port";
  const int code = g_io_error_from_errno (errsv);

  if (errsv == EADDRINUSE)
    g_set_error (error, G_IO_ERROR, code,
                 /* translators: TCP or UDP, a port, then an option such as --tcp-port */
                 _ ("%s port %u is in use by another program: stop that one (it may be another "
                    "chatd), or choose another port with %s=PORT."),
                 protocol, port, option);
  else if (errsv == EACCES)
    g_set_error (error, G_IO_ERROR, code,
                 _ ("%s port %u is not allowed to you: choose one from 1024 on with %s=PORT."),
                 protocol, port, option);
  else if (errsv == EADDRNOTAVAIL || errsv == EINVAL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _ ("%s is no address of this computer: give one of its own with --bind=ADDRESS, "
                    "or “any” for all of them."),
                 host);
  else
    g_set_error (error, G_IO_ERROR, code, _ ("Cannot listen on %s, %s port %u: %s."), host,
                 protocol, port, g_strerror (errsv));
}

static gboolean
bind_host (GSocket *socket, const char *host, guint port, GSocketType type, GError **error)
{
  const int fd = g_socket_get_fd (socket);
  ChatdAddress address;

  if (!chatd_address_parse (&address, host, (guint16) port))
    {
      set_bind_error (error, EINVAL, host, port, type);
      return FALSE;
    }

  /* Each family has its own socket, so an address never comes mapped. */
  if (address.sa.sa_family == AF_INET6 &&
      !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, error))
    return FALSE;
  if (type == G_SOCKET_TYPE_STREAM &&
      !g_socket_set_option (socket, SOL_SOCKET, SO_REUSEADDR, TRUE, error))
    return FALSE;

  if (bind (fd, &address.sa, chatd_address_size (&address)) < 0)
    {
      set_bind_error (error, errno, host, port, type);
      return FALSE;
    }
  return TRUE;
}

static GSocket *
new_socket (const char *host, guint port, GSocketType type, GError **error)
{
  ChatdAddress address;
  const gboolean ipv6 = chatd_address_parse (&address, host, 0) && address.sa.sa_family == AF_INET6;
  g_autoptr (GSocket) socket = g_socket_new (ipv6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4,
                                             type, G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL || !bind_host (socket, host, port, type, error))
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (type == G_SOCKET_TYPE_STREAM && !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

/* Whether @error only says that the computer lacks the address family */
static gboolean
is_missing_family (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static GPtrArray *
try_port (const Hosts *hosts, guint port, GSocketType type, GError **error)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  const char *const names[] = { hosts->ipv4, hosts->ipv6 };
  g_autoptr (GError) missing = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) why = NULL;
      const guint wanted = sockets->len > 0 ? chatd_bind_get_port (sockets) : port;
      GSocket *socket = names[i] != NULL ? new_socket (names[i], wanted, type, &why) : NULL;

      if (socket != NULL)
        g_ptr_array_add (sockets, socket);
      else if (names[i] == NULL)
        continue;
      else if (!is_missing_family (why))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return NULL;
        }
      else if (missing == NULL)
        missing = g_steal_pointer (&why);
    }

  if (sockets->len > 0)
    return g_steal_pointer (&sockets);

  g_propagate_error (error, g_steal_pointer (&missing));
  return NULL;
}

GPtrArray *
chatd_bind_sockets (const char *bind, guint port, GSocketType type, GError **error)
{
  const Hosts hosts = hosts_of (bind);
  const guint tries = port == 0 ? PORT_TRIES : 1;
  g_autoptr (GError) why = NULL;

  g_return_val_if_fail (bind != NULL, NULL);

  for (guint i = 0; i < tries; i++)
    {
      g_clear_error (&why);
      GPtrArray *sockets = try_port (&hosts, port, type, &why);

      if (sockets != NULL)
        return sockets;
      if (!g_error_matches (why, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        break;
    }

  g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

guint
chatd_bind_get_port (GPtrArray *sockets)
{
  ChatdAddress address;

  g_return_val_if_fail (sockets->len > 0, 0);

  if (!chatd_address_of_socket (&address, g_socket_get_fd (g_ptr_array_index (sockets, 0))))
    return 0;
  return chatd_address_get_port (&address);
}
