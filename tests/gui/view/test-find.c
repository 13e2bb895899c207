/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-search-snippet.h"
#include "chat-search.h"

#include <string.h>

/* Searching the room that is shown, with the bar above it. */

#define N_LINES 400

static const char *
get_status (TestWindow *t)
{
  return chat_find_bar_get_status (chat_room_view_get_find_bar (t->view));
}

static void
open (TestWindow *t)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  for (guint i = 0; i < N_LINES; i++)
    {
      g_autofree char *text = g_strdup_printf (i % 100 == 50 ? "東京タワー %u" : "line %u", i);

      sample_room_say (room, "Hanako", text);
    }
  chat_room_mark_read (room);
  test_window_open (t, session, room);
}

static void
type (TestWindow *t, const char *text)
{
  gtk_editable_set_text (chat_find_bar_get_entry (chat_room_view_get_find_bar (t->view)), text);
}

static void
press_enter (TestWindow *t)
{
  g_signal_emit_by_name (chat_find_bar_get_entry (chat_room_view_get_find_bar (t->view)),
                         "activate");
}

static void
act (TestWindow *t, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->view), action, NULL));
}

/* Returns: whether the row at @position is marked, and all of it can be seen */
static gboolean
is_shown (TestWindow *t, guint position)
{
  GtkWidget *conversation = GTK_WIDGET (chat_room_view_get_conversation (t->view));
  ChatMessageRow *row = chat_conversation_get_row (CHAT_CONVERSATION (conversation), position);
  graphene_rect_t bounds;

  return row != NULL && gtk_widget_has_css_class (GTK_WIDGET (row), "found") &&
         gtk_widget_compute_bounds (GTK_WIDGET (row), conversation, &bounds) &&
         bounds.origin.y >= 0 &&
         bounds.origin.y + bounds.size.height <= (float) gtk_widget_get_height (conversation);
}

static void
test_find (void)
{
  TestWindow t;
  ChatFindBar *bar;

  open (&t);
  bar = chat_room_view_get_find_bar (t.view);
  g_assert_false (chat_find_bar_is_open (bar));
  act (&t, "room.find");
  g_assert_true (chat_find_bar_is_open (bar));
  g_assert_true (
      gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (t.window)), GTK_WIDGET (bar)));
  g_assert_cmpstr (get_status (&t), ==, "");

  type (&t, "ﾀﾜｰ"); /* as one types, the newest */
  test_wait (is_shown (&t, 350));
  g_assert_cmpstr (get_status (&t), ==, "1 of 4");
  g_assert_false (chat_conversation_is_following (chat_room_view_get_conversation (t.view)));
  press_enter (&t);
  test_wait (is_shown (&t, 250));
  g_assert_cmpstr (get_status (&t), ==, "2 of 4");
  g_assert_false (is_shown (&t, 350));
  press_enter (&t);
  press_enter (&t);
  test_wait (is_shown (&t, 50));
  press_enter (&t); /* once more from the beginning */
  test_wait (is_shown (&t, 350));
  chat_find_bar_step (bar, FALSE); /* and back */
  test_wait (is_shown (&t, 50));
  g_assert_cmpstr (get_status (&t), ==, "4 of 4");
  test_window_close (&t);
}

/* Nobody waits for the moment after the last key. */
static void
test_enter_at_once (void)
{
  TestWindow t;

  open (&t);
  act (&t, "room.find");
  type (&t, "line 7 ");
  press_enter (&t);
  test_wait (is_shown (&t, 7));
  g_assert_cmpstr (get_status (&t), ==, "1 of 1");
  type (&t, "line 8 ");
  press_enter (&t);
  test_wait (is_shown (&t, 8));
  test_window_close (&t);
}

static void
test_none (void)
{
  TestWindow t;

  open (&t);
  act (&t, "room.find");
  type (&t, "大阪");
  test_wait (g_str_equal (get_status (&t), "No results"));
  g_assert_true (chat_conversation_is_following (chat_room_view_get_conversation (t.view)));
  press_enter (&t);
  chat_find_bar_step (chat_room_view_get_find_bar (t.view), FALSE);
  g_assert_cmpstr (get_status (&t), ==, "No results");
  type (&t, "");
  test_wait (g_str_equal (get_status (&t), ""));
  test_window_close (&t);
}

/* More than one page of them */
static void
test_many (void)
{
  TestWindow t;

  open (&t);
  act (&t, "room.find");
  type (&t, "line");
  test_wait (g_str_equal (get_status (&t), "1 of 50+"));
  for (guint i = 1; i < CHAT_SEARCH_PAGE; i++)
    press_enter (&t);
  g_assert_cmpstr (get_status (&t), ==, "50 of 50+");
  press_enter (&t);
  test_wait (g_str_equal (get_status (&t), "51 of 100+"));
  /* 396 of them in 8 pages */
  for (guint i = 51; i < N_LINES - 4; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u of ", i + 1);

      press_enter (&t);
      test_wait (g_str_has_prefix (get_status (&t), expected));
    }
  g_assert_cmpstr (get_status (&t), ==, "396 of 396");
  test_wait (is_shown (&t, 0));
  test_window_close (&t);
}

/* Escape, and another room */
static void
test_close (void)
{
  TestWindow t;
  ChatFindBar *bar;
  g_autoptr (ChatRoom) other = NULL;

  open (&t);
  bar = chat_room_view_get_find_bar (t.view);
  act (&t, "room.find");
  type (&t, "東京");
  test_wait (is_shown (&t, 350));
  g_signal_emit_by_name (chat_find_bar_get_entry (bar), "stop-search");
  g_assert_false (chat_find_bar_is_open (bar));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (t.window)),
                                         GTK_WIDGET (chat_room_view_get_composer (t.view))));
  g_assert_cmpstr (get_status (&t), ==, "");

  act (&t, "room.find");
  type (&t, "東京");
  other = chat_room_new (CHAT_SESSION (t.session), "Other", "Kenji", FALSE);
  chat_room_view_set_room (t.view, other);
  g_assert_false (chat_find_bar_is_open (bar));
  chat_room_view_set_room (t.view, NULL);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t.view), "room.find", NULL));
  g_assert_false (chat_find_bar_is_open (bar));
  test_window_close (&t);
}

/* An Enter that ends a composition goes nowhere. */
static void
test_composing (void)
{
  TestWindow t;
  GtkEditable *text;

  open (&t);
  act (&t, "room.find");
  type (&t, "東京");
  test_wait (g_str_equal (get_status (&t), "1 of 4"));
  text = gtk_editable_get_delegate (chat_find_bar_get_entry (chat_room_view_get_find_bar (t.view)));
  g_signal_emit_by_name (text, "preedit-changed", "とう");
  press_enter (&t);
  g_assert_cmpstr (get_status (&t), ==, "1 of 4");
  test_window_close (&t);
}

/* The mark goes by itself. */
static void
test_mark_goes (void)
{
  TestWindow t;

  open (&t);
  act (&t, "room.find");
  type (&t, "東京");
  test_wait (is_shown (&t, 350));
  test_wait (!is_shown (&t, 350));
  test_window_close (&t);
}

/* The end is found as the end: what is said next is followed. */
static void
test_at_end (void)
{
  TestWindow t;

  open (&t);
  act (&t, "room.find");
  type (&t, "line 399");
  test_wait (is_shown (&t, 399));
  test_wait (chat_conversation_is_following (chat_room_view_get_conversation (t.view)));
  test_window_close (&t);
}

/* --- snippets ------------------------------------------------------------ */

static void
assert_snippet (const char *text, const char *typed, const char *expected)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "Room", "Kenji", FALSE);
  g_autoptr (PangoAttrList) attributes = NULL;
  g_autofree char *snippet = NULL;
  g_autofree char *bold = NULL;

  sample_room_say (room, "Hanako", text);
  g_autoptr (ChatSearch) search = chat_search_new_in_room (room, typed);
  test_wait (!chat_search_is_searching (search));
  g_autoptr (ChatSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (search), 0);
  snippet = chat_search_snippet (hit, &attributes);
  bold = pango_attr_list_to_string (attributes);
  g_assert_true (g_utf8_validate (snippet, -1, NULL));
  g_autofree char *both = g_strconcat (snippet, "|", bold, NULL);
  g_assert_cmpstr (both, ==, expected);
}

static void
test_snippet (void)
{
  assert_snippet ("今日は東京だ", "東京", "今日は東京だ|9 15 weight bold");
  assert_snippet ("<b>a&amp;\nbcd</b>", "bcd", "<b>a&amp; bcd</b>|10 13 weight bold");
  assert_snippet ("0123456789 123456789 123456789 xy", "xy",
                  "…123456789 123456789 xy|23 25 weight bold");

  g_autofree char *long_tail = g_strnfill (300, 'z');
  g_autofree char *text = g_strdup_printf ("xy\n%s xy", long_tail);
  g_autofree char *shown = g_strdup_printf ("xy %.157s…|0 2 weight bold", long_tail);
  assert_snippet (text, "xy", shown);
}

static void
add_tests (void)
{
  g_test_add_func ("/find/find", test_find);
  g_test_add_func ("/find/enter-at-once", test_enter_at_once);
  g_test_add_func ("/find/none", test_none);
  g_test_add_func ("/find/many", test_many);
  g_test_add_func ("/find/close", test_close);
  g_test_add_func ("/find/composing", test_composing);
  g_test_add_func ("/find/mark-goes", test_mark_goes);
  g_test_add_func ("/find/at-end", test_at_end);
  g_test_add_func ("/find/snippet", test_snippet);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
