/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-context-menu.h"

#define FRAMES_TO_CLOSE 2

typedef struct
{
  GtkWidget *popover; /* owned */
  guint frames_left;
} Closing;

static void
closing_free (gpointer data)
{
  Closing *closing = data;

  g_object_unref (closing->popover);
  g_free (closing);
}

static gboolean
on_frame (GtkWidget *row, GdkFrameClock *clock, gpointer data)
{
  Closing *closing = data;

  if (--closing->frames_left > 0)
    return G_SOURCE_CONTINUE;
  gtk_widget_unparent (closing->popover);
  return G_SOURCE_REMOVE;
}

/* Not at once: the action of the chosen item comes after "closed", and GTK 4.8 keeps a popover for
 * good that loses its parent while a frame of it is due. A row that goes takes it along. */
static void
on_closed (GtkWidget *popover, GtkWidget *row)
{
  Closing *closing = g_new0 (Closing, 1);

  closing->popover = g_object_ref (popover);
  closing->frames_left = FRAMES_TO_CLOSE;
  gtk_widget_add_tick_callback (row, on_frame, closing, closing_free);
}

void
chat_context_menu_popup (GtkWidget *row, GMenuModel *menu, const GdkRectangle *pointing_to)
{
  g_return_if_fail (GTK_IS_WIDGET (row));
  g_return_if_fail (G_IS_MENU_MODEL (menu));

  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);

  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), pointing_to);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), row);
  gtk_widget_set_parent (popover, row);
  gtk_popover_popup (GTK_POPOVER (popover));
}
