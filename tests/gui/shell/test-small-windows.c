/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell-test.h"

/* A program of its own: GLib loses its table of quarks, on purpose, when there are more than 2,048,
 * and the sanitizer would call that a leak. */

/* px: a telephone's display */
#define NARROW 360

static void
assert_narrow (GtkWindow *window)
{
  int min;

  /* Without the frame, which has shadows where something composes them */
  gtk_widget_measure (gtk_window_get_child (window), GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL,
                      NULL, NULL);
  g_assert_cmpint (min, <=, NARROW);
}

/* A window without a title is read by the name of its type. */
static void
assert_spoken (GtkWindow *window)
{
  const char *title = gtk_window_get_title (window);

  g_assert_true (!CHAT_IS_WINDOW (window) && (ADW_IS_ABOUT_WINDOW (window) || title != NULL));
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* With a window goes all that was in it: the rows of preferences, too. */
static void
destroy_with_rows (GtkWindow *window)
{
  gpointer row = shell_find (GTK_WIDGET (window), ADW_TYPE_PREFERENCES_ROW, NULL);

  if (row != NULL)
    g_object_add_weak_pointer (row, &row);
  shell_destroy (window);
  shell_wait_until (is_gone, &row);
}

static void
test_small_windows (void)
{
  ChatApplication *app = shell_app_new (NULL);
  static const char *const names[] = { "preferences", "shortcuts", "about" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (app), names[i], NULL);
      shell_settle ();
      g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 2);
      GListModel *windows = gtk_window_get_toplevels ();
      for (guint j = 0; j < 2; j++)
        {
          g_autoptr (GtkWindow) window = g_list_model_get_item (windows, j);
          gpointer small = CHAT_IS_WINDOW (window) ? NULL : window;
          g_clear_object (&window);
          if (small != NULL)
            {
              assert_narrow (small);
              assert_spoken (small);
              destroy_with_rows (small);
              break;
            }
        }
      shell_settle ();
      g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 1);
    }

  shell_app_free (app);
}

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  g_test_add_func ("/window/small-windows", test_small_windows);
  return g_test_run ();
}
