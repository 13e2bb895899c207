/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

typedef struct
{
  ChatEndpoint *endpoint; /* owned */
  GListStore *rooms;      /* owned, of ChatRoom */
  GError *error;          /* owned, nullable */
  char *fingerprint;      /* owned, nullable */
  gint64 retry_at_us;
  ChatLink link;
  ChatSecurity security;
  ChatTransport transport;
  gboolean first_contact;
} ChatSessionPrivate;

G_DEFINE_ENUM_TYPE (ChatLink,
                    chat_link,
                    G_DEFINE_ENUM_VALUE (CHAT_LINK_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (CHAT_LINK_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (CHAT_LINK_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (CHAT_LINK_OFFLINE, "offline"))

G_DEFINE_ENUM_TYPE (ChatSecurity,
                    chat_security,
                    G_DEFINE_ENUM_VALUE (CHAT_SECURITY_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (CHAT_SECURITY_PLAIN, "plain"),
                    G_DEFINE_ENUM_VALUE (CHAT_SECURITY_ENCRYPTED, "encrypted"))

G_DEFINE_ENUM_TYPE (ChatTransport,
                    chat_transport,
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSPORT_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSPORT_UDP, "udp"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSPORT_TCP, "tcp"))

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ChatSession, chat_session, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ENDPOINT,
  PROP_LINK,
  PROP_ERROR,
  PROP_RETRY_AT_US,
  PROP_ROOMS,
  PROP_SECURITY,
  PROP_TRANSPORT,
  PROP_FINGERPRINT,
  PROP_FIRST_CONTACT,
  N_PROPS,
};

enum
{
  ENDED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static ChatSessionPrivate *
get_priv (ChatSession *self)
{
  return chat_session_get_instance_private (self);
}

static void
chat_session_dispose (GObject *object)
{
  g_signal_emit (object, signals[ENDED], 0);

  G_OBJECT_CLASS (chat_session_parent_class)->dispose (object);
}

static void
chat_session_finalize (GObject *object)
{
  ChatSessionPrivate *priv = get_priv (CHAT_SESSION (object));

  g_clear_object (&priv->endpoint);
  g_clear_object (&priv->rooms);
  g_clear_error (&priv->error);
  g_free (priv->fingerprint);

  G_OBJECT_CLASS (chat_session_parent_class)->finalize (object);
}

static void
chat_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatSessionPrivate *priv = get_priv (CHAT_SESSION (object));

  switch (id)
    {
    case PROP_ENDPOINT:
      g_value_set_object (value, priv->endpoint);
      break;
    case PROP_LINK:
      g_value_set_enum (value, priv->link);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, priv->error);
      break;
    case PROP_RETRY_AT_US:
      g_value_set_int64 (value, priv->retry_at_us);
      break;
    case PROP_ROOMS:
      g_value_set_object (value, priv->rooms);
      break;
    case PROP_SECURITY:
      g_value_set_enum (value, priv->security);
      break;
    case PROP_TRANSPORT:
      g_value_set_enum (value, priv->transport);
      break;
    case PROP_FINGERPRINT:
      g_value_set_string (value, priv->fingerprint);
      break;
    case PROP_FIRST_CONTACT:
      g_value_set_boolean (value, priv->first_contact);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatSessionPrivate *priv = get_priv (CHAT_SESSION (object));

  switch (id)
    {
    case PROP_ENDPOINT:
      g_assert (priv->endpoint == NULL);
      priv->endpoint = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_session_class_init (ChatSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags fixed = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags changing = fixed | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = chat_session_dispose;
  object_class->finalize = chat_session_finalize;
  object_class->get_property = chat_session_get_property;
  object_class->set_property = chat_session_set_property;

  props[PROP_ENDPOINT] = g_param_spec_object ("endpoint", NULL, NULL, CHAT_TYPE_ENDPOINT,
                                              fixed | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);
  props[PROP_LINK] =
      g_param_spec_enum ("link", NULL, NULL, CHAT_TYPE_LINK, CHAT_LINK_IDLE, changing);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, changing);
  props[PROP_RETRY_AT_US] =
      g_param_spec_int64 ("retry-at-us", NULL, NULL, 0, G_MAXINT64, 0, changing);
  props[PROP_ROOMS] = g_param_spec_object ("rooms", NULL, NULL, G_TYPE_LIST_MODEL, fixed);
  props[PROP_SECURITY] = g_param_spec_enum ("security", NULL, NULL, CHAT_TYPE_SECURITY,
                                            CHAT_SECURITY_UNKNOWN, changing);
  props[PROP_TRANSPORT] = g_param_spec_enum ("transport", NULL, NULL, CHAT_TYPE_TRANSPORT,
                                             CHAT_TRANSPORT_UNKNOWN, changing);
  props[PROP_FINGERPRINT] = g_param_spec_string ("fingerprint", NULL, NULL, NULL, changing);
  props[PROP_FIRST_CONTACT] = g_param_spec_boolean ("first-contact", NULL, NULL, FALSE, changing);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[ENDED] = g_signal_new ("ended", CHAT_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
chat_session_init (ChatSession *self)
{
  get_priv (self)->rooms = g_list_store_new (CHAT_TYPE_ROOM);
}

ChatEndpoint *
chat_session_get_endpoint (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return get_priv (self)->endpoint;
}

ChatLink
chat_session_get_link (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), CHAT_LINK_IDLE);

  return get_priv (self)->link;
}

const GError *
chat_session_get_error (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return get_priv (self)->error;
}

gint64
chat_session_get_retry_at_us (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), 0);

  return get_priv (self)->retry_at_us;
}

GListModel *
chat_session_get_rooms (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return G_LIST_MODEL (get_priv (self)->rooms);
}

gboolean
chat_session_knows_members (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return CHAT_SESSION_GET_CLASS (self)->knows_members;
}

gboolean
chat_session_confirms (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return CHAT_SESSION_GET_CLASS (self)->confirms;
}

gboolean
chat_session_is_encrypted (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return get_priv (self)->security == CHAT_SECURITY_ENCRYPTED;
}

ChatSecurity
chat_session_get_security (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), CHAT_SECURITY_UNKNOWN);

  return get_priv (self)->security;
}

ChatTransport
chat_session_get_transport (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), CHAT_TRANSPORT_UNKNOWN);

  return get_priv (self)->transport;
}

const char *
chat_session_get_fingerprint (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return get_priv (self)->fingerprint;
}

gboolean
chat_session_is_first_contact (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return get_priv (self)->first_contact;
}

void
chat_session_confirm_fingerprint (ChatSession *self)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  chat_session_set_fingerprint (self, get_priv (self)->fingerprint, FALSE);
  if (CHAT_SESSION_GET_CLASS (self)->key_compared != NULL)
    CHAT_SESSION_GET_CLASS (self)->key_compared (self);
}

char *
chat_fingerprint_format (const char *fingerprint)
{
  g_return_val_if_fail (fingerprint != NULL, NULL);

  GString *out = g_string_new (NULL);

  for (guint i = 0; fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (out, ' ');
      g_string_append_c (out, fingerprint[i]);
    }

  return g_string_free (out, FALSE);
}

gsize
chat_session_get_max_text_len (ChatSession *self, ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), 0);
  g_return_val_if_fail (CHAT_IS_ROOM (room), 0);

  return CHAT_SESSION_GET_CLASS (self)->max_text_len (self, room);
}

void
chat_session_retry (ChatSession *self)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->retry (self);
}

void
chat_session_set_link (ChatSession *self, ChatLink link, const GError *error, gint64 retry_at_us)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionPrivate *priv = get_priv (self);

  g_object_freeze_notify (G_OBJECT (self));

  if (priv->error != NULL || error != NULL)
    {
      g_autoptr (GError) copy = error != NULL ? g_error_copy (error) : NULL;

      g_clear_error (&priv->error);
      priv->error = g_steal_pointer (&copy);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
    }

  if (priv->retry_at_us != retry_at_us)
    {
      priv->retry_at_us = retry_at_us;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RETRY_AT_US]);
    }

  if (priv->link != link)
    {
      priv->link = link;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LINK]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_session_set_security (ChatSession *self, ChatSecurity security)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionPrivate *priv = get_priv (self);

  if (priv->security == security)
    return;

  priv->security = security;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SECURITY]);
}

void
chat_session_set_transport (ChatSession *self, ChatTransport transport)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionPrivate *priv = get_priv (self);

  if (priv->transport == transport)
    return;

  priv->transport = transport;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRANSPORT]);
}

void
chat_session_set_fingerprint (ChatSession *self, const char *fingerprint, gboolean first_contact)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionPrivate *priv = get_priv (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (priv->fingerprint, fingerprint) != 0)
    {
      g_free (priv->fingerprint);
      priv->fingerprint = g_strdup (fingerprint);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FINGERPRINT]);
    }
  if (priv->first_contact != first_contact)
    {
      priv->first_contact = first_contact;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FIRST_CONTACT]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_session_add_room (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (CHAT_IS_ROOM (room));

  g_list_store_append (get_priv (self)->rooms, room);
}

void
chat_session_remove_room (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (CHAT_IS_ROOM (room));

  GListStore *rooms = get_priv (self)->rooms;
  guint position;

  if (!g_list_store_find (rooms, room, &position))
    return;

  if (CHAT_SESSION_GET_CLASS (self)->room_removed != NULL)
    CHAT_SESSION_GET_CLASS (self)->room_removed (self, room);
  g_list_store_remove (rooms, position);
}
