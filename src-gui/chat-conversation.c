/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-conversation.h"

#include "chat-jump-button.h"
#include "chat-message-focus.h"
#include "chat-message-marks.h"
#include "chat-message-rows.h"
#include "chat-message-text.h"
#include "chat-midnight.h"
#include "chat-older-lines.h"
#include "chat-room-alerts.h"
#include "chat-scroll-place.h"

#define FOUND_MS 2500

/* So many lines are looked through for the first unread one. */
#define UNREAD_LINES 2000

struct _ChatConversation
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  gulong items_handler;
  gulong received_handler;
  gulong unread_handler;
  gulong members_handler;
  GtkWidget *window; /* weak, nullable: whose is-active is watched */
  gulong active_handler;
  gulong focus_handler;

  ChatScrollPlace *place;    /* owned; NULL once disposed of */
  ChatMessageFocus *focus;   /* owned; NULL once disposed of */
  ChatOlderLines *older;     /* owned; NULL once disposed of */
  ChatMidnight *midnight;    /* owned */
  ChatMessageMarks *marks;   /* owned */
  ChatMessage *first_unread; /* owned, nullable */
  ChatMessage *found;        /* owned, nullable: one has just been led to it */
  guint found_source;
  gboolean format;
  guint n_new;
  guint n_binds;
  guint jump_source;

  /* template children */
  GtkWidget *overlay;
  GtkWidget *scrolled;
  GtkWidget *list;
  ChatJumpButton *jump;
};

G_DEFINE_FINAL_TYPE (ChatConversation, chat_conversation, GTK_TYPE_WIDGET)

enum
{
  MARKS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GListModel *
get_messages (ChatConversation *self)
{
  return self->room != NULL ? chat_room_get_messages (self->room) : NULL;
}

/* ---- rows */

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
  g_signal_emit (self, signals[MARKS_CHANGED], 0);
}

static void
update_found (ChatMessageRow *row, gpointer data)
{
  ChatMessage *found = CHAT_CONVERSATION (data)->found;

  chat_message_row_set_found (row, found != NULL && chat_message_row_get_message (row) == found);
}

static void
set_found (ChatConversation *self, ChatMessage *message)
{
  g_clear_handle_id (&self->found_source, g_source_remove);
  if (g_set_object (&self->found, message))
    chat_message_rows_foreach (self->list, update_found, self);
}

static gboolean
on_found_due (gpointer data)
{
  ChatConversation *self = data;

  self->found_source = 0;
  set_found (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
update_day (ChatMessageRow *row, gpointer data)
{
  chat_message_row_update_day (row);
}

static void
set_first_unread (ChatConversation *self, ChatMessage *message)
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
  return position > 0 ? g_list_model_get_item (get_messages (self), position - 1) : NULL;
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

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  GtkWidget *row = chat_message_row_new ();

  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  g_object_set_data (G_OBJECT (row), item_key, item);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  ChatMessageRow *row = CHAT_MESSAGE_ROW (gtk_list_item_get_child (item));
  guint position = gtk_list_item_get_position (item);
  g_autoptr (ChatMessage) previous = dup_previous (self, position);

  chat_message_row_set_format (row, self->format);
  update_mentions (row, self);
  chat_message_row_set_room (row, self->room);
  chat_message_row_bind (row, gtk_list_item_get_item (item), previous, position);
  update_first_unread (row, self);
  update_found (row, self);
  update_mark (row, self);
  self->n_binds++;
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  chat_message_row_unbind (CHAT_MESSAGE_ROW (gtk_list_item_get_child (item)));
}

static guint
find_position (ChatConversation *self, ChatMessage *wanted)
{
  GListModel *messages = get_messages (self);
  guint n = messages != NULL ? g_list_model_get_n_items (messages) : 0;

  for (guint i = n; i > 0 && wanted != NULL; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      if (message == wanted)
        return i - 1;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* ---- what is new */

static gboolean
is_window_active (ChatConversation *self)
{
  return self->window != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
         gtk_window_is_active (GTK_WINDOW (self->window));
}

static void
mark_read_if_seen (ChatConversation *self)
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

static void
on_following_changed (gpointer data)
{
  ChatConversation *self = data;

  if (chat_scroll_place_is_following (self->place))
    self->n_new = 0;
  if (self->room != NULL)
    chat_room_set_sight (self->room, chat_scroll_place_is_following (self->place)
                                         ? CHAT_ROOM_SIGHT_END
                                         : CHAT_ROOM_SIGHT_OLD);
  update_jump_soon (self);
  mark_read_if_seen (self);
}

static void
follow (ChatConversation *self)
{
  chat_scroll_place_follow (self->place);
  on_following_changed (self);
}

/* What others say while one is here; history and what moves is not new. */
static void
on_message_received (ChatConversation *self, ChatMessage *message)
{
  if (!chat_message_is_speech (message))
    return;
  if (!chat_scroll_place_is_following (self->place))
    self->n_new++;
  if (self->first_unread == NULL && !is_window_active (self))
    set_first_unread (self, message);
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
      set_first_unread (self, NULL);
      follow (self);
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
    chat_message_rows_foreach (self->list, update_place, self);
  chat_scroll_place_seek (self->place);
  update_jump_soon (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
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
  self->active_handler =
      g_signal_connect_swapped (window, "notify::is-active", G_CALLBACK (mark_read_if_seen), self);
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
  mark_read_if_seen (CHAT_CONVERSATION (widget));
}

static void
leave_room (ChatConversation *self)
{
  if (self->room == NULL)
    return;
  g_clear_signal_handler (&self->items_handler, get_messages (self));
  g_clear_signal_handler (&self->received_handler, self->room);
  g_clear_signal_handler (&self->unread_handler, self->room);
  g_clear_signal_handler (&self->members_handler, chat_room_get_members (self->room));
  chat_older_lines_set_room (self->older, NULL);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);
  chat_room_set_sight (self->room, CHAT_ROOM_SIGHT_NONE);
  g_clear_object (&self->first_unread);
  set_found (self, NULL);
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

  signals[MARKS_CHANGED] = g_signal_new ("marks-changed", CHAT_TYPE_CONVERSATION, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CHAT_TYPE_JUMP_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-conversation.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, overlay);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, list);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, jump);
}

static void
chat_conversation_init (ChatConversation *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->format = TRUE;
  self->marks = chat_message_marks_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  g_object_unref (factory);
  self->place = chat_scroll_place_new (GTK_SCROLLED_WINDOW (self->scrolled),
                                       GTK_LIST_VIEW (self->list), on_following_changed, self);
  self->focus =
      chat_message_focus_new (GTK_LIST_VIEW (self->list), GTK_SCROLLED_WINDOW (self->scrolled));
  self->older = chat_older_lines_new (GTK_SCROLLED_WINDOW (self->scrolled));
  self->midnight = chat_midnight_new (on_midnight, self);
}

static void
enter_room (ChatConversation *self, ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);
  GtkNoSelection *selection = gtk_no_selection_new (g_object_ref (messages));

  self->room = g_object_ref (room);
  /* After the list itself, which then has the rows in their new places */
  self->items_handler =
      g_signal_connect_after (messages, "items-changed", G_CALLBACK (on_items_changed), self);
  self->received_handler =
      g_signal_connect_swapped (room, "message-received", G_CALLBACK (on_message_received), self);
  /* The count follows items-changed, so that is when it can be set back */
  self->unread_handler =
      g_signal_connect_swapped (room, "notify::unread", G_CALLBACK (mark_read_if_seen), self);
  chat_room_alerts_get (room); /* it forgets the names before they are asked for again */
  self->members_handler = g_signal_connect_swapped (chat_room_get_members (room), "items-changed",
                                                    G_CALLBACK (on_members_changed), self);
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
      self->first_unread = find_first_unread (room);
      enter_room (self, room);
    }
  follow (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
chat_conversation_scroll_to_end (ChatConversation *self)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  chat_scroll_place_go_to_end (self->place);
  on_following_changed (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
chat_conversation_show_message (ChatConversation *self, guint position)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (self->room != NULL);

  g_autoptr (ChatMessage) message = g_list_model_get_item (get_messages (self), position);

  g_return_if_fail (message != NULL);
  set_found (self, message);
  self->found_source = g_timeout_add (FOUND_MS, on_found_due, self);
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

ChatMessageRow *
chat_conversation_get_row (ChatConversation *self, guint position)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return chat_message_rows_find (self->list, position);
}

guint
chat_conversation_get_top (ChatConversation *self, int *offset)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), GTK_INVALID_LIST_POSITION);

  return chat_scroll_place_get_top (self->place, offset);
}

void
chat_conversation_toggle_mark (ChatConversation *self, guint position)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (self->room != NULL);

  g_autoptr (ChatMessage) message = g_list_model_get_item (get_messages (self), position);

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

  return chat_message_marks_dup_text (self->marks, get_messages (self));
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
