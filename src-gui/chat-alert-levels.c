/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-alert-levels.h"

#include "chat-room-alerts.h"
#include "chat-room-key.h"

#define KEY "room-alerts"
#define ROOMS_MAX 500 /* that differ from what is usual */

struct _ChatAlertLevels
{
  GObject parent_instance;

  /* owned */
  GSettings *settings;
  GListModel *rooms;
  GHashTable *followed; /* of ChatRoom, weak: compared only */
};

G_DEFINE_FINAL_TYPE (ChatAlertLevels, chat_alert_levels, G_TYPE_OBJECT)

static const char *
to_nick (ChatAlertLevel level)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (CHAT_TYPE_ALERT_LEVEL);

  return g_enum_get_value (klass, (int) level)->value_nick;
}

static ChatAlertLevel
from_nick (const char *nick)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (CHAT_TYPE_ALERT_LEVEL);
  const GEnumValue *value = g_enum_get_value_by_nick (klass, nick);

  return value != NULL ? (ChatAlertLevel) value->value : CHAT_ALERT_ALL;
}

/* Returns: (transfer full): a dictionary without that room, and not too large */
static GVariantDict *
begin_change (ChatAlertLevels *self, const char *room_key)
{
  g_autoptr (GVariant) old = g_settings_get_value (self->settings, KEY);
  GVariantDict *dict = g_variant_dict_new (NULL);
  GVariantIter iter;
  const char *key, *nick;
  guint n = 0;

  g_variant_iter_init (&iter, old);
  while (n < ROOMS_MAX - 1 && g_variant_iter_next (&iter, "{&s&s}", &key, &nick))
    if (!g_str_equal (key, room_key))
      {
        g_variant_dict_insert (dict, key, "s", nick);
        n++;
      }
  return dict;
}

static GVariant *
to_settings (GVariantDict *dict)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_dict_end (dict));
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  GVariant *nick;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &nick))
    g_variant_builder_add (&builder, "{ss}", key, g_variant_get_string (nick, NULL));
  return g_variant_builder_end (&builder);
}

static ChatRoom *
find_room (ChatAlertLevels *self, ChatRoomAlerts *alerts)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (self->rooms, i);

      if (chat_room_alerts_get (room) == alerts)
        return room; /* the model keeps it */
    }
  return NULL;
}

static void
on_level_changed (ChatRoomAlerts *alerts, GParamSpec *pspec, ChatAlertLevels *self)
{
  ChatRoom *room = find_room (self, alerts);

  if (room == NULL || chat_room_is_off_record (room))
    return;

  g_autofree char *key = chat_room_key (room);
  g_autoptr (GVariantDict) dict = begin_change (self, key);
  ChatAlertLevel level = chat_room_alerts_get_level (alerts);

  if (level != CHAT_ALERT_ALL)
    g_variant_dict_insert (dict, key, "s", to_nick (level));
  g_settings_set_value (self->settings, KEY, to_settings (dict));
}

static void
follow (ChatAlertLevels *self, ChatRoom *room)
{
  ChatRoomAlerts *alerts = chat_room_alerts_get (room);
  g_autofree char *key = chat_room_key (room);
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, KEY);
  const char *nick;

  if (g_variant_lookup (all, key, "&s", &nick))
    chat_room_alerts_set_level (alerts, from_nick (nick));
  g_signal_connect_object (alerts, "notify::level", G_CALLBACK (on_level_changed), self, 0);
}

static void
on_rooms_changed (ChatAlertLevels *self)
{
  g_autoptr (GHashTable) followed = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (self->rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (self->rooms, i);

      if (!g_hash_table_contains (self->followed, room))
        follow (self, room);
      g_hash_table_add (followed, room);
    }
  g_hash_table_unref (self->followed);
  self->followed = g_steal_pointer (&followed);
}

static void
chat_alert_levels_finalize (GObject *object)
{
  ChatAlertLevels *self = CHAT_ALERT_LEVELS (object);

  g_object_unref (self->settings);
  g_object_unref (self->rooms);
  g_hash_table_unref (self->followed);

  G_OBJECT_CLASS (chat_alert_levels_parent_class)->finalize (object);
}

static void
chat_alert_levels_class_init (ChatAlertLevelsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_alert_levels_finalize;
}

static void
chat_alert_levels_init (ChatAlertLevels *self)
{
  self->followed = g_hash_table_new (NULL, NULL);
}

ChatAlertLevels *
chat_alert_levels_new (GSettings *settings, GListModel *rooms)
{
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (rooms), NULL);

  ChatAlertLevels *self = g_object_new (CHAT_TYPE_ALERT_LEVELS, NULL);

  self->settings = g_object_ref (settings);
  self->rooms = g_object_ref (rooms);
  g_signal_connect_object (rooms, "items-changed", G_CALLBACK (on_rooms_changed), self,
                           G_CONNECT_SWAPPED);
  on_rooms_changed (self);
  return self;
}
