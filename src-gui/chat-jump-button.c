/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-jump-button.h"

#include <glib/gi18n.h>

#define BADGE_MAX 99

struct _ChatJumpButton
{
  GtkWidget parent_instance;

  /* template children */
  GtkWidget *revealer;
  GtkWidget *button;
  GtkWidget *badge;
};

G_DEFINE_FINAL_TYPE (ChatJumpButton, chat_jump_button, GTK_TYPE_WIDGET)

static void
set_badge (ChatJumpButton *self, guint n_new)
{
  g_autofree char *count = NULL;

  if (n_new > BADGE_MAX)
    count = g_strdup_printf ("%d+", BADGE_MAX);
  else
    count = g_strdup_printf ("%u", n_new);
  gtk_label_set_text (GTK_LABEL (self->badge), count);
  gtk_widget_set_visible (self->badge, n_new > 0);
}

static void
set_name (ChatJumpButton *self, guint n_new)
{
  g_autofree char *name = NULL;

  if (n_new > 0)
    /* Translators: the button below the messages */
    name = g_strdup_printf (
        ngettext ("Scroll to the end, %u new message", "Scroll to the end, %u new messages", n_new),
        n_new);
  else
    name = g_strdup (_ ("Scroll to the End"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
chat_jump_button_dispose (GObject *object)
{
  g_clear_pointer (&CHAT_JUMP_BUTTON (object)->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_jump_button_parent_class)->dispose (object);
}

static void
chat_jump_button_class_init (ChatJumpButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_jump_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-jump-button.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatJumpButton, revealer);
  gtk_widget_class_bind_template_child (widget_class, ChatJumpButton, button);
  gtk_widget_class_bind_template_child (widget_class, ChatJumpButton, badge);
}

static void
chat_jump_button_init (ChatJumpButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_jump_button_set (self, FALSE, 0);
}

void
chat_jump_button_set (ChatJumpButton *self, gboolean shown, guint n_new)
{
  g_return_if_fail (CHAT_IS_JUMP_BUTTON (self));

  set_badge (self, n_new);
  set_name (self, n_new);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), shown);
  gtk_widget_set_can_target (GTK_WIDGET (self), shown);
  gtk_widget_set_sensitive (self->button, shown);
}
