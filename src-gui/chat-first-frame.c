/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-first-frame.h"

static const char key[] = "chat-first-frame";

static gboolean
on_due (gpointer window)
{
  ChatFirstFrameFunc painted = (ChatFirstFrameFunc) g_object_steal_data (window, key);

  painted (window);
  return G_SOURCE_REMOVE;
}

/* Not at once: what was painted has yet to go to the display. */
static void
on_after_paint (GdkFrameClock *clock, GtkWidget *window)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_signal_handlers_disconnect_by_func (clock, (gpointer) on_after_paint, window);
  g_source_set_closure (source, g_cclosure_new_object (G_CALLBACK (on_due), G_OBJECT (window)));
  g_source_attach (source, NULL);
}

static void
on_map (GtkWidget *window, gpointer data)
{
  g_signal_handlers_disconnect_by_func (window, (gpointer) on_map, data);
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (on_after_paint), window, 0);
}

void
chat_first_frame_wait (GtkWidget *window, ChatFirstFrameFunc painted)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (painted != NULL);

  g_object_set_data (G_OBJECT (window), key, (gpointer) painted);
  g_signal_connect_after (window, "map", G_CALLBACK (on_map), NULL);
}
