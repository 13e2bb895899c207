/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-picture.h"
#include "test-window.h"

#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-message-row-private.h"
#include "chat-outgoing-file.h"
#include "chat-room-files.h"
#include "chat-room-private.h"
#include "chat-room-view-files.h"
#include "chat-session-private.h"
#include "chat-transfer-line.h"
#include "chat-transfer-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files in the conversation, on their way, and before they are sent; without a server. */

#define MIB (1024 * 1024)

static GString *wishes; /* of people about transfers */
static char *opened;

static void
on_pause (ChatTransfer *transfer, gpointer data)
{
  g_string_append (wishes, "pause ");
  chat_transfer_set_state (transfer, CHAT_TRANSFER_PAUSED, NULL);
}

static void
on_resume (ChatTransfer *transfer, gpointer data)
{
  g_string_append (wishes, "resume ");
  chat_transfer_set_state (transfer, CHAT_TRANSFER_RUNNING, NULL);
}

static void
on_cancel (ChatTransfer *transfer, gpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_CANCELLED, "Cancelled");

  g_string_append (wishes, "cancel ");
  chat_transfer_set_mover (transfer, NULL, NULL);
  chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
}

static const ChatTransferMover mover = { on_pause, on_resume, on_cancel };

static void
start_transfer (ChatSession *session, ChatRoom *room, ChatTransfer *transfer)
{
  chat_transfer_set_mover (transfer, &mover, NULL);
  chat_transfer_set_size (transfer, 1000000);
  chat_transfer_set_done (transfer, 250000);
  chat_transfer_set_state (transfer, CHAT_TRANSFER_RUNNING, NULL);
}

static void
set_up_room (ChatRoom *room, guint64 file_max, gboolean off_record)
{
  ChatRoomFacts facts;

  chat_room_set_state (room, CHAT_ROOM_JOINED, CHAT_ROOM_END_NONE);
  chat_room_get_facts (room, &facts);
  facts.max_file_size = (gint64) file_max;
  facts.off_record = off_record;
  chat_room_set_facts (room, &facts);
}

static void
open_window (TestWindow *t, guint64 file_max, gboolean off_record)
{
  SampleSession *session = sample_session_new_secure ();
  ChatRoom *room = chat_room_new (CHAT_SESSION (session), "Room", "Kenji", FALSE);

  CHAT_SESSION_GET_CLASS (session)->start_transfer = start_transfer;
  set_up_room (room, file_max, off_record);
  test_window_open (t, session, room);
  g_string_truncate (wishes, 0);
}

/* Returns: (transfer none): what came from Taro */
static ChatMessage *
receive (TestWindow *t, const char *name, GBytes *thumbnail)
{
  ChatMessageFile *file = g_new0 (ChatMessageFile, 1);
  g_autoptr (ChatMessage) message = NULL;

  file->name = g_strdup (name);
  file->size = 1200000;
  file->type = g_strdup ("image/png");
  file->caption = g_strdup ("海");
  file->thumbnail = thumbnail != NULL ? g_bytes_ref (thumbnail) : NULL;
  message = chat_message_new_file ("Taro", file, g_get_real_time (), FALSE);
  chat_room_append (t->room, &message, 1);
  test_window_draw (t, 2);
  return message; /* the room has it */
}

static ChatMessageRow *
get_row (TestWindow *t)
{
  return chat_conversation_get_row (chat_room_view_get_conversation (t->view), 0);
}

static ChatFileCard *
get_card (TestWindow *t)
{
  return chat_message_row_get_file_card (get_row (t));
}

static void
act (TestWindow *t, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_row (t)), action, NULL));
}

/* --- in the conversation ---------------------------------------------------- */

static void
test_card (void)
{
  g_autoptr (GBytes) png = sample_picture_make_png (64, 32);
  ChatMessage *message;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  message = receive (&t, "写真.png", png);
  g_assert_true (chat_file_card_has_picture (get_card (&t)));
  g_assert_nonnull (strstr (chat_file_card_get_text (get_card (&t)), "1.2"));
  g_assert_nonnull (strstr (chat_message_row_get_spoken (get_row (&t)), "写真.png"));
  g_assert_null (chat_file_card_get_state (get_card (&t)));
  g_assert_false (chat_file_card_can_open (get_card (&t)));
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (t.room)), ==, 0);

  chat_message_erase (message);
  g_assert_null (get_card (&t));
  test_window_close (&t);
}

static void
test_bomb (void)
{
  g_autoptr (GBytes) bomb = sample_picture_make_png (30000, 30000);
  TestWindow t;

  open_window (&t, MIB, FALSE);
  receive (&t, "bomb.png", bomb);
  g_assert_nonnull (get_card (&t));
  g_assert_false (chat_file_card_has_picture (get_card (&t)));
  test_window_close (&t);
}

static ChatTransferLine *
find_line (GtkWidget *widget)
{
  if (CHAT_IS_TRANSFER_LINE (widget))
    return CHAT_TRANSFER_LINE (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (find_line (child) != NULL)
      return find_line (child);
  return NULL;
}

static void
test_moving (void)
{
  ChatTransferLine *line;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  receive (&t, "a.png", NULL);
  act (&t, "message.fetch-file");
  line = find_line (GTK_WIDGET (get_card (&t)));
  g_assert_cmpstr (chat_file_card_get_state (get_card (&t)), ==,
                   "250.0\302\240kB of 1.0\302\240MB");
  g_assert_false (chat_transfer_line_press (line, "resume"));
  g_assert_true (chat_transfer_line_press (line, "pause"));
  g_assert_cmpstr (chat_file_card_get_state (get_card (&t)), ==,
                   "Paused: 250.0\302\240kB of 1.0\302\240MB");
  g_assert_true (chat_transfer_line_press (line, "resume"));
  g_assert_true (chat_transfer_line_press (line, "cancel"));
  g_assert_cmpstr (wishes->str, ==, "pause resume cancel ");
  g_assert_null (chat_file_card_get_state (get_card (&t)));
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (t.room)), ==, 0);
  test_window_close (&t);
}

static void
fail_fetching (TestWindow *t, int code)
{
  g_autoptr (ChatTransfer) transfer = g_list_model_get_item (chat_room_get_transfers (t->room), 0);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, code, "from the library");

  chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
}

/* A sentence for people, and it can be put away. */
static void
test_failed (void)
{
  TestWindow t;

  open_window (&t, MIB, FALSE);
  receive (&t, "a.png", NULL);
  act (&t, "message.fetch-file");
  fail_fetching (&t, CHAT_ERROR_FILE_MISSING);
  g_assert_null (strstr (chat_file_card_get_state (get_card (&t)), "from the library"));
  g_assert_cmpuint (strlen (chat_file_card_get_state (get_card (&t))), >, 10);
  g_assert_true (chat_transfer_line_press (find_line (GTK_WIDGET (get_card (&t))), "cancel"));
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (t.room)), ==, 0);
  test_window_close (&t);
}

static void
open_instead (GtkWindow *window, const char *uri)
{
  g_free (opened);
  opened = g_strdup (uri);
}

static void
fetch_and_open (const char *name)
{
  TestWindow t;

  g_clear_pointer (&opened, g_free);
  open_window (&t, MIB, FALSE);
  receive (&t, name, NULL);
  act (&t, "message.open-file"); /* not there yet */
  g_assert_null (opened);
  act (&t, "message.fetch-file");
  g_autoptr (ChatTransfer) transfer = g_list_model_get_item (chat_room_get_transfers (t.room), 0);
  chat_transfer_set_state (transfer, CHAT_TRANSFER_DONE, NULL);
  g_assert_null (opened); /* by itself */
  g_assert_true (chat_file_card_can_open (get_card (&t)));
  act (&t, "message.open-file");
  g_clear_object (&transfer);
  test_window_close (&t);
}

static void
test_open (void)
{
  static const char *const programs[] = { "a.desktop", "a.sh", "a.py", "a.exe", "a.AppImage" };

  chat_room_view_set_file_opener (open_instead);
  fetch_and_open ("a.png");
  g_assert_nonnull (opened);
  g_assert_true (g_str_has_suffix (opened, "/a.png"));
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      fetch_and_open (programs[i]);
      g_assert_null (opened);
    }
  chat_room_view_set_file_opener (NULL);
}

/* --- before they are sent ---------------------------------------------------- */

static GFile *
make_file (const char *folder, const char *name, gsize len)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *bytes = g_malloc0 (len + 1);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) len, NULL));
  return g_file_new_for_path (path);
}

static GFile *
make_picture (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GdkPixbuf) pixbuf = sample_picture_new (400, 300);

  g_assert_true (gdk_pixbuf_save (pixbuf, path, "jpeg", NULL, NULL));
  return g_file_new_for_path (path);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* A picture goes with its small one and the words; what is too large, empty or a folder stays. */
static void
test_send (void)
{
  g_autofree char *folder = g_dir_make_tmp ("files-XXXXXX", NULL);
  g_autoptr (GFile) picture = make_picture (folder, "海 1.jpg");
  g_autoptr (GFile) large = make_file (folder, "large.bin", 2 * MIB);
  g_autoptr (GFile) empty = make_file (folder, "empty.txt", 0);
  g_autoptr (GFile) directory = g_file_new_for_path (folder);
  GSList *files = NULL;
  ChatSendFilesDialog *dialog;
  GtkWidget *line;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  files = g_slist_append (files, picture);
  files = g_slist_append (files, large);
  files = g_slist_append (files, empty);
  files = g_slist_append (files, directory);
  dialog = chat_room_view_offer_files (t.view, files);
  g_slist_free (files);
  test_wait (chat_send_files_dialog_can_submit (dialog));
  chat_send_files_dialog_set_caption (dialog, " 海です ");
  chat_send_files_dialog_submit (dialog);

  g_assert_cmpuint (chat_transfer_bar_get_n (chat_room_view_get_transfer_bar (t.view)), ==, 1);
  line = chat_transfer_bar_get_line (chat_room_view_get_transfer_bar (t.view), 0);
  ChatTransfer *transfer = chat_transfer_line_get_transfer (CHAT_TRANSFER_LINE (line));
  const ChatMessageFile *shown = chat_transfer_peek_shown (transfer);

  g_assert_cmpstr (shown->name, ==, "海 1.jpg");
  g_assert_cmpstr (shown->caption, ==, "海です");
  g_assert_cmpuint (shown->width, ==, 400);
  g_assert_nonnull (shown->thumbnail);
  g_assert_cmpuint (g_bytes_get_size (shown->thumbnail), <=, 6 * 1024);
  g_assert_true (chat_transfer_line_press (CHAT_TRANSFER_LINE (line), "cancel"));
  g_assert_cmpuint (chat_transfer_bar_get_n (chat_room_view_get_transfer_bar (t.view)), ==, 0);
  test_window_close (&t);
  remove_folder (folder);
}

/* There are not more of them to be seen than fit. */
static void
test_many (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/a");
  ChatTransferBar *bar;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  bar = chat_room_view_get_transfer_bar (t.view);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  for (guint i = 0; i < 5; i++)
    g_object_unref (chat_room_send_file (t.room, file, NULL, NULL));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (bar)));
  g_assert_cmpuint (chat_transfer_bar_get_n (bar), ==, 5);
  g_assert_nonnull (chat_transfer_bar_get_line (bar, 2));
  g_assert_null (chat_transfer_bar_get_line (bar, 3));
  for (guint i = 0; i < 5; i++)
    g_assert_true (chat_transfer_line_press (
        CHAT_TRANSFER_LINE (chat_transfer_bar_get_line (bar, 0)), "cancel"));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  test_window_close (&t);
}

/* Nothing of them can be sent: then the button cannot be pressed. */
static void
test_none_to_send (void)
{
  g_autofree char *folder = g_dir_make_tmp ("files-XXXXXX", NULL);
  g_autoptr (GFile) gone = g_file_new_build_filename (folder, "gone", NULL);
  GSList *files = g_slist_append (NULL, gone);
  ChatSendFilesDialog *dialog;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  dialog = chat_room_view_offer_files (t.view, files);
  g_slist_free (files);
  g_autoptr (ChatOutgoingFile) file =
      g_list_model_get_item (chat_send_files_dialog_get_files (dialog), 0);
  test_wait (chat_outgoing_file_is_ready (file));
  g_assert_nonnull (chat_outgoing_file_get_problem (file));
  chat_send_files_dialog_submit (dialog);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (t.room)), ==, 0);
  g_clear_object (&file);
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_window_close (&t);
  remove_folder (folder);
}

/* Returns: (nullable) */
static ChatSendFilesDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (CHAT_IS_SEND_FILES_DIALOG (window))
        return CHAT_SEND_FILES_DIALOG (window);
    }
  return NULL;
}

static GtkWidget *
find_text_view (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_TEXT_VIEW (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_text_view (child);
  return found;
}

static void
paste (TestWindow *t)
{
  g_signal_emit_by_name (find_text_view (GTK_WIDGET (chat_room_view_get_composer (t->view))),
                         "paste-clipboard");
}

/* The picture's file is there as long as it is needed, and nobody else's. */
static void
test_paste_picture (void)
{
  g_autoptr (GdkPixbuf) pixbuf = sample_picture_new (100, 80);
  g_autoptr (GdkTexture) texture = gdk_texture_new_for_pixbuf (pixbuf);
  g_autofree char *path = NULL;
  GStatBuf status;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (t.window), texture);
  paste (&t);
  test_wait (find_dialog () != NULL);
  test_wait (chat_send_files_dialog_can_submit (find_dialog ()));
  chat_send_files_dialog_submit (find_dialog ());
  test_wait (find_dialog () == NULL);
  {
    g_autoptr (ChatTransfer) transfer = g_list_model_get_item (chat_room_get_transfers (t.room), 0);

    path = g_file_get_path (chat_transfer_get_file (transfer));
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
    g_assert_cmpuint (chat_transfer_peek_shown (transfer)->width, ==, 100);
    chat_transfer_cancel (transfer);
  }
  test_wait (!g_file_test (path, G_FILE_TEST_EXISTS));
  test_window_close (&t);
}

static void
test_paste_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("files-XXXXXX", NULL);
  g_autoptr (GFile) file = make_file (folder, "a.txt", 5);
  GSList *files = g_slist_append (NULL, file);
  GdkFileList *list = gdk_file_list_new_from_list (files);
  TestWindow t;

  g_slist_free (files);
  open_window (&t, MIB, FALSE);
  gdk_clipboard_set (gtk_widget_get_clipboard (t.window), GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  paste (&t);
  test_wait (find_dialog () != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (chat_send_files_dialog_get_files (find_dialog ())),
                    ==, 1);
  test_wait (chat_send_files_dialog_can_submit (find_dialog ()));
  gtk_window_destroy (GTK_WINDOW (find_dialog ()));
  test_window_close (&t);
  remove_folder (folder);
}

/* Text is still text. */
static void
test_paste_text (void)
{
  ChatComposer *composer;
  g_autofree char *text = NULL;
  TestWindow t;

  open_window (&t, MIB, FALSE);
  composer = chat_room_view_get_composer (t.view);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (t.window), "words");
  paste (&t);
  test_wait (
      (g_free (text), text = chat_composer_dup_text (composer), strcmp (text, "words") == 0));
  g_assert_null (find_dialog ());
  test_window_close (&t);
}

/* The button says why, and nothing is asked. */
static void
test_off_record (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/etc/hostname");
  GSList *files = g_slist_append (NULL, file);
  TestWindow t;

  open_window (&t, 0, TRUE);
  g_assert_nonnull (strstr (chat_composer_get_attach_tip (chat_room_view_get_composer (t.view)),
                            "off the record"));
  g_assert_null (chat_room_view_offer_files (t.view, files));
  g_slist_free (files);
  g_assert_null (find_dialog ());
  set_up_room (t.room, MIB, FALSE);
  g_assert_cmpstr (chat_composer_get_attach_tip (chat_room_view_get_composer (t.view)), ==,
                   "Attach Files");
  test_window_close (&t);
}

static void
add_tests (void)
{
  wishes = g_string_new (NULL);
  g_test_add_func ("/files/card", test_card);
  g_test_add_func ("/files/bomb", test_bomb);
  g_test_add_func ("/files/moving", test_moving);
  g_test_add_func ("/files/failed", test_failed);
  g_test_add_func ("/files/open", test_open);
  g_test_add_func ("/files/send", test_send);
  g_test_add_func ("/files/many", test_many);
  g_test_add_func ("/files/none-to-send", test_none_to_send);
  g_test_add_func ("/files/paste-picture", test_paste_picture);
  g_test_add_func ("/files/paste-files", test_paste_files);
  g_test_add_func ("/files/paste-text", test_paste_text);
  g_test_add_func ("/files/off-record", test_off_record);
}

int
main (int argc, char **argv)
{
  const int result = test_window_run (argc, argv, add_tests);

  g_string_free (wishes, TRUE);
  g_free (opened);
  return result;
}
