/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-conversation-private.h"

#include "chat-announcement.h"
#include "chat-closures.h"
#include "chat-message-text.h"

/* A screen reader that has to say more than one each so often is not listened to. */
#define ANNOUNCE_US (500 * G_TIME_SPAN_MILLISECOND)

/* So many lines are looked through for the first unread one. */
#define UNREAD_LINES 2000

static gboolean
is_window_active (ChatConversation *self)
{
  return self->window != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
         gtk_window_is_active (GTK_WINDOW (self->window));
}

void
chat_conversation_news_mark_read (ChatConversation *self)
{
  if (self->room != NULL && chat_scroll_place_is_following (self->place) &&
      is_window_active (self) && chat_room_get_unread (self->room) > 0)
    chat_room_mark_read (self->room);
}

static gboolean
on_jump_due (gpointer data)
{
  ChatConversation *self = data;

  self->jump_source = 0;
  chat_jump_button_set (self->jump, !chat_scroll_place_is_following (self->place), self->n_new);
  return G_SOURCE_REMOVE;
}

/* Not at once: it changes widgets, and this may be within an allocation. Before the next frame. */
static void
update_jump_soon (ChatConversation *self)
{
  if (self->jump_source == 0)
    self->jump_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_jump_due, self, NULL);
}

void
chat_conversation_news_note_following (ChatConversation *self)
{
  if (chat_scroll_place_is_following (self->place))
    self->n_new = 0;
  if (self->room != NULL)
    chat_room_set_sight (self->room, chat_scroll_place_is_following (self->place)
                                         ? CHAT_ROOM_SIGHT_END
                                         : CHAT_ROOM_SIGHT_OLD);
  update_jump_soon (self);
  chat_conversation_news_mark_read (self);
}

void
chat_conversation_news_follow (ChatConversation *self)
{
  chat_scroll_place_follow (self->place);
  chat_conversation_news_note_following (self);
}

/* For who sees no row appear */
static void
announce (ChatConversation *self, ChatMessage *message)
{
  const gint64 now_us = g_get_monotonic_time ();
  g_autofree char *line = NULL;

  if (!is_window_active (self) || now_us < self->announced_us + ANNOUNCE_US)
    return;

  self->announced_us = now_us;
  line = chat_closures_message_line (message);
  chat_announcement_make (GTK_WIDGET (self), line);
}

/* Where the unread messages begin, counted from the end; the earliest that is there, where more are
 * unread. Returns: (transfer full) (nullable) */
static ChatMessage *
find_first_unread (ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);
  guint unread = chat_room_get_unread (room);
  ChatMessage *first = NULL;

  if (unread > 0 && g_list_model_get_n_items (messages) < UNREAD_LINES)
    chat_room_load_older (room, MIN (unread, UNREAD_LINES));
  for (guint i = g_list_model_get_n_items (messages); unread > 0 && i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      if (!chat_message_is_speech (message) || chat_message_is_own (message) ||
          chat_message_is_history (message))
        continue;
      g_set_object (&first, message);
      unread--;
    }
  return first;
}

/* At another device: the mark goes to what is left. */
static void
on_read_elsewhere (ChatConversation *self)
{
  g_autoptr (ChatMessage) first = find_first_unread (self->room);

  if (self->first_unread != NULL)
    chat_conversation_rows_set_first_unread (self, first);
}

/* What others say while one is here; history and what moves is not new. */
static void
on_message_received (ChatConversation *self, ChatMessage *message)
{
  if (!chat_message_is_speech (message))
    return;
  announce (self, message);
  if (!chat_scroll_place_is_following (self->place))
    self->n_new++;
  if (self->first_unread == NULL && !is_window_active (self))
    chat_conversation_rows_set_first_unread (self, message);
  update_jump_soon (self);
}

static gboolean
is_being_said (ChatMessage *message)
{
  return chat_message_is_speech (message) && chat_message_is_own (message) &&
         chat_message_get_delivery (message) != CHAT_DELIVERY_CONFIRMED;
}

/* Oneself says something: the rest has been read. */
static void
note_own (ChatConversation *self, GListModel *messages, guint position)
{
  for (guint i = position; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (!is_being_said (message))
        continue;
      chat_conversation_rows_set_first_unread (self, NULL);
      chat_conversation_news_follow (self);
    }
}

static gboolean
is_append (GListModel *messages, guint position, guint removed, guint added)
{
  return removed == 0 && position + added == g_list_model_get_n_items (messages);
}

static void
on_items_changed (
    GListModel *messages, guint position, guint removed, guint added, ChatConversation *self)
{
  if (is_append (messages, position, removed, added))
    note_own (self, messages, position);
  else
    chat_conversation_rows_update_places (self);
  chat_scroll_place_seek (self->place);
  update_jump_soon (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
chat_conversation_news_start (ChatConversation *self)
{
  GListModel *messages = chat_conversation_get_messages (self);

  self->first_unread = find_first_unread (self->room);
  /* After the list itself, which then has the rows in their new places */
  self->items_handler =
      g_signal_connect_after (messages, "items-changed", G_CALLBACK (on_items_changed), self);
  self->received_handler = g_signal_connect_swapped (self->room, "message-received",
                                                     G_CALLBACK (on_message_received), self);
  self->read_handler =
      g_signal_connect_swapped (self->room, "read-elsewhere", G_CALLBACK (on_read_elsewhere), self);
  /* The count follows items-changed, so that is when it can be set back */
  self->unread_handler = g_signal_connect_swapped (
      self->room, "notify::unread", G_CALLBACK (chat_conversation_news_mark_read), self);
}

void
chat_conversation_news_stop (ChatConversation *self)
{
  g_clear_signal_handler (&self->items_handler, chat_conversation_get_messages (self));
  g_clear_signal_handler (&self->received_handler, self->room);
  g_clear_signal_handler (&self->unread_handler, self->room);
  g_clear_signal_handler (&self->read_handler, self->room);
  g_clear_object (&self->first_unread);
}

static guint
find_position (ChatConversation *self, ChatMessage *wanted)
{
  GListModel *messages = chat_conversation_get_messages (self);
  guint n = messages != NULL ? g_list_model_get_n_items (messages) : 0;

  for (guint i = n; i > 0 && wanted != NULL; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      if (message == wanted)
        return i - 1;
    }
  return GTK_INVALID_LIST_POSITION;
}

guint
chat_conversation_get_n_new (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), 0);

  return self->n_new;
}

guint
chat_conversation_get_first_unread (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), GTK_INVALID_LIST_POSITION);

  return find_position (self, self->first_unread);
}
