/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-transfer-bar.h"

#include "chat-room-files.h"
#include "chat-transfer-line.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define SHOWN_MAX 3 /* two move at once */

struct _ChatTransferBar
{
  GtkWidget parent_instance;

  GtkFilterListModel *sends; /* owned */
  GtkSliceListModel *shown;  /* owned: the first of them */
  GtkWidget *clamp;          /* child */
  GtkWidget *list;
  GtkWidget *rest; /* tells how many more */
};

G_DEFINE_FINAL_TYPE (ChatTransferBar, chat_transfer_bar, GTK_TYPE_WIDGET)

static gboolean
is_send (gpointer item, gpointer data)
{
  return chat_transfer_get_direction (item) == CHAT_TRANSFER_SEND;
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = chat_transfer_line_new (TRUE);

  chat_transfer_line_set_transfer (CHAT_TRANSFER_LINE (line), item);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  chat_transfer_get_name (item), -1);
  return row;
}

static void
update (ChatTransferBar *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sends));
  const guint rest = n > SHOWN_MAX ? n - SHOWN_MAX : 0;
  /* Translators: below a list of files that are being sent */
  g_autofree char *text =
      g_strdup_printf (ngettext ("and %u more file", "and %u more files", rest), rest);

  gtk_label_set_text (GTK_LABEL (self->rest), text);
  gtk_widget_set_visible (self->rest, rest > 0);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
chat_transfer_bar_dispose (GObject *object)
{
  ChatTransferBar *self = CHAT_TRANSFER_BAR (object);

  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->sends);

  G_OBJECT_CLASS (chat_transfer_bar_parent_class)->dispose (object);
}

static void
chat_transfer_bar_class_init (ChatTransferBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_transfer_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "transferbar");
}

static GtkWidget *
create_list (ChatTransferBar *self)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_bind_model (GTK_LIST_BOX (list), G_LIST_MODEL (self->shown), create_row, NULL, NULL);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Files Being Sent"), -1);
  return list;
}

static void
chat_transfer_bar_init (ChatTransferBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->sends =
      gtk_filter_list_model_new (NULL, GTK_FILTER (gtk_custom_filter_new (is_send, NULL, NULL)));
  self->shown = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->sends)), 0, SHOWN_MAX);
  self->list = create_list (self);
  self->rest = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->rest, "caption");
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->rest);
  self->clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), 840);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->clamp), 840);
  adw_clamp_set_child (ADW_CLAMP (self->clamp), box);
  gtk_widget_set_parent (self->clamp, GTK_WIDGET (self));
  g_signal_connect_object (self->sends, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
chat_transfer_bar_set_room (ChatTransferBar *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_TRANSFER_BAR (self));

  gtk_filter_list_model_set_model (self->sends,
                                   room != NULL ? chat_room_get_transfers (room) : NULL);
}

guint
chat_transfer_bar_get_n (ChatTransferBar *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER_BAR (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->sends));
}

GtkWidget *
chat_transfer_bar_get_line (ChatTransferBar *self, guint position)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER_BAR (self), NULL);

  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) position);

  return row != NULL ? gtk_list_box_row_get_child (row) : NULL;
}
