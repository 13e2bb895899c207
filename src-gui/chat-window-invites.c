/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-addresses.h"
#include "chat-error.h"
#include "chat-invite-dialog.h"
#include "chat-invite-text.h"
#include "chat-key-dialog.h"
#include "chat-room-key.h"

#include <glib/gi18n.h>

/* --- inviting ------------------------------------------------------------------------------------
 */

static gboolean
is_loopback (const char *host)
{
  g_auto (GStrv) own = chat_addresses_of_this_computer ();

  return chat_addresses_is_local (host) && !g_strv_contains ((const char *const *) own, host);
}

static gboolean
is_shut_in (ChatWindow *self, ChatEndpoint *endpoint)
{
  if (chat_local_server_get_state (self->local_server) != CHAT_LOCAL_SERVER_RUNNING ||
      chat_local_server_is_for_network (self->local_server))
    return FALSE;

  g_autoptr (ChatEndpoint) own = chat_local_server_dup_endpoint (self->local_server);
  return chat_endpoint_get_tcp_port (own) == chat_endpoint_get_tcp_port (endpoint);
}

/* The address under which others reach the server; localhost is each computer itself.
 * @caution: (out) (nullable): why they may not
 *
 * Returns: (transfer full) */
static char *
choose_host (ChatWindow *self, ChatEndpoint *endpoint, const char **caution)
{
  const char *host = chat_endpoint_get_host (endpoint);
  g_auto (GStrv) own = chat_addresses_of_this_computer ();

  *caution = NULL;
  if (!is_loopback (host))
    return g_strdup (host);

  if (is_shut_in (self, endpoint))
    *caution = _ ("The server can be reached from this computer only. Stop it under “Servers and "
                  "Addresses” in the main menu, and start it again for others on the network.");
  else if (own[0] == NULL)
    *caution = _ ("This computer is in no network: nobody else can reach its server.");
  return g_strdup (own[0] != NULL ? own[0] : host);
}

void
chat_window_invite (ChatWindow *self, ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);

  if (session == NULL)
    return;

  ChatEndpoint *endpoint = chat_session_get_endpoint (session);
  const char *caution;
  g_autofree char *host = choose_host (self, endpoint, &caution);
  ChatInvite invite = {
    .host = host,
    .tcp_port = chat_endpoint_get_tcp_port (endpoint),
    .udp_port = chat_endpoint_get_udp_port (endpoint),
    .room = (char *) chat_room_get_name (room),
    .fingerprint = (char *) chat_session_get_fingerprint (session),
  };

  gtk_window_present (GTK_WINDOW (chat_invite_dialog_new (GTK_WINDOW (self), &invite, caution)));
}

/* --- what stops one ------------------------------------------------------------------------------
 */

static void
tell (GtkWindow *over, const char *heading, const char *body)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (over, heading, body));

  adw_message_dialog_add_response (dialog, "close", _ ("_Close"));
  adw_message_dialog_set_close_response (dialog, "close");
  adw_message_dialog_set_default_response (dialog, "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_keys (ChatWindow *self, GtkWindow *over, ChatEndpoint *endpoint, const char *key)
{
  const char *pin = chat_client_get_pin (self->client, endpoint);
  g_autofree char *address = chat_endpoint_to_string (endpoint);

  gtk_window_present (GTK_WINDOW (chat_key_dialog_new_for_invite (
      over, address, pin, key,
      pin == NULL ? chat_client_get_offered_key (self->client, endpoint) : NULL)));
}

gboolean
chat_window_stop_invite (
    ChatWindow *self, GtkWindow *over, ChatEndpoint *endpoint, const char *key, const GError *error)
{
  const char *pin = chat_client_get_pin (self->client, endpoint);

  if (key == NULL || g_strcmp0 (pin, key) == 0)
    return FALSE;
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED))
    show_keys (self, over, endpoint, key);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST) && pin == NULL)
    tell (
        over, _ ("The Encryption Is Missing"),
        _ ("The invite is for an encrypted server, and this one has no encryption. Somebody may be "
           "in between. Nothing was sent. Ask whoever invited you."));
  else
    return FALSE;
  return TRUE;
}

/* --- opening -------------------------------------------------------------------------------------
 */

static gboolean
contradicts_pin (ChatWindow *self, ChatEndpoint *endpoint, const ChatInvite *invite)
{
  const char *pin = chat_client_get_pin (self->client, endpoint);

  return pin != NULL && invite->fingerprint != NULL && !g_str_equal (pin, invite->fingerprint);
}

static void
follow (ChatWindow *self, const ChatInvite *invite)
{
  g_autoptr (ChatEndpoint) endpoint =
      chat_endpoint_new (invite->host, invite->tcp_port, invite->udp_port);
  ChatRoom *joined =
      chat_room_key_find_joined (chat_window_get_rooms (self), endpoint, invite->room);

  if (contradicts_pin (self, endpoint, invite))
    show_keys (self, GTK_WINDOW (self), endpoint, invite->fingerprint);
  else if (joined != NULL)
    chat_window_show_room (self, joined);
  else
    chat_window_ask_for_invited (self, invite);
}

void
chat_window_open_invite (ChatWindow *self, const char *link)
{
  ChatInviteProblem problem;
  g_autoptr (ChatInvite) invite = chat_invite_parse (link, -1, &problem);

  if (invite == NULL)
    tell (GTK_WINDOW (self), _ ("This Invite Cannot Be Used"), chat_invite_problem_text (problem));
  else
    follow (self, invite);
}
