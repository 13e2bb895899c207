/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-room-view-files.h"

#include "chat-error-text.h"
#include "chat-file-text.h"
#include "chat-room-files.h"
#include "chat-room-view-private.h"

#include <glib/gi18n.h>

static ChatFileOpener file_opener; /* NULL: the system's */

static void
tell (ChatRoomView *self, const GError *error)
{
  g_autofree char *text = chat_error_text (error);

  chat_room_view_add_toast (self, text);
}

/* Returns: whether files can be sent; else it was said why not */
static gboolean
check_possible (ChatRoomView *self)
{
  ChatRoom *room = chat_room_view_get_room (self);
  g_autofree char *why = room != NULL ? chat_file_text_why_none (room) : NULL;

  if (why != NULL)
    chat_room_view_add_toast (self, why);
  return room != NULL && why == NULL;
}

/* ---- sending */

static void
send_all (ChatSendFilesDialog *dialog, ChatRoom *room, ChatRoomView *self)
{
  GListModel *files = chat_send_files_dialog_get_files (dialog);
  g_autofree char *caption = chat_send_files_dialog_dup_caption (dialog);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (ChatOutgoingFile) file = g_list_model_get_item (files, i);
      g_autoptr (ChatTransfer) transfer = NULL;
      g_autoptr (GError) error = NULL;

      if (chat_outgoing_file_get_problem (file) != NULL)
        continue;
      transfer = chat_outgoing_file_send (file, room, caption, &error);
      if (transfer == NULL)
        tell (self, error);
      else
        g_clear_pointer (&caption, g_free); /* it goes with the first one */
    }
}

static void
on_submitted (ChatSendFilesDialog *dialog, ChatRoomView *self)
{
  send_all (dialog, g_object_get_data (G_OBJECT (dialog), "room"), self);
}

/* For the room that is shown now, whatever is shown later */
static ChatSendFilesDialog *
ask (ChatRoomView *self, GListStore *files)
{
  ChatRoom *room = chat_room_view_get_room (self);
  ChatSendFilesDialog *dialog =
      chat_send_files_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                  chat_room_get_name (room), G_LIST_MODEL (files));

  g_object_set_data_full (G_OBJECT (dialog), "room", g_object_ref (room), g_object_unref);
  g_signal_connect_object (dialog, "submitted", G_CALLBACK (on_submitted), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}

ChatSendFilesDialog *
chat_room_view_offer_files (ChatRoomView *self, const GSList *files)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  g_autoptr (GListStore) outgoing = g_list_store_new (CHAT_TYPE_OUTGOING_FILE);

  if (files == NULL || !check_possible (self))
    return NULL;

  for (const GSList *at = files; at != NULL; at = at->next)
    {
      g_autoptr (ChatOutgoingFile) file = chat_outgoing_file_new (
          at->data, chat_room_get_max_file_size (chat_room_view_get_room (self)));

      g_list_store_append (outgoing, file);
    }
  return ask (self, outgoing);
}

ChatSendFilesDialog *
chat_room_view_offer_texture (ChatRoomView *self, GdkTexture *texture)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  g_autoptr (GListStore) outgoing = g_list_store_new (CHAT_TYPE_OUTGOING_FILE);
  g_autoptr (ChatOutgoingFile) file = NULL;

  if (!check_possible (self))
    return NULL;

  file = chat_outgoing_file_new_for_texture (
      texture, chat_room_get_max_file_size (chat_room_view_get_room (self)));
  g_list_store_append (outgoing, file);
  return ask (self, outgoing);
}

/* ---- choosing */

static void
on_chosen (GtkNativeDialog *chooser, int response, ChatRoomView *self)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  GSList *chosen = NULL;

  for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < g_list_model_get_n_items (files); i++)
    chosen = g_slist_append (chosen, g_list_model_get_item (files, i));
  chat_room_view_offer_files (self, chosen);
  g_slist_free_full (chosen, g_object_unref);
  gtk_native_dialog_destroy (chooser);
}

static void
on_attach (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GtkFileChooserNative *chooser;

  if (!check_possible (CHAT_ROOM_VIEW (widget)))
    return;

  chooser = gtk_file_chooser_native_new (_ ("Attach Files"), window, GTK_FILE_CHOOSER_ACTION_OPEN,
                                         _ ("_Open"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_chosen), widget, 0);
  /* it goes with the view, if nobody answers */
  g_object_set_data_full (G_OBJECT (widget), "file-chooser", chooser, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* ---- dropping and pasting */

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, ChatRoomView *self)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return chat_room_view_offer_files (self, g_value_get_boxed (value)) != NULL;
  return chat_room_view_offer_texture (self, g_value_get_object (value)) != NULL;
}

void
chat_room_view_add_drop_target (ChatRoomView *self)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  /* before the text view, which would take the files' addresses */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
on_pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatRoomView) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value == NULL)
    /* Translators: what was copied elsewhere could not be had */
    chat_room_view_add_toast (self, _ ("It could not be pasted"));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    chat_room_view_offer_files (self, g_value_get_boxed (value));
  else
    chat_room_view_offer_texture (self, g_value_get_object (value));
}

static void
on_paste_files (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  const GType type = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST)
                         ? GDK_TYPE_FILE_LIST
                         : GDK_TYPE_TEXTURE;

  if (check_possible (CHAT_ROOM_VIEW (widget)))
    gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, NULL, on_pasted,
                                    g_object_ref (widget));
}

/* ---- fetching */

static ChatMessage *
dup_file_message (ChatRoomView *self, GVariant *position)
{
  ChatRoom *room = chat_room_view_get_room (self);
  g_autoptr (ChatMessage) message =
      room != NULL
          ? g_list_model_get_item (chat_room_get_messages (room), g_variant_get_uint32 (position))
          : NULL;

  return message != NULL && chat_message_get_file (message) != NULL ? g_steal_pointer (&message)
                                                                    : NULL;
}

static void
fetch (ChatRoomView *self, ChatRoom *room, ChatMessage *message, GFile *to, gboolean replace)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatTransfer) transfer = chat_room_fetch_file (room, message, to, replace, &error);

  if (transfer == NULL)
    tell (self, error);
}

/* The person's folder for what is fetched, else the home folder */
static GFile *
get_folder (void)
{
  const char *path = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (path == NULL)
    path = g_get_home_dir ();
  g_mkdir_with_parents (path, 0700);
  return g_file_new_for_path (path);
}

static void
on_fetch_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_file_message (self, parameter);

  if (message == NULL)
    return;

  g_autofree char *save_name = chat_message_file_dup_save_name (chat_message_get_file (message));
  g_autoptr (GFile) folder = get_folder ();
  g_autoptr (GFile) to = g_file_get_child (folder, save_name);

  fetch (self, chat_room_view_get_room (self), message, to, FALSE);
}

typedef struct
{
  ChatRoom *room;       /* owned */
  ChatMessage *message; /* owned */
} Saving;

static void
free_saving (gpointer data)
{
  Saving *saving = data;

  g_object_unref (saving->room);
  g_object_unref (saving->message);
  g_free (saving);
}

static void
on_place_chosen (GtkNativeDialog *chooser, int response, ChatRoomView *self)
{
  const Saving *saving = g_object_get_data (G_OBJECT (chooser), "saving");
  g_autoptr (GFile) to = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  /* the chooser has asked whether a file that is there may go */
  if (response == GTK_RESPONSE_ACCEPT && to != NULL)
    fetch (self, saving->room, saving->message, to, TRUE);
  gtk_native_dialog_destroy (chooser);
}

static void
on_save_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (ChatMessage) message = dup_file_message (CHAT_ROOM_VIEW (widget), parameter);

  if (message == NULL)
    return;

  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Save File"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  g_autofree char *save_name = chat_message_file_dup_save_name (chat_message_get_file (message));
  g_autoptr (GFile) folder = get_folder ();
  Saving *saving = g_new0 (Saving, 1);

  saving->room = g_object_ref (chat_room_view_get_room (CHAT_ROOM_VIEW (widget)));
  saving->message = g_steal_pointer (&message);
  g_object_set_data_full (G_OBJECT (chooser), "saving", saving, free_saving);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), save_name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_place_chosen), widget, 0);
  g_object_set_data_full (G_OBJECT (widget), "file-chooser", chooser, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* ---- opening */

/* Some desktop runs these when they are opened. */
static const char *const programs[] = { ".appimage", ".bat", ".cmd", ".com", ".desktop",
                                        ".exe",      ".jar", ".js",  ".lnk", ".msi",
                                        ".pl",       ".ps1", ".py",  ".rb",  ".run",
                                        ".scr",      ".sh",  ".url", ".vbs" };

static gboolean
may_be_program (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = g_utf8_strdown (base, -1);
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (g_str_has_suffix (name, programs[i]))
      return TRUE;
  return type != NULL && g_content_type_is_a (type, "application/x-executable");
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatRoomView) self = data;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, NULL))
    chat_room_view_add_toast (self, _ ("No program here opens this file"));
}

static void
open_file (ChatRoomView *self, GFile *file)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *uri = g_file_get_uri (file);

  if (file_opener != NULL)
    file_opener (window, uri);
  else
    gtk_show_uri_full (window, uri, GDK_CURRENT_TIME, NULL, on_opened, g_object_ref (self));
}

static void
on_open_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_file_message (self, parameter);
  ChatTransfer *transfer =
      message != NULL ? chat_room_find_transfer (chat_room_view_get_room (self), message) : NULL;

  if (transfer == NULL || chat_transfer_get_state (transfer) != CHAT_TRANSFER_DONE)
    gtk_widget_error_bell (widget);
  else if (may_be_program (chat_transfer_get_file (transfer)))
    chat_room_view_add_toast (self,
                              _ ("This may be a program. It is not opened from here: look at it "
                                 "where it was saved."));
  else
    open_file (self, chat_transfer_get_file (transfer));
}

/* ---- on the way */

static void
on_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoom *room = chat_room_view_get_room (CHAT_ROOM_VIEW (widget));
  const char *what;
  guint position;

  g_variant_get (parameter, "(&su)", &what, &position);
  g_autoptr (ChatTransfer) transfer =
      room != NULL ? g_list_model_get_item (chat_room_get_transfers (room), position) : NULL;
  if (transfer == NULL)
    return;

  if (g_str_equal (what, "pause"))
    chat_transfer_pause (transfer);
  else if (g_str_equal (what, "resume"))
    chat_transfer_resume (transfer);
  else if (chat_transfer_get_state (transfer) == CHAT_TRANSFER_FAILED)
    {
      chat_transfer_cancel (transfer);
      chat_room_forget_transfer (room, transfer);
    }
  else
    chat_transfer_cancel (transfer);
}

void
chat_room_view_install_files (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "room.attach", NULL, on_attach);
  gtk_widget_class_install_action (klass, "room.paste-files", NULL, on_paste_files);
  gtk_widget_class_install_action (klass, "room.fetch-file", "u", on_fetch_file);
  gtk_widget_class_install_action (klass, "room.save-file", "u", on_save_file);
  gtk_widget_class_install_action (klass, "room.open-file", "u", on_open_file);
  gtk_widget_class_install_action (klass, "room.transfer", "(su)", on_transfer);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_o, GDK_CONTROL_MASK, "room.attach", NULL);
}

void
chat_room_view_set_file_opener (ChatFileOpener opener)
{
  file_opener = opener;
}
