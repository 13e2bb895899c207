/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "shell-test.h"

#include "chat-field-hint.h"
#include "chat-leave-dialog.h"
#include "chat-number-row.h"
#include "chat-room-about.h"
#include "chat-room-host.h"
#include "chat-room-menu.h"
#include "chat-room-settings.h"

/* Taro runs a room in the window, with the real chatd; Hanako is in it elsewhere. */

typedef struct
{
  ShellServer *server;
  ChatApplication *app;
  ChatWindow *window;
  ChatRoom *room; /* borrowed: Taro's */
  ChatClient *other;
  ChatRoom *hanako; /* owned: her side of it */
} Fixture;

static void
on_created (GObject *client, GAsyncResult *result, gpointer room)
{
  *(ChatRoom **) room = chat_client_create_room_finish (CHAT_CLIENT (client), result, NULL);
}

static void
on_joined (GObject *client, GAsyncResult *result, gpointer room)
{
  *(ChatRoom **) room = chat_client_join_room_finish (CHAT_CLIENT (client), result, NULL);
}

static ChatRoom *
join (Fixture *f, const char *password)
{
  ChatRoom *room = NULL;

  chat_client_join_locked_room_async (f->other, f->server->endpoint, "美術部", "Hanako", password,
                                      NULL, on_joined, &room);
  await (room != NULL);
  return room;
}

static guint
count_members (ChatRoom *room)
{
  return g_list_model_get_n_items (chat_room_get_members (room));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  ChatRoom *room = NULL;

  f->server = shell_server_new ();
  f->app = shell_app_new (NULL);
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  chat_client_create_room_async (chat_application_get_client (f->app), f->server->endpoint,
                                 "美術部", "Taro", 0, NULL, on_created, &room);
  await (room != NULL);
  f->room = room;
  g_object_unref (room);
  f->other = chat_client_new ();
  f->hanako = join (f, NULL);
  await (count_members (f->room) == 2 && count_members (f->hanako) == 2);
  chat_window_show_room (f->window, f->room);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->hanako);
  g_object_unref (f->other);
  shell_app_free (f->app);
  shell_server_free (f->server);
}

static gpointer
open (Fixture *f, const char *action, GType type)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), action, NULL);
  shell_settle ();
  return shell_get_window (type);
}

static ChatRoomSettings *
open_settings (Fixture *f)
{
  return open (f, "win.room-settings", CHAT_TYPE_ROOM_SETTINGS);
}

static gpointer
part (gpointer dialog, GType type, const char *name)
{
  gpointer found = shell_find (dialog, type, name);

  g_assert_nonnull (found);
  return found;
}

static void
type (gpointer dialog, const char *row, const char *text)
{
  gtk_editable_set_text (part (dialog, GTK_TYPE_EDITABLE, row), text);
}

static const char *
typed (gpointer dialog, const char *row)
{
  return gtk_editable_get_text (part (dialog, GTK_TYPE_EDITABLE, row));
}

static void
describe (gpointer dialog, const char *text)
{
  GtkTextView *view = part (dialog, GTK_TYPE_TEXT_VIEW, "description_view");

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
}

static void
turn (gpointer dialog, const char *name, gboolean on)
{
  gtk_switch_set_active (part (dialog, GTK_TYPE_SWITCH, name), on);
}

static const char *
hint (gpointer dialog, const char *name)
{
  return chat_field_hint_get_text (part (dialog, CHAT_TYPE_FIELD_HINT, name));
}

static gboolean
is_open (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return TRUE;
    }
  return FALSE;
}

static void
save (ChatRoomSettings *dialog)
{
  chat_room_settings_submit (dialog);
  await (!is_open (CHAT_TYPE_ROOM_SETTINGS));
}

static ChatMember *
find (ChatRoom *room, const char *name)
{
  GListModel *members = chat_room_get_members (room);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (g_str_equal (chat_member_get_name (member), name))
        return member; /* the model keeps it */
    }
  g_assert_not_reached ();
}

static void
make_cohost (Fixture *f)
{
  chat_room_act_async (f->room, CHAT_ACT_COHOST, find (f->room, "Hanako"), 0, NULL, NULL, NULL,
                       NULL);
  await (chat_room_may_run (f->hanako));
}

/* --- settings --- */

static gboolean
ends_with_settings (ChatRoom *room)
{
  ChatMessage *last = chat_room_get_last_message (room);

  return last != NULL && chat_message_get_kind (last) == CHAT_MESSAGE_SETTINGS_CHANGED;
}

static void
test_settings (Fixture *f, gconstpointer data)
{
  ChatRoomSettings *dialog = open_settings (f);
  guint lines;

  type (dialog, "topic_row", "文化祭の展示");
  describe (dialog, "火曜日と木曜日\n放課後");
  turn (dialog, "unlisted_switch", TRUE);
  turn (dialog, "encrypted_switch", TRUE);
  turn (dialog, "host_only_switch", TRUE);
  chat_number_row_set_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row"), 10);
  chat_number_row_set_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "limit_row"), 40);
  save (dialog);
  await (g_str_equal (chat_room_get_topic (f->hanako), "文化祭の展示"));
  g_assert_cmpstr (chat_room_get_description (f->hanako), ==, "火曜日と木曜日\n放課後");
  g_assert_true (chat_room_is_unlisted (f->hanako) && chat_room_is_encrypted_only (f->hanako) &&
                 chat_room_is_host_only (f->hanako));
  g_assert_cmpuint (chat_room_get_slow_s (f->hanako), ==, 10);
  g_assert_cmpuint (chat_room_get_member_limit (f->hanako), ==, 40);
  g_assert_false (chat_room_is_password_protected (f->hanako));

  /* What is as it was is not asked for: nothing more stands in the log. */
  await (ends_with_settings (f->room));
  lines = g_list_model_get_n_items (chat_room_get_messages (f->room));
  dialog = open_settings (f);
  g_assert_cmpstr (typed (dialog, "topic_row"), ==, "文化祭の展示");
  chat_room_settings_submit (dialog);
  g_assert_false (is_open (CHAT_TYPE_ROOM_SETTINGS));
  dialog = open_settings (f);
  type (dialog, "topic_row", "");
  chat_number_row_set_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row"), 0);
  save (dialog);
  await (chat_room_get_slow_s (f->room) == 0 &&
         g_list_model_get_n_items (chat_room_get_messages (f->room)) == lines + 1);
  g_assert_cmpstr (chat_room_get_topic (f->room), ==, "");
  g_assert_true (chat_room_is_host_only (f->room) && ends_with_settings (f->room));
}

static void
test_password (Fixture *f, gconstpointer data)
{
  ChatRoomSettings *dialog = open_settings (f);
  ChatRoomChange change;

  turn (dialog, "password_switch", TRUE);
  chat_room_settings_submit (dialog);
  g_assert_cmpstr (hint (dialog, "password_hint"), ==,
                   "Type the password that the room is to have.");
  type (dialog, "password_row", "ひみつ");
  g_assert_cmpstr (hint (dialog, "password_hint"), ==, "");
  save (dialog);
  await (chat_room_is_password_protected (f->room));

  /* It is never shown, and stays where nothing is typed. */
  dialog = open_settings (f);
  g_assert_true (gtk_switch_get_active (part (dialog, GTK_TYPE_SWITCH, "password_switch")));
  g_assert_cmpstr (typed (dialog, "password_row"), ==, "");
  g_assert_false (chat_room_settings_take_change (dialog, &change));
  chat_room_change_clear (&change);
  type (dialog, "password_row", "another");
  g_assert_true (chat_room_settings_take_change (dialog, &change));
  g_assert_cmpstr (change.password, ==, "another");
  chat_room_change_clear (&change);
  turn (dialog, "password_switch", FALSE);
  save (dialog);
  await (!chat_room_is_password_protected (f->room));
}

/* Said where it is typed, before anybody is asked */
static void
test_mistakes (Fixture *f, gconstpointer data)
{
  ChatRoomSettings *dialog = open_settings (f);
  g_autofree char *long_topic = g_strnfill (301, 'x');
  GtkWidget *button = part (dialog, GTK_TYPE_BUTTON, "save_button");
  GtkSpinButton *spin;

  type (dialog, "topic_row", long_topic);
  g_assert_cmpstr (hint (dialog, "topic_hint"), ==, "This is too long. Shorten it.");
  g_assert_false (gtk_widget_get_sensitive (button));
  type (dialog, "topic_row", "two\nlines");
  g_assert_cmpstr (hint (dialog, "topic_hint"), ==, "");
  g_assert_true (gtk_widget_get_sensitive (button));
  describe (dialog, "a\x01"
                    "b");
  g_assert_cmpstr (hint (dialog, "description_hint"), ==,
                   "There is a character in it that cannot be used here.");
  describe (dialog, "");

  spin = part (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row"), GTK_TYPE_SPIN_BUTTON, NULL);
  gtk_editable_set_text (GTK_EDITABLE (spin), "１５");
  g_assert_cmpuint (chat_number_row_get_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row")), ==,
                    15);
  gtk_editable_set_text (GTK_EDITABLE (spin), "9999");
  g_assert_cmpuint (chat_number_row_get_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row")), ==,
                    3600);
  gtk_editable_set_text (GTK_EDITABLE (spin), "soon");
  g_assert_cmpuint (chat_number_row_get_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row")), ==,
                    3600);
  gtk_editable_set_text (GTK_EDITABLE (spin), "");
  g_assert_cmpuint (chat_number_row_get_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row")), ==,
                    0);
  save (dialog);
  await (g_str_equal (chat_room_get_topic (f->room), "two lines"));
}

/* The server's word, where nobody here could know it; what was typed stays. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  ChatRoomSettings *dialog = open_settings (f);

  chat_room_act_async (f->room, CHAT_ACT_HOST, find (f->room, "Hanako"), 0, NULL, NULL, NULL, NULL);
  await (chat_room_is_host (f->hanako));
  type (dialog, "topic_row", "mine");
  chat_room_settings_submit (dialog);
  await (*hint (dialog, "topic_hint") != '\0');
  g_assert_cmpstr (hint (dialog, "topic_hint"), ==, "Only a host of the room can do that.");
  g_assert_cmpstr (typed (dialog, "topic_row"), ==, "mine");
  turn (dialog, "unlisted_switch", TRUE);
  chat_room_settings_submit (dialog);
  await (*hint (dialog, "refusal_hint") != '\0');
  g_assert_true (gtk_widget_get_sensitive (part (dialog, GTK_TYPE_BUTTON, "save_button")));
  shell_destroy (dialog);
}

/* What another host changes is shown, but not over what is typed. */
static void
test_side_by_side (Fixture *f, gconstpointer data)
{
  const ChatRoomChange change = {
    .topic = (char *) "hers", .unlisted = CHAT_SWITCH_ON, .slow_s = 5, .member_limit = 7
  };
  ChatRoomSettings *dialog;
  ChatRoomChange own;

  make_cohost (f);
  dialog = open_settings (f);
  type (dialog, "topic_row", "mine");
  chat_number_row_set_value (part (dialog, CHAT_TYPE_NUMBER_ROW, "slow_row"), 20);
  chat_room_change_async (f->hanako, &change, NULL, NULL, NULL);
  await (chat_room_is_unlisted (f->room) && chat_room_get_member_limit (f->room) == 7);
  g_assert_cmpstr (typed (dialog, "topic_row"), ==, "mine");
  g_assert_cmpstr (hint (dialog, "topic_hint"), ==, "Another host just wrote: “hers”");
  g_assert_true (gtk_switch_get_active (part (dialog, GTK_TYPE_SWITCH, "unlisted_switch")));

  chat_room_settings_take_change (dialog, &own);
  g_assert_cmpstr (own.topic, ==, "mine");
  g_assert_cmpint (own.slow_s, ==, 20);
  g_assert_cmpint (own.unlisted, ==, CHAT_SWITCH_STAY);
  g_assert_cmpint (own.member_limit, ==, 0);
  chat_room_change_clear (&own);
  chat_field_hint_take_way_out (part (dialog, CHAT_TYPE_FIELD_HINT, "topic_hint"));
  g_assert_cmpstr (typed (dialog, "topic_row"), ==, "hers");
  g_assert_cmpstr (hint (dialog, "topic_hint"), ==, "");
  shell_destroy (dialog);
}

static void
test_lift (Fixture *f, gconstpointer data)
{
  ChatRoomSettings *dialog;
  GtkButton *lift;

  dialog = open_settings (f);
  await (shell_says (GTK_WIDGET (dialog), "Nobody is banned from this room."));
  shell_destroy (dialog);
  chat_room_act_async (f->room, CHAT_ACT_BAN, find (f->room, "Hanako"), 7200, "<b>spam", NULL, NULL,
                       NULL);
  await (chat_room_get_state (f->hanako) == CHAT_ROOM_ENDED);
  dialog = open_settings (f);
  await (shell_says (GTK_WIDGET (dialog), "2 hours: <b>spam"));
  lift = shell_find_button (GTK_WIDGET (dialog), "Lift");
  g_signal_emit_by_name (lift, "clicked");
  await (shell_says (GTK_WIDGET (dialog), "Nobody is banned from this room."));
  shell_destroy (dialog);
  chat_client_forget_room (f->other, f->hanako);
  g_object_unref (f->hanako);
  f->hanako = join (f, NULL);
}

/* Who cannot change it reads it, and sees it change. */
static void
test_about (Fixture *f, gconstpointer data)
{
  const ChatRoomChange change = { .topic = (char *) "a <b>topic",
                                  .description = (char *) "and more",
                                  .slow_s = 30,
                                  .host_only = CHAT_SWITCH_ON };
  GtkWidget *about;

  chat_room_act_async (f->room, CHAT_ACT_HOST, find (f->room, "Hanako"), 0, NULL, NULL, NULL, NULL);
  await (chat_room_is_host (f->hanako) && !chat_room_is_host (f->room));
  about = open (f, "win.room-settings", CHAT_TYPE_ROOM_ABOUT);
  g_assert_true (shell_says (about, "美術部"));
  g_assert_true (shell_says (about, "Its hosts wrote nothing about it."));
  chat_room_change_async (f->hanako, &change, NULL, NULL, NULL);
  await (shell_says (about, "a <b>topic"));
  g_assert_true (shell_says (about, "and more"));
  g_assert_true (shell_says (about, "Between two messages of one member: 30 seconds"));
  g_assert_true (shell_says (about, "Only hosts write"));
  g_assert_false (shell_says (about, "Unlisted"));
  shell_destroy (about);
}

/* --- leaving --- */

static ChatLeaveDialog *
open_leaving (Fixture *f, const char *way)
{
  ChatLeaveDialog *dialog = open (f, "win.leave-room", CHAT_TYPE_LEAVE_DIALOG);

  gtk_check_button_set_active (part (dialog, GTK_TYPE_CHECK_BUTTON, way), TRUE);
  return dialog;
}

static void
test_hand_over (Fixture *f, gconstpointer data)
{
  ChatLeaveDialog *dialog = open_leaving (f, "hand_button");

  g_assert_cmpstr (chat_member_get_name (chat_leave_dialog_get_heir (dialog)), ==, "Hanako");
  chat_leave_dialog_submit (dialog);
  await (chat_room_is_host (f->hanako) && chat_room_get_state (f->room) == CHAT_ROOM_ENDED);
  await (!is_open (CHAT_TYPE_LEAVE_DIALOG) && count_members (f->hanako) == 1);
  g_assert_cmpint (chat_room_get_state (f->hanako), ==, CHAT_ROOM_JOINED);
}

/* The first answer loses nothing. */
static void
test_keep (Fixture *f, gconstpointer data)
{
  ChatLeaveDialog *dialog = open (f, "win.leave-room", CHAT_TYPE_LEAVE_DIALOG);

  g_assert_cmpint (chat_leave_dialog_get_way (dialog), ==, CHAT_LEAVE_KEEP);
  chat_leave_dialog_submit (dialog);
  await (chat_room_get_state (f->room) == CHAT_ROOM_ENDED && !is_open (CHAT_TYPE_LEAVE_DIALOG));
  g_assert_cmpint (chat_room_get_state (f->hanako), ==, CHAT_ROOM_JOINED);
}

static void
test_close_later (Fixture *f, gconstpointer data)
{
  ChatLeaveDialog *dialog = open_leaving (f, "close_button");
  g_autofree char *long_reason = g_strnfill (301, 'x');

  type (dialog, "reason_row", long_reason);
  g_assert_cmpstr (hint (dialog, "hint"), ==, "This is too long. Shorten it.");
  type (dialog, "reason_row", "また来週");
  g_assert_cmpstr (hint (dialog, "hint"), ==, "");
  adw_combo_row_set_selected (part (dialog, ADW_TYPE_COMBO_ROW, "grace_row"), 2);
  g_assert_cmpuint (chat_leave_dialog_get_grace_s (dialog), ==, 300);
  chat_leave_dialog_submit (dialog);
  await (chat_room_get_closes_at_us (f->hanako) != 0 && !is_open (CHAT_TYPE_LEAVE_DIALOG));
  g_assert_cmpint (chat_room_get_state (f->room), ==, CHAT_ROOM_JOINED);
  g_assert_true (shell_says (GTK_WIDGET (f->window), "Then nobody can write in it any more."));
}

static void
test_close_now (Fixture *f, gconstpointer data)
{
  ChatLeaveDialog *dialog = open_leaving (f, "close_button");

  type (dialog, "reason_row", "また来週");
  chat_leave_dialog_submit (dialog);
  await (chat_room_get_state (f->hanako) == CHAT_ROOM_ENDED && !is_open (CHAT_TYPE_LEAVE_DIALOG));
  await (chat_room_get_state (f->room) == CHAT_ROOM_ENDED);
  g_assert_cmpint (chat_room_get_end (f->hanako), ==, CHAT_ROOM_END_CLOSED);
  await (shell_says (GTK_WIDGET (f->window), "You closed this room"));
}

/* Who is away cannot take it over. */
static void
test_no_heir (Fixture *f, gconstpointer data)
{
  ChatLeaveDialog *dialog;

  g_clear_object (&f->hanako);
  g_object_run_dispose (G_OBJECT (f->other));
  g_clear_object (&f->other);
  await (!chat_member_is_online (find (f->room, "Hanako")));
  dialog = open (f, "win.leave-room", CHAT_TYPE_LEAVE_DIALOG);
  g_assert_false (gtk_widget_get_sensitive (part (dialog, ADW_TYPE_ACTION_ROW, "hand_row")));
  g_assert_null (chat_leave_dialog_get_heir (dialog));
  shell_destroy (dialog);
  f->other = chat_client_new ();
  f->hanako = g_object_ref (f->room);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/hosts/settings", test_settings },
    { "/hosts/password", test_password },
    { "/hosts/mistakes", test_mistakes },
    { "/hosts/refused", test_refused },
    { "/hosts/side-by-side", test_side_by_side },
    { "/hosts/lift", test_lift },
    { "/hosts/about", test_about },
    { "/hosts/hand-over", test_hand_over },
    { "/hosts/keep", test_keep },
    { "/hosts/close-later", test_close_later },
    { "/hosts/close-now", test_close_now },
    { "/hosts/no-heir", test_no_heir },
  };

  shell_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
