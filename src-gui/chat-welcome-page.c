/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-welcome-page.h"

#include "chat-error-text.h"
#include "chat-local-server.h"
#include "chat-name-row.h"
#include "chat-server-row.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

struct _ChatWelcomePage
{
  GtkWidget parent_instance;

  gboolean first_start;
  gboolean running;     /* the server on this computer */
  int start_error;      /* a #ChatLocalServerError, -1: none */
  GPtrArray *addresses; /* of the rows in local_group; borrowed from it */

  /* template children */
  AdwWindowTitle *bar_title;
  GtkWidget *back_button;
  GtkSpinner *spinner;
  GtkWidget *form;
  GtkWidget *greeting;
  ChatNameRow *user_row;
  ChatServerRow *server_row;
  GtkWidget *connect_group;
  GtkWidget *connect_button;
  GtkWidget *start_group;
  GtkCheckButton *local_check;
  GtkCheckButton *network_check;
  ChatFieldHint *start_hint;
  GtkWidget *start_button;
  AdwPreferencesGroup *local_group;
  GtkWidget *done_button;
};

G_DEFINE_FINAL_TYPE (ChatWelcomePage, chat_welcome_page, GTK_TYPE_WIDGET)

enum
{
  CONNECT_REQUESTED,
  CONNECT_ANYWAY_REQUESTED,
  START_REQUESTED,
  STOP_REQUESTED,
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
update (ChatWelcomePage *self)
{
  gboolean named = chat_name_row_is_valid (self->user_row);

  gtk_widget_set_sensitive (self->connect_button,
                            named && chat_server_row_is_valid (self->server_row));
  gtk_widget_set_sensitive (self->start_button, named);
  gtk_widget_set_sensitive (self->done_button, named);
  gtk_widget_set_visible (self->greeting, self->first_start);
  gtk_widget_set_visible (self->back_button, !self->first_start);
  /* Whoever has just started one is connected to it. */
  gtk_widget_set_visible (self->connect_group, !(self->first_start && self->running));
  gtk_widget_set_visible (self->start_group, !self->running);
  gtk_widget_set_visible (GTK_WIDGET (self->local_group), self->running);
  gtk_widget_set_visible (self->done_button, self->first_start && self->running);
  adw_window_title_set_title (self->bar_title,
                              self->first_start ? "" : _ ("Servers and Addresses"));
}

/* --- what people do ----------------------------------------------------------------------------
 */

static void
request_connection (ChatWelcomePage *self, guint signal)
{
  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);

  if (endpoint == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->server_row));
  else if (!chat_name_row_is_valid (self->user_row))
    gtk_widget_grab_focus (GTK_WIDGET (self->user_row));
  else
    g_signal_emit (self, signal, 0, endpoint);
}

static void
on_connect_clicked (ChatWelcomePage *self)
{
  request_connection (self, signals[CONNECT_REQUESTED]);
}

static void
on_connect_anyway (ChatWelcomePage *self)
{
  request_connection (self, signals[CONNECT_ANYWAY_REQUESTED]);
}

static void
request_start (ChatWelcomePage *self, gboolean any_port)
{
  self->start_error = -1;
  chat_field_hint_say (self->start_hint, NULL, NULL);
  g_signal_emit (self, signals[START_REQUESTED], 0,
                 gtk_check_button_get_active (self->network_check), any_port);
}

static void
on_start_clicked (ChatWelcomePage *self)
{
  request_start (self, FALSE);
}

static void
on_start_way_out (ChatWelcomePage *self)
{
  if (self->start_error == CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE)
    {
      request_start (self, TRUE);
      return;
    }

  chat_field_hint_say (self->start_hint, NULL, NULL);
  chat_server_row_set_address (self->server_row, "localhost:8888");
  on_connect_clicked (self);
}

static void
on_stop_clicked (ChatWelcomePage *self)
{
  g_signal_emit (self, signals[STOP_REQUESTED], 0);
}

static void
on_done_clicked (ChatWelcomePage *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

/* --- addresses ---------------------------------------------------------------------------------
 */

static void
on_copy_clicked (GtkButton *button, ChatWelcomePage *self)
{
  AdwPreferencesRow *row =
      ADW_PREFERENCES_ROW (gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_PREFERENCES_ROW));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          adw_preferences_row_get_title (row));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say-copied", NULL);
}

static void
append_address (ChatWelcomePage *self, const char *address)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), address);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "numeric");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Copy"));
  g_signal_connect (button, "clicked", G_CALLBACK (on_copy_clicked), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  chat_spoken_names_give (button);
  adw_preferences_group_add (self->local_group, row);
  g_ptr_array_add (self->addresses, row);
}

static void
clear_addresses (ChatWelcomePage *self)
{
  for (guint i = 0; i < self->addresses->len; i++)
    adw_preferences_group_remove (self->local_group, g_ptr_array_index (self->addresses, i));
  g_ptr_array_set_size (self->addresses, 0);
}

/* --- class -------------------------------------------------------------------------------------
 */

static gboolean
chat_welcome_page_grab_focus (GtkWidget *widget)
{
  ChatWelcomePage *self = CHAT_WELCOME_PAGE (widget);

  return gtk_widget_grab_focus (chat_name_row_is_valid (self->user_row)
                                    ? GTK_WIDGET (self->server_row)
                                    : GTK_WIDGET (self->user_row));
}

static void
chat_welcome_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_welcome_page_parent_class)->map (widget);
  gtk_widget_grab_focus (widget);
}

static void
chat_welcome_page_dispose (GObject *object)
{
  GtkWidget *box = gtk_widget_get_first_child (GTK_WIDGET (object));

  /* Clears the template children, but leaves the outermost one where it is. */
  gtk_widget_dispose_template (GTK_WIDGET (object), CHAT_TYPE_WELCOME_PAGE);
  g_clear_pointer (&box, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_welcome_page_parent_class)->dispose (object);
}

static void
chat_welcome_page_finalize (GObject *object)
{
  g_ptr_array_unref (CHAT_WELCOME_PAGE (object)->addresses);

  G_OBJECT_CLASS (chat_welcome_page_parent_class)->finalize (object);
}

static void
install_signals (GType type)
{
  signals[CONNECT_REQUESTED] = g_signal_new ("connect-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_ENDPOINT);
  signals[CONNECT_ANYWAY_REQUESTED] =
      g_signal_new ("connect-anyway-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, CHAT_TYPE_ENDPOINT);
  signals[START_REQUESTED] =
      g_signal_new ("start-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                    G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  signals[STOP_REQUESTED] =
      g_signal_new ("stop-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] =
      g_signal_new ("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, bar_title);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, back_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, form);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, greeting);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, user_row);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, server_row);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, connect_group);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, start_group);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, local_check);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, network_check);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, start_hint);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, start_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, local_group);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcomePage, done_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, on_connect_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_connect_anyway);
  gtk_widget_class_bind_template_callback (widget_class, on_start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_start_way_out);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_done_clicked);
}

static void
chat_welcome_page_class_init (ChatWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_welcome_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_welcome_page_finalize;
  widget_class->grab_focus = chat_welcome_page_grab_focus;
  widget_class->map = chat_welcome_page_map;

  install_signals (G_TYPE_FROM_CLASS (klass));
  g_type_ensure (CHAT_TYPE_NAME_ROW);
  g_type_ensure (CHAT_TYPE_SERVER_ROW);
  bind_template (widget_class);
}

static void
chat_welcome_page_init (ChatWelcomePage *self)
{
  self->first_start = TRUE;
  self->start_error = -1;
  self->addresses = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
  update (self);
}

void
chat_welcome_page_fill (ChatWelcomePage *self,
                        const char *user,
                        const char *address,
                        const char *const *recent)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));

  chat_name_row_set_name (self->user_row, user);
  chat_server_row_set_address (self->server_row, address);
  chat_server_row_set_recent (self->server_row, recent);
}

void
chat_welcome_page_set_found (ChatWelcomePage *self, GListModel *servers)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));

  chat_server_row_set_found (self->server_row, servers);
}

void
chat_welcome_page_set_first_start (ChatWelcomePage *self, gboolean first_start)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));

  self->first_start = first_start;
  update (self);
}

char *
chat_welcome_page_dup_user (ChatWelcomePage *self)
{
  g_return_val_if_fail (CHAT_IS_WELCOME_PAGE (self), NULL);

  return chat_name_row_dup_name (self->user_row);
}

void
chat_welcome_page_set_busy (ChatWelcomePage *self, gboolean busy)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));

  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_sensitive (self->form, !busy);
}

void
chat_welcome_page_refuse_server (ChatWelcomePage *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));
  g_return_if_fail (error != NULL);

  g_autofree char *reason = chat_error_text (error);
  chat_server_row_refuse (self->server_row, reason, _ ("Use It Anyway"));
}

void
chat_welcome_page_refuse_start (ChatWelcomePage *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));
  g_return_if_fail (error != NULL);

  const char *way_out = NULL;

  self->start_error = error->domain == CHAT_LOCAL_SERVER_ERROR ? error->code : -1;
  if (self->start_error == CHAT_LOCAL_SERVER_ERROR_ALREADY_RUNNING)
    way_out = _ ("Connect to It");
  else if (self->start_error == CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE)
    way_out = _ ("Use Another Port");
  chat_field_hint_say (self->start_hint, error->message, way_out);
}

static const char *
describe_reach (ChatReach reach)
{
  switch (reach)
    {
    case CHAT_REACH_NETWORK:
      return _ ("It is running. Give one of these addresses to others on this network; whoever is "
                "on it can read the messages.");
    case CHAT_REACH_NO_NETWORK:
      return _ ("It is running, but this computer is not on a network now. Once it is, open this "
                "page again for the address to give to others.");
    default:
      return _ ("It is running, for this computer only.");
    }
}

void
chat_welcome_page_show_local (ChatWelcomePage *self, const char *const *addresses, ChatReach reach)
{
  g_return_if_fail (CHAT_IS_WELCOME_PAGE (self));

  clear_addresses (self);
  self->running = addresses != NULL;
  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    append_address (self, addresses[i]);
  adw_preferences_group_set_description (self->local_group, describe_reach (reach));
  chat_field_hint_say (self->start_hint, NULL, NULL);
  update (self);
}
