/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-field-hint.h"

struct _ChatFieldHint
{
  AdwPreferencesRow parent_instance;

  /* template children */
  GtkLabel *label;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (ChatFieldHint, chat_field_hint, ADW_TYPE_PREFERENCES_ROW)

enum
{
  WAY_OUT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_clicked (ChatFieldHint *self)
{
  g_signal_emit (self, signals[WAY_OUT], 0);
}

static void
chat_field_hint_class_init (ChatFieldHintClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[WAY_OUT] = g_signal_new ("way-out", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-field-hint.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatFieldHint, label);
  gtk_widget_class_bind_template_child (widget_class, ChatFieldHint, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
chat_field_hint_init (ChatFieldHint *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
chat_field_hint_say (ChatFieldHint *self, const char *text, const char *way_out)
{
  g_return_if_fail (CHAT_IS_FIELD_HINT (self));

  gtk_label_set_text (self->label, text != NULL ? text : "");
  gtk_button_set_label (self->button, way_out != NULL ? way_out : "");
  gtk_widget_set_visible (GTK_WIDGET (self->button), way_out != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL && *text != '\0');
}

void
chat_field_hint_judge (ChatFieldHint *self, GtkWidget *field, const char *text, const char *way_out)
{
  g_return_if_fail (GTK_IS_WIDGET (field));

  if (self != NULL)
    chat_field_hint_say (self, text, way_out);
  if (text != NULL && *text != '\0')
    gtk_widget_add_css_class (field, "error");
  else
    gtk_widget_remove_css_class (field, "error");
}

const char *
chat_field_hint_get_text (ChatFieldHint *self)
{
  g_return_val_if_fail (CHAT_IS_FIELD_HINT (self), NULL);

  return gtk_label_get_text (self->label);
}

const char *
chat_field_hint_get_way_out (ChatFieldHint *self)
{
  g_return_val_if_fail (CHAT_IS_FIELD_HINT (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self->button)) ? gtk_button_get_label (self->button)
                                                            : NULL;
}

void
chat_field_hint_take_way_out (ChatFieldHint *self)
{
  g_return_if_fail (CHAT_IS_FIELD_HINT (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self->button)))
    g_signal_emit (self, signals[WAY_OUT], 0);
}
