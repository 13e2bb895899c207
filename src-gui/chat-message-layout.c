/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-layout.h"

#define PADDING_X_PX 12
#define PADDING_Y_PX 7
#define NOTE_GAP_PX 10 /* between the last line and the note on it */
#define ICON_GAP_PX 4
#define MIN_TEXT_PX 24
#define NOTE_SCALE 0.8

typedef struct
{
  int max_width; /* asked for; -1: nothing measured yet */
  int width, height;
  guint serial; /* of the Pango context */
} Fit;

struct _ChatMessageLayout
{
  GtkWidget *widget; /* borrowed */
  PangoLayout *text; /* owned */
  PangoLayout *note; /* owned */
  int icon_width;
  gboolean padded;
  gboolean centered;
  Fit fit;
};

static int
padding_x (ChatMessageLayout *self)
{
  return self->padded ? PADDING_X_PX : 0;
}

static int
padding_y (ChatMessageLayout *self)
{
  return self->padded ? PADDING_Y_PX : 0;
}

static gboolean
is_rtl (ChatMessageLayout *self)
{
  return gtk_widget_get_direction (self->widget) == GTK_TEXT_DIR_RTL;
}

static void
forget_fit (ChatMessageLayout *self)
{
  self->fit.max_width = -1;
  gtk_widget_queue_resize (self->widget);
}

/* As GtkLabel does it, so that the two look the same in either direction. */
static void
update_alignment (ChatMessageLayout *self)
{
  PangoAlignment start = is_rtl (self) ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;

  pango_layout_set_alignment (self->text, self->centered ? PANGO_ALIGN_CENTER : start);
}

/* ---- measuring */

static void
get_note_size (ChatMessageLayout *self, int *width, int *height)
{
  *width = *height = 0;
  if (*pango_layout_get_text (self->note) == '\0' && self->icon_width == 0)
    return;
  pango_layout_get_pixel_size (self->note, width, height);
  if (self->icon_width > 0)
    *width += ICON_GAP_PX + self->icon_width;
}

/* Whether the last line runs like the interface, so that its free end is where the note stands, and
 * how wide it is */
static gboolean
get_last_line (ChatMessageLayout *self, int *width)
{
  int last = pango_layout_get_line_count (self->text) - 1;
  PangoLayoutLine *line = pango_layout_get_line_readonly (self->text, last);
  PangoRectangle extents;

  pango_layout_line_get_pixel_extents (line, NULL, &extents);
  *width = extents.width;
  return (line->resolved_dir == PANGO_DIRECTION_RTL) == is_rtl (self);
}

static void
measure_text (ChatMessageLayout *self, int max_width, Fit *fit)
{
  int note_width, note_height, last_width;
  PangoRectangle text;

  pango_layout_set_width (self->text, max_width < 0 ? -1 : max_width * PANGO_SCALE);
  pango_layout_get_extents (self->text, NULL, &text);
  fit->width = PANGO_PIXELS_CEIL (text.width);
  fit->height = PANGO_PIXELS_CEIL (text.height);
  get_note_size (self, &note_width, &note_height);
  if (note_width == 0)
    return;

  gboolean same_way = get_last_line (self, &last_width);
  int needed = last_width + NOTE_GAP_PX + note_width;
  gboolean below = !same_way || (max_width >= 0 && needed > max_width);
  fit->width = MAX (fit->width, below ? note_width : needed);
  if (below)
    fit->height += note_height;
}

static int
get_text_width (ChatMessageLayout *self)
{
  return MAX (gtk_widget_get_width (self->widget) - 2 * padding_x (self), 1);
}

/* It may have been measured for another width than it was given. */
static void
ensure_text_width (ChatMessageLayout *self)
{
  pango_layout_set_width (self->text, get_text_width (self) * PANGO_SCALE);
}

/* ---- public */

static PangoLayout *
create_layout (GtkWidget *widget)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, "");

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  return layout;
}

ChatMessageLayout *
chat_message_layout_new (GtkWidget *widget)
{
  g_autoptr (PangoAttrList) small = pango_attr_list_new ();
  ChatMessageLayout *self = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  self = g_new0 (ChatMessageLayout, 1);
  self->widget = widget;
  self->text = create_layout (widget);
  self->note = create_layout (widget);
  pango_attr_list_insert (small, pango_attr_scale_new (NOTE_SCALE));
  pango_attr_list_insert (small, pango_attr_style_new (PANGO_STYLE_NORMAL));
  pango_layout_set_attributes (self->note, small);
  self->fit.max_width = -1;
  update_alignment (self);
  return self;
}

void
chat_message_layout_free (ChatMessageLayout *self)
{
  g_return_if_fail (self != NULL);

  g_object_unref (self->text);
  g_object_unref (self->note);
  g_free (self);
}

void
chat_message_layout_set_look (ChatMessageLayout *self, gboolean padded, gboolean centered)
{
  g_return_if_fail (self != NULL);

  self->padded = padded;
  self->centered = centered;
  update_alignment (self);
  forget_fit (self);
}

void
chat_message_layout_set_text (ChatMessageLayout *self, const char *text, PangoAttrList *attributes)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  pango_layout_set_text (self->text, text, -1);
  pango_layout_set_attributes (self->text, attributes);
  forget_fit (self);
}

void
chat_message_layout_set_note (ChatMessageLayout *self, const char *note, int icon_width)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (note != NULL);

  pango_layout_set_text (self->note, note, -1);
  self->icon_width = icon_width;
  forget_fit (self);
}

void
chat_message_layout_context_changed (ChatMessageLayout *self)
{
  g_return_if_fail (self != NULL);

  pango_layout_context_changed (self->text);
  pango_layout_context_changed (self->note);
  update_alignment (self);
  forget_fit (self);
}

void
chat_message_layout_fit (ChatMessageLayout *self, int max_width, int *width, int *height)
{
  g_return_if_fail (self != NULL);

  guint serial = pango_context_get_serial (gtk_widget_get_pango_context (self->widget));
  if (self->fit.max_width != max_width || max_width < 0 || self->fit.serial != serial)
    {
      Fit fit = { .max_width = max_width, .serial = serial };
      int inner = max_width < 0 ? -1 : MAX (max_width - 2 * padding_x (self), MIN_TEXT_PX);

      measure_text (self, inner, &fit);
      fit.width = MAX (fit.width, MIN_TEXT_PX) + 2 * padding_x (self);
      fit.height += 2 * padding_y (self);
      self->fit = fit;
    }
  *width = self->fit.width;
  *height = self->fit.height;
}

void
chat_message_layout_get_text_place (ChatMessageLayout *self, GdkRectangle *place)
{
  int height;

  g_return_if_fail (self != NULL);

  ensure_text_width (self);
  pango_layout_get_pixel_size (self->text, NULL, &height);
  *place = (GdkRectangle){ padding_x (self), padding_y (self), get_text_width (self), height };
}

void
chat_message_layout_get_icon_place (ChatMessageLayout *self, int *from_bottom, int *from_end)
{
  int note_height;

  g_return_if_fail (self != NULL);

  pango_layout_get_pixel_size (self->note, NULL, &note_height);
  *from_bottom = padding_y (self) + note_height / 2;
  *from_end = padding_x (self);
}

gboolean
chat_message_layout_find (ChatMessageLayout *self, double x, double y, guint *index)
{
  int at, trailing;

  g_return_val_if_fail (self != NULL, FALSE);

  ensure_text_width (self);
  if (!pango_layout_xy_to_index (self->text, (int) ((x - padding_x (self)) * PANGO_SCALE),
                                 (int) ((y - padding_y (self)) * PANGO_SCALE), &at, &trailing))
    return FALSE;
  *index = (guint) at;
  return TRUE;
}

static void
draw (GtkSnapshot *snapshot, PangoLayout *layout, int x, int y, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

void
chat_message_layout_draw_text (ChatMessageLayout *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  g_return_if_fail (self != NULL);

  ensure_text_width (self);
  draw (snapshot, self->text, padding_x (self), padding_y (self), color);
}

void
chat_message_layout_draw_note (ChatMessageLayout *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  int width, height;

  g_return_if_fail (self != NULL);

  if (*pango_layout_get_text (self->note) == '\0')
    return;
  pango_layout_get_pixel_size (self->note, &width, &height);
  int from_end = padding_x (self) + (self->icon_width > 0 ? self->icon_width + ICON_GAP_PX : 0);
  int x = is_rtl (self) ? from_end : gtk_widget_get_width (self->widget) - from_end - width;
  int y = gtk_widget_get_height (self->widget) - padding_y (self) - height;
  draw (snapshot, self->note, x, y, color);
}
