/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-info.h"

struct _ChatRoomInfo
{
  GObject parent_instance;

  char *name;  /* owned */
  char *topic; /* owned, nullable */
  int members; /* -1: unknown */
  ChatRoomFlags flags;
};

G_DEFINE_FINAL_TYPE (ChatRoomInfo, chat_room_info, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_MEMBERS,
  PROP_OFF_RECORD,
  PROP_ENCRYPTED_ONLY,
  PROP_TOPIC,
  PROP_HAS_PASSWORD,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_room_info_finalize (GObject *object)
{
  ChatRoomInfo *self = CHAT_ROOM_INFO (object);

  g_free (self->name);
  g_free (self->topic);

  G_OBJECT_CLASS (chat_room_info_parent_class)->finalize (object);
}

static void
chat_room_info_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatRoomInfo *self = CHAT_ROOM_INFO (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_MEMBERS:
      g_value_set_int (value, self->members);
      break;
    case PROP_OFF_RECORD:
      g_value_set_boolean (value, (self->flags & CHAT_ROOM_OFF_RECORD) != 0);
      break;
    case PROP_ENCRYPTED_ONLY:
      g_value_set_boolean (value, (self->flags & CHAT_ROOM_ENCRYPTED_ONLY) != 0);
      break;
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case PROP_HAS_PASSWORD:
      g_value_set_boolean (value, (self->flags & CHAT_ROOM_HAS_PASSWORD) != 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_info_class_init (ChatRoomInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = chat_room_info_finalize;
  object_class->get_property = chat_room_info_get_property;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_MEMBERS] = g_param_spec_int ("members", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_OFF_RECORD] = g_param_spec_boolean ("off-record", NULL, NULL, FALSE, flags);
  props[PROP_ENCRYPTED_ONLY] = g_param_spec_boolean ("encrypted-only", NULL, NULL, FALSE, flags);
  props[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, flags);
  props[PROP_HAS_PASSWORD] = g_param_spec_boolean ("has-password", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_room_info_init (ChatRoomInfo *self)
{
}

ChatRoomInfo *
chat_room_info_new (const char *name, int members, ChatRoomFlags flags)
{
  return chat_room_info_new_with_topic (name, members, flags, NULL);
}

ChatRoomInfo *
chat_room_info_new_with_topic (const char *name,
                               int members,
                               ChatRoomFlags flags,
                               const char *topic)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (members >= -1, NULL);

  ChatRoomInfo *self = g_object_new (CHAT_TYPE_ROOM_INFO, NULL);
  self->name = g_strdup (name);
  self->members = members;
  self->flags = flags;
  self->topic = g_strdup (topic);
  return self;
}

const char *
chat_room_info_get_name (ChatRoomInfo *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_INFO (self), NULL);

  return self->name;
}

int
chat_room_info_get_members (ChatRoomInfo *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_INFO (self), -1);

  return self->members;
}

ChatRoomFlags
chat_room_info_get_flags (ChatRoomInfo *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_INFO (self), 0);

  return self->flags;
}

const char *
chat_room_info_get_topic (ChatRoomInfo *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_INFO (self), NULL);

  return self->topic;
}
