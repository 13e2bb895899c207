/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-message-fold.h"
#include "chat-message-row-private.h"

/* Long messages show their beginning, and a button for the rest. */

#define LINES 200
#define LAST_LINE "line 199"

static char *
create_text (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < LINES; i++)
    g_string_append_printf (text, "%sline %u", i > 0 ? "\n" : "", i);
  return g_string_free (text, FALSE);
}

/* A long message, and one before and behind it */
static void
open (TestWindow *t)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);
  g_autofree char *text = create_text ();

  sample_room_say (room, "Taro", "short");
  sample_room_say (room, "Taro", text);
  sample_room_say (room, NULL, "short, too");
  test_window_open (t, session, room);
  test_window_draw (t, 2);
}

static ChatMessageRow *
get_row (TestWindow *t, guint position)
{
  return chat_conversation_get_row (chat_room_view_get_conversation (t->view), position);
}

static GtkWidget *
get_button (ChatMessageRow *row)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (row)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child))
      return child;
  return NULL;
}

static int
get_height (ChatMessageRow *row)
{
  int height;

  gtk_widget_measure (GTK_WIDGET (row), GTK_ORIENTATION_VERTICAL, 600, &height, NULL, NULL, NULL);
  return height;
}

static int
get_bubble_height (ChatMessageRow *row)
{
  int width, height;

  chat_message_label_fit (chat_message_row_get_bubble (row), 500, &width, &height);
  return height;
}

static void
press (ChatMessageRow *row)
{
  g_signal_emit_by_name (get_button (row), "clicked");
}

static void
test_button (void)
{
  TestWindow t;

  open (&t);
  ChatMessageRow *row = get_row (&t, 1);
  int folded = get_height (row);

  g_assert_null (get_button (get_row (&t, 0)));
  g_assert_null (get_button (get_row (&t, 2)));
  g_assert_true (chat_message_row_is_folded (row));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (get_button (row))), ==, "Show More");
  g_assert_nonnull (strstr (chat_message_row_get_spoken (row), LAST_LINE));

  press (row);
  g_assert_cmpint (get_height (row), >, folded * LINES / CHAT_MESSAGE_LONG_LINES / 2);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (get_button (row))), ==, "Show Less");
  test_window_draw (&t, 2);
  press (get_row (&t, 1));
  test_window_draw (&t, 2);
  g_assert_cmpint (get_height (get_row (&t, 1)), ==, folded);
  test_window_close (&t);
}

/* Its height comes from its beginning: ten times the text is not a pixel more. */
static void
test_height (void)
{
  TestWindow t;
  g_autoptr (GString) huge = g_string_new (NULL);

  open (&t);
  g_autofree char *text = create_text ();
  for (guint i = 0; i < 10; i++)
    g_string_append (huge, text);
  sample_room_say (t.room, "Taro", huge->str);
  sample_room_say (t.room, "Taro", text);
  test_window_draw (&t, 2);
  g_assert_cmpint (get_bubble_height (get_row (&t, 4)), ==, get_bubble_height (get_row (&t, 3)));
  test_window_close (&t);
}

/* Space does it, too, and the beginning of what gets shorter comes onto the screen. */
static void
test_keyboard (void)
{
  TestWindow t;
  graphene_rect_t bounds;

  open (&t);
  gtk_widget_grab_focus (GTK_WIDGET (get_row (&t, 1)));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_row (&t, 1)), "message.fold", NULL));
  chat_conversation_scroll_to_end (chat_room_view_get_conversation (t.view));
  test_window_draw (&t, 2);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_row (&t, 1)), "message.fold", NULL));
  test_window_draw (&t, 3);
  ChatMessageRow *row = get_row (&t, 1);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (row)));
  g_assert_true (gtk_widget_compute_bounds (
      GTK_WIDGET (row), GTK_WIDGET (chat_room_view_get_conversation (t.view)), &bounds));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, >, 0);
  g_assert_cmpfloat (bounds.origin.y, <,
                     gtk_widget_get_height (GTK_WIDGET (chat_room_view_get_conversation (t.view))));
  test_window_close (&t);
}

/* Who is led to a message, or wants to select in it, sees all of it. */
static void
test_unfolds (void)
{
  TestWindow t;

  open (&t);
  chat_conversation_show_message (chat_room_view_get_conversation (t.view), 1);
  test_window_draw (&t, 2);
  g_assert_false (chat_message_row_is_folded (get_row (&t, 1)));
  press (get_row (&t, 1));
  g_assert_true (chat_message_row_is_folded (get_row (&t, 1)));
  gtk_widget_activate_action (GTK_WIDGET (get_row (&t, 1)), "message.select", NULL);
  g_assert_false (chat_message_row_is_folded (get_row (&t, 1)));

  g_autofree char *all = create_text ();
  g_autofree char *selected =
      chat_message_label_dup_selection (chat_message_row_get_bubble (get_row (&t, 1)));
  g_assert_cmpstr (selected, ==, all);
  test_window_close (&t);
}

/* Folded or not, all of it is copied, and the message stays as one left it. */
static void
test_kept (void)
{
  TestWindow t;

  open (&t);
  g_autofree char *all = create_text ();
  g_assert_cmpstr (chat_message_label_get_text (chat_message_row_get_bubble (get_row (&t, 1))), ==,
                   all);
  press (get_row (&t, 1));
  chat_room_view_set_room (t.view, NULL);
  chat_room_view_set_room (t.view, t.room);
  test_window_draw (&t, 2);
  g_assert_false (chat_message_row_is_folded (get_row (&t, 1)));
  test_window_close (&t);
}

/* What is formatted is cut after that: marks that hang over the end do no harm. */
static void
test_formatted (void)
{
  TestWindow t;
  g_autoptr (GString) text = g_string_new ("**bold");

  open (&t);
  for (guint i = 0; i < 1400; i++)
    g_string_append (text, " x");
  g_string_append (text, " https://a.example/** `code`");
  sample_room_say (t.room, "Taro", text->str);
  test_window_draw (&t, 2);
  ChatMessageRow *row = get_row (&t, 3);
  g_assert_true (chat_message_row_is_folded (row));
  g_assert_true (chat_message_label_is_formatted (chat_message_row_get_bubble (row)));
  g_assert_cmpuint (chat_message_label_get_n_links (chat_message_row_get_bubble (row)), ==, 1);
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/folding/button", test_button);
  g_test_add_func ("/folding/height", test_height);
  g_test_add_func ("/folding/keyboard", test_keyboard);
  g_test_add_func ("/folding/unfolds", test_unfolds);
  g_test_add_func ("/folding/kept", test_kept);
  g_test_add_func ("/folding/formatted", test_formatted);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
