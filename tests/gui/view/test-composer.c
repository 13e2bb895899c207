/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-byte-counter.h"

static void
open (TestWindow *t)
{
  SampleSession *session = sample_session_new ();

  test_window_open (t, session, chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE));
  chat_room_view_focus_composer (t->view);
  test_window_draw (t, 1);
}

static ChatComposer *
get_composer (TestWindow *t)
{
  return chat_room_view_get_composer (t->view);
}

static void
type (TestWindow *t, const char *text)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (t->window));

  g_assert_true (GTK_IS_TEXT_VIEW (focus));
  g_signal_emit_by_name (focus, "insert-at-cursor", text);
}

static void
press (TestWindow *t, guint keyval, GdkModifierType modifiers)
{
  chat_composer_handle_key (get_composer (t), keyval, modifiers, FALSE, FALSE);
}

static void
assert_text (TestWindow *t, const char *expected)
{
  g_autofree char *text = chat_composer_dup_text (get_composer (t));

  g_assert_cmpstr (text, ==, expected);
}

static guint
get_n (TestWindow *t)
{
  return g_list_model_get_n_items (chat_room_get_messages (t->room));
}

static void
assert_last (TestWindow *t, ChatMessageKind kind, const char *text)
{
  ChatMessage *last = chat_room_get_last_message (t->room);

  g_assert_nonnull (last);
  g_assert_cmpint (chat_message_get_kind (last), ==, kind);
  g_assert_cmpstr (chat_message_get_text (last), ==, text);
}

static void
test_send (void)
{
  TestWindow t;

  open (&t);
  type (&t, "こんにちは");
  press (&t, GDK_KEY_Return, GDK_SHIFT_MASK);
  type (&t, "二行目");
  assert_text (&t, "こんにちは\n二行目");
  press (&t, GDK_KEY_Return, 0);
  assert_text (&t, "");
  assert_last (&t, CHAT_MESSAGE_TEXT, "こんにちは\n二行目");
  g_assert_cmpuint (sample_session_get_n_sent (t.session), ==, 1);
  test_window_close (&t);
}

static void
test_blank (void)
{
  TestWindow t;

  open (&t);
  press (&t, GDK_KEY_Return, 0);
  type (&t, " \n　");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpuint (get_n (&t), ==, 0);
  test_window_close (&t);
}

static void
test_enter_setting (void)
{
  TestWindow t;

  open (&t);
  chat_room_view_set_enter_sends (t.view, FALSE);
  type (&t, "x");
  press (&t, GDK_KEY_Return, 0);
  assert_text (&t, "x\n");
  press (&t, GDK_KEY_Return, GDK_CONTROL_MASK);
  assert_last (&t, CHAT_MESSAGE_TEXT, "x");
  test_window_close (&t);
}

static void
test_composition (void)
{
  TestWindow t;

  open (&t);
  type (&t, "へんかん");
  g_assert_false (chat_composer_handle_key (get_composer (&t), GDK_KEY_Return, 0, TRUE, FALSE));
  g_assert_true (chat_composer_handle_key (get_composer (&t), GDK_KEY_Return, 0, TRUE, TRUE));
  g_assert_true (chat_composer_handle_key (get_composer (&t), GDK_KEY_Return, 0, FALSE, TRUE));
  g_assert_cmpuint (get_n (&t), ==, 0);
  assert_text (&t, "へんかん");
  test_window_close (&t);
}

static void
test_commands (void)
{
  TestWindow t;

  open (&t);
  type (&t, "/me 手を振る");
  press (&t, GDK_KEY_Return, 0);
  assert_last (&t, CHAT_MESSAGE_TEXT, "/me 手を振る");

  type (&t, "//x");
  press (&t, GDK_KEY_Return, 0);
  assert_last (&t, CHAT_MESSAGE_TEXT, "/x");

  guint n = get_n (&t);
  type (&t, "/nosuch thing");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpuint (get_n (&t), ==, n);
  assert_text (&t, "/nosuch thing");
  g_assert_cmpstr (chat_composer_get_hint (get_composer (&t)), !=, "");
  type (&t, "!");
  g_assert_cmpstr (chat_composer_get_hint (get_composer (&t)), ==, "");

  chat_composer_set_text (get_composer (&t), "/help");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpint (chat_message_get_kind (chat_room_get_last_message (t.room)), ==,
                   CHAT_MESSAGE_LOCAL);
  assert_text (&t, "");

  chat_composer_set_text (get_composer (&t), "／ｑｕｉｔ");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpstr (t.activated->str, ==, "leave-room ");
  assert_text (&t, "");
  test_window_close (&t);
}

static void
assert_completions (TestWindow *t, const char *expected)
{
  g_auto (GStrv) words = chat_composer_dup_completions (get_composer (t));
  g_autofree char *joined = g_strjoinv (" ", words);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_completion (void)
{
  TestWindow t;

  open (&t);
  type (&t, "/");
  assert_completions (&t, "/me /help /quit /hand /away /back /msg");
  press (&t, GDK_KEY_Down, 0);
  press (&t, GDK_KEY_Tab, 0);
  assert_text (&t, "/help ");
  assert_completions (&t, "");

  chat_composer_set_text (get_composer (&t), "");
  type (&t, "／");
  type (&t, "q");
  assert_completions (&t, "/quit");
  press (&t, GDK_KEY_Escape, 0);
  assert_completions (&t, "");
  assert_text (&t, "／q");
  type (&t, "u");
  assert_completions (&t, "/quit");
  press (&t, GDK_KEY_Tab, 0); /* completes, and does not leave yet */
  assert_text (&t, "/quit ");
  g_assert_cmpstr (t.activated->str, ==, "");

  chat_composer_set_text (get_composer (&t), "");
  type (&t, "/m");
  press (&t, GDK_KEY_Return, 0); /* needs more */
  assert_text (&t, "/me ");

  chat_composer_set_text (get_composer (&t), "");
  type (&t, "/h");
  press (&t, GDK_KEY_Return, 0); /* needs nothing */
  g_assert_cmpuint (get_n (&t), ==, 1);
  assert_text (&t, "");
  g_assert_cmpstr (chat_room_get_draft (t.room), ==, "");

  type (&t, "/quit");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpstr (t.activated->str, ==, "leave-room ");
  test_window_close (&t);
}

static void
test_limit (void)
{
  TestWindow t;
  g_autofree char *fits = g_strnfill (SAMPLE_MAX_TEXT_LEN, 'x');

  open (&t);
  type (&t, fits);
  type (&t, "あ");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpuint (get_n (&t), ==, 0);
  chat_composer_set_text (get_composer (&t), fits);
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpuint (get_n (&t), ==, 1);
  test_window_close (&t);
}

static void
assert_counter (gsize max_len, const char *text, const char *expected)
{
  ChatByteCounter *counter =
      CHAT_BYTE_COUNTER (g_object_ref_sink (g_object_new (CHAT_TYPE_BYTE_COUNTER, NULL)));

  chat_byte_counter_set_max_len (counter, max_len);
  chat_byte_counter_set_text (counter, text);
  g_assert_cmpstr (chat_byte_counter_get_words (counter), ==, expected);
  g_object_unref (counter);
}

/* The limit is in bytes, but nobody counts them. */
static void
test_counter (void)
{
  assert_counter (0, "xxxx", "");
  assert_counter (10, "", "");
  assert_counter (10, "xxxxxxx", "");
  assert_counter (10, "xxxxxxxx", "About 2 characters left");
  assert_counter (12, "あああ", "About 1 character left");
  assert_counter (10, "ああああ", "1 character too long");
  assert_counter (10, "ああああx", "2 characters too long");
}

static void
test_draft (void)
{
  TestWindow t;
  g_autoptr (SampleSession) session = sample_session_new ();
  g_autoptr (ChatRoom) other = chat_room_new (CHAT_SESSION (session), "Other", "Kenji", FALSE);

  open (&t);
  type (&t, "まだ途中");
  g_assert_cmpstr (chat_room_get_draft (t.room), ==, "まだ途中");
  chat_room_view_set_room (t.view, other);
  assert_text (&t, "");
  g_assert_cmpstr (chat_room_get_draft (t.room), ==, "まだ途中");
  type (&t, "elsewhere");
  chat_room_view_set_room (t.view, t.room);
  assert_text (&t, "まだ途中");
  g_assert_cmpstr (chat_room_get_draft (other), ==, "elsewhere");
  press (&t, GDK_KEY_Return, 0);
  g_assert_cmpstr (chat_room_get_draft (t.room), ==, "");
  test_window_close (&t);
}

static void
test_ended (void)
{
  TestWindow t;

  open (&t);
  chat_room_set_state (t.room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (get_composer (&t))));
  g_assert_cmpstr (chat_composer_get_placeholder (get_composer (&t)), ==, "Write a message");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_CLOSED);
  g_assert_cmpstr (chat_composer_get_placeholder (get_composer (&t)), ==,
                   "You can no longer write");
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (get_composer (&t))));
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.send", "s", "too late");
  g_assert_cmpuint (get_n (&t), ==, 0);
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/composer/send", test_send);
  g_test_add_func ("/composer/blank", test_blank);
  g_test_add_func ("/composer/enter-setting", test_enter_setting);
  g_test_add_func ("/composer/composition", test_composition);
  g_test_add_func ("/composer/commands", test_commands);
  g_test_add_func ("/composer/completion", test_completion);
  g_test_add_func ("/composer/limit", test_limit);
  g_test_add_func ("/composer/counter", test_counter);
  g_test_add_func ("/composer/draft", test_draft);
  g_test_add_func ("/composer/ended", test_ended);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
