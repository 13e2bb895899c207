/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-row-private.h"

#include "chat-day-line.h"
#include "chat-failure-line.h"
#include "chat-message-row-parts.h"
#include "chat-message-text.h"
#include "chat-quote-line.h"
#include "chat-reaction-bar.h"
#include "chat-room-marks.h"

#include <glib/gi18n.h>

struct _ChatMessageRow
{
  GtkWidget parent_instance;

  ChatMessage *message;  /* owned, nullable */
  ChatMessage *previous; /* owned, nullable: the one before it */
  guint position;
  char *spoken;           /* owned */
  ChatMentions *mentions; /* owned, nullable */
  gboolean format;
  gboolean marking;
  ChatRoom *room; /* weak, nullable */
  gulong message_handler;
  gulong previous_handler;

  ChatMessageRowParts parts; /* children */
};

G_DEFINE_FINAL_TYPE (ChatMessageRow, chat_message_row, GTK_TYPE_WIDGET)

/* ---- geometry */

static GtkSizeRequestMode
chat_message_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
chat_message_row_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  /* A constant width: the list need not ask the text, and never changes its own for one row. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = CHAT_MESSAGE_ROW_MIN_WIDTH;
      return;
    }
  *minimum = *natural = chat_message_row_layout_get_height (
      &CHAT_MESSAGE_ROW (widget)->parts, for_size < 0 ? CHAT_MESSAGE_ROW_MIN_WIDTH : for_size);
}

/* The menu of this row, when it is open */
static void
present_popovers (ChatMessageRow *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child))
      gtk_popover_present (GTK_POPOVER (child));
}

static void
chat_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);

  chat_message_row_layout_allocate (&self->parts, widget, width);
  present_popovers (self);
}

/* ---- contents */

static gboolean
calls_me (ChatMessageRow *self)
{
  return chat_message_label_calls_me (CHAT_MESSAGE_LABEL (self->parts.bubble)) &&
         !chat_message_is_own (self->message);
}

/* The messages keep these: rows are used again. */
static const char source_key[] = "chat-show-source";
static const char unfolded_key[] = "chat-unfolded";

static gboolean
is_unfolded (ChatMessageRow *self)
{
  return g_object_get_data (G_OBJECT (self->message), unfolded_key) != NULL;
}

static void
update_fold (ChatMessageRow *self)
{
  const char *label = NULL;

  if (chat_message_row_can_fold (self))
    label = is_unfolded (self) ? _ ("Show Less") : _ ("Show More");
  chat_message_row_parts_set_fold (&self->parts, GTK_WIDGET (self), label);
}

/* What stands above and below it, too. Returns: (transfer full) */
static char *
get_spoken (ChatMessageRow *self)
{
  const GPtrArray *reactions = chat_message_get_reactions (self->message);
  const char *answered = chat_message_get_reply_sender (self->message);
  g_autofree char *words = chat_message_get_spoken (self->message);
  g_autofree char *signs = reactions->len > 0 ? chat_reaction_bar_describe (reactions) : NULL;
  g_autofree char *with_signs = NULL;

  /* Translators: for screen readers: a message, and signs that were put to it: "👍 2" */
  with_signs = signs != NULL ? g_strdup_printf (_ ("%s, reactions: %s"), words, signs)
                             : g_steal_pointer (&words);
  if (answered == NULL)
    return g_steal_pointer (&with_signs);
  /* Translators: for screen readers: a message, and the name of whom it answers */
  return g_strdup_printf (_ ("%s, in reply to %s"), with_signs, answered);
}

static void
update_spoken (ChatMessageRow *self)
{
  g_autofree char *words = get_spoken (self);

  g_free (self->spoken);
  /* Translators: for screen readers; %s is a message, with who said it */
  self->spoken = calls_me (self) ? g_strdup_printf (_ ("You are mentioned. %s"), words)
                                 : g_steal_pointer (&words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->spoken, -1);
}

static void
update_delivery (ChatMessageRow *self)
{
  g_autofree char *delivery = chat_message_get_delivery_text (self->message);
  g_autofree char *clock = NULL;
  gboolean failed = chat_message_get_delivery (self->message) == CHAT_DELIVERY_FAILED;
  gboolean resendable = chat_message_can_be_resent (self->message);

  if (self->parts.look == CHAT_MESSAGE_LOOK_NOTICE)
    clock = g_strdup ("");
  else
    clock = chat_message_get_note (self->message);
  chat_message_label_set_note (CHAT_MESSAGE_LABEL (self->parts.bubble), clock,
                               chat_message_get_delivery_icon (self->message), delivery);
  chat_message_row_parts_set_failure (&self->parts, GTK_WIDGET (self), failed ? delivery : NULL,
                                      resendable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.resend", resendable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.discard", failed);
  update_spoken (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
set_css_class (GtkWidget *widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
update_look (ChatMessageRow *self)
{
  ChatMessageKind kind = chat_message_get_kind (self->message);
  gboolean action = chat_message_is_action (self->message);
  gboolean local = kind == CHAT_MESSAGE_LOCAL;

  if (!chat_message_is_speech (self->message))
    self->parts.look = CHAT_MESSAGE_LOOK_NOTICE;
  else
    self->parts.look =
        chat_message_is_own (self->message) ? CHAT_MESSAGE_LOOK_OWN : CHAT_MESSAGE_LOOK_OTHER;
  set_css_class (self->parts.bubble, "own", self->parts.look == CHAT_MESSAGE_LOOK_OWN && !action);
  set_css_class (self->parts.bubble, "other",
                 self->parts.look == CHAT_MESSAGE_LOOK_OTHER && !action);
  set_css_class (self->parts.bubble, "action", action);
  set_css_class (self->parts.bubble, "notice",
                 self->parts.look == CHAT_MESSAGE_LOOK_NOTICE && !local);
  set_css_class (self->parts.bubble, "local", local);
  set_css_class (self->parts.bubble, "invisible", chat_message_is_invisible (self->message));
  set_css_class (self->parts.bubble, "refused", kind == CHAT_MESSAGE_REFUSED);
  chat_message_label_set_look (CHAT_MESSAGE_LABEL (self->parts.bubble),
                               self->parts.look != CHAT_MESSAGE_LOOK_NOTICE || local,
                               self->parts.look == CHAT_MESSAGE_LOOK_NOTICE && !local);
}

static void
update_group (ChatMessageRow *self)
{
  const char *sender = chat_message_get_sender (self->message);
  gboolean action = chat_message_is_action (self->message);

  self->parts.group_start = chat_message_starts_group (self->message, self->previous);
  if (self->parts.look != CHAT_MESSAGE_LOOK_OTHER || !self->parts.group_start)
    sender = NULL;
  chat_message_row_parts_set_avatar (&self->parts, GTK_WIDGET (self), sender);
  chat_message_row_parts_set_name (&self->parts, GTK_WIDGET (self), action ? NULL : sender);
  set_css_class (self->parts.bubble, "continued", !self->parts.group_start);
}

static void
update_lines (ChatMessageRow *self)
{
  gboolean day = chat_message_starts_day (self->message, self->previous);
  gboolean history = chat_message_ends_history (self->message, self->previous);

  chat_message_row_parts_set_line (&self->parts.day_line, GTK_WIDGET (self), day ? "" : NULL,
                                   "day");
  chat_message_row_update_day (self);
  /* Translators: a line in the conversation; what stands above it was said before one came */
  chat_message_row_parts_set_line (&self->parts.history_line, GTK_WIDGET (self),
                                   history ? _ ("Before You Joined ↑") : NULL, "history");
}

/* What depends on the message before it */
static void
update_place (ChatMessageRow *self)
{
  update_group (self);
  update_lines (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
set_previous (ChatMessageRow *self, ChatMessage *previous)
{
  if (self->previous != NULL)
    g_clear_signal_handler (&self->previous_handler, self->previous);
  g_set_object (&self->previous, previous);
  if (previous != NULL)
    self->previous_handler =
        g_signal_connect_swapped (previous, "notify::kind", G_CALLBACK (update_place), self);
}

static gboolean
is_to_be_formatted (ChatMessageRow *self)
{
  return self->format && chat_message_get_kind (self->message) == CHAT_MESSAGE_TEXT &&
         !chat_message_is_action (self->message) && !chat_message_is_invisible (self->message) &&
         !chat_message_row_shows_source (self);
}

static void
update_quote (ChatMessageRow *self)
{
  gboolean reply = chat_message_get_kind (self->message) == CHAT_MESSAGE_TEXT &&
                   chat_message_is_reply (self->message);

  chat_message_row_parts_set_quote (&self->parts, GTK_WIDGET (self), reply ? self->message : NULL);
}

/* Most messages have none, and no widget for them. */
static void
update_reactions (ChatMessageRow *self)
{
  chat_message_row_parts_set_reactions (&self->parts, GTK_WIDGET (self),
                                        chat_message_get_reactions (self->message));
}

static void
update_file (ChatMessageRow *self)
{
  ChatMessage *file = chat_message_get_file (self->message) != NULL ? self->message : NULL;

  chat_message_row_parts_set_file (&self->parts, GTK_WIDGET (self), self->room, file);
}

/* A text that is erased becomes a notice. */
static void
update_words (ChatMessageRow *self)
{
  g_autofree char *words = chat_message_get_words (self->message);
  ChatMessageLabel *bubble = CHAT_MESSAGE_LABEL (self->parts.bubble);

  gboolean text = chat_message_get_kind (self->message) == CHAT_MESSAGE_TEXT;

  update_look (self);
  chat_message_label_set_mentions (bubble, text ? self->mentions : NULL);
  chat_message_label_set_folded (bubble, text && !is_unfolded (self));
  if (is_to_be_formatted (self))
    chat_message_label_set_formatted_text (bubble, words);
  else
    chat_message_label_set_text (bubble, words);
  update_fold (self);
  set_css_class (self->parts.bubble, "calls-me", calls_me (self));
  update_quote (self);
  update_file (self);
  update_reactions (self);
  update_place (self);
  update_delivery (self);
}

static void
on_notify (ChatMessage *message, GParamSpec *pspec, ChatMessageRow *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (g_str_equal (name, "reactions"))
    update_reactions (self);
  else if (g_str_equal (name, "reply"))
    update_quote (self);
  else if (!g_str_equal (name, "delivery") && !g_str_equal (name, "error") &&
           !g_str_equal (name, "changing"))
    {
      update_words (self);
      return;
    }
  update_delivery (self);
}

/* ---- focus */

static void
on_focus_enter (GtkEventControllerFocus *focus, ChatMessageRow *self)
{
  chat_message_label_set_selectable (CHAT_MESSAGE_LABEL (self->parts.bubble), TRUE);
}

static void
on_focus_leave (GtkEventControllerFocus *focus, ChatMessageRow *self)
{
  chat_message_label_set_selectable (CHAT_MESSAGE_LABEL (self->parts.bubble), FALSE);
}

/* ---- object */

static void
chat_message_row_dispose (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);
  GtkWidget *child;

  chat_message_row_unbind (self);
  g_clear_weak_pointer (&self->room);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->parts = (ChatMessageRowParts){ 0 };

  G_OBJECT_CLASS (chat_message_row_parent_class)->dispose (object);
}

static void
chat_message_row_finalize (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);

  g_free (self->spoken);
  g_clear_pointer (&self->mentions, chat_mentions_unref);

  G_OBJECT_CLASS (chat_message_row_parent_class)->finalize (object);
}

static void
chat_message_row_class_init (ChatMessageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_message_row_dispose;
  object_class->finalize = chat_message_row_finalize;
  widget_class->get_request_mode = chat_message_row_get_request_mode;
  widget_class->measure = chat_message_row_measure;
  widget_class->size_allocate = chat_message_row_size_allocate;
  chat_message_row_install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "messagerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
chat_message_row_init (ChatMessageRow *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->format = TRUE;
  self->parts.bubble = chat_message_label_new ();
  gtk_widget_set_parent (self->parts.bubble, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (focus, "enter", G_CALLBACK (on_focus_enter), self);
  g_signal_connect (focus, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  chat_message_row_add_gestures (self);
}

GtkWidget *
chat_message_row_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_ROW, NULL);
}

void
chat_message_row_bind (ChatMessageRow *self,
                       ChatMessage *message,
                       ChatMessage *previous,
                       guint position)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  chat_message_row_unbind (self);
  self->message = g_object_ref (message);
  self->position = position;
  self->message_handler = g_signal_connect (message, "notify", G_CALLBACK (on_notify), self);
  set_previous (self, previous);
  update_words (self);
}

void
chat_message_row_set_place (ChatMessageRow *self, ChatMessage *previous, guint position)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));
  g_return_if_fail (self->message != NULL);

  self->position = position;
  if (previous == self->previous)
    return;
  set_previous (self, previous);
  update_place (self);
}

void
chat_message_row_unbind (ChatMessageRow *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->message != NULL)
    g_clear_signal_handler (&self->message_handler, self->message);
  set_previous (self, NULL);
  g_clear_object (&self->message);
  g_clear_pointer (&self->parts.unread_line, gtk_widget_unparent);
}

ChatMessage *
chat_message_row_get_message (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return self->message;
}

guint
chat_message_row_get_position (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), 0);

  return self->position;
}

ChatFileCard *
chat_message_row_get_file_card (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return (ChatFileCard *) self->parts.file;
}

ChatMessageLabel *
chat_message_row_get_bubble (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return CHAT_MESSAGE_LABEL (self->parts.bubble);
}

const char *
chat_message_row_get_spoken (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return self->spoken;
}

void
chat_message_row_set_first_unread (ChatMessageRow *self, gboolean first_unread)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (first_unread == (self->parts.unread_line != NULL))
    return;
  chat_message_row_parts_set_line (&self->parts.unread_line, GTK_WIDGET (self),
                                   first_unread ? _ ("New Messages") : NULL, "unread");
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
chat_message_row_set_format (ChatMessageRow *self, gboolean format)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  format = !!format;
  if (self->format == format)
    return;
  self->format = format;
  if (self->message != NULL)
    update_words (self);
}

void
chat_message_row_set_room (ChatMessageRow *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  g_set_weak_pointer (&self->room, room);
}

gboolean
chat_message_row_can_answer (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->room != NULL && self->message != NULL &&
         chat_room_can_answer (self->room, self->message);
}

gboolean
chat_message_row_can_change (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->room != NULL && self->message != NULL &&
         chat_room_can_change (self->room, self->message);
}

gboolean
chat_message_row_can_edit (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->room != NULL && self->message != NULL &&
         chat_room_can_edit (self->room, self->message);
}

void
chat_message_row_set_mentions (ChatMessageRow *self, ChatMentions *mentions)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->mentions == mentions)
    return;
  g_clear_pointer (&self->mentions, chat_mentions_unref);
  self->mentions = mentions != NULL ? chat_mentions_ref (mentions) : NULL;
  if (self->message != NULL)
    update_words (self);
}

gboolean
chat_message_row_shows_source (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->message != NULL && g_object_get_data (G_OBJECT (self->message), source_key) != NULL;
}

void
chat_message_row_toggle_source (ChatMessageRow *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->message == NULL)
    return;
  g_object_set_data (G_OBJECT (self->message), source_key,
                     GINT_TO_POINTER (!chat_message_row_shows_source (self)));
  update_words (self);
}

gboolean
chat_message_row_focus_reactions (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->parts.reactions != NULL &&
         gtk_widget_child_focus (self->parts.reactions, GTK_DIR_TAB_FORWARD);
}

gboolean
chat_message_row_can_fold (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->message != NULL && chat_message_get_kind (self->message) == CHAT_MESSAGE_TEXT &&
         chat_message_label_is_long (CHAT_MESSAGE_LABEL (self->parts.bubble));
}

gboolean
chat_message_row_is_folded (ChatMessageRow *self)
{
  return chat_message_row_can_fold (self) && !is_unfolded (self);
}

void
chat_message_row_toggle_fold (ChatMessageRow *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (!chat_message_row_can_fold (self))
    return;
  g_object_set_data (G_OBJECT (self->message), unfolded_key, GINT_TO_POINTER (!is_unfolded (self)));
  update_words (self);
}

void
chat_message_row_set_marked (ChatMessageRow *self, gboolean marking, gboolean marked)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  self->marking = !!marking;
  set_css_class (GTK_WIDGET (self), "marked", marked);
  if (marking)
    gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, marked, -1);
  else
    gtk_accessible_reset_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED);
}

gboolean
chat_message_row_is_marking (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->marking;
}

void
chat_message_row_set_found (ChatMessageRow *self, gboolean found)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  set_css_class (GTK_WIDGET (self), "found", found);
  if (found && chat_message_row_is_folded (self))
    chat_message_row_toggle_fold (self);
}

void
chat_message_row_update_day (ChatMessageRow *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->parts.day_line == NULL || self->message == NULL)
    return;
  g_autofree char *day =
      chat_message_format_day (chat_message_get_time_us (self->message), g_get_real_time ());
  chat_day_line_set_text (CHAT_DAY_LINE (self->parts.day_line), day);
}

const char *
chat_message_row_get_day (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return self->parts.day_line != NULL
             ? chat_day_line_get_text (CHAT_DAY_LINE (self->parts.day_line))
             : NULL;
}

gboolean
chat_message_row_has_name (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->parts.name != NULL;
}

gboolean
chat_message_row_has_unread_line (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->parts.unread_line != NULL;
}

gboolean
chat_message_row_has_history_line (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->parts.history_line != NULL;
}

const char *
chat_message_row_get_quote (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return self->parts.quote != NULL ? chat_quote_line_get_text (CHAT_QUOTE_LINE (self->parts.quote))
                                   : NULL;
}

const char *
chat_message_row_get_failure (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return self->parts.failure != NULL
             ? chat_failure_line_get_reason (CHAT_FAILURE_LINE (self->parts.failure))
             : NULL;
}
