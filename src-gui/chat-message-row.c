/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-row.h"

#include "chat-day-line.h"
#include "chat-message-label.h"
#include "chat-message-menu.h"
#include "chat-message-text.h"

#include <glib/gi18n.h>

/* Lengths in px */
#define MARGIN_X 12
#define AVATAR_SIZE 36
#define AVATAR_GAP 8
#define GROUP_GAP 10 /* above a group's first bubble */
#define LINE_GAP 2   /* above the others */
#define NOTICE_GAP 8
#define NAME_GAP 3
#define BUBBLE_MAX 600
#define INDENT_MIN 24 /* free on the far side of a bubble, so that one sees whose it is */
#define INDENT_MAX 120
#define MIN_WIDTH 160

typedef enum
{
  LOOK_OWN,
  LOOK_OTHER,
  LOOK_NOTICE,
} Look;

struct _ChatMessageRow
{
  GtkWidget parent_instance;

  ChatMessage *message; /* owned, nullable */
  guint position;
  Look look;
  gboolean group_start;
  char *spoken; /* owned */
  gulong delivery_handler;

  /* children; all but the bubble nullable */
  GtkWidget *day_line;
  GtkWidget *unread_line;
  GtkWidget *avatar;
  GtkWidget *name;
  GtkWidget *bubble;
  GtkWidget *failure;
};

/* Where things stand, from the top */
typedef struct
{
  int day_height, unread_height;
  int gap;
  int name_height;
  int bubble_width, bubble_height;
  int failure_height;
  int total;
} Layout;

G_DEFINE_FINAL_TYPE (ChatMessageRow, chat_message_row, GTK_TYPE_WIDGET)

/* ---- geometry */

static int
measure_height (GtkWidget *child, int width)
{
  int height = 0;

  if (child != NULL)
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

static int
get_gutter (ChatMessageRow *self)
{
  return self->look == LOOK_OTHER ? AVATAR_SIZE + AVATAR_GAP : 0;
}

static int
get_bubble_max (ChatMessageRow *self, int width)
{
  int room = width - 2 * MARGIN_X - get_gutter (self);
  int indent = CLAMP (room / 8, INDENT_MIN, INDENT_MAX);

  return CLAMP (room - indent, 1, BUBBLE_MAX);
}

static int
get_gap (ChatMessageRow *self)
{
  if (self->look == LOOK_NOTICE)
    return NOTICE_GAP;
  return self->group_start ? GROUP_GAP : LINE_GAP;
}

static void
compute_layout (ChatMessageRow *self, int width, Layout *layout)
{
  int inner = MAX (width - 2 * MARGIN_X, 1);

  layout->day_height = measure_height (self->day_line, inner);
  layout->unread_height = measure_height (self->unread_line, inner);
  layout->gap = get_gap (self);
  layout->name_height = self->name != NULL ? measure_height (self->name, -1) + NAME_GAP : 0;
  chat_message_label_fit (CHAT_MESSAGE_LABEL (self->bubble), get_bubble_max (self, width),
                          &layout->bubble_width, &layout->bubble_height);
  layout->failure_height = measure_height (self->failure, inner);
  layout->total = layout->day_height + layout->unread_height + layout->gap + layout->name_height +
                  layout->bubble_height + layout->failure_height;
  if (self->avatar != NULL)
    layout->total =
        MAX (layout->total, layout->day_height + layout->unread_height + layout->gap + AVATAR_SIZE);
}

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
  Layout layout;

  /* A constant width: the list need not ask the text, and never changes its own for one row. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = MIN_WIDTH;
      return;
    }
  compute_layout (CHAT_MESSAGE_ROW (widget), for_size < 0 ? MIN_WIDTH : for_size, &layout);
  *minimum = *natural = layout.total;
}

/* @x: from the start of the line, in either direction */
static void
place (ChatMessageRow *self, GtkWidget *child, int x, int y, int width, int height)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static int
place_line (ChatMessageRow *self, GtkWidget *line, int y, int width, int height)
{
  if (line != NULL)
    place (self, line, MARGIN_X, y, width - 2 * MARGIN_X, height);
  return y + height;
}

static int
get_bubble_x (ChatMessageRow *self, int width, int bubble_width)
{
  switch (self->look)
    {
    case LOOK_OWN:
      return width - MARGIN_X - bubble_width;
    case LOOK_OTHER:
      return MARGIN_X + get_gutter (self);
    case LOOK_NOTICE:
    default:
      return (width - bubble_width) / 2;
    }
}

static void
place_name (ChatMessageRow *self, int x, int y, int width, int height)
{
  int natural;

  gtk_widget_measure (self->name, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  place (self, self->name, x, y, MIN (natural, width - x - MARGIN_X), height);
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
  Layout layout;
  int y = 0;

  compute_layout (self, width, &layout);
  int x = get_bubble_x (self, width, layout.bubble_width);
  y = place_line (self, self->day_line, y, width, layout.day_height);
  y = place_line (self, self->unread_line, y, width, layout.unread_height) + layout.gap;
  if (self->avatar != NULL)
    place (self, self->avatar, MARGIN_X, y, AVATAR_SIZE, AVATAR_SIZE);
  if (self->name != NULL)
    place_name (self, x, y, width, layout.name_height - NAME_GAP);
  y += layout.name_height;
  place (self, self->bubble, x, y, layout.bubble_width, layout.bubble_height);
  place_line (self, self->failure, y + layout.bubble_height, width, layout.failure_height);
  present_popovers (self);
}

/* ---- contents */

static void
set_line (ChatMessageRow *self, GtkWidget **line, const char *text, const char *css_class)
{
  if (text == NULL)
    {
      g_clear_pointer (line, gtk_widget_unparent);
      return;
    }
  if (*line == NULL)
    {
      *line = chat_day_line_new ();
      gtk_widget_add_css_class (*line, css_class);
      gtk_widget_set_parent (*line, GTK_WIDGET (self));
    }
  chat_day_line_set_text (CHAT_DAY_LINE (*line), text);
}

static void
set_avatar (ChatMessageRow *self, const char *sender)
{
  if (sender == NULL)
    {
      g_clear_pointer (&self->avatar, gtk_widget_unparent);
      return;
    }
  if (self->avatar == NULL)
    {
      self->avatar = adw_avatar_new (AVATAR_SIZE, NULL, TRUE);
      gtk_widget_set_parent (self->avatar, GTK_WIDGET (self));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->avatar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      "", -1);
    }
  adw_avatar_set_text (ADW_AVATAR (self->avatar), sender);
}

static void
set_name (ChatMessageRow *self, const char *sender)
{
  if (sender == NULL)
    {
      g_clear_pointer (&self->name, gtk_widget_unparent);
      return;
    }
  if (self->name == NULL)
    {
      self->name = gtk_label_new (NULL);
      gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (self->name), 0);
      gtk_widget_add_css_class (self->name, "sender");
      gtk_widget_set_parent (self->name, GTK_WIDGET (self));
    }
  gtk_label_set_text (GTK_LABEL (self->name), sender);
}

static GtkWidget *
create_failure (ChatMessageRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *reason = gtk_label_new (NULL);
  GtkWidget *again = gtk_button_new_with_label (_ ("Try Again"));

  gtk_widget_add_css_class (box, "failure");
  gtk_label_set_wrap (GTK_LABEL (reason), TRUE);
  gtk_label_set_xalign (GTK_LABEL (reason), 1);
  gtk_widget_set_hexpand (reason, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (again), "message.resend");
  gtk_widget_set_valign (again, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), reason);
  gtk_box_append (GTK_BOX (box), again);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  return box;
}

static void
set_failure (ChatMessageRow *self, const char *reason)
{
  if (reason == NULL)
    {
      g_clear_pointer (&self->failure, gtk_widget_unparent);
      return;
    }
  if (self->failure == NULL)
    self->failure = create_failure (self);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (self->failure)), reason);
}

static const char *
get_delivery_icon (ChatMessage *message)
{
  if (!chat_message_is_own (message) || !chat_message_is_speech (message))
    return NULL;

  switch (chat_message_get_delivery (message))
    {
    case CHAT_DELIVERY_WAITING:
      return "message-waiting-symbolic";
    case CHAT_DELIVERY_UNCONFIRMED:
      return "message-sent-symbolic";
    case CHAT_DELIVERY_CONFIRMED:
      return "message-arrived-symbolic";
    case CHAT_DELIVERY_FAILED:
      return "message-failed-symbolic";
    case CHAT_DELIVERY_RECEIVED:
    default:
      return NULL;
    }
}

static void
update_spoken (ChatMessageRow *self)
{
  g_free (self->spoken);
  self->spoken = chat_message_get_spoken (self->message);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->spoken, -1);
}

static void
update_delivery (ChatMessageRow *self)
{
  g_autofree char *delivery = chat_message_get_delivery_text (self->message);
  g_autofree char *clock = NULL;
  gboolean failed = chat_message_get_delivery (self->message) == CHAT_DELIVERY_FAILED;

  if (self->look == LOOK_NOTICE)
    clock = g_strdup ("");
  else
    clock = chat_message_get_clock (self->message);
  chat_message_label_set_note (CHAT_MESSAGE_LABEL (self->bubble), clock,
                               get_delivery_icon (self->message), delivery);
  set_failure (self, failed ? delivery : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.resend", failed);
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
    self->look = LOOK_NOTICE;
  else
    self->look = chat_message_is_own (self->message) ? LOOK_OWN : LOOK_OTHER;
  set_css_class (self->bubble, "own", self->look == LOOK_OWN && !action);
  set_css_class (self->bubble, "other", self->look == LOOK_OTHER && !action);
  set_css_class (self->bubble, "action", action);
  set_css_class (self->bubble, "notice", self->look == LOOK_NOTICE && !local);
  set_css_class (self->bubble, "local", local);
  set_css_class (self->bubble, "refused", kind == CHAT_MESSAGE_REFUSED);
  chat_message_label_set_look (CHAT_MESSAGE_LABEL (self->bubble),
                               self->look != LOOK_NOTICE || local,
                               self->look == LOOK_NOTICE && !local);
}

static void
update_group (ChatMessageRow *self, ChatMessage *previous)
{
  const char *sender = chat_message_get_sender (self->message);
  gboolean action = chat_message_is_action (self->message);

  self->group_start = chat_message_starts_group (self->message, previous);
  if (self->look != LOOK_OTHER || !self->group_start)
    sender = NULL;
  set_avatar (self, sender);
  set_name (self, action ? NULL : sender);
  set_css_class (self->bubble, "continued", !self->group_start);
}

/* ---- actions */

static void
copy_text (ChatMessageRow *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
on_copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  ChatMessageLabel *bubble = CHAT_MESSAGE_LABEL (self->bubble);
  g_autofree char *selection = chat_message_label_dup_selection (bubble);

  copy_text (self, selection != NULL ? selection : chat_message_label_get_text (bubble));
}

static void
on_copy_quoted (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  g_autofree char *quoted = self->message ? chat_message_get_quoted (self->message) : NULL;

  if (quoted != NULL)
    copy_text (self, quoted);
}

static void
on_copy_link (GtkWidget *widget, const char *name, GVariant *parameter)
{
  copy_text (CHAT_MESSAGE_ROW (widget), g_variant_get_string (parameter, NULL));
}

static void
open_link (ChatMessageRow *self, const char *uri)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_show_uri (GTK_WINDOW (root), uri, GDK_CURRENT_TIME);
}

static void
on_open_link (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_link (CHAT_MESSAGE_ROW (widget), g_variant_get_string (parameter, NULL));
}

static void
on_resend (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);

  gtk_widget_activate_action (widget, "room.resend", "u", self->position);
}

static void
pop_menu_up (ChatMessageRow *self, const GdkRectangle *place_in_row, const char *link)
{
  if (self->message != NULL)
    chat_message_menu_popup (GTK_WIDGET (self), CHAT_MESSAGE_LABEL (self->bubble), self->message,
                             link, place_in_row);
}

static void
on_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (self->bubble, widget, &bounds))
    return;
  GdkRectangle rectangle = { (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                             (int) bounds.size.height };
  pop_menu_up (self, &rectangle, NULL);
}

static void
on_secondary_pressed (GtkGestureClick *click, int n_press, double x, double y, ChatMessageRow *self)
{
  double in_x, in_y;
  g_autofree char *link = NULL;

  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  if (gtk_widget_translate_coordinates (GTK_WIDGET (self), self->bubble, x, y, &in_x, &in_y))
    link = chat_message_label_dup_link_at (CHAT_MESSAGE_LABEL (self->bubble), in_x, in_y);
  pop_menu_up (self, &(GdkRectangle){ (int) x, (int) y, 1, 1 }, link);
}

static void
on_long_pressed (GtkGestureLongPress *press, double x, double y, ChatMessageRow *self)
{
  gtk_gesture_set_state (GTK_GESTURE (press), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_menu_up (self, &(GdkRectangle){ (int) x, (int) y, 1, 1 }, NULL);
}

static void
on_focus_enter (GtkEventControllerFocus *focus, ChatMessageRow *self)
{
  chat_message_label_set_selectable (CHAT_MESSAGE_LABEL (self->bubble), TRUE);
}

static void
on_focus_leave (GtkEventControllerFocus *focus, ChatMessageRow *self)
{
  chat_message_label_set_selectable (CHAT_MESSAGE_LABEL (self->bubble), FALSE);
}

/* ---- object */

static void
chat_message_row_dispose (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);
  GtkWidget *child;

  chat_message_row_unbind (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->day_line = self->unread_line = self->avatar = self->name = self->failure = NULL;

  G_OBJECT_CLASS (chat_message_row_parent_class)->dispose (object);
}

static void
chat_message_row_finalize (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);

  g_free (self->spoken);

  G_OBJECT_CLASS (chat_message_row_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "message.menu", NULL, on_menu);
  gtk_widget_class_install_action (klass, "message.copy", NULL, on_copy);
  gtk_widget_class_install_action (klass, "message.copy-quoted", NULL, on_copy_quoted);
  gtk_widget_class_install_action (klass, "message.copy-link", "s", on_copy_link);
  gtk_widget_class_install_action (klass, "message.open-link", "s", on_open_link);
  gtk_widget_class_install_action (klass, "message.resend", NULL, on_resend);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Menu, 0, "message.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F10, GDK_SHIFT_MASK, "message.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "message.copy", NULL);
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
  install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "messagerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
add_controllers (ChatMessageRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  /* Before the selectable label, whose own menu knows less */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_secondary_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (on_long_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
  g_signal_connect (focus, "enter", G_CALLBACK (on_focus_enter), self);
  g_signal_connect (focus, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

static void
chat_message_row_init (ChatMessageRow *self)
{
  self->bubble = chat_message_label_new ();
  gtk_widget_set_parent (self->bubble, GTK_WIDGET (self));
  g_signal_connect_swapped (self->bubble, "link-activated", G_CALLBACK (open_link), self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  add_controllers (self);
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
  g_autofree char *words = NULL;

  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  chat_message_row_unbind (self);
  self->message = g_object_ref (message);
  self->position = position;
  self->delivery_handler =
      g_signal_connect_swapped (message, "notify::delivery", G_CALLBACK (update_delivery), self);
  words = chat_message_get_words (message);
  update_look (self);
  update_group (self, previous);
  chat_message_label_set_text (CHAT_MESSAGE_LABEL (self->bubble), words);
  set_line (self, &self->day_line, chat_message_starts_day (message, previous) ? "" : NULL, "day");
  chat_message_row_update_day (self);
  update_delivery (self);
}

void
chat_message_row_unbind (ChatMessageRow *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->message != NULL)
    g_clear_signal_handler (&self->delivery_handler, self->message);
  g_clear_object (&self->message);
  g_clear_pointer (&self->unread_line, gtk_widget_unparent);
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

  if (first_unread == (self->unread_line != NULL))
    return;
  set_line (self, &self->unread_line, first_unread ? _ ("New Messages") : NULL, "unread");
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
chat_message_row_update_day (ChatMessageRow *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->day_line == NULL || self->message == NULL)
    return;
  g_autofree char *day =
      chat_message_format_day (chat_message_get_time_us (self->message), g_get_real_time ());
  chat_day_line_set_text (CHAT_DAY_LINE (self->day_line), day);
}

const char *
chat_message_row_get_day (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), NULL);

  return self->day_line != NULL ? chat_day_line_get_text (CHAT_DAY_LINE (self->day_line)) : NULL;
}

gboolean
chat_message_row_has_name (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->name != NULL;
}

gboolean
chat_message_row_has_unread_line (ChatMessageRow *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_ROW (self), FALSE);

  return self->unread_line != NULL;
}
