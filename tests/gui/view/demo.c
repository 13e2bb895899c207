/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a window with a lively room, to look at; with --shot FILE it draws itself into a picture
 * and ends. */
#include "sample-files.h"
#include "sample-room.h"

#include "chat-ban.h"
#include "chat-error.h"
#include "chat-leave-dialog.h"
#include "chat-room-about.h"
#include "chat-room-marks.h"
#include "chat-room-private.h"
#include "chat-room-settings.h"
#include "chat-room-view-private.h"
#include "chat-session-private.h"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <locale.h>

static int width = 1040, height = 720, fill;
static gboolean difficult, formatted, marks, dark, rtl, members, late, secure, facts, hosted,
    called, marked;
static gboolean with_files;
static char *state, *typed, *find, *shot, *scroll, *dialog, *alerts, *answer;

static const GOptionEntry options[] = {
  { "width", 'w', 0, G_OPTION_ARG_INT, &width, "Width of the window", "PX" },
  { "height", 'h', 0, G_OPTION_ARG_INT, &height, "Height of the window", "PX" },
  { "fill", 'n', 0, G_OPTION_ARG_INT, &fill, "So many messages instead of the sample", "N" },
  { "difficult", 0, 0, G_OPTION_ARG_NONE, &difficult, "Messages that are hard to show", NULL },
  { "marks", 'k', 0, G_OPTION_ARG_NONE, &marks, "With messages that are picked out", NULL },
  { "formatted", 'M', 0, G_OPTION_ARG_NONE, &formatted, "Messages with formatting", NULL },
  { "secure", 'e', 0, G_OPTION_ARG_NONE, &secure, "A room of protocol 2", NULL },
  { "facts", 'f', 0, G_OPTION_ARG_NONE, &facts, "With all that there is to note about it", NULL },
  { "hosted", 'a', 0, G_OPTION_ARG_NONE, &hosted, "With what hosts did in it", NULL },
  { "called", 'c', 0, G_OPTION_ARG_NONE, &called, "With people who are called by name", NULL },
  { "marked", 'W', 0, G_OPTION_ARG_NONE, &marked, "With answers, edits and signs", NULL },
  { "files", 'i', 0, G_OPTION_ARG_NONE, &with_files, "With files, on their way too", NULL },
  { "answer", 'R', 0, G_OPTION_ARG_STRING, &answer, "Begin it: reply, edit", "WHAT" },
  { "alerts", 'A', 0, G_OPTION_ARG_STRING, &alerts, "all, mentions, nothing", "LEVEL" },
  { "dark", 'd', 0, G_OPTION_ARG_NONE, &dark, "Dark", NULL },
  { "rtl", 'r', 0, G_OPTION_ARG_NONE, &rtl, "From right to left", NULL },
  { "members", 'm', 0, G_OPTION_ARG_NONE, &members, "Show the members", NULL },
  { "state", 's', 0, G_OPTION_ARG_STRING, &state,
    "unreachable, closed, gone, left, failed, key, lost, replaced, removed", "STATE" },
  { "typed", 't', 0, G_OPTION_ARG_STRING, &typed, "Text in the composer", "TEXT" },
  { "find", 'F', 0, G_OPTION_ARG_STRING, &find, "Text that is searched for", "TEXT" },
  { "scroll", 'x', 0, G_OPTION_ARG_STRING, &scroll, "Not at the end but at that message",
    "POSITION" },
  { "dialog", 'g', 0, G_OPTION_ARG_STRING, &dialog, "settings, about, leave, close, files",
    "DIALOG" },
  { "shot", 'o', 0, G_OPTION_ARG_FILENAME, &shot, "Draw into a picture and end", "FILE" },
  { NULL },
};

static void
say_nothing (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_message ("win.%s", g_action_get_name (G_ACTION (action)));
}

static void
set_state (SampleSession *session, ChatRoom *room)
{
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "gone");

  if (g_strcmp0 (state, "unreachable") == 0)
    {
      chat_session_set_link (CHAT_SESSION (session), CHAT_LINK_OFFLINE, error,
                             g_get_monotonic_time () + 12 * G_USEC_PER_SEC);
      chat_room_set_state (room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
    }
  else if (g_strcmp0 (state, "closed") == 0)
    chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_CLOSED);
  else if (g_strcmp0 (state, "gone") == 0)
    chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_GONE);
  else if (g_strcmp0 (state, "left") == 0)
    chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  else if (g_strcmp0 (state, "replaced") == 0)
    chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_REPLACED);
  else if (g_strcmp0 (state, "removed") == 0)
    chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_REMOVED);
  else if (g_strcmp0 (state, "key") == 0 || g_strcmp0 (state, "lost") == 0)
    {
      error->code = *state == 'k' ? CHAT_ERROR_KEY_CHANGED : CHAT_ERROR_ENCRYPTION_LOST;
      chat_session_set_link (CHAT_SESSION (session), CHAT_LINK_OFFLINE, error, 0);
      chat_room_set_state (room, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
    }
  else if (g_strcmp0 (state, "failed") == 0)
    {
      sample_session_set_delivery (session, CHAT_DELIVERY_FAILED);
      chat_room_send_async (room, "Is anybody there?", NULL, NULL, NULL);
    }
}

static void
set_facts (SampleSession *session, ChatRoom *room)
{
  ChatRoomFacts now;

  chat_room_get_facts (room, &now);
  now.mixed = now.host_away = now.off_record = facts;
  now.waiting = secure ? 2 : 0;
  now.online = secure ? 3 : 0;
  chat_room_set_facts (room, &now);
  if (facts)
    chat_session_set_transport (CHAT_SESSION (session), CHAT_TRANSPORT_TCP);
}

static void
draw (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  int w = gtk_widget_get_width (window), h = gtk_widget_get_height (window);

  gdk_paintable_snapshot (paintable, snapshot, w, h);
  g_autoptr (GskRenderNode) node = gtk_snapshot_to_node (snapshot);
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  g_autoptr (GdkTexture) texture =
      gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, w, h));
  gdk_texture_save_to_png (texture, shot);
}

static gboolean
on_settled (gpointer data)
{
  GtkWidget *window = data;

  if (dialog != NULL)
    {
      draw (window);
      g_application_quit (g_application_get_default ());
      return G_SOURCE_REMOVE;
    }

  GtkWidget *view = adw_application_window_get_content (ADW_APPLICATION_WINDOW (window));
  ChatConversation *conversation = chat_room_view_get_conversation (CHAT_ROOM_VIEW (view));

  if (typed != NULL)
    {
      g_signal_emit_by_name (gtk_window_get_focus (GTK_WINDOW (window)), "insert-at-cursor", typed);
      typed = NULL;
      return G_SOURCE_CONTINUE;
    }
  if (marks)
    {
      guint n = g_list_model_get_n_items (
          chat_room_get_messages (chat_room_view_get_room (CHAT_ROOM_VIEW (view))));

      chat_conversation_toggle_mark (conversation, n - 1);
      chat_conversation_toggle_mark (conversation, n - 2);
      marks = FALSE;
      return G_SOURCE_CONTINUE;
    }
  if (find != NULL)
    {
      ChatFindBar *bar = chat_room_view_get_find_bar (CHAT_ROOM_VIEW (view));

      chat_find_bar_open (bar);
      gtk_editable_set_text (chat_find_bar_get_entry (bar), find);
      find = NULL;
      return G_SOURCE_CONTINUE;
    }
  if (scroll != NULL)
    {
      GtkWidget *list = GTK_WIDGET (chat_conversation_get_row (
          conversation, g_list_model_get_n_items (chat_room_get_messages (
                            chat_room_view_get_room (CHAT_ROOM_VIEW (view)))) -
                            1));
      gtk_widget_activate_action (gtk_widget_get_parent (list), "list.scroll-to-item", "u",
                                  (guint) atoi (scroll));
      scroll = NULL;
      late = TRUE;
      return G_SOURCE_CONTINUE;
    }
  if (late)
    {
      sample_room_say (chat_room_view_get_room (CHAT_ROOM_VIEW (view)), "Hanako", "新着です");
      late = FALSE;
      return G_SOURCE_CONTINUE;
    }
  if (shot != NULL)
    {
      draw (window);
      gtk_window_destroy (GTK_WINDOW (window));
    }
  return G_SOURCE_REMOVE;
}

/* --- dialogs, on their own --- */

static void
show_bans (ChatRoomSettings *settings)
{
  const gint64 until_us = g_get_real_time () + 2 * G_TIME_SPAN_HOUR;
  g_autoptr (GListStore) bans = g_list_store_new (CHAT_TYPE_BAN);
  g_autoptr (ChatBan) spam = chat_ban_new (1, "spam", 0, NULL);
  g_autoptr (ChatBan) rude =
      chat_ban_new (2, "Someone", until_us, "同じことを何度も書いて、注意しても聞かなかったため");

  g_list_store_append (bans, spam);
  g_list_store_append (bans, rude);
  chat_room_settings_show_bans (settings, G_LIST_MODEL (bans));
}

static void
set_rules (ChatRoom *room)
{
  ChatRoomFacts now;

  chat_room_get_facts (room, &now);
  now.description = "宿の予約と、持ち物の相談をします。\n日程は変わることがあります。";
  now.password_protected = now.encrypted_only = TRUE;
  now.slow_s = 10;
  chat_room_set_facts (room, &now);
}

static GtkWindow *
create_dialog (GtkWindow *window, ChatRoom *room)
{
  GtkWindow *shown;

  if (g_str_equal (dialog, "files"))
    return sample_files_create_dialog (window, chat_room_get_name (room));
  if (g_str_equal (dialog, "about"))
    return GTK_WINDOW (chat_room_about_new (window, room));
  if (g_str_equal (dialog, "settings"))
    {
      shown = GTK_WINDOW (chat_room_settings_new (window, room));
      show_bans (CHAT_ROOM_SETTINGS (shown));
      return shown;
    }

  shown = GTK_WINDOW (chat_leave_dialog_new (window, room));
  chat_leave_dialog_choose (CHAT_LEAVE_DIALOG (shown),
                            g_str_equal (dialog, "close") ? CHAT_LEAVE_CLOSE : CHAT_LEAVE_HAND);
  return shown;
}

static void
show_dialog (GtkWidget *window, ChatRoom *room)
{
  GtkWindow *shown;

  set_rules (room);
  shown = create_dialog (GTK_WINDOW (window), room);
  if (width < 480)
    gtk_window_set_default_size (shown, width, MIN (height, 640));
  gtk_window_present (shown);
  g_timeout_add (700, on_settled, shown);
}

/* Of what is there the last that one can */
static void
begin_answer (ChatRoomView *view, ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);
  ChatAnswer what = g_str_equal (answer, "edit") ? CHAT_ANSWER_EDIT : CHAT_ANSWER_REPLY;

  for (guint i = g_list_model_get_n_items (messages); i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      if (what == CHAT_ANSWER_EDIT ? !chat_room_can_edit (room, message)
                                   : !chat_room_can_answer (room, message))
        continue;
      chat_room_view_begin_answer (view, what, message);
      return;
    }
}

static void
on_activate (GtkApplication *app, gpointer data)
{
  static const char *actions[] = { "leave-room",  "show-rooms",  "retry",
                                   "create-room", "rejoin-room", "forget-room" };
  if (dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  if (rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  GtkWidget *window = adw_application_window_new (app);
  GtkWidget *view = chat_room_view_new ();
  SampleSession *session = secure ? sample_session_new_secure () : sample_session_new ();
  ChatRoom *room = NULL;

  if (fill > 0)
    {
      room = chat_room_new (CHAT_SESSION (session), "Many Words", "Kenji", TRUE);
      sample_room_fill (room, (guint) fill);
      chat_room_mark_read (room);
    }
  else if (secure)
    room = sample_room_new_secure (CHAT_SESSION (session));
  else
    {
      room = sample_room_new (CHAT_SESSION (session));
      chat_room_mark_read (room);
      sample_room_say (room, "Hanako", "そうだ、雨具も忘れずに！");
      if (difficult)
        sample_room_say_difficult (room);
      if (formatted)
        sample_room_say_formatted (room);
    }
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (actions[i], NULL);

      g_signal_connect (action, "activate", G_CALLBACK (say_nothing), NULL);
      g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
    }
  if (hosted)
    sample_room_host (room);
  if (called)
    sample_room_call (room);
  if (marked)
    sample_room_mark (room);
  if (with_files)
    sample_files_add (room);
  chat_room_view_set_room (CHAT_ROOM_VIEW (view), room);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  chat_room_view_adapt (CHAT_ROOM_VIEW (view), width, width < 680);
  g_object_set (view, "show-members", members, NULL);
  if (members && width < 980)
    gtk_widget_activate_action (view, "room.show-members", NULL);
  if (answer != NULL)
    begin_answer (CHAT_ROOM_VIEW (view), room);
  if (alerts != NULL)
    gtk_widget_activate_action (view, "room.alerts", "s", alerts);
  set_facts (session, room);
  set_state (session, room);
  gtk_window_present (GTK_WINDOW (window));
  chat_room_view_focus_composer (CHAT_ROOM_VIEW (view));
  if (dialog != NULL)
    show_dialog (window, room);
  else
    g_timeout_add (700, on_settled, window);
  /* kept until the end: nothing else holds them */
  g_object_set_data_full (G_OBJECT (app), "session", session, g_object_unref);
  g_object_set_data_full (G_OBJECT (app), "room", room, g_object_unref);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BUILD_ROOT "/po");
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  g_autoptr (AdwApplication) app =
      adw_application_new ("org.onlinechat.Messenger.Demo", G_APPLICATION_NON_UNIQUE);
  g_application_set_resource_base_path (G_APPLICATION (app), "/org/onlinechat/Messenger");
  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
