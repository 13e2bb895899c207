/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-transfer-private.h"

#include "chat-error.h"

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

static GParamSpec *props[N_PROPS];

static ChatSessionPrivate *
get_priv (ChatSession *self)
{
  return chat_session_get_instance_private (self);
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

void
chat_session_create_room_async (ChatSession *self,
                                const char *room,
                                const char *user,
                                ChatRoomFlags flags,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->create_room_async (self, room, user, flags, cancellable, callback,
                                                    data);
}

void
chat_session_join_room_async (ChatSession *self,
                              const char *room,
                              const char *user,
                              const char *password,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->join_room_async (self, room, user, password, cancellable, callback,
                                                  data);
}

ChatRoom *
chat_session_enter_room_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_session_list_rooms_async (ChatSession *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->list_rooms_async (self, cancellable, callback, data);
}

GListModel *
chat_session_list_rooms_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_session_send_async (ChatSession *self,
                         ChatRoom *room,
                         ChatMessage *message,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->send_async (self, room, message, cancellable, callback, data);
}

gboolean
chat_session_send_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_session_leave_async (ChatSession *self,
                          ChatRoom *room,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  CHAT_SESSION_GET_CLASS (self)->leave_async (self, room, cancellable, callback, data);
}

gboolean
chat_session_leave_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- protocols with a log ------------------------------------------------ */

void
chat_session_erase_mine_async (ChatSession *self,
                               ChatRoom *room,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionClass *klass = CHAT_SESSION_GET_CLASS (self);

  if (klass->erase_mine_async != NULL)
    klass->erase_mine_async (self, room, cancellable, callback, data);
  else
    g_task_report_new_error (self, callback, data, chat_session_erase_mine_async, CHAT_ERROR,
                             CHAT_ERROR_BAD_REQUEST, "This protocol cannot erase");
}

gboolean
chat_session_erase_mine_finish (ChatSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_session_start_transfer (ChatSession *self, ChatRoom *room, ChatTransfer *transfer)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  g_autoptr (GError) error = NULL;

  if (CHAT_SESSION_GET_CLASS (self)->start_transfer != NULL)
    {
      CHAT_SESSION_GET_CLASS (self)->start_transfer (self, room, transfer);
      return;
    }

  error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NO_FILES, "This protocol has no files");
  chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
}

void
chat_session_load_back_to (ChatSession *self, ChatRoom *room, guint64 id)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->load_back_to != NULL)
    CHAT_SESSION_GET_CLASS (self)->load_back_to (self, room, id);
}

gboolean
chat_session_has_log (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return CHAT_SESSION_GET_CLASS (self)->read_log != NULL;
}

GPtrArray *
chat_session_read_log (ChatSession *self, ChatRoom *room, guint64 *next, guint limit)
{
  g_return_val_if_fail (chat_session_has_log (self), NULL);

  return CHAT_SESSION_GET_CLASS (self)->read_log (self, room, next, limit);
}

ChatLocalStore *
chat_session_get_log (ChatSession *self, ChatRoom *room, gint64 *number)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return CHAT_SESSION_GET_CLASS (self)->get_log != NULL
             ? CHAT_SESSION_GET_CLASS (self)->get_log (self, room, number)
             : NULL;
}

void
chat_session_order_async (ChatSession *self,
                          ChatRoom *room,
                          const ChatRoomOrder *order,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  ChatSessionClass *klass = CHAT_SESSION_GET_CLASS (self);

  if (klass->order_async != NULL)
    klass->order_async (self, room, order, cancellable, callback, data);
  else
    g_task_report_new_error (self, callback, data, chat_session_order_async, CHAT_ERROR,
                             CHAT_ERROR_BAD_REQUEST, "This protocol has no hosts with powers");
}

gboolean
chat_session_order_finish (ChatSession *self,
                           GAsyncResult *result,
                           GListModel **bans,
                           GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  GError *failure = NULL;

  *bans = g_task_propagate_pointer (G_TASK (result), &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

void
chat_session_load_older (ChatSession *self, ChatRoom *room, guint n)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->load_older != NULL)
    CHAT_SESSION_GET_CLASS (self)->load_older (self, room, n);
}

void
chat_session_note_sight (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_sight != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_sight (self, room);
}

void
chat_session_note_read (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_read != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_read (self, room);
}

void
chat_session_note_draft (ChatSession *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->note_draft != NULL)
    CHAT_SESSION_GET_CLASS (self)->note_draft (self, room);
}

void
chat_session_discard (ChatSession *self, ChatRoom *room, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (CHAT_SESSION_GET_CLASS (self)->discard != NULL)
    CHAT_SESSION_GET_CLASS (self)->discard (self, room, message);
}
