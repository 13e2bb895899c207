/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notifier.h"

#include "chat-closures.h"
#include "chat-private-text.h"
#include "chat-room-alerts.h"
#include "chat-room-key.h"

struct _ChatNotifier
{
  GObject parent_instance;

  gboolean enabled;
  ChatNoticeFunc func; /* never NULL */
  gpointer func_data;

  /* owned */
  GListModel *rooms;
  GHashTable *followed; /* ChatRoom, owned → id of its notification, owned */

  /* borrowed */
  GApplication *app;
  ChatRoom *seen; /* (nullable): one of rooms, or compared only */
};

G_DEFINE_FINAL_TYPE (ChatNotifier, chat_notifier, G_TYPE_OBJECT)

static void
send_to_desktop (const char *id, const ChatNotice *notice, gpointer data)
{
  GApplication *app = data;

  if (notice == NULL)
    {
      g_application_withdraw_notification (app, id);
      return;
    }

  g_autoptr (GNotification) notification = g_notification_new (notice->title);
  g_notification_set_body (notification, notice->body);
  if (notice->urgent)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-room", "s", notice->target);
  g_application_send_notification (app, id, notification);
}

static void
on_message_received (ChatRoom *room, ChatMessage *message, ChatNotifier *self)
{
  ChatRoomAlerts *alerts = chat_room_alerts_get (room);

  if (!self->enabled || room == self->seen || !chat_room_alerts_want (alerts, message))
    return;

  gboolean mention = chat_room_alerts_is_mention (alerts, message);
  g_autofree char *key = chat_room_key (room);
  g_autofree char *body =
      mention ? chat_closures_mention_line (message) : chat_closures_message_line (message);
  const char *id = g_hash_table_lookup (self->followed, room);
  g_autofree char *title = chat_private_text_name (room);
  ChatNotice notice = { id, title, body, key, mention };

  self->func (id, &notice, self->func_data);
}

static void
on_unread_changed (ChatRoom *room, GParamSpec *pspec, ChatNotifier *self)
{
  if (chat_room_get_unread (room) == 0)
    self->func (g_hash_table_lookup (self->followed, room), NULL, self->func_data);
}

static void
follow (ChatNotifier *self, ChatRoom *room)
{
  g_autofree char *key = chat_room_key (room);

  g_hash_table_insert (self->followed, g_object_ref (room), g_strconcat ("room ", key, NULL));
  g_signal_connect_object (room, "message-received", G_CALLBACK (on_message_received), self, 0);
  g_signal_connect_object (room, "notify::unread", G_CALLBACK (on_unread_changed), self, 0);
}

static gboolean
is_absent (gpointer room, gpointer id, gpointer data)
{
  ChatNotifier *self = data;

  for (guint i = 0; i < g_list_model_get_n_items (self->rooms); i++)
    {
      g_autoptr (ChatRoom) present = g_list_model_get_item (self->rooms, i);
      if (present == room)
        return FALSE;
    }

  g_signal_handlers_disconnect_by_data (room, self);
  self->func (id, NULL, self->func_data);
  return TRUE;
}

static void
on_rooms_changed (ChatNotifier *self)
{
  g_hash_table_foreach_remove (self->followed, is_absent, self);
  for (guint i = 0; i < g_list_model_get_n_items (self->rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (self->rooms, i);
      if (!g_hash_table_contains (self->followed, room))
        follow (self, room);
    }
}

static void
chat_notifier_dispose (GObject *object)
{
  ChatNotifier *self = CHAT_NOTIFIER (object);

  g_hash_table_remove_all (self->followed);
  g_clear_object (&self->rooms);

  G_OBJECT_CLASS (chat_notifier_parent_class)->dispose (object);
}

static void
chat_notifier_finalize (GObject *object)
{
  g_hash_table_unref (CHAT_NOTIFIER (object)->followed);

  G_OBJECT_CLASS (chat_notifier_parent_class)->finalize (object);
}

static void
chat_notifier_class_init (ChatNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_notifier_finalize;
}

static void
chat_notifier_init (ChatNotifier *self)
{
  self->enabled = TRUE;
  self->followed = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

ChatNotifier *
chat_notifier_new (GApplication *app, GListModel *rooms)
{
  g_return_val_if_fail (G_IS_APPLICATION (app), NULL);

  ChatNotifier *self = g_object_new (CHAT_TYPE_NOTIFIER, NULL);

  self->app = app;
  self->rooms = g_object_ref (rooms);
  chat_notifier_set_func (self, NULL, NULL);
  g_signal_connect_object (rooms, "items-changed", G_CALLBACK (on_rooms_changed), self,
                           G_CONNECT_SWAPPED);
  on_rooms_changed (self);
  return self;
}

void
chat_notifier_set_seen_room (ChatNotifier *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_NOTIFIER (self));

  self->seen = room;
}

void
chat_notifier_set_enabled (ChatNotifier *self, gboolean enabled)
{
  g_return_if_fail (CHAT_IS_NOTIFIER (self));

  self->enabled = enabled;
}

void
chat_notifier_set_func (ChatNotifier *self, ChatNoticeFunc func, gpointer data)
{
  g_return_if_fail (CHAT_IS_NOTIFIER (self));

  self->func = func != NULL ? func : send_to_desktop;
  self->func_data = func != NULL ? data : self->app;
}
