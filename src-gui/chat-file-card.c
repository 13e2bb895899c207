/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-file-card.h"

#include "chat-file-text.h"
#include "chat-picture.h"
#include "chat-room-files.h"
#include "chat-transfer-line.h"

#include <glib/gi18n.h>

#define PICTURE_SIDE 240 /* px */
#define ICON_SIZE 32

struct _ChatFileCard
{
  GtkWidget parent_instance;

  ChatMessage *message;  /* owned, nullable */
  GListModel *transfers; /* owned, nullable: of the room */
  gulong handler;
  ChatRoom *room;         /* weak, nullable */
  ChatTransfer *transfer; /* owned, nullable: which fetches it, or did */
  gulong transfer_handler;

  /* children */
  GtkWidget *box;
  GtkWidget *picture;
  GtkWidget *icon;
  GtkWidget *text;
  GtkWidget *fetch;
  GtkWidget *open;
  GtkWidget *save;
  GtkWidget *line; /* of the transfer */
};

G_DEFINE_FINAL_TYPE (ChatFileCard, chat_file_card, GTK_TYPE_WIDGET)

/* --- how far it is ---------------------------------------------------------- */

static gboolean
is_there (ChatFileCard *self)
{
  return self->transfer != NULL && chat_transfer_get_state (self->transfer) == CHAT_TRANSFER_DONE;
}

static void
update_buttons (ChatFileCard *self)
{
  const gboolean pending = self->transfer != NULL && !is_there (self);
  const gboolean had_focus = gtk_widget_has_focus (self->fetch);

  gtk_widget_set_visible (self->fetch, !pending && !is_there (self));
  gtk_widget_set_visible (self->save, !pending);
  gtk_widget_set_visible (self->open, is_there (self));
  gtk_widget_set_visible (self->line, self->transfer != NULL);
  chat_transfer_line_set_transfer (CHAT_TRANSFER_LINE (self->line), self->transfer);
  if (had_focus && pending)
    gtk_widget_child_focus (self->line, GTK_DIR_TAB_FORWARD);
}

static void
update_transfer (ChatFileCard *self)
{
  ChatTransfer *transfer = self->room != NULL && self->message != NULL
                               ? chat_room_find_transfer (self->room, self->message)
                               : NULL;

  if (self->transfer != transfer)
    {
      if (self->transfer != NULL)
        g_clear_signal_handler (&self->transfer_handler, self->transfer);
      g_set_object (&self->transfer, transfer);
      if (transfer != NULL)
        self->transfer_handler =
            g_signal_connect_swapped (transfer, "notify::state", G_CALLBACK (update_buttons), self);
    }
  update_buttons (self);
}

static void
set_room (ChatFileCard *self, ChatRoom *room)
{
  GListModel *transfers = room != NULL ? chat_room_get_transfers (room) : NULL;

  if (self->room == room)
    return;
  if (self->transfers != NULL)
    g_clear_signal_handler (&self->handler, self->transfers);
  g_set_weak_pointer (&self->room, room);
  g_set_object (&self->transfers, transfers);
  if (transfers != NULL)
    self->handler =
        g_signal_connect_swapped (transfers, "items-changed", G_CALLBACK (update_transfer), self);
}

/* --- what it is -------------------------------------------------------------- */

static void
update_picture (ChatFileCard *self, const ChatMessageFile *file)
{
  g_autoptr (GdkTexture) texture =
      file->thumbnail != NULL ? chat_picture_decode (file->thumbnail, PICTURE_SIDE) : NULL;

  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_widget_set_visible (self->picture, texture != NULL);
  if (texture != NULL)
    gtk_widget_set_size_request (self->picture, MIN (gdk_texture_get_width (texture), PICTURE_SIDE),
                                 MIN (gdk_texture_get_height (texture), PICTURE_SIDE));
}

static void
update_file (ChatFileCard *self, const ChatMessageFile *file)
{
  g_autofree char *text = chat_file_text_about (file);
  g_autoptr (GIcon) icon = chat_file_text_get_icon (file->type);

  gtk_label_set_text (GTK_LABEL (self->text), text);
  gtk_image_set_from_gicon (GTK_IMAGE (self->icon), icon);
  update_picture (self, file);
  gtk_widget_set_visible (self->icon, !gtk_widget_get_visible (self->picture));
  /* Translators: for screen readers: a picture that came with a file of this name */
  g_autofree char *label = g_strdup_printf (_ ("Preview of %s"), file->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

/* --- object -------------------------------------------------------------------- */

static void
chat_file_card_dispose (GObject *object)
{
  ChatFileCard *self = CHAT_FILE_CARD (object);

  if (self->transfer != NULL)
    g_clear_signal_handler (&self->transfer_handler, self->transfer);
  g_clear_object (&self->transfer);
  set_room (self, NULL);
  g_clear_object (&self->message);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_file_card_parent_class)->dispose (object);
}

static void
chat_file_card_class_init (ChatFileCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_file_card_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filecard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_button (const char *icon, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static GtkWidget *
new_lower_line (ChatFileCard *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), ICON_SIZE);
  self->text = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->text), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0);
  gtk_widget_set_hexpand (self->text, TRUE);
  gtk_widget_add_css_class (self->text, "caption");
  self->fetch = new_button ("folder-download-symbolic", _ ("Download"), "message.fetch-file");
  self->open = new_button ("document-open-symbolic", _ ("Open"), "message.open-file");
  self->save = new_button ("document-save-as-symbolic", _ ("Save As…"), "message.save-file");
  gtk_box_append (GTK_BOX (line), self->icon);
  gtk_box_append (GTK_BOX (line), self->text);
  gtk_box_append (GTK_BOX (line), self->fetch);
  gtk_box_append (GTK_BOX (line), self->open);
  gtk_box_append (GTK_BOX (line), self->save);
  return line;
}

static void
chat_file_card_init (ChatFileCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->picture = gtk_picture_new ();
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  gtk_widget_set_halign (self->picture, GTK_ALIGN_START);
  self->line = chat_transfer_line_new (FALSE);
  gtk_box_append (GTK_BOX (self->box), self->picture);
  gtk_box_append (GTK_BOX (self->box), new_lower_line (self));
  gtk_box_append (GTK_BOX (self->box), self->line);
}

GtkWidget *
chat_file_card_new (void)
{
  return g_object_new (CHAT_TYPE_FILE_CARD, NULL);
}

void
chat_file_card_set_message (ChatFileCard *self, ChatRoom *room, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_FILE_CARD (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  const ChatMessageFile *file = chat_message_get_file (message);

  g_return_if_fail (file != NULL);

  set_room (self, room);
  if (g_set_object (&self->message, message))
    update_file (self, file);
  update_transfer (self);
}

const char *
chat_file_card_get_text (ChatFileCard *self)
{
  g_return_val_if_fail (CHAT_IS_FILE_CARD (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->text));
}

gboolean
chat_file_card_has_picture (ChatFileCard *self)
{
  g_return_val_if_fail (CHAT_IS_FILE_CARD (self), FALSE);

  return gtk_widget_get_visible (self->picture);
}

const char *
chat_file_card_get_state (ChatFileCard *self)
{
  g_return_val_if_fail (CHAT_IS_FILE_CARD (self), NULL);

  return self->transfer != NULL ? chat_transfer_line_get_text (CHAT_TRANSFER_LINE (self->line))
                                : NULL;
}

gboolean
chat_file_card_can_open (ChatFileCard *self)
{
  g_return_val_if_fail (CHAT_IS_FILE_CARD (self), FALSE);

  return gtk_widget_get_visible (self->open);
}
