/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_string_append_printf (data, "%s ", g_action_get_name (G_ACTION (action)));
}

static void
add_window_actions (TestWindow *self)
{
  static const char *names[] = { "leave-room",  "show-rooms",  "retry",
                                 "create-room", "rejoin-room", "forget-room" };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (names[i], NULL);

      g_signal_connect (action, "activate", G_CALLBACK (on_action), self->activated);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  gtk_widget_insert_action_group (self->window, "win", G_ACTION_GROUP (group));
}

void
test_window_open (TestWindow *self, SampleSession *session, ChatRoom *room)
{
  self->session = session;
  self->room = room;
  self->activated = g_string_new (NULL);
  self->window = adw_window_new ();
  self->view = CHAT_ROOM_VIEW (chat_room_view_new ());
  add_window_actions (self);
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->view));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 700, 600);
  chat_room_view_set_room (self->view, room);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (self->window);
  test_window_draw (self, 2);
}

static gboolean
count_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  guint *left = data;

  if (*left > 0)
    --*left;
  gtk_widget_queue_draw (widget);
  return *left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
test_widget_draw (GtkWidget *widget, guint n)
{
  guint left = n + 1; /* the frame that is under way may not count */

  gtk_widget_add_tick_callback (widget, count_frame, &left, NULL);
  test_wait (left == 0);
}

void
test_window_draw (TestWindow *self, guint n)
{
  test_widget_draw (self->window, n);
  gtk_test_widget_wait_for_draw (self->window);
}

static void
on_text (GObject *clipboard, GAsyncResult *result, gpointer text)
{
  *(char **) text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

void
test_window_assert_copied (TestWindow *self, const char *expected)
{
  g_autofree char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self->window), NULL, on_text, &text);
  test_wait (text != NULL);
  g_assert_cmpstr (text, ==, expected);
}

void
test_window_close (TestWindow *self)
{
  GtkWidget *window = self->window;
  gpointer view = self->view, room = self->room, session = self->session;

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  g_object_add_weak_pointer (view, &view);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait (window == NULL && view == NULL);

  if (room != NULL)
    {
      g_object_add_weak_pointer (room, &room);
      g_object_unref (self->room);
      test_wait (room == NULL);
    }
  if (session != NULL)
    {
      g_object_add_weak_pointer (session, &session);
      g_object_unref (self->session);
      test_wait (session == NULL);
    }
  g_string_free (self->activated, TRUE);
}

int
test_window_run (int argc, char **argv, void (*add_tests) (void))
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/org/onlinechat/Messenger/icons");
  add_tests ();
  return g_test_run ();
}
