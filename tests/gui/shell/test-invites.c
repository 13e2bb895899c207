/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-addresses.h"
#include "chat-invite-dialog.h"
#include "chat-key-dialog.h"
#include "chat-name-row.h"
#include "chat-qr-code.h"
#include "chat-room-view.h"
#include "chat-server-row.h"
#include "chat-window-private.h"
#include "shell-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* Links into rooms, made and opened, against the real chatd. */

#define OTHER_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

typedef struct
{
  ShellServer *server;
  ChatApplication *app;
  ChatClient *client; /* borrowed */
  ChatWindow *window;
  ChatClient *host; /* somebody else, in the room 茶室 */
  char *key;        /* of the server */
  char *link;       /* into that room */
} Fixture;

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  *(ChatRoom **) data = chat_client_create_room_finish (CHAT_CLIENT (source), result, NULL);
}

static gboolean
is_there (gpointer pointer)
{
  return *(gpointer *) pointer != NULL;
}

static char *
make_link (Fixture *f, const char *key)
{
  ChatInvite invite = {
    .host = (char *) chat_endpoint_get_host (f->server->endpoint),
    .tcp_port = chat_endpoint_get_tcp_port (f->server->endpoint),
    .udp_port = chat_endpoint_get_udp_port (f->server->endpoint),
    .room = (char *) "茶室",
    .fingerprint = (char *) key,
  };

  return chat_invite_format (&invite);
}

static void
bring_host (Fixture *f)
{
  g_autoptr (ChatRoom) room = NULL;

  f->host = chat_client_new ();
  chat_client_create_room_async (f->host, f->server->endpoint, "茶室", "花子", 0, NULL, on_created,
                                 &room);
  shell_wait_until (is_there, &room);
  f->key = g_strdup (chat_client_get_pin (f->host, f->server->endpoint));
  f->link = make_link (f, f->key);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->server = shell_server_new ();
  bring_host (f);
  f->app = shell_app_new (NULL);
  f->client = chat_application_get_client (f->app);
  f->window = chat_window_new (f->app);
  gtk_window_present (GTK_WINDOW (f->window));
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  shell_app_free (f->app);
  g_object_unref (f->host);
  shell_server_free (f->server);
  g_free (f->key);
  g_free (f->link);
}

static void
open_link (Fixture *f, const char *link)
{
  g_autoptr (GFile) file = g_file_new_for_uri (link);

  G_APPLICATION_GET_CLASS (f->app)->open (G_APPLICATION (f->app), &file, 1, "");
  shell_settle ();
}

static gboolean
has_room (gpointer window)
{
  return chat_window_get_room (window) != NULL;
}

static gboolean
is_refused (gpointer dialog)
{
  return !chat_room_dialog_is_busy (dialog);
}

static const char *
text_in (gpointer dialog, const char *row)
{
  return gtk_editable_get_text (shell_find (GTK_WIDGET (dialog), GTK_TYPE_EDITABLE, row));
}

static void
assert_filled (Fixture *f, ChatRoomDialog *dialog)
{
  g_assert_cmpint (chat_room_dialog_get_purpose (dialog), ==, CHAT_ROOM_DIALOG_JOIN);
  g_assert_cmpstr (text_in (dialog, "server_row"), ==, f->server->address);
  g_assert_cmpstr (text_in (dialog, "room_row"), ==, "茶室");
  g_assert_cmpstr (chat_room_dialog_get_invited_key (dialog), ==, f->key);
}

/* --- opening -------------------------------------------------------------------------------------
 */

/* The invite vouches for the key: no question, no toast, nothing to compare. */
static void
test_open (Fixture *f, gconstpointer data)
{
  open_link (f, f->link);
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  assert_filled (f, dialog);
  g_assert_cmpstr (text_in (dialog, "user_row"), ==, "Taro");
  g_assert_true (shell_says (GTK_WIDGET (dialog), "The invite has the key of the server"));
  g_assert_null (chat_client_get_pin (f->client, f->server->endpoint));

  chat_room_dialog_submit (dialog);
  shell_wait_until (has_room, f->window);
  ChatSession *session = chat_room_get_session (chat_window_get_room (f->window));
  g_assert_cmpstr (chat_client_get_pin (f->client, f->server->endpoint), ==, f->key);
  g_assert_false (chat_session_is_first_contact (session));
  g_assert_false (shell_says (GTK_WIDGET (f->window), "The key of this server was remembered"));

  /* Once more: one is there already. */
  shell_settle ();
  open_link (f, f->link);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 1);
}

/* Nobody has a name yet: it is asked for. */
static void
test_open_without_name (Fixture *f, gconstpointer data)
{
  GSettings *settings = chat_application_get_settings (f->app);

  g_settings_set_string (settings, "user-name", "");
  open_link (f, f->link);
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  gtk_editable_set_text (shell_find (GTK_WIDGET (dialog), GTK_TYPE_EDITABLE, "user_row"), "");
  chat_room_dialog_submit (dialog);
  g_assert_false (chat_room_dialog_is_busy (dialog));
  chat_room_dialog_fill (dialog, NULL, NULL, "Jiro");
  chat_room_dialog_submit (dialog);
  shell_wait_until (has_room, f->window);
  g_assert_cmpstr (chat_room_get_user_name (chat_window_get_room (f->window)), ==, "Jiro");
}

static void
assert_no_way_on (ChatKeyDialog *dialog)
{
  GtkWidget *next = shell_find (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "next_button");

  g_assert_false (gtk_widget_get_visible (next));
  g_assert_true (shell_says (GTK_WIDGET (dialog), "Ask whoever invited you for a new invite"));
}

/* The server is not the one of the invite: a stop that shows both, and leaves nothing behind. */
static void
test_another_server (Fixture *f, gconstpointer data)
{
  g_autofree char *link = make_link (f, OTHER_KEY);

  open_link (f, link);
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  chat_room_dialog_submit (dialog);
  shell_wait_until (is_refused, dialog);
  shell_settle ();
  ChatKeyDialog *keys = shell_get_window (CHAT_TYPE_KEY_DIALOG);
  g_assert_true (shell_says (GTK_WIDGET (keys), "is not the server of the invite"));
  assert_no_way_on (keys);
  g_assert_true (shell_says (GTK_WIDGET (dialog), "not the server that the invite is for"));
  g_assert_null (chat_client_get_pin (f->client, f->server->endpoint));
  g_assert_null (chat_window_get_room (f->window));

  /* With the right one it works after all. */
  shell_destroy (keys);
  open_link (f, f->link);
  chat_room_dialog_submit (shell_get_window (CHAT_TYPE_ROOM_DIALOG));
  shell_wait_until (has_room, f->window);
}

static void
enter (Fixture *f)
{
  open_link (f, f->link);
  chat_room_dialog_submit (shell_get_window (CHAT_TYPE_ROOM_DIALOG));
  shell_wait_until (has_room, f->window);
  shell_settle ();
}

/* The server is known with another key: nothing is even asked. */
static void
test_contradiction (Fixture *f, gconstpointer data)
{
  g_autofree char *link = make_link (f, OTHER_KEY);

  enter (f);
  open_link (f, link);
  ChatKeyDialog *keys = shell_get_window (CHAT_TYPE_KEY_DIALOG);
  g_assert_true (shell_says (GTK_WIDGET (keys), "The invite has another key for"));
  assert_no_way_on (keys);
  g_assert_cmpstr (chat_client_get_pin (f->client, f->server->endpoint), ==, f->key);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 2);
}

static void
test_malformed (Fixture *f, gconstpointer data)
{
  static const char *const bad[][2] = {
    { "chat://h/a?fp=0011", "Copy the whole link" },
    { "chat://h:0/a", "The address of the server in this invite is not valid" },
    { "chat://h", "This invite names no room" },
    { "chat:x", "Invites begin with chat://" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      open_link (f, bad[i][0]);
      AdwMessageDialog *dialog = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);
      g_assert_true (shell_says (GTK_WIDGET (dialog), "This Invite Cannot Be Used"));
      g_assert_true (shell_says (GTK_WIDGET (dialog), bad[i][1]));
      shell_destroy (dialog);
    }
}

/* --- pasting -------------------------------------------------------------------------------------
 */

static void
type_address (gpointer dialog, const char *text)
{
  gtk_editable_set_text (shell_find (GTK_WIDGET (dialog), GTK_TYPE_EDITABLE, "server_row"), text);
  shell_settle ();
}

static void
test_paste (Fixture *f, gconstpointer data)
{
  g_autofree char *surrounded = g_strconcat (" ", f->link, "\n", NULL);

  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.create-room", NULL);
  shell_settle ();
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  type_address (dialog, "chat://h/a?fp=00");
  g_assert_true (shell_says (GTK_WIDGET (dialog), "Copy the whole link"));
  type_address (dialog, surrounded);
  assert_filled (f, dialog);

  /* For another server the invite says nothing; for its own it still does. */
  type_address (dialog, "localhost");
  g_assert_null (chat_room_dialog_get_invited_key (dialog));
  g_assert_false (shell_says (GTK_WIDGET (dialog), "The invite has the key of the server"));
  type_address (dialog, f->server->address);
  assert_filled (f, dialog);
}

/* The list has no use for a room's name: the dialog to join takes over. */
static void
test_paste_into_list (Fixture *f, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.list-rooms", NULL);
  shell_settle ();
  type_address (shell_get_window (CHAT_TYPE_LIST_DIALOG), f->link);
  assert_filled (f, shell_get_window (CHAT_TYPE_ROOM_DIALOG));
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 2);
}

/* A password rides along, and goes to no other server. */
static void
test_password (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_strconcat (f->link, "#password=%E7%A7%98", NULL);

  open_link (f, link);
  ChatRoomDialog *dialog = shell_get_window (CHAT_TYPE_ROOM_DIALOG);
  g_assert_cmpstr (chat_room_dialog_get_password (dialog), ==, "秘");
  type_address (dialog, "chat.example.org");
  g_assert_null (chat_room_dialog_get_password (dialog));
}

/* --- inviting ------------------------------------------------------------------------------------
 */

static void
on_text_read (GObject *source, GAsyncResult *result, gpointer data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static char *
read_clipboard (gpointer widget)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, on_text_read, &text);
  shell_wait_until (is_there, &text);
  return text;
}

static void
assert_drags_link (ChatInviteDialog *dialog)
{
  GtkWidget *box = shell_find (GTK_WIDGET (dialog), GTK_TYPE_BOX, "link_box");
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (box);
  g_autoptr (GdkContentProvider) content = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DRAG_SOURCE (controller))
        g_signal_emit_by_name (controller, "prepare", 1.0, 1.0, &content);
    }
  g_assert_nonnull (content);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, chat_invite_dialog_get_link (dialog));
}

static void
test_invite (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) own = chat_addresses_of_this_computer ();

  enter (f);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.invite", NULL);
  shell_settle ();
  ChatInviteDialog *dialog = shell_get_window (CHAT_TYPE_INVITE_DIALOG);
  g_autoptr (ChatInvite) invite =
      chat_invite_parse (chat_invite_dialog_get_link (dialog), -1, NULL);
  g_assert_nonnull (invite);
  g_assert_cmpstr (invite->room, ==, "茶室");
  g_assert_cmpstr (invite->fingerprint, ==, f->key);
  g_assert_cmpuint (invite->tcp_port, ==, chat_endpoint_get_tcp_port (f->server->endpoint));
  g_assert_cmpuint (invite->udp_port, ==, chat_endpoint_get_udp_port (f->server->endpoint));
  /* 127.0.0.1 is each computer itself. */
  g_assert_cmpstr (invite->host, ==, own[0] != NULL ? own[0] : "127.0.0.1");
  g_assert_null (invite->password);
  g_assert_null (invite->host_key);
  g_assert_true (shell_says (GTK_WIDGET (dialog), "Come to “茶室”"));

  GtkWidget *picture = shell_find (GTK_WIDGET (dialog), GTK_TYPE_PICTURE, "picture");
  g_assert_true (CHAT_IS_QR_CODE (gtk_picture_get_paintable (GTK_PICTURE (picture))));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "QR code of the link, for a telephone’s camera");
  g_signal_emit_by_name (shell_find_button (GTK_WIDGET (dialog), "_Copy Link"), "clicked");
  g_autofree char *copied = read_clipboard (dialog);
  g_assert_cmpstr (copied, ==, chat_invite_dialog_get_link (dialog));
  shell_settle ();
  g_assert_true (shell_says (GTK_WIDGET (dialog), "Link copied"));
  assert_drags_link (dialog);
}

static void
on_server_started (GObject *source, GAsyncResult *result, gpointer done)
{
  *(gpointer *) done =
      GINT_TO_POINTER (chat_local_server_start_finish (CHAT_LOCAL_SERVER (source), result, NULL));
}

static void
on_server_stopped (GObject *source, GAsyncResult *result, gpointer done)
{
  *(gpointer *) done =
      GINT_TO_POINTER (chat_local_server_stop_finish (CHAT_LOCAL_SERVER (source), result, NULL));
}

/* A server that the app started for this computer alone is of no use to others: it says so. */
static void
test_shut_in (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->server->folder, "own", NULL); /* goes with it */
  g_autoptr (ChatLocalServer) server =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), folder);
  g_autoptr (ChatRoom) room = NULL;
  gpointer started = NULL, stopped = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  chat_local_server_start_async (server, CHAT_LOCAL_SERVER_ANY_PORT, NULL, on_server_started,
                                 &started);
  shell_wait_until (is_there, &started);
  g_set_object (&f->window->local_server, server);
  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (server);
  chat_client_create_room_async (f->client, endpoint, "茶室", "花子", 0, NULL, on_created, &room);
  shell_wait_until (is_there, &room);
  chat_window_show_room (f->window, room);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.invite", NULL);
  shell_settle ();
  g_assert_true (shell_says (GTK_WIDGET (shell_get_window (CHAT_TYPE_INVITE_DIALOG)),
                             "The server can be reached from this computer only"));

  chat_local_server_stop_async (server, NULL, on_server_stopped, &stopped);
  shell_wait_until (is_there, &stopped);
}

/* In the menu as long as one is in the room */
static void
test_menu (Fixture *f, gconstpointer data)
{
  enter (f);
  GtkMenuButton *button = shell_find (GTK_WIDGET (f->window), GTK_TYPE_MENU_BUTTON, "menu");
  g_autofree char *label = NULL;

  g_assert_nonnull (button);
  gtk_menu_button_popup (button); /* which makes it */
  g_autoptr (GMenuModel) first =
      g_menu_model_get_item_link (gtk_menu_button_get_menu_model (button), 0, G_MENU_LINK_SECTION);
  g_assert_true (g_menu_model_get_item_attribute (first, 0, "label", "s", &label));
  g_assert_cmpstr (label, ==, "_Invite…");
}

/* --- the picture ---------------------------------------------------------------------------------
 */

static const char *
finder_row (int y)
{
  static const char *const rows[] = { "#######", "#.....#", "#.###.#", "#.###.#",
                                      "#.###.#", "#.....#", "#######" };

  return rows[y];
}

static GdkTexture *
draw (ChatQrCode *code, int px)
{
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GskRenderer) renderer = gsk_cairo_renderer_new ();
  GdkTexture *texture;

  gdk_paintable_snapshot (GDK_PAINTABLE (code), snapshot, px, px);
  node = gtk_snapshot_to_node (snapshot);
  g_assert_true (gsk_renderer_realize (renderer, NULL, NULL));
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, px, px));
  gsk_renderer_unrealize (renderer);
  return texture;
}

/* Each pixel is black or white, as its module is, with four light modules around. */
static void
assert_drawn (ChatQrCode *code, int px)
{
  g_autoptr (GdkTexture) texture = draw (code, px);
  g_autofree guint32 *pixels = g_new (guint32, px * px);
  const int size = chat_qr_code_get_size (code), module = px / (size + 8);
  const int margin = (px - module * (size + 8)) / 2;

  gdk_texture_download (texture, (guchar *) pixels, (gsize) px * 4);
  for (int y = 0; y < px; y++)
    for (int x = 0; x < px; x++)
      {
        const int column = (x - margin) / module - 4, row = (y - margin) / module - 4;
        const gboolean inside =
            x >= margin && y >= margin && column >= 0 && row >= 0 && column < size && row < size;
        const gboolean dark = inside && chat_qr_code_is_dark (code, column, row);

        g_assert_cmphex (pixels[y * px + x], ==, dark ? 0xff000000 : 0xffffffff);
      }
}

static void
test_qr_code (void)
{
  g_autoptr (ChatQrCode) code = chat_qr_code_new ("chat://192.168.1.5/a?fp=" OTHER_KEY);
  g_autofree char *long_text = g_strnfill (4000, 'x');
  const int size = chat_qr_code_get_size (code);

  for (int y = 0; y < 7; y++)
    for (int x = 0; x < 7; x++)
      {
        g_assert_cmpint (chat_qr_code_is_dark (code, x, y), ==, finder_row (y)[x] == '#');
        g_assert_cmpint (chat_qr_code_is_dark (code, size - 1 - x, y), ==,
                         finder_row (y)[x] == '#');
      }
  for (int px = size + 8; px < 4 * (size + 8); px += 37)
    assert_drawn (code, px);
  g_assert_null (chat_qr_code_new (long_text));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);

  ADD ("/invites/open", test_open);
  ADD ("/invites/open-without-name", test_open_without_name);
  ADD ("/invites/another-server", test_another_server);
  ADD ("/invites/contradiction", test_contradiction);
  ADD ("/invites/malformed", test_malformed);
  ADD ("/invites/paste", test_paste);
  ADD ("/invites/paste-into-list", test_paste_into_list);
  ADD ("/invites/password", test_password);
  ADD ("/invites/invite", test_invite);
  ADD ("/invites/shut-in", test_shut_in);
  ADD ("/invites/menu", test_menu);
  g_test_add_func ("/invites/qr-code", test_qr_code);

  return g_test_run ();
}
