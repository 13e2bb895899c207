/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-message-row-private.h"

#include <string.h>

/* Formatted messages in the conversation. */

static void
open_with (TestWindow *t, const char *text)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  sample_room_say (room, "Hanako", text);
  test_window_open (t, session, room);
}

static ChatMessageRow *
get_row (TestWindow *t)
{
  return chat_conversation_get_row (chat_room_view_get_conversation (t->view), 0);
}

static ChatMessageLabel *
get_bubble (TestWindow *t)
{
  return chat_message_row_get_bubble (get_row (t));
}

static void
assert_shown (TestWindow *t, const char *expected)
{
  g_assert_cmpstr (chat_message_label_get_shown (get_bubble (t)), ==, expected);
}

static void
act (TestWindow *t, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_row (t)), action, NULL));
}

static void
test_shown (void)
{
  TestWindow t;

  open_with (&t, "**太字** & <b>\n- one");
  assert_shown (&t, "太字 & <b>\n• one");
  g_assert_true (chat_message_label_is_formatted (get_bubble (&t)));
  g_assert_cmpstr (chat_message_row_get_spoken (get_row (&t)), !=, NULL);
  test_window_close (&t);
}

/* The row may be another one meanwhile: the message keeps it. */
static void
test_source (void)
{
  TestWindow t;

  open_with (&t, "a **b**");
  act (&t, "message.show-source");
  assert_shown (&t, "a **b**");
  g_assert_true (chat_message_row_shows_source (get_row (&t)));
  chat_room_view_set_room (t.view, NULL);
  chat_room_view_set_room (t.view, t.room);
  test_window_draw (&t, 2);
  assert_shown (&t, "a **b**");
  act (&t, "message.show-source");
  assert_shown (&t, "a b");
  test_window_close (&t);
}

static void
test_off (void)
{
  TestWindow t;

  open_with (&t, "a **b**");
  chat_room_view_set_format (t.view, FALSE);
  assert_shown (&t, "a **b**");
  g_assert_false (chat_message_label_is_formatted (get_bubble (&t)));
  sample_room_say (t.room, "Hanako", "*c*");
  test_window_draw (&t, 2);
  g_assert_cmpstr (chat_message_label_get_shown (chat_message_row_get_bubble (
                       chat_conversation_get_row (chat_room_view_get_conversation (t.view), 1))),
                   ==, "*c*");
  chat_room_view_set_format (t.view, TRUE);
  assert_shown (&t, "a b");
  test_window_close (&t);
}

/* All of it as it was typed; a part as it is seen */
static void
test_copy (void)
{
  TestWindow t;
  GtkWidget *label;

  open_with (&t, "a **bold** word");
  act (&t, "message.copy");
  test_window_assert_copied (&t, "a **bold** word");
  chat_message_label_grab_text (get_bubble (&t));
  label = gtk_window_get_focus (GTK_WINDOW (t.window));
  g_assert_true (GTK_IS_LABEL (label));
  gtk_label_select_region (GTK_LABEL (label), 2, 6);
  act (&t, "message.copy");
  test_window_assert_copied (&t, "bold");
  test_window_close (&t);
}

static void
test_links (void)
{
  TestWindow t;

  open_with (&t, "**see** [the _map_](https://a.example/x_y_) or `https://b.example/*`");
  g_assert_cmpuint (chat_message_label_get_n_links (get_bubble (&t)), ==, 2);
  g_autofree char *link = chat_message_label_dup_link (get_bubble (&t), 0);
  g_assert_cmpstr (link, ==, "https://a.example/x_y_");
  test_window_close (&t);
}

/* What somebody does, says nothing to be formatted; nor what is not said. */
static void
test_not_speech (void)
{
  TestWindow t;

  open_with (&t, "/me *waves*");
  assert_shown (&t, "* Hanako *waves*");
  test_window_close (&t);
}

/* The label that stands in for the drawn text has its size. */
static void
test_selectable (void)
{
  TestWindow t;
  int width, height, width_then, height_then;

  open_with (&t, "**wide words** and `code`\n```\nblock of code\n```\n> quote");
  chat_message_label_fit (get_bubble (&t), 400, &width, &height);
  chat_message_label_set_selectable (get_bubble (&t), TRUE);
  test_window_draw (&t, 2);
  chat_message_label_fit (get_bubble (&t), 400, &width_then, &height_then);
  g_assert_cmpint (width, ==, width_then);
  g_assert_cmpint (height, ==, height_then);
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/formatted/shown", test_shown);
  g_test_add_func ("/formatted/source", test_source);
  g_test_add_func ("/formatted/off", test_off);
  g_test_add_func ("/formatted/copy", test_copy);
  g_test_add_func ("/formatted/links", test_links);
  g_test_add_func ("/formatted/not-speech", test_not_speech);
  g_test_add_func ("/formatted/selectable", test_selectable);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
