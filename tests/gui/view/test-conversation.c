/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-message-row.h"

static ChatConversation *
get_conversation (TestWindow *self)
{
  return chat_room_view_get_conversation (self->view);
}

static guint
get_n (TestWindow *self)
{
  return g_list_model_get_n_items (chat_room_get_messages (self->room));
}

static void
open_filled (TestWindow *self, guint n)
{
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  sample_room_fill (room, n);
  chat_room_mark_read (room);
  test_window_open (self, session, room);
}

static gboolean
is_on_screen (TestWindow *self, guint position)
{
  GtkWidget *row = GTK_WIDGET (chat_conversation_get_row (get_conversation (self), position));
  GtkWidget *conversation = GTK_WIDGET (get_conversation (self));
  graphene_rect_t bounds;

  return row != NULL && gtk_widget_compute_bounds (row, conversation, &bounds) &&
         bounds.origin.y + bounds.size.height > 0 &&
         bounds.origin.y + bounds.size.height <= gtk_widget_get_height (conversation) + 1;
}

static GtkWidget *
get_list (TestWindow *self)
{
  GtkWidget *row =
      GTK_WIDGET (chat_conversation_get_row (get_conversation (self), get_n (self) - 1));

  return gtk_widget_get_ancestor (row, GTK_TYPE_LIST_VIEW);
}

static void
scroll_by (TestWindow *self, double px)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (get_list (self), GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + px);
  test_window_draw (self, 2);
}

static void
test_opens_at_end (void)
{
  TestWindow t;

  open_filled (&t, 300);
  g_assert_true (is_on_screen (&t, 299));
  g_assert_true (chat_conversation_is_following (get_conversation (&t)));
  test_window_close (&t);
}

static void
test_follows (void)
{
  TestWindow t;

  open_filled (&t, 300);
  for (guint i = 0; i < 8; i++)
    {
      sample_room_say (t.room, "Taro", "もう一つ\nand a second line");
      test_window_draw (&t, 1);
      g_assert_true (is_on_screen (&t, get_n (&t) - 1));
    }
  g_assert_cmpuint (chat_conversation_get_n_new (get_conversation (&t)), ==, 0);
  test_window_close (&t);
}

static void
test_stays (void)
{
  TestWindow t;
  int offset, offset_now;

  open_filled (&t, 300);
  scroll_by (&t, -1500);
  g_assert_false (chat_conversation_is_following (get_conversation (&t)));
  guint top = chat_conversation_get_top (get_conversation (&t), &offset);
  for (guint i = 0; i < 5; i++)
    sample_room_say (t.room, "Taro", "new");
  test_window_draw (&t, 2);
  g_assert_cmpuint (chat_conversation_get_top (get_conversation (&t), &offset_now), ==, top);
  g_assert_cmpint (offset_now, ==, offset);
  g_assert_cmpuint (chat_conversation_get_n_new (get_conversation (&t)), ==, 5);

  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.scroll-to-end", NULL);
  test_window_draw (&t, 2);
  g_assert_true (is_on_screen (&t, get_n (&t) - 1));
  g_assert_cmpuint (chat_conversation_get_n_new (get_conversation (&t)), ==, 0);
  test_window_close (&t);
}

/* Nothing is loaded that one is not near to; what is read stays where it is meanwhile. */
static void
test_older_lines (void)
{
  TestWindow t;
  SampleSession *session = sample_session_new_secure ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);
  int offset, offset_now;

  sample_room_fill (room, 200);
  chat_room_mark_read (room);
  sample_session_set_older (session, room, 3000);
  test_window_open (&t, session, room);
  g_assert_cmpuint (sample_session_get_older (session), ==, 3000);

  for (guint i = 0; i < 60 && sample_session_get_older (session) == 3000; i++)
    scroll_by (&t, -300);
  test_window_draw (&t, 2);
  guint loaded = 3000 - sample_session_get_older (session);
  guint top = chat_conversation_get_top (get_conversation (&t), &offset);
  g_assert_cmpuint (get_n (&t), ==, 200 + loaded);
  g_assert_cmpuint (loaded, >, 0);
  g_assert_cmpuint (loaded, <, 3000);
  g_assert_cmpuint (top, >=, loaded); /* none of the new ones pushed away what is read */

  chat_room_load_older (room, 100);
  test_window_draw (&t, 2);
  g_assert_cmpuint (chat_conversation_get_top (get_conversation (&t), &offset_now), ==, top + 100);
  g_assert_cmpint (offset_now, ==, offset);

  chat_conversation_scroll_to_start (get_conversation (&t));
  test_window_draw (&t, 2);
  g_assert_cmpuint (sample_session_get_older (session), ==, 0);
  g_assert_true (is_on_screen (&t, 0));
  test_window_close (&t);
}

static void
test_own_message_goes_to_end (void)
{
  TestWindow t;

  open_filled (&t, 300);
  scroll_by (&t, -1500);
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.send", "s", "ここです");
  test_window_draw (&t, 2);
  g_assert_true (is_on_screen (&t, get_n (&t) - 1));
  g_assert_true (chat_conversation_is_following (get_conversation (&t)));
  test_window_close (&t);
}

/* A window's default size has its border and shadow in it. */
#define FRAME_PX 60

static void
resize (TestWindow *t, int width, int height)
{
  gtk_window_set_default_size (GTK_WINDOW (t->window), width, height);
  test_wait (ABS (gtk_widget_get_width (t->window) - width) < FRAME_PX &&
             ABS (gtk_widget_get_height (t->window) - height) < FRAME_PX);
  test_window_draw (t, 2);
}

static void
test_keeps_place_on_resize (void)
{
  static const int sizes[][2] = { { 420, 600 }, { 420, 400 }, { 1100, 700 }, { 700, 600 } };
  TestWindow t;
  int offset, offset_now;

  open_filled (&t, 3000);
  scroll_by (&t, -40000);
  guint top = chat_conversation_get_top (get_conversation (&t), &offset);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      resize (&t, sizes[i][0], sizes[i][1]);
      g_assert_cmpuint (chat_conversation_get_top (get_conversation (&t), &offset_now), ==, top);
      g_assert_cmpint (ABS (offset_now - offset), <=, 1);
    }
  test_window_close (&t);
}

static void
test_stays_at_end_on_resize (void)
{
  TestWindow t;

  open_filled (&t, 3000);
  resize (&t, 420, 400);
  g_assert_true (is_on_screen (&t, 2999));
  resize (&t, 1000, 700);
  g_assert_true (is_on_screen (&t, 2999));
  g_assert_true (chat_conversation_is_following (get_conversation (&t)));
  test_window_close (&t);
}

static void
test_leaves_end_by_keyboard (void)
{
  TestWindow t;

  open_filled (&t, 300);
  gtk_widget_grab_focus (GTK_WIDGET (chat_conversation_get_row (get_conversation (&t), 299)));
  test_window_draw (&t, 2);
  g_assert_true (chat_conversation_is_following (get_conversation (&t)));

  /* What the Home key does */
  gtk_widget_activate_action (get_list (&t), "list.scroll-to-item", "u", 0);
  test_window_draw (&t, 2);
  gtk_widget_grab_focus (GTK_WIDGET (chat_conversation_get_row (get_conversation (&t), 0)));
  test_window_draw (&t, 2);
  g_assert_true (is_on_screen (&t, 0));
  g_assert_false (chat_conversation_is_following (get_conversation (&t)));
  test_window_close (&t);
}

static void
test_hundred_thousand (void)
{
  TestWindow t;

  open_filled (&t, 100000);
  g_assert_true (is_on_screen (&t, 99999));
  guint opening = chat_conversation_get_n_binds (get_conversation (&t));
  g_test_message ("%u binds to open", opening);
  g_assert_cmpuint (opening, <, 1000);

  for (guint i = 0; i < 20; i++)
    scroll_by (&t, -120);
  guint scrolling = chat_conversation_get_n_binds (get_conversation (&t)) - opening;
  g_test_message ("%u binds for 20 steps", scrolling);
  g_assert_cmpuint (scrolling, <, 2000);
  test_window_close (&t);
}

/* ---- a flood: 1,000 messages a second */

#define FLOOD_TICK_MS 10
#define FLOOD_PER_TICK 10
#define FLOOD_MESSAGES 3000

typedef struct
{
  TestWindow *window;
  guint n_said;
} Flood;

static gboolean
on_flood_tick (gpointer data)
{
  Flood *flood = data;

  for (guint i = 0; i < FLOOD_PER_TICK; i++)
    sample_room_say (flood->window->room, i % 3 == 0 ? "Hanako" : "Taro",
                     "A message of ordinary length; 普通の長さのメッセージです。");
  flood->n_said += FLOOD_PER_TICK;
  return flood->n_said < FLOOD_MESSAGES ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
test_flood (void)
{
  TestWindow t;
  Flood flood = { .window = &t };

  open_filled (&t, 300);
  const guint before = chat_conversation_get_n_binds (get_conversation (&t));
  g_timeout_add (FLOOD_TICK_MS, on_flood_tick, &flood);
  while (flood.n_said < FLOOD_MESSAGES)
    g_main_context_iteration (NULL, TRUE);
  const guint binds = chat_conversation_get_n_binds (get_conversation (&t)) - before;
  g_test_message ("%u binds for %u messages", binds, flood.n_said);
  /* How long it takes, the benchmark tells. */
  g_assert_cmpuint (binds, <, 2 * FLOOD_MESSAGES);
  test_window_draw (&t, 2);
  g_assert_true (is_on_screen (&t, get_n (&t) - 1));
  test_window_close (&t);
}

static void
test_first_unread (void)
{
  TestWindow t;
  SampleSession *session = sample_session_new ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  sample_room_fill (room, 30);
  chat_room_mark_read (room);
  sample_room_say (room, "Taro", "one");
  sample_room_say (room, NULL, "mine");
  sample_room_say (room, "Taro", "two");
  g_assert_cmpuint (chat_room_get_unread (room), ==, 2);
  test_window_open (&t, session, room);
  g_assert_cmpuint (chat_conversation_get_first_unread (get_conversation (&t)), ==, 30);
  g_assert_true (
      chat_message_row_has_unread_line (chat_conversation_get_row (get_conversation (&t), 30)));
  g_assert_false (
      chat_message_row_has_unread_line (chat_conversation_get_row (get_conversation (&t), 31)));

  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.send", "s", "seen");
  g_assert_false (
      chat_message_row_has_unread_line (chat_conversation_get_row (get_conversation (&t), 30)));
  test_window_close (&t);
}

static void
test_rows (void)
{
  TestWindow t;
  SampleSession *session = sample_session_new ();

  test_window_open (&t, session, sample_room_new (CHAT_SESSION (session)));
  ChatConversation *conversation = get_conversation (&t);
  ChatMessageRow *first = chat_conversation_get_row (conversation, 1);
  ChatMessageRow *second = chat_conversation_get_row (conversation, 2);
  ChatMessageRow *own = chat_conversation_get_row (conversation, 3);

  g_assert_nonnull (chat_message_row_get_day (chat_conversation_get_row (conversation, 0)));
  g_assert_null (chat_message_row_get_day (second));
  g_assert_true (chat_message_row_has_name (first));
  g_assert_false (chat_message_row_has_name (second));
  g_assert_false (chat_message_row_has_name (own));
  g_assert_true (g_str_has_prefix (chat_message_row_get_spoken (first), "Taro: おはよう"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (first), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       chat_message_row_get_spoken (first));
  test_window_close (&t);
}

static void
test_no_bubble_escapes (void)
{
  TestWindow t;
  SampleSession *session = sample_session_new ();

  /* whatever the width, no row is wider than the list */
  test_window_open (&t, session, sample_room_new (CHAT_SESSION (session)));
  sample_room_say_difficult (t.room);
  resize (&t, 360, 500);
  for (guint i = 0; i < get_n (&t); i++)
    {
      GtkWidget *row = GTK_WIDGET (chat_conversation_get_row (get_conversation (&t), i));

      if (row == NULL)
        continue;
      for (GtkWidget *child = gtk_widget_get_first_child (row); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        {
          graphene_rect_t bounds;

          if (gtk_widget_get_width (child) == 0)
            continue; /* far from the screen: it has no place yet */
          g_assert_true (gtk_widget_compute_bounds (child, row, &bounds));
          g_assert_cmpfloat (bounds.origin.x, >=, 0);
          g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, gtk_widget_get_width (row));
        }
    }
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/conversation/opens-at-end", test_opens_at_end);
  g_test_add_func ("/conversation/follows", test_follows);
  g_test_add_func ("/conversation/stays", test_stays);
  g_test_add_func ("/conversation/older-lines", test_older_lines);
  g_test_add_func ("/conversation/own-message-goes-to-end", test_own_message_goes_to_end);
  g_test_add_func ("/conversation/keeps-place-on-resize", test_keeps_place_on_resize);
  g_test_add_func ("/conversation/stays-at-end-on-resize", test_stays_at_end_on_resize);
  g_test_add_func ("/conversation/leaves-end-by-keyboard", test_leaves_end_by_keyboard);
  g_test_add_func ("/conversation/hundred-thousand", test_hundred_thousand);
  g_test_add_func ("/conversation/flood", test_flood);
  g_test_add_func ("/conversation/first-unread", test_first_unread);
  g_test_add_func ("/conversation/rows", test_rows);
  g_test_add_func ("/conversation/no-bubble-escapes", test_no_bubble_escapes);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
