/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-invite-dialog.h"

#include "chat-qr-code.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

struct _ChatInviteDialog
{
  AdwWindow parent_instance;

  char *link; /* owned */

  /* template children */
  AdwToastOverlay *toasts;
  GtkLabel *heading;
  GtkWidget *caution_box;
  GtkLabel *caution;
  GtkPicture *picture;
  GtkWidget *picture_frame;
  GtkWidget *too_long;
  GtkLabel *link_label;
  GtkLabel *explanation;
};

G_DEFINE_FINAL_TYPE (ChatInviteDialog, chat_invite_dialog, ADW_TYPE_WINDOW)

static void
on_copy_clicked (ChatInviteDialog *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->link);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Link copied")));
}

/* As text: every program takes that. */
static GdkContentProvider *
on_drag_prepare (GtkDragSource *source, double x, double y, ChatInviteDialog *self)
{
  return gdk_content_provider_new_typed (G_TYPE_STRING, self->link);
}

static void
on_drag_begin (GtkDragSource *source, GdkDrag *drag, ChatInviteDialog *self)
{
  GtkWidget *label = gtk_label_new (self->link);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "invite-dragged");
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), label);
}

static void
show_code (ChatInviteDialog *self)
{
  g_autoptr (ChatQrCode) code = chat_qr_code_new (self->link);

  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (code));
  gtk_widget_set_visible (self->picture_frame, code != NULL);
  gtk_widget_set_visible (self->too_long, code == NULL);
}

static void
show (ChatInviteDialog *self, const ChatInvite *invite, const char *caution)
{
  /* Translators: %s is the name of a room */
  g_autofree char *heading = g_strdup_printf (_ ("Come to “%s”"), invite->room);

  self->link = chat_invite_format (invite);
  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->link_label, self->link);
  gtk_widget_set_visible (self->caution_box, caution != NULL);
  gtk_label_set_text (self->caution, caution != NULL ? caution : "");
  gtk_label_set_text (
      self->explanation,
      invite->fingerprint != NULL
          ? _ ("Whoever opens this link with this app gets to this room. The link has the key of "
               "the "
               "server in it, so that nobody can get in between.")
          : _ ("Whoever opens this link with this app gets to this room. The server has no "
               "encryption: others on the network can read along."));
  show_code (self);
}

static void
chat_invite_dialog_finalize (GObject *object)
{
  g_free (CHAT_INVITE_DIALOG (object)->link);

  G_OBJECT_CLASS (chat_invite_dialog_parent_class)->finalize (object);
}

static void
chat_invite_dialog_class_init (ChatInviteDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_invite_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-invite-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, caution_box);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, caution);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, picture);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, picture_frame);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, too_long);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, link_label);
  gtk_widget_class_bind_template_child (widget_class, ChatInviteDialog, explanation);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_drag_prepare);
  gtk_widget_class_bind_template_callback (widget_class, on_drag_begin);
}

static void
chat_invite_dialog_init (ChatInviteDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
}

ChatInviteDialog *
chat_invite_dialog_new (GtkWindow *parent, const ChatInvite *invite, const char *caution)
{
  g_return_val_if_fail (invite != NULL, NULL);

  ChatInviteDialog *self = g_object_new (CHAT_TYPE_INVITE_DIALOG, "transient-for", parent, NULL);

  show (self, invite, caution);
  return self;
}

const char *
chat_invite_dialog_get_link (ChatInviteDialog *self)
{
  g_return_val_if_fail (CHAT_IS_INVITE_DIALOG (self), NULL);

  return self->link;
}
