/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-addresses.h"
#include "chat-confirm.h"
#include "chat-profile.h"
#include "chat-room-info.h"

#include <glib/gi18n.h>

/* --- what the page shows -----------------------------------------------------------------------
 */

static ChatReach
get_reach (ChatWindow *self)
{
  g_auto (GStrv) hosts = chat_addresses_of_this_computer ();

  if (!chat_local_server_is_for_network (self->local_server))
    return CHAT_REACH_THIS_COMPUTER;
  return hosts[0] != NULL ? CHAT_REACH_NETWORK : CHAT_REACH_NO_NETWORK;
}

static void
show_local (ChatWindow *self)
{
  g_auto (GStrv) addresses = NULL;

  if (chat_local_server_get_state (self->local_server) == CHAT_LOCAL_SERVER_RUNNING)
    addresses = chat_local_server_list_addresses (self->local_server);
  chat_welcome_page_show_local (self->welcome, (const char *const *) addresses, get_reach (self));
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;

  chat_local_server_refresh_finish (CHAT_LOCAL_SERVER (source), result);
  if (chat_window_is_open (self))
    show_local (self);
}

/* Not before it is wanted: nearly every start does without. */
static void
need_welcome (ChatWindow *self)
{
  if (self->welcome != NULL)
    return;
  self->welcome = g_object_new (CHAT_TYPE_WELCOME_PAGE, NULL);
  chat_welcome_page_set_found (self->welcome, chat_discovery_get_servers (self->discovery));
  gtk_stack_add_named (self->main_stack, GTK_WIDGET (self->welcome), "welcome");
  chat_window_connect_welcome (self);
}

void
chat_window_show_welcome (ChatWindow *self)
{
  g_autofree char *user = chat_profile_dup_user_name (self->settings);
  g_autofree char *address = g_settings_get_string (self->settings, "server");
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-servers");

  need_welcome (self);
  chat_welcome_page_fill (self->welcome, user, address, (const char *const *) recent);
  chat_welcome_page_set_first_start (self->welcome,
                                     !g_settings_get_boolean (self->settings, "set-up"));
  show_local (self);
  gtk_stack_set_visible_child_name (self->main_stack, "welcome");
  gtk_widget_grab_focus (GTK_WIDGET (self->welcome));
  chat_local_server_refresh_async (self->local_server, self->cancellable, on_refreshed,
                                   g_object_ref (self));
}

static void
remember_user (ChatWindow *self)
{
  g_autofree char *user = chat_welcome_page_dup_user (self->welcome);

  if (user != NULL)
    g_settings_set_string (self->settings, "user-name", user);
}

static void
on_done (ChatWindow *self)
{
  remember_user (self);
  g_settings_set_boolean (self->settings, "set-up", TRUE);
  gtk_stack_set_visible_child_name (self->main_stack, "rooms");
}

/* --- a server elsewhere ------------------------------------------------------------------------
 */

static void
use_server (ChatWindow *self, ChatEndpoint *endpoint)
{
  g_autofree char *address = chat_endpoint_to_string (endpoint);

  chat_profile_remember_server (self->settings, address);
  on_done (self);
}

typedef struct
{
  ChatWindow *window;     /* owned */
  ChatEndpoint *endpoint; /* owned */
} Asked;

static Asked *
asked_new (ChatWindow *window, ChatEndpoint *endpoint)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->window = g_object_ref (window);
  asked->endpoint = g_object_ref (endpoint);
  return asked;
}

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->window);
  g_object_unref (asked->endpoint);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static void on_connect_requested (ChatWindow *self, ChatEndpoint *endpoint);

static void
ask_again (gpointer data)
{
  Asked *asked = data;

  on_connect_requested (asked->window, asked->endpoint);
}

static void
refuse_server (Asked *asked, const GError *error)
{
  chat_welcome_page_refuse_server (asked->window->welcome, error);
  chat_window_ask_trust (asked->window, GTK_WINDOW (asked->window), asked->endpoint, error,
                         ask_again, asked_new (asked->window, asked->endpoint),
                         (GDestroyNotify) asked_free);
}

static void
on_server_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asked) asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &error);

  if (!chat_window_is_open (asked->window))
    return;

  chat_welcome_page_set_busy (asked->window->welcome, FALSE);
  if (rooms == NULL)
    refuse_server (asked, error);
  else
    use_server (asked->window, asked->endpoint);
}

static void
on_connect_requested (ChatWindow *self, ChatEndpoint *endpoint)
{
  Asked *asked = asked_new (self, endpoint);

  chat_welcome_page_set_busy (self->welcome, TRUE);
  chat_client_expect_key (self->client, endpoint, NULL, NULL);
  chat_client_list_rooms_async (self->client, endpoint, self->cancellable, on_server_asked, asked);
}

/* --- the server on this computer ---------------------------------------------------------------
 */

static void
refuse_start (ChatWindow *self, const GError *error)
{
  gboolean runs = chat_local_server_get_state (self->local_server) == CHAT_LOCAL_SERVER_RUNNING;

  show_local (self);
  if (runs)
    chat_window_toast (self, error->message);
  else
    chat_welcome_page_refuse_start (self->welcome, error);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;
  g_autoptr (GError) error = NULL;
  ChatLocalServer *server = CHAT_LOCAL_SERVER (source);
  gboolean started = chat_local_server_start_finish (server, result, &error);

  if (!chat_window_is_open (self))
    return;

  chat_welcome_page_set_busy (self->welcome, FALSE);
  if (!started)
    {
      refuse_start (self, error);
      return;
    }

  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (server);
  g_autofree char *address = chat_endpoint_to_string (endpoint);
  chat_profile_remember_server (self->settings, address);
  remember_user (self);
  show_local (self);
}

static void
on_start_requested (ChatWindow *self, gboolean for_network, gboolean any_port)
{
  ChatLocalServerFlags flags = (for_network ? CHAT_LOCAL_SERVER_ANY_ADDRESS : 0) |
                               (any_port ? CHAT_LOCAL_SERVER_ANY_PORT : 0);

  if (chat_local_server_get_state (self->local_server) != CHAT_LOCAL_SERVER_STOPPED)
    return;

  chat_welcome_page_set_busy (self->welcome, TRUE);
  chat_local_server_start_async (self->local_server, flags, NULL, on_started, g_object_ref (self));
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;
  g_autoptr (GError) error = NULL;
  gboolean stopped = chat_local_server_stop_finish (CHAT_LOCAL_SERVER (source), result, &error);

  if (!chat_window_is_open (self))
    return;

  chat_welcome_page_set_busy (self->welcome, FALSE);
  show_local (self);
  if (!stopped)
    chat_window_toast (self, error->message);
}

static void
stop_now (gpointer data)
{
  ChatWindow *self = data;

  if (chat_local_server_get_state (self->local_server) != CHAT_LOCAL_SERVER_RUNNING)
    return;

  chat_welcome_page_set_busy (self->welcome, TRUE);
  chat_local_server_stop_async (self->local_server, NULL, on_stopped, g_object_ref (self));
}

static GStrv
dup_names (GListModel *rooms)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; rooms != NULL && i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoomInfo) info = g_list_model_get_item (rooms, i);
      g_strv_builder_add (names, chat_room_info_get_name (info));
    }

  return g_strv_builder_end (names);
}

static void
on_rooms_to_end (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) self = data;
  g_autoptr (GListModel) rooms = chat_client_list_rooms_finish (CHAT_CLIENT (source), result, NULL);
  g_auto (GStrv) names = dup_names (rooms);

  if (!chat_window_is_open (self))
    return;

  chat_welcome_page_set_busy (self->welcome, FALSE);
  chat_confirm (GTK_WINDOW (self), _ ("Stop the Server?"),
                names[0] != NULL ? _ ("These rooms end, and everybody in them is sent away:")
                                 : _ ("There are no rooms on it."),
                (const char *const *) names, _ ("_Stop Server"), stop_now, g_object_ref (self),
                g_object_unref);
}

static void
on_stop_requested (ChatWindow *self)
{
  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (self->local_server);

  chat_welcome_page_set_busy (self->welcome, TRUE);
  chat_client_list_rooms_async (self->client, endpoint, self->cancellable, on_rooms_to_end,
                                g_object_ref (self));
}

void
chat_window_connect_welcome (ChatWindow *self)
{
  g_signal_connect_swapped (self->welcome, "connect-requested", G_CALLBACK (on_connect_requested),
                            self);
  g_signal_connect_swapped (self->welcome, "connect-anyway-requested", G_CALLBACK (use_server),
                            self);
  g_signal_connect_swapped (self->welcome, "start-requested", G_CALLBACK (on_start_requested),
                            self);
  g_signal_connect_swapped (self->welcome, "stop-requested", G_CALLBACK (on_stop_requested), self);
  g_signal_connect_swapped (self->welcome, "done", G_CALLBACK (on_done), self);
}
