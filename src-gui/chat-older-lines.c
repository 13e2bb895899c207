/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-older-lines.h"

/* So many screens before one would see that there is nothing; and then a few lines at once, so that
 * no frame is late for the rows that must be made, but more for one who scrolls faster than that.
 */
#define NEAR_PAGES 4
#define LINES_AT_ONCE 4
#define HASTE_PAGES 1.5
#define LINES_IN_HASTE 25

struct _ChatOlderLines
{
  /* owned */
  GtkAdjustment *adjustment;
  ChatRoom *room; /* (nullable) */

  gulong value_handler;
  guint source;
  gboolean begun; /* the room has been painted */
};

/* Whether there are fewer than @pages screens above */
static gboolean
is_near_start (ChatOlderLines *self, double pages)
{
  const double page = gtk_adjustment_get_page_size (self->adjustment);
  const double above =
      gtk_adjustment_get_value (self->adjustment) - gtk_adjustment_get_lower (self->adjustment);

  return page > 0 && above < pages * page;
}

static gboolean
wants_more (ChatOlderLines *self)
{
  return self->room != NULL && !chat_room_is_history_complete (self->room) &&
         is_near_start (self, NEAR_PAGES);
}

static gboolean
on_due (gpointer data)
{
  ChatOlderLines *self = data;

  self->source = 0;
  self->begun = TRUE;
  if (wants_more (self))
    chat_room_load_older (self->room,
                          is_near_start (self, HASTE_PAGES) ? LINES_IN_HASTE : LINES_AT_ONCE);
  return G_SOURCE_REMOVE;
}

/* Not at once: the place may be one on the way, within an allocation. After the room's first frame;
 * later before the next one, since frames that are late leave no time between them. */
static void
on_value_changed (ChatOlderLines *self)
{
  const int priority = self->begun ? G_PRIORITY_HIGH_IDLE : G_PRIORITY_DEFAULT_IDLE;

  if (self->source == 0 && wants_more (self))
    self->source = g_idle_add_full (priority, on_due, self, NULL);
}

ChatOlderLines *
chat_older_lines_new (GtkScrolledWindow *scrolled)
{
  g_return_val_if_fail (GTK_IS_SCROLLED_WINDOW (scrolled), NULL);

  ChatOlderLines *self = g_new0 (ChatOlderLines, 1);

  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (scrolled));
  self->value_handler = g_signal_connect_swapped (self->adjustment, "value-changed",
                                                  G_CALLBACK (on_value_changed), self);
  return self;
}

void
chat_older_lines_free (ChatOlderLines *self)
{
  g_return_if_fail (self != NULL);

  chat_older_lines_set_room (self, NULL);
  g_clear_signal_handler (&self->value_handler, self->adjustment);
  g_object_unref (self->adjustment);
  g_free (self);
}

void
chat_older_lines_set_room (ChatOlderLines *self, ChatRoom *room)
{
  g_return_if_fail (self != NULL);

  g_set_object (&self->room, room);
  self->begun = FALSE;
  if (room == NULL)
    g_clear_handle_id (&self->source, g_source_remove);
}
