/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a real pointer does to a message: xdotool moves and clicks it. */
#include "chat-announcement.h"
#include "test-window.h"

#include "chat-message-row-private.h"

#include <gdk/x11/gdkx.h>

#define URL "https://a.example/x"
#define TEXT "Selected: " URL " and words behind it"
#define MENU_FRAMES 10

typedef struct
{
  TestWindow window;
  GtkWidget *row;
  ChatMessageLabel *bubble;
  double link_x, text_x, y; /* px in the bubble */
} Pointed;

static char *opened; /* owned, nullable: the link that was opened last */

static void
open_link (GtkWindow *window, const char *uri)
{
  g_assert_true (GTK_IS_WINDOW (window));
  g_assert_null (opened);
  opened = g_strdup (uri);
}

static gboolean
is_link_at (Pointed *p, double x)
{
  g_autofree char *link = chat_message_label_dup_link_at (p->bubble, x, p->y);

  return link != NULL;
}

static void
find_places (Pointed *p)
{
  p->y = gtk_widget_get_height (GTK_WIDGET (p->bubble)) / 2.0;
  p->text_x = 15;
  g_assert_false (is_link_at (p, p->text_x));
  for (p->link_x = p->text_x; !is_link_at (p, p->link_x); p->link_x++)
    g_assert_cmpfloat (p->link_x, <, gtk_widget_get_width (GTK_WIDGET (p->bubble)));
  p->link_x += 8;
}

static void
show (Pointed *p)
{
  SampleSession *session = sample_session_new ();

  test_window_open (&p->window, session,
                    chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE));
  sample_room_say (p->window.room, "Taro", TEXT);
  test_window_draw (&p->window, 2);
  test_wait (gtk_window_is_active (GTK_WINDOW (p->window.window)));
  p->row =
      GTK_WIDGET (chat_conversation_get_row (chat_room_view_get_conversation (p->window.view), 0));
  p->bubble = chat_message_row_get_bubble (CHAT_MESSAGE_ROW (p->row));
  find_places (p);
}

static void
shut (Pointed *p)
{
  test_window_close (&p->window);
  g_clear_pointer (&opened, g_free);
}

/* @format: for xdotool; it returns when the display has the event, not yet the program */
G_GNUC_PRINTF (1, 2)
static void
xdotool (const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *arguments = NULL;
  g_autofree char *line = NULL;
  int status = -1;
  va_list list;

  va_start (list, format);
  arguments = g_strdup_vprintf (format, list);
  va_end (list);
  line = g_strconcat ("xdotool ", arguments, NULL);
  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* @x: px in the bubble */
static void
move_to (Pointed *p, double x, double y)
{
  GtkWidget *window = p->window.window;
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  double in_x, in_y, shadow_x, shadow_y;

  g_assert_true (
      gtk_widget_translate_coordinates (GTK_WIDGET (p->bubble), window, x, y, &in_x, &in_y));
  gtk_native_get_surface_transform (GTK_NATIVE (window), &shadow_x, &shadow_y);
  xdotool ("mousemove --window %lu %d %d", gdk_x11_surface_get_xid (surface),
           (int) (in_x + shadow_x), (int) (in_y + shadow_y));
}

static const char *
get_cursor (Pointed *p)
{
  GdkCursor *cursor = gtk_widget_get_cursor (GTK_WIDGET (p->bubble));

  return cursor != NULL ? gdk_cursor_get_name (cursor) : "";
}

/* As a hand does it: GTK takes the widget that was below the last movement for a press, so the
 * label must be there before that. */
static void
point_at_text (Pointed *p)
{
  move_to (p, p->text_x + 6, p->y);
  test_wait (chat_message_label_get_selectable (p->bubble));
  test_window_draw (&p->window, 2);
  move_to (p, p->text_x, p->y);
  test_window_draw (&p->window, 2);
}

static void
test_over_link (void)
{
  Pointed p;

  show (&p);
  move_to (&p, p.text_x, p.y);
  test_wait (g_str_equal (get_cursor (&p), "text"));
  test_wait (chat_message_label_get_selectable (p.bubble));
  move_to (&p, p.link_x, p.y);
  test_wait (g_str_equal (get_cursor (&p), "pointer"));
  move_to (&p, p.text_x, -100);
  test_wait (!chat_message_label_get_selectable (p.bubble));
  g_assert_null (opened);
  shut (&p);
}

static void
test_click (void)
{
  Pointed p;

  show (&p);
  move_to (&p, p.link_x, p.y);
  test_wait (g_str_equal (get_cursor (&p), "pointer"));
  xdotool ("click 1");
  test_wait (opened != NULL);
  g_assert_cmpstr (opened, ==, URL);
  shut (&p);
}

/* Who lets go elsewhere did not mean it. */
static void
test_let_go_elsewhere (void)
{
  Pointed p;

  show (&p);
  move_to (&p, p.link_x, p.y);
  test_wait (g_str_equal (get_cursor (&p), "pointer"));
  xdotool ("mousedown 1");
  test_window_draw (&p.window, 2);
  move_to (&p, p.text_x, p.y);
  xdotool ("mouseup 1");
  test_window_draw (&p.window, 4);
  g_assert_null (opened);

  /* and the next click is whole */
  move_to (&p, p.link_x, p.y);
  xdotool ("click 1");
  test_wait (opened != NULL);
  shut (&p);
}

static gboolean
has_selection (Pointed *p)
{
  g_autofree char *selection = chat_message_label_dup_selection (p->bubble);

  return selection != NULL && strlen (selection) >= 4 && strstr (TEXT, selection) != NULL;
}

static void
test_drag (void)
{
  Pointed p;

  show (&p);
  point_at_text (&p);
  xdotool ("mousedown 1");
  for (int i = 1; i <= 5; i++)
    move_to (&p, p.text_x + i * 10, p.y);
  test_wait (has_selection (&p));
  xdotool ("mouseup 1");

  /* What is selected stays so when the pointer goes, and is what the copy takes. */
  move_to (&p, p.text_x, -100);
  test_window_draw (&p.window, 4);
  g_assert_true (has_selection (&p));
  gtk_widget_activate_action (p.row, "message.copy", NULL);
  g_assert_null (opened);
  chat_room_view_focus_composer (p.window.view);
  test_wait (!chat_message_label_get_selectable (p.bubble));
  shut (&p);
}

static void
test_double_click (void)
{
  Pointed p;

  show (&p);
  point_at_text (&p);
  xdotool ("click --repeat 2 --delay 40 1");
  test_wait (has_selection (&p));
  g_autofree char *selection = chat_message_label_dup_selection (p.bubble);
  g_assert_cmpstr (selection, ==, "Selected");
  shut (&p);
}

static void
test_menu (void)
{
  Pointed p;
  GtkWidget *popover = NULL;

  show (&p);
  move_to (&p, p.link_x, p.y);
  test_wait (g_str_equal (get_cursor (&p), "pointer"));
  xdotool ("click 3");
  test_wait (GTK_IS_POPOVER_MENU (gtk_widget_get_last_child (p.row)));
  popover = gtk_widget_get_last_child (p.row);
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  test_widget_draw (popover, MENU_FRAMES);
  g_assert_true (gtk_widget_get_mapped (popover));

  /* The first item opens the link that was pointed at. */
  xdotool ("key Return");
  test_wait (opened != NULL);
  g_assert_cmpstr (opened, ==, URL);
  test_wait (popover == NULL);
  shut (&p);
}

static guint
get_n_marked (Pointed *p)
{
  return chat_conversation_get_n_marked (chat_room_view_get_conversation (p->window.view));
}

/* Ctrl+click picks a message out, even on a link; then a click will do, and Ctrl+C, and Escape. */
static void
test_mark (void)
{
  Pointed p;

  show (&p);
  move_to (&p, p.link_x, p.y);
  xdotool ("keydown ctrl click 1 keyup ctrl");
  test_wait (get_n_marked (&p) == 1);
  g_assert_null (opened);
  g_assert_true (gtk_widget_has_css_class (p.row, "marked"));
  xdotool ("click 1");
  test_wait (get_n_marked (&p) == 0);
  xdotool ("key ctrl+space");
  test_wait (get_n_marked (&p) == 1);
  xdotool ("key Escape");
  test_wait (get_n_marked (&p) == 0);
  xdotool ("key ctrl+space");
  test_wait (get_n_marked (&p) == 1);
  xdotool ("key ctrl+c");
  test_wait (get_n_marked (&p) == 0);
  shut (&p);
}

static char *announced;

static void
on_announced (GtkAccessible *accessible, const char *text, int priority)
{
  g_free (announced);
  announced = g_strdup (text);
}

/* What others say in a room that is in front is told to who cannot see it. */
static void
test_announced (void)
{
  Pointed p;

  show (&p);
  chat_announcement_set_func (on_announced);
  sample_room_say (p.window.room, "", "mine");
  g_assert_null (announced);
  /* not each of a flood, so one says it until it is heard */
  test_wait ((sample_room_say (p.window.room, "Taro", "a & <b>b</b>"), announced != NULL));
  g_assert_cmpstr (announced, ==, "Taro: a & <b>b</b>");

  chat_announcement_set_func (NULL);
  g_clear_pointer (&announced, g_free);
  shut (&p);
}

static void
add_tests (void)
{
  chat_message_row_set_link_opener (open_link);
  g_test_add_func ("/pointer/over-link", test_over_link);
  g_test_add_func ("/pointer/click", test_click);
  g_test_add_func ("/pointer/let-go-elsewhere", test_let_go_elsewhere);
  g_test_add_func ("/pointer/drag", test_drag);
  g_test_add_func ("/pointer/double-click", test_double_click);
  g_test_add_func ("/pointer/menu", test_menu);
  g_test_add_func ("/pointer/mark", test_mark);
  g_test_add_func ("/pointer/announced", test_announced);
}

int
main (int argc, char **argv)
{
  return test_window_run (argc, argv, add_tests);
}
