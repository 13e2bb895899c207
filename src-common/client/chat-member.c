/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member.h"

struct _ChatMember
{
  GObject parent_instance;

  char *name;
  gboolean own;
  gboolean host;
};

G_DEFINE_FINAL_TYPE (ChatMember, chat_member, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_OWN,
  PROP_HOST,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_member_finalize (GObject *object)
{
  ChatMember *self = CHAT_MEMBER (object);

  g_free (self->name);

  G_OBJECT_CLASS (chat_member_parent_class)->finalize (object);
}

static void
chat_member_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatMember *self = CHAT_MEMBER (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case PROP_HOST:
      g_value_set_boolean (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_member_class_init (ChatMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = chat_member_finalize;
  object_class->get_property = chat_member_get_property;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  props[PROP_HOST] = g_param_spec_boolean ("host", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_member_init (ChatMember *self)
{
}

ChatMember *
chat_member_new (const char *name, gboolean own, gboolean host)
{
  g_return_val_if_fail (name != NULL, NULL);

  ChatMember *self = g_object_new (CHAT_TYPE_MEMBER, NULL);
  self->name = g_strdup (name);
  self->own = own;
  self->host = host;
  return self;
}

const char *
chat_member_get_name (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), NULL);

  return self->name;
}

gboolean
chat_member_is_own (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->own;
}

gboolean
chat_member_is_host (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->host;
}
