/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-label.h"

#include "chat-format.h"
#include "chat-message-attributes.h"
#include "chat-message-fold.h"
#include "chat-message-layout.h"
#include "chat-message-selection.h"
#include "chat-text-links.h"

#define ICON_PX 12
#define MIN_WIDTH_PX 24
#define NOTE_ALPHA 0.85f /* room-view.css has colours that stay readable so */

struct _ChatMessageLabel
{
  GtkWidget parent_instance;

  char *typed; /* owned: the text as it was typed */
  char *text;  /* owned: as it is shown */
  gboolean formatted;
  gboolean stale; /* the same text is to be shown otherwise */
  gboolean calls_me;
  gboolean folded;
  gboolean is_long;
  ChatMentions *mentions; /* owned, nullable */
  GArray *links;          /* owned: of ChatTextLink */
  ChatMessageLayout *layout;
  ChatMessageSelection *selection; /* owned; NULL once disposed of */
  GtkWidget *icon;                 /* child, nullable */
  char *pressed_link;              /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (ChatMessageLabel, chat_message_label, GTK_TYPE_WIDGET)

enum
{
  LINK_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* ---- geometry */

static GtkWidget *
get_label (ChatMessageLabel *self)
{
  return self->selection != NULL ? chat_message_selection_get_label (self->selection) : NULL;
}

static void
chat_message_label_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);
  GtkWidget *label = get_label (self);
  int width, height;

  if (label != NULL) /* GTK wants each child measured before it is given a size */
    gtk_widget_measure (label, orientation, -1, NULL, NULL, NULL, NULL);
  /* Its row knows how wide it is to be. */
  *minimum = *natural = MIN_WIDTH_PX;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  chat_message_layout_fit (self->layout, for_size, &width, &height);
  *minimum = *natural = height;
}

static void
allocate_icon (ChatMessageLabel *self, int width, int height)
{
  int from_bottom, from_end;

  chat_message_layout_get_icon_place (self->layout, &from_bottom, &from_end);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int x = rtl ? from_end : width - from_end - ICON_PX;
  int y = height - from_bottom - ICON_PX / 2;
  gtk_widget_measure (self->icon, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->icon, &(GtkAllocation){ x, y, ICON_PX, ICON_PX }, -1);
}

static void
allocate_label (ChatMessageLabel *self, GtkWidget *label)
{
  GtkAllocation place;
  int minimum;

  chat_message_layout_get_text_place (self->layout, &place);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, place.width, &minimum, NULL, NULL, NULL);
  place.height = MAX (place.height, minimum);
  gtk_widget_size_allocate (label, &place, -1);
}

static void
chat_message_label_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);
  GtkWidget *label = get_label (self);

  if (self->icon != NULL)
    allocate_icon (self, width, height);
  if (label != NULL)
    allocate_label (self, label);
}

/* ---- drawing */

static void
chat_message_label_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);
  GtkWidget *label = get_label (self);
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  if (label != NULL)
    gtk_widget_snapshot_child (widget, label, snapshot);
  else
    chat_message_layout_draw_text (self->layout, snapshot, &color);
  color.alpha *= NOTE_ALPHA;
  chat_message_layout_draw_note (self->layout, snapshot, &color);
  if (self->icon != NULL)
    gtk_widget_snapshot_child (widget, self->icon, snapshot);
}

/* ---- links */

char *
chat_message_label_dup_link (ChatMessageLabel *self, guint i)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);
  g_return_val_if_fail (i < self->links->len, NULL);

  const ChatTextLink *link = &g_array_index (self->links, ChatTextLink, i);
  return chat_text_dup_link (self->text, link);
}

char *
chat_message_label_dup_link_at (ChatMessageLabel *self, double x, double y)
{
  guint index;

  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);

  if (self->links->len == 0 || !chat_message_layout_find (self->layout, x, y, &index))
    return NULL;
  for (guint i = 0; i < self->links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (self->links, ChatTextLink, i);

      if (index >= link->start && index < link->end)
        return chat_message_label_dup_link (self, i);
    }
  return NULL;
}

static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, ChatMessageLabel *self)
{
  g_clear_pointer (&self->pressed_link, g_free);
  self->pressed_link = chat_message_label_dup_link_at (self, x, y);
  if (self->pressed_link != NULL)
    gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  else
    /* A finger points at nothing before it presses. */
    chat_message_label_set_selectable (self, TRUE);
}

static void
on_released (GtkGestureClick *click, int n_press, double x, double y, ChatMessageLabel *self)
{
  g_autofree char *pressed = g_steal_pointer (&self->pressed_link);
  g_autofree char *released = chat_message_label_dup_link_at (self, x, y);

  if (pressed != NULL && n_press == 1 && g_strcmp0 (pressed, released) == 0)
    g_signal_emit (self, signals[LINK_ACTIVATED], 0, pressed);
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, ChatMessageLabel *self)
{
  g_autofree char *link = chat_message_label_dup_link_at (self, x, y);
  const char *cursor = link != NULL ? "pointer" : "text";
  GtkWidget *label = get_label (self);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), cursor);
  if (label != NULL)
    gtk_widget_set_cursor_from_name (label, cursor);
}

static void
on_enter (GtkEventControllerMotion *motion, double x, double y, ChatMessageLabel *self)
{
  chat_message_selection_set_pointed_at (self->selection, TRUE);
}

static void
on_leave (GtkEventControllerMotion *motion, ChatMessageLabel *self)
{
  chat_message_selection_set_pointed_at (self->selection, FALSE);
}

/* ---- object */

static void
chat_message_label_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);

  chat_message_layout_context_changed (self->layout);
  GTK_WIDGET_CLASS (chat_message_label_parent_class)->direction_changed (widget, previous);
}

static void
chat_message_label_dispose (GObject *object)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (object);

  g_clear_pointer (&self->selection, chat_message_selection_free);
  g_clear_pointer (&self->icon, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_message_label_parent_class)->dispose (object);
}

static void
chat_message_label_finalize (GObject *object)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (object);

  g_free (self->text);
  g_free (self->typed);
  g_free (self->pressed_link);
  g_clear_pointer (&self->mentions, chat_mentions_unref);
  g_array_unref (self->links);
  chat_message_layout_free (self->layout);

  G_OBJECT_CLASS (chat_message_label_parent_class)->finalize (object);
}

static void
chat_message_label_class_init (ChatMessageLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_message_label_dispose;
  object_class->finalize = chat_message_label_finalize;
  widget_class->measure = chat_message_label_measure;
  widget_class->size_allocate = chat_message_label_size_allocate;
  widget_class->snapshot = chat_message_label_snapshot;
  widget_class->direction_changed = chat_message_label_direction_changed;

  signals[LINK_ACTIVATED] =
      g_signal_new ("link-activated", CHAT_TYPE_MESSAGE_LABEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_css_name (widget_class, "bubble");
  /* Its row speaks for it. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
add_controllers (ChatMessageLabel *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  /* Before the label, which would take the press for the beginning of a selection */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

static void
chat_message_label_init (ChatMessageLabel *self)
{
  self->text = g_strdup ("");
  self->typed = g_strdup ("");
  self->links = chat_text_find_links ("");
  self->layout = chat_message_layout_new (GTK_WIDGET (self));
  self->selection = chat_message_selection_new (GTK_WIDGET (self));
  /* Marks upon marks would stand on the message above. */
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  add_controllers (self);
}

GtkWidget *
chat_message_label_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_LABEL, NULL);
}

void
chat_message_label_set_look (ChatMessageLabel *self, gboolean padding, gboolean centered)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  chat_message_layout_set_look (self->layout, padding, centered);
  chat_message_selection_set_centered (self->selection, centered);
}

/* @mentions: (nullable) */
static gboolean
has_own (GArray *mentions)
{
  for (guint i = 0; mentions != NULL && i < mentions->len; i++)
    if (g_array_index (mentions, ChatMention, i).own)
      return TRUE;
  return FALSE;
}

/* @format: (nullable) */
static void
set_text (ChatMessageLabel *self, const char *typed, ChatFormat *format)
{
  const char *text = format != NULL ? format->text : typed;

  g_free (self->typed);
  self->typed = g_strdup (typed);
  g_free (self->text);
  self->text = g_strdup (text);
  g_array_unref (self->links);
  self->links = chat_text_find_links (text);
  g_autoptr (GArray) mentions =
      self->mentions != NULL ? chat_mentions_find (self->mentions, text) : NULL;
  g_autoptr (PangoAttrList) attributes =
      chat_message_attributes_new (self->links, format, mentions);
  self->calls_me = has_own (mentions);
  self->stale = FALSE;
  gsize beginning = chat_message_fold_find (text);
  g_autofree char *head =
      self->folded && beginning > 0 ? g_strdup_printf ("%.*s…", (int) beginning, text) : NULL;
  self->is_long = beginning > 0;
  chat_message_layout_set_text (self->layout, head != NULL ? head : text, attributes);
  chat_message_selection_set_text (self->selection, head != NULL ? head : text, attributes);
}

void
chat_message_label_set_mentions (ChatMessageLabel *self, ChatMentions *mentions)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  if (self->mentions == mentions)
    return;
  g_clear_pointer (&self->mentions, chat_mentions_unref);
  self->mentions = mentions != NULL ? chat_mentions_ref (mentions) : NULL;
  self->stale = TRUE;
}

void
chat_message_label_set_folded (ChatMessageLabel *self, gboolean folded)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  if (self->folded == !!folded)
    return;
  self->folded = !!folded;
  self->stale |= self->is_long;
}

gboolean
chat_message_label_is_long (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), FALSE);

  return self->is_long;
}

gboolean
chat_message_label_calls_me (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), FALSE);

  return self->calls_me;
}

void
chat_message_label_set_text (ChatMessageLabel *self, const char *text)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));
  g_return_if_fail (text != NULL);

  if (!self->stale && !self->formatted && g_str_equal (self->typed, text))
    return;
  self->formatted = FALSE;
  set_text (self, text, NULL);
}

void
chat_message_label_set_formatted_text (ChatMessageLabel *self, const char *text)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));
  g_return_if_fail (text != NULL);

  if (!self->stale && self->formatted && g_str_equal (self->typed, text))
    return;

  g_autoptr (ChatFormat) format = chat_format_new (text);

  if (chat_format_is_plain (format, text))
    {
      chat_message_label_set_text (self, text);
      return;
    }
  self->formatted = TRUE;
  set_text (self, text, format);
}

gboolean
chat_message_label_is_formatted (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), FALSE);

  return self->formatted;
}

const char *
chat_message_label_get_text (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);

  return self->typed;
}

const char *
chat_message_label_get_shown (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);

  return self->text;
}

static void
set_icon (ChatMessageLabel *self, const char *icon_name, const char *tooltip)
{
  if (icon_name == NULL)
    {
      g_clear_pointer (&self->icon, gtk_widget_unparent);
      return;
    }
  if (self->icon == NULL)
    {
      self->icon = gtk_image_new ();
      gtk_image_set_pixel_size (GTK_IMAGE (self->icon), ICON_PX);
      gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
    }
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_widget_set_tooltip_text (self->icon, tooltip);
}

void
chat_message_label_set_note (ChatMessageLabel *self,
                             const char *note,
                             const char *icon_name,
                             const char *tooltip)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));
  g_return_if_fail (note != NULL);

  set_icon (self, icon_name, tooltip);
  chat_message_layout_set_note (self->layout, note, icon_name != NULL ? ICON_PX : 0);
}

void
chat_message_label_fit (ChatMessageLabel *self, int max_width, int *width, int *height)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  chat_message_layout_fit (self->layout, max_width, width, height);
}

void
chat_message_label_set_selectable (ChatMessageLabel *self, gboolean selectable)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  if (self->selection != NULL) /* the focus leaves it while it is disposed of, too */
    chat_message_selection_set_wanted (self->selection, selectable);
}

void
chat_message_label_grab_text (ChatMessageLabel *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  chat_message_label_set_selectable (self, TRUE);
  gtk_widget_grab_focus (get_label (self));
}

gboolean
chat_message_label_get_selectable (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), FALSE);

  return get_label (self) != NULL;
}

char *
chat_message_label_dup_selection (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);

  return chat_message_selection_dup (self->selection);
}

guint
chat_message_label_get_n_links (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), 0);

  return self->links->len;
}
