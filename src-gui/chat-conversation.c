/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-conversation-private.h"

G_DEFINE_FINAL_TYPE (ChatConversation, chat_conversation, GTK_TYPE_WIDGET)

GListModel *
chat_conversation_get_messages (ChatConversation *self)
{
  return self->room != NULL ? chat_room_get_messages (self->room) : NULL;
}

/* ---- keyboard */

static void
on_focus_moved (ChatConversation *self)
{
  chat_message_focus_note (self->focus, gtk_window_get_focus (GTK_WINDOW (self->window)));
}

static gboolean
has_focus_within (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

/* A row's menu is below the row, and yet has a surface of its own. */
static gboolean
has_focus_in_menu (ChatConversation *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) &&
         gtk_widget_get_native (focus) != gtk_widget_get_native (GTK_WIDGET (self));
}

/* First the messages, then the way to their end */
static gboolean
chat_conversation_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ChatConversation *self = CHAT_CONVERSATION (widget);
  GtkWidget *jump = GTK_WIDGET (self->jump);

  if (has_focus_in_menu (self))
    return GTK_WIDGET_CLASS (chat_conversation_parent_class)->focus (widget, direction);
  if (has_focus_within (self->list))
    return direction == GTK_DIR_TAB_FORWARD && gtk_widget_child_focus (jump, direction);
  if (has_focus_within (jump))
    return direction == GTK_DIR_TAB_BACKWARD && chat_message_focus_enter (self->focus);
  if (direction == GTK_DIR_TAB_BACKWARD && gtk_widget_child_focus (jump, direction))
    return TRUE;
  return chat_message_focus_enter (self->focus) ||
         (direction == GTK_DIR_TAB_FORWARD && gtk_widget_child_focus (jump, direction));
}

/* ---- widget */

static void
chat_conversation_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  gtk_widget_measure (CHAT_CONVERSATION (widget)->overlay, orientation, for_size, minimum, natural,
                      NULL, NULL);
}

static void
chat_conversation_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatConversation *self = CHAT_CONVERSATION (widget);

  chat_scroll_place_allocate (self->place, self->overlay, width, height);
}

static void
watch_window (ChatConversation *self, GtkWidget *window)
{
  if (self->window != NULL)
    {
      g_clear_signal_handler (&self->active_handler, self->window);
      g_clear_signal_handler (&self->focus_handler, self->window);
      g_object_remove_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
    }
  self->window = window;
  if (window == NULL)
    return;
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &self->window);
  self->active_handler = g_signal_connect_swapped (
      window, "notify::is-active", G_CALLBACK (chat_conversation_news_mark_read), self);
  self->focus_handler =
      g_signal_connect_swapped (window, "notify::focus-widget", G_CALLBACK (on_focus_moved), self);
}

static void
chat_conversation_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_conversation_parent_class)->root (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  watch_window (CHAT_CONVERSATION (widget), GTK_IS_WINDOW (root) ? GTK_WIDGET (root) : NULL);
}

static void
chat_conversation_unroot (GtkWidget *widget)
{
  watch_window (CHAT_CONVERSATION (widget), NULL);
  GTK_WIDGET_CLASS (chat_conversation_parent_class)->unroot (widget);
}

static void
chat_conversation_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_conversation_parent_class)->map (widget);
  chat_conversation_news_mark_read (CHAT_CONVERSATION (widget));
}

static void
leave_room (ChatConversation *self)
{
  if (self->room == NULL)
    return;
  chat_conversation_news_stop (self);
  chat_conversation_rows_stop (self);
  chat_older_lines_set_room (self->older, NULL);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);
  chat_room_set_sight (self->room, CHAT_ROOM_SIGHT_NONE);
  chat_conversation_rows_set_found (self, NULL);
  chat_conversation_clear_marks (self);
  g_clear_object (&self->room);
}

static void
chat_conversation_dispose (GObject *object)
{
  ChatConversation *self = CHAT_CONVERSATION (object);
  GtkWidget *child;

  watch_window (self, NULL);
  leave_room (self);
  g_clear_pointer (&self->midnight, chat_midnight_free);
  g_clear_pointer (&self->place, chat_scroll_place_free);
  g_clear_pointer (&self->focus, chat_message_focus_free);
  g_clear_pointer (&self->older, chat_older_lines_free);
  g_clear_handle_id (&self->jump_source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_conversation_parent_class)->dispose (object);
}

static void
chat_conversation_finalize (GObject *object)
{
  chat_message_marks_free (CHAT_CONVERSATION (object)->marks);

  G_OBJECT_CLASS (chat_conversation_parent_class)->finalize (object);
}

static void
chat_conversation_class_init (ChatConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_conversation_dispose;
  object_class->finalize = chat_conversation_finalize;
  widget_class->measure = chat_conversation_measure;
  widget_class->size_allocate = chat_conversation_size_allocate;
  widget_class->root = chat_conversation_root;
  widget_class->unroot = chat_conversation_unroot;
  widget_class->map = chat_conversation_map;
  widget_class->focus = chat_conversation_focus;

  g_signal_new ("marks-changed", CHAT_TYPE_CONVERSATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_type_ensure (CHAT_TYPE_JUMP_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-conversation.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, overlay);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, list);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, jump);
}

static void
on_following_changed (gpointer data)
{
  chat_conversation_news_note_following (data);
}

static void
chat_conversation_init (ChatConversation *self)
{
  self->format = TRUE;
  self->marks = chat_message_marks_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_conversation_rows_init (self);
  self->place = chat_scroll_place_new (GTK_SCROLLED_WINDOW (self->scrolled),
                                       GTK_LIST_VIEW (self->list), on_following_changed, self);
  self->focus =
      chat_message_focus_new (GTK_LIST_VIEW (self->list), GTK_SCROLLED_WINDOW (self->scrolled));
  self->older = chat_older_lines_new (GTK_SCROLLED_WINDOW (self->scrolled));
}

static void
enter_room (ChatConversation *self, ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);
  GtkNoSelection *selection = gtk_no_selection_new (g_object_ref (messages));

  self->room = g_object_ref (room);
  chat_conversation_news_start (self);
  chat_conversation_rows_start (self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
  chat_older_lines_set_room (self->older, room);
}

void
chat_conversation_set_room (ChatConversation *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  if (self->room == room)
    return;
  leave_room (self);
  if (room != NULL)
    {
      chat_room_set_sight (room, CHAT_ROOM_SIGHT_END);
      enter_room (self, room);
    }
  chat_conversation_news_follow (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
chat_conversation_scroll_to_end (ChatConversation *self)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  chat_scroll_place_go_to_end (self->place);
  chat_conversation_news_note_following (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
chat_conversation_show_message (ChatConversation *self, guint position)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (self->room != NULL);

  g_autoptr (ChatMessage) message =
      g_list_model_get_item (chat_conversation_get_messages (self), position);

  g_return_if_fail (message != NULL);
  chat_conversation_rows_set_found (self, message);
  chat_message_focus_set_last (self->focus, message);
  chat_scroll_place_go_to (self->place, position);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static GtkAdjustment *
get_adjustment (ChatConversation *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
}

void
chat_conversation_scroll_to_start (ChatConversation *self)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  GtkAdjustment *adjustment = get_adjustment (self);

  if (self->room != NULL)
    chat_room_load_history (self->room);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_lower (adjustment));
}

void
chat_conversation_scroll_by_pages (ChatConversation *self, int pages)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  GtkAdjustment *adjustment = get_adjustment (self);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) +
                                            pages * gtk_adjustment_get_page_increment (adjustment));
}

gboolean
chat_conversation_is_following (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), FALSE);

  return chat_scroll_place_is_following (self->place);
}

guint
chat_conversation_get_top (ChatConversation *self, int *offset)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), GTK_INVALID_LIST_POSITION);

  return chat_scroll_place_get_top (self->place, offset);
}
