/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-rows.h"

/* A list view's children are its own; each holds one row. */
static ChatMessageRow *
get_row_of (GtkWidget *list_item)
{
  GtkWidget *row = gtk_widget_get_first_child (list_item);

  if (row == NULL || !CHAT_IS_MESSAGE_ROW (row) ||
      chat_message_row_get_message (CHAT_MESSAGE_ROW (row)) == NULL)
    return NULL;
  return CHAT_MESSAGE_ROW (row);
}

void
chat_message_rows_foreach (GtkWidget *list, ChatMessageRowVisit visit, gpointer data)
{
  g_return_if_fail (GTK_IS_LIST_VIEW (list));

  for (GtkWidget *item = gtk_widget_get_first_child (list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      ChatMessageRow *row = get_row_of (item);

      if (row != NULL)
        visit (row, data);
    }
}

ChatMessageRow *
chat_message_rows_find (GtkWidget *list, guint position)
{
  g_return_val_if_fail (GTK_IS_LIST_VIEW (list), NULL);

  for (GtkWidget *item = gtk_widget_get_first_child (list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      ChatMessageRow *row = get_row_of (item);

      if (row != NULL && chat_message_row_get_position (row) == position)
        return row;
    }
  return NULL;
}
