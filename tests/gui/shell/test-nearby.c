/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "avahi-mock.h"

#include "chat-found-servers.h"
#include "chat-server-row.h"
#include "shell-test.h"

/* Servers on the local network, where one types an address. */

typedef struct
{
  ChatApplication *app;
  ChatWindow *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->app = shell_app_new (NULL);
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  shell_app_free (f->app);
}

static gpointer
find (gpointer dialog, GType type, const char *name)
{
  return shell_find (GTK_WIDGET (dialog), type, name);
}

static guint wanted;

static gboolean
has_found (gpointer dialog)
{
  return chat_found_servers_count (find (dialog, CHAT_TYPE_FOUND_SERVERS, "found")) == wanted;
}

static void
wait_for_found (gpointer dialog, guint n)
{
  wanted = n;
  shell_wait_until (has_found, dialog);
}

static GtkWidget *
get_row (gpointer dialog, guint position)
{
  GtkWidget *found = find (dialog, CHAT_TYPE_FOUND_SERVERS, "found");
  GtkWidget *row = gtk_widget_get_first_child (gtk_widget_get_last_child (found));

  for (guint i = 0; i < position; i++)
    row = gtk_widget_get_next_sibling (row);
  return row;
}

static void
assert_spoken (GtkWidget *widget, const char *name)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       name);
}

/* They come and go while a dialog is open; choosing one fills the field, and one may still type. */
static void
assert_offers (Fixture *f, const char *action, GType type)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), action, NULL);
  shell_settle ();
  gpointer dialog = shell_get_window (type);
  GtkMenuButton *button = find (dialog, GTK_TYPE_MENU_BUTTON, "recent_button");
  ChatServerRow *row = find (dialog, CHAT_TYPE_SERVER_ROW, "server_row");

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (button)));
  avahi_mock_do ("come");
  wait_for_found (dialog, 2);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (button)));
  g_assert_cmpstr (gtk_menu_button_get_label (button), ==, "2 nearby");
  assert_spoken (get_row (dialog, 0), "図書室, 192.168.1.5:9000 · 3 rooms, Encrypted");
  assert_spoken (get_row (dialog, 1), "Old, 192.168.1.6:8888, Not encrypted");

  g_signal_emit_by_name (get_row (dialog, 0), "clicked");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "192.168.1.5:9000");
  g_assert_true (chat_server_row_is_valid (row));
  gtk_editable_set_text (GTK_EDITABLE (row), "chat.example.org");
  g_assert_true (chat_server_row_is_valid (row));

  avahi_mock_do ("go");
  wait_for_found (dialog, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (button)));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "chat.example.org");
  shell_destroy (dialog);
}

static void
test_dialogs (Fixture *f, gconstpointer data)
{
  avahi_mock_do ("add 図書室 2 0 192.168.1.5 9000 udp=9001 protocols=1,2 rooms=3");
  avahi_mock_do ("add Old 2 0 192.168.1.6 8888 protocols=1");
  assert_offers (f, "win.join-room", CHAT_TYPE_ROOM_DIALOG);
  assert_offers (f, "win.list-rooms", CHAT_TYPE_LIST_DIALOG);
  avahi_mock_do ("remove 図書室");
  avahi_mock_do ("remove Old");
}

static void
test_with_recent (Fixture *f, gconstpointer data)
{
  const char *const recent[] = { "a.example.org:8888", NULL };
  GSettings *settings = chat_application_get_settings (f->app);

  g_settings_set_strv (settings, "recent-servers", recent);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.join-room", NULL);
  shell_settle ();
  gpointer dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  GtkWidget *button = find (dialog, GTK_TYPE_MENU_BUTTON, "recent_button");
  GtkWidget *heading = find (dialog, GTK_TYPE_LABEL, "recent_heading");
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_false (gtk_widget_get_visible (heading));

  avahi_mock_do ("add 図書室 2 0 192.168.1.5 9000 udp=9001 protocols=2");
  avahi_mock_do ("come");
  wait_for_found (dialog, 1);
  g_assert_true (gtk_widget_get_visible (heading));
  avahi_mock_do ("go");
  wait_for_found (dialog, 0);
  g_assert_true (gtk_widget_get_visible (button));
  g_settings_reset (settings, "recent-servers");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  int status;

  avahi_mock_start ();
  shell_test_init (&argc, &argv);

  ADD ("/nearby/dialogs", test_dialogs);
  ADD ("/nearby/with-recent", test_with_recent);

  status = g_test_run ();
  avahi_mock_stop ();
  return status;
}
