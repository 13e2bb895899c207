/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-conversation.h"

#include "chat-message-text.h"

#include <glib/gi18n.h>

/* GtkListView 4.8 neither follows what is appended nor keeps its place when it is resized: it knows
 * heights only of the rows that have widgets. So the end is sought again after each layout while
 * one follows it, and the topmost row is put back where it was after each change of size. */

#define END_SLOP_PX 4
#define LAYOUT_TRIES 4 /* each gives widgets to rows whose height was a guess */
#define BADGE_MAX 99

typedef struct
{
  guint position; /* GTK_INVALID_LIST_POSITION: none */
  int offset;     /* px from the top of the screen */
} Anchor;

struct _ChatConversation
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  gulong items_handler;
  gulong unread_handler;
  GtkWidget *window; /* weak, nullable: whose is-active is watched */
  gulong active_handler;

  gboolean following;
  gboolean in_layout;
  gboolean seeking; /* the end has moved and must be found again */
  guint first_unread;
  guint n_new;
  guint n_binds;
  int old_width, old_height;
  Anchor anchor; /* being restored */
  guint midnight_source;
  guint jump_source;

  /* template children */
  GtkWidget *overlay;
  GtkWidget *scrolled;
  GtkWidget *list;
  GtkWidget *jump;
  GtkWidget *jump_button;
  GtkWidget *badge;
};

G_DEFINE_FINAL_TYPE (ChatConversation, chat_conversation, GTK_TYPE_WIDGET)

static GtkAdjustment *
get_adjustment (ChatConversation *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
}

static double
get_end (ChatConversation *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  return MAX (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment),
              gtk_adjustment_get_lower (adjustment));
}

static GListModel *
get_messages (ChatConversation *self)
{
  return self->room != NULL ? chat_room_get_messages (self->room) : NULL;
}

/* ---- rows */

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

static void
foreach_row (ChatConversation *self, void (*visit) (ChatConversation *, ChatMessageRow *))
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      ChatMessageRow *row = get_row_of (item);

      if (row != NULL)
        visit (self, row);
    }
}

static void
update_first_unread (ChatConversation *self, ChatMessageRow *row)
{
  chat_message_row_set_first_unread (row,
                                     chat_message_row_get_position (row) == self->first_unread);
}

static void
update_day (ChatConversation *self, ChatMessageRow *row)
{
  chat_message_row_update_day (row);
}

static void
set_first_unread (ChatConversation *self, guint position)
{
  if (self->first_unread == position)
    return;
  self->first_unread = position;
  foreach_row (self, update_first_unread);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, chat_message_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  ChatMessageRow *row = CHAT_MESSAGE_ROW (gtk_list_item_get_child (item));
  guint position = gtk_list_item_get_position (item);
  g_autoptr (ChatMessage) previous = NULL;

  if (position > 0)
    previous = g_list_model_get_item (get_messages (self), position - 1);
  chat_message_row_bind (row, gtk_list_item_get_item (item), previous, position);
  update_first_unread (self, row);
  self->n_binds++;
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatConversation *self)
{
  chat_message_row_unbind (CHAT_MESSAGE_ROW (gtk_list_item_get_child (item)));
}

/* ---- the place on the screen */

static gboolean
get_row_bounds (ChatConversation *self, GtkWidget *row, graphene_rect_t *bounds)
{
  return gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, self->scrolled, bounds);
}

static Anchor
find_top (ChatConversation *self)
{
  Anchor top = { GTK_INVALID_LIST_POSITION, 0 };

  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      ChatMessageRow *row = get_row_of (item);
      graphene_rect_t bounds;

      if (row == NULL || !get_row_bounds (self, GTK_WIDGET (row), &bounds) ||
          bounds.origin.y + bounds.size.height <= 0)
        continue;
      if (chat_message_row_get_position (row) < top.position)
        top = (Anchor){ chat_message_row_get_position (row), (int) bounds.origin.y };
    }
  return top;
}

static void
forget_anchor (ChatConversation *self)
{
  self->anchor.position = GTK_INVALID_LIST_POSITION;
}

/* Returns: whether the anchor is where it was */
static gboolean
restore_anchor (ChatConversation *self)
{
  if (self->anchor.position == GTK_INVALID_LIST_POSITION)
    return TRUE;

  ChatMessageRow *row = chat_conversation_get_row (self, self->anchor.position);
  GtkAdjustment *adjustment = get_adjustment (self);
  graphene_rect_t bounds;

  if (row == NULL || !get_row_bounds (self, GTK_WIDGET (row), &bounds))
    {
      gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", self->anchor.position);
      return FALSE;
    }
  int moved = (int) bounds.origin.y - self->anchor.offset;
  if (moved == 0)
    return TRUE;
  double value = gtk_adjustment_get_value (adjustment) + moved;
  if (value > get_end (self) || value < gtk_adjustment_get_lower (adjustment))
    moved = 0; /* there is no such place any more: the nearest will do */
  gtk_adjustment_set_value (adjustment, value);
  return moved == 0;
}

static gboolean
seek_end (ChatConversation *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  gboolean there = gtk_adjustment_get_value (adjustment) == get_end (self);

  gtk_adjustment_set_value (adjustment, get_end (self));
  return there;
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
  if (self->room != NULL && self->following && is_window_active (self) &&
      chat_room_get_unread (self->room) > 0)
    chat_room_mark_read (self->room);
}

static void
update_jump (ChatConversation *self)
{
  g_autofree char *count = NULL;
  g_autofree char *label = NULL;

  if (self->n_new > BADGE_MAX)
    count = g_strdup_printf ("%d+", BADGE_MAX);
  else
    count = g_strdup_printf ("%u", self->n_new);
  gtk_label_set_text (GTK_LABEL (self->badge), count);
  gtk_widget_set_visible (self->badge, self->n_new > 0);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->jump), !self->following);
  gtk_widget_set_can_target (self->jump, !self->following);
  gtk_widget_set_sensitive (self->jump_button, !self->following);

  if (self->n_new > 0)
    /* Translators: the button below the messages */
    label = g_strdup_printf (ngettext ("Scroll to the end, %u new message",
                                       "Scroll to the end, %u new messages", self->n_new),
                             self->n_new);
  else
    label = g_strdup (_ ("Scroll to the End"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->jump_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static gboolean
on_jump_due (gpointer data)
{
  ChatConversation *self = data;

  self->jump_source = 0;
  update_jump (self);
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
set_following (ChatConversation *self, gboolean following)
{
  if (following)
    self->n_new = 0;
  self->following = following;
  update_jump_soon (self);
  mark_read_if_seen (self);
}

static void
reconsider_following (ChatConversation *self)
{
  gboolean at_end =
      gtk_adjustment_get_value (get_adjustment (self)) >= get_end (self) - END_SLOP_PX;

  if (at_end != self->following)
    set_following (self, at_end);
}

static void
on_value_changed (ChatConversation *self)
{
  if (!self->in_layout)
    reconsider_following (self);
}

static void
note_message (ChatConversation *self, ChatMessage *message, guint position)
{
  if (!chat_message_is_speech (message))
    return;
  if (chat_message_is_own (message))
    {
      set_first_unread (self, GTK_INVALID_LIST_POSITION);
      set_following (self, TRUE);
      return;
    }
  if (!self->following)
    self->n_new++;
  if (self->first_unread == GTK_INVALID_LIST_POSITION && !is_window_active (self))
    set_first_unread (self, position);
}

static void
on_items_changed (
    GListModel *messages, guint position, guint removed, guint added, ChatConversation *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);
      note_message (self, message, i);
    }
  self->seeking = TRUE;
  update_jump_soon (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* Where the unread messages begin, counted from the end. */
static guint
find_first_unread (ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);
  guint unread = chat_room_get_unread (room);
  guint position = g_list_model_get_n_items (messages);

  if (unread == 0)
    return GTK_INVALID_LIST_POSITION;
  while (unread > 0 && position > 0)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, --position);

      if (chat_message_is_speech (message) && !chat_message_is_own (message))
        unread--;
    }
  return position;
}

/* ---- midnight: today becomes yesterday */

static gboolean on_midnight (gpointer data);

static void
await_midnight (ChatConversation *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight =
      g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
                             g_date_time_get_day_of_month (tomorrow), 0, 0, 1);
  gint64 wait_us = midnight != NULL ? g_date_time_difference (midnight, now) : G_TIME_SPAN_HOUR;

  g_clear_handle_id (&self->midnight_source, g_source_remove);
  self->midnight_source = g_timeout_add_seconds (
      (guint) (MAX (wait_us, G_USEC_PER_SEC) / G_USEC_PER_SEC), on_midnight, self);
}

static gboolean
on_midnight (gpointer data)
{
  ChatConversation *self = data;

  self->midnight_source = 0;
  foreach_row (self, update_day);
  await_midnight (self);
  return G_SOURCE_REMOVE;
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

/* Returns: whether all is where it should be */
static gboolean
settle (ChatConversation *self)
{
  if (!self->following)
    return restore_anchor (self);
  if (!self->seeking)
    {
      reconsider_following (self); /* the list itself scrolls to what gets the focus */
      return TRUE;
    }
  self->seeking = !seek_end (self);
  return !self->seeking;
}

/* Each change of the place asks for another allocation of the list. It is made here and now: asked
 * for from within an allocation it would be lost. */
static void
allocate (ChatConversation *self, int width, int height)
{
  GtkAllocation whole = { 0, 0, width, height };

  self->in_layout = TRUE;
  gtk_widget_size_allocate (self->overlay, &whole, -1);
  for (int i = 0; i < LAYOUT_TRIES && !settle (self); i++)
    gtk_widget_size_allocate (self->overlay, &whole, -1);
  self->in_layout = FALSE;
}

static void
chat_conversation_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatConversation *self = CHAT_CONVERSATION (widget);
  gboolean resized = width != self->old_width || height != self->old_height;

  self->seeking |= resized;
  if (resized && !self->following)
    self->anchor = find_top (self);
  self->old_width = width;
  self->old_height = height;
  allocate (self, width, height);
  forget_anchor (self);
}

static void
watch_window (ChatConversation *self, GtkWidget *window)
{
  if (self->window != NULL)
    {
      g_clear_signal_handler (&self->active_handler, self->window);
      g_object_remove_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
    }
  self->window = window;
  if (window == NULL)
    return;
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &self->window);
  self->active_handler =
      g_signal_connect_swapped (window, "notify::is-active", G_CALLBACK (mark_read_if_seen), self);
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
chat_conversation_dispose (GObject *object)
{
  ChatConversation *self = CHAT_CONVERSATION (object);
  GtkWidget *child;

  watch_window (self, NULL);
  chat_conversation_set_room (self, NULL);
  g_clear_handle_id (&self->midnight_source, g_source_remove);
  g_clear_handle_id (&self->jump_source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_conversation_parent_class)->dispose (object);
}

static void
chat_conversation_class_init (ChatConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_conversation_dispose;
  widget_class->measure = chat_conversation_measure;
  widget_class->size_allocate = chat_conversation_size_allocate;
  widget_class->root = chat_conversation_root;
  widget_class->unroot = chat_conversation_unroot;
  widget_class->map = chat_conversation_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-conversation.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, overlay);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, list);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, jump);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, jump_button);
  gtk_widget_class_bind_template_child (widget_class, ChatConversation, badge);
}

static void
chat_conversation_init (ChatConversation *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->following = TRUE;
  self->first_unread = GTK_INVALID_LIST_POSITION;
  forget_anchor (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  g_object_unref (factory);
  g_signal_connect_object (get_adjustment (self), "value-changed", G_CALLBACK (on_value_changed),
                           self, G_CONNECT_SWAPPED);
  update_jump (self);
  await_midnight (self);
}

static void
leave_room (ChatConversation *self)
{
  if (self->room == NULL)
    return;
  g_clear_signal_handler (&self->items_handler, get_messages (self));
  g_clear_signal_handler (&self->unread_handler, self->room);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);
  g_clear_object (&self->room);
}

static void
enter_room (ChatConversation *self, ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);
  GtkNoSelection *selection = gtk_no_selection_new (g_object_ref (messages));

  self->room = g_object_ref (room);
  self->items_handler =
      g_signal_connect (messages, "items-changed", G_CALLBACK (on_items_changed), self);
  /* The count follows items-changed, so that is when it can be set back */
  self->unread_handler =
      g_signal_connect_swapped (room, "notify::unread", G_CALLBACK (mark_read_if_seen), self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

void
chat_conversation_set_room (ChatConversation *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  if (self->room == room)
    return;
  leave_room (self);
  self->first_unread = room != NULL ? find_first_unread (room) : GTK_INVALID_LIST_POSITION;
  if (room != NULL)
    enter_room (self, room);
  self->seeking = TRUE;
  set_following (self, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
chat_conversation_scroll_to_end (ChatConversation *self)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  self->seeking = TRUE;
  set_following (self, TRUE);
  seek_end (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

gboolean
chat_conversation_is_following (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), FALSE);

  return self->following;
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

  return self->first_unread;
}

ChatMessageRow *
chat_conversation_get_row (ChatConversation *self, guint position)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      ChatMessageRow *row = get_row_of (item);

      if (row != NULL && chat_message_row_get_position (row) == position)
        return row;
    }
  return NULL;
}

guint
chat_conversation_get_top (ChatConversation *self, int *offset)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), GTK_INVALID_LIST_POSITION);

  Anchor top = find_top (self);
  *offset = top.offset;
  return top.position;
}

guint
chat_conversation_get_n_binds (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), 0);

  return self->n_binds;
}
