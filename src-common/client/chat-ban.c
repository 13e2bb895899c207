/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-ban.h"

struct _ChatBan
{
  GObject parent_instance;

  guint64 number;
  gint64 until_us;
  char *name;   /* owned */
  char *reason; /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (ChatBan, chat_ban, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NUMBER,
  PROP_NAME,
  PROP_UNTIL_US,
  PROP_REASON,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_ban_finalize (GObject *object)
{
  ChatBan *self = CHAT_BAN (object);

  g_free (self->name);
  g_free (self->reason);

  G_OBJECT_CLASS (chat_ban_parent_class)->finalize (object);
}

static void
chat_ban_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatBan *self = CHAT_BAN (object);

  switch (id)
    {
    case PROP_NUMBER:
      g_value_set_uint64 (value, self->number);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_UNTIL_US:
      g_value_set_int64 (value, self->until_us);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_ban_class_init (ChatBanClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = chat_ban_finalize;
  object_class->get_property = chat_ban_get_property;

  props[PROP_NUMBER] = g_param_spec_uint64 ("number", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  props[PROP_UNTIL_US] = g_param_spec_int64 ("until-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_ban_init (ChatBan *self)
{
}

ChatBan *
chat_ban_new (guint64 number, const char *name, gint64 until_us, const char *reason)
{
  g_return_val_if_fail (name != NULL, NULL);

  ChatBan *self = g_object_new (CHAT_TYPE_BAN, NULL);
  self->number = number;
  self->until_us = until_us;
  self->name = g_strdup (name);
  self->reason = g_strdup (reason);
  return self;
}

guint64
chat_ban_get_number (ChatBan *self)
{
  g_return_val_if_fail (CHAT_IS_BAN (self), 0);

  return self->number;
}

const char *
chat_ban_get_name (ChatBan *self)
{
  g_return_val_if_fail (CHAT_IS_BAN (self), NULL);

  return self->name;
}

gint64
chat_ban_get_until_us (ChatBan *self)
{
  g_return_val_if_fail (CHAT_IS_BAN (self), 0);

  return self->until_us;
}

const char *
chat_ban_get_reason (ChatBan *self)
{
  g_return_val_if_fail (CHAT_IS_BAN (self), NULL);

  return self->reason;
}
