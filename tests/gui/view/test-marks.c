/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include <string.h>

/* Picking messages out, and copying them. */

#define AT_US G_GINT64_CONSTANT (1764079500000000) /* 2025-11-25 14:05 UTC */

static void
say (ChatRoom *room, const char *sender, const char *text, guint minute)
{
  g_autoptr (ChatMessage) message = chat_message_new (CHAT_MESSAGE_TEXT, sender, text,
                                                      AT_US + minute * G_TIME_SPAN_MINUTE, FALSE);

  chat_room_append (room, &message, 1);
}

static void
open (TestWindow *t)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  say (room, "Taro", "one", 0);
  say (room, "花子", "**two**\nlines", 1);
  say (room, "Taro", "/me waves", 2);
  say (room, "Taro", "four", 3);
  test_window_open (t, session, room);
}

static ChatConversation *
get_conversation (TestWindow *t)
{
  return chat_room_view_get_conversation (t->view);
}

static void
mark (TestWindow *t, guint position)
{
  GtkWidget *row = GTK_WIDGET (chat_conversation_get_row (get_conversation (t), position));

  g_assert_true (gtk_widget_activate_action (row, "message.mark", NULL));
}

static void
act (TestWindow *t, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->view), action, NULL));
}

/* In the order of the conversation, whatever that of the clicks */
static void
test_copy (void)
{
  TestWindow t;

  open (&t);
  mark (&t, 2);
  mark (&t, 3);
  mark (&t, 1);
  mark (&t, 0);
  mark (&t, 3);
  g_assert_cmpuint (chat_conversation_get_n_marked (get_conversation (&t)), ==, 3);
  act (&t, "room.copy-marked");
  test_window_assert_copied (&t, "[2025-11-25 14:05] Taro: one\n"
                                 "[2025-11-25 14:06] 花子: **two**\nlines\n"
                                 "[2025-11-25 14:07] * Taro waves");
  g_assert_cmpuint (chat_conversation_get_n_marked (get_conversation (&t)), ==, 0);
  test_window_close (&t);
}

/* Ctrl+C on a row copies what is picked out, else that message. */
static void
test_copy_from_row (void)
{
  TestWindow t;
  GtkWidget *row;

  open (&t);
  row = GTK_WIDGET (chat_conversation_get_row (get_conversation (&t), 3));
  mark (&t, 0);
  g_assert_true (gtk_widget_activate_action (row, "message.copy", NULL));
  test_window_assert_copied (&t, "[2025-11-25 14:05] Taro: one");
  g_assert_true (gtk_widget_activate_action (row, "message.copy", NULL));
  test_window_assert_copied (&t, "four");
  test_window_close (&t);
}

static void
test_row (void)
{
  TestWindow t;
  GtkWidget *row, *other;

  open (&t);
  row = GTK_WIDGET (chat_conversation_get_row (get_conversation (&t), 1));
  other = GTK_WIDGET (chat_conversation_get_row (get_conversation (&t), 2));
  mark (&t, 1);
  g_assert_true (gtk_widget_has_css_class (row, "marked"));
  g_assert_false (gtk_widget_has_css_class (other, "marked"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (other), GTK_ACCESSIBLE_STATE_SELECTED, FALSE);
  act (&t, "room.clear-marks");
  g_assert_false (gtk_widget_has_css_class (row, "marked"));
  g_assert_false (
      gtk_test_accessible_has_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED));
  test_window_close (&t);
}

/* They belong to the room; and a window may close with some. */
static void
test_other_room (void)
{
  TestWindow t;
  g_autoptr (ChatRoom) other = NULL;

  open (&t);
  mark (&t, 1);
  other = chat_room_new (CHAT_SESSION (t.session), "Other", "Kenji", FALSE);
  chat_room_view_set_room (t.view, other);
  g_assert_cmpuint (chat_conversation_get_n_marked (get_conversation (&t)), ==, 0);
  chat_room_view_set_room (t.view, t.room);
  test_window_draw (&t, 2);
  mark (&t, 1);
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/marks/copy", test_copy);
  g_test_add_func ("/marks/copy-from-row", test_copy_from_row);
  g_test_add_func ("/marks/row", test_row);
  g_test_add_func ("/marks/other-room", test_other_room);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
