/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-leave-dialog.h"
#include "chat-name-row.h"
#include "chat-room-key.h"
#include "chat-room-list.h"
#include "chat-room-view.h"
#include "chat-server-row.h"
#include "shell-test.h"

#include <string.h>

/* The whole window against the real chatd. */

typedef struct
{
  ShellServer *server;
  ChatApplication *app;
  ChatWindow *window;
  GListModel *rooms; /* borrowed */
} Fixture;

static void
set_up (Fixture *f, gconstpointer first_start)
{
  f->server = shell_server_new ();
  f->app = shell_app_new (NULL);
  GSettings *settings = chat_application_get_settings (f->app);
  g_settings_set_string (settings, "server", f->server->address);
  g_settings_set_boolean (settings, "set-up", first_start == NULL);

  f->rooms = chat_client_get_rooms (chat_application_get_client (f->app));
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer first_start)
{
  shell_app_free (f->app);
  shell_server_free (f->server);
}

static void
act (Fixture *f, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), action, NULL);
}

typedef struct
{
  GListModel *rooms;
  guint n;
} Count;

static gboolean
has_rooms (gpointer data)
{
  Count *count = data;

  return g_list_model_get_n_items (count->rooms) == count->n;
}

static ChatRoom *
create_room (Fixture *f, const char *name)
{
  Count count = { f->rooms, g_list_model_get_n_items (f->rooms) + 1 };

  act (f, "win.create-room");
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  chat_room_dialog_fill (dialog, NULL, name, NULL);
  chat_room_dialog_submit (dialog);
  shell_wait_until (has_rooms, &count);
  shell_settle ();
  return chat_window_get_room (f->window);
}

static const char *
page (Fixture *f, const char *stack)
{
  return gtk_stack_get_visible_child_name (
      shell_find (GTK_WIDGET (f->window), GTK_TYPE_STACK, stack));
}

static gboolean
has_ended (gpointer room)
{
  return chat_room_get_state (room) == CHAT_ROOM_ENDED;
}

static gboolean
is_refused (gpointer dialog)
{
  return !chat_room_dialog_is_busy (dialog);
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* As a click on the button does: the answer, and the dialog is gone. */
static void
answer (const char *response)
{
  AdwMessageDialog *question = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);

  adw_message_dialog_set_close_response (question, response);
  gtk_window_close (GTK_WINDOW (question));
  shell_settle ();
}

static void
test_create (Fixture *f, gconstpointer data)
{
  g_assert_cmpstr (page (f, "content_stack"), ==, "empty");
  ChatRoom *room = create_room (f, "茶室");
  g_assert_cmpstr (chat_room_get_name (room), ==, "茶室");
  g_assert_cmpstr (page (f, "content_stack"), ==, "room");
  g_assert_true (chat_room_list_get_selected (
                     shell_find (GTK_WIDGET (f->window), CHAT_TYPE_ROOM_LIST, NULL)) == room);

  /* The same again: refused beside the field, everything kept. */
  act (f, "win.create-room");
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  chat_room_dialog_fill (dialog, NULL, "茶室", NULL);
  chat_room_dialog_submit (dialog);
  shell_wait_until (is_refused, dialog);
  g_assert_nonnull (chat_field_hint_get_way_out (
      shell_find (GTK_WIDGET (dialog), CHAT_TYPE_FIELD_HINT, "room_hint")));
  shell_destroy (dialog);
}

static void
test_between_rooms (Fixture *f, gconstpointer data)
{
  ChatRoom *a = create_room (f, "a");
  ChatRoom *b = create_room (f, "b");
  g_autofree char *key = chat_room_key (a);

  g_assert_true (chat_window_get_room (f->window) == b);
  act (f, "win.next-room");
  g_assert_true (chat_window_get_room (f->window) == a);
  act (f, "win.previous-room");
  g_assert_true (chat_window_get_room (f->window) == b);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.room-at", "u", 0u);
  g_assert_true (chat_window_get_room (f->window) == a);
  act (f, "win.next-room");
  g_action_group_activate_action (G_ACTION_GROUP (f->app), "open-room", g_variant_new_string (key));
  g_assert_true (chat_window_get_room (f->window) == a);
}

static void
test_leave_as_host (Fixture *f, gconstpointer data)
{
  ChatRoom *room = create_room (f, "a");

  act (f, "win.leave-room");
  AdwMessageDialog *question = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (strstr (adw_message_dialog_get_heading (question), "a"));
  answer ("cancel");
  shell_settle ();
  g_assert_cmpint (chat_room_get_state (room), ==, CHAT_ROOM_JOINED);

  act (f, "win.leave-room");
  answer ("confirm");
  shell_wait_until (has_ended, room);

  /* It stays for reading until it is removed. */
  g_assert_cmpuint (g_list_model_get_n_items (f->rooms), ==, 1);
  act (f, "win.forget-room");
  g_assert_cmpuint (g_list_model_get_n_items (f->rooms), ==, 0);
  g_assert_cmpstr (page (f, "content_stack"), ==, "empty");
}

static void
on_guest_joined (GObject *client, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatRoom) joined = chat_client_join_room_finish (CHAT_CLIENT (client), result, NULL);

  g_assert_nonnull (joined);
}

static gboolean
has_two_members (gpointer room)
{
  return g_list_model_get_n_items (chat_room_get_members (room)) == 2;
}

static gboolean
is_host_again (gpointer window)
{
  ChatRoom *room = chat_window_get_room (window);

  return room != NULL && chat_room_get_state (room) == CHAT_ROOM_JOINED && chat_room_is_host (room);
}

/* The room stays for the others, and whoever was its host is so again. */
static void
test_leave_open (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatClient) guest = chat_client_new ();
  ChatRoom *room = create_room (f, "a");
  ChatRoom *of_guest;

  chat_client_join_room_async (guest, f->server->endpoint, "a", "Guest", NULL, on_guest_joined,
                               NULL);
  shell_wait_until (has_two_members, room);
  act (f, "win.leave-room");
  chat_leave_dialog_submit (shell_get_window (CHAT_TYPE_LEAVE_DIALOG));
  shell_wait_until (has_ended, room);
  g_assert_cmpint (chat_room_get_end (room), ==, CHAT_ROOM_END_LEFT);

  act (f, "win.rejoin-room");
  shell_wait_until (is_host_again, f->window);
  of_guest = g_list_model_get_item (chat_client_get_rooms (guest), 0);
  g_assert_cmpint (chat_room_get_state (of_guest), ==, CHAT_ROOM_JOINED);
  g_object_unref (of_guest);
}

/* Off the record: nowhere to come back to. */
static ChatRoom *
create_off_record (Fixture *f, const char *name)
{
  Count count = { f->rooms, g_list_model_get_n_items (f->rooms) + 1 };

  act (f, "win.create-room");
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  chat_room_dialog_fill (dialog, NULL, name, NULL);
  gtk_switch_set_active (shell_find (GTK_WIDGET (dialog), GTK_TYPE_SWITCH, "off_record_switch"),
                         TRUE);
  chat_room_dialog_submit (dialog);
  shell_wait_until (has_rooms, &count);
  shell_settle ();
  return chat_window_get_room (f->window);
}

static void
test_close_asks (Fixture *f, gconstpointer data)
{
  gpointer watch = f->window;

  create_room (f, "kept");
  ChatRoom *secret = create_off_record (f, "secret");
  g_assert_true (chat_room_is_off_record (secret));
  gtk_window_close (GTK_WINDOW (f->window));
  shell_settle ();
  GtkWindow *question = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_true (shell_says (GTK_WIDGET (question), "secret"));
  g_assert_false (shell_says (GTK_WIDGET (question), "kept"));
  answer ("cancel");
  shell_settle ();
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->window)));

  g_object_add_weak_pointer (watch, &watch);
  g_action_group_activate_action (G_ACTION_GROUP (f->app), "quit", NULL);
  shell_settle ();
  answer ("confirm");
  shell_wait_until (is_gone, &watch);
}

static gboolean
is_online (gpointer room)
{
  ChatSession *session = chat_room_get_session (room);

  return session != NULL && chat_session_get_link (session) == CHAT_LINK_ONLINE &&
         chat_room_get_state (room) == CHAT_ROOM_JOINED;
}

static gboolean
is_confirmed (gpointer message)
{
  return chat_message_get_delivery (message) == CHAT_DELIVERY_CONFIRMED;
}

static ChatMessage *
say (ChatRoom *room, const char *text)
{
  chat_room_send_async (room, text, NULL, NULL, NULL);
  return chat_room_get_last_message (room);
}

/* Closing makes one absent, and asks nothing. At the next start all is as it was: the rooms, the
 * one in front, what was typed, what was said. */
static void
test_close_keeps (Fixture *f, gconstpointer data)
{
  gpointer watch = f->window;
  ChatRoom *first = create_room (f, "first");

  create_room (f, "second");
  shell_wait_until (is_confirmed, say (first, "said before"));
  chat_room_set_draft (first, "half a sen");
  chat_window_show_room (f->window, first);
  g_object_add_weak_pointer (watch, &watch);
  gtk_window_close (GTK_WINDOW (f->window));
  shell_wait_until (is_gone, &watch);
  shell_app_free (f->app);

  f->app = shell_app_new_again (NULL);
  f->rooms = chat_client_get_rooms (chat_application_get_client (f->app));
  g_assert_cmpuint (g_list_model_get_n_items (f->rooms), ==, 2);
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  ChatRoom *again = chat_window_get_room (f->window);
  g_assert_cmpstr (chat_room_get_name (again), ==, "first");
  g_assert_true (chat_room_is_host (again));
  g_assert_cmpstr (chat_room_get_draft (again), ==, "half a sen");
  shell_wait_until (is_online, again);
  shell_settle ();
  g_autoptr (ChatMessage) said =
      g_list_model_get_item (chat_room_get_messages (again),
                             g_list_model_get_n_items (chat_room_get_messages (again)) - 1);
  g_assert_cmpstr (chat_message_get_text (said), ==, "said before");
}

static gboolean
is_unreachable (gpointer room)
{
  return chat_room_get_state (room) == CHAT_ROOM_UNREACHABLE;
}

/* What is written while the server is away waits, and comes through by itself. */
static void
test_server_restarts (Fixture *f, gconstpointer data)
{
  ChatRoom *room = create_room (f, "first");

  shell_server_kill (f->server);
  shell_wait_until (is_unreachable, room);
  ChatMessage *message = say (room, "into the dark");
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_WAITING);
  g_assert_true (shell_says (GTK_WIDGET (f->window), "is sent then"));
  shell_server_start (f->server);
  shell_wait_until (is_confirmed, message);
  g_assert_cmpint (chat_room_get_state (room), ==, CHAT_ROOM_JOINED);
}

static void
test_close_without_rooms (Fixture *f, gconstpointer data)
{
  gpointer watch = f->window;

  g_object_add_weak_pointer (watch, &watch);
  gtk_window_close (GTK_WINDOW (f->window));
  shell_wait_until (is_gone, &watch);
}

static gboolean
is_listed (gpointer dialog)
{
  return g_list_model_get_n_items (chat_list_dialog_get_shown (dialog)) > 0;
}

static gboolean
shows_other (gpointer data)
{
  Fixture *f = data;
  ChatRoom *room = chat_window_get_room (f->window);

  return room != NULL && g_strcmp0 (chat_room_get_name (room), "a") == 0;
}

static void
test_list (Fixture *f, gconstpointer data)
{
  create_room (f, "a");
  create_room (f, "b");
  act (f, "win.list-rooms");
  ChatListDialog *dialog = shell_get_window (CHAT_TYPE_LIST_DIALOG);
  shell_wait_until (is_listed, dialog);
  shell_settle ();
  g_assert_true (shell_says (GTK_WIDGET (dialog), "joined"));

  /* One is in it: it is shown, nothing is asked. */
  g_signal_emit_by_name (shell_find (GTK_WIDGET (dialog), GTK_TYPE_LIST_VIEW, NULL), "activate", 0);
  shell_wait_until (shows_other, f);
  g_assert_cmpuint (g_list_model_get_n_items (f->rooms), ==, 2);
}

static gboolean
is_set_up (gpointer data)
{
  Fixture *f = data;

  return g_strcmp0 (page (f, "main_stack"), "rooms") == 0;
}

static void
test_welcome (Fixture *f, gconstpointer data)
{
  GtkWidget *root = GTK_WIDGET (f->window);
  GSettings *settings = chat_application_get_settings (f->app);

  g_assert_cmpstr (page (f, "main_stack"), ==, "welcome");
  chat_name_row_set_name (shell_find (root, CHAT_TYPE_NAME_ROW, "user_row"), "花子");
  g_signal_emit_by_name (shell_find (root, GTK_TYPE_BUTTON, "connect_button"), "clicked");
  shell_wait_until (is_set_up, f);

  g_autofree char *user = g_settings_get_string (settings, "user-name");
  g_autofree char *server = g_settings_get_string (settings, "server");
  g_assert_cmpstr (user, ==, "花子");
  g_assert_cmpstr (server, ==, f->server->address);
  g_assert_true (g_settings_get_boolean (settings, "set-up"));

  /* Reached again, with a way back. */
  act (f, "win.show-servers");
  g_assert_cmpstr (page (f, "main_stack"), ==, "welcome");
  g_signal_emit_by_name (shell_find (root, GTK_TYPE_BUTTON, "back_button"), "clicked");
  g_assert_cmpstr (page (f, "main_stack"), ==, "rooms");
}

static gboolean
is_server_refused (gpointer hint)
{
  return chat_field_hint_get_way_out (hint) != NULL;
}

static void
test_welcome_refused (Fixture *f, gconstpointer data)
{
  GtkWidget *root = GTK_WIDGET (f->window);
  ChatFieldHint *hint = shell_find (root, CHAT_TYPE_FIELD_HINT, "server_hint");

  /* A port where nothing listens: the UDP one */
  g_autofree char *nowhere =
      g_strdup_printf ("127.0.0.1:%u/9", chat_endpoint_get_udp_port (f->server->endpoint));
  chat_server_row_set_address (shell_find (root, CHAT_TYPE_SERVER_ROW, "server_row"), nowhere);
  g_signal_emit_by_name (shell_find (root, GTK_TYPE_BUTTON, "connect_button"), "clicked");
  shell_wait_until (is_server_refused, hint);
  g_assert_cmpstr (page (f, "main_stack"), ==, "welcome");

  chat_field_hint_take_way_out (hint);
  g_assert_cmpstr (page (f, "main_stack"), ==, "rooms");
}

/* Each state of the window fits on a telephone. */
static void
test_narrow (Fixture *f, gconstpointer data)
{
  static const char *const stacks[] = { "main_stack", "content_stack" };
  int minimum;

  create_room (f, "a room with a name that is not short at all, and goes on");
  chat_room_view_adapt (shell_find (GTK_WIDGET (f->window), CHAT_TYPE_ROOM_VIEW, NULL), 360, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      GtkWidget *stack = shell_find (GTK_WIDGET (f->window), GTK_TYPE_STACK, stacks[i]);
      GtkSelectionModel *pages = gtk_stack_get_pages (GTK_STACK (stack));
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (pages)); j++)
        {
          GtkStackPage *child = g_list_model_get_item (G_LIST_MODEL (pages), j);
          gtk_widget_measure (gtk_stack_page_get_child (child), GTK_ORIENTATION_HORIZONTAL, -1,
                              &minimum, NULL, NULL, NULL);
          g_test_message ("%s: %d px", gtk_stack_page_get_name (child), minimum);
          g_assert_cmpint (minimum, <=, 360);
          g_object_unref (child);
        }
      g_object_unref (pages);
    }
}

#define ADD(path, first_start, func)                                                               \
  g_test_add (path, Fixture, GINT_TO_POINTER (first_start), set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  ADD ("/window/create", FALSE, test_create);
  ADD ("/window/between-rooms", FALSE, test_between_rooms);
  ADD ("/window/leave-as-host", FALSE, test_leave_as_host);
  ADD ("/window/leave-open", FALSE, test_leave_open);
  ADD ("/window/close-asks", FALSE, test_close_asks);
  ADD ("/window/close-keeps", FALSE, test_close_keeps);
  ADD ("/window/server-restarts", FALSE, test_server_restarts);
  ADD ("/window/close-without-rooms", FALSE, test_close_without_rooms);
  ADD ("/window/list", FALSE, test_list);
  ADD ("/window/narrow", FALSE, test_narrow);
  ADD ("/welcome/connects", TRUE, test_welcome);
  ADD ("/welcome/refused", TRUE, test_welcome_refused);
  return g_test_run ();
}
