/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-conversation-private.h"

#include "chat-message-rows.h"
#include "chat-room-alerts.h"

#define FOUND_MS 2500

static void
update_first_unread (ChatMessageRow *row, gpointer data)
{
  ChatMessage *first_unread = CHAT_CONVERSATION (data)->first_unread;

  chat_message_row_set_first_unread (row, chat_message_row_get_message (row) == first_unread);
}

static void
update_format (ChatMessageRow *row, gpointer data)
{
  chat_message_row_set_format (row, CHAT_CONVERSATION (data)->format);
}

/* Others can be called by name once somebody comes or goes. */
static void
update_mentions (ChatMessageRow *row, gpointer data)
{
  ChatRoomAlerts *alerts = chat_room_alerts_get (CHAT_CONVERSATION (data)->room);

  chat_message_row_set_mentions (row, chat_room_alerts_get_names (alerts));
}

static void
on_members_changed (ChatConversation *self)
{
  chat_message_rows_foreach (self->list, update_mentions, self);
}

static void
update_mark (ChatMessageRow *row, gpointer data)
{
  ChatMessageMarks *marks = CHAT_CONVERSATION (data)->marks;

  chat_message_row_set_marked (
      row, chat_message_marks_get_n (marks) > 0,
      chat_message_marks_contain (marks, chat_message_row_get_message (row)));
}

static void
on_marks_changed (ChatConversation *self)
{
  chat_message_rows_foreach (self->list, update_mark, self);
  g_signal_emit_by_name (self, "marks-changed");
}

static void
update_found (ChatMessageRow *row, gpointer data)
{
  ChatMessage *found = CHAT_CONVERSATION (data)->found;

  chat_message_row_set_found (row, found != NULL && chat_message_row_get_message (row) == found);
}

static void
update_all_found (ChatConversation *self, ChatMessage *message)
{
  if (g_set_object (&self->found, message))
    chat_message_rows_foreach (self->list, update_found, self);
}

static gboolean
on_found_due (gpointer data)
{
  ChatConversation *self = data;

  self->found_source = 0;
  update_all_found (self, NULL);
  return G_SOURCE_REMOVE;
}

void
chat_conversation_rows_set_found (ChatConversation *self, ChatMessage *message)
{
  g_clear_handle_id (&self->found_source, g_source_remove);
  update_all_found (self, message);
  if (message != NULL)
    self->found_source = g_timeout_add (FOUND_MS, on_found_due, self);
}

static void
update_day (ChatMessageRow *row, gpointer data)
{
  chat_message_row_update_day (row);
}

void
chat_conversation_rows_set_first_unread (ChatConversation *self, ChatMessage *message)
{
  if (g_set_object (&self->first_unread, message))
    chat_message_rows_foreach (self->list, update_first_unread, self);
}

/* Today becomes yesterday. */
static void
on_midnight (gpointer data)
{
  chat_message_rows_foreach (CHAT_CONVERSATION (data)->list, update_day, NULL);
}

static ChatMessage *
dup_previous (ChatConversation *self, guint position)
{
  return position > 0 ? g_list_model_get_item (chat_conversation_get_messages (self), position - 1)
                      : NULL;
}

/* The list's item, which outlives the row, knows its place; borrowed. */
static const char item_key[] = "chat-list-item";

static void
update_place (ChatMessageRow *row, gpointer data)
{
  guint position = gtk_list_item_get_position (g_object_get_data (G_OBJECT (row), item_key));
  g_autoptr (ChatMessage) previous = dup_previous (data, position);

  chat_message_row_set_place (row, previous, position);
}

void
chat_conversation_rows_update_places (ChatConversation *self)
{
  chat_message_rows_foreach (self->list, update_place, self);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  GtkWidget *row = chat_message_row_new ();

  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  g_object_set_data (G_OBJECT (row), item_key, item);
  gtk_list_item_set_child (item, row);
}

/* GTK unbinds all rows and binds them anew where lines come above them, though each has the message
 * that it had. So a row keeps its message until it gets another, or goes. */
static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  ChatMessageRow *row = CHAT_MESSAGE_ROW (gtk_list_item_get_child (item));
  ChatMessage *message = gtk_list_item_get_item (item);
  guint position = gtk_list_item_get_position (item);
  g_autoptr (ChatMessage) previous = dup_previous (self, position);

  if (chat_message_row_get_message (row) == message)
    {
      chat_message_row_set_place (row, previous, position);
      return;
    }
  chat_message_row_set_format (row, self->format);
  update_mentions (row, self);
  chat_message_row_set_room (row, self->room);
  chat_message_row_bind (row, message, previous, position);
  update_first_unread (row, self);
  update_found (row, self);
  update_mark (row, self);
  self->n_binds++;
}

void
chat_conversation_rows_init (ChatConversation *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  self->midnight = chat_midnight_new (on_midnight, self);
}

void
chat_conversation_rows_start (ChatConversation *self)
{
  chat_room_alerts_get (self->room); /* it forgets the names before they are asked for again */
  self->members_handler = g_signal_connect_swapped (
      chat_room_get_members (self->room), "items-changed", G_CALLBACK (on_members_changed), self);
}

void
chat_conversation_rows_stop (ChatConversation *self)
{
  g_clear_signal_handler (&self->members_handler, chat_room_get_members (self->room));
}

ChatMessageRow *
chat_conversation_get_row (ChatConversation *self, guint position)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return chat_message_rows_find (self->list, position);
}

void
chat_conversation_toggle_mark (ChatConversation *self, guint position)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (self->room != NULL);

  g_autoptr (ChatMessage) message =
      g_list_model_get_item (chat_conversation_get_messages (self), position);

  if (message == NULL)
    return;
  chat_message_marks_toggle (self->marks, message);
  on_marks_changed (self);
}

void
chat_conversation_clear_marks (ChatConversation *self)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  if (chat_message_marks_get_n (self->marks) == 0)
    return;
  chat_message_marks_clear (self->marks);
  on_marks_changed (self);
}

guint
chat_conversation_get_n_marked (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), 0);

  return chat_message_marks_get_n (self->marks);
}

char *
chat_conversation_dup_marked (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (self->room != NULL, NULL);

  return chat_message_marks_dup_text (self->marks, chat_conversation_get_messages (self));
}

void
chat_conversation_set_format (ChatConversation *self, gboolean format)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  if (self->format == !!format)
    return;
  self->format = !!format;
  chat_message_rows_foreach (self->list, update_format, self);
}

guint
chat_conversation_get_n_binds (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), 0);

  return self->n_binds;
}
