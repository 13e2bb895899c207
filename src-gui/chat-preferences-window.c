/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-preferences-window.h"

#include "chat-autostart.h"
#include "chat-name-row.h"
#include "chat-port-row.h"
#include "chat-preferences-groups.h"
#include "chat-profile.h"
#include "chat-server-row.h"
#include "chat-spoken-names.h"
#include "chat-text.h"

struct _ChatPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GSettings *settings; /* owned */
  char *profile;       /* owned (nullable) */
  guint16 tcp_port;    /* the last valid one */

  /* template children */
  ChatNameRow *user_row;
  ChatServerRow *server_row;
  ChatPortRow *tcp_row;
  ChatPortRow *udp_row;
  GtkSwitch *notifications_switch;
  GtkSwitch *enter_switch;
  GtkSwitch *tell_typing_switch;
  GtkSwitch *show_typing_switch;
  GtkSwitch *format_switch;
  GtkSwitch *background_switch;
  GtkSwitch *autostart_switch;
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

/* --- the server: one setting in three rows -----------------------------------------------------
 */

/* Only whole: while a row holds nonsense, the last good server stays. */
static void
store_server (ChatPreferencesWindow *self)
{
  g_autoptr (ChatEndpoint) typed = chat_server_row_dup_endpoint (self->server_row);
  guint16 tcp_port = chat_port_row_get_port (self->tcp_row);
  guint16 udp_port = chat_port_row_get_port (self->udp_row);

  if (self->settings == NULL || typed == NULL || tcp_port == 0 || udp_port == 0)
    return;

  g_autoptr (ChatEndpoint) endpoint =
      chat_endpoint_new (chat_endpoint_get_host (typed), tcp_port, udp_port);
  g_autofree char *address = chat_endpoint_to_string (endpoint);
  g_settings_set_string (self->settings, "server", address);
}

/* The usual pair: who changes one means both. */
static void
on_tcp_port_changed (ChatPreferencesWindow *self)
{
  guint16 port = chat_port_row_get_port (self->tcp_row);

  if (port == 0)
    return;
  if (self->tcp_port != 0 && port < G_MAXUINT16 &&
      chat_port_row_get_port (self->udp_row) == self->tcp_port + 1)
    chat_port_row_set_port (self->udp_row, (guint16) (port + 1));
  self->tcp_port = port;
  store_server (self);
}

static void
show_ports (ChatPreferencesWindow *self, ChatEndpoint *endpoint)
{
  chat_port_row_set_port (self->tcp_row, chat_endpoint_get_tcp_port (endpoint));
  chat_port_row_set_port (self->udp_row, chat_endpoint_get_udp_port (endpoint));
}

static gboolean
says_ports (ChatPreferencesWindow *self, ChatEndpoint *endpoint)
{
  g_autofree char *text =
      g_strstrip (chat_text_narrow (gtk_editable_get_text (GTK_EDITABLE (self->server_row))));
  g_autofree char *bracketed = g_strdup_printf ("[%s]", chat_endpoint_get_host (endpoint));

  return g_ascii_strcasecmp (text, chat_endpoint_get_host (endpoint)) != 0 &&
         g_ascii_strcasecmp (text, bracketed) != 0;
}

/* An address as people hand it out has the port in it: "192.168.1.5:9000" */
static void
on_server_changed (ChatPreferencesWindow *self)
{
  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);

  if (endpoint != NULL && says_ports (self, endpoint))
    show_ports (self, endpoint);
  store_server (self);
}

/* Its ports have rows of their own. */
static void
show_host (ChatPreferencesWindow *self)
{
  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);

  if (endpoint != NULL && says_ports (self, endpoint))
    chat_server_row_set_address (self->server_row, chat_endpoint_get_host (endpoint));
}

static void
show_server (ChatPreferencesWindow *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-servers");

  chat_server_row_set_address (self->server_row, server);
  show_host (self);
  chat_server_row_set_recent (self->server_row, (const char *const *) recent);
}

/* --- without a window ---------------------------------------------------------------------------
 */

/* The file is what counts: where it cannot be written, the switch goes back. */
static void
on_autostart_toggled (ChatPreferencesWindow *self)
{
  const gboolean on = gtk_switch_get_active (self->autostart_switch);
  g_autoptr (GError) error = NULL;

  if (self->settings == NULL || on == chat_autostart_is_on (self->profile) ||
      chat_autostart_set (self->profile, on, &error))
    return;

  g_autofree char *markup = g_markup_escape_text (error->message, -1);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (markup));
  gtk_switch_set_active (self->autostart_switch, !on);
}

/* Who ends the app with its window does not want it at login either. */
static void
on_background_changed (ChatPreferencesWindow *self)
{
  if (!gtk_switch_get_active (self->background_switch))
    gtk_switch_set_active (self->autostart_switch, FALSE);
}

static void
show_background (ChatPreferencesWindow *self)
{
  gtk_switch_set_active (self->autostart_switch, chat_autostart_is_on (self->profile));
  g_settings_bind (self->settings, "run-in-background", self->background_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_swapped (self->background_switch, "notify::active",
                            G_CALLBACK (on_background_changed), self);
}

/* --- the rest ----------------------------------------------------------------------------------
 */

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

  chat_name_row_set_name (self->user_row, name);
  show_server (self);
  show_background (self);
  g_settings_bind (self->settings, "notifications", self->notifications_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "format-messages", self->format_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "tell-typing", self->tell_typing_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "show-typing", self->show_typing_switch, "active",
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
chat_preferences_window_finalize (GObject *object)
{
  g_free (CHAT_PREFERENCES_WINDOW (object)->profile);

  G_OBJECT_CLASS (chat_preferences_window_parent_class)->finalize (object);
}

static void
chat_preferences_window_class_init (ChatPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_preferences_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_preferences_window_finalize;

  g_type_ensure (CHAT_TYPE_NAME_ROW);
  g_type_ensure (CHAT_TYPE_PORT_ROW);
  g_type_ensure (CHAT_TYPE_SERVER_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/onlinechat/Messenger/chat-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, user_row);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, server_row);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, tcp_row);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, udp_row);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, notifications_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, enter_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, tell_typing_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, show_typing_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, format_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, background_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, autostart_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, appearance_row);
  gtk_widget_class_bind_template_callback (widget_class, on_autostart_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_server_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_tcp_port_changed);
  gtk_widget_class_bind_template_callback (widget_class, store_server);
  gtk_widget_class_bind_template_callback (widget_class, show_host);
}

static void
chat_preferences_window_init (ChatPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
  chat_preferences_groups_let_go (ADW_PREFERENCES_WINDOW (self));
}

ChatPreferencesWindow *
chat_preferences_window_new (GtkWindow *parent, GSettings *settings, const char *profile)
{
  ChatPreferencesWindow *self =
      g_object_new (CHAT_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  self->profile = g_strdup (profile);
  bind_settings (self);
  return self;
}
