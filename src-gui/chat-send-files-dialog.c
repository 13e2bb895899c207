/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-send-files-dialog.h"

#include "chat-file-text.h"
#include "chat-ime-guard.h"
#include "chat-limits.h"

#include <glib/gi18n.h>

#define PREVIEW_SIDE 64 /* px */
#define WIDTH 420
#define CAPTION_CHARS_MAX (CHAT_CAPTION_MAX / 4)

struct _ChatSendFilesDialog
{
  AdwWindow parent_instance;

  GListModel *files; /* owned */
  GtkWidget *list;
  GtkWidget *caption;
  GtkWidget *send;
};

G_DEFINE_FINAL_TYPE (ChatSendFilesDialog, chat_send_files_dialog, ADW_TYPE_WINDOW)

enum
{
  SUBMITTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- a file ------------------------------------------------------------------- */

static char *
get_subtitle (ChatOutgoingFile *file)
{
  const char *problem = chat_outgoing_file_get_problem (file);

  if (problem != NULL)
    return g_strdup (problem);
  if (!chat_outgoing_file_is_ready (file))
    return g_strdup (_ ("Reading…"));
  return g_format_size (chat_outgoing_file_get_size (file));
}

static GtkWidget *
create_preview (ChatOutgoingFile *file)
{
  GdkTexture *texture = chat_outgoing_file_get_preview (file);
  GtkWidget *image = gtk_image_new ();

  if (texture != NULL)
    gtk_image_set_from_paintable (GTK_IMAGE (image), GDK_PAINTABLE (texture));
  else
    {
      g_autoptr (GIcon) icon = chat_file_text_get_icon (chat_outgoing_file_get_media_type (file));

      gtk_image_set_from_gicon (GTK_IMAGE (image), icon);
    }
  gtk_image_set_pixel_size (GTK_IMAGE (image), texture != NULL ? PREVIEW_SIDE : PREVIEW_SIDE / 2);
  gtk_widget_set_size_request (image, PREVIEW_SIDE, PREVIEW_SIDE); /* the same before it is read */
  return image;
}

static void
fill_row (AdwActionRow *row, ChatOutgoingFile *file)
{
  g_autofree char *subtitle = get_subtitle (file);
  GtkWidget *old = g_object_get_data (G_OBJECT (row), "preview");
  GtkWidget *preview = create_preview (file);

  adw_action_row_set_subtitle (row, subtitle);
  if (old != NULL)
    adw_action_row_remove (row, old);
  g_object_set_data (G_OBJECT (row), "preview", preview);
  adw_action_row_add_prefix (row, preview);
  if (chat_outgoing_file_get_problem (file) != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
}

static void
on_ready (ChatOutgoingFile *file, GParamSpec *pspec, AdwActionRow *row)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (row));

  fill_row (row, file);
  if (CHAT_IS_SEND_FILES_DIALOG (root))
    gtk_widget_set_sensitive (CHAT_SEND_FILES_DIALOG (root)->send,
                              chat_send_files_dialog_can_submit (CHAT_SEND_FILES_DIALOG (root)));
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), chat_outgoing_file_get_name (item));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  g_signal_connect_object (item, "notify::ready", G_CALLBACK (on_ready), row, 0);
  fill_row (ADW_ACTION_ROW (row), item);
  return row;
}

static void
on_caption_activated (ChatSendFilesDialog *self)
{
  if (!chat_ime_guard_is_composing (GTK_EDITABLE (self->caption)))
    chat_send_files_dialog_submit (self);
}

/* --- the window ------------------------------------------------------------------ */

static GtkWidget *
create_header (ChatSendFilesDialog *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  self->send = gtk_button_new_with_mnemonic (_ ("_Send"));
  gtk_widget_add_css_class (self->send, "suggested-action");
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->send, "clicked", G_CALLBACK (chat_send_files_dialog_submit),
                            self);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->send);
  return header;
}

static GtkWidget *
create_caption (ChatSendFilesDialog *self)
{
  GtkWidget *group = gtk_list_box_new ();

  self->caption = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->caption), _ ("Caption"));
  g_signal_connect_swapped (self->caption, "entry-activated", G_CALLBACK (on_caption_activated),
                            self);
  chat_ime_guard_watch (GTK_EDITABLE (self->caption));
  gtk_text_set_max_length (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->caption))),
                           CAPTION_CHARS_MAX);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (group), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (group, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (group), self->caption);
  return group;
}

static GtkWidget *
create_list (ChatSendFilesDialog *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Files"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 300);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

static void
chat_send_files_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_send_files_dialog_parent_class)->map (widget);
  gtk_widget_grab_focus (CHAT_SEND_FILES_DIALOG (widget)->caption);
}

static void
chat_send_files_dialog_finalize (GObject *object)
{
  g_clear_object (&CHAT_SEND_FILES_DIALOG (object)->files);

  G_OBJECT_CLASS (chat_send_files_dialog_parent_class)->finalize (object);
}

static void
chat_send_files_dialog_class_init (ChatSendFilesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_send_files_dialog_finalize;
  widget_class->map = chat_send_files_dialog_map;
  signals[SUBMITTED] = g_signal_new ("submitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
chat_send_files_dialog_init (ChatSendFilesDialog *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_margin_start (body, 12);
  gtk_widget_set_margin_end (body, 12);
  gtk_widget_set_margin_top (body, 12);
  gtk_widget_set_margin_bottom (body, 12);
  gtk_box_append (GTK_BOX (content), create_header (self));
  gtk_box_append (GTK_BOX (body), create_list (self));
  gtk_box_append (GTK_BOX (body), create_caption (self));
  gtk_box_append (GTK_BOX (content), body);
  adw_window_set_content (ADW_WINDOW (self), content);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), WIDTH, -1);
}

ChatSendFilesDialog *
chat_send_files_dialog_new (GtkWindow *parent, const char *room_name, GListModel *files)
{
  g_return_val_if_fail (room_name != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (files), NULL);

  ChatSendFilesDialog *self =
      g_object_new (CHAT_TYPE_SEND_FILES_DIALOG, "transient-for", parent, NULL);
  /* Translators: the title of a dialog; %s is a room's name */
  g_autofree char *title = g_strdup_printf (_ ("Send to %s"), room_name);

  self->files = g_object_ref (files);
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), files, create_row, NULL, NULL);
  gtk_widget_set_sensitive (self->send, chat_send_files_dialog_can_submit (self));
  return self;
}

GListModel *
chat_send_files_dialog_get_files (ChatSendFilesDialog *self)
{
  g_return_val_if_fail (CHAT_IS_SEND_FILES_DIALOG (self), NULL);

  return self->files;
}

char *
chat_send_files_dialog_dup_caption (ChatSendFilesDialog *self)
{
  g_return_val_if_fail (CHAT_IS_SEND_FILES_DIALOG (self), NULL);

  char *caption = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->caption))));

  if (*caption == '\0')
    g_clear_pointer (&caption, g_free);
  return caption;
}

void
chat_send_files_dialog_set_caption (ChatSendFilesDialog *self, const char *caption)
{
  g_return_if_fail (CHAT_IS_SEND_FILES_DIALOG (self));

  gtk_editable_set_text (GTK_EDITABLE (self->caption), caption);
}

gboolean
chat_send_files_dialog_can_submit (ChatSendFilesDialog *self)
{
  g_return_val_if_fail (CHAT_IS_SEND_FILES_DIALOG (self), FALSE);

  gboolean any = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (self->files); i++)
    {
      g_autoptr (ChatOutgoingFile) file = g_list_model_get_item (self->files, i);

      if (!chat_outgoing_file_is_ready (file))
        return FALSE;
      any = any || chat_outgoing_file_get_problem (file) == NULL;
    }
  return any;
}

void
chat_send_files_dialog_submit (ChatSendFilesDialog *self)
{
  g_return_if_fail (CHAT_IS_SEND_FILES_DIALOG (self));

  if (!chat_send_files_dialog_can_submit (self))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  g_signal_emit (self, signals[SUBMITTED], 0);
  gtk_window_close (GTK_WINDOW (self));
}
