/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-legacy-session.h"
#include "chat-alert-levels.h"
#include "chat-notifier.h"
#include "chat-profile.h"
#include "chat-room-alerts.h"
#include "chat-room-key.h"
#include "chat-room-list.h"
#include "chat-room-private.h"
#include "chat-room-row.h"
#include "chat-server-header.h"
#include "chat-session-private.h"
#include "shell-test.h"

typedef struct
{
  ChatSession *one, *two;
  GListStore *rooms;
  ChatRoomList *list;
  GtkWindow *window;
  /* what the notifier sent last */
  gboolean urgent;
  char *id, *title, *body, *target;
  guint sent, withdrawn;
} Fixture;

static ChatSession *
make_session (const char *address)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_parse (address, NULL);

  return chat_legacy_session_new (endpoint);
}

static ChatRoom *
add_room (Fixture *f, ChatSession *session, const char *name, gboolean host)
{
  ChatRoom *room = chat_room_new (session, name, "Taro", host);

  g_list_store_append (f->rooms, room);
  g_object_unref (room);
  return room;
}

static void
say (ChatRoom *room, const char *sender, const char *text)
{
  g_autoptr (ChatMessage) message =
      chat_message_new (CHAT_MESSAGE_TEXT, sender, text, g_get_real_time (), FALSE);

  chat_room_append (room, &message, 1);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->one = make_session ("one.example");
  f->two = make_session ("192.168.1.5:7000");
  f->rooms = g_list_store_new (CHAT_TYPE_ROOM);
  f->list = g_object_new (CHAT_TYPE_ROOM_LIST, NULL);
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, 270, 400);
  gtk_window_set_child (f->window, GTK_WIDGET (f->list));
  chat_room_list_set_rooms (f->list, G_LIST_MODEL (f->rooms));
  gtk_window_present (f->window);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  shell_destroy (f->window);
  g_assert_finalize_object (f->rooms);
  g_assert_finalize_object (f->one);
  g_assert_finalize_object (f->two);
  g_free (f->id);
  g_free (f->title);
  g_free (f->body);
  g_free (f->target);
}

static guint
count_type (GtkWidget *root, GType type)
{
  guint n = G_OBJECT_TYPE (root) == type;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_type (child, type);
  return n;
}

static void
test_groups (Fixture *f, gconstpointer data)
{
  add_room (f, f->one, "a", FALSE);
  ChatRoom *second = add_room (f, f->one, "b", TRUE);
  add_room (f, f->two, "c", FALSE);
  shell_settle ();

  g_assert_cmpuint (count_type (GTK_WIDGET (f->list), CHAT_TYPE_ROOM_ROW), ==, 3);
  g_assert_cmpuint (count_type (GTK_WIDGET (f->list), CHAT_TYPE_SERVER_HEADER), ==, 2);
  g_assert_true (shell_says (GTK_WIDGET (f->list), "one.example:8888"));
  g_assert_true (shell_says (GTK_WIDGET (f->list), "192.168.1.5:7000"));

  /* The first of a group goes: the next one carries the header. */
  g_list_store_remove (f->rooms, 0);
  shell_settle ();
  g_assert_cmpuint (count_type (GTK_WIDGET (f->list), CHAT_TYPE_SERVER_HEADER), ==, 2);

  chat_room_list_select (f->list, second);
  g_assert_true (chat_room_list_get_selected (f->list) == second);
}

static void
test_row (Fixture *f, gconstpointer data)
{
  ChatRoom *room = add_room (f, f->one, "茶室", FALSE);
  GtkWidget *list = GTK_WIDGET (f->list);

  say (room, "花子", "<i>一\n二");
  say (room, "花子", "三");
  shell_settle ();
  g_assert_true (shell_says (list, "茶室"));
  g_assert_true (shell_says (list, "花子: 三"));
  g_assert_true (shell_says (list, "2"));
  g_assert_true (gtk_widget_has_css_class (shell_find (list, CHAT_TYPE_ROOM_ROW, NULL), "unread"));

  chat_room_mark_read (room);
  shell_settle ();
  g_assert_false (gtk_widget_has_css_class (shell_find (list, CHAT_TYPE_ROOM_ROW, NULL), "unread"));

  chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_CLOSED);
  g_assert_true (gtk_widget_has_css_class (shell_find (list, CHAT_TYPE_ROOM_ROW, NULL), "gone"));
}

static void
test_link (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "");
  GtkWidget *list = GTK_WIDGET (f->list);

  add_room (f, f->one, "a", FALSE);
  chat_session_set_link (f->one, CHAT_LINK_CONNECTING, NULL, 0);
  shell_settle ();
  g_assert_true (shell_says (list, "Connecting…"));
  chat_session_set_link (f->one, CHAT_LINK_OFFLINE, error, 0);
  shell_settle ();
  g_assert_true (shell_says (list, "Server gone"));
  chat_session_set_link (f->one, CHAT_LINK_ONLINE, NULL, 0);
  shell_settle ();
  g_assert_false (shell_says (list, "Server gone"));
}

static void
count_opened (guint *opened)
{
  (*opened)++;
}

static void
test_open (Fixture *f, gconstpointer data)
{
  guint opened = 0;

  add_room (f, f->one, "a", FALSE);
  g_signal_connect_swapped (f->list, "room-opened", G_CALLBACK (count_opened), &opened);
  GtkWidget *row = shell_find (GTK_WIDGET (f->list), CHAT_TYPE_ROOM_ROW, NULL);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  g_assert_cmpuint (opened, ==, 1);

  /* The menu is built of what one can do now. */
  gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
  gtk_widget_activate_action (row, "room-row.menu", NULL);
  shell_settle ();
  g_assert_nonnull (shell_find (row, GTK_TYPE_POPOVER_MENU, NULL));
}

static void
test_key (Fixture *f, gconstpointer data)
{
  ChatRoom *old = add_room (f, f->one, "a", FALSE);
  chat_room_set_state (old, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  ChatRoom *new = add_room (f, f->one, "a", FALSE);
  add_room (f, f->two, "a", FALSE);
  g_autofree char *key = chat_room_key (old);

  g_assert_true (chat_room_key_find (G_LIST_MODEL (f->rooms), key) == new);
  g_assert_true (chat_room_key_find_joined (G_LIST_MODEL (f->rooms),
                                            chat_session_get_endpoint (f->one), "a") == new);
  chat_room_set_state (new, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  g_assert_null (
      chat_room_key_find_joined (G_LIST_MODEL (f->rooms), chat_session_get_endpoint (f->one), "a"));
  g_assert_null (chat_room_key_find (G_LIST_MODEL (f->rooms), "nowhere x"));
}

/* --- notifications -----------------------------------------------------------------------------
 */

static void
on_notice (const char *id, const ChatNotice *notice, gpointer data)
{
  Fixture *f = data;

  g_free (f->id);
  f->id = g_strdup (id);
  if (notice == NULL)
    {
      f->withdrawn++;
      return;
    }

  f->sent++;
  g_free (f->title);
  g_free (f->body);
  g_free (f->target);
  f->urgent = notice->urgent;
  f->title = g_strdup (notice->title);
  f->body = g_strdup (notice->body);
  f->target = g_strdup (notice->target);
}

static void
test_notifier (Fixture *f, gconstpointer data)
{
  g_autoptr (GApplication) app =
      g_application_new ("org.onlinechat.Test", G_APPLICATION_NON_UNIQUE);
  g_autoptr (ChatNotifier) notifier = chat_notifier_new (app, G_LIST_MODEL (f->rooms));
  ChatRoom *seen = add_room (f, f->one, "seen", FALSE);
  ChatRoom *other = add_room (f, f->two, "other", FALSE);
  g_autofree char *key = chat_room_key (other);

  chat_notifier_set_func (notifier, on_notice, f);
  chat_notifier_set_seen_room (notifier, seen);
  say (seen, "Hanako", "here");
  g_assert_cmpuint (f->sent, ==, 0);

  say (other, "Hanako", "<b>there</b>");
  g_assert_cmpuint (f->sent, ==, 1);
  g_assert_cmpstr (f->title, ==, "other");
  g_assert_cmpstr (f->body, ==, "Hanako: <b>there</b>");
  g_assert_cmpstr (f->target, ==, key);
  g_autofree char *id = g_strdup (f->id);

  chat_room_mark_read (other);
  g_assert_cmpuint (f->withdrawn, ==, 1);
  g_assert_cmpstr (f->id, ==, id);

  /* Nobody looks: then the shown room counts, too. */
  chat_notifier_set_seen_room (notifier, NULL);
  say (seen, "Hanako", "here");
  g_assert_cmpuint (f->sent, ==, 2);
  g_assert_cmpstr (f->id, !=, id);

  chat_notifier_set_enabled (notifier, FALSE);
  say (seen, "Hanako", "here");
  g_assert_cmpuint (f->sent, ==, 2);

  /* A room that is removed takes its notification along. */
  g_list_store_remove (f->rooms, 0);
  g_assert_cmpuint (f->withdrawn, ==, 2);
}

/* One for each room: the next takes the place of the one before. */
static void
test_levels (Fixture *f, gconstpointer data)
{
  g_autoptr (GApplication) app =
      g_application_new ("org.onlinechat.Test", G_APPLICATION_NON_UNIQUE);
  g_autoptr (ChatNotifier) notifier = chat_notifier_new (app, G_LIST_MODEL (f->rooms));
  ChatRoom *room = add_room (f, f->one, "a", FALSE);
  ChatRoomAlerts *alerts = chat_room_alerts_get (room);
  g_autofree char *called = g_strdup_printf ("@%s, are you there?", chat_room_get_user_name (room));
  g_autofree char *body = g_strdup_printf ("Hanako mentioned you: %s", called);

  chat_notifier_set_func (notifier, on_notice, f);
  say (room, "Hanako", called);
  g_assert_cmpstr (f->body, ==, body);
  g_assert_true (f->urgent);
  g_autofree char *id = g_strdup (f->id);
  say (room, "Hanako", "hello");
  g_assert_cmpuint (f->sent, ==, 2);
  g_assert_cmpstr (f->id, ==, id);
  g_assert_false (f->urgent);

  chat_room_alerts_set_level (alerts, CHAT_ALERT_MENTIONS);
  say (room, "Hanako", "hello");
  g_assert_cmpuint (f->sent, ==, 2);
  say (room, "Hanako", called);
  g_assert_cmpuint (f->sent, ==, 3);

  chat_room_alerts_set_level (alerts, CHAT_ALERT_NOTHING);
  say (room, "Hanako", called);
  g_assert_cmpuint (f->sent, ==, 3);
}

/* @text: NULL: there is none */
static void
assert_badge (GtkWidget *row, const char *text)
{
  GtkWidget *badge = shell_find (row, GTK_TYPE_LABEL, "badge_label");

  g_assert_cmpint (gtk_widget_get_visible (badge), ==, text != NULL);
  if (text != NULL)
    g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (badge)), ==, text);
}

/* What one does not want to hear of is not bold; only the number of mentions counts where only they
 * are wanted. */
static void
test_badge (Fixture *f, gconstpointer data)
{
  ChatRoom *room = add_room (f, f->one, "a", FALSE);
  ChatRoomAlerts *alerts = chat_room_alerts_get (room);
  GtkWidget *row = shell_find (GTK_WIDGET (f->list), CHAT_TYPE_ROOM_ROW, NULL);
  g_autofree char *called = g_strdup_printf ("@%s!", chat_room_get_user_name (room));

  chat_room_alerts_set_level (alerts, CHAT_ALERT_MENTIONS);
  say (room, "花子", "x");
  g_assert_false (gtk_widget_has_css_class (row, "unread"));
  assert_badge (row, ""); /* a dot */
  say (room, "花子", called);
  say (room, "花子", called);
  say (room, "花子", "x");
  g_assert_true (gtk_widget_has_css_class (row, "unread"));
  assert_badge (row, "@2");

  chat_room_alerts_set_level (alerts, CHAT_ALERT_NOTHING);
  g_assert_false (gtk_widget_has_css_class (row, "unread"));
  assert_badge (row, NULL);
  chat_room_alerts_set_level (alerts, CHAT_ALERT_ALL);
  g_assert_true (gtk_widget_has_css_class (row, "unread"));
  assert_badge (row, "4");

  chat_room_mark_read (room);
  chat_room_alerts_set_level (alerts, CHAT_ALERT_MENTIONS);
  g_assert_false (gtk_widget_has_css_class (row, "unread"));
  assert_badge (row, NULL);
}

/* What the rooms have after the next start */
static ChatAlertLevel
get_level_after_restart (GSettings *settings, ChatSession *session, const char *name)
{
  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM);
  g_autoptr (ChatRoom) room = chat_room_new (session, name, "Taro", FALSE);
  g_autoptr (ChatAlertLevels) levels = chat_alert_levels_new (settings, G_LIST_MODEL (rooms));

  g_list_store_append (rooms, room);
  return chat_room_alerts_get_level (chat_room_alerts_get (room));
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = chat_profile_open_settings ("levels");
  g_autoptr (ChatAlertLevels) levels = chat_alert_levels_new (settings, G_LIST_MODEL (f->rooms));
  ChatRoom *quiet = add_room (f, f->one, "quiet", FALSE);
  ChatRoom *secret = add_room (f, f->one, "secret", FALSE);
  ChatRoomFacts facts;

  chat_room_get_facts (secret, &facts);
  facts.off_record = TRUE;
  chat_room_set_facts (secret, &facts);
  chat_room_alerts_set_level (chat_room_alerts_get (quiet), CHAT_ALERT_NOTHING);
  chat_room_alerts_set_level (chat_room_alerts_get (secret), CHAT_ALERT_MENTIONS);
  g_assert_cmpint (get_level_after_restart (settings, f->one, "quiet"), ==, CHAT_ALERT_NOTHING);
  g_assert_cmpint (get_level_after_restart (settings, f->two, "quiet"), ==, CHAT_ALERT_ALL);
  g_assert_cmpint (get_level_after_restart (settings, f->one, "secret"), ==, CHAT_ALERT_ALL);

  chat_room_alerts_set_level (chat_room_alerts_get (quiet), CHAT_ALERT_ALL);
  g_autoptr (GVariant) kept = g_settings_get_value (settings, "room-alerts");
  g_assert_cmpuint (g_variant_n_children (kept), ==, 0);
}

/* --- in sight ----------------------------------------------------------------------------------
 */

static GtkWidget *
find_row (Fixture *f, ChatRoom *room)
{
  GtkListBox *box = shell_find (GTK_WIDGET (f->list), GTK_TYPE_LIST_BOX, NULL);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (box, i)) != NULL; i++)
    if (chat_room_row_get_room (CHAT_ROOM_ROW (row)) == room)
      return GTK_WIDGET (row);

  g_assert_not_reached ();
}

static gboolean
is_in_sight (gpointer data)
{
  Fixture *f = data;
  ChatRoom *room = chat_room_list_get_selected (f->list);
  graphene_rect_t bounds;

  return room != NULL &&
         gtk_widget_compute_bounds (find_row (f, room), GTK_WIDGET (f->list), &bounds) &&
         bounds.size.height > 0 && bounds.origin.y >= 0 &&
         bounds.origin.y + bounds.size.height <= gtk_widget_get_height (GTK_WIDGET (f->list));
}

/* The room in front, whether it has just come or was far away. */
static void
test_in_sight (Fixture *f, gconstpointer data)
{
  ChatRoom *first = add_room (f, f->one, "0", FALSE);

  for (guint i = 1; i < 64; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      add_room (f, f->one, name, FALSE);
    }
  gtk_window_present (f->window);
  chat_room_list_select (f->list, first);
  shell_wait_until (is_in_sight, f);
  chat_room_list_select (f->list, add_room (f, f->one, "last", FALSE));
  shell_wait_until (is_in_sight, f);
  chat_room_list_select (f->list, first);
  shell_wait_until (is_in_sight, f);
}

static gboolean
has_height (gpointer row)
{
  return gtk_widget_get_height (row) > 0;
}

/* Whatever its script: else rows would jump with each last line. */
static void
test_row_height (Fixture *f, gconstpointer data)
{
  ChatRoom *latin = add_room (f, f->one, "Lunch", FALSE);
  ChatRoom *japanese = add_room (f, f->one, "文化祭の準備", FALSE);

  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();

  gtk_css_provider_load_from_resource (style, "/org/onlinechat/Messenger/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  say (latin, "Yuki", "Who comes along?");
  say (japanese, "花子", "おはようございます！");
  gtk_window_present (f->window);
  shell_wait_until (has_height, find_row (f, japanese));
  g_assert_cmpint (gtk_widget_get_height (find_row (f, latin)), ==,
                   gtk_widget_get_height (find_row (f, japanese)));
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (style));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  ADD ("/room-list/groups", test_groups);
  ADD ("/room-list/row", test_row);
  ADD ("/room-list/link", test_link);
  ADD ("/room-list/in-sight", test_in_sight);
  ADD ("/room-list/row-height", test_row_height);
  ADD ("/room-key/find", test_key);
  ADD ("/notifier/notices", test_notifier);
  ADD ("/notifier/levels", test_levels);
  ADD ("/sidebar/badge", test_badge);
  ADD ("/sidebar/kept", test_kept);
  /* Last: GTK 4.8 wants to show a tooltip half a second after a menu was opened, even if its window
   * was destroyed meanwhile. */
  ADD ("/room-menu/open", test_open);
  return g_test_run ();
}
