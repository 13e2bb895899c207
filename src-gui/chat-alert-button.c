/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-alert-button.h"

#include <glib/gi18n.h>

struct _ChatAlertButton
{
  GtkWidget parent_instance;

  GtkWidget *button; /* child */
};

G_DEFINE_FINAL_TYPE (ChatAlertButton, chat_alert_button, GTK_TYPE_WIDGET)

typedef struct
{
  const char *icon;
  const char *name;
} Look;

static const Look looks[] = {
  [CHAT_ALERT_ALL] = { "alerts-all-symbolic", N_ ("Notifications: all messages") },
  [CHAT_ALERT_MENTIONS] = { "alerts-mentions-symbolic",
                            N_ ("Notifications: only mentions of you") },
  [CHAT_ALERT_NOTHING] = { "alerts-nothing-symbolic", N_ ("Notifications: none") },
};

static void
chat_alert_button_dispose (GObject *object)
{
  g_clear_pointer (&CHAT_ALERT_BUTTON (object)->button, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_alert_button_parent_class)->dispose (object);
}

static void
chat_alert_button_class_init (ChatAlertButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_alert_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
chat_alert_button_init (ChatAlertButton *self)
{
  g_autoptr (GMenuModel) menu = chat_alert_button_create_menu ();

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->button), menu);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  chat_alert_button_set_level (self, CHAT_ALERT_ALL);
}

void
chat_alert_button_set_level (ChatAlertButton *self, ChatAlertLevel level)
{
  g_return_if_fail (CHAT_IS_ALERT_BUTTON (self));
  g_return_if_fail (level < G_N_ELEMENTS (looks));

  const char *name = _ (looks[level].name);

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), looks[level].icon);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

GMenuModel *
chat_alert_button_create_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  /* Translators: what of a room one is notified of */
  g_menu_append (menu, C_ ("notify of", "_All Messages"), "room.alerts::all");
  g_menu_append (menu, C_ ("notify of", "Only _Mentions of You"), "room.alerts::mentions");
  g_menu_append (menu, C_ ("notify of", "N_othing"), "room.alerts::nothing");
  return G_MENU_MODEL (g_steal_pointer (&menu));
}
