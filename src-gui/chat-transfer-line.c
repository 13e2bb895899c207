/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-transfer-line.h"

#include "chat-file-text.h"
#include "chat-room-files.h"

#include <glib/gi18n.h>

struct _ChatTransferLine
{
  GtkWidget parent_instance;

  ChatTransfer *transfer; /* owned, nullable */
  gulong handler;

  /* children */
  GtkWidget *box;
  GtkWidget *name; /* nullable */
  GtkWidget *bar;
  GtkWidget *text;
  GtkWidget *pause;
  GtkWidget *resume;
  GtkWidget *cancel;
};

G_DEFINE_FINAL_TYPE (ChatTransferLine, chat_transfer_line, GTK_TYPE_WIDGET)

static void
set_label (GtkWidget *button, const char *label)
{
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
show_resume (ChatTransferLine *self, gboolean failed)
{
  gtk_button_set_icon_name (GTK_BUTTON (self->resume),
                            failed ? "view-refresh-symbolic" : "media-playback-start-symbolic");
  set_label (self->resume, failed ? _ ("Try Again") : _ ("Go On"));
}

static void
update_buttons (ChatTransferLine *self)
{
  const ChatTransferState state = chat_transfer_get_state (self->transfer);
  const gboolean moving = state == CHAT_TRANSFER_RUNNING || state == CHAT_TRANSFER_WAITING;
  const gboolean stopped = state == CHAT_TRANSFER_PAUSED || state == CHAT_TRANSFER_FAILED;
  const gboolean had_focus = gtk_widget_has_focus (moving ? self->resume : self->pause);

  gtk_widget_set_visible (self->pause, moving);
  gtk_widget_set_visible (self->resume, stopped);
  if (stopped)
    show_resume (self, state == CHAT_TRANSFER_FAILED);
  gtk_widget_set_visible (self->cancel, moving || stopped);
  if (had_focus)
    gtk_widget_grab_focus (moving ? self->pause : self->resume);
}

static void
update (ChatTransferLine *self)
{
  const guint64 size = chat_transfer_get_size (self->transfer);
  const double fraction =
      size > 0 ? (double) chat_transfer_get_done (self->transfer) / (double) size : 0;
  const gboolean failed = chat_transfer_get_state (self->transfer) == CHAT_TRANSFER_FAILED;
  g_autofree char *text = chat_file_text_state (self->transfer);

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), CLAMP (fraction, 0, 1));
  gtk_widget_set_visible (self->bar, chat_transfer_is_active (self->transfer));
  gtk_label_set_text (GTK_LABEL (self->text), text);
  if (failed)
    gtk_widget_add_css_class (self->text, "error");
  else
    gtk_widget_remove_css_class (self->text, "error");
  update_buttons (self);
}

/* Returns: its position in the room's list, %G_MAXUINT: it is not there */
static guint
find (ChatTransfer *transfer)
{
  ChatRoom *room = chat_transfer_get_room (transfer);
  GListModel *transfers = room != NULL ? chat_room_get_transfers (room) : NULL;

  for (guint i = 0; transfers != NULL && i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (ChatTransfer) other = g_list_model_get_item (transfers, i);

      if (other == transfer)
        return i;
    }
  return G_MAXUINT;
}

static void
on_clicked (GtkButton *button, const char *what)
{
  ChatTransferLine *self =
      CHAT_TRANSFER_LINE (gtk_widget_get_ancestor (GTK_WIDGET (button), CHAT_TYPE_TRANSFER_LINE));
  const guint position = self->transfer != NULL ? find (self->transfer) : G_MAXUINT;

  if (position != G_MAXUINT)
    gtk_widget_activate_action (GTK_WIDGET (self), "room.transfer", "(su)", what, position);
}

static GtkWidget *
add_button (ChatTransferLine *self, const char *icon, const char *label, const char *what)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  set_label (button, label);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), (gpointer) what);
  gtk_box_append (GTK_BOX (self->box), button);
  return button;
}

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  return label;
}

static void
chat_transfer_line_dispose (GObject *object)
{
  ChatTransferLine *self = CHAT_TRANSFER_LINE (object);

  chat_transfer_line_set_transfer (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_transfer_line_parent_class)->dispose (object);
}

static void
chat_transfer_line_class_init (ChatTransferLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_transfer_line_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "transferline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
chat_transfer_line_init (ChatTransferLine *self)
{
}

GtkWidget *
chat_transfer_line_new (gboolean named)
{
  ChatTransferLine *self = g_object_new (CHAT_TYPE_TRANSFER_LINE, NULL);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  if (named)
    {
      self->name = new_label ();
      gtk_box_append (GTK_BOX (texts), self->name);
    }
  self->bar = gtk_progress_bar_new ();
  gtk_box_append (GTK_BOX (texts), self->bar);
  self->text = new_label ();
  gtk_label_set_ellipsize (GTK_LABEL (self->text), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (self->text), 16);
  gtk_widget_add_css_class (self->text, "caption");
  gtk_box_append (GTK_BOX (texts), self->text);
  gtk_box_append (GTK_BOX (self->box), texts);
  self->pause = add_button (self, "media-playback-pause-symbolic", _ ("Pause"), "pause");
  self->resume = add_button (self, "media-playback-start-symbolic", _ ("Go On"), "resume");
  self->cancel = add_button (self, "process-stop-symbolic", _ ("Cancel"), "cancel");
  return GTK_WIDGET (self);
}

void
chat_transfer_line_set_transfer (ChatTransferLine *self, ChatTransfer *transfer)
{
  g_return_if_fail (CHAT_IS_TRANSFER_LINE (self));

  if (self->transfer == transfer)
    return;
  if (self->transfer != NULL)
    g_clear_signal_handler (&self->handler, self->transfer);
  g_set_object (&self->transfer, transfer);
  if (transfer == NULL)
    return;

  self->handler = g_signal_connect_swapped (transfer, "notify", G_CALLBACK (update), self);
  if (self->name != NULL)
    gtk_label_set_text (GTK_LABEL (self->name), chat_transfer_get_name (transfer));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  chat_transfer_get_name (transfer), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  chat_transfer_get_name (transfer), -1);
  update (self);
}

ChatTransfer *
chat_transfer_line_get_transfer (ChatTransferLine *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER_LINE (self), NULL);

  return self->transfer;
}

const char *
chat_transfer_line_get_text (ChatTransferLine *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER_LINE (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->text));
}

gboolean
chat_transfer_line_press (ChatTransferLine *self, const char *what)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER_LINE (self), FALSE);

  GtkWidget *button = g_str_equal (what, "pause")    ? self->pause
                      : g_str_equal (what, "resume") ? self->resume
                                                     : self->cancel;

  if (!gtk_widget_get_visible (button))
    return FALSE;
  g_signal_emit_by_name (button, "clicked");
  return TRUE;
}
