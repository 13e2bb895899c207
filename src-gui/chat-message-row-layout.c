/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-row-layout.h"

#include "chat-message-label.h"

/* Lengths in px */
#define MARGIN_X 12
#define AVATAR_SIZE CHAT_MESSAGE_ROW_AVATAR_SIZE
#define AVATAR_GAP 8
#define GROUP_GAP 10 /* above a group's first bubble */
#define LINE_GAP 2   /* above the others */
#define NOTICE_GAP 8
#define NAME_GAP 3
#define BUBBLE_MAX 600
#define INDENT_MIN 24 /* free on the far side of a bubble, so that one sees whose it is */
#define INDENT_MAX 120
#define FILE_WIDTH 340

/* Sizes of the parts, from the top */
typedef struct
{
  int day_height, history_height, unread_height;
  int gap;
  int name_height;
  int bubble_width, bubble_height;
  int quote_height;
  int fold_height;
  int file_height;
  int reactions_height;
  int failure_height;
  int total;
} Sizes;

static int
measure_height (GtkWidget *child, int width)
{
  int height = 0;

  if (child != NULL)
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

static int
get_gutter (const ChatMessageRowParts *parts)
{
  return parts->look == CHAT_MESSAGE_LOOK_OTHER ? AVATAR_SIZE + AVATAR_GAP : 0;
}

static int
get_bubble_max (const ChatMessageRowParts *parts, int width)
{
  int room = width - 2 * MARGIN_X - get_gutter (parts);
  int indent = CLAMP (room / 8, INDENT_MIN, INDENT_MAX);

  return CLAMP (room - indent, 1, BUBBLE_MAX);
}

static int
get_gap (const ChatMessageRowParts *parts)
{
  if (parts->look == CHAT_MESSAGE_LOOK_NOTICE)
    return NOTICE_GAP;
  return parts->group_start ? GROUP_GAP : LINE_GAP;
}

static int
get_file_width (const ChatMessageRowParts *parts, int width)
{
  return MIN (get_bubble_max (parts, width), FILE_WIDTH);
}

static Sizes
measure (const ChatMessageRowParts *parts, int width)
{
  Sizes sizes = { 0 };
  int inner = MAX (width - 2 * MARGIN_X, 1);

  sizes.day_height = measure_height (parts->day_line, inner);
  sizes.history_height = measure_height (parts->history_line, inner);
  sizes.unread_height = measure_height (parts->unread_line, inner);
  sizes.gap = get_gap (parts);
  sizes.name_height = parts->name != NULL ? measure_height (parts->name, -1) + NAME_GAP : 0;
  chat_message_label_fit (CHAT_MESSAGE_LABEL (parts->bubble), get_bubble_max (parts, width),
                          &sizes.bubble_width, &sizes.bubble_height);
  sizes.quote_height = measure_height (parts->quote, -1);
  sizes.fold_height = measure_height (parts->fold, -1);
  sizes.file_height = measure_height (parts->file, get_file_width (parts, width));
  sizes.reactions_height = measure_height (parts->reactions, get_bubble_max (parts, width));
  sizes.failure_height = measure_height (parts->failure, inner);

  int above = sizes.day_height + sizes.history_height + sizes.unread_height + sizes.gap;
  sizes.total = above + sizes.name_height + sizes.quote_height + sizes.bubble_height +
                sizes.fold_height + sizes.file_height + sizes.reactions_height +
                sizes.failure_height;
  if (parts->avatar != NULL)
    sizes.total = MAX (sizes.total, above + AVATAR_SIZE);
  return sizes;
}

/* @x: from the start of the line, in either direction */
static void
place (GtkWidget *row, GtkWidget *child, int x, int y, int width, int height)
{
  if (gtk_widget_get_direction (row) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (row) - x - width;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static int
place_line (GtkWidget *row, GtkWidget *line, int y, int width, int height)
{
  if (line != NULL)
    place (row, line, MARGIN_X, y, width - 2 * MARGIN_X, height);
  return y + height;
}

static int
get_bubble_x (const ChatMessageRowParts *parts, int width, int bubble_width)
{
  switch (parts->look)
    {
    case CHAT_MESSAGE_LOOK_OWN:
      return width - MARGIN_X - bubble_width;
    case CHAT_MESSAGE_LOOK_OTHER:
      return MARGIN_X + get_gutter (parts);
    case CHAT_MESSAGE_LOOK_NOTICE:
    default:
      return (width - bubble_width) / 2;
    }
}

static void
place_name (GtkWidget *row, GtkWidget *name, int x, int y, int width, int height)
{
  int natural;

  gtk_widget_measure (name, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  place (row, name, x, y, MIN (natural, width - x - MARGIN_X), height);
}

/* Above or below the bubble, on the side it comes from. Returns: the end of it */
static int
place_at_side (const ChatMessageRowParts *parts,
               GtkWidget *row,
               GtkWidget *child,
               int y,
               int width,
               int height)
{
  int natural;

  if (child == NULL)
    return y;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  natural = MIN (natural, get_bubble_max (parts, width));
  place (row, child, get_bubble_x (parts, width, natural), y, natural, height);
  return y + height;
}

int
chat_message_row_layout_get_height (const ChatMessageRowParts *parts, int width)
{
  g_return_val_if_fail (parts != NULL, 0);

  return measure (parts, width).total;
}

void
chat_message_row_layout_allocate (const ChatMessageRowParts *parts, GtkWidget *row, int width)
{
  g_return_if_fail (parts != NULL);
  g_return_if_fail (GTK_IS_WIDGET (row));

  Sizes sizes = measure (parts, width);
  int x = get_bubble_x (parts, width, sizes.bubble_width);
  int y = place_line (row, parts->day_line, 0, width, sizes.day_height);

  y = place_line (row, parts->history_line, y, width, sizes.history_height);
  y = place_line (row, parts->unread_line, y, width, sizes.unread_height) + sizes.gap;
  if (parts->avatar != NULL)
    place (row, parts->avatar, MARGIN_X, y, AVATAR_SIZE, AVATAR_SIZE);
  if (parts->name != NULL)
    place_name (row, parts->name, x, y, width, sizes.name_height - NAME_GAP);
  y += sizes.name_height;
  y = place_at_side (parts, row, parts->quote, y, width, sizes.quote_height);
  place (row, parts->bubble, x, y, sizes.bubble_width, sizes.bubble_height);
  y += sizes.bubble_height;
  y = place_at_side (parts, row, parts->fold, y, width, sizes.fold_height);
  if (parts->file != NULL)
    place (row, parts->file, get_bubble_x (parts, width, get_file_width (parts, width)), y,
           get_file_width (parts, width), sizes.file_height);
  y += sizes.file_height;
  y = place_at_side (parts, row, parts->reactions, y, width, sizes.reactions_height);
  place_line (row, parts->failure, y, width, sizes.failure_height);
}
