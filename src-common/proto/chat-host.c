/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-host.h"

#include <string.h>

#define ZONE_MAX_BYTES 15 /* of an interface's name, IFNAMSIZ - 1 */

gboolean
chat_host_is_ipv6 (const char *host)
{
  return strchr (host, ':') != NULL;
}

static gboolean
is_valid_zone (const char *zone)
{
  gsize len = strlen (zone);

  for (const char *p = zone; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (".-_@", *p) == NULL)
      return FALSE;

  return len > 0 && len <= ZONE_MAX_BYTES;
}

static gboolean
is_valid_ipv6 (const char *host)
{
  const char *zone = strchr (host, '%');
  g_autofree char *bare = zone != NULL ? g_strndup (host, (gsize) (zone - host)) : g_strdup (host);

  return strlen (bare) <= CHAT_HOST_MAX_BYTES && chat_host_is_ipv6 (bare) &&
         g_hostname_is_ip_address (bare) && (zone == NULL || is_valid_zone (zone + 1));
}

/* What cannot stand in a name is ASCII of other meaning. */
static gboolean
is_valid_name (const char *host)
{
  if (host[0] == '\0' || host[0] == '.' || host[0] == '-' || strlen (host) > CHAT_HOST_MAX_BYTES)
    return FALSE;

  for (const char *p = host; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (c < 0x80 ? !g_ascii_isalnum (c) && strchr (".-_", (int) c) == NULL
                   : !g_unichar_isgraph (c))
        return FALSE;
    }

  return strstr (host, "..") == NULL;
}

gboolean
chat_host_is_valid (const char *host)
{
  if (chat_host_is_ipv6 (host))
    return is_valid_ipv6 (host);

  if (strspn (host, "0123456789.") == strlen (host))
    return g_hostname_is_ip_address (host);

  return is_valid_name (host);
}
