/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-quote-line.h"

#include "chat-message-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ChatQuoteLine
{
  GtkWidget parent_instance;

  GtkWidget *button; /* child */
  GtkLabel *label;   /* in it */
};

G_DEFINE_FINAL_TYPE (ChatQuoteLine, chat_quote_line, GTK_TYPE_WIDGET)

static void
chat_quote_line_dispose (GObject *object)
{
  g_clear_pointer (&CHAT_QUOTE_LINE (object)->button, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_quote_line_parent_class)->dispose (object);
}

static void
chat_quote_line_class_init (ChatQuoteLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_quote_line_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "quoteline");
}

static void
chat_quote_line_init (ChatQuoteLine *self)
{
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), GTK_WIDGET (self->label));
  gtk_button_set_has_frame (GTK_BUTTON (self->button), FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "message.show-answered");
  gtk_widget_set_tooltip_text (self->button, _ ("Show the Message"));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
chat_quote_line_new (void)
{
  return g_object_new (CHAT_TYPE_QUOTE_LINE, NULL);
}

/* Its name stands out from what it said. */
static void
set_text (ChatQuoteLine *self, const char *sender, const char *text)
{
  g_autofree char *line = chat_message_flatten (text);
  /* Translators: who said it, and what, in a quotation */
  g_autofree char *whole =
      sender != NULL ? g_strdup_printf (C_ ("quotation", "%s: %s"), sender, line) : g_strdup (line);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  const char *name = sender != NULL ? strstr (whole, sender) : NULL;

  bold->start_index = name != NULL ? (guint) (name - whole) : 0;
  bold->end_index = name != NULL ? bold->start_index + (guint) strlen (sender) : 0;
  pango_attr_list_insert (attributes, bold);
  gtk_label_set_attributes (self->label, attributes);
  gtk_label_set_text (self->label, whole);
}

void
chat_quote_line_set_reply (ChatQuoteLine *self, ChatMessage *reply)
{
  g_return_if_fail (CHAT_IS_QUOTE_LINE (self));
  g_return_if_fail (CHAT_IS_MESSAGE (reply));

  const char *sender = chat_message_get_reply_sender (reply);
  const char *text = chat_message_get_reply_text (reply);

  if (text == NULL)
    text = sender != NULL ? _ ("(taken back)") : _ ("(a message that is not on this computer)");
  set_text (self, sender, text);

  /* Translators: for screen readers; %s is who said it, and what */
  g_autofree char *spoken =
      g_strdup_printf (_ ("In reply to %s"), gtk_label_get_text (self->label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

const char *
chat_quote_line_get_text (ChatQuoteLine *self)
{
  g_return_val_if_fail (CHAT_IS_QUOTE_LINE (self), NULL);

  return gtk_label_get_text (self->label);
}
