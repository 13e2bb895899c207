/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "chatd-process.h"
#include "person.h"
#include "sample-picture.h"

#include "chat-message-row-private.h"
#include "chat-room-files.h"
#include "chat-room-view-files.h"
#include "chat-room-view-private.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

/* Taro sends a picture from his window and fetches a file there, with the real chatd; Hanako has
 * the other end. */

typedef struct
{
  ChatdProcess *chatd;
  ChatEndpoint *endpoint;
  Person *taro; /* in the window */
  Person *hanako;
  GtkWidget *window;
  ChatRoomView *view;
  char *folder;
} Fixture;

static const char *program; /* chatd */
static char *opened;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->chatd = chatd_process_new (program, "");
  f->endpoint = chatd_process_endpoint (f->chatd);
  f->taro = person_new ("Taro", f->endpoint, TRUE);
  f->hanako = person_new ("Hanako", f->endpoint, TRUE);
  f->folder = g_dir_make_tmp ("files-XXXXXX", NULL);
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
  chat_room_view_set_room (f->view, NULL);
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  person_free (f->taro);
  person_free (f->hanako);
  g_object_unref (f->endpoint);
  chatd_process_free (f->chatd);
  g_rmdir (f->folder);
  g_free (f->folder);
}

static char *
get_sum (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, len);
}

static void
assert_equal_files (const char *one, const char *other)
{
  g_autofree char *sum = get_sum (one);
  g_autofree char *same = get_sum (other);

  g_assert_cmpstr (sum, ==, same);
}

/* Returns: (nullable) (transfer none): the newest message that shows a file */
static ChatMessage *
find_file (Person *person)
{
  GListModel *messages = chat_room_get_messages (person->room);

  for (guint i = g_list_model_get_n_items (messages); i-- > 0;)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (chat_message_get_file (message) != NULL)
        return message; /* the room has it */
    }
  return NULL;
}

/* Returns: (nullable): the row of the newest one */
static ChatMessageRow *
find_row (Fixture *f)
{
  GListModel *messages = chat_room_get_messages (f->taro->room);

  for (guint i = g_list_model_get_n_items (messages); i-- > 0;)
    {
      ChatMessageRow *row =
          chat_conversation_get_row (chat_room_view_get_conversation (f->view), i);

      if (row != NULL && chat_message_row_get_file_card (row) != NULL)
        return row;
    }
  return NULL;
}

/* --- out -------------------------------------------------------------------- */

static char *
make_picture (Fixture *f, const char *name)
{
  char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GdkPixbuf) pixbuf = sample_picture_new (640, 480);

  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
  return path;
}

static void
offer (Fixture *f, const char *path, const char *caption)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList *files = g_slist_append (NULL, file);
  ChatSendFilesDialog *dialog;

  await (chat_room_get_max_file_size (f->taro->room) > 0);
  dialog = chat_room_view_offer_files (f->view, files);
  g_slist_free (files);
  await (chat_send_files_dialog_can_submit (dialog));
  chat_send_files_dialog_set_caption (dialog, caption);
  chat_send_files_dialog_submit (dialog);
}

static void
fetch_well (Person *person, ChatMessage *message, const char *path)
{
  g_autoptr (GFile) to = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatTransfer) transfer =
      chat_room_fetch_file (person->room, message, to, FALSE, &error);

  g_assert_no_error (error);
  await (chat_transfer_get_state (transfer) == CHAT_TRANSFER_DONE);
}

static void
test_send (Fixture *f, gconstpointer data)
{
  g_autofree char *path = make_picture (f, "海 1.png");
  g_autofree char *copy = g_build_filename (f->folder, "copy.png", NULL);
  const ChatMessageFile *file;

  offer (f, path, "夏の海");
  await (find_file (f->hanako) != NULL);
  file = chat_message_get_file (find_file (f->hanako));
  g_assert_cmpstr (file->name, ==, "海 1.png");
  g_assert_cmpstr (file->caption, ==, "夏の海");
  g_assert_cmpstr (file->type, ==, "image/png");
  g_assert_cmpuint (file->width, ==, 640);
  g_assert_nonnull (file->thumbnail);
  g_assert_cmpuint (g_bytes_get_size (file->thumbnail), <=, 6 * 1024);
  fetch_well (f->hanako, find_file (f->hanako), copy);
  assert_equal_files (path, copy);

  /* and in the window: without a fetch, but for the small one */
  await (find_row (f) != NULL);
  g_assert_true (chat_file_card_has_picture (chat_message_row_get_file_card (find_row (f))));
  g_assert_null (chat_file_card_get_state (chat_message_row_get_file_card (find_row (f))));
  await (chat_transfer_bar_get_n (chat_room_view_get_transfer_bar (f->view)) == 0);
  g_unlink (path);
  g_unlink (copy);
}

/* --- in --------------------------------------------------------------------- */

static void
open_instead (GtkWindow *window, const char *uri)
{
  g_free (opened);
  opened = g_strdup (uri);
}

static void
test_fetch (Fixture *f, gconstpointer data)
{
  g_autofree char *path = make_picture (f, "花.png");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *fetched = NULL;
  GtkWidget *row;

  await (chat_room_get_max_file_size (f->hanako->room) > 0);
  g_object_unref (chat_room_send_file (f->hanako->room, file, NULL, NULL));
  await (find_row (f) != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (f->taro->room)), ==, 0);

  row = GTK_WIDGET (find_row (f));
  g_assert_true (gtk_widget_activate_action (row, "message.fetch-file", NULL));
  await (chat_file_card_can_open (chat_message_row_get_file_card (find_row (f))));
  chat_room_view_set_file_opener (open_instead);
  g_assert_true (gtk_widget_activate_action (row, "message.open-file", NULL));
  fetched = g_filename_from_uri (opened, NULL, NULL);
  assert_equal_files (path, fetched);
  chat_room_view_set_file_opener (NULL);
  g_unlink (path);
  g_unlink (fetched);
}

/* Taken back, it is gone from the conversation, and cannot be fetched. */
static void
test_taken_back (Fixture *f, gconstpointer data)
{
  g_autofree char *path = make_picture (f, "a.png");

  offer (f, path, "");
  await (find_file (f->hanako) != NULL && find_row (f) != NULL);
  await (chat_message_row_can_change (find_row (f)));
  g_assert_false (chat_message_row_can_edit (find_row (f)));
  person_react (f->hanako, "a.png", "👍", TRUE);
  await (person_shows (f->taro, "first a.png[👍:1]"));
  person_retract (f->taro, "a.png");
  await (person_shows (f->hanako, "first -"));
  await (find_row (f) == NULL);
  g_unlink (path);
}

#define ADD(name, func) g_test_add ("/files-chatd/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  adw_init ();
  ADD ("send", test_send);
  ADD ("fetch", test_fetch);
  ADD ("taken-back", test_taken_back);
  result = g_test_run ();
  g_free (opened);
  return result;
}
