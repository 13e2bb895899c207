/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-day-line.h"

struct _ChatDayLine
{
  GtkWidget parent_instance;

  GtkWidget *label; /* child */
};

G_DEFINE_FINAL_TYPE (ChatDayLine, chat_day_line, GTK_TYPE_WIDGET)

static void
chat_day_line_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_day_line_parent_class)->dispose (object);
}

static void
chat_day_line_class_init (ChatDayLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_day_line_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "dayline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEPARATOR);
}

static void
add_rule (ChatDayLine *self)
{
  GtkWidget *rule = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

  gtk_widget_set_hexpand (rule, TRUE);
  gtk_widget_set_valign (rule, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (rule, GTK_WIDGET (self));
}

static void
chat_day_line_init (ChatDayLine *self)
{
  add_rule (self);
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  add_rule (self);
}

GtkWidget *
chat_day_line_new (void)
{
  return g_object_new (CHAT_TYPE_DAY_LINE, NULL);
}

void
chat_day_line_set_text (ChatDayLine *self, const char *text)
{
  g_return_if_fail (CHAT_IS_DAY_LINE (self));

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

const char *
chat_day_line_get_text (ChatDayLine *self)
{
  g_return_val_if_fail (CHAT_IS_DAY_LINE (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->label));
}
