/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-scroll-place.h"

#include "chat-message-rows.h"

#define END_SLOP_PX 4
#define SHOWN_AT 0.25  /* of the height: what one goes to */
#define LAYOUT_TRIES 4 /* each gives widgets to rows whose height was a guess */

typedef struct
{
  guint position; /* GTK_INVALID_LIST_POSITION: none */
  int offset;     /* px from the top of the screen */
} Anchor;

struct _ChatScrollPlace
{
  GtkWidget *scrolled; /* borrowed */
  GtkWidget *list;     /* borrowed */
  GtkAdjustment *adjustment;
  gulong value_handler;
  GSourceOnceFunc on_changed;
  gpointer data; /* borrowed */

  gboolean following;
  gboolean in_layout;
  gboolean seeking; /* the end has moved and must be found again */
  int old_width, old_height;
  Anchor anchor; /* being restored */
};

static double
get_end (ChatScrollPlace *self)
{
  return MAX (
      gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment),
      gtk_adjustment_get_lower (self->adjustment));
}

/* ---- the topmost row */

static gboolean
get_row_bounds (ChatScrollPlace *self, GtkWidget *row, graphene_rect_t *bounds)
{
  return gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, self->scrolled, bounds);
}

typedef struct
{
  ChatScrollPlace *self;
  Anchor top;
} Search;

static void
consider_top (ChatMessageRow *row, gpointer data)
{
  Search *search = data;
  guint position = chat_message_row_get_position (row);
  graphene_rect_t bounds;

  if (position >= search->top.position ||
      !get_row_bounds (search->self, GTK_WIDGET (row), &bounds) ||
      bounds.origin.y + bounds.size.height <= 0)
    return;
  search->top = (Anchor){ position, (int) bounds.origin.y };
}

static Anchor
find_top (ChatScrollPlace *self)
{
  Search search = { self, { GTK_INVALID_LIST_POSITION, 0 } };

  chat_message_rows_foreach (self->list, consider_top, &search);
  return search.top;
}

/* Returns: whether the anchor is where it was */
static gboolean
restore_anchor (ChatScrollPlace *self)
{
  if (self->anchor.position == GTK_INVALID_LIST_POSITION)
    return TRUE;

  ChatMessageRow *row = chat_message_rows_find (self->list, self->anchor.position);
  graphene_rect_t bounds;

  if (row == NULL || !get_row_bounds (self, GTK_WIDGET (row), &bounds))
    {
      gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", self->anchor.position);
      return FALSE;
    }
  int moved = (int) bounds.origin.y - self->anchor.offset;
  if (moved == 0)
    return TRUE;
  double value = gtk_adjustment_get_value (self->adjustment) + moved;
  if (value > get_end (self) || value < gtk_adjustment_get_lower (self->adjustment))
    moved = 0; /* there is no such place any more: the nearest will do */
  gtk_adjustment_set_value (self->adjustment, value);
  return moved == 0;
}

/* ---- the end */

/* Returns: whether it was there already */
static gboolean
set_to_end (ChatScrollPlace *self)
{
  gboolean there = gtk_adjustment_get_value (self->adjustment) == get_end (self);

  gtk_adjustment_set_value (self->adjustment, get_end (self));
  return there;
}

static void
reconsider_following (ChatScrollPlace *self)
{
  gboolean at_end = gtk_adjustment_get_value (self->adjustment) >= get_end (self) - END_SLOP_PX;

  if (at_end == self->following)
    return;
  self->following = at_end;
  self->on_changed (self->data);
}

static void
on_value_changed (ChatScrollPlace *self)
{
  if (!self->in_layout)
    reconsider_following (self);
}

/* Returns: whether all is where it should be */
static gboolean
settle (ChatScrollPlace *self)
{
  if (!self->following)
    return restore_anchor (self);
  if (!self->seeking)
    {
      reconsider_following (self); /* the list itself scrolls to what gets the focus */
      return TRUE;
    }
  self->seeking = !set_to_end (self);
  return !self->seeking;
}

ChatScrollPlace *
chat_scroll_place_new (GtkScrolledWindow *scrolled,
                       GtkListView *list,
                       GSourceOnceFunc on_changed,
                       gpointer data)
{
  ChatScrollPlace *self = NULL;

  g_return_val_if_fail (GTK_IS_SCROLLED_WINDOW (scrolled), NULL);
  g_return_val_if_fail (GTK_IS_LIST_VIEW (list), NULL);
  g_return_val_if_fail (on_changed != NULL, NULL);

  self = g_new0 (ChatScrollPlace, 1);
  self->scrolled = GTK_WIDGET (scrolled);
  self->list = GTK_WIDGET (list);
  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (scrolled));
  self->value_handler = g_signal_connect_swapped (self->adjustment, "value-changed",
                                                  G_CALLBACK (on_value_changed), self);
  self->on_changed = on_changed;
  self->data = data;
  self->following = TRUE;
  self->anchor.position = GTK_INVALID_LIST_POSITION;
  return self;
}

void
chat_scroll_place_free (ChatScrollPlace *self)
{
  g_return_if_fail (self != NULL);

  g_clear_signal_handler (&self->value_handler, self->adjustment);
  g_object_unref (self->adjustment);
  g_free (self);
}

gboolean
chat_scroll_place_is_following (ChatScrollPlace *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->following;
}

void
chat_scroll_place_follow (ChatScrollPlace *self)
{
  g_return_if_fail (self != NULL);

  self->following = TRUE;
  self->seeking = TRUE;
}

void
chat_scroll_place_go_to_end (ChatScrollPlace *self)
{
  g_return_if_fail (self != NULL);

  chat_scroll_place_follow (self);
  set_to_end (self);
}

void
chat_scroll_place_go_to (ChatScrollPlace *self, guint position)
{
  g_return_if_fail (self != NULL);

  self->anchor.position = position;
  self->anchor.offset = (int) (gtk_widget_get_height (self->scrolled) * SHOWN_AT);
  if (!self->following)
    return;
  self->following = FALSE;
  self->on_changed (self->data);
}

void
chat_scroll_place_seek (ChatScrollPlace *self)
{
  g_return_if_fail (self != NULL);

  self->seeking = TRUE;
}

/* Each change of the place asks for another allocation of the list. It is made here and now: asked
 * for from within an allocation it would be lost. */
void
chat_scroll_place_allocate (ChatScrollPlace *self, GtkWidget *child, int width, int height)
{
  GtkAllocation whole = { 0, 0, width, height };
  gboolean resized = FALSE;
  gboolean going = FALSE;

  g_return_if_fail (self != NULL);

  resized = width != self->old_width || height != self->old_height;
  self->seeking |= resized;
  going = self->anchor.position != GTK_INVALID_LIST_POSITION;
  if (resized && !self->following && !going)
    self->anchor = find_top (self);
  self->old_width = width;
  self->old_height = height;

  self->in_layout = TRUE;
  gtk_widget_size_allocate (child, &whole, -1);
  for (int i = 0; i < LAYOUT_TRIES && !settle (self); i++)
    gtk_widget_size_allocate (child, &whole, -1);
  self->in_layout = FALSE;
  self->anchor.position = GTK_INVALID_LIST_POSITION;
  if (going)
    reconsider_following (self); /* it may be the end */
}

guint
chat_scroll_place_get_top (ChatScrollPlace *self, int *offset)
{
  g_return_val_if_fail (self != NULL, GTK_INVALID_LIST_POSITION);

  Anchor top = find_top (self);
  *offset = top.offset;
  return top.position;
}
