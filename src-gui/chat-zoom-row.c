/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-zoom-row.h"

#include <glib/gi18n.h>

struct _ChatZoomRow
{
  GtkWidget parent_instance;

  GtkLabel *percent;
};

G_DEFINE_FINAL_TYPE (ChatZoomRow, chat_zoom_row, GTK_TYPE_WIDGET)

static GtkWidget *
add_button (ChatZoomRow *self, GtkWidget *child, const char *action, const char *name)
{
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), child);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

static gboolean
get_percent (GValue *value, GVariant *variant, gpointer data)
{
  /* Translators: how large text is; %d is a number */
  g_value_take_string (value, g_strdup_printf (_ ("%d %%"), g_variant_get_int32 (variant)));
  return TRUE;
}

static void
chat_zoom_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_zoom_row_parent_class)->dispose (object);
}

static void
chat_zoom_row_class_init (ChatZoomRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_zoom_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
chat_zoom_row_init (ChatZoomRow *self)
{
  GtkWidget *percent = gtk_label_new (NULL);

  self->percent = GTK_LABEL (percent);
  gtk_label_set_width_chars (self->percent, 6);
  gtk_widget_add_css_class (percent, "numeric");
  add_button (self, gtk_image_new_from_icon_name ("zoom-out-symbolic"), "app.zoom-out",
              _ ("Smaller Text"));
  gtk_widget_set_hexpand (add_button (self, percent, "app.zoom-reset", _ ("Normal Text Size")),
                          TRUE);
  add_button (self, gtk_image_new_from_icon_name ("zoom-in-symbolic"), "app.zoom-in",
              _ ("Larger Text"));
}

void
chat_zoom_row_add (GtkMenuButton *button, GSettings *settings)
{
  ChatZoomRow *self = g_object_new (CHAT_TYPE_ZOOM_ROW, NULL);
  GtkPopover *popover = gtk_menu_button_get_popover (button);

  g_settings_bind_with_mapping (settings, "text-zoom", self->percent, "label", G_SETTINGS_BIND_GET,
                                get_percent, NULL, NULL, NULL);
  gtk_popover_menu_add_child (GTK_POPOVER_MENU (popover), GTK_WIDGET (self), "zoom");
}
