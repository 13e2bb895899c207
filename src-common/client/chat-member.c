/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member.h"

struct _ChatMember
{
  GObject parent_instance;

  char *name;
  guint64 number;
  gboolean own;
  gboolean host;
  gboolean online;
  gboolean legacy;
  gboolean away;
  ChatMemberPowers powers;
};

G_DEFINE_FINAL_TYPE (ChatMember, chat_member, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_OWN,
  PROP_HOST,
  PROP_NUMBER,
  PROP_ONLINE,
  PROP_LEGACY,
  PROP_AWAY,
  PROP_POWERS,
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
    case PROP_NUMBER:
      g_value_set_uint64 (value, self->number);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_LEGACY:
      g_value_set_boolean (value, self->legacy);
      break;
    case PROP_AWAY:
      g_value_set_boolean (value, self->away);
      break;
    case PROP_POWERS:
      g_value_set_uint (value, self->powers);
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
  const GParamFlags changing = flags | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = chat_member_finalize;
  object_class->get_property = chat_member_get_property;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  props[PROP_HOST] = g_param_spec_boolean ("host", NULL, NULL, FALSE, changing);
  props[PROP_NUMBER] = g_param_spec_uint64 ("number", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE, changing);
  props[PROP_LEGACY] = g_param_spec_boolean ("legacy", NULL, NULL, FALSE, changing);
  props[PROP_AWAY] = g_param_spec_boolean ("away", NULL, NULL, FALSE, changing);
  props[PROP_POWERS] = g_param_spec_uint ("powers", NULL, NULL, 0, G_MAXUINT, 0, changing);
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
  self->online = TRUE;
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

guint64
chat_member_get_number (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), 0);

  return self->number;
}

const guint64 *
chat_member_get_number_key (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), NULL);

  return &self->number;
}

gboolean
chat_member_is_online (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->online;
}

gboolean
chat_member_is_legacy (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->legacy;
}

gboolean
chat_member_is_away (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->away;
}

void
chat_member_set_number (ChatMember *self, guint64 number)
{
  g_return_if_fail (CHAT_IS_MEMBER (self));

  self->number = number;
}

static void
set_fact (ChatMember *self, gboolean *fact, gboolean value, guint prop)
{
  if (*fact == (value != FALSE))
    return;

  *fact = value != FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
chat_member_set_facts (ChatMember *self, gboolean host, gboolean online, gboolean legacy)
{
  g_return_if_fail (CHAT_IS_MEMBER (self));

  set_fact (self, &self->host, host, PROP_HOST);
  set_fact (self, &self->online, online, PROP_ONLINE);
  set_fact (self, &self->legacy, legacy, PROP_LEGACY);
}

void
chat_member_set_away (ChatMember *self, gboolean away)
{
  g_return_if_fail (CHAT_IS_MEMBER (self));

  set_fact (self, &self->away, away, PROP_AWAY);
}

ChatMemberPowers
chat_member_get_powers (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), 0);

  return self->powers;
}

void
chat_member_set_powers (ChatMember *self, ChatMemberPowers powers)
{
  g_return_if_fail (CHAT_IS_MEMBER (self));

  if (self->powers == powers)
    return;

  self->powers = powers;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_POWERS]);
}
