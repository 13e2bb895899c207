/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-error.h"
#include "chat-message-row-private.h"
#include "chat-reaction-bar.h"
#include "chat-room-marks.h"

#include <string.h>

/* Answering, editing, taking back and reacting, as the keyboard and the menu ask for it, without a
 * server. In the sample's log Hanako asks something in 201, and Kenji, who sits here, answers. */

static void
open (TestWindow *t)
{
  SampleSession *session = sample_session_new_secure ();
  ChatRoom *room = sample_room_new_secure (CHAT_SESSION (session));

  sample_room_mark (room);
  test_window_open (t, session, room);
  gtk_window_set_default_size (GTK_WINDOW (t->window), 700, 1400);
  test_window_draw (t, 3);
}

static ChatComposer *
get_composer (TestWindow *t)
{
  return chat_room_view_get_composer (t->view);
}

static ChatAnswerBar *
get_bar (TestWindow *t)
{
  return chat_room_view_get_answer_bar (t->view);
}

static void
assert_typed (TestWindow *t, const char *expected)
{
  g_autofree char *text = chat_composer_dup_text (get_composer (t));

  g_assert_cmpstr (text, ==, expected);
}

/* The newest with that text. Returns: (transfer none) */
static ChatMessage *
find (TestWindow *t, const char *text, guint *position)
{
  GListModel *messages = chat_room_get_messages (t->room);

  for (guint i = g_list_model_get_n_items (messages); i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      *position = i - 1;
      if (strstr (chat_message_get_text (message), text) != NULL)
        return message;
    }
  g_error ("nobody says %s", text);
}

static ChatMessageRow *
get_row (TestWindow *t, const char *text)
{
  guint position;

  find (t, text, &position);
  ChatMessageRow *row =
      chat_conversation_get_row (chat_room_view_get_conversation (t->view), position);
  g_assert_nonnull (row);
  return row;
}

static void
act (TestWindow *t, const char *text, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_row (t, text)), action, NULL));
}

static void
send (TestWindow *t, const char *text)
{
  chat_composer_set_text (get_composer (t), text);
  chat_composer_send (get_composer (t));
}

/* In the order of the tree */
static GtkWidget *
find_child (GtkWidget *widget, GType type, guint n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_type_is_a (G_OBJECT_TYPE (child), type) && n-- == 0)
      return child;
  return NULL;
}

static GtkWidget *
get_reactions (TestWindow *t, const char *text)
{
  return find_child (GTK_WIDGET (get_row (t, text)), CHAT_TYPE_REACTION_BAR, 0);
}

static char *
read_reactions (ChatMessage *message)
{
  const GPtrArray *reactions = chat_message_get_reactions (message);
  GString *read = g_string_new (NULL);

  for (guint i = 0; i < reactions->len; i++)
    {
      const ChatReaction *reaction = g_ptr_array_index (reactions, i);

      g_string_append_printf (read, "%s%u%s ", reaction->text, reaction->n,
                              reaction->own ? "+" : "");
    }
  return g_string_free (read, FALSE);
}

/* ---- answering */

static void
test_reply (void)
{
  TestWindow t;
  guint position;

  open (&t);
  chat_composer_set_text (get_composer (&t), "half a");
  act (&t, "何時に", "message.reply");
  g_assert_cmpint (chat_answer_bar_get_answer (get_bar (&t)), ==, CHAT_ANSWER_REPLY);
  g_assert_true (GTK_IS_TEXT_VIEW (gtk_root_get_focus (GTK_ROOT (t.window))));
  assert_typed (&t, "half a"); /* what was typed is the answer */
  send (&t, "half a sentence");
  g_assert_cmpint (chat_answer_bar_get_answer (get_bar (&t)), ==, CHAT_ANSWER_NONE);
  assert_typed (&t, "");

  ChatMessage *reply = find (&t, "half a sentence", &position);
  g_assert_cmpstr (chat_message_get_reply_sender (reply), ==, "Hanako");
  send (&t, "not an answer");
  g_assert_false (chat_message_is_reply (find (&t, "not an answer", &position)));
  test_window_draw (&t, 2);
  g_assert_true (g_str_has_prefix (chat_message_row_get_quote (get_row (&t, "half a sentence")),
                                   "Hanako: 土"));
  g_assert_null (chat_message_row_get_quote (get_row (&t, "not an answer")));
  test_window_close (&t);
}

/* Escape ends it, and another room; what was answered and is taken back, too. */
static void
test_reply_ends (void)
{
  TestWindow t;
  guint position;

  open (&t);
  act (&t, "何時に", "message.reply");
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.end-answer", NULL);
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  act (&t, "At nine", "message.reply");
  g_assert_true (chat_room_retract (t.room, find (&t, "At nine", &position), NULL));
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  act (&t, "何時に", "message.reply");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_CLOSED);
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  chat_room_set_state (t.room, CHAT_ROOM_JOINED, CHAT_ROOM_END_NONE);
  act (&t, "何時に", "message.reply");
  chat_room_view_set_room (t.view, NULL);
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  test_window_close (&t);
}

/* A click on what was answered leads to it. */
static void
test_jump (void)
{
  TestWindow t;

  open (&t);
  act (&t, "At nine", "message.show-answered");
  test_window_draw (&t, 3);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (get_row (&t, "何時に")), "found"));
  g_assert_cmpstr (chat_message_row_get_quote (get_row (&t, "same here")), ==,
                   "(a message that is not on this computer)");
  g_assert_cmpstr (chat_message_row_get_quote (get_row (&t, "ありがとう")), ==,
                   "Kenji: (taken back)");
  act (&t, "same here", "message.show-answered"); /* a toast */
  test_window_close (&t);
}

/* ---- editing */

static void
test_edit (void)
{
  TestWindow t;
  guint position;

  open (&t);
  chat_composer_set_text (get_composer (&t), "draft");
  chat_room_set_draft (t.room, "draft");
  act (&t, "At nine", "message.edit");
  assert_typed (&t, "At nine, at the north gate!");
  g_signal_emit_by_name (gtk_root_get_focus (GTK_ROOT (t.window)), "insert-at-cursor", "!");
  g_assert_cmpstr (chat_room_get_draft (t.room), ==, "draft");
  send (&t, "At ten");
  g_assert_true (chat_message_is_edited (find (&t, "At ten", &position)));
  g_assert_cmpint (chat_answer_bar_get_answer (get_bar (&t)), ==, CHAT_ANSWER_NONE);
  assert_typed (&t, "draft");
  test_window_draw (&t, 1);
  g_assert_nonnull (strstr (chat_message_row_get_spoken (get_row (&t, "At ten")), "edited "));
  g_assert_null (strstr (chat_message_row_get_spoken (get_row (&t, "何時に")), "edited "));

  act (&t, "At ten", "message.edit");
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.end-answer", NULL);
  assert_typed (&t, "draft");
  act (&t, "何時に", "message.edit"); /* somebody else's */
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  test_window_close (&t);
}

/* Up where nothing is typed; not while something is, nor while the input method composes. */
static void
test_edit_last (void)
{
  TestWindow t;

  open (&t);
  chat_room_view_focus_composer (t.view);
  chat_composer_set_text (get_composer (&t), "x");
  chat_composer_handle_key (get_composer (&t), GDK_KEY_Up, 0, FALSE, FALSE);
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  chat_composer_set_text (get_composer (&t), "");
  chat_composer_handle_key (get_composer (&t), GDK_KEY_Up, 0, TRUE, FALSE);
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  chat_composer_handle_key (get_composer (&t), GDK_KEY_Up, 0, FALSE, FALSE);
  g_assert_cmpint (chat_answer_bar_get_answer (get_bar (&t)), ==, CHAT_ANSWER_EDIT);
  assert_typed (&t, "Still in the tunnel…");
  test_window_close (&t);
}

/* What the disk does not take stays to be tried again. */
static void
test_edit_fails (void)
{
  TestWindow t;

  open (&t);
  act (&t, "At nine", "message.edit");
  sample_session_set_delivery (t.session, CHAT_DELIVERY_FAILED);
  send (&t, "At ten");
  g_assert_cmpint (chat_answer_bar_get_answer (get_bar (&t)), ==, CHAT_ANSWER_EDIT);
  assert_typed (&t, "At ten");
  g_assert_true (g_str_has_prefix (chat_composer_get_hint (get_composer (&t)), "This computer"));
  test_window_close (&t);
}

/* What begins with a slash is typed with two. */
static void
test_edit_slash (void)
{
  TestWindow t;
  guint position;

  open (&t);
  g_assert_true (chat_room_edit (t.room, find (&t, "At nine", &position), "/usr/bin", NULL));
  act (&t, "/usr/bin", "message.edit");
  assert_typed (&t, "//usr/bin");
  chat_composer_send (get_composer (&t));
  g_assert_cmpstr (chat_message_get_text (find (&t, "/usr/bin", &position)), ==, "/usr/bin");
  g_assert_null (chat_answer_bar_get_message (get_bar (&t)));
  test_window_close (&t);
}

/* ---- taking back */

static GtkWindow *
find_question (TestWindow *t)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_window_get_transient_for (window) != NULL)
        return window;
    }
  return NULL;
}

static void
answer (TestWindow *t, const char *response)
{
  GtkWindow *question = find_question (t);

  g_assert_nonnull (question);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), response);
  gtk_window_destroy (question);
  test_wait (find_question (t) == NULL);
}

static void
test_retract (void)
{
  TestWindow t;
  guint position;

  open (&t);
  ChatMessage *message = find (&t, "At nine", &position);
  ChatMessageRow *row = get_row (&t, "At nine");
  act (&t, "At nine", "message.retract");
  answer (&t, "cancel");
  g_assert_cmpint (chat_message_get_kind (message), ==, CHAT_MESSAGE_TEXT);

  act (&t, "At nine", "message.retract");
  answer (&t, "confirm");
  g_assert_cmpint (chat_message_get_kind (message), ==, CHAT_MESSAGE_ERASED);
  g_assert_true (g_str_has_prefix (chat_message_row_get_spoken (row), "You took a message back"));
  g_assert_null (chat_message_row_get_quote (row));
  g_assert_null (find_child (GTK_WIDGET (row), CHAT_TYPE_REACTION_BAR, 0));

  act (&t, "何時に", "message.retract"); /* somebody else's */
  g_assert_null (find_question (&t));
  test_window_close (&t);
}

/* ---- signs */

static void
assert_reactions (TestWindow *t, const char *text, const char *expected)
{
  guint position;
  g_autofree char *reactions = read_reactions (find (t, text, &position));

  g_assert_cmpstr (reactions, ==, expected);
}

static void
test_react (void)
{
  TestWindow t;

  open (&t);
  assert_reactions (&t, "何時に", "👍3+ ");
  GtkWidget *chip = find_child (get_reactions (&t, "何時に"), GTK_TYPE_BUTTON, 0);
  g_assert_true (gtk_widget_has_css_class (chip, "own"));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (chip), ==, "Taro, Hanako, Kenji");
  g_signal_emit_by_name (chip, "clicked");
  assert_reactions (&t, "何時に", "👍2 ");
  g_assert_false (gtk_widget_has_css_class (chip, "own"));
  g_signal_emit_by_name (chip, "clicked");
  assert_reactions (&t, "何時に", "👍3+ ");

  /* The last one takes the line along; most messages have none. */
  g_assert_null (get_reactions (&t, "了解"));
  gtk_widget_activate_action (GTK_WIDGET (get_row (&t, "了解")), "message.react", "s", "🎉");
  assert_reactions (&t, "了解", "🎉1+ ");
  g_assert_nonnull (get_reactions (&t, "了解"));
  g_assert_nonnull (strstr (chat_message_row_get_spoken (get_row (&t, "了解")), ", reactions: "));
  gtk_widget_activate_action (GTK_WIDGET (get_row (&t, "了解")), "message.react", "s", "🎉");
  g_assert_null (get_reactions (&t, "了解"));
  test_window_close (&t);
}

static void
test_picker (void)
{
  TestWindow t;

  open (&t);
  act (&t, "了解", "message.pick-reaction");
  ChatReactionPicker *picker = chat_room_view_need_picker (t.view);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (picker)));
  GtkWidget *box = gtk_popover_get_child (GTK_POPOVER (picker));
  g_signal_emit_by_name (find_child (box, GTK_TYPE_BUTTON, 0), "clicked");
  test_wait (!gtk_widget_get_mapped (GTK_WIDGET (picker)));
  assert_reactions (&t, "了解", "👍1+ ");

  act (&t, "了解", "message.pick-reaction");
  g_assert_true (gtk_widget_has_css_class (find_child (box, GTK_TYPE_BUTTON, 0), "own"));
  g_signal_emit_by_name (find_child (box, GTK_TYPE_BUTTON, 0), "clicked");
  assert_reactions (&t, "了解", "");
  test_window_close (&t);
}

/* Who sends many kinds makes a row neither wide nor endless. */
static void
test_many (void)
{
  TestWindow t;
  graphene_rect_t bounds;

  open (&t);
  GtkWidget *bar = get_reactions (&t, "same here");
  GtkWidget *row = gtk_widget_get_parent (bar);
  g_assert_nonnull (find_child (bar, GTK_TYPE_BUTTON, 16)); /* the one that adds */
  g_assert_null (find_child (bar, GTK_TYPE_BUTTON, 17));
  for (GtkWidget *child = gtk_widget_get_first_child (bar); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      g_assert_true (gtk_widget_compute_bounds (child, row, &bounds));
      g_assert_cmpfloat (bounds.origin.x, >=, 0);
      g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, gtk_widget_get_width (row));
    }
  int height, height_narrow;
  gtk_widget_measure (bar, GTK_ORIENTATION_VERTICAL, 600, &height, NULL, NULL, NULL);
  gtk_widget_measure (bar, GTK_ORIENTATION_VERTICAL, 200, &height_narrow, NULL, NULL, NULL);
  g_assert_cmpint (height_narrow, >, 2 * height - 10);
  test_window_close (&t);
}

/* ---- refused */

static gboolean
says (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

static void
test_refused (void)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_MUTED, "");
  TestWindow t;
  guint position;

  open (&t);
  chat_room_tell_refused (t.room, find (&t, "At nine", &position), error);
  test_wait (says (t.window, "Undone. A host has muted you"));
  sample_session_set_delivery (t.session, CHAT_DELIVERY_FAILED);
  gtk_widget_activate_action (GTK_WIDGET (get_row (&t, "了解")), "message.react", "s", "🎉");
  assert_reactions (&t, "了解", "");
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/marking/reply", test_reply);
  g_test_add_func ("/marking/reply-ends", test_reply_ends);
  g_test_add_func ("/marking/jump", test_jump);
  g_test_add_func ("/marking/edit", test_edit);
  g_test_add_func ("/marking/edit-last", test_edit_last);
  g_test_add_func ("/marking/edit-fails", test_edit_fails);
  g_test_add_func ("/marking/edit-slash", test_edit_slash);
  g_test_add_func ("/marking/retract", test_retract);
  g_test_add_func ("/marking/react", test_react);
  g_test_add_func ("/marking/picker", test_picker);
  g_test_add_func ("/marking/many", test_many);
  g_test_add_func ("/marking/refused", test_refused);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
