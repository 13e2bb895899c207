/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-endpoint.h"

#include "chat-error.h"
#include "chat-host.h"
#include "chat-limits.h"
#include "chat-text.h"

#include <string.h>

struct _ChatEndpoint
{
  GObject parent_instance;

  char *host; /* owned */
  guint16 tcp_port;
  guint16 udp_port;
};

G_DEFINE_FINAL_TYPE (ChatEndpoint, chat_endpoint, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_HOST,
  PROP_TCP_PORT,
  PROP_UDP_PORT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static guint16
default_udp_port (guint16 tcp_port)
{
  return tcp_port < G_MAXUINT16 ? tcp_port + 1 : 0;
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;

  *port = (guint16) number;
  return TRUE;
}

/* @ports: "8888" or "8888/8889" */
static gboolean
parse_ports (const char *ports, guint16 *tcp_port, guint16 *udp_port)
{
  const char *slash = strchr (ports, '/');
  g_autofree char *tcp =
      slash != NULL ? g_strndup (ports, (gsize) (slash - ports)) : g_strdup (ports);

  if (!parse_port (tcp, tcp_port))
    return FALSE;

  if (slash != NULL)
    return parse_port (slash + 1, udp_port);

  *udp_port = default_udp_port (*tcp_port);
  return *udp_port != 0;
}

/* Cuts @text into host and ports; @ports stays NULL where there are none. */
static gboolean
split (const char *text, char **host, char **ports)
{
  const char *colon = strchr (text, ':');

  if (text[0] == '[')
    {
      const char *end = strchr (text, ']');

      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return FALSE;

      *host = g_strndup (text + 1, (gsize) (end - text - 1));
      *ports = end[1] == ':' ? g_strdup (end + 2) : NULL;
      return chat_host_is_ipv6 (*host);
    }

  if (colon == NULL || strchr (colon + 1, ':') != NULL)
    {
      *host = g_strdup (text);
      return TRUE;
    }

  *host = g_strndup (text, (gsize) (colon - text));
  *ports = g_strdup (colon + 1);
  return TRUE;
}

static void
chat_endpoint_finalize (GObject *object)
{
  ChatEndpoint *self = CHAT_ENDPOINT (object);

  g_free (self->host);

  G_OBJECT_CLASS (chat_endpoint_parent_class)->finalize (object);
}

static void
chat_endpoint_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatEndpoint *self = CHAT_ENDPOINT (object);

  switch (id)
    {
    case PROP_HOST:
      g_value_set_string (value, self->host);
      break;
    case PROP_TCP_PORT:
      g_value_set_uint (value, self->tcp_port);
      break;
    case PROP_UDP_PORT:
      g_value_set_uint (value, self->udp_port);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_endpoint_class_init (ChatEndpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = chat_endpoint_finalize;
  object_class->get_property = chat_endpoint_get_property;

  props[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, NULL, flags);
  props[PROP_TCP_PORT] = g_param_spec_uint ("tcp-port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  props[PROP_UDP_PORT] = g_param_spec_uint ("udp-port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_endpoint_init (ChatEndpoint *self)
{
}

ChatEndpoint *
chat_endpoint_new (const char *host, guint16 tcp_port, guint16 udp_port)
{
  g_return_val_if_fail (host != NULL, NULL);

  ChatEndpoint *self = g_object_new (CHAT_TYPE_ENDPOINT, NULL);
  self->host = g_strdup (host);
  self->tcp_port = tcp_port;
  self->udp_port = udp_port;
  return self;
}

ChatEndpoint *
chat_endpoint_parse (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *narrow = g_strstrip (chat_text_narrow (valid));
  g_autofree char *host = NULL;
  g_autofree char *ports = NULL;
  guint16 tcp_port = CHAT_DEFAULT_TCP_PORT;
  guint16 udp_port = CHAT_DEFAULT_UDP_PORT;

  if (!split (narrow, &host, &ports) || !chat_host_is_valid (host) ||
      (ports != NULL && !parse_ports (ports, &tcp_port, &udp_port)))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_BAD_ADDRESS, "“%s” is no address", valid);
      return NULL;
    }

  return chat_endpoint_new (host, tcp_port, udp_port);
}

const char *
chat_endpoint_get_host (ChatEndpoint *self)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (self), NULL);

  return self->host;
}

guint16
chat_endpoint_get_tcp_port (ChatEndpoint *self)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (self), 0);

  return self->tcp_port;
}

guint16
chat_endpoint_get_udp_port (ChatEndpoint *self)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (self), 0);

  return self->udp_port;
}

char *
chat_endpoint_to_string (ChatEndpoint *self)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (self), NULL);

  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, chat_host_is_ipv6 (self->host) ? "[%s]:%u" : "%s:%u", self->host,
                          self->tcp_port);
  if (self->udp_port != default_udp_port (self->tcp_port))
    g_string_append_printf (text, "/%u", self->udp_port);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
chat_endpoint_equal (gconstpointer a, gconstpointer b)
{
  const ChatEndpoint *one = a;
  const ChatEndpoint *other = b;

  return one->tcp_port == other->tcp_port && one->udp_port == other->udp_port &&
         g_ascii_strcasecmp (one->host, other->host) == 0;
}

guint
chat_endpoint_hash (gconstpointer self)
{
  const ChatEndpoint *endpoint = self;
  g_autofree char *host = g_ascii_strdown (endpoint->host, -1);

  return g_str_hash (host) ^ ((guint) endpoint->tcp_port << 16 | endpoint->udp_port);
}
