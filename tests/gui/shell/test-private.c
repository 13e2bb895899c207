/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "chat-leave-dialog.h"
#include "chat-member-menu.h"
#include "chat-member-row.h"
#include "chat-private-text.h"
#include "chat-room-key.h"
#include "chat-room-list.h"
#include "chat-room-menu.h"
#include "chat-room-pair.h"
#include "chat-room-private.h"
#include "chat-room-row.h"
#include "chat-room-view-private.h"
#include "shell-test.h"

#include <string.h>

/* Two people beside a room, who writes, and who is away, in the window and with the real chatd.
 * Taro sits at the app; Hanako is another client. */

typedef struct
{
  ShellServer *server;
  ChatApplication *app;
  ChatWindow *window;
  ChatRoomView *view;
  ChatClient *other;
  ChatRoom *room;   /* owned: Taro's */
  ChatRoom *hanako; /* owned: hers */
} Fixture;

/* --- rooms --- */

static ChatRoom *
create (Fixture *f, ChatClient *client, const char *room, const char *user)
{
  g_autoptr (GAsyncResult) result = NULL;
  ChatRoom *created;

  chat_client_create_room_async (client, f->server->endpoint, room, user, 0, NULL, await_store,
                                 &result);
  await (result != NULL);
  created = chat_client_create_room_finish (client, result, NULL);
  g_assert_nonnull (created);
  return created;
}

static ChatRoom *
join (Fixture *f, ChatClient *client, const char *room, const char *user)
{
  g_autoptr (GAsyncResult) result = NULL;
  ChatRoom *joined;

  chat_client_join_room_async (client, f->server->endpoint, room, user, NULL, await_store, &result);
  await (result != NULL);
  joined = chat_client_join_room_finish (client, result, NULL);
  g_assert_nonnull (joined);
  return joined;
}

static ChatClient *
get_client (Fixture *f)
{
  return chat_application_get_client (f->app);
}

static guint
count_members (ChatRoom *room)
{
  return g_list_model_get_n_items (chat_room_get_members (room));
}

/* @host: whether Taro has made the room */
static void
set_up (Fixture *f, gconstpointer guest)
{
  f->server = shell_server_new ();
  f->app = shell_app_new (NULL);
  f->window = chat_window_new (f->app);
  f->view = shell_find (GTK_WIDGET (f->window), CHAT_TYPE_ROOM_VIEW, NULL);
  gtk_window_present (GTK_WINDOW (f->window));
  f->other = chat_client_new ();
  if (guest == NULL)
    {
      f->room = create (f, get_client (f), "美術部", "Taro");
      f->hanako = join (f, f->other, "美術部", "花子");
    }
  else
    {
      f->hanako = create (f, f->other, "美術部", "花子");
      f->room = join (f, get_client (f), "美術部", "Taro");
    }
  await (count_members (f->room) == 2 && count_members (f->hanako) == 2);
  chat_window_show_room (f->window, f->room);
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer guest)
{
  g_object_unref (f->room);
  g_object_unref (f->hanako);
  g_object_unref (f->other);
  shell_app_free (f->app);
  shell_server_free (f->server);
}

/* Returns: (transfer full): the other one in @room */
static ChatMember *
get_other (ChatRoom *room)
{
  return g_list_model_get_item (chat_room_get_members (room), 1);
}

/* Returns: (transfer none) (nullable): Hanako's newest private room */
static ChatRoom *
peek_hers (Fixture *f)
{
  GListModel *rooms = chat_client_get_rooms (f->other);

  for (guint i = g_list_model_get_n_items (rooms); i-- > 0;)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      if (chat_room_is_private (room))
        return room; /* which the model keeps */
    }
  return NULL;
}

static const char *
last_text (ChatRoom *room)
{
  ChatMessage *last = chat_room_get_last_message (room);

  return last != NULL && chat_message_get_text (last) != NULL ? chat_message_get_text (last) : "";
}

/* --- in the window --- */

static void
type (Fixture *f, const char *text)
{
  chat_composer_set_text (chat_room_view_get_composer (f->view), text);
}

static void
send (Fixture *f, const char *text)
{
  type (f, text);
  gtk_widget_activate_action (GTK_WIDGET (f->view), "room.send", "s", text);
}

static void
open_private (Fixture *f)
{
  g_autoptr (ChatMember) member = get_other (f->room);

  gtk_widget_activate_action (GTK_WIDGET (f->view), "room.open-private", "t",
                              chat_member_get_number (member));
  await (chat_room_is_private (chat_window_get_room (f->window)));
}

static gboolean
has_item (GMenuModel *menu, const char *action)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autofree char *found = NULL;
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);

      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &found);
      if (g_strcmp0 (found, action) == 0 || (section != NULL && has_item (section, action)))
        return TRUE;
    }
  return FALSE;
}

static void
test_open (Fixture *f, gconstpointer guest)
{
  g_autoptr (ChatMember) hanako = get_other (f->room);
  g_autoptr (ChatMember) oneself = g_list_model_get_item (chat_room_get_members (f->room), 0);
  g_autoptr (GMenuModel) menu = chat_member_menu_new (f->room, hanako);
  g_autoptr (GMenuModel) none = chat_member_menu_new (f->room, oneself);

  g_assert_nonnull (menu);
  g_assert_true (has_item (menu, "room.open-private"));
  g_assert_cmpint (has_item (menu, "room.act"), ==, guest == NULL);
  g_assert_null (none);

  open_private (f);

  ChatRoom *private = chat_window_get_room (f->window);
  g_autofree char *key = chat_room_key (private);
  g_autofree char *parent_key = chat_room_key (f->room);
  g_autoptr (GMenuModel) room_menu = chat_room_menu_new (private);
  g_autofree char *spoken = chat_private_text_name (private);

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->window)), ==,
                   "花子 · private, beside 美術部");
  g_assert_true (shell_says (GTK_WIDGET (f->view), "private, beside 美術部"));
  g_assert_cmpstr (spoken, ==, "花子 (private)");
  g_assert_cmpstr (key, !=, parent_key);
  g_assert_true (chat_room_key_find (chat_client_get_rooms (get_client (f)), key) == private);
  g_assert_false (has_item (room_menu, "win.invite"));
  g_assert_false (has_item (room_menu, "win.room-settings"));
  g_assert_true (has_item (room_menu, "win.leave-room"));
  g_assert_true (chat_room_list_get_selected (
                     shell_find (GTK_WIDGET (f->window), CHAT_TYPE_ROOM_LIST, NULL)) == private);
  g_assert_null (peek_hers (f)); /* nothing was said */
  send (f, "こっそり");
  await (peek_hers (f) != NULL);
  await (strcmp (last_text (peek_hers (f)), "こっそり") == 0);
}

static void
test_msg (Fixture *f, gconstpointer data)
{
  ChatComposer *composer = chat_room_view_get_composer (f->view);
  g_autofree char *left = NULL;

  send (f, "/msg だれか hello");
  g_assert_true (shell_says (GTK_WIDGET (f->view), "nobody called “だれか”"));
  send (f, "/msg");
  g_assert_true (shell_says (GTK_WIDGET (f->view), "a name behind “/msg”"));
  send (f, "／ｍｓｇ 花子 二人だけ");
  await (peek_hers (f) != NULL);
  await (strcmp (last_text (peek_hers (f)), "二人だけ") == 0);
  shell_settle ();
  left = chat_composer_dup_text (composer);
  g_assert_cmpstr (left, ==, "");
  g_assert_true (chat_window_get_room (f->window) == f->room);
  g_assert_cmpstr (last_text (f->hanako), !=, "二人だけ");
  send (f, "/msg 花子"); /* with nothing to say it comes to the front */
  await (chat_room_is_private (chat_window_get_room (f->window)));
  send (f, "/msg 花子 more");
  g_assert_true (shell_says (GTK_WIDGET (f->view), "private already"));
}

/* --- its end --- */

static void
test_ended (Fixture *f, gconstpointer data)
{
  ChatRoom *private;

  open_private (f);
  private = chat_window_get_room (f->window);
  send (f, "a");
  await (peek_hers (f) != NULL);
  chat_room_leave_async (peek_hers (f), NULL, NULL, NULL);
  await (chat_room_get_state (private) == CHAT_ROOM_ENDED);
  shell_settle ();
  g_assert_true (shell_says (GTK_WIDGET (f->view), "This conversation has ended"));
  g_assert_false (shell_says (GTK_WIDGET (f->view), "The host closed this room"));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.forget-room", NULL);
  await (chat_window_get_room (f->window) == f->room);
}

static void
answer (const char *response)
{
  AdwMessageDialog *question = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);

  adw_message_dialog_set_close_response (question, response);
  gtk_window_close (GTK_WINDOW (question));
  shell_settle ();
}

static void
test_end_it (Fixture *f, gconstpointer data)
{
  ChatRoom *private;

  open_private (f);
  private = chat_window_get_room (f->window);
  send (f, "/quit");
  shell_settle ();
  g_assert_true (shell_says (shell_get_window (ADW_TYPE_MESSAGE_DIALOG), "for both of you"));
  answer ("confirm");
  await (chat_room_get_state (private) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_state (f->room), ==, CHAT_ROOM_JOINED);
}

static void
test_leave_parent (Fixture *f, gconstpointer guest)
{
  g_autofree char *text = NULL;

  g_assert_null (chat_private_text_end (f->room));
  open_private (f);
  text = chat_private_text_end (f->room);
  g_assert_nonnull (strstr (text, "end with it: 花子"));
  chat_window_show_room (f->window, f->room);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.leave-room", NULL);
  shell_settle ();
  if (guest == NULL)
    {
      gpointer dialog = shell_get_window (CHAT_TYPE_LEAVE_DIALOG);

      g_assert_true (shell_says (dialog, text));
      shell_destroy (dialog);
      return;
    }

  g_assert_true (shell_says (shell_get_window (ADW_TYPE_MESSAGE_DIALOG), text));
  answer ("confirm");
  await (chat_room_get_state (f->room) == CHAT_ROOM_ENDED);
}

/* --- who writes --- */

static gboolean
hears_typing (ChatRoom *room, const char *names)
{
  g_autofree char *all = g_strjoinv (" ", (char **) chat_room_get_typing (room));

  return strcmp (all, names) == 0;
}

static const char *
typing_line (Fixture *f)
{
  return chat_typing_line_get_text (chat_room_view_get_typing_line (f->view));
}

static gboolean
on_her_stroke (gpointer room)
{
  chat_room_set_typing (room, TRUE);
  return G_SOURCE_CONTINUE;
}

static void
test_typing (Fixture *f, gconstpointer data)
{
  guint strokes;
  static const char *const many[] = { "A", "B", "C", NULL };
  static const char *const two[] = { "A", "B", NULL };
  GSettings *settings = chat_application_get_settings (f->app);

  g_assert_cmpstr (typing_line (f), ==, "");
  strokes = g_timeout_add (100, on_her_stroke, f->hanako);
  await (strcmp (typing_line (f), "花子 is typing…") == 0);
  g_source_remove (strokes);
  chat_room_send_async (f->hanako, "there", NULL, NULL, NULL);
  await (strcmp (typing_line (f), "") == 0);
  chat_room_set_typing_names (f->room, two);
  g_assert_cmpstr (typing_line (f), ==, "A and B are typing…");
  chat_room_set_typing_names (f->room, many);
  g_assert_cmpstr (typing_line (f), ==, "Several people are typing…");
  g_settings_set_boolean (settings, "show-typing", FALSE);
  g_assert_cmpstr (typing_line (f), ==, "");
  g_settings_set_boolean (settings, "show-typing", TRUE);
  g_assert_cmpstr (typing_line (f), ==, "Several people are typing…");
}

/* As keys do */
static void
hit (Fixture *f, const char *text)
{
  GtkTextView *view =
      shell_find (GTK_WIDGET (chat_room_view_get_composer (f->view)), GTK_TYPE_TEXT_VIEW, NULL);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
}

static gboolean
on_stroke (gpointer data)
{
  static guint n;

  hit (data, n++ % 2 == 0 ? "h" : "hm");
  return G_SOURCE_CONTINUE;
}

static void
test_tell_typing (Fixture *f, gconstpointer data)
{
  guint strokes;
  GSettings *settings = chat_application_get_settings (f->app);

  hit (f, "/msg 花子 a"); /* what is not for everybody */
  hit (f, "");
  strokes = g_timeout_add (100, on_stroke, f); /* one frame may get lost */
  await (hears_typing (f->hanako, "Taro"));
  g_source_remove (strokes);
  g_settings_set_boolean (settings, "tell-typing", FALSE);
  await (hears_typing (f->hanako, ""));
  hit (f, "he");
  g_settings_set_boolean (settings, "tell-typing", TRUE);
  chat_room_send_async (f->room, "over", NULL, NULL, NULL);
  await (strcmp (last_text (f->hanako), "over") == 0);
  g_assert_true (hears_typing (f->hanako, ""));
}

/* --- who is away --- */

static gboolean
sees_away (ChatRoom *room, gboolean away)
{
  g_autoptr (ChatMember) other = get_other (room);

  return other != NULL && chat_member_is_away (other) == away;
}

/* Returns: (nullable): the row of the member who is not oneself */
static GtkWidget *
find_row (GtkWidget *root)
{
  if (CHAT_IS_MEMBER_ROW (root))
    {
      ChatMember *member = chat_member_row_get_member (CHAT_MEMBER_ROW (root));

      return member != NULL && !chat_member_is_own (member) ? root : NULL;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_away (Fixture *f, gconstpointer data)
{
  GtkWidget *list = GTK_WIDGET (chat_room_view_get_member_list (f->view));

  gtk_widget_activate_action (GTK_WIDGET (f->view), "room.show-members", NULL);
  chat_client_set_away (f->other, TRUE);
  await (sees_away (f->room, TRUE));
  shell_settle ();
  await (find_row (list) != NULL);
  g_assert_true (shell_says (find_row (list), "away"));
  chat_client_set_away (f->other, FALSE);
  await (sees_away (f->room, FALSE));
  g_assert_false (shell_says (find_row (list), "away"));

  send (f, "/away");
  await (sees_away (f->hanako, TRUE));
  send (f, "/back");
  await (sees_away (f->hanako, FALSE));
}

static void
emit_locked (gboolean locked)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  g_dbus_connection_emit_signal (bus, NULL, "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver",
                                 "ActiveChanged", g_variant_new ("(b)", locked), NULL);
}

static void
on_name_owned (GDBusConnection *bus, const char *name, gpointer owned)
{
  *(gboolean *) owned = TRUE;
}

/* By itself; and who unlocks the screen is back. */
static void
test_absent (Fixture *f, gconstpointer data)
{
  ChatAbsenceWatch *watch = chat_application_get_absence_watch (f->app);
  gboolean owned = FALSE;
  guint id = g_bus_own_name (G_BUS_TYPE_SESSION, "org.gnome.ScreenSaver", 0, NULL, on_name_owned,
                             NULL, &owned, NULL);

  await (owned);
  emit_locked (TRUE);
  chat_absence_watch_skip (watch, 9 * 60 * G_USEC_PER_SEC);
  g_assert_false (chat_client_is_away (get_client (f)));
  chat_absence_watch_skip (watch, 2 * 60 * G_USEC_PER_SEC);
  await (chat_client_is_away (get_client (f)));
  await (sees_away (f->hanako, TRUE));
  emit_locked (FALSE);
  await (!chat_client_is_away (get_client (f)));
  await (sees_away (f->hanako, FALSE));
  g_bus_unown_name (id);
}

/* --- read at another device --- */

/* The count in the sidebar is chat_room_get_unread(); here, where the new ones begin, in a
 * conversation that nobody looks at */
static void
test_read_elsewhere (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) front = create (f, get_client (f), "other", "Taro");
  g_autoptr (ChatConversation) conversation =
      g_object_ref_sink (g_object_new (CHAT_TYPE_CONVERSATION, NULL));
  guint n;

  chat_window_show_room (f->window, front);
  for (guint i = 0; i < 3; i++)
    chat_room_send_async (f->hanako, "x", NULL, NULL, NULL);
  await (chat_room_get_unread (f->room) == 3);
  chat_conversation_set_room (conversation, f->room);
  n = g_list_model_get_n_items (chat_room_get_messages (f->room));
  g_assert_cmpuint (chat_conversation_get_first_unread (conversation), ==, n - 3);
  chat_room_read_elsewhere (f->room, 0, 1);
  g_assert_cmpuint (chat_conversation_get_first_unread (conversation), ==, n - 1);
  chat_room_read_elsewhere (f->room, 0, 0);
  g_assert_cmpuint (chat_conversation_get_first_unread (conversation), ==,
                    GTK_INVALID_LIST_POSITION);
  chat_conversation_set_room (conversation, NULL);
}

#define ADD(path, guest, function) g_test_add (path, Fixture, guest, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);

  ADD ("/private/open", NULL, test_open);
  ADD ("/private/open-as-guest", "guest", test_open);
  ADD ("/private/msg", NULL, test_msg);
  ADD ("/private/ended", NULL, test_ended);
  ADD ("/private/end-it", NULL, test_end_it);
  ADD ("/private/leave-parent", NULL, test_leave_parent);
  ADD ("/private/leave-parent-as-guest", "guest", test_leave_parent);
  ADD ("/private/typing", NULL, test_typing);
  ADD ("/private/tell-typing", NULL, test_tell_typing);
  ADD ("/private/away", NULL, test_away);
  ADD ("/private/absent", NULL, test_absent);
  ADD ("/private/read-elsewhere", NULL, test_read_elsewhere);

  return g_test_run ();
}
