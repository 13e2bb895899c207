/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-conversation.h"
#include "chat-find-bar.h"
#include "chat-room-view.h"
#include "chat-search-pane.h"
#include "chat-search-row.h"
#include "shell-test.h"

#include <string.h>

/* Searching all rooms from the sidebar, against the real chatd. */

typedef struct
{
  ShellServer *server;
  ChatApplication *app;
  ChatWindow *window;
  GListModel *rooms; /* borrowed */
} Fixture;

static void
open_window (Fixture *f)
{
  f->rooms = chat_client_get_rooms (chat_application_get_client (f->app));
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  shell_settle ();
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->server = shell_server_new ();
  f->app = shell_app_new (NULL);
  g_settings_set_string (chat_application_get_settings (f->app), "server", f->server->address);
  open_window (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  shell_app_free (f->app);
  shell_server_free (f->server);
}

static gboolean
is_set (gpointer pointer)
{
  return *(gpointer *) pointer != NULL;
}

static void
on_created (GObject *client, GAsyncResult *result, gpointer room)
{
  *(ChatRoom **) room = chat_client_create_room_finish (CHAT_CLIENT (client), result, NULL);
}

static gboolean
has_nothing_waiting (gpointer room)
{
  return chat_room_get_waiting (room) == 0;
}

static void
say (ChatRoom *room, const char *text)
{
  chat_room_send_async (room, text, NULL, NULL, NULL);
  shell_wait_until (has_nothing_waiting, room);
}

/* Returns: (transfer none): a new room, in which oneself said @text */
static ChatRoom *
create_room (Fixture *f, const char *name, const char *text)
{
  ChatRoom *room = NULL;

  chat_client_create_room_async (chat_application_get_client (f->app), f->server->endpoint, name,
                                 "Taro", 0, NULL, on_created, &room);
  shell_wait_until (is_set, &room);
  say (room, text);
  g_object_unref (room); /* the client has it */
  return room;
}

/* --- the pane ------------------------------------------------------------ */

/* Returns: (nullable): none, before one searches */
static ChatSearchPane *
get_pane (Fixture *f)
{
  return shell_find (GTK_WIDGET (f->window), CHAT_TYPE_SEARCH_PANE, NULL);
}

static gboolean
is_pane_shown (Fixture *f)
{
  return get_pane (f) != NULL && gtk_widget_get_mapped (GTK_WIDGET (get_pane (f)));
}

typedef struct
{
  ChatSearchPane *pane;
  const char *page;
  guint n;
} Wanted;

static gboolean
has_results (gpointer data)
{
  const Wanted *wanted = data;
  GListModel *hits = chat_search_pane_get_hits (wanted->pane);

  return g_strcmp0 (chat_search_pane_get_page (wanted->pane), wanted->page) == 0 &&
         (hits != NULL ? g_list_model_get_n_items (hits) : 0) == wanted->n;
}

static void
search (Fixture *f, const char *text, const char *page, guint n)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.search", NULL);
  Wanted wanted = { get_pane (f), page, n };

  gtk_editable_set_text (chat_search_pane_get_entry (wanted.pane), text);
  shell_wait_until (has_results, &wanted);
  shell_settle ();
}

typedef struct
{
  ChatConversation *conversation;
  guint position;
} Place;

static gboolean
is_marked (gpointer data)
{
  const Place *place = data;
  ChatMessageRow *row = chat_conversation_get_row (place->conversation, place->position);

  return row != NULL && gtk_widget_has_css_class (GTK_WIDGET (row), "found");
}

static void
test_all_rooms (Fixture *f, gconstpointer data)
{
  ChatRoom *tea = create_room (f, "茶室", "抹茶を飲もう");
  ChatRoom *hall = create_room (f, "広間", "お茶とお菓子");

  g_assert_true (chat_window_get_room (f->window) == tea);
  search (f, "茶", "results", 2);
  g_assert_true (is_pane_shown (f));
  g_assert_true (shell_says (GTK_WIDGET (get_pane (f)), "広間"));
  g_assert_true (shell_says (GTK_WIDGET (get_pane (f)), "抹茶を飲もう"));
  chat_search_pane_activate (get_pane (f), 0); /* the newest */
  g_assert_true (chat_window_get_room (f->window) == hall);
  Place place = { shell_find (GTK_WIDGET (f->window), CHAT_TYPE_CONVERSATION, NULL), 1 };
  shell_wait_until (is_marked, &place);
  g_assert_true (is_pane_shown (f)); /* for the next one */
  g_signal_emit_by_name (chat_search_pane_get_entry (get_pane (f)), "activate");
  g_assert_true (chat_window_get_room (f->window) == hall);
  chat_search_pane_activate (get_pane (f), 1);
  g_assert_true (chat_window_get_room (f->window) == tea);
}

static void
test_words (Fixture *f, gconstpointer data)
{
  create_room (f, "茶室", "抹茶を飲もう");
  search (f, "", "hint", 0);
  search (f, "コーヒー", "none", 0);
  g_assert_true (shell_says (GTK_WIDGET (get_pane (f)), "Nobody said that in your rooms."));
  search (f, "+++", "none", 0);
  g_assert_true (shell_says (GTK_WIDGET (get_pane (f)), "Type letters, digits or an emoji."));
  search (f, "抹茶", "results", 1);
  search (f, "", "hint", 0);
}

/* Escape, wherever the focus is in it */
static void
test_escape (Fixture *f, gconstpointer data)
{
  create_room (f, "茶室", "抹茶を飲もう");
  g_assert_false (is_pane_shown (f));
  search (f, "抹茶", "results", 1);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (f->window)),
                                         GTK_WIDGET (get_pane (f))));
  g_signal_emit_by_name (chat_search_pane_get_entry (get_pane (f)), "stop-search");
  shell_settle ();
  g_assert_false (is_pane_shown (f));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.search", NULL);
  shell_settle ();
  g_assert_true (is_pane_shown (f));
  g_assert_cmpstr (gtk_editable_get_text (chat_search_pane_get_entry (get_pane (f))), ==, "抹茶");
}

/* More come as one scrolls; here all rows are made at once. */
static void
test_more (Fixture *f, gconstpointer data)
{
  ChatRoom *room = create_room (f, "room", "x 0");

  for (guint i = 1; i <= 60; i++)
    {
      g_autofree char *text = g_strdup_printf ("x %u", i);

      say (room, text);
    }
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.search", NULL);
  Wanted wanted = { get_pane (f), "results", 61 };

  gtk_editable_set_text (chat_search_pane_get_entry (wanted.pane), "x");
  shell_wait_until (has_results, &wanted);
}

/* What was said in an earlier run */
static void
test_again (Fixture *f, gconstpointer data)
{
  create_room (f, "茶室", "抹茶を飲もう");
  shell_app_free (f->app);
  f->app = shell_app_new_again (NULL);
  open_window (f);
  search (f, "抹茶", "results", 1);
  chat_search_pane_activate (get_pane (f), 0);
  Place place = { shell_find (GTK_WIDGET (f->window), CHAT_TYPE_CONVERSATION, NULL), 1 };
  shell_wait_until (is_marked, &place);
}

/* Ctrl+F */
static void
test_find (Fixture *f, gconstpointer data)
{
  g_assert_false (gtk_widget_activate_action (GTK_WIDGET (f->window), "win.search", NULL) &&
                  is_pane_shown (f));
  create_room (f, "茶室", "抹茶を飲もう");
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.find", NULL);
  ChatFindBar *bar = shell_find (GTK_WIDGET (f->window), CHAT_TYPE_FIND_BAR, NULL);
  g_assert_true (chat_find_bar_is_open (bar));
  gtk_editable_set_text (chat_find_bar_get_entry (bar), "飲もう");
  Place place = { shell_find (GTK_WIDGET (f->window), CHAT_TYPE_CONVERSATION, NULL), 1 };
  shell_wait_until (is_marked, &place);
  g_assert_cmpstr (chat_find_bar_get_status (bar), ==, "1 of 1");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  ADD ("/search/all-rooms", test_all_rooms);
  ADD ("/search/words", test_words);
  ADD ("/search/escape", test_escape);
  ADD ("/search/more", test_more);
  ADD ("/search/again", test_again);
  ADD ("/search/find", test_find);
  return g_test_run ();
}
