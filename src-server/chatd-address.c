/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No IPv6 network that is in use begins so: 0000:0001::/32 */
#define IPV4_NETWORKS (G_GINT64_CONSTANT (1) << 32)

static void
set_ipv4 (ChatdAddress *address, const void *host, in_port_t port_be)
{
  memset (address, 0, sizeof *address);
  address->in4.sin_family = AF_INET;
  address->in4.sin_port = port_be;
  memcpy (&address->in4.sin_addr, host, sizeof address->in4.sin_addr);
}

static void
set_ipv6 (ChatdAddress *address, const struct sockaddr_in6 *in6)
{
  if (IN6_IS_ADDR_V4MAPPED (&in6->sin6_addr))
    {
      set_ipv4 (address, in6->sin6_addr.s6_addr + 12, in6->sin6_port);
      return;
    }

  memset (address, 0, sizeof *address);
  address->in6.sin6_family = AF_INET6;
  address->in6.sin6_port = in6->sin6_port;
  address->in6.sin6_addr = in6->sin6_addr;
  address->in6.sin6_scope_id = in6->sin6_scope_id;
}

gboolean
chatd_address_from_sockaddr (ChatdAddress *address, const struct sockaddr *sa, socklen_t len)
{
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;

  if (len >= sizeof in4 && sa->sa_family == AF_INET)
    {
      memcpy (&in4, sa, sizeof in4);
      set_ipv4 (address, &in4.sin_addr, in4.sin_port);
      return TRUE;
    }
  if (len >= sizeof in6 && sa->sa_family == AF_INET6)
    {
      memcpy (&in6, sa, sizeof in6);
      set_ipv6 (address, &in6);
      return TRUE;
    }
  return FALSE;
}

/* The number after %, or the index of the interface that is named there; 0 where there is none */
static guint32
scope_from_text (const char *scope)
{
  char *end = NULL;
  const gulong number = strtoul (scope, &end, 10);

  return *scope != '\0' && *end == '\0' ? (guint32) number : if_nametoindex (scope);
}

static gboolean
parse_ipv6 (struct sockaddr_in6 *in6, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "%", 2);

  if (parts[0] == NULL || inet_pton (AF_INET6, parts[0], &in6->sin6_addr) != 1)
    return FALSE;
  if (parts[1] == NULL)
    return TRUE;

  in6->sin6_scope_id = scope_from_text (parts[1]);
  return in6->sin6_scope_id != 0;
}

gboolean
chatd_address_parse (ChatdAddress *address, const char *text, guint16 port)
{
  struct in_addr in4;
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons (port) };
  const gsize len = strlen (text);
  g_autofree char *bare = NULL;

  if (inet_pton (AF_INET, text, &in4) == 1)
    {
      set_ipv4 (address, &in4, htons (port));
      return TRUE;
    }

  if (len > 2 && text[0] == '[' && text[len - 1] == ']')
    bare = g_strndup (text + 1, len - 2);
  if (!parse_ipv6 (&in6, bare != NULL ? bare : text))
    return FALSE;

  set_ipv6 (address, &in6);
  return TRUE;
}

gboolean
chatd_address_of_peer (ChatdAddress *address, int fd)
{
  struct sockaddr_storage storage;
  socklen_t len = sizeof storage;

  return getpeername (fd, (struct sockaddr *) &storage, &len) == 0 &&
         chatd_address_from_sockaddr (address, (struct sockaddr *) &storage, len);
}

gboolean
chatd_address_of_socket (ChatdAddress *address, int fd)
{
  struct sockaddr_storage storage;
  socklen_t len = sizeof storage;

  return getsockname (fd, (struct sockaddr *) &storage, &len) == 0 &&
         chatd_address_from_sockaddr (address, (struct sockaddr *) &storage, len);
}

socklen_t
chatd_address_size (const ChatdAddress *address)
{
  return address->sa.sa_family == AF_INET ? sizeof address->in4 : sizeof address->in6;
}

guint16
chatd_address_get_port (const ChatdAddress *address)
{
  return ntohs (address->sa.sa_family == AF_INET ? address->in4.sin_port : address->in6.sin6_port);
}

void
chatd_address_set_port (ChatdAddress *address, guint16 port)
{
  if (address->sa.sa_family == AF_INET)
    address->in4.sin_port = htons (port);
  else
    address->in6.sin6_port = htons (port);
}

gboolean
chatd_address_same_host (const ChatdAddress *a, const ChatdAddress *b)
{
  if (a->sa.sa_family != b->sa.sa_family)
    return FALSE;
  if (a->sa.sa_family == AF_INET)
    return a->in4.sin_addr.s_addr == b->in4.sin_addr.s_addr;

  return memcmp (&a->in6.sin6_addr, &b->in6.sin6_addr, sizeof a->in6.sin6_addr) == 0 &&
         a->in6.sin6_scope_id == b->in6.sin6_scope_id;
}

gboolean
chatd_address_is_loopback (const ChatdAddress *address)
{
  if (address->sa.sa_family == AF_INET)
    return ntohl (address->in4.sin_addr.s_addr) >> 24 == 127;

  return IN6_IS_ADDR_LOOPBACK (&address->in6.sin6_addr);
}

gboolean
chatd_address_is_default_source (const ChatdAddress *address, const ChatdAddress *to)
{
  ChatdAddress source;
  const int fd = socket (to->sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;

  /* connect() of UDP sends nothing: it only looks the route up */
  const gboolean same = connect (fd, &to->sa, chatd_address_size (to)) == 0 &&
                        chatd_address_of_socket (&source, fd) &&
                        chatd_address_same_host (&source, address);

  close (fd);
  return same;
}

gboolean
chatd_address_equal (gconstpointer a, gconstpointer b)
{
  return chatd_address_same_host (a, b) && chatd_address_get_port (a) == chatd_address_get_port (b);
}

guint
chatd_address_hash (gconstpointer data)
{
  const ChatdAddress *address = data;
  guint32 words[4] = { 0 };

  if (address->sa.sa_family == AF_INET)
    words[0] = address->in4.sin_addr.s_addr;
  else
    memcpy (words, &address->in6.sin6_addr, sizeof words);

  guint hash = chatd_address_get_port (address);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    hash = hash * 0x9e3779b1u + words[i];
  return hash ^ hash >> 16;
}

gint64
chatd_address_network (const ChatdAddress *address)
{
  guint64 prefix;

  if (address->sa.sa_family == AF_INET)
    return IPV4_NETWORKS | ntohl (address->in4.sin_addr.s_addr);

  memcpy (&prefix, &address->in6.sin6_addr, sizeof prefix);
  return prefix != 0 ? (gint64) GUINT64_FROM_BE (prefix) : 1; /* ::1 and its like */
}

const char *
chatd_address_to_text (const ChatdAddress *address, char text[CHATD_ADDRESS_TEXT_SIZE])
{
  char host[INET6_ADDRSTRLEN] = "?";
  char scope[16] = "";
  const guint16 port = chatd_address_get_port (address);

  if (address->sa.sa_family == AF_INET)
    {
      inet_ntop (AF_INET, &address->in4.sin_addr, host, sizeof host);
      g_snprintf (text, CHATD_ADDRESS_TEXT_SIZE, "%s:%u", host, port);
      return text;
    }

  inet_ntop (AF_INET6, &address->in6.sin6_addr, host, sizeof host);
  if (address->in6.sin6_scope_id != 0)
    g_snprintf (scope, sizeof scope, "%%%u", address->in6.sin6_scope_id);
  g_snprintf (text, CHATD_ADDRESS_TEXT_SIZE, "[%s%s]:%u", host, scope, port);
  return text;
}
