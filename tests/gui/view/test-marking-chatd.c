/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "chatd-process.h"
#include "person.h"

#include "chat-message-row-private.h"
#include "chat-room-view-private.h"

#include <adwaita.h>
#include <string.h>

/* Taro answers, edits, reacts and takes back in his window, with the real chatd; Hanako sees what
 * came of it. What they see is read as in person.h. */

typedef struct
{
  ChatdProcess *chatd;
  ChatEndpoint *endpoint;
  Person *taro; /* in the window */
  Person *hanako;
  GtkWidget *window;
  ChatRoomView *view;
} Fixture;

static const char *program; /* chatd */

static void
set_up (Fixture *f, gconstpointer data)
{
  f->chatd = chatd_process_new (program, "");
  f->endpoint = chatd_process_endpoint (f->chatd);
  f->taro = person_new ("Taro", f->endpoint, TRUE);
  f->hanako = person_new ("Hanako", f->endpoint, TRUE);
  person_meet_talking (f->taro, f->hanako, "first");
  f->window = adw_window_new ();
  f->view = CHAT_ROOM_VIEW (chat_room_view_new ());
  adw_window_set_content (ADW_WINDOW (f->window), GTK_WIDGET (f->view));
  gtk_window_set_default_size (GTK_WINDOW (f->window), 700, 600);
  chat_room_view_set_room (f->view, f->taro->room);
  gtk_window_present (GTK_WINDOW (f->window));
  gtk_test_widget_wait_for_draw (f->window);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_room_view_set_room (f->view, NULL); /* an answer under way may keep the view */
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  person_free (f->taro);
  person_free (f->hanako);
  g_object_unref (f->endpoint);
  chatd_process_free (f->chatd);
}

/* Returns: (nullable): the row that says @text */
static ChatMessageRow *
get_row (Fixture *f, const char *text)
{
  GListModel *messages = chat_room_get_messages (f->taro->room);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      ChatMessageRow *row =
          chat_conversation_get_row (chat_room_view_get_conversation (f->view), i);

      if (row != NULL &&
          g_str_equal (chat_message_get_text (chat_message_row_get_message (row)), text))
        return row;
    }
  return NULL;
}

static void
act (Fixture *f, const char *text, const char *action)
{
  await (get_row (f, text) != NULL);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_row (f, text)), action, NULL));
}

static void
type (Fixture *f, const char *text)
{
  chat_composer_set_text (chat_room_view_get_composer (f->view), text);
  chat_composer_send (chat_room_view_get_composer (f->view));
}

#define await_both(f, taro_shows, hanako_shows)                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    await (person_shows ((f)->taro, taro_shows));                                                  \
    await (person_shows ((f)->hanako, hanako_shows));                                              \
  }                                                                                                \
  G_STMT_END

static void
confirm (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (!ADW_IS_MESSAGE_DIALOG (window))
        continue;
      adw_message_dialog_response (ADW_MESSAGE_DIALOG (window), "confirm");
      gtk_window_destroy (window);
      return;
    }
  g_assert_not_reached ();
}

static void
test_journey (Fixture *f, gconstpointer data)
{
  person_tell (f->hanako, f->taro, "question", "first question");
  act (f, "question", "message.reply");
  type (f, "answer");
  await_both (f, "first question answer<Hanako:question>",
              "first question answer<Hanako:question>");

  chat_room_view_focus_composer (f->view);
  chat_composer_handle_key (chat_room_view_get_composer (f->view), GDK_KEY_Up, 0, FALSE, FALSE);
  type (f, "better");
  await_both (f, "first question better'<Hanako:question>",
              "first question better'<Hanako:question>");

  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (get_row (f, "question")), "message.react", "s", "👍"));
  await_both (f, "first question[👍:1+] better'<Hanako:question>",
              "first question[👍:1] better'<Hanako:question>");
  person_react (f->hanako, "first", "🎉", TRUE);
  person_edit (f->hanako, "question", "Q");
  await_both (f, "first[🎉:1] Q'[👍:1+] better'<Hanako:Q>", "first[🎉:1+] Q'[👍:1] better'<Hanako:Q>");
  await (g_strcmp0 (chat_message_row_get_quote (get_row (f, "better")), "Hanako: Q") == 0);

  act (f, "first", "message.retract");
  confirm ();
  await_both (f, "- Q'[👍:1+] better'<Hanako:Q>", "- Q'[👍:1] better'<Hanako:Q>");
}

/* Without the server it waits, with a mark on the message, and goes out when the server is back. */
static void
test_offline (Fixture *f, gconstpointer data)
{
  chatd_process_stop (f->chatd);
  person_await_both_in (f->taro, f->hanako, CHAT_ROOM_UNREACHABLE);
  act (f, "first", "message.edit");
  type (f, "second");
  await (person_shows (f->taro, "second'?"));
  await (get_row (f, "second") != NULL);
  g_assert_nonnull (
      strstr (chat_message_row_get_spoken (get_row (f, "second")), "A change waits to be sent"));

  chatd_process_start (f->chatd);
  chat_session_retry (person_get_session (f->taro));
  chat_session_retry (person_get_session (f->hanako));
  await_both (f, "second'", "second'");
  g_assert_null (
      strstr (chat_message_row_get_spoken (get_row (f, "second")), "A change waits to be sent"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/org/onlinechat/Messenger/icons");
  program = argv[1];
  g_test_add ("/marking-chatd/journey", Fixture, NULL, set_up, test_journey, tear_down);
  g_test_add ("/marking-chatd/offline", Fixture, NULL, set_up, test_offline, tear_down);
  return g_test_run ();
}
