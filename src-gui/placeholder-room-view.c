/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-view.h"

/* Stands where the room view will be, until it is merged. */

struct _ChatRoomView
{
  GtkWidget parent_instance;

  GtkWidget *label;
  ChatRoom *room;
};

G_DEFINE_FINAL_TYPE (ChatRoomView, chat_room_view, GTK_TYPE_WIDGET)

static void
chat_room_view_dispose (GObject *object)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (object);

  g_clear_object (&self->room);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_room_view_parent_class)->dispose (object);
}

static void
chat_room_view_class_init (ChatRoomViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_room_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
chat_room_view_init (ChatRoomView *self)
{
  self->label = gtk_label_new ("room");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

GtkWidget *
chat_room_view_new (void)
{
  return g_object_new (CHAT_TYPE_ROOM_VIEW, NULL);
}

void
chat_room_view_set_room (ChatRoomView *self, ChatRoom *room)
{
  g_set_object (&self->room, room);
}

ChatRoom *
chat_room_view_get_room (ChatRoomView *self)
{
  return self->room;
}

void
chat_room_view_set_enter_sends (ChatRoomView *self, gboolean enter_sends)
{
}

void
chat_room_view_adapt (ChatRoomView *self, int width, gboolean folded)
{
}

void
chat_room_view_focus_composer (ChatRoomView *self)
{
}
