/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-autostart.h"
#include "chat-preferences-window.h"
#include "chat-profile.h"
#include "chat-zoom-row.h"
#include "shell-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* How the app lives without its window, and how large its text is. */

typedef struct
{
  ChatApplication *app;
  GSettings *settings; /* borrowed */
  ChatWindow *window;  /* borrowed */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->app = shell_app_new (NULL);
  f->settings = chat_application_get_settings (f->app);
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_settings_reset (f->settings, "run-in-background");
  g_settings_reset (f->settings, "text-zoom");
  shell_app_free (f->app);
}

static guint
count_windows (Fixture *f)
{
  return g_list_length (gtk_application_get_windows (GTK_APPLICATION (f->app)));
}

/* --- without a window --------------------------------------------------------------------------
 */

static void
test_close_ends (Fixture *f, gconstpointer data)
{
  gtk_window_close (GTK_WINDOW (f->window));
  shell_settle ();

  g_assert_cmpuint (count_windows (f), ==, 0);
}

static void
test_close_hides (Fixture *f, gconstpointer data)
{
  g_settings_set_boolean (f->settings, "run-in-background", TRUE);
  gtk_window_close (GTK_WINDOW (f->window));
  shell_settle ();

  g_assert_cmpuint (count_windows (f), ==, 1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->window)));

  g_application_activate (G_APPLICATION (f->app));
  shell_settle ();
  g_assert_cmpuint (count_windows (f), ==, 1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->window)));
}

static gboolean
has_no_window (gpointer data)
{
  return count_windows (data) == 0;
}

/* Whether it is hidden or not */
static void
test_quit_ends (Fixture *f, gconstpointer data)
{
  g_settings_set_boolean (f->settings, "run-in-background", TRUE);
  gtk_window_close (GTK_WINDOW (f->window));
  shell_settle ();
  g_action_group_activate_action (G_ACTION_GROUP (f->app), "quit", NULL);

  shell_wait_until (has_no_window, f);
}

/* --- at login ----------------------------------------------------------------------------------
 */

static char *
get_file (const char *profile)
{
  g_autofree char *id = chat_profile_application_id (profile);
  g_autofree char *name = g_strconcat (id, ".desktop", NULL);

  return g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

static void
test_autostart (Fixture *f, gconstpointer data)
{
  static const char profile[] = "a \"b\" 100%";
  g_autofree char *path = get_file (profile);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (chat_autostart_is_on (profile));
  g_assert_true (chat_autostart_set (profile, TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (chat_autostart_is_on (profile));
  g_assert_false (chat_autostart_is_on (NULL));

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_autofree char *exec = g_key_file_get_string (file, G_KEY_FILE_DESKTOP_GROUP, "Exec", NULL);
  g_assert_nonnull (strstr (exec, " \"--profile=a \\\"b\\\" 100%%\" --background"));

  /* A desktop that has its own list hides it there. */
  g_key_file_set_boolean (file, G_KEY_FILE_DESKTOP_GROUP, "Hidden", TRUE);
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
  g_assert_false (chat_autostart_is_on (profile));

  g_assert_true (chat_autostart_set (profile, FALSE, NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (chat_autostart_set (profile, FALSE, NULL));
}

static void
test_preferences (Fixture *f, gconstpointer data)
{
  ChatPreferencesWindow *window = chat_preferences_window_new (NULL, f->settings, "login");
  GtkSwitch *background = shell_find (GTK_WIDGET (window), GTK_TYPE_SWITCH, "background_switch");
  GtkSwitch *autostart = shell_find (GTK_WIDGET (window), GTK_TYPE_SWITCH, "autostart_switch");
  GtkWidget *row = shell_find (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW, "autostart_row");

  gtk_window_present (GTK_WINDOW (window));
  g_assert_false (gtk_widget_get_sensitive (row));
  gtk_switch_set_active (background, TRUE);
  g_assert_true (g_settings_get_boolean (f->settings, "run-in-background"));
  g_assert_true (gtk_widget_get_sensitive (row));
  gtk_switch_set_active (autostart, TRUE);
  g_assert_true (chat_autostart_is_on ("login"));

  gtk_switch_set_active (background, FALSE);
  g_assert_false (chat_autostart_is_on ("login"));
  shell_destroy (window);
}

/* Where the file cannot be written, the switch says so. */
static void
test_no_folder (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "autostart", NULL);
  ChatPreferencesWindow *window = chat_preferences_window_new (NULL, f->settings, "login");
  GtkSwitch *autostart = shell_find (GTK_WIDGET (window), GTK_TYPE_SWITCH, "autostart_switch");

  gtk_window_present (GTK_WINDOW (window));
  g_rmdir (folder);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  gtk_switch_set_active (autostart, TRUE);

  g_assert_false (gtk_switch_get_active (autostart));
  g_assert_false (chat_autostart_is_on ("login"));
  g_assert_cmpint (g_unlink (folder), ==, 0);
  shell_destroy (window);
}

/* --- the size of text --------------------------------------------------------------------------
 */

static int
get_text_height (Fixture *f)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (f->window), "Ag");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
zoom (Fixture *f, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (f->app), action, NULL);
  shell_settle ();
}

static gboolean
is_enabled (Fixture *f, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (f->app), action);
}

static void
test_zoom (Fixture *f, gconstpointer data)
{
  const int normal = get_text_height (f);

  g_assert_false (is_enabled (f, "zoom-reset"));
  zoom (f, "zoom-in");
  zoom (f, "zoom-in");
  g_assert_cmpint (g_settings_get_int (f->settings, "text-zoom"), ==, 125);
  g_assert_cmpint (get_text_height (f), >, normal);

  zoom (f, "zoom-reset");
  g_assert_cmpint (get_text_height (f), ==, normal);
  zoom (f, "zoom-out");
  g_assert_cmpint (g_settings_get_int (f->settings, "text-zoom"), ==, 90);
  g_assert_cmpint (get_text_height (f), <, normal);
}

static void
test_zoom_ends (Fixture *f, gconstpointer data)
{
  while (is_enabled (f, "zoom-in"))
    zoom (f, "zoom-in");
  g_assert_cmpint (g_settings_get_int (f->settings, "text-zoom"), ==, 300);
  while (is_enabled (f, "zoom-out"))
    zoom (f, "zoom-out");
  g_assert_cmpint (g_settings_get_int (f->settings, "text-zoom"), ==, 50);

  g_settings_set_int (f->settings, "text-zoom", 104); /* by hand */
  zoom (f, "zoom-out");
  g_assert_cmpint (g_settings_get_int (f->settings, "text-zoom"), ==, 100);
}

static void
test_zoom_menu (Fixture *f, gconstpointer data)
{
  GtkMenuButton *button =
      shell_find (GTK_WIDGET (f->window), GTK_TYPE_MENU_BUTTON, "empty_menu_button");
  GtkWidget *popover;

  gtk_menu_button_popup (button);
  shell_settle ();
  popover = GTK_WIDGET (gtk_menu_button_get_popover (button));
  g_assert_nonnull (shell_find (popover, CHAT_TYPE_ZOOM_ROW, NULL));
  g_assert_true (shell_says (popover, "100 %"));
  zoom (f, "zoom-in");
  g_assert_true (shell_says (popover, "110 %"));
  gtk_menu_button_popdown (button);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);

  ADD ("/shell/background/close-ends", test_close_ends);
  ADD ("/shell/background/close-hides", test_close_hides);
  ADD ("/shell/background/quit-ends", test_quit_ends);
  ADD ("/shell/background/autostart", test_autostart);
  ADD ("/shell/background/preferences", test_preferences);
  ADD ("/shell/background/no-folder", test_no_folder);
  ADD ("/shell/background/zoom", test_zoom);
  ADD ("/shell/background/zoom-ends", test_zoom_ends);
  ADD ("/shell/background/zoom-menu", test_zoom_menu);

  return g_test_run ();
}
