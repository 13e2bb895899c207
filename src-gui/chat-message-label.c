/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-label.h"

#include "chat-text-links.h"

#include <string.h>

#define PADDING_X_PX 12
#define PADDING_Y_PX 7
#define NOTE_GAP_PX 10 /* between the last line and the note on it */
#define ICON_PX 12
#define ICON_GAP_PX 4
#define MIN_TEXT_PX 24
#define NOTE_SCALE 0.8
#define NOTE_ALPHA 0.72f

typedef struct
{
  int max_width; /* asked for; -1: nothing measured yet */
  int width, height;
  gboolean note_below;
  guint serial; /* of the Pango context */
} Fit;

struct _ChatMessageLabel
{
  GtkWidget parent_instance;

  char *text;          /* owned */
  GArray *links;       /* owned: of ChatTextLink */
  PangoLayout *layout; /* owned */
  PangoLayout *note;   /* owned */
  PangoAttrList *attributes;
  char *pressed_link; /* owned, nullable */
  GtkWidget *icon;    /* child, nullable */
  GtkWidget *label;   /* child, only while selectable */

  gboolean padded;
  gboolean centered;
  gboolean keep_selectable; /* asked for by the owner */
  gboolean pointed_at;
  guint drop_source;
  Fit fit;
};

G_DEFINE_FINAL_TYPE (ChatMessageLabel, chat_message_label, GTK_TYPE_WIDGET)

enum
{
  LINK_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static int
padding_x (ChatMessageLabel *self)
{
  return self->padded ? PADDING_X_PX : 0;
}

static int
padding_y (ChatMessageLabel *self)
{
  return self->padded ? PADDING_Y_PX : 0;
}

static gboolean
is_rtl (ChatMessageLabel *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static void
forget_fit (ChatMessageLabel *self)
{
  self->fit.max_width = -1;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* As GtkLabel does it, so that the two look the same in either direction. */
static void
update_alignment (ChatMessageLabel *self)
{
  PangoAlignment start = is_rtl (self) ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;

  pango_layout_set_alignment (self->layout, self->centered ? PANGO_ALIGN_CENTER : start);
}

static PangoLayout *
create_layout (ChatMessageLabel *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  return layout;
}

static PangoAttrList *
create_attributes (GArray *links)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  /* An address that is broken must not seem to have a hyphen. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  for (guint i = 0; i < links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (links, ChatTextLink, i);
      PangoAttribute *underline = pango_attr_underline_new (PANGO_UNDERLINE_SINGLE);

      underline->start_index = link->start;
      underline->end_index = link->end;
      pango_attr_list_insert (attributes, underline);
    }
  return attributes;
}

/* ---- geometry */

static void
get_note_size (ChatMessageLabel *self, int *width, int *height)
{
  *width = *height = 0;
  if (*pango_layout_get_text (self->note) == '\0' && self->icon == NULL)
    return;
  pango_layout_get_pixel_size (self->note, width, height);
  if (self->icon != NULL)
    *width += ICON_GAP_PX + ICON_PX;
}

/* Whether the last line runs like the interface, so that its free end is where the note stands, and
 * how wide it is */
static gboolean
get_last_line (ChatMessageLabel *self, int *width)
{
  PangoLayoutLine *line = NULL;
  PangoRectangle extents;

  line =
      pango_layout_get_line_readonly (self->layout, pango_layout_get_line_count (self->layout) - 1);
  pango_layout_line_get_pixel_extents (line, NULL, &extents);
  *width = extents.width;
  return (line->resolved_dir == PANGO_DIRECTION_RTL) == is_rtl (self);
}

static void
measure_text (ChatMessageLabel *self, int max_width, Fit *fit)
{
  int note_width, note_height, last_width;
  PangoRectangle text;

  pango_layout_set_width (self->layout, max_width < 0 ? -1 : max_width * PANGO_SCALE);
  pango_layout_get_extents (self->layout, NULL, &text);
  fit->width = PANGO_PIXELS_CEIL (text.width);
  fit->height = PANGO_PIXELS_CEIL (text.height);
  get_note_size (self, &note_width, &note_height);
  if (note_width == 0)
    return;

  gboolean same_way = get_last_line (self, &last_width);
  int needed = last_width + NOTE_GAP_PX + note_width;
  fit->note_below = !same_way || (max_width >= 0 && needed > max_width);
  fit->width = MAX (fit->width, fit->note_below ? note_width : needed);
  if (fit->note_below)
    fit->height += note_height;
}

static const Fit *
get_fit (ChatMessageLabel *self, int max_width)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  guint serial = pango_context_get_serial (context);

  if (self->fit.max_width == max_width && max_width >= 0 && self->fit.serial == serial)
    return &self->fit;

  Fit fit = { .max_width = max_width, .serial = serial };
  int inner = max_width < 0 ? -1 : MAX (max_width - 2 * padding_x (self), MIN_TEXT_PX);
  measure_text (self, inner, &fit);
  fit.width += 2 * padding_x (self);
  fit.height += 2 * padding_y (self);
  self->fit = fit;
  return &self->fit;
}

static int
get_text_width (ChatMessageLabel *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * padding_x (self), 1);
}

static void
ensure_layout_width (ChatMessageLabel *self)
{
  pango_layout_set_width (self->layout, get_text_width (self) * PANGO_SCALE);
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

  if (self->label != NULL) /* GTK wants each child measured before it is given a size */
    gtk_widget_measure (self->label, orientation, -1, NULL, NULL, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_TEXT_PX + 2 * padding_x (self);
      *natural = MAX (*minimum, self->fit.max_width >= 0 ? self->fit.width : *minimum);
    }
  else
    {
      *minimum = *natural = get_fit (self, for_size)->height;
    }
}

static void
allocate_icon (ChatMessageLabel *self, int width, int height)
{
  int note_height;

  pango_layout_get_pixel_size (self->note, NULL, &note_height);
  int x = is_rtl (self) ? padding_x (self) : width - padding_x (self) - ICON_PX;
  int y = height - padding_y (self) - (note_height + ICON_PX) / 2;
  gtk_widget_measure (self->icon, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->icon, &(GtkAllocation){ x, y, ICON_PX, ICON_PX }, -1);
}

static void
allocate_label (ChatMessageLabel *self)
{
  int text_width = get_text_width (self);
  int text_height, minimum;

  ensure_layout_width (self);
  pango_layout_get_pixel_size (self->layout, NULL, &text_height);
  gtk_widget_measure (self->label, GTK_ORIENTATION_VERTICAL, text_width, &minimum, NULL, NULL,
                      NULL);
  GtkAllocation place = { padding_x (self), padding_y (self), text_width,
                          MAX (text_height, minimum) };
  gtk_widget_size_allocate (self->label, &place, -1);
}

static void
chat_message_label_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);

  if (self->icon != NULL)
    allocate_icon (self, width, height);
  if (self->label != NULL)
    allocate_label (self);
}

/* ---- drawing */

static void
snapshot_note (ChatMessageLabel *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GdkRGBA faint = *color;
  int width, height;

  pango_layout_get_pixel_size (self->note, &width, &height);
  int icon = self->icon != NULL ? ICON_PX + ICON_GAP_PX : 0;
  int x = is_rtl (self) ? padding_x (self) + icon
                        : gtk_widget_get_width (widget) - padding_x (self) - icon - width;
  int y = gtk_widget_get_height (widget) - padding_y (self) - height;

  faint.alpha *= NOTE_ALPHA;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, self->note, &faint);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_text (ChatMessageLabel *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  ensure_layout_width (self);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (padding_x (self), padding_y (self)));
  gtk_snapshot_append_layout (snapshot, self->layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
chat_message_label_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  if (self->label != NULL)
    gtk_widget_snapshot_child (widget, self->label, snapshot);
  else
    snapshot_text (self, snapshot, &color);
  if (*pango_layout_get_text (self->note) != '\0')
    snapshot_note (self, snapshot, &color);
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
  return g_strndup (self->text + link->start, link->end - link->start);
}

char *
chat_message_label_dup_link_at (ChatMessageLabel *self, double x, double y)
{
  int index, trailing;

  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);

  if (self->links->len == 0)
    return NULL;
  ensure_layout_width (self);
  if (!pango_layout_xy_to_index (self->layout, (int) ((x - padding_x (self)) * PANGO_SCALE),
                                 (int) ((y - padding_y (self)) * PANGO_SCALE), &index, &trailing))
    return NULL;
  for (guint i = 0; i < self->links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (self->links, ChatTextLink, i);

      if ((guint) index >= link->start && (guint) index < link->end)
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
    chat_message_label_set_selectable (self,
                                       TRUE); /* a finger points at nothing before it presses */
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

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), cursor);
  if (self->label != NULL)
    gtk_widget_set_cursor_from_name (self->label, cursor);
}

/* ---- the label that can be selected */

static gboolean
is_selection_kept (ChatMessageLabel *self)
{
  return gtk_label_get_selection_bounds (GTK_LABEL (self->label), NULL, NULL) ||
         gtk_widget_has_focus (self->label);
}

static void
drop_label (ChatMessageLabel *self)
{
  g_clear_handle_id (&self->drop_source, g_source_remove);
  if (self->label == NULL)
    return;
  g_clear_pointer (&self->label, gtk_widget_unparent);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static gboolean
on_drop_due (gpointer data)
{
  ChatMessageLabel *self = data;

  self->drop_source = 0;
  if (!self->keep_selectable && !self->pointed_at && !is_selection_kept (self))
    drop_label (self);
  return G_SOURCE_REMOVE;
}

/* Not at once: the label may be where the event that ends its use is being delivered. */
static void
drop_label_soon (ChatMessageLabel *self)
{
  if (self->label != NULL && self->drop_source == 0)
    self->drop_source = g_idle_add (on_drop_due, self);
}

static void
on_label_focus_leave (GtkEventControllerFocus *focus, ChatMessageLabel *self)
{
  gtk_label_select_region (GTK_LABEL (self->label), 0, 0);
  drop_label_soon (self);
}

static void
create_label (ChatMessageLabel *self)
{
  GtkWidget *label = gtk_label_new (self->text);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_label_set_attributes (GTK_LABEL (label), self->attributes);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), self->centered ? 0.5f : 0.0f);
  gtk_label_set_yalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_justify (GTK_LABEL (label), self->centered ? GTK_JUSTIFY_CENTER : GTK_JUSTIFY_LEFT);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_extra_menu (GTK_LABEL (label), NULL);
  g_signal_connect (focus, "leave", G_CALLBACK (on_label_focus_leave), self);
  gtk_widget_add_controller (label, focus);
  self->label = label;
  gtk_widget_set_parent (label, GTK_WIDGET (self));
}

static void
on_enter (GtkEventControllerMotion *motion, double x, double y, ChatMessageLabel *self)
{
  self->pointed_at = TRUE;
  if (self->label == NULL)
    create_label (self);
}

static void
on_leave (GtkEventControllerMotion *motion, ChatMessageLabel *self)
{
  self->pointed_at = FALSE;
  drop_label_soon (self);
}

/* ---- object */

static void
chat_message_label_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (widget);

  pango_layout_context_changed (self->layout);
  pango_layout_context_changed (self->note);
  update_alignment (self);
  forget_fit (self);
  GTK_WIDGET_CLASS (chat_message_label_parent_class)->direction_changed (widget, previous);
}

static void
chat_message_label_dispose (GObject *object)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (object);

  g_clear_handle_id (&self->drop_source, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->icon, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_message_label_parent_class)->dispose (object);
}

static void
chat_message_label_finalize (GObject *object)
{
  ChatMessageLabel *self = CHAT_MESSAGE_LABEL (object);

  g_free (self->text);
  g_free (self->pressed_link);
  g_array_unref (self->links);
  pango_attr_list_unref (self->attributes);
  g_object_unref (self->layout);
  g_object_unref (self->note);

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
  g_autoptr (PangoAttrList) small = pango_attr_list_new ();

  self->text = g_strdup ("");
  self->links = chat_text_find_links ("");
  self->attributes = create_attributes (self->links);
  self->layout = create_layout (self, "");
  self->note = create_layout (self, "");
  pango_attr_list_insert (small, pango_attr_scale_new (NOTE_SCALE));
  pango_attr_list_insert (small, pango_attr_style_new (PANGO_STYLE_NORMAL));
  pango_layout_set_attributes (self->note, small);
  self->fit.max_width = -1;
  update_alignment (self);
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

  self->padded = padding;
  self->centered = centered;
  update_alignment (self);
  forget_fit (self);
}

void
chat_message_label_set_text (ChatMessageLabel *self, const char *text)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));
  g_return_if_fail (text != NULL);

  if (g_str_equal (self->text, text))
    return;
  drop_label (self);
  self->keep_selectable = FALSE;
  g_free (self->text);
  self->text = g_strdup (text);
  g_array_unref (self->links);
  self->links = chat_text_find_links (text);
  pango_attr_list_unref (self->attributes);
  self->attributes = create_attributes (self->links);
  pango_layout_set_text (self->layout, text, -1);
  pango_layout_set_attributes (self->layout, self->attributes);
  forget_fit (self);
}

const char *
chat_message_label_get_text (ChatMessageLabel *self)
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
  pango_layout_set_text (self->note, note, -1);
  forget_fit (self);
}

void
chat_message_label_fit (ChatMessageLabel *self, int max_width, int *width, int *height)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  const Fit *fit = get_fit (self, max_width);
  *width = fit->width;
  *height = fit->height;
}

void
chat_message_label_set_selectable (ChatMessageLabel *self, gboolean selectable)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LABEL (self));

  self->keep_selectable = selectable;
  if (selectable && self->label == NULL)
    create_label (self);
  else if (!selectable)
    drop_label_soon (self);
}

gboolean
chat_message_label_get_selectable (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), FALSE);

  return self->label != NULL;
}

char *
chat_message_label_dup_selection (ChatMessageLabel *self)
{
  int start, end;

  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), NULL);

  if (self->label == NULL ||
      !gtk_label_get_selection_bounds (GTK_LABEL (self->label), &start, &end))
    return NULL;
  return g_utf8_substring (self->text, start, end);
}

guint
chat_message_label_get_n_links (ChatMessageLabel *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LABEL (self), 0);

  return self->links->len;
}
