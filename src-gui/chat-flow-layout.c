/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-flow-layout.h"

#define SPACING_PX 6
#define TEXT_MIN_PX 260 /* of a text beside its buttons */

struct _ChatFlowLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatFlowLayout, chat_flow_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
first_button (GtkWidget *text)
{
  return text != NULL ? next_visible (gtk_widget_get_next_sibling (text)) : NULL;
}

static int
get_width (GtkWidget *child, gboolean minimum)
{
  int min, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &min, &natural, NULL, NULL);
  return minimum ? min : natural;
}

static int
get_height (GtkWidget *child, int width)
{
  int height;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

/* All buttons in one line, with the space before each */
static int
get_buttons_width (GtkWidget *button)
{
  int width = 0;

  for (; button != NULL; button = next_visible (gtk_widget_get_next_sibling (button)))
    width += SPACING_PX + get_width (button, FALSE);
  return width;
}

static void
place (GtkWidget *parent, GtkWidget *child, int x, int y, int width, int height)
{
  if (gtk_widget_get_direction (parent) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (parent) - x - width;
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

/* Where a line of buttons ends: the first that is no longer in it, and how wide the line is */
static GtkWidget *
find_line_end (GtkWidget *button, int width, int *line_width)
{
  GtkWidget *first = button;

  *line_width = 0;
  for (; button != NULL; button = next_visible (gtk_widget_get_next_sibling (button)))
    {
      int needed = *line_width + (button != first ? SPACING_PX : 0) + get_width (button, FALSE);

      if (button != first && needed > width)
        break;
      *line_width = needed;
    }
  return button;
}

/* Returns: the height of the line */
static int
lay_line (GtkWidget *parent, GtkWidget *button, GtkWidget *end, int x, int y, gboolean allocate)
{
  int height = 0;

  for (; button != end; button = next_visible (gtk_widget_get_next_sibling (button)))
    {
      int width = get_width (button, FALSE);
      int own_height = get_height (button, width);

      if (allocate)
        place (parent, button, x, y, width, own_height);
      x += width + SPACING_PX;
      height = MAX (height, own_height);
    }
  return height;
}

/* Returns: the height of all lines */
static int
lay_buttons (GtkWidget *parent, GtkWidget *button, int width, int y, gboolean allocate)
{
  while (button != NULL)
    {
      int line_width;
      GtkWidget *end = find_line_end (button, width, &line_width);

      y += SPACING_PX;
      y += lay_line (parent, button, end, MAX (width - line_width, 0), y, allocate);
      button = end;
    }
  return y;
}

static int
lay_beside (GtkWidget *parent, GtkWidget *text, int width, int height, gboolean allocate)
{
  int text_width = width - get_buttons_width (first_button (text));
  int text_height = get_height (text, text_width);
  int line_height =
      lay_line (parent, first_button (text), NULL, 0, 0, FALSE); /* of the buttons alone */
  int whole = MAX (text_height, line_height);

  if (!allocate)
    return whole;
  place (parent, text, 0, (height - text_height) / 2, text_width, text_height);
  lay_line (parent, first_button (text), NULL, text_width + SPACING_PX, (height - line_height) / 2,
            TRUE);
  return whole;
}

static int
lay (GtkWidget *parent, int width, int height, gboolean allocate)
{
  GtkWidget *text = next_visible (gtk_widget_get_first_child (parent));

  if (text == NULL)
    return 0;
  int wanted = MIN (get_width (text, FALSE), TEXT_MIN_PX);
  if (wanted + get_buttons_width (first_button (text)) <= width)
    return lay_beside (parent, text, width, height, allocate);

  int text_height = get_height (text, width);
  if (allocate)
    place (parent, text, 0, 0, width, text_height);
  return lay_buttons (parent, first_button (text), width, text_height, allocate);
}

static GtkSizeRequestMode
chat_flow_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (GtkWidget *widget, int *minimum, int *natural)
{
  GtkWidget *text = next_visible (gtk_widget_get_first_child (widget));

  *minimum = *natural = 0;
  for (GtkWidget *child = text; child != NULL;
       child = next_visible (gtk_widget_get_next_sibling (child)))
    *minimum = MAX (*minimum, get_width (child, child == text));
  if (text != NULL)
    *natural = MAX (*minimum, get_width (text, FALSE) + get_buttons_width (first_button (text)));
}

static void
chat_flow_layout_measure (GtkLayoutManager *manager,
                          GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  measure_width (widget, minimum, natural);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = lay (widget, for_size < 0 ? *natural : for_size, 0, FALSE);
}

static void
chat_flow_layout_allocate (
    GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  lay (widget, width, height, TRUE);
}

static void
chat_flow_layout_class_init (ChatFlowLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = chat_flow_layout_get_request_mode;
  layout_class->measure = chat_flow_layout_measure;
  layout_class->allocate = chat_flow_layout_allocate;
}

static void
chat_flow_layout_init (ChatFlowLayout *self)
{
}

GtkLayoutManager *
chat_flow_layout_new (void)
{
  return g_object_new (CHAT_TYPE_FLOW_LAYOUT, NULL);
}
