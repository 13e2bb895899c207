/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What any window of libadwaita takes until its first frame: the measure for the app's start.
 *
 *   bench-empty-window SPAWNED-US */
#include <adwaita.h>
#include <stdio.h>
#include <unistd.h>

static void
on_after_paint (GdkFrameClock *clock, gint64 *spawned_us)
{
  g_print ("first_frame_ms=%.1f\n", (double) (g_get_monotonic_time () - *spawned_us) / 1000);
  fflush (stdout);
  _exit (0);
}

static void
on_map (GtkWidget *window, gint64 *spawned_us)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_after_paint),
                    spawned_us);
}

static void
on_activate (GtkApplication *app, gint64 *spawned_us)
{
  GtkWidget *window = adw_application_window_new (app);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), "Empty"); /* the first text loads the fonts */
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  g_signal_connect_after (window, "map", G_CALLBACK (on_map), spawned_us);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gint64 spawned_us = argc > 1 ? g_ascii_strtoll (argv[1], NULL, 10) : g_get_monotonic_time ();
  AdwApplication *app = adw_application_new ("org.onlinechat.Empty", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (app, "activate", G_CALLBACK (on_activate), &spawned_us);
  return g_application_run (G_APPLICATION (app), 1, argv);
}
