/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-member-menu.h"
#include "chat-room-view-files.h"
#include "chat-room-view-private.h"

#include <glib/gi18n.h>

static void
on_send (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_send (CHAT_ROOM_VIEW (widget), g_variant_get_string (parameter, NULL));
}

static ChatMessage *
dup_message (ChatRoomView *self, GVariant *position)
{
  ChatRoom *room = chat_room_view_get_room (self);

  if (room == NULL)
    return NULL;
  return g_list_model_get_item (chat_room_get_messages (room), g_variant_get_uint32 (position));
}

static void
on_resend (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_message (self, parameter);

  if (message != NULL && chat_message_get_delivery (message) == CHAT_DELIVERY_FAILED)
    chat_room_resend (chat_room_view_get_room (self), message);
}

static void
on_discard (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_message (self, parameter);

  if (message != NULL)
    chat_room_discard (chat_room_view_get_room (self), message);
}

static void
on_copy_message (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (ChatMessage) message = dup_message (CHAT_ROOM_VIEW (widget), parameter);

  if (message != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), chat_message_get_text (message));
}

static void
on_copy_address (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autofree char *address = chat_room_view_dup_address (self);

  if (address == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), address);
  chat_room_view_add_toast (self, _ ("Server address copied"));
}

static void
on_scroll_to_end (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);

  chat_conversation_scroll_to_end (chat_room_view_get_conversation (self));
  chat_room_view_focus_composer (self);
}

static void
on_scroll_to_start (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_conversation_scroll_to_start (chat_room_view_get_conversation (CHAT_ROOM_VIEW (widget)));
}

static void
on_scroll_by_pages (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_conversation_scroll_by_pages (chat_room_view_get_conversation (CHAT_ROOM_VIEW (widget)),
                                     g_variant_get_int32 (parameter));
}

static void
on_insert_emoji (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_composer_insert_emoji (chat_room_view_get_composer (CHAT_ROOM_VIEW (widget)));
}

static void
on_mark (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_conversation_toggle_mark (chat_room_view_get_conversation (CHAT_ROOM_VIEW (widget)),
                                 g_variant_get_uint32 (parameter));
}

static void
on_clear_marks (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_conversation_clear_marks (chat_room_view_get_conversation (CHAT_ROOM_VIEW (widget)));
}

static void
on_copy_marked (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  ChatConversation *conversation = chat_room_view_get_conversation (self);
  g_autofree char *text = NULL;

  if (chat_conversation_get_n_marked (conversation) == 0)
    return;
  text = chat_conversation_dup_marked (conversation);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  chat_conversation_clear_marks (conversation);
  chat_room_view_add_toast (self, _ ("Messages copied"));
}

/* Returns: whether there was something to end */
static gboolean
leave_marks (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  if (chat_answer_bar_end (chat_room_view_get_answer_bar (CHAT_ROOM_VIEW (widget))))
    return TRUE;

  ChatConversation *conversation = chat_room_view_get_conversation (CHAT_ROOM_VIEW (widget));
  const gboolean marking = chat_conversation_get_n_marked (conversation) > 0;

  chat_conversation_clear_marks (conversation);
  return marking;
}

static void
on_find (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);

  if (chat_room_view_get_room (self) != NULL)
    chat_find_bar_open (chat_room_view_get_find_bar (self));
}

/* The act's word, and the member's number */
static void
on_act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *word;
  guint64 member;

  g_variant_get (parameter, "(&st)", &word, &member);
  chat_room_view_act (CHAT_ROOM_VIEW (widget), chat_member_menu_get_act (word), member);
}

static void
on_open_private (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_open_private (CHAT_ROOM_VIEW (widget), g_variant_get_uint64 (parameter));
}

static void
on_raise_hand (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_raise_hand (CHAT_ROOM_VIEW (widget));
}

static void
on_reopen (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_reopen (CHAT_ROOM_VIEW (widget));
}

void
chat_room_view_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "room.send", "s", on_send);
  gtk_widget_class_install_action (klass, "room.resend", "u", on_resend);
  gtk_widget_class_install_action (klass, "room.discard", "u", on_discard);
  gtk_widget_class_install_action (klass, "room.copy-message", "u", on_copy_message);
  gtk_widget_class_install_action (klass, "room.copy-address", NULL, on_copy_address);
  gtk_widget_class_install_action (klass, "room.scroll-to-end", NULL, on_scroll_to_end);
  gtk_widget_class_install_action (klass, "room.scroll-to-start", NULL, on_scroll_to_start);
  gtk_widget_class_install_action (klass, "room.scroll-by-pages", "i", on_scroll_by_pages);
  gtk_widget_class_install_action (klass, "room.insert-emoji", NULL, on_insert_emoji);
  gtk_widget_class_install_action (klass, "room.find", NULL, on_find);
  gtk_widget_class_install_action (klass, "room.mark", "u", on_mark);
  gtk_widget_class_install_action (klass, "room.clear-marks", NULL, on_clear_marks);
  gtk_widget_class_install_action (klass, "room.copy-marked", NULL, on_copy_marked);
  gtk_widget_class_install_action (klass, "room.act", "(st)", on_act);
  gtk_widget_class_install_action (klass, "room.open-private", "t", on_open_private);
  gtk_widget_class_install_action (klass, "room.raise-hand", NULL, on_raise_hand);
  gtk_widget_class_install_action (klass, "room.reopen", NULL, on_reopen);
  chat_room_view_install_marks (klass);
  chat_room_view_install_files (klass);
  gtk_widget_class_install_property_action (klass, "room.show-members", "members-shown");
  gtk_widget_class_install_property_action (klass, "room.alerts", "alert-level");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F9, 0, "room.show-members", NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Escape, 0, leave_marks, NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "room.copy-marked",
                                       NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_f, GDK_CONTROL_MASK, "room.find", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_End, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "room.scroll-to-end", NULL);
}
