/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-preferences-window.h"

#include "chat-name-row.h"
#include "chat-profile.h"
#include "chat-server-row.h"

struct _ChatPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GSettings *settings; /* owned */

  /* template children */
  ChatNameRow *user_row;
  ChatServerRow *server_row;
  GtkSwitch *notifications_switch;
  GtkSwitch *enter_switch;
  AdwComboRow *appearance_row;
};

G_DEFINE_FINAL_TYPE (ChatPreferencesWindow, chat_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
on_name_changed (ChatPreferencesWindow *self)
{
  g_autofree char *name = chat_name_row_dup_name (self->user_row);

  if (self->settings != NULL && name != NULL)
    g_settings_set_string (self->settings, "user-name", name);
}

static void
on_server_changed (ChatPreferencesWindow *self)
{
  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);

  if (self->settings == NULL || endpoint == NULL)
    return;

  g_autofree char *address = chat_endpoint_to_string (endpoint);
  g_settings_set_string (self->settings, "server", address);
}

static gboolean
get_appearance (GValue *value, GVariant *variant, gpointer data)
{
  GSettings *settings = data;

  g_value_set_uint (value, (guint) g_settings_get_enum (settings, "appearance"));
  return TRUE;
}

static GVariant *
set_appearance (const GValue *value, const GVariantType *type, gpointer data)
{
  static const char *const nicks[] = { "system", "light", "dark" };
  guint selected = g_value_get_uint (value);

  return selected < G_N_ELEMENTS (nicks) ? g_variant_new_string (nicks[selected]) : NULL;
}

static void
bind_settings (ChatPreferencesWindow *self)
{
  g_autofree char *name = chat_profile_dup_user_name (self->settings);
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-servers");

  chat_name_row_set_name (self->user_row, name);
  chat_server_row_set_address (self->server_row, server);
  chat_server_row_set_recent (self->server_row, (const char *const *) recent);
  g_settings_bind (self->settings, "notifications", self->notifications_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "enter-sends", self->enter_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (self->settings, "appearance", self->appearance_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, get_appearance, set_appearance,
                                self->settings, NULL);
}

static void
chat_preferences_window_dispose (GObject *object)
{
  g_clear_object (&CHAT_PREFERENCES_WINDOW (object)->settings);

  G_OBJECT_CLASS (chat_preferences_window_parent_class)->dispose (object);
}

static void
chat_preferences_window_class_init (ChatPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_preferences_window_dispose;

  g_type_ensure (CHAT_TYPE_NAME_ROW);
  g_type_ensure (CHAT_TYPE_SERVER_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/onlinechat/Messenger/chat-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, user_row);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, server_row);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, notifications_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, enter_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, appearance_row);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_server_changed);
}

static void
chat_preferences_window_init (ChatPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

ChatPreferencesWindow *
chat_preferences_window_new (GtkWindow *parent, GSettings *settings)
{
  ChatPreferencesWindow *self =
      g_object_new (CHAT_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  bind_settings (self);
  return self;
}
