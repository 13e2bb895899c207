/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-room-alerts.h"

#include "chat-member.h"
#include "chat-message-text.h"

struct _ChatRoomAlerts
{
  GObject parent_instance;

  ChatRoom *room; /* borrowed: it owns this; NULL once it is gone */
  ChatAlertLevel level;
  guint mentions;
  ChatMentions *names; /* owned; NULL: to be made anew */
  guint restored_source;
};

G_DEFINE_FINAL_TYPE (ChatRoomAlerts, chat_room_alerts, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LEVEL,
  PROP_MENTIONS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

GType
chat_alert_level_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { CHAT_ALERT_ALL, "CHAT_ALERT_ALL", "all" },
    { CHAT_ALERT_MENTIONS, "CHAT_ALERT_MENTIONS", "mentions" },
    { CHAT_ALERT_NOTHING, "CHAT_ALERT_NOTHING", "nothing" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ChatAlertLevel", values));
  return type;
}

/* ---- names */

static void
forget_names (ChatRoomAlerts *self)
{
  g_clear_pointer (&self->names, chat_mentions_unref);
}

static ChatMentions *
create_names (ChatRoom *room)
{
  GListModel *members = chat_room_get_members (room);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (!chat_member_is_own (member))
        g_strv_builder_add (builder, chat_member_get_name (member));
    }
  g_auto (GStrv) names = g_strv_builder_end (builder);
  return chat_mentions_new ((const char *const *) names, chat_room_get_user_name (room));
}

ChatMentions *
chat_room_alerts_get_names (ChatRoomAlerts *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_ALERTS (self), NULL);
  g_return_val_if_fail (self->room != NULL, NULL);

  if (self->names == NULL)
    self->names = create_names (self->room);
  return self->names;
}

/* ---- mentions */

static void
set_mentions (ChatRoomAlerts *self, guint mentions)
{
  if (self->mentions == mentions)
    return;
  self->mentions = mentions;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MENTIONS]);
}

gboolean
chat_room_alerts_is_mention (ChatRoomAlerts *self, ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM_ALERTS (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);

  return chat_message_is_speech (message) && !chat_message_is_own (message) &&
         chat_mentions_has_own (chat_room_alerts_get_names (self), chat_message_get_text (message));
}

gboolean
chat_room_alerts_want (ChatRoomAlerts *self, ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM_ALERTS (self), FALSE);

  if (self->level == CHAT_ALERT_MENTIONS)
    return chat_room_alerts_is_mention (self, message);
  return self->level == CHAT_ALERT_ALL;
}

static void
on_message_received (ChatRoomAlerts *self, ChatMessage *message)
{
  if (chat_room_get_unread (self->room) > 0 && chat_room_alerts_is_mention (self, message))
    set_mentions (self, self->mentions + 1);
}

static void
on_unread_changed (ChatRoomAlerts *self)
{
  if (chat_room_get_unread (self->room) == 0)
    set_mentions (self, 0);
}

/* Those that were unread when the app was closed, as far as the room has them */
static guint
count_mentions (ChatRoomAlerts *self)
{
  GListModel *messages = chat_room_get_messages (self->room);
  guint unread = chat_room_get_unread (self->room);
  guint n = 0;

  for (guint i = g_list_model_get_n_items (messages); unread > 0 && i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      if (!chat_message_is_speech (message) || chat_message_is_own (message) ||
          chat_message_is_history (message))
        continue;
      n += (guint) chat_room_alerts_is_mention (self, message);
      unread--;
    }
  return n;
}

/* A room is in its list before it has its lines. */
static gboolean
on_restored (gpointer data)
{
  ChatRoomAlerts *self = data;

  self->restored_source = 0;
  set_mentions (self, count_mentions (self));
  return G_SOURCE_REMOVE;
}

/* ---- object */

static void
chat_room_alerts_dispose (GObject *object)
{
  ChatRoomAlerts *self = CHAT_ROOM_ALERTS (object);

  g_clear_handle_id (&self->restored_source, g_source_remove);
  g_clear_weak_pointer (&self->room);
  forget_names (self);

  G_OBJECT_CLASS (chat_room_alerts_parent_class)->dispose (object);
}

static void
chat_room_alerts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatRoomAlerts *self = CHAT_ROOM_ALERTS (object);

  switch (id)
    {
    case PROP_LEVEL:
      g_value_set_enum (value, self->level);
      break;
    case PROP_MENTIONS:
      g_value_set_uint (value, self->mentions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_alerts_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LEVEL:
      chat_room_alerts_set_level (CHAT_ROOM_ALERTS (object), g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_alerts_class_init (ChatRoomAlertsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = chat_room_alerts_dispose;
  object_class->get_property = chat_room_alerts_get_property;
  object_class->set_property = chat_room_alerts_set_property;
  props[PROP_LEVEL] = g_param_spec_enum ("level", NULL, NULL, CHAT_TYPE_ALERT_LEVEL, CHAT_ALERT_ALL,
                                         flags | G_PARAM_READWRITE);
  props[PROP_MENTIONS] =
      g_param_spec_uint ("mentions", NULL, NULL, 0, G_MAXUINT, 0, flags | G_PARAM_READABLE);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_room_alerts_init (ChatRoomAlerts *self)
{
}

static ChatRoomAlerts *
create (ChatRoom *room)
{
  ChatRoomAlerts *self = g_object_new (CHAT_TYPE_ROOM_ALERTS, NULL);

  g_set_weak_pointer (&self->room, room);
  g_signal_connect_object (room, "message-received", G_CALLBACK (on_message_received), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (room, "notify::unread", G_CALLBACK (on_unread_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_room_get_members (room), "items-changed", G_CALLBACK (forget_names),
                           self, G_CONNECT_SWAPPED);
  self->restored_source = g_idle_add (on_restored, self);
  return self;
}

ChatRoomAlerts *
chat_room_alerts_get (ChatRoom *room)
{
  static GQuark quark = 0;

  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  if (quark == 0)
    quark = g_quark_from_static_string ("chat-room-alerts");
  if (g_object_get_qdata (G_OBJECT (room), quark) == NULL)
    g_object_set_qdata_full (G_OBJECT (room), quark, create (room), g_object_unref);
  return g_object_get_qdata (G_OBJECT (room), quark);
}

ChatAlertLevel
chat_room_alerts_get_level (ChatRoomAlerts *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_ALERTS (self), CHAT_ALERT_ALL);

  return self->level;
}

void
chat_room_alerts_set_level (ChatRoomAlerts *self, ChatAlertLevel level)
{
  g_return_if_fail (CHAT_IS_ROOM_ALERTS (self));

  if (self->level == level)
    return;
  self->level = level;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LEVEL]);
}

guint
chat_room_alerts_get_mentions (ChatRoomAlerts *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_ALERTS (self), 0);

  return self->mentions;
}
