/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-message-row-private.h"
#include "chat-room-alerts.h"

/* Calling people by name: while typing, in the conversation, and in what a room wants to be told
 * of. Of the sample room's members Kenji is the person at this computer. */

static void
open (TestWindow *t)
{
  SampleSession *session = sample_session_new_secure ();

  test_window_open (t, session, sample_room_new_secure (CHAT_SESSION (session)));
  chat_room_view_focus_composer (t->view);
  test_window_draw (t, 1);
}

static ChatComposer *
get_composer (TestWindow *t)
{
  return chat_room_view_get_composer (t->view);
}

static GtkWidget *
get_focus (TestWindow *t)
{
  return gtk_root_get_focus (GTK_ROOT (t->window));
}

static void
type (TestWindow *t, const char *text)
{
  g_assert_true (GTK_IS_TEXT_VIEW (get_focus (t)));
  g_signal_emit_by_name (get_focus (t), "insert-at-cursor", text);
}

static gboolean
press (TestWindow *t, guint keyval)
{
  return chat_composer_handle_key (get_composer (t), keyval, 0, FALSE, FALSE);
}

static void
assert_text (TestWindow *t, const char *expected)
{
  g_autofree char *text = chat_composer_dup_text (get_composer (t));

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_offered (TestWindow *t, const char *expected)
{
  g_auto (GStrv) names = chat_composer_dup_completions (get_composer (t));
  g_autofree char *all = g_strjoinv (", ", names);

  g_assert_cmpstr (all, ==, expected);
}

static void
test_offer (void)
{
  TestWindow t;

  open (&t);
  type (&t, "mail a");
  assert_offered (&t, "");
  type (&t, "@");
  assert_offered (&t, "");
  chat_composer_set_text (get_composer (&t), "");
  type (&t, "これは＠");
  assert_offered (&t, "Hanako, Taro, 古い端末");
  type (&t, "Ｔ");
  assert_offered (&t, "Taro");
  type (&t, "x");
  assert_offered (&t, "");
  test_window_close (&t);
}

static void
test_choose (void)
{
  TestWindow t;
  GtkTextIter start;

  open (&t);
  type (&t, "hi ");
  type (&t, "さん");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (get_focus (&t)));
  gtk_text_buffer_get_iter_at_offset (buffer, &start, 3);
  gtk_text_buffer_place_cursor (buffer, &start);
  type (&t, "@");
  g_assert_true (press (&t, GDK_KEY_Down));
  g_assert_true (press (&t, GDK_KEY_Down));
  g_assert_true (press (&t, GDK_KEY_Down)); /* round */
  g_assert_true (press (&t, GDK_KEY_Up));
  g_assert_true (press (&t, GDK_KEY_Return));
  assert_text (&t, "hi @古い端末 さん");
  assert_offered (&t, "");
  g_assert_cmpuint (sample_session_get_n_sent (t.session), ==, 0);
  type (&t, "と"); /* behind the name, where the cursor is now */
  assert_text (&t, "hi @古い端末 とさん");
  test_window_close (&t);
}

/* Enter behind a whole name sends; a name that is only begun is completed first. */
static void
test_enter (void)
{
  TestWindow t;

  open (&t);
  type (&t, "@han");
  press (&t, GDK_KEY_Return);
  assert_text (&t, "@Hanako ");
  press (&t, GDK_KEY_Return);
  assert_text (&t, "");
  type (&t, "@hanako");
  assert_offered (&t, "Hanako");
  press (&t, GDK_KEY_Return);
  assert_text (&t, "");
  g_assert_cmpuint (sample_session_get_n_sent (t.session), ==, 2);
  test_window_close (&t);
}

/* Tab chooses once, and then goes on; Escape closes, and the list stays closed for this @. */
static void
test_no_trap (void)
{
  TestWindow t;

  open (&t);
  type (&t, "@t");
  g_assert_true (press (&t, GDK_KEY_Tab));
  assert_text (&t, "@Taro ");
  g_assert_false (press (&t, GDK_KEY_Tab));

  type (&t, "@h");
  assert_offered (&t, "Hanako");
  g_assert_true (press (&t, GDK_KEY_Escape));
  assert_offered (&t, "");
  g_assert_false (press (&t, GDK_KEY_Tab));
  g_assert_true (gtk_widget_child_focus (t.window, GTK_DIR_TAB_FORWARD));
  g_assert_false (GTK_IS_TEXT_VIEW (get_focus (&t)));

  chat_room_view_focus_composer (t.view);
  type (&t, "a");
  assert_offered (&t, "");
  type (&t, " @h");
  assert_offered (&t, "Hanako");
  test_window_close (&t);
}

/* While the input method composes, the keys are its, and what it composes is no text yet. */
static void
test_composition (void)
{
  TestWindow t;

  open (&t);
  type (&t, "@");
  assert_offered (&t, "Hanako, Taro, 古い端末");
  g_assert_true (
      chat_composer_handle_key (get_composer (&t), GDK_KEY_Return, 0, FALSE, TRUE)); /* taken */
  g_assert_false (chat_composer_handle_key (get_composer (&t), GDK_KEY_Down, 0, TRUE, FALSE));
  g_assert_false (chat_composer_handle_key (get_composer (&t), GDK_KEY_Tab, 0, TRUE, FALSE));
  assert_text (&t, "@");
  type (&t, "古い"); /* committed */
  assert_offered (&t, "古い端末");
  test_window_close (&t);
}

static void
test_closes (void)
{
  TestWindow t;
  GtkTextIter start;

  open (&t);
  type (&t, "x @h");
  assert_offered (&t, "Hanako");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (get_focus (&t)));
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  assert_offered (&t, "");
  chat_composer_set_text (get_composer (&t), "");
  type (&t, "@");
  chat_composer_set_text (get_composer (&t), "another room's draft");
  assert_offered (&t, "");
  test_window_close (&t);
}

/* ---- in the conversation */

static ChatMessageRow *
say (TestWindow *t, const char *sender, const char *text)
{
  sample_room_say (t->room, sender, text);
  test_window_draw (t, 2);

  guint n = g_list_model_get_n_items (chat_room_get_messages (t->room));
  /* What others say comes before what waits. */
  for (guint i = n; i > 0; i--)
    {
      ChatMessageRow *row =
          chat_conversation_get_row (chat_room_view_get_conversation (t->view), i - 1);

      if (row != NULL &&
          g_str_equal (chat_message_get_text (chat_message_row_get_message (row)), text))
        return row;
    }
  g_error ("no row says %s", text);
}

static gboolean
is_marked (ChatMessageRow *row)
{
  GtkWidget *bubble = GTK_WIDGET (chat_message_row_get_bubble (row));
  gboolean marked = gtk_widget_has_css_class (bubble, "calls-me");

  /* A screen reader says so as well. */
  g_assert_cmpint (g_str_has_prefix (chat_message_row_get_spoken (row), "You are mentioned. "), ==,
                   marked);
  return marked;
}

static void
test_rows (void)
{
  TestWindow t;

  open (&t);
  g_assert_true (is_marked (say (&t, "Hanako", "@kenjiさん、**いますか**")));
  g_assert_false (is_marked (say (&t, "Hanako", "Kenji is not called here")));
  g_assert_false (is_marked (say (&t, "Hanako", "@Taro is")));
  g_assert_false (is_marked (say (&t, NULL, "@Kenji: I am")));
  g_assert_true (is_marked (say (&t, "Hanako", "/me waves to @Kenji")));
  test_window_close (&t);
}

/* Somebody comes whose name begins with one's own. */
static void
test_namesake (void)
{
  static const ChatMemberNews news = { 9,     "Kenji Ito", FALSE, FALSE, TRUE,
                                       FALSE, FALSE,       FALSE, FALSE, 0 };
  TestWindow t;

  open (&t);
  ChatMessageRow *row = say (&t, "Hanako", "@Kenji Ito");
  g_assert_true (is_marked (row));
  chat_room_take_members (t.room, &news, 1);
  g_assert_false (is_marked (row));
  test_window_close (&t);
}

/* ---- what a room wants to be told of */

static void
test_alerts (void)
{
  SampleSession *session = sample_session_new_secure ();
  g_autoptr (ChatRoom) room = chat_room_new (CHAT_SESSION (session), "Room", "太郎", FALSE);
  ChatRoomAlerts *alerts = chat_room_alerts_get (room);
  guint before;

  g_assert_true (chat_room_alerts_get (room) == alerts);
  sample_room_say (room, "Hanako", "hello");
  sample_room_say (room, "Hanako", "@太郎さん");
  sample_room_say (room, "Hanako", "@太郎さん、もう一度");
  sample_room_say (room, NULL, "@太郎 oneself");
  before = chat_room_alerts_get_mentions (alerts);
  g_assert_cmpuint (before, ==, 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (chat_room_alerts_get_mentions (alerts), ==, before);
  chat_room_mark_read (room);
  g_assert_cmpuint (chat_room_alerts_get_mentions (alerts), ==, 0);
  g_object_unref (session);
}

/* It is asked for after the room came back from the disk with what is unread. */
static void
test_restored_alerts (void)
{
  SampleSession *session = sample_session_new_secure ();
  g_autoptr (ChatRoom) room = chat_room_new (CHAT_SESSION (session), "Room", "太郎", FALSE);

  sample_room_say (room, "Hanako", "@太郎 read");
  chat_room_mark_read (room);
  sample_room_say (room, "Hanako", "@太郎 unread");
  sample_room_say (room, NULL, "not counted");
  sample_room_say (room, "Hanako", "unread");

  ChatRoomAlerts *alerts = chat_room_alerts_get (room);
  test_wait (chat_room_alerts_get_mentions (alerts) == 1);
  g_object_unref (session);
}

static void
test_bell (void)
{
  TestWindow t;
  ChatAlertLevel level;

  open (&t);
  ChatRoomAlerts *alerts = chat_room_alerts_get (t.room);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t.view), "room.alerts", "s", "mentions"));
  g_assert_cmpint (chat_room_alerts_get_level (alerts), ==, CHAT_ALERT_MENTIONS);
  chat_room_alerts_set_level (alerts, CHAT_ALERT_NOTHING);
  g_object_get (t.view, "alert-level", &level, NULL);
  g_assert_cmpint (level, ==, CHAT_ALERT_NOTHING);

  /* Without a room there is nothing to be told of. */
  chat_room_view_set_room (t.view, NULL);
  g_object_get (t.view, "alert-level", &level, NULL);
  g_assert_cmpint (level, ==, CHAT_ALERT_ALL);
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.alerts", "s", "nothing");
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/calling/offer", test_offer);
  g_test_add_func ("/calling/choose", test_choose);
  g_test_add_func ("/calling/enter", test_enter);
  g_test_add_func ("/calling/no-trap", test_no_trap);
  g_test_add_func ("/calling/composition", test_composition);
  g_test_add_func ("/calling/closes", test_closes);
  g_test_add_func ("/calling/rows", test_rows);
  g_test_add_func ("/calling/namesake", test_namesake);
  g_test_add_func ("/calling/alerts", test_alerts);
  g_test_add_func ("/calling/bell", test_bell);
  g_test_add_func ("/calling/restored-alerts", test_restored_alerts);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
