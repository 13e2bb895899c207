/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sides of `./dev bench --soak`: a day of the app in minutes.
 *
 *   bench-soak talk ROOMS MESSAGES RATE TCP UDP…
 *       creates the rooms, in turns on the servers; each line on stdin is how many messages more to
 *       send
 *   bench-soak listen ROOMS MESSAGES TURNS TCP UDP…
 *       the app: is in all of them. In each turn it shows a room, opens and closes a dialog, and
 * opens and closes its window
 *
 * At the beginning of each turn it writes "turn", so that messages come in the while. What it takes
 * is told in lines "at S messages N turns N rss KIB in-use KIB". In the end: what is missing, and
 * how many windows outlive their closing. */
#include "chat-application.h"
#include "chat-profile.h"
#include "chat-window.h"

#include <glib-unix.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOST "127.0.0.1"
#define TALK_EVERY_MS 10
#define WAITING_MAX 20 /* of one room: the rate is what the servers take, at most */
#define TELL_EVERY_S 5
#define QUIET_MS 2000 /* after the last turn */

static GPtrArray *endpoints; /* of ChatEndpoint */
static GPtrArray *entered;   /* of ChatRoom */

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

static void
parse_endpoints (char **ports)
{
  endpoints = g_ptr_array_new ();
  for (; ports[0] != NULL && ports[1] != NULL; ports += 2)
    g_ptr_array_add (
        endpoints, chat_endpoint_new (HOST, (guint16) atoi (ports[0]), (guint16) atoi (ports[1])));
}

static gboolean
on_over (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    turn ();
}

/* --- rooms -------------------------------------------------------------------------------------
 */

static void
on_entered (GObject *source, GAsyncResult *result, gpointer create)
{
  g_autoptr (GError) error = NULL;
  ChatRoom *room = create != NULL
                       ? chat_client_create_room_finish (CHAT_CLIENT (source), result, &error)
                       : chat_client_join_room_finish (CHAT_CLIENT (source), result, &error);

  if (error != NULL)
    g_error ("%s", error->message);
  g_ptr_array_add (entered, room);
}

/* One after the other; each has its server's turn. */
static void
enter_rooms (ChatClient *client, guint n, gboolean create)
{
  entered = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("Room %u", i);
      ChatEndpoint *endpoint = g_ptr_array_index (endpoints, i % endpoints->len);

      if (create)
        chat_client_create_room_async (client, endpoint, name, "Talker", 0, NULL, on_entered,
                                       client);
      else
        chat_client_join_room_async (client, endpoint, name, "Kenji", NULL, on_entered, NULL);
      while (entered->len <= i)
        turn ();
    }
}

/* --- who talks ---------------------------------------------------------------------------------
 */

typedef struct
{
  guint n, rate;
  guint wanted; /* so far */
  guint sent;
  guint next; /* room */
} Talk;

static const char *const texts[] = {
  "Good morning!",
  "今日の集合は 15 時、美術室です。看板の下書きを持ってきてください。",
  "The list is at https://example.org/list; whoever lives near the *station* buys the paper.",
  "👍",
};

static gboolean
say (Talk *talk)
{
  for (guint i = 0; i < entered->len; i++)
    {
      ChatRoom *room = g_ptr_array_index (entered, talk->next++ % entered->len);
      g_autofree char *text =
          g_strdup_printf ("%s %u", texts[talk->sent % G_N_ELEMENTS (texts)], talk->sent);

      if (chat_room_get_waiting (room) >= WAITING_MAX)
        continue;
      chat_room_send_async (room, text, NULL, NULL, NULL);
      talk->sent++;
      return TRUE;
    }
  return FALSE;
}

static gboolean
on_talk (gpointer data)
{
  Talk *talk = data;

  for (guint i = 0; i < talk->rate * TALK_EVERY_MS / 1000; i++)
    if (talk->sent >= MIN (talk->wanted, talk->n) || !say (talk))
      break;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_wanted (gint fd, GIOCondition condition, gpointer data)
{
  Talk *talk = data;
  char line[32];

  if (fgets (line, sizeof line, stdin) == NULL)
    return G_SOURCE_REMOVE;
  talk->wanted += (guint) atoi (line);
  return G_SOURCE_CONTINUE;
}

static guint
count_waiting (void)
{
  guint n = 0;

  for (guint i = 0; i < entered->len; i++)
    n += chat_room_get_waiting (g_ptr_array_index (entered, i));
  return n;
}

static void
talk (guint n_rooms, guint n, guint rate)
{
  g_autoptr (ChatClient) client = chat_client_new ();
  Talk talking = { .n = n, .rate = rate };

  enter_rooms (client, n_rooms, TRUE);
  for (guint i = 0; i < entered->len; i++)
    chat_room_set_sight (g_ptr_array_index (entered, i), CHAT_ROOM_SIGHT_NONE);
  g_print ("ready\n");
  fflush (stdout);
  setvbuf (stdin, NULL, _IONBF, 0); /* else a second line would be waited for */
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_wanted, &talking);
  g_timeout_add (TALK_EVERY_MS, on_talk, &talking);
  while (talking.sent < n || count_waiting () > 0)
    turn ();
  g_print ("sent=%u\n", talking.sent);
}

/* --- what the app takes -------------------------------------------------------------------------
 */

static gint64 began_us;
static guint n_received, n_turns, n_windows;

static glong
rss_kib (void)
{
  g_autofree char *status = NULL;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  const char *line = status != NULL ? strstr (status, "VmRSS:") : NULL;
  return line != NULL ? atol (line + strlen ("VmRSS:")) : 0;
}

static gboolean
on_tell (gpointer data)
{
  struct mallinfo2 info = mallinfo2 ();

  g_print ("at %.0f messages %u turns %u rss %ld in-use %zu\n",
           (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC, n_received, n_turns,
           rss_kib (), (info.uordblks + info.hblkhd) / 1024);
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

static void
on_received (void)
{
  n_received++;
}

/* --- windows -----------------------------------------------------------------------------------
 */

static void
on_window_gone (gpointer data, GObject *window)
{
  n_windows--;
}

static void
on_toplevels_changed (GListModel *toplevels, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) window = g_list_model_get_item (toplevels, i);

      n_windows++;
      g_object_weak_ref (window, on_window_gone, NULL);
    }
}

static void
on_after_paint (GdkFrameClock *clock, gboolean *painted)
{
  *painted = TRUE;
}

static void
wait_painted (GtkWindow *window)
{
  gboolean painted = FALSE;

  while (!gtk_widget_get_mapped (GTK_WIDGET (window)))
    turn ();
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &painted);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
  while (!painted)
    turn ();
  g_signal_handler_disconnect (clock, handler);
}

static GtkWindow *
open_window (ChatApplication *app)
{
  g_application_activate (G_APPLICATION (app));
  GtkWindow *window = gtk_application_get_windows (GTK_APPLICATION (app))->data;
  wait_painted (window);
  return window;
}

static void
close_window (GtkWindow *window)
{
  gpointer watched = window;

  g_object_add_weak_pointer (G_OBJECT (window), &watched);
  gtk_window_destroy (window);
  for (guint i = 0; watched != NULL && i < 100; i++)
    g_main_context_iteration (NULL,
                              FALSE); /* what holds it for a moment; a leak is told of later */
  if (watched != NULL)
    g_object_remove_weak_pointer (G_OBJECT (window), &watched);
}

static GtkWindow *
find_other (GtkWindow *main_window)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, i);

      if (window != main_window)
        return window; /* GTK holds it */
    }
  return NULL;
}

static void
open_dialog (ChatApplication *app, GtkWindow *window, guint i)
{
  static const char *const dialogs[] = {
    "win.create-room", "win.join-room", "app.preferences",   "win.list-rooms",
    "app.shortcuts",   "win.invite",    "win.room-settings", "app.about",
  };
  const char *name = dialogs[i % G_N_ELEMENTS (dialogs)];
  GtkWindow *dialog;

  gtk_widget_activate_action (GTK_WIDGET (window), name, NULL);
  while ((dialog = find_other (window)) == NULL)
    turn ();
  wait_painted (dialog);
  close_window (dialog);
}

/* --- the app -----------------------------------------------------------------------------------
 */

static ChatApplication *
app_new (void)
{
  ChatApplication *app = chat_application_new (NULL);

  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (app), NULL, NULL);
  g_application_set_default (G_APPLICATION (app));
  g_settings_set_boolean (chat_application_get_settings (app), "set-up", TRUE);
  g_settings_set_string (chat_application_get_settings (app), "user-name", "Kenji");
  g_signal_connect (gtk_window_get_toplevels (), "items-changed", G_CALLBACK (on_toplevels_changed),
                    NULL);
  return app;
}

static void
take_turn (ChatApplication *app, GtkWindow **window)
{
  g_print ("turn\n");
  fflush (stdout);
  chat_window_show_room (CHAT_WINDOW (*window),
                         g_ptr_array_index (entered, n_turns * 7 % entered->len));
  wait_painted (*window);
  open_dialog (app, *window, n_turns);
  close_window (*window);
  *window = open_window (app);
  n_turns++;
}

static void
listen_to (guint n_rooms, guint n, guint turns)
{
  ChatApplication *app = app_new ();
  GtkWindow *window = open_window (app);

  enter_rooms (chat_application_get_client (app), n_rooms, FALSE);
  for (guint i = 0; i < entered->len; i++)
    g_signal_connect (g_ptr_array_index (entered, i), "message-received", G_CALLBACK (on_received),
                      NULL);
  began_us = g_get_monotonic_time ();
  g_print ("ready\n");
  on_tell (NULL);
  g_timeout_add_seconds (TELL_EVERY_S, on_tell, NULL);
  while (n_received < n || n_turns < turns)
    if (n_turns < turns && n_received >= (n_turns + 1ULL) * n / turns)
      take_turn (app, &window);
    else
      turn ();
  run_for (QUIET_MS);
  on_tell (NULL);
  g_print ("received=%u\nturns=%u\nleft_windows=%u\n", n_received, n_turns, n_windows - 1);
}

int
main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";

  if (argc < 7)
    {
      g_printerr ("bench-soak: see the top of its source\n");
      return 2;
    }
  guint rooms = (guint) atoi (argv[2]), messages = (guint) atoi (argv[3]);
  parse_endpoints (argv + 5);
  if (g_str_equal (what, "talk"))
    talk (rooms, messages, (guint) atoi (argv[4]));
  else
    listen_to (rooms, messages, (guint) atoi (argv[4]));
  fflush (stdout);
  _exit (0); /* what follows is not measured */
}
