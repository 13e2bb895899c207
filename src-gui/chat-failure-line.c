/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-failure-line.h"

#include "chat-flow-layout.h"

#include <glib/gi18n.h>

struct _ChatFailureLine
{
  GtkWidget parent_instance;

  GtkWidget *reason;  /* child */
  GtkWidget *again;   /* child */
  GtkWidget *copy;    /* child */
  GtkWidget *discard; /* child */
};

G_DEFINE_FINAL_TYPE (ChatFailureLine, chat_failure_line, GTK_TYPE_WIDGET)

static void
chat_failure_line_dispose (GObject *object)
{
  ChatFailureLine *self = CHAT_FAILURE_LINE (object);

  g_clear_pointer (&self->reason, gtk_widget_unparent);
  g_clear_pointer (&self->again, gtk_widget_unparent);
  g_clear_pointer (&self->copy, gtk_widget_unparent);
  g_clear_pointer (&self->discard, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_failure_line_parent_class)->dispose (object);
}

static void
chat_failure_line_class_init (ChatFailureLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_failure_line_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, CHAT_TYPE_FLOW_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "failureline");
}

static GtkWidget *
add_button (ChatFailureLine *self, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

static void
chat_failure_line_init (ChatFailureLine *self)
{
  self->reason = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->reason), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->reason), 1);
  gtk_widget_set_hexpand (self->reason, TRUE);
  gtk_widget_set_parent (self->reason, GTK_WIDGET (self));

  self->again = add_button (self, _ ("Try Again"), "message.resend");
  self->copy = add_button (self, _ ("Copy"), "message.copy");
  self->discard = add_button (self, _ ("Discard"), "message.discard");
}

GtkWidget *
chat_failure_line_new (void)
{
  return g_object_new (CHAT_TYPE_FAILURE_LINE, NULL);
}

void
chat_failure_line_set_reason (ChatFailureLine *self, const char *reason, gboolean resendable)
{
  g_return_if_fail (CHAT_IS_FAILURE_LINE (self));

  gtk_label_set_text (GTK_LABEL (self->reason), reason);
  gtk_widget_set_visible (self->again, resendable);
  gtk_widget_set_visible (self->copy, !resendable);
}

const char *
chat_failure_line_get_reason (ChatFailureLine *self)
{
  g_return_val_if_fail (CHAT_IS_FAILURE_LINE (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->reason));
}
