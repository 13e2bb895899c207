/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The app's side of `./dev bench --app`: one measurement a run, figures as "name=number" on stdout.
 *
 *   bench-app start SPAWNED-US          until the first frame of the window that starts with it
 *   bench-app fill N                    puts a room of N lines, and a small one, on the disk
 *   bench-app open                      opens the large one, scrolls it, jumps about in it
 *   bench-app watch TCP UDP SECONDS     is in a room in which somebody talks
 *   bench-app talk TCP UDP RATE SECONDS is that somebody; a line on stdin starts it
 *
 * SPAWNED-US is the monotonic time at which the process was asked for. */
#include "chat-application.h"
#include "chat-conversation.h"
#include "chat-local-store.h"
#include "chat-profile.h"
#include "chat-window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOST "127.0.0.1"
#define LARGE "Large"
#define SMALL "Small"
#define BUSY "Busy"
#define MEMBERS 4
#define FLUSH_EVERY 5000
#define SCROLL_FRAMES 300
#define SCROLL_PX 120
#define JUMP_FRAMES 40
#define JUMP_PX 20000
#define TALK_EVERY_MS 10

static double
to_ms (gint64 us)
{
  return us / 1000.0;
}

static glong
rss_kib (void)
{
  g_autofree char *status = NULL;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  const char *line = status != NULL ? strstr (status, "VmRSS:") : NULL;
  return line != NULL ? atol (line + strlen ("VmRSS:")) : 0;
}

/* --- turns of the main loop: from one poll to the next */

static gint64 turn_began_us, longest_turn_us;

static int
timed_poll (GPollFD *fds, guint n, int timeout)
{
  if (turn_began_us != 0)
    longest_turn_us = MAX (longest_turn_us, g_get_monotonic_time () - turn_began_us);
  int result = g_poll (fds, n, timeout);
  turn_began_us = g_get_monotonic_time ();
  return result;
}

static void
watch_turns (void)
{
  longest_turn_us = 0;
  turn_began_us = 0;
  g_main_context_set_poll_func (NULL, timed_poll);
}

/* --- frames */

static guint n_frames;
static gint64 frame_began_us, last_frame_us;

static void
on_before_paint (GdkFrameClock *clock, gpointer data)
{
  frame_began_us = g_get_monotonic_time ();
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  last_frame_us = g_get_monotonic_time ();
  n_frames++;
}

static void
on_map (GtkWidget *window, gpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), NULL);
}

static void
on_window_added (GtkApplication *app, GtkWindow *window, gpointer data)
{
  g_signal_connect_after (window, "map", G_CALLBACK (on_map), NULL);
}

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

static void
wait_frames (guint n)
{
  for (guint wanted = n_frames + n; n_frames < wanted;)
    turn ();
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

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static void
tell_spread (const char *name, GArray *times)
{
  g_array_sort (times, compare);
  g_print ("%s_p50_ms=%.1f\n%s_p95_ms=%.1f\n%s_max_ms=%.1f\n", name,
           to_ms (g_array_index (times, gint64, times->len / 2)), name,
           to_ms (g_array_index (times, gint64, times->len * 95 / 100)), name,
           to_ms (g_array_index (times, gint64, times->len - 1)));
}

/* --- the app */

static ChatApplication *
app_new (void)
{
  ChatApplication *app = chat_application_new (NULL);

  g_signal_connect (app, "window-added", G_CALLBACK (on_window_added), NULL);
  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (app), NULL, NULL);
  g_application_set_default (G_APPLICATION (app));
  g_settings_set_boolean (chat_application_get_settings (app), "set-up", TRUE);
  g_settings_set_string (chat_application_get_settings (app), "user-name", "Kenji");
  return app;
}

static ChatWindow *
open_window (ChatApplication *app)
{
  g_application_activate (G_APPLICATION (app));
  wait_frames (1);
  return CHAT_WINDOW (gtk_application_get_windows (GTK_APPLICATION (app))->data);
}

static ChatRoom *
find_room (ChatApplication *app, const char *name)
{
  GListModel *rooms = chat_client_get_rooms (chat_application_get_client (app));

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      if (g_str_equal (chat_room_get_name (room), name))
        return room; /* the model holds it */
    }
  g_error ("there is no room %s", name);
}

static GtkWidget *
find (GtkWidget *root, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The conversation comes after the first frame. */
static void
wait_lines (ChatWindow *window)
{
  ChatConversation *conversation =
      CHAT_CONVERSATION (find (GTK_WIDGET (window), CHAT_TYPE_CONVERSATION));

  while (chat_conversation_get_n_binds (conversation) == 0)
    turn ();
  wait_frames (1);
}

static void
start (gint64 spawned_us)
{
  ChatWindow *window = open_window (app_new ());

  g_print ("first_frame_ms=%.1f\n", to_ms (last_frame_us - spawned_us));
  if (chat_window_get_room (window) != NULL)
    wait_lines (window);
  g_print ("lines_ms=%.1f\n", to_ms (last_frame_us - spawned_us));
}

/* --- a room on the disk */

static void
put_lines (ChatLocalStore *store, ChatStoredRoom *room, guint n)
{
  static const char *const texts[] = {
    "Good morning!",
    "今日の集合は 15 時、美術室です。看板の下書きを持ってきてください。",
    "The list is at https://example.org/list; whoever lives near the station buys the paper.",
    "It is long, so let us share the work: the tape, the brushes and the paint are mine, and "
    "whoever has a ladder brings it along. Does that suit everybody?",
    "👍",
  };
  gint64 now_us = g_get_real_time ();

  for (guint i = 1; i <= n; i++)
    {
      const char *text = texts[i % G_N_ELEMENTS (texts)];
      const ChatEntry entry = { .id = i,
                                .prev = i - 1,
                                .at_us = now_us - (gint64) (n - i) * 60 * G_USEC_PER_SEC,
                                .member = 1 + i / 3 % MEMBERS,
                                .instance = 1,
                                .cseq = i,
                                .kind = CHAT_ENTRY_TEXT,
                                .body = (const guint8 *) text,
                                .body_len = strlen (text) };

      chat_local_store_append (store, room->number, &entry);
      if (i % FLUSH_EVERY == 0)
        chat_local_store_flush (store, NULL);
    }
}

static void
put_room (ChatLocalStore *store, const char *name, guint n)
{
  static const char *const names[MEMBERS] = { "花子", "Kenji", "Åsa", "Taro" };
  ChatStoredRoom room = { .host = (char *) HOST,
                          .tcp_port = 9, /* nobody answers */
                          .udp_port = 9,
                          .name = (char *) name,
                          .user_name = (char *) "Kenji",
                          .draft = (char *) "",
                          .instance = 1,
                          .member = 2,
                          .joined = 1,
                          .read = n,
                          .state = CHAT_STORED_IN };

  room.uid[0] = (guint8) *name;
  chat_local_store_put_room (store, &room);
  for (guint i = 0; i < MEMBERS; i++)
    chat_local_store_name_member (store, room.number, i + 1, names[i]);
  put_lines (store, &room, n);
}

static void
fill (guint n)
{
  g_autofree char *folder = chat_profile_data_folder (NULL);
  g_autoptr (GError) error = NULL;
  ChatLocalStore *store = chat_local_store_open (folder, &error);

  if (store == NULL)
    g_error ("%s", error->message);
  put_room (store, SMALL, 100);
  put_room (store, LARGE, n);
  chat_local_store_unref (store);
}

/* --- opening, scrolling */

static GtkAdjustment *
get_adjustment (ChatWindow *window)
{
  GtkWidget *conversation = find (GTK_WIDGET (window), CHAT_TYPE_CONVERSATION);
  GtkWidget *scrolled = find (conversation, GTK_TYPE_SCROLLED_WINDOW);

  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
}

/* From one frame to the next, and what of it was work */
static void
scroll (ChatWindow *window, const char *name, guint n, double px)
{
  GtkAdjustment *adjustment = get_adjustment (window);
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) work = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *work_name = g_strconcat (name, "_work", NULL);
  gint64 before_us = last_frame_us;

  for (guint i = 0; i < n; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - px);
      wait_frames (1);
      gint64 frame_us = last_frame_us - before_us, work_us = last_frame_us - frame_began_us;

      before_us = last_frame_us;
      if (i > 0)
        {
          g_array_append_val (frames, frame_us);
          g_array_append_val (work, work_us);
        }
    }
  tell_spread (name, frames);
  tell_spread (work_name, work);
}

/* By itself, so that a profiler finds it. */
G_NO_INLINE static void
show (ChatApplication *app, ChatWindow *window, const char *name)
{
  chat_window_show_room (window, find_room (app, name));
  wait_frames (1);
}

static guint
count_lines (ChatApplication *app)
{
  return g_list_model_get_n_items (chat_room_get_messages (find_room (app, LARGE)));
}

static void
open_large (void)
{
  ChatApplication *app = app_new ();
  ChatWindow *window = open_window (app);

  show (app, window, SMALL);
  run_for (500);
  watch_turns ();
  gint64 began_us = g_get_monotonic_time ();
  show (app, window, LARGE);
  g_print ("open_ms=%.1f\n", to_ms (last_frame_us - began_us));
  run_for (1000);
  g_print ("open_longest_turn_ms=%.1f\n", to_ms (longest_turn_us));
  fflush (stdout);
  scroll (window, "scroll", SCROLL_FRAMES, SCROLL_PX);
  scroll (window, "jump", JUMP_FRAMES, JUMP_PX);
  g_print ("lines=%u\nrss_mib=%.1f\n", count_lines (app), (double) rss_kib () / 1024);
}

/* --- somebody talks */

static ChatRoom *entered;

static void
on_entered (GObject *source, GAsyncResult *result, gpointer create)
{
  g_autoptr (GError) error = NULL;

  entered = create != NULL ? chat_client_create_room_finish (CHAT_CLIENT (source), result, &error)
                           : chat_client_join_room_finish (CHAT_CLIENT (source), result, &error);
  if (error != NULL)
    g_error ("%s", error->message);
}

static ChatEndpoint *
parse_endpoint (char **ports)
{
  return chat_endpoint_new (HOST, (guint16) atoi (ports[0]), (guint16) atoi (ports[1]));
}

static void
watch (char **ports, guint seconds)
{
  ChatApplication *app = app_new ();
  ChatWindow *window = open_window (app);
  g_autoptr (ChatEndpoint) endpoint = parse_endpoint (ports);

  chat_client_join_room_async (chat_application_get_client (app), endpoint, BUSY, "Kenji", NULL,
                               on_entered, NULL);
  while (entered == NULL)
    turn ();
  chat_window_show_room (window, entered);
  run_for (1000);
  g_print ("ready\n");
  fflush (stdout);
  watch_turns ();
  n_frames = 0;
  run_for (seconds * 500);
  g_print ("half_rss_mib=%.1f\n", (double) rss_kib () / 1024);
  run_for (seconds * 500);
  ChatMessage *last = chat_room_get_last_message (entered);
  g_print ("longest_turn_ms=%.1f\nframes_per_s=%.1f\nrss_mib=%.1f\nlines=%u\nlast=%s\n",
           to_ms (longest_turn_us), (double) n_frames / seconds, (double) rss_kib () / 1024,
           g_list_model_get_n_items (chat_room_get_messages (entered)),
           last != NULL ? chat_message_get_text (last) : "-1");
}

typedef struct
{
  guint rate;
  guint sent;
  gint64 began_us;
} Talk;

static gboolean
on_talk (gpointer data)
{
  Talk *talk = data;
  gint64 due = (g_get_monotonic_time () - talk->began_us) * talk->rate / G_USEC_PER_SEC;

  while (talk->sent < due)
    {
      g_autofree char *text = g_strdup_printf ("%u", ++talk->sent);

      chat_room_send_async (entered, text, NULL, NULL, NULL);
    }
  return G_SOURCE_CONTINUE;
}

static void
talk (char **ports, guint rate, guint seconds)
{
  g_autoptr (ChatClient) client = chat_client_new ();
  g_autoptr (ChatEndpoint) endpoint = parse_endpoint (ports);
  Talk talking = { .rate = rate };

  chat_client_create_room_async (client, endpoint, BUSY, "Talker", 0, NULL, on_entered, client);
  while (entered == NULL)
    turn ();
  g_print ("ready\n");
  fflush (stdout);
  (void) getchar ();
  talking.began_us = g_get_monotonic_time ();
  guint source = g_timeout_add (TALK_EVERY_MS, on_talk, &talking);
  run_for (seconds * 1000);
  g_source_remove (source);
  g_print ("sent=%u\nwaiting=%u\n", talking.sent, chat_room_get_waiting (entered));
}

int
main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";

  if (g_str_equal (what, "start") && argc == 3)
    start (g_ascii_strtoll (argv[2], NULL, 10));
  else if (g_str_equal (what, "fill") && argc == 3)
    fill ((guint) atoi (argv[2]));
  else if (g_str_equal (what, "open") && argc == 2)
    open_large ();
  else if (g_str_equal (what, "watch") && argc == 5)
    watch (argv + 2, (guint) atoi (argv[4]));
  else if (g_str_equal (what, "talk") && argc == 6)
    talk (argv + 2, (guint) atoi (argv[4]), (guint) atoi (argv[5]));
  else
    {
      g_printerr ("bench-app: see the top of its source\n");
      return 2;
    }
  fflush (stdout);
  _exit (0); /* what follows is not measured */
}
