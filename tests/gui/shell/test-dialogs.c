/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-field-hint.h"
#include "chat-list-dialog.h"
#include "chat-list-row.h"
#include "chat-name-row.h"
#include "chat-preferences-window.h"
#include "chat-profile.h"
#include "chat-room-dialog.h"
#include "chat-room-info.h"
#include "chat-server-row.h"
#include "shell-test.h"

#include <string.h>

typedef struct
{
  ChatRoomDialog *dialog;
  guint submitted;
  guint cancelled;
  guint server_wanted;
  guint flags;
  char *server, *room, *user;
} Fixture;

static void
on_submitted (ChatRoomDialog *dialog,
              ChatEndpoint *endpoint,
              const char *room,
              const char *user,
              guint flags,
              Fixture *f)
{
  f->flags = flags;
  f->submitted++;
  g_free (f->server);
  g_free (f->room);
  g_free (f->user);
  f->server = chat_endpoint_to_string (endpoint);
  f->room = g_strdup (room);
  f->user = g_strdup (user);
}

static void
count (Fixture *f)
{
  f->cancelled++;
}

static void
count_server (Fixture *f)
{
  f->server_wanted++;
}

static void
set_up (Fixture *f, gconstpointer purpose)
{
  f->dialog = chat_room_dialog_new (NULL, GPOINTER_TO_INT (purpose));
  chat_room_dialog_fill (f->dialog, "localhost:8888", "茶室", "Taro");
  g_signal_connect (f->dialog, "submitted", G_CALLBACK (on_submitted), f);
  g_signal_connect_swapped (f->dialog, "cancelled", G_CALLBACK (count), f);
  g_signal_connect_swapped (f->dialog, "start-server-requested", G_CALLBACK (count_server), f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer purpose)
{
  shell_destroy (f->dialog);
  g_free (f->server);
  g_free (f->room);
  g_free (f->user);
}

static gpointer
child (Fixture *f, GType type, const char *name)
{
  return shell_find (GTK_WIDGET (f->dialog), type, name);
}

static ChatFieldHint *
hint (Fixture *f, const char *name)
{
  return child (f, CHAT_TYPE_FIELD_HINT, name);
}

static void
type (Fixture *f, const char *row, const char *text)
{
  gtk_editable_set_text (child (f, GTK_TYPE_EDITABLE, row), text);
}

static void
refuse (Fixture *f, ChatError code)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, "");

  chat_room_dialog_submit (f->dialog);
  g_assert_true (chat_room_dialog_is_busy (f->dialog));
  chat_room_dialog_refuse (f->dialog, error);
  g_assert_false (chat_room_dialog_is_busy (f->dialog));
}

static void
test_submits (Fixture *f, gconstpointer data)
{
  type (f, "room_row", "  Ｔｅａ   room ");
  chat_room_dialog_submit (f->dialog);

  g_assert_cmpuint (f->submitted, ==, 1);
  g_assert_cmpstr (f->server, ==, "localhost:8888");
  g_assert_cmpstr (f->user, ==, "Taro");
  g_assert_false (g_str_has_prefix (f->room, " "));

  /* Busy: a second Enter asks nothing. */
  chat_room_dialog_submit (f->dialog);
  g_assert_cmpuint (f->submitted, ==, 1);
}

/* Only a room that is created has a kind. */
static void
test_kinds (Fixture *f, gconstpointer data)
{
  GtkSwitch *off_record = child (f, GTK_TYPE_SWITCH, "off_record_switch");
  GtkSwitch *encrypted = child (f, GTK_TYPE_SWITCH, "encrypted_switch");

  refuse (f, CHAT_ERROR_FULL);
  g_assert_cmpuint (f->flags, ==, 0);
  gtk_switch_set_active (off_record, TRUE);
  refuse (f, CHAT_ERROR_FULL);
  g_assert_cmpuint (f->flags, ==, CHAT_ROOM_OFF_RECORD);
  gtk_switch_set_active (encrypted, TRUE);
  refuse (f, CHAT_ERROR_ROOM_EXISTS);
  g_assert_cmpuint (f->flags, ==, CHAT_ROOM_OFF_RECORD | CHAT_ROOM_ENCRYPTED_ONLY);

  chat_field_hint_take_way_out (hint (f, "room_hint"));
  g_assert_cmpint (chat_room_dialog_get_purpose (f->dialog), ==, CHAT_ROOM_DIALOG_JOIN);
  g_assert_cmpuint (f->flags, ==, 0);
  g_assert_false (gtk_widget_get_visible (child (f, ADW_TYPE_PREFERENCES_GROUP, "kind_group")));
}

static void
test_validates (Fixture *f, gconstpointer data)
{
  GtkWidget *button = child (f, GTK_TYPE_BUTTON, "submit_button");
  g_autofree char *long_name = g_strnfill (65, 'x');

  g_assert_true (gtk_widget_get_sensitive (button));
  type (f, "room_row", "");
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (hint (f, "room_hint"))));

  type (f, "room_row", long_name);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (hint (f, "room_hint"))));
  g_assert_nonnull (strstr (chat_field_hint_get_text (hint (f, "room_hint")), "64"));
  type (f, "room_row", "ok");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (hint (f, "room_hint"))));

  type (f, "user_row", "システム");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (hint (f, "user_hint"))));
  chat_room_dialog_submit (f->dialog);
  g_assert_cmpuint (f->submitted, ==, 0);
  type (f, "user_row", "Taro");

  type (f, "server_row", "host:99999");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (hint (f, "server_hint"))));
  g_assert_false (gtk_widget_get_sensitive (button));
  type (f, "server_row", "ｌｏｃａｌｈｏｓｔ：８８８８");
  g_assert_true (gtk_widget_get_sensitive (button));
}

static void
test_name_in_use (Fixture *f, gconstpointer data)
{
  refuse (f, CHAT_ERROR_NAME_IN_USE);
  g_assert_cmpstr (chat_field_hint_get_way_out (hint (f, "user_hint")), ==, "Use “Taro 2”");
  g_assert_cmpstr (gtk_editable_get_text (child (f, GTK_TYPE_EDITABLE, "room_row")), ==, "茶室");

  chat_field_hint_take_way_out (hint (f, "user_hint"));
  g_assert_cmpuint (f->submitted, ==, 2);
  g_assert_cmpstr (f->user, ==, "Taro 2");

  /* That one is taken, too. */
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NAME_IN_USE, "");
  chat_room_dialog_refuse (f->dialog, error);
  g_assert_cmpstr (chat_field_hint_get_way_out (hint (f, "user_hint")), ==, "Use “Taro 3”");

  type (f, "user_row", "Jiro");
  refuse (f, CHAT_ERROR_NAME_IN_USE);
  g_assert_cmpstr (chat_field_hint_get_way_out (hint (f, "user_hint")), ==, "Use “Jiro 2”");
}

static void
test_room_exists (Fixture *f, gconstpointer data)
{
  refuse (f, CHAT_ERROR_ROOM_EXISTS);
  g_assert_cmpstr (chat_field_hint_get_way_out (hint (f, "room_hint")), ==, "Join It Instead");
  chat_field_hint_take_way_out (hint (f, "room_hint"));
  g_assert_cmpint (chat_room_dialog_get_purpose (f->dialog), ==, CHAT_ROOM_DIALOG_JOIN);
  g_assert_cmpuint (f->submitted, ==, 2);
  g_assert_cmpstr (f->room, ==, "茶室");
}

static void
test_room_missing (Fixture *f, gconstpointer data)
{
  refuse (f, CHAT_ERROR_ROOM_MISSING);
  g_assert_cmpstr (chat_field_hint_get_way_out (hint (f, "room_hint")), ==, "Create It Instead");
  chat_field_hint_take_way_out (hint (f, "room_hint"));
  g_assert_cmpint (chat_room_dialog_get_purpose (f->dialog), ==, CHAT_ROOM_DIALOG_CREATE);
}

/* A password is asked for when the server wants one, and not before. */
static void
test_password (Fixture *f, gconstpointer data)
{
  GtkEditable *row = child (f, GTK_TYPE_EDITABLE, "password_row");

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (row)));
  g_assert_null (chat_room_dialog_get_password (f->dialog));
  refuse (f, CHAT_ERROR_PASSWORD_NEEDED);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (row)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (hint (f, "password_hint"))));

  type (f, "password_row", "開けゴマ");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (hint (f, "password_hint"))));
  g_assert_cmpstr (chat_room_dialog_get_password (f->dialog), ==, "開けゴマ");
  refuse (f, CHAT_ERROR_PASSWORD_WRONG);
  g_assert_cmpstr (chat_field_hint_get_text (hint (f, "password_hint")), ==,
                   "This is not the password of the room.");
  refuse (f, CHAT_ERROR_TOO_FAST);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (hint (f, "password_hint"))));

  refuse (f, CHAT_ERROR_ROOM_MISSING);
  chat_field_hint_take_way_out (hint (f, "room_hint"));
  g_assert_null (chat_room_dialog_get_password (f->dialog));
}

static void
test_no_server (Fixture *f, gconstpointer data)
{
  refuse (f, CHAT_ERROR_NO_SERVER);
  g_assert_nonnull (chat_field_hint_get_way_out (hint (f, "server_hint")));
  chat_field_hint_take_way_out (hint (f, "server_hint"));
  g_assert_cmpuint (f->server_wanted, ==, 1);

  /* Elsewhere one cannot start one. */
  type (f, "server_row", "192.0.2.1");
  refuse (f, CHAT_ERROR_NO_SERVER);
  g_assert_null (chat_field_hint_get_way_out (hint (f, "server_hint")));
  g_assert_cmpstr (chat_field_hint_get_text (hint (f, "server_hint")), !=, "");
}

/* Wherever it belongs, each refusal is said somewhere. */
static void
test_every_refusal (Fixture *f, gconstpointer data)
{
  static const char *const hints[] = { "room_hint", "user_hint", "server_hint", "password_hint" };

  for (int code = 0; code < CHAT_ERROR_N_CODES; code++)
    {
      guint said = 0;

      refuse (f, (ChatError) code);
      for (gsize i = 0; i < G_N_ELEMENTS (hints); i++)
        said += gtk_widget_get_visible (GTK_WIDGET (hint (f, hints[i])));
      g_assert_cmpuint (said, ==, code == CHAT_ERROR_CANCELLED ? 0 : 1);
    }
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  chat_room_dialog_submit (f->dialog);
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), "dialog.cancel", NULL);
  g_assert_cmpuint (f->cancelled, ==, 1);
  g_assert_false (chat_room_dialog_is_busy (f->dialog));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog)));
}

static void
test_composition (Fixture *f, gconstpointer data)
{
  GtkEditable *row = child (f, GTK_TYPE_EDITABLE, "room_row");
  GtkEditable *text = gtk_editable_get_delegate (row);

  /* かな is being composed: Enter chooses a candidate. */
  g_signal_emit_by_name (text, "preedit-changed", "かな");
  g_signal_emit_by_name (row, "entry-activated");
  g_assert_cmpuint (f->submitted, ==, 0);

  /* The Enter that ended it, passed on by the input method */
  g_signal_emit_by_name (text, "preedit-changed", "");
  g_signal_emit_by_name (row, "entry-activated");
  g_assert_cmpuint (f->submitted, ==, 0);
}

static void
test_enter (Fixture *f, gconstpointer data)
{
  g_signal_emit_by_name (child (f, GTK_TYPE_EDITABLE, "server_row"), "entry-activated");
  g_assert_cmpuint (f->submitted, ==, 1);
}

/* --- the list ----------------------------------------------------------------------------------
 */

typedef struct
{
  GListStore *joined;
  ChatListDialog *dialog;
  guint asked;
  char *chosen;
} ListFixture;

static void
on_refresh (ChatListDialog *dialog, ChatEndpoint *endpoint, ListFixture *f)
{
  f->asked++;
}

static void
on_chosen (ChatListDialog *dialog, ChatEndpoint *endpoint, const char *room, ListFixture *f)
{
  g_free (f->chosen);
  f->chosen = g_strdup (room);
}

static void
list_set_up (ListFixture *f, gconstpointer data)
{
  f->joined = g_list_store_new (CHAT_TYPE_ROOM);
  f->dialog = chat_list_dialog_new (NULL, G_LIST_MODEL (f->joined));
  chat_list_dialog_set_address (f->dialog, "localhost:8888");
  g_signal_connect (f->dialog, "refresh-requested", G_CALLBACK (on_refresh), f);
  g_signal_connect (f->dialog, "room-chosen", G_CALLBACK (on_chosen), f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  chat_list_dialog_refresh (f->dialog);
}

static void
list_tear_down (ListFixture *f, gconstpointer data)
{
  shell_destroy (f->dialog);
  g_assert_finalize_object (f->joined);
  g_free (f->chosen);
}

static const char *
page (ListFixture *f)
{
  return gtk_stack_get_visible_child_name (
      shell_find (GTK_WIDGET (f->dialog), GTK_TYPE_STACK, "stack"));
}

static void
show_three (ListFixture *f)
{
  static const char *const names[] = { "お茶のルーム", "Books", "Ｔｅａ" };
  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM_INFO);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (ChatRoomInfo) info = chat_room_info_new (names[i], i == 1 ? 3 : -1, 0);
      g_list_store_append (rooms, info);
    }
  chat_list_dialog_show_rooms (f->dialog, G_LIST_MODEL (rooms));
}

static guint
count_shown (ListFixture *f)
{
  return g_list_model_get_n_items (chat_list_dialog_get_shown (f->dialog));
}

static void
test_list_search (ListFixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->asked, ==, 1);
  g_assert_cmpstr (page (f), ==, "loading");
  show_three (f);
  g_assert_cmpstr (page (f), ==, "rooms");
  g_assert_cmpuint (count_shown (f), ==, 3);

  chat_list_dialog_search (f->dialog, "るーむ");
  g_assert_cmpuint (count_shown (f), ==, 1);
  chat_list_dialog_search (f->dialog, "ﾙｰﾑ");
  g_assert_cmpuint (count_shown (f), ==, 1);
  chat_list_dialog_search (f->dialog, "tea");
  g_assert_cmpuint (count_shown (f), ==, 1);
  chat_list_dialog_search (f->dialog, "zzz");
  g_assert_cmpstr (page (f), ==, "no-match");
  chat_list_dialog_search (f->dialog, "");
  g_assert_cmpstr (page (f), ==, "rooms");
}

static void
test_list_marks (ListFixture *f, gconstpointer data)
{
  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM_INFO);
  g_autoptr (ChatRoomInfo) info =
      chat_room_info_new ("Secret", 2, CHAT_ROOM_OFF_RECORD | CHAT_ROOM_ENCRYPTED_ONLY);

  g_list_store_append (rooms, info);
  chat_list_dialog_show_rooms (f->dialog, G_LIST_MODEL (rooms));
  shell_settle ();
  GtkWidget *row = shell_find (GTK_WIDGET (f->dialog), CHAT_TYPE_LIST_ROW, NULL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Secret, Off the record, Encrypted members only");
  g_assert_true (gtk_widget_get_visible (shell_find (row, GTK_TYPE_IMAGE, "off_record_icon")));
  g_assert_true (gtk_widget_get_visible (shell_find (row, GTK_TYPE_IMAGE, "encrypted_icon")));
}

/* What the room is about, and that one needs a password */
static void
test_list_topic (ListFixture *f, gconstpointer data)
{
  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM_INFO);
  g_autoptr (ChatRoomInfo) info =
      chat_room_info_new_with_topic ("Tea", 2, CHAT_ROOM_HAS_PASSWORD, "<b>お茶</b>の話");

  g_list_store_append (rooms, info);
  chat_list_dialog_show_rooms (f->dialog, G_LIST_MODEL (rooms));
  shell_settle ();
  GtkWidget *row = shell_find (GTK_WIDGET (f->dialog), CHAT_TYPE_LIST_ROW, NULL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Tea, <b>お茶</b>の話, Needs a password");
  g_assert_true (gtk_widget_get_visible (shell_find (row, GTK_TYPE_IMAGE, "password_icon")));
  g_assert_cmpstr (gtk_label_get_text (shell_find (row, GTK_TYPE_LABEL, "topic_label")), ==,
                   "<b>お茶</b>の話");
}

static void
test_list_members (ListFixture *f, gconstpointer data)
{
  show_three (f);
  shell_settle ();
  g_assert_true (shell_says (GTK_WIDGET (f->dialog), "3 online"));
  g_assert_false (shell_says (GTK_WIDGET (f->dialog), "-1"));
  g_assert_false (shell_says (GTK_WIDGET (f->dialog), "joined"));
}

static void
test_list_choose (ListFixture *f, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), "list-dialog.join", NULL);
  g_assert_null (f->chosen);

  show_three (f);
  g_signal_emit_by_name (shell_find (GTK_WIDGET (f->dialog), GTK_TYPE_LIST_VIEW, NULL), "activate",
                         1);
  g_assert_cmpstr (f->chosen, ==, "Books");
  chat_list_dialog_search (f->dialog, "tea");
  g_signal_emit_by_name (shell_find (GTK_WIDGET (f->dialog), GTK_TYPE_SEARCH_ENTRY, NULL),
                         "activate");
  g_assert_cmpstr (f->chosen, ==, "Ｔｅａ");
}

static void
test_list_states (ListFixture *f, gconstpointer data)
{
  g_autoptr (GListStore) none = g_list_store_new (CHAT_TYPE_ROOM_INFO);
  g_autoptr (GError) gone = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NO_SERVER, "");
  g_autoptr (GError) slow = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TIMED_OUT, "");
  GtkWidget *start = shell_find (GTK_WIDGET (f->dialog), GTK_TYPE_BUTTON, "start_server_button");

  chat_list_dialog_show_rooms (f->dialog, G_LIST_MODEL (none));
  g_assert_cmpstr (page (f), ==, "empty");
  chat_list_dialog_show_error (f->dialog, gone);
  g_assert_cmpstr (page (f), ==, "error");
  g_assert_true (gtk_widget_get_visible (start));
  chat_list_dialog_show_error (f->dialog, slow);
  g_assert_false (gtk_widget_get_visible (start));

  gtk_widget_activate_action (GTK_WIDGET (f->dialog), "list-dialog.refresh", NULL);
  g_assert_cmpuint (f->asked, ==, 2);
  g_assert_cmpstr (page (f), ==, "loading");
}

/* --- preferences -------------------------------------------------------------------------------
 */

static void
test_preferences (void)
{
  g_autoptr (GSettings) settings = chat_profile_open_settings ("preferences");
  ChatPreferencesWindow *window = chat_preferences_window_new (NULL, settings, "dialogs");
  GtkWidget *root = GTK_WIDGET (window);

  gtk_window_present (GTK_WINDOW (window));
  gtk_editable_set_text (shell_find (root, GTK_TYPE_EDITABLE, "user_row"), "花子");
  gtk_editable_set_text (shell_find (root, GTK_TYPE_EDITABLE, "user_row"), "System");
  gtk_editable_set_text (shell_find (root, GTK_TYPE_EDITABLE, "server_row"),
                         "chat.example:7000/7005");
  gtk_switch_set_active (shell_find (root, GTK_TYPE_SWITCH, "enter_switch"), FALSE);
  adw_combo_row_set_selected (shell_find (root, ADW_TYPE_COMBO_ROW, "appearance_row"), 2);

  g_autofree char *user = g_settings_get_string (settings, "user-name");
  g_autofree char *server = g_settings_get_string (settings, "server");
  g_assert_cmpstr (user, ==, "花子");
  g_assert_cmpstr (server, ==, "chat.example:7000/7005");
  g_assert_false (g_settings_get_boolean (settings, "enter-sends"));
  g_assert_cmpint (g_settings_get_enum (settings, "appearance"), ==, 2);
  shell_destroy (window);
}

static void
type_in (GtkWidget *root, const char *row, const char *text)
{
  gtk_editable_set_text (shell_find (root, GTK_TYPE_EDITABLE, row), text);
}

static void
assert_server (GSettings *settings, const char *wanted)
{
  g_autofree char *server = g_settings_get_string (settings, "server");

  g_assert_cmpstr (server, ==, wanted);
}

/* Address and ports are rows of one setting. */
static void
test_preferences_ports (void)
{
  g_autoptr (GSettings) settings = chat_profile_open_settings ("ports");
  g_settings_set_string (settings, "server", "chat.example:7000");
  ChatPreferencesWindow *window = chat_preferences_window_new (NULL, settings, "dialogs");
  GtkWidget *root = GTK_WIDGET (window);
  GtkEditable *address = shell_find (root, GTK_TYPE_EDITABLE, "server_row");
  GtkEditable *udp = shell_find (root, GTK_TYPE_EDITABLE, "udp_row");

  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpstr (gtk_editable_get_text (address), ==, "chat.example");
  assert_server (settings, "chat.example:7000");

  /* The pair moves together, until one is chosen on its own. */
  type_in (root, "tcp_row", "９０００");
  g_assert_cmpstr (gtk_editable_get_text (udp), ==, "9001");
  assert_server (settings, "chat.example:9000");
  type_in (root, "udp_row", "9500");
  assert_server (settings, "chat.example:9000/9500");
  type_in (root, "tcp_row", "9002");
  g_assert_cmpstr (gtk_editable_get_text (udp), ==, "9500");

  /* Nonsense is told, and not stored. */
  type_in (root, "tcp_row", "0");
  g_assert_true (shell_says (root, "A port is a number from 1 to 65535."));
  type_in (root, "tcp_row", "65536");
  type_in (root, "server_row", "a b");
  assert_server (settings, "chat.example:9002/9500");
  type_in (root, "server_row", "::1");
  type_in (root, "tcp_row", "8888");
  type_in (root, "udp_row", "8889");
  assert_server (settings, "[::1]:8888");
  g_assert_false (shell_says (root, "A port is a number from 1 to 65535."));

  /* An address that was handed out brings its ports. */
  type_in (root, "server_row", "192.0.2.5:7000/7005");
  assert_server (settings, "192.0.2.5:7000/7005");
  g_assert_cmpstr (gtk_editable_get_text (udp), ==, "7005");
  shell_destroy (window);
}

/* --- narrow, and read aloud --------------------------------------------------------------------
 */

static void
assert_narrow (GtkWidget *window)
{
  int min;

  gtk_widget_measure (gtk_window_get_child (GTK_WINDOW (window)), GTK_ORIENTATION_HORIZONTAL, -1,
                      &min, NULL, NULL, NULL);
  g_assert_cmpint (min, <=, 360);
}

static void
assert_named (GtkWidget *root, GType type, const char *id, const char *name)
{
  GtkAccessible *widget = shell_find (root, type, id);

  gtk_test_accessible_assert_property (widget, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

static void
test_names (void)
{
  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM);
  ChatListDialog *list = chat_list_dialog_new (NULL, G_LIST_MODEL (rooms));
  ChatRoomDialog *dialog = chat_room_dialog_new (NULL, CHAT_ROOM_DIALOG_JOIN);

  gtk_window_present (GTK_WINDOW (list));
  assert_narrow (GTK_WIDGET (list));
  assert_named (GTK_WIDGET (list), GTK_TYPE_BUTTON, "refresh_button", "Refresh");
  assert_named (GTK_WIDGET (list), GTK_TYPE_BUTTON, "join_button", "Join");
  assert_named (GTK_WIDGET (list), GTK_TYPE_SEARCH_ENTRY, NULL, "Search rooms");
  assert_named (GTK_WIDGET (list), GTK_TYPE_MENU_BUTTON, NULL,
                "Servers on This Network, and Used Before");
  shell_destroy (list);

  gtk_window_present (GTK_WINDOW (dialog));
  assert_narrow (GTK_WIDGET (dialog));
  assert_named (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "submit_button", "Join");
  shell_destroy (dialog);
}

#define ADD(path, purpose, func)                                                                   \
  g_test_add (path, Fixture, GINT_TO_POINTER (purpose), set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  ADD ("/room-dialog/submits", CHAT_ROOM_DIALOG_CREATE, test_submits);
  ADD ("/room-dialog/kinds", CHAT_ROOM_DIALOG_CREATE, test_kinds);
  ADD ("/room-dialog/validates", CHAT_ROOM_DIALOG_CREATE, test_validates);
  ADD ("/room-dialog/name-in-use", CHAT_ROOM_DIALOG_JOIN, test_name_in_use);
  ADD ("/room-dialog/room-exists", CHAT_ROOM_DIALOG_CREATE, test_room_exists);
  ADD ("/room-dialog/room-missing", CHAT_ROOM_DIALOG_JOIN, test_room_missing);
  ADD ("/room-dialog/password", CHAT_ROOM_DIALOG_JOIN, test_password);
  ADD ("/room-dialog/no-server", CHAT_ROOM_DIALOG_JOIN, test_no_server);
  ADD ("/room-dialog/every-refusal", CHAT_ROOM_DIALOG_JOIN, test_every_refusal);
  ADD ("/room-dialog/cancel", CHAT_ROOM_DIALOG_JOIN, test_cancel);
  ADD ("/room-dialog/composition", CHAT_ROOM_DIALOG_JOIN, test_composition);
  ADD ("/room-dialog/enter", CHAT_ROOM_DIALOG_JOIN, test_enter);
  g_test_add ("/list-dialog/search", ListFixture, NULL, list_set_up, test_list_search,
              list_tear_down);
  g_test_add ("/list-dialog/marks", ListFixture, NULL, list_set_up, test_list_marks,
              list_tear_down);
  g_test_add ("/list-dialog/topic", ListFixture, NULL, list_set_up, test_list_topic,
              list_tear_down);
  g_test_add ("/list-dialog/members", ListFixture, NULL, list_set_up, test_list_members,
              list_tear_down);
  g_test_add ("/list-dialog/choose", ListFixture, NULL, list_set_up, test_list_choose,
              list_tear_down);
  g_test_add ("/list-dialog/states", ListFixture, NULL, list_set_up, test_list_states,
              list_tear_down);
  g_test_add_func ("/dialogs/names", test_names);
  g_test_add_func ("/preferences/bound", test_preferences);
  g_test_add_func ("/preferences/ports", test_preferences_ports);
  return g_test_run ();
}
