/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-focus.h"

#include "chat-message-rows.h"

struct _ChatMessageFocus
{
  GtkWidget *list;     /* borrowed */
  GtkWidget *scrolled; /* borrowed */
  GWeakRef last;       /* the message whose row had the focus last; rows are used again */
};

typedef struct
{
  ChatMessageFocus *self;
  ChatMessage *last;      /* borrowed, nullable */
  ChatMessageRow *again;  /* borrowed, nullable: the row of @last */
  ChatMessageRow *lowest; /* borrowed, nullable */
  gboolean is_whole;      /* @lowest is on the screen to its end */
} Search;

static void
consider_lowest (Search *search, ChatMessageRow *row, gboolean is_whole)
{
  guint position = chat_message_row_get_position (row);

  if (search->lowest != NULL &&
      (search->is_whole > is_whole ||
       (search->is_whole == is_whole && chat_message_row_get_position (search->lowest) > position)))
    return;
  search->lowest = row;
  search->is_whole = is_whole;
}

static void
consider (ChatMessageRow *row, gpointer data)
{
  Search *search = data;
  GtkWidget *scrolled = search->self->scrolled;
  int height = gtk_widget_get_height (scrolled);
  graphene_rect_t bounds;

  if (!gtk_widget_get_mapped (GTK_WIDGET (row)) ||
      !gtk_widget_compute_bounds (GTK_WIDGET (row), scrolled, &bounds))
    return;
  int bottom = (int) (bounds.origin.y + bounds.size.height);
  if (bottom <= 0 || bounds.origin.y >= height)
    return;
  if (chat_message_row_get_message (row) == search->last)
    search->again = row;
  consider_lowest (search, row, bottom <= height);
}

ChatMessageFocus *
chat_message_focus_new (GtkListView *list, GtkScrolledWindow *scrolled)
{
  ChatMessageFocus *self = NULL;

  g_return_val_if_fail (GTK_IS_LIST_VIEW (list), NULL);
  g_return_val_if_fail (GTK_IS_SCROLLED_WINDOW (scrolled), NULL);

  self = g_new0 (ChatMessageFocus, 1);
  self->list = GTK_WIDGET (list);
  self->scrolled = GTK_WIDGET (scrolled);
  g_weak_ref_init (&self->last, NULL);
  return self;
}

void
chat_message_focus_free (ChatMessageFocus *self)
{
  g_return_if_fail (self != NULL);

  g_weak_ref_clear (&self->last);
  g_free (self);
}

void
chat_message_focus_note (ChatMessageFocus *self, GtkWidget *focus)
{
  GtkWidget *row = NULL;

  g_return_if_fail (self != NULL);

  if (focus != NULL && gtk_widget_is_ancestor (focus, self->list))
    row = CHAT_IS_MESSAGE_ROW (focus) ? focus
                                      : gtk_widget_get_ancestor (focus, CHAT_TYPE_MESSAGE_ROW);
  if (row != NULL)
    g_weak_ref_set (&self->last, chat_message_row_get_message (CHAT_MESSAGE_ROW (row)));
}

gboolean
chat_message_focus_enter (ChatMessageFocus *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  g_autoptr (ChatMessage) last = g_weak_ref_get (&self->last);
  Search search = { self, last, NULL, NULL, FALSE };

  chat_message_rows_foreach (self->list, consider, &search);
  ChatMessageRow *row = search.again != NULL ? search.again : search.lowest;
  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

void
chat_message_focus_set_last (ChatMessageFocus *self, ChatMessage *message)
{
  g_return_if_fail (self != NULL);

  g_weak_ref_set (&self->last, message);
}
