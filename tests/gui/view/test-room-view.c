/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-window.h"

#include "chat-error.h"
#include "chat-member-row.h"
#include "chat-message-row-private.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

#define NOW_US G_GINT64_CONSTANT (1795445100000000) /* 2026-11-23 14:45 UTC, a Monday */

#define MENU_FRAMES 10

static void
open (TestWindow *t, gboolean host)
{
  SampleSession *session = sample_session_new ();

  test_window_open (t, session, chat_room_new (CHAT_SESSION (session), "Room", "Kenji", host));
}

static ChatStateBar *
get_bar (TestWindow *t)
{
  return chat_room_view_get_state_bar (t->view);
}

static void
assert_bar (TestWindow *t, const char *title, const char *offers)
{
  static const char *actions[] = { "win.retry", "win.rejoin-room", "win.create-room",
                                   "win.forget-room", "win.export-room" };
  g_autoptr (GString) offered = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (chat_state_bar_offers (get_bar (t), actions[i]))
      g_string_append_printf (offered, "%s ", actions[i]);
  g_assert_cmpstr (chat_state_bar_get_title (get_bar (t)), ==, title);
  g_assert_cmpstr (offered->str, ==, offers);
}

static void
test_ended (void)
{
  TestWindow t;

  open (&t, FALSE);
  assert_bar (&t, "", "");
  chat_room_set_state (t.room, CHAT_ROOM_LEAVING, CHAT_ROOM_END_NONE);
  assert_bar (&t, "Leaving…", "");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  assert_bar (&t, "You left this room", "win.rejoin-room win.forget-room ");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_CLOSED);
  assert_bar (&t, "The host closed this room", "win.create-room win.forget-room win.export-room ");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_GONE);
  assert_bar (&t, "The server no longer has this room",
              "win.rejoin-room win.create-room win.forget-room ");
  test_window_close (&t);
}

static void
test_host (void)
{
  TestWindow t;

  open (&t, TRUE);
  chat_room_set_state (t.room, CHAT_ROOM_LEAVING, CHAT_ROOM_END_NONE);
  assert_bar (&t, "Closing the room…", "");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  assert_bar (&t, "You closed this room", "win.create-room win.forget-room win.export-room ");
  test_window_close (&t);
}

static void
test_unreachable (void)
{
  TestWindow t;
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "gone");

  open (&t, FALSE);
  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_OFFLINE, error,
                         g_get_monotonic_time () + 30 * G_USEC_PER_SEC);
  chat_room_set_state (t.room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  g_assert_true (chat_state_bar_offers (get_bar (&t), "win.retry"));
  g_assert_cmpstr (chat_state_bar_get_title (get_bar (&t)), !=, "");
  /* the reason does not say what the countdown says */
  g_assert_cmpstr (chat_state_bar_get_detail (get_bar (&t)), ==,
                   "The server no longer answers. Trying again in 30 seconds.");

  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_CONNECTING, error, 0);
  g_assert_nonnull (strstr (chat_state_bar_get_detail (get_bar (&t)), "Trying again…"));

  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_ONLINE, NULL, 0);
  chat_room_set_state (t.room, CHAT_ROOM_JOINED, CHAT_ROOM_END_NONE);
  assert_bar (&t, "", "");
  test_window_close (&t);
}

/* The address was right once: nobody is told to look for a mistake in it. */
static void
test_known_server (void)
{
  static const struct
  {
    ChatError code;
    const char *told;
    const char *not_told;
  } cases[] = {
    { CHAT_ERROR_NO_SERVER, "ask whoever runs it", "check the port" },
    { CHAT_ERROR_HOST_NOT_FOUND, "connected to the right network", "spelling" },
  };
  TestWindow t;

  open (&t, FALSE);
  chat_room_set_state (t.room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) cases[i].code, "none");

      chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_OFFLINE, error, 0);
      g_assert_nonnull (strstr (chat_state_bar_get_detail (get_bar (&t)), cases[i].told));
      g_assert_null (strstr (chat_state_bar_get_detail (get_bar (&t)), cases[i].not_told));
    }
  test_window_close (&t);
}

static void
test_countdown (void)
{
  TestWindow t;
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_TIMED_OUT, "late");

  open (&t, FALSE);
  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_OFFLINE, error,
                         g_get_monotonic_time () + 2 * G_USEC_PER_SEC);
  chat_room_set_state (t.room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  test_wait (strstr (chat_state_bar_get_detail (get_bar (&t)), "in 1 second.") != NULL);
  test_wait (strstr (chat_state_bar_get_detail (get_bar (&t)), "Trying again…") != NULL);
  test_window_close (&t);
}

static void
test_failed (void)
{
  TestWindow t;

  open (&t, FALSE);
  sample_session_set_delivery (t.session, CHAT_DELIVERY_FAILED);
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.send", "s", "hello?");
  ChatMessage *message = chat_room_get_last_message (t.room);
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_FAILED);

  sample_session_set_delivery (t.session, CHAT_DELIVERY_CONFIRMED);
  test_window_draw (&t, 2);
  GtkWidget *row =
      GTK_WIDGET (chat_conversation_get_row (chat_room_view_get_conversation (t.view), 0));
  g_assert_true (gtk_widget_activate_action (row, "message.resend", NULL));
  g_assert_cmpint (chat_message_get_delivery (message), ==, CHAT_DELIVERY_CONFIRMED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_messages (t.room)), ==, 1);
  test_window_draw (&t, 1);
  test_window_close (&t);
}

static void
test_members_flap (void)
{
  TestWindow t;

  open (&t, FALSE);
  chat_room_view_adapt (t.view, 1200, FALSE);
  g_assert_false (chat_room_view_get_members_shown (t.view));
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.show-members", NULL);
  g_assert_true (chat_room_view_get_members_shown (t.view));

  chat_room_view_adapt (t.view, 600, TRUE);
  g_assert_false (chat_room_view_get_members_shown (t.view));
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.show-members", NULL);
  g_assert_true (chat_room_view_get_members_shown (t.view));
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.show-members", NULL);
  chat_room_view_adapt (t.view, 1200, FALSE);
  g_assert_true (chat_room_view_get_members_shown (t.view)); /* the choice came back */
  test_window_close (&t);
}

static void
test_members_heading (void)
{
  TestWindow t;

  open (&t, FALSE);
  g_assert_cmpstr (chat_member_list_get_heading (chat_room_view_get_member_list (t.view)), ==,
                   "Seen in This Room");
  test_window_close (&t);
}

static void
test_selectable (void)
{
  TestWindow t;

  open (&t, FALSE);
  sample_room_say (t.room, "Taro",
                   "選べる文 https://a.example/ and more, so that it has to wrap "
                   "over more than a single line of the window");
  test_window_draw (&t, 2);
  GtkWidget *row =
      GTK_WIDGET (chat_conversation_get_row (chat_room_view_get_conversation (t.view), 0));
  ChatMessageLabel *bubble = chat_message_row_get_bubble (CHAT_MESSAGE_ROW (row));
  int height = gtk_widget_get_height (GTK_WIDGET (bubble));

  g_assert_false (chat_message_label_get_selectable (bubble));
  gtk_widget_grab_focus (row);
  test_window_draw (&t, 2);
  g_assert_true (chat_message_label_get_selectable (bubble));
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (bubble)), ==, height);
  chat_room_view_focus_composer (t.view);
  test_wait (!chat_message_label_get_selectable (bubble));
  g_assert_cmpuint (chat_message_label_get_n_links (bubble), ==, 1);
  test_window_close (&t);
}

static void
test_menu (void)
{
  TestWindow t;

  open (&t, FALSE);
  sample_room_say (t.room, "Taro", "https://a.example/x_y https://b.example/");
  test_window_draw (&t, 2);
  GtkWidget *row =
      GTK_WIDGET (chat_conversation_get_row (chat_room_view_get_conversation (t.view), 0));
  g_assert_true (gtk_widget_activate_action (row, "message.menu", NULL));
  GtkWidget *popover = gtk_widget_get_last_child (row);
  g_assert_true (GTK_IS_POPOVER_MENU (popover));
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  /* GTK 4.8 itself keeps a popover that is closed before its first frames are through. */
  test_widget_draw (popover, MENU_FRAMES);
  gtk_popover_popdown (GTK_POPOVER (popover));
  test_wait (popover == NULL);

  gtk_widget_activate_action (row, "message.copy-quoted", NULL);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (row);
  g_assert_true (gdk_clipboard_is_local (clipboard));
  test_window_close (&t);
}

static void
test_no_room (void)
{
  TestWindow t;

  open (&t, FALSE);
  chat_room_view_set_room (t.view, NULL);
  test_window_draw (&t, 1);
  g_assert_null (chat_room_view_get_room (t.view));
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.send", "s", "nobody");
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.copy-message", "u", 3);
  test_window_close (&t);
}

static void
test_session_gone (void)
{
  TestWindow t;

  open (&t, FALSE);
  g_clear_object (&t.session);
  g_assert_cmpint (chat_room_get_state (t.room), ==, CHAT_ROOM_ENDED);
  test_window_draw (&t, 1);
  test_window_close (&t);
}

/* As a client ends its sessions: it is disposed of, and yet somebody holds it. */
static void
test_session_closed (void)
{
  TestWindow t;
  ChatStateBar *bar;

  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  open (&t, FALSE);
  bar = chat_room_view_get_state_bar (t.view);
  g_object_run_dispose (G_OBJECT (t.session));
  g_assert_cmpint (chat_room_get_state (t.room), ==, CHAT_ROOM_ENDED);
  g_assert_cmpstr (chat_state_bar_get_title (bar), ==, "You left this room");
  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_CONNECTING, NULL, 0);
  g_assert_cmpstr (chat_state_bar_get_title (bar), ==, "You left this room");
  test_window_close (&t);
}

/* ---- protocol 2 */

static void
open_secure (TestWindow *t)
{
  SampleSession *session = sample_session_new_secure ();

  test_window_open (t, session, sample_room_new_secure (CHAT_SESSION (session)));
}

static void
assert_closes (ChatRoom *room, gint64 at_us, const char *expected)
{
  g_autofree char *text = NULL;
  ChatRoomFacts facts;

  chat_room_get_facts (room, &facts);
  facts.closes_at_us = at_us;
  chat_room_set_facts (room, &facts);
  text = chat_room_notes_closing_text (room, NOW_US);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_closing_time (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "Room", "Kenji", FALSE);

  assert_closes (room, 0, NULL);
  assert_closes (room, NOW_US, "The host closes this room at 14:45.");
  assert_closes (room, NOW_US + 9 * G_TIME_SPAN_HOUR, "The host closes this room at 23:45.");
  assert_closes (room, NOW_US + 10 * G_TIME_SPAN_HOUR,
                 "The host closes this room on Tuesday, November 24 at 00:45.");
  assert_closes (room, NOW_US + 39 * G_TIME_SPAN_DAY,
                 "The host closes this room on January 1, 2027 at 14:45.");
}

static void
set_facts (TestWindow *t, gboolean mixed, gboolean off_record, gboolean host_away, guint waiting)
{
  ChatRoomFacts facts;

  chat_room_get_facts (t->room, &facts);
  facts.mixed = mixed;
  facts.off_record = off_record;
  facts.host_away = host_away;
  facts.waiting = waiting;
  facts.online = 3;
  chat_room_set_facts (t->room, &facts);
}

static void
assert_notes (TestWindow *t, guint n, const char *words)
{
  g_autofree char *text = chat_room_notes_dup_text (chat_room_view_get_notes (t->view));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, n);
  g_assert_nonnull (strstr (text, words));
}

static void
test_notes (void)
{
  TestWindow t;

  open_secure (&t);
  assert_notes (&t, 0, "");
  set_facts (&t, TRUE, FALSE, FALSE, 0);
  assert_notes (&t, 1, "Not encrypted for everybody");
  set_facts (&t, TRUE, TRUE, TRUE, 0);
  assert_notes (&t, 3, "The host is away");
  chat_session_set_transport (CHAT_SESSION (t.session), CHAT_TRANSPORT_TCP);
  assert_notes (&t, 4, "UDP port 8889");
  chat_session_set_transport (CHAT_SESSION (t.session), CHAT_TRANSPORT_UDP);
  assert_notes (&t, 3, "Off the record");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  assert_notes (&t, 0, "");
  test_window_close (&t);
}

static void
test_waiting (void)
{
  TestWindow t;
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "gone");

  open_secure (&t);
  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_OFFLINE, error,
                         g_get_monotonic_time () + 30 * G_USEC_PER_SEC);
  chat_room_set_state (t.room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  g_assert_true (g_str_has_suffix (chat_state_bar_get_detail (get_bar (&t)),
                                   " What you write now is kept and sent then."));
  set_facts (&t, FALSE, FALSE, FALSE, 2);
  g_assert_true (g_str_has_suffix (chat_state_bar_get_detail (get_bar (&t)),
                                   " 2 messages wait and are sent then."));
  /* The composer stays usable meanwhile. */
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (chat_room_view_get_composer (t.view))));
  test_window_close (&t);
}

static void
test_stopped (void)
{
  TestWindow t;
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_KEY_CHANGED, "key");

  open_secure (&t);
  chat_session_set_link (CHAT_SESSION (t.session), CHAT_LINK_OFFLINE, error, 0);
  chat_room_set_state (t.room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
  assert_bar (&t, "Another key", "");
  g_assert_true (chat_state_bar_offers (get_bar (&t), "win.show-server"));
  g_assert_false (chat_state_bar_offers (get_bar (&t), "win.retry"));
  g_assert_nonnull (
      strstr (chat_state_bar_get_detail (get_bar (&t)), "What you write waits until then."));
  test_window_close (&t);
}

static void
return_own (TestWindow *t)
{
  GListModel *messages = chat_room_get_messages (t->room);
  g_autoptr (ChatMessage) last =
      g_list_model_get_item (messages, g_list_model_get_n_items (messages) - 1);
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_ROOM_CLOSED, "closed");

  chat_message_set_delivery (last, CHAT_DELIVERY_FAILED, error);
}

static void
test_ends (void)
{
  TestWindow t;

  open_secure (&t);
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_REPLACED);
  assert_bar (&t, "Opened elsewhere", "win.forget-room ");
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_REMOVED);
  assert_bar (&t, "You are no longer in this room", "win.rejoin-room win.forget-room ");

  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_GONE);
  g_assert_nonnull (
      strstr (chat_state_bar_get_detail (get_bar (&t)), "closed long ago, or the server was"));

  return_own (&t);
  chat_room_set_state (t.room, CHAT_ROOM_ENDED, CHAT_ROOM_END_CLOSED);
  g_assert_nonnull (
      strstr (chat_state_bar_get_detail (get_bar (&t)), "1 message of yours did not get there"));
  test_window_close (&t);
}

static gboolean
is_row (GtkWidget *widget, const char *spoken, gboolean away)
{
  if (!CHAT_IS_MEMBER_ROW (widget) || gtk_widget_has_css_class (widget, "away") != away)
    return FALSE;
  g_autofree char *other = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken);
  return other == NULL;
}

static guint
count_rows (GtkWidget *root, const char *spoken, gboolean away)
{
  guint n = is_row (root, spoken, away);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child, spoken, away);
  return n;
}

static void
test_members (void)
{
  static const ChatMemberNews back = {
    1, "Taro", FALSE, TRUE, TRUE, FALSE, FALSE, FALSE, FALSE, 0
  };
  TestWindow t;

  open_secure (&t);
  set_facts (&t, FALSE, FALSE, FALSE, 0);
  chat_room_view_adapt (t.view, 1200, FALSE);
  gtk_widget_activate_action (GTK_WIDGET (t.view), "room.show-members", NULL);
  test_window_draw (&t, 2);
  ChatMemberList *list = chat_room_view_get_member_list (t.view);
  g_assert_cmpstr (chat_member_list_get_heading (list), ==, "4 Members");
  g_assert_cmpstr (chat_member_list_get_caption (list), ==, "3 online");
  g_assert_cmpuint (count_rows (GTK_WIDGET (list), "Taro, Host · offline", TRUE), ==, 1);
  g_assert_cmpuint (count_rows (GTK_WIDGET (list), "古い端末, not encrypted", FALSE), ==, 1);
  g_assert_cmpuint (count_rows (GTK_WIDGET (list), "Kenji, You", FALSE), ==, 1);

  chat_room_take_members (t.room, &back, 1);
  g_assert_cmpuint (count_rows (GTK_WIDGET (list), "Taro, Host", FALSE), ==, 1);
  test_window_close (&t);
}

/* Hosts change; then leaving is another thing. */
static void
test_becomes_host (void)
{
  TestWindow t;
  ChatRoomFacts facts;

  open_secure (&t);
  chat_room_get_facts (t.room, &facts);
  facts.host = TRUE;
  chat_room_set_facts (t.room, &facts);
  chat_room_set_state (t.room, CHAT_ROOM_LEAVING, CHAT_ROOM_END_NONE);
  assert_bar (&t, "Closing the room…", "");
  test_window_close (&t);
}

static void
add_tests (void)
{
  g_test_add_func ("/room-view/ended", test_ended);
  g_test_add_func ("/room-view/host", test_host);
  g_test_add_func ("/room-view/unreachable", test_unreachable);
  g_test_add_func ("/room-view/known-server", test_known_server);
  g_test_add_func ("/room-view/countdown", test_countdown);
  g_test_add_func ("/room-view/failed", test_failed);
  g_test_add_func ("/room-view/members-flap", test_members_flap);
  g_test_add_func ("/room-view/members-heading", test_members_heading);
  g_test_add_func ("/room-view/selectable", test_selectable);
  g_test_add_func ("/room-view/menu", test_menu);
  g_test_add_func ("/room-view/no-room", test_no_room);
  g_test_add_func ("/room-view/closing-time", test_closing_time);
  g_test_add_func ("/room-view/session-gone", test_session_gone);
  g_test_add_func ("/room-view/session-closed", test_session_closed);
  g_test_add_func ("/room-view/notes", test_notes);
  g_test_add_func ("/room-view/waiting", test_waiting);
  g_test_add_func ("/room-view/stopped", test_stopped);
  g_test_add_func ("/room-view/ends", test_ends);
  g_test_add_func ("/room-view/members", test_members);
  g_test_add_func ("/room-view/becomes-host", test_becomes_host);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
