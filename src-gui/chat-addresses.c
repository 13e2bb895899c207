/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

typedef struct
{
  int rank;
  char *host; /* owned */
} Found;

static void
found_clear (gpointer data)
{
  Found *found = data;

  g_free (found->host);
}

static gboolean
is_virtual (const char *interface)
{
  static const char *const prefixes[] = { "docker", "br-",    "veth", "virbr", "vboxnet",
                                          "vmnet",  "podman", "cni",  "lxc",   "lxd" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (interface, prefixes[i]))
      return TRUE;

  return FALSE;
}

int
chat_addresses_rank (const char *interface, GInetAddress *address)
{
  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address) ||
      g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address))
    return -1;

  int rank = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4 ? 0 : 1;
  return is_virtual (interface) ? rank + 2 : rank;
}

static GInetAddress *
read_address (const struct ifaddrs *entry)
{
  if (entry->ifa_addr == NULL || (entry->ifa_flags & IFF_UP) == 0)
    return NULL;
  if (entry->ifa_addr->sa_family != AF_INET && entry->ifa_addr->sa_family != AF_INET6)
    return NULL;

  gsize len = entry->ifa_addr->sa_family == AF_INET ? sizeof (struct sockaddr_in)
                                                    : sizeof (struct sockaddr_in6);
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (entry->ifa_addr, len);
  return g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *x = a, *y = b;

  return x->rank - y->rank;
}

static void
collect (GArray *all, const struct ifaddrs *entry)
{
  g_autoptr (GInetAddress) address = read_address (entry);
  int rank = address != NULL ? chat_addresses_rank (entry->ifa_name, address) : -1;

  if (rank < 0)
    return;

  Found found = { rank, g_inet_address_to_string (address) };
  g_array_append_val (all, found);
}

GStrv
chat_addresses_of_this_computer (void)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
  struct ifaddrs *entries = NULL;

  g_array_set_clear_func (all, found_clear);
  if (getifaddrs (&entries) == 0)
    {
      for (const struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next)
        collect (all, entry);
      freeifaddrs (entries);
    }

  g_array_sort (all, compare_found);
  for (guint i = 0; i < all->len; i++)
    g_strv_builder_add (hosts, g_array_index (all, Found, i).host);
  return g_strv_builder_end (hosts);
}

gboolean
chat_addresses_is_local (const char *host)
{
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;

  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  if (address == NULL)
    return FALSE;
  if (g_inet_address_get_is_loopback (address))
    return TRUE;

  g_auto (GStrv) own = chat_addresses_of_this_computer ();
  g_autofree char *text = g_inet_address_to_string (address);
  return g_strv_contains ((const char *const *) own, text);
}
