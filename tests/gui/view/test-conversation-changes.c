/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-message-rows.h"
#include "chat-message-text.h"
#include "chat-room-private.h"

/* A conversation with a log changes anywhere: what others say comes before what waits, history
 * comes at the front, a waiting message moves, some go, some are erased. The rows must always be
 * what a list made anew would show, and whoever reads above must not lose the place. */

#define ROUNDS 120
#define SEED 20261125

typedef struct
{
  TestWindow window;
  GRand *rand;
  GPtrArray *expected; /* of ChatMessage: what must stand in the model */
  guint n_settled;
  guint n_rows; /* that were looked at */
  guint64 next_id, first_id;
  gint64 now_us, first_us;
} Play;

static ChatConversation *
get_conversation (Play *self)
{
  return chat_room_view_get_conversation (self->window.view);
}

static GListModel *
get_messages (Play *self)
{
  return chat_room_get_messages (self->window.room);
}

/* ---- what happens */

static ChatMessage *
create (Play *self, gint64 time_us)
{
  static const char *people[] = { "Taro", "Hanako", "Åsa" };
  const char *sender = people[g_rand_int_range (self->rand, 0, 3)];

  return chat_message_new (CHAT_MESSAGE_TEXT, sender,
                           g_rand_boolean (self->rand) ? "短い" : "A longer one, it may well wrap",
                           time_us, FALSE);
}

static void
receive (Play *self)
{
  guint n = (guint) g_rand_int_range (self->rand, 1, 4);
  g_autoptr (GPtrArray) news = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      ChatMessage *message = create (self, self->now_us);

      self->now_us += g_rand_int_range (self->rand, 0, 4) * G_TIME_SPAN_HOUR;
      chat_message_set_place (message, self->next_id++, 7);
      g_ptr_array_add (news, message);
      g_ptr_array_insert (self->expected, (int) self->n_settled++, g_object_ref (message));
    }
  chat_room_take_entries (self->window.room, (ChatMessage **) news->pdata, n);
}

static void
prepend (Play *self)
{
  guint n = (guint) g_rand_int_range (self->rand, 1, 30);
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      ChatMessage *message = create (self, self->first_us);

      self->first_us -= g_rand_int_range (self->rand, 0, 4) * G_TIME_SPAN_HOUR;
      chat_message_set_place (message, self->first_id--, 7);
      chat_message_set_history (message, TRUE);
      g_ptr_array_insert (older, 0, message);
      g_ptr_array_insert (self->expected, 0, g_object_ref (message));
    }
  self->n_settled += n;
  chat_room_prepend (self->window.room, (ChatMessage **) older->pdata, n);
}

static void
say (Play *self)
{
  chat_room_send_async (self->window.room, "own", NULL, NULL, NULL);
  g_ptr_array_add (self->expected,
                   g_list_model_get_item (get_messages (self),
                                          g_list_model_get_n_items (get_messages (self)) - 1));
}

/* Any of those that wait, so that it may move */
static void
confirm (Play *self)
{
  guint n_waiting = self->expected->len - self->n_settled;

  if (n_waiting == 0)
    return;
  guint which = self->n_settled + (guint) g_rand_int_range (self->rand, 0, (int) n_waiting);
  ChatMessage *message = g_ptr_array_steal_index (self->expected, which);

  g_ptr_array_insert (self->expected, (int) self->n_settled++, message);
  chat_message_set_place (message, self->next_id++, 1);
  chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
  chat_room_take_entries (self->window.room, &message, 1);
}

static void
take_away (Play *self)
{
  if (self->expected->len < 50)
    return;
  guint which = (guint) g_rand_int_range (self->rand, 0, (int) self->expected->len);
  g_autoptr (ChatMessage) message = g_ptr_array_steal_index (self->expected, which);

  if (which < self->n_settled)
    self->n_settled--;
  chat_room_remove (self->window.room, message);
}

static void
erase (Play *self)
{
  if (self->expected->len == 0)
    return;
  ChatMessage *message = g_ptr_array_index (
      self->expected, (guint) g_rand_int_range (self->rand, 0, (int) self->expected->len));

  if (chat_message_get_delivery (message) != CHAT_DELIVERY_WAITING)
    chat_message_erase (message);
}

/* The log ends earlier than was thought: own ones wait again. */
static void
withdraw (Play *self)
{
  if (self->next_id < 20)
    return;
  guint64 after = self->next_id - (guint64) g_rand_int_range (self->rand, 1, 6);
  g_autoptr (GPtrArray) own = chat_room_withdraw (self->window.room, after);

  for (guint i = self->n_settled; i-- > 0;)
    {
      g_autoptr (ChatMessage) message = NULL;

      if (chat_message_get_id (g_ptr_array_index (self->expected, i)) <= after &&
          !g_ptr_array_find (own, g_ptr_array_index (self->expected, i), NULL))
        continue;
      message = g_ptr_array_steal_index (self->expected, i);
      self->n_settled--;
    }
  for (guint i = 0; i < own->len; i++)
    g_ptr_array_insert (self->expected, (int) (self->n_settled + i), g_object_ref (own->pdata[i]));
}

/* ---- what one sees */

/* Each row that the list has, wherever it thinks that it stands */
static void
assert_row (ChatMessageRow *row, gpointer data)
{
  Play *self = data;
  ChatMessage *message = chat_message_row_get_message (row);
  guint position;

  g_assert_true (g_ptr_array_find (self->expected, message, &position));
  ChatMessage *previous = position > 0 ? g_ptr_array_index (self->expected, position - 1) : NULL;
  g_autofree char *spoken = chat_message_get_spoken (message);

  self->n_rows++;
  g_assert_cmpuint (chat_message_row_get_position (row), ==, position);
  g_assert_cmpstr (chat_message_row_get_spoken (row), ==, spoken);
  g_assert_cmpint (chat_message_row_get_day (row) != NULL, ==,
                   chat_message_starts_day (message, previous));
  g_assert_cmpint (chat_message_row_has_history_line (row), ==,
                   chat_message_ends_history (message, previous));
  g_assert_cmpint (chat_message_row_has_name (row), ==,
                   chat_message_is_speech (message) && !chat_message_is_own (message) &&
                       chat_message_starts_group (message, previous));
  g_assert_cmpint (chat_message_row_has_unread_line (row), ==,
                   position == chat_conversation_get_first_unread (get_conversation (self)));
}

static GtkWidget *
find_list (GtkWidget *root)
{
  GtkWidget *found = GTK_IS_LIST_VIEW (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_list (child);
  return found;
}

static void
assert_shown (Play *self)
{
  guint n = g_list_model_get_n_items (get_messages (self));

  g_assert_cmpuint (n, ==, self->expected->len);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (get_messages (self), i);

      g_assert_true (message == g_ptr_array_index (self->expected, i));
    }
  self->n_rows = 0;
  chat_message_rows_foreach (find_list (GTK_WIDGET (get_conversation (self))), assert_row, self);
  g_assert_cmpuint (self->n_rows, >=, MIN (n, 8));
}

/* Returns: (transfer full) (nullable) */
static ChatMessage *
dup_top (Play *self, int *offset)
{
  guint top = chat_conversation_get_top (get_conversation (self), offset);

  return g_list_model_get_item (get_messages (self), top);
}

static void
assert_place_kept (Play *self, ChatMessage *top, int offset)
{
  guint position;
  int offset_now;

  if (top == NULL || !g_ptr_array_find (self->expected, top, &position))
    return;
  g_autoptr (ChatMessage) top_now = dup_top (self, &offset_now);
  ChatMessageRow *row = chat_conversation_get_row (get_conversation (self), position);
  graphene_rect_t bounds;

  g_assert_nonnull (row);
  g_assert_true (
      gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (get_conversation (self)), &bounds));
  g_test_message ("top %u at %d, was at %d", position, (int) bounds.origin.y, offset);
  g_assert_cmpint (ABS ((int) bounds.origin.y - offset), <=, 1);
}

/* ---- the play */

static void
scroll_by (Play *self, double px)
{
  GtkWidget *row = NULL;

  for (guint i = self->expected->len; i > 0 && row == NULL; i--)
    row = GTK_WIDGET (chat_conversation_get_row (get_conversation (self), i - 1));
  GtkWidget *scrolled = gtk_widget_get_ancestor (row, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + px);
  test_window_draw (&self->window, 2);
}

static void
happen (Play *self, gboolean reading)
{
  void (*const whatever[]) (Play *) = { receive, receive,   confirm, prepend,
                                        erase,   take_away, say,     withdraw };
  /* What oneself says goes to the end */
  int n = (int) G_N_ELEMENTS (whatever);
  int which = g_rand_int_range (self->rand, 0, n);

  if (reading && whatever[which] == say)
    which = 0;
  whatever[which](self);
}

static void
set_up (Play *self)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  sample_session_set_delivery (session, CHAT_DELIVERY_WAITING);
  self->rand = g_rand_new_with_seed (SEED);
  self->expected = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_settled = 0;
  self->next_id = self->first_id = 100000;
  self->next_id++;
  self->now_us = g_get_real_time () - 1000 * G_TIME_SPAN_HOUR;
  self->first_us = self->now_us - G_TIME_SPAN_HOUR;
  test_window_open (&self->window, session, room);
}

static void
tear_down (Play *self)
{
  g_ptr_array_unref (self->expected);
  g_rand_free (self->rand);
  test_window_close (&self->window);
}

static void
test_at_end (void)
{
  Play play;

  set_up (&play);
  for (guint i = 0; i < ROUNDS; i++)
    {
      happen (&play, FALSE);
      test_window_draw (&play.window, 1);
      assert_shown (&play);
      g_assert_true (chat_conversation_is_following (get_conversation (&play)));
    }
  tear_down (&play);
}

static void
test_reading_above (void)
{
  Play play;

  set_up (&play);
  for (guint i = 0; i < 40; i++)
    receive (&play);
  prepend (&play);
  say (&play);
  say (&play);
  test_window_draw (&play.window, 2);
  scroll_by (&play, -600);
  g_assert_false (chat_conversation_is_following (get_conversation (&play)));
  for (guint i = 0; i < ROUNDS && !chat_conversation_is_following (get_conversation (&play)); i++)
    {
      int offset;
      g_autoptr (ChatMessage) top = dup_top (&play, &offset);

      happen (&play, TRUE);
      test_window_draw (&play.window, 2);
      assert_shown (&play);
      assert_place_kept (&play, top, offset);
    }
  g_assert_cmpuint (chat_conversation_get_n_new (get_conversation (&play)), >, 0);
  tear_down (&play);
}

/* The last of many that wait gets into the log first: all of them are taken out and put back. */
static void
test_move_across (void)
{
  Play play;
  int offset;

  set_up (&play);
  for (guint i = 0; i < 60; i++)
    say (&play);
  test_window_draw (&play.window, 2);
  scroll_by (&play, -600);
  g_autoptr (ChatMessage) top = dup_top (&play, &offset);
  ChatMessage *last = g_ptr_array_steal_index (play.expected, play.expected->len - 1);

  g_ptr_array_insert (play.expected, 0, last);
  chat_message_set_place (last, play.next_id++, 1);
  chat_message_set_delivery (last, CHAT_DELIVERY_CONFIRMED, NULL);
  chat_room_take_entries (play.window.room, &last, 1);
  test_window_draw (&play.window, 2);
  assert_shown (&play);
  assert_place_kept (&play, top, offset);
  g_assert_false (chat_conversation_is_following (get_conversation (&play)));
  tear_down (&play);
}

static void
test_history (void)
{
  Play play;

  set_up (&play);
  receive (&play);
  prepend (&play);
  test_window_draw (&play.window, 2);
  assert_shown (&play);
  /* History is no news. */
  g_assert_cmpuint (chat_room_get_unread (play.window.room), <=, 3);
  g_assert_cmpuint (chat_conversation_get_n_new (get_conversation (&play)), ==, 0);
  guint joined = play.n_settled;
  while (joined > 0 && !chat_message_is_history (g_ptr_array_index (play.expected, joined - 1)))
    joined--;
  g_assert_true (chat_message_row_has_history_line (
      chat_conversation_get_row (get_conversation (&play), joined)));
  tear_down (&play);
}

static void
fail (Play *self, int code)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, code, "");

  chat_message_set_delivery (g_ptr_array_index (self->expected, 0), CHAT_DELIVERY_FAILED, error);
  test_window_draw (&self->window, 2);
}

static void
test_refused (void)
{
  Play play;

  set_up (&play);
  say (&play);
  test_window_draw (&play.window, 2);
  GtkWidget *row = GTK_WIDGET (chat_conversation_get_row (get_conversation (&play), 0));
  ChatMessage *message = g_ptr_array_index (play.expected, 0);

  fail (&play, CHAT_ERROR_BAD_TEXT);
  g_assert_nonnull (
      strstr (chat_message_row_get_failure (CHAT_MESSAGE_ROW (row)), "cannot pass this text on"));
  gtk_widget_activate_action (row, "message.resend", NULL);
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_WAITING);

  /* The room is gone: trying again is of no use, and nothing happens. */
  fail (&play, CHAT_ERROR_ROOM_GONE);
  gtk_widget_activate_action (row, "message.resend", NULL);
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_FAILED);

  gtk_widget_activate_action (row, "message.discard", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (get_messages (&play)), ==, 0);
  g_ptr_array_set_size (play.expected, 0);
  test_window_draw (&play.window, 1);
  tear_down (&play);
}

/* What has a row keeps it where lines come above it: none is made anew but for what came. */
static void
test_rows_stay (void)
{
  Play play;

  set_up (&play);
  for (guint i = 0; i < 20; i++)
    receive (&play);
  test_window_draw (&play.window, 2);
  const guint n = play.expected->len;
  const guint binds = chat_conversation_get_n_binds (get_conversation (&play));

  for (guint i = 0; i < 3; i++)
    {
      prepend (&play);
      test_window_draw (&play.window, 1);
      assert_shown (&play);
    }
  g_assert_cmpuint (chat_conversation_get_n_binds (get_conversation (&play)), <=,
                    binds + play.expected->len - n);
  tear_down (&play);
}

static void
add_tests (void)
{
  g_test_add_func ("/conversation-changes/at-end", test_at_end);
  g_test_add_func ("/conversation-changes/reading-above", test_reading_above);
  g_test_add_func ("/conversation-changes/move-across", test_move_across);
  g_test_add_func ("/conversation-changes/history", test_history);
  g_test_add_func ("/conversation-changes/refused", test_refused);
  g_test_add_func ("/conversation-changes/rows-stay", test_rows_stay);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
