/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-service.h"

#include <string.h>

#define VALUE_MAX 64 /* bytes; the longest is a fingerprint */

GStrv
chat_service_format (const ChatService *self)
{
  g_autoptr (GStrvBuilder) pairs = g_strv_builder_new ();
  g_autofree char *udp = g_strdup_printf ("udp=%u", self->udp_port);
  g_autofree char *protocols =
      g_strdup_printf ("protocols=%s%s%s", self->legacy ? "1" : "",
                       self->legacy && self->secure ? "," : "", self->secure ? "2" : "");

  g_strv_builder_add (pairs, "txtvers=1");
  g_strv_builder_add (pairs, udp);
  g_strv_builder_add (pairs, protocols);
  if (self->fingerprint[0] != '\0')
    {
      g_autofree char *fingerprint = g_strdup_printf ("fp=%s", self->fingerprint);
      g_strv_builder_add (pairs, fingerprint);
    }
  if (self->tells_rooms)
    {
      g_autofree char *rooms = g_strdup_printf ("rooms=%u", self->rooms);
      g_strv_builder_add (pairs, rooms);
    }
  return g_strv_builder_end (pairs);
}

static void
read_protocols (ChatService *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, ",", -1);

  self->legacy = g_strv_contains ((const char *const *) words, "1");
  self->secure = g_strv_contains ((const char *const *) words, "2");
}

static void
read_fingerprint (ChatService *self, const char *value)
{
  if (strlen (value) != 64 || strspn (value, "0123456789abcdef") != 64)
    return;

  memcpy (self->fingerprint, value, 65);
}

static void
read_udp_port (ChatService *self, const char *value)
{
  guint64 port;

  if (g_ascii_string_to_unsigned (value, 10, 1, G_MAXUINT16, &port, NULL))
    self->udp_port = (guint16) port;
}

static void
read_rooms (ChatService *self, const char *value)
{
  guint64 rooms;

  if (!g_ascii_string_to_unsigned (value, 10, 0, CHAT_SERVICE_ROOMS_MAX, &rooms, NULL))
    return;

  self->tells_rooms = TRUE;
  self->rooms = (guint) rooms;
}

static gboolean
has_key (const char *pair, gsize len, const char *key)
{
  return len > strlen (key) && g_ascii_strncasecmp (pair, key, strlen (key)) == 0;
}

void
chat_service_parse_pair (ChatService *self, const char *pair, gsize len)
{
  static const struct
  {
    const char *key;
    void (*read) (ChatService *self, const char *value);
  } known[] = {
    { "udp=", read_udp_port },
    { "protocols=", read_protocols },
    { "fp=", read_fingerprint },
    { "rooms=", read_rooms },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      const gsize key_len = strlen (known[i].key);

      if (!has_key (pair, len, known[i].key) || len - key_len > VALUE_MAX)
        continue;
      g_autofree char *value = g_strndup (pair + key_len, len - key_len);
      known[i].read (self, value);
    }
}

char *
chat_service_shorten_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  const char *end = valid;

  while (*end != '\0' && g_utf8_next_char (end) - valid <= CHAT_SERVICE_NAME_MAX)
    end = g_utf8_next_char (end);
  return g_strndup (valid, (gsize) (end - valid));
}
