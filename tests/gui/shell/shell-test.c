/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell-test.h"

#include "chat-profile.h"
#include "chat-server-spawn.h"

#include <glib/gstdio.h>
#include <string.h>

#define PATIENCE_S 10

void
shell_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  /* Not warnings: one program is many applications here, none of them run to its end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  adw_init ();
}

static gboolean
on_patience_over (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

void
shell_wait_until (ShellCondition condition, gpointer data)
{
  gboolean over = FALSE;
  guint id = g_timeout_add_seconds (PATIENCE_S, on_patience_over, &over);

  while (!condition (data) && !over)
    g_main_context_iteration (NULL, TRUE);

  g_assert_false (over);
  g_source_remove (id);
}

void
shell_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Files and folders in a folder, and itself */
static void
remove_folder (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_remove (child) < 0)
        remove_folder (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (path);
}

ChatApplication *
shell_app_new (const char *profile)
{
  g_autofree char *folder = chat_profile_data_folder (profile);

  remove_folder (folder);
  return shell_app_new_again (profile);
}

ChatApplication *
shell_app_new_again (const char *profile)
{
  ChatApplication *app = chat_application_new (profile);
  GError *error = NULL;

  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (app), NULL, &error);
  g_assert_no_error (error);
  g_application_set_default (G_APPLICATION (app));

  GSettings *settings = chat_application_get_settings (app);
  g_settings_set_boolean (settings, "set-up", TRUE);
  g_settings_set_string (settings, "user-name", "Taro");
  return app;
}

void
shell_app_free (ChatApplication *app)
{
  GList *windows;

  while ((windows = gtk_application_get_windows (GTK_APPLICATION (app))) != NULL)
    shell_destroy (windows->data);
  shell_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 0);

  /* What g_application_run() would do at its end */
  g_signal_emit_by_name (app, "shutdown");
  g_application_set_default (NULL);
  g_assert_finalize_object (app);
}

/* --- chatd -------------------------------------------------------------------------------------
 */

ShellServer *
shell_server_new (void)
{
  ShellServer *server = g_new0 (ShellServer, 1);
  GError *error = NULL;
  guint16 tcp, udp;

  server->process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
      g_getenv ("CHATD"), "--bind=localhost", "--tcp-port=0", "--udp-port=0", NULL);
  g_assert_no_error (error);

  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (chat_server_spawn_parse_ready (line, &tcp, &udp));
  server->endpoint = chat_endpoint_new ("127.0.0.1", tcp, udp);
  server->address = chat_endpoint_to_string (server->endpoint);
  return server;
}

void
shell_server_free (ShellServer *server)
{
  g_subprocess_send_signal (server->process, SIGTERM);
  g_subprocess_wait (server->process, NULL, NULL);
  g_object_unref (server->process);
  g_object_unref (server->endpoint);
  g_free (server->address);
  g_free (server);
}

/* --- widgets -----------------------------------------------------------------------------------
 */

typedef gboolean (*Matches) (GtkWidget *widget, gconstpointer data);

static GtkWidget *
search (GtkWidget *widget, Matches matches, gconstpointer data)
{
  if (matches (widget, data))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = search (child, matches, data);
      if (found != NULL)
        return found;
    }

  return NULL;
}

typedef struct
{
  GType type;
  const char *name;
} Wanted;

static gboolean
is_wanted (GtkWidget *widget, gconstpointer data)
{
  const Wanted *wanted = data;

  return g_type_is_a (G_OBJECT_TYPE (widget), wanted->type) &&
         (wanted->name == NULL ||
          g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), wanted->name) == 0);
}

gpointer
shell_find (GtkWidget *root, GType type, const char *name)
{
  Wanted wanted = { type, name };

  return search (root, is_wanted, &wanted);
}

static gboolean
says (GtkWidget *widget, gconstpointer text)
{
  const char *shown = NULL;

  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_is_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget))
    shown = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_INSCRIPTION (widget))
    shown = gtk_inscription_get_text (GTK_INSCRIPTION (widget));

  return shown != NULL && strstr (shown, text) != NULL;
}

gboolean
shell_says (GtkWidget *root, const char *text)
{
  return search (root, says, text) != NULL;
}

static gboolean
is_button (GtkWidget *widget, gconstpointer label)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_is_visible (widget) &&
         g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

GtkButton *
shell_find_button (GtkWidget *root, const char *label)
{
  return GTK_BUTTON (search (root, is_button, label));
}

gpointer
shell_get_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }

  g_assert_not_reached ();
}

void
shell_destroy (gpointer window)
{
  gpointer watch = window;

  g_object_add_weak_pointer (window, &watch);
  gtk_window_destroy (window);
  shell_settle ();
  g_assert_null (watch);
}
