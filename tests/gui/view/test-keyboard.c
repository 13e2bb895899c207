/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the keyboard gets about in the conversation */
#include "test-window.h"

#include "chat-message-row-private.h"

#define N 300

static ChatConversation *
get_conversation (TestWindow *t)
{
  return chat_room_view_get_conversation (t->view);
}

static void
open_filled (TestWindow *t)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  sample_room_fill (room, N);
  test_window_open (t, session, room);
  chat_room_view_focus_composer (t->view);
  test_window_draw (t, 1);
}

static GtkWidget *
get_focus (TestWindow *t)
{
  return gtk_root_get_focus (GTK_ROOT (t->window));
}

static void
move (TestWindow *t, GtkDirectionType direction)
{
  g_signal_emit_by_name (get_focus (t), "move-focus", direction);
  test_window_draw (t, 1);
}

static gboolean
is_in_composer (TestWindow *t)
{
  return GTK_IS_TEXT_VIEW (get_focus (t));
}

static gboolean
is_at_row (TestWindow *t, guint position)
{
  GtkWidget *focus = get_focus (t);

  return CHAT_IS_MESSAGE_ROW (focus) &&
         chat_message_row_get_position (CHAT_MESSAGE_ROW (focus)) == position;
}

static void
focus_row (TestWindow *t, guint position)
{
  ChatMessageRow *row = chat_conversation_get_row (get_conversation (t), position);

  g_assert_nonnull (row);
  gtk_widget_grab_focus (GTK_WIDGET (row));
  test_window_draw (t, 2);
}

static void
test_one_stop (void)
{
  TestWindow t;
  int offset, offset_now;

  open_filled (&t);
  guint top = chat_conversation_get_top (get_conversation (&t), &offset);
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_true (is_at_row (&t, N - 1));
  move (&t, GTK_DIR_TAB_FORWARD);
  g_assert_true (is_in_composer (&t));
  move (&t, GTK_DIR_TAB_BACKWARD);
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_nonnull (get_focus (&t));
  g_assert_false (gtk_widget_is_ancestor (get_focus (&t), GTK_WIDGET (get_conversation (&t))));
  move (&t, GTK_DIR_TAB_FORWARD); /* from the header */
  g_assert_true (is_at_row (&t, N - 1));

  /* and nothing has moved */
  g_assert_cmpuint (chat_conversation_get_top (get_conversation (&t), &offset_now), ==, top);
  g_assert_cmpint (offset_now, ==, offset);
  test_window_close (&t);
}

static void
test_comes_back (void)
{
  TestWindow t;

  open_filled (&t);
  focus_row (&t, N - 3);
  move (&t, GTK_DIR_TAB_FORWARD);
  g_assert_true (is_in_composer (&t));
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_true (is_at_row (&t, N - 3));

  /* Out of sight it would be a jump. */
  chat_room_view_focus_composer (t.view);
  for (guint i = 0; i < 30; i++)
    sample_room_say (t.room, "Taro", "one more");
  test_window_draw (&t, 3);
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_true (is_at_row (&t, N + 30 - 1));
  test_window_close (&t);
}

static void
test_jump_button (void)
{
  TestWindow t;

  open_filled (&t);
  chat_conversation_scroll_by_pages (get_conversation (&t), -3);
  test_window_draw (&t, 3);
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_true (GTK_IS_BUTTON (get_focus (&t)));
  g_assert_true (gtk_widget_is_ancestor (get_focus (&t), GTK_WIDGET (get_conversation (&t))));
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_true (CHAT_IS_MESSAGE_ROW (get_focus (&t)));
  g_assert_false (chat_conversation_is_following (get_conversation (&t)));
  move (&t, GTK_DIR_TAB_FORWARD);
  g_assert_true (GTK_IS_BUTTON (get_focus (&t)));
  move (&t, GTK_DIR_TAB_FORWARD);
  g_assert_true (is_in_composer (&t));
  test_window_close (&t);
}

static void
test_empty (void)
{
  TestWindow t;
  SampleSession *session = sample_session_new ();

  test_window_open (&t, session, chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE));
  chat_room_view_focus_composer (t.view);
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_false (gtk_widget_is_ancestor (get_focus (&t), GTK_WIDGET (get_conversation (&t))));
  test_window_close (&t);
}

/* The text of a row is reached by Return only, and Tab goes on from there as from the row. */
static void
test_text_is_no_stop (void)
{
  TestWindow t;

  open_filled (&t);
  focus_row (&t, N - 2);
  g_assert_true (is_at_row (&t, N - 2));
  gtk_widget_activate_action (get_focus (&t), "message.select", NULL);
  g_assert_true (GTK_IS_LABEL (get_focus (&t)));
  ChatMessageRow *row = chat_conversation_get_row (get_conversation (&t), N - 2);
  g_autofree char *selection = chat_message_label_dup_selection (chat_message_row_get_bubble (row));
  g_assert_nonnull (selection);
  move (&t, GTK_DIR_TAB_FORWARD);
  g_assert_true (is_in_composer (&t));
  move (&t, GTK_DIR_TAB_BACKWARD);
  g_assert_true (is_at_row (&t, N - 2));
  test_window_close (&t);
}

static guint n_undrawn; /* widgets that were to be drawn without a place */

static GLogWriterOutput
count_undrawn (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") &&
        g_strstr_len (fields[i].value, fields[i].length, "without a current allocation") != NULL)
      n_undrawn++;
  return g_log_writer_default (level, fields, n, data);
}

static void
test_no_gaps (void)
{
  TestWindow t;

  open_filled (&t);
  n_undrawn = 0;
  focus_row (&t, N - 1);
  GtkWidget *list = gtk_widget_get_ancestor (get_focus (&t), GTK_TYPE_LIST_VIEW);
  for (guint i = 0; i < 12; i++)
    {
      gtk_widget_activate_action (list, "list.scroll-to-item", "u", (i % 2 == 0) ? i * 20 : N - i);
      test_window_draw (&t, 1);
      g_assert_true (CHAT_IS_MESSAGE_ROW (get_focus (&t)));
      move (&t, GTK_DIR_TAB_FORWARD);
      chat_room_view_focus_composer (t.view);
      move (&t, GTK_DIR_TAB_BACKWARD);
      if (!CHAT_IS_MESSAGE_ROW (get_focus (&t)))
        move (&t, GTK_DIR_TAB_BACKWARD);
      test_window_draw (&t, 2);
    }
  g_assert_cmpuint (n_undrawn, ==, 0);
  test_window_close (&t);
}

static void
press (TestWindow *t, guint keyval, GdkModifierType modifiers)
{
  g_assert_true (chat_composer_handle_key (chat_room_view_get_composer (t->view), keyval, modifiers,
                                           FALSE, FALSE));
  test_window_draw (t, 2);
}

static guint
get_top (TestWindow *t)
{
  int offset;

  return chat_conversation_get_top (get_conversation (t), &offset);
}

static void
test_pages (void)
{
  TestWindow t;

  open_filled (&t);
  guint at_end = get_top (&t);
  press (&t, GDK_KEY_Page_Up, 0);
  g_assert_cmpuint (get_top (&t), <, at_end);
  g_assert_false (chat_conversation_is_following (get_conversation (&t)));
  press (&t, GDK_KEY_Page_Down, 0);
  g_assert_true (chat_conversation_is_following (get_conversation (&t)));
  press (&t, GDK_KEY_Home, GDK_CONTROL_MASK);
  g_assert_cmpuint (get_top (&t), ==, 0);
  press (&t, GDK_KEY_End, GDK_CONTROL_MASK);
  g_assert_cmpuint (get_top (&t), ==, at_end);
  g_assert_true (is_in_composer (&t));
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_log_set_writer_func (count_undrawn, NULL, NULL);
  g_test_add_func ("/keyboard/one-stop", test_one_stop);
  g_test_add_func ("/keyboard/comes-back", test_comes_back);
  g_test_add_func ("/keyboard/jump-button", test_jump_button);
  g_test_add_func ("/keyboard/empty", test_empty);
  g_test_add_func ("/keyboard/text-is-no-stop", test_text_is_no_stop);
  g_test_add_func ("/keyboard/no-gaps", test_no_gaps);
  g_test_add_func ("/keyboard/pages", test_pages);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
