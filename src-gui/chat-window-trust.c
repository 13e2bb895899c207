/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-addresses.h"
#include "chat-error.h"
#include "chat-key-dialog.h"
#include "chat-lock.h"
#include "chat-server-details.h"

#include <glib/gi18n.h>

#define GREETING_S 12

/* Something that waits for a person's decision about a server. */
typedef struct
{
  ChatWindow *window;     /* owned */
  ChatEndpoint *endpoint; /* owned */
  ChatConfirmed retry;    /* (nullable) */
  gpointer data;
  GDestroyNotify destroy; /* (nullable) */
} Decision;

static Decision *
decision_new (ChatWindow *window, ChatEndpoint *endpoint)
{
  Decision *decision = g_new0 (Decision, 1);

  decision->window = g_object_ref (window);
  decision->endpoint = g_object_ref (endpoint);
  return decision;
}

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  if (decision->destroy != NULL)
    decision->destroy (decision->data);
  g_object_unref (decision->window);
  g_object_unref (decision->endpoint);
  g_free (decision);
}

static void
decision_free_closure (gpointer data, GClosure *closure)
{
  decision_free (data);
}

static void
go_on (Decision *decision)
{
  if (decision->retry != NULL)
    decision->retry (decision->data);
}

static ChatSession *
find_session (ChatWindow *self, const char *address)
{
  GListModel *sessions = chat_client_get_sessions (self->client);

  for (guint i = 0; i < g_list_model_get_n_items (sessions); i++)
    {
      g_autoptr (ChatSession) session = g_list_model_get_item (sessions, i);
      g_autofree char *other = chat_endpoint_to_string (chat_session_get_endpoint (session));
      if (g_str_equal (address, other))
        return session; /* the model holds it */
    }

  return NULL;
}

/* --- no encryption -------------------------------------------------------------------------------
 */

static void
on_plain_allowed (gpointer data)
{
  Decision *decision = data;

  if (chat_client_allow_plain (decision->window->client, decision->endpoint))
    go_on (decision);
  else
    chat_window_toast (decision->window, _ ("This could not be remembered. Nothing was sent."));
}

static void
ask_plain (GtkWindow *over, Decision *decision)
{
  g_autofree char *address = chat_endpoint_to_string (decision->endpoint);
  /* Translators: %s is the address of a server */
  g_autofree char *body = g_strdup_printf (
      _ ("The server %s has no encryption. Whoever can watch the network can read names, rooms and "
         "all that is written, and can write in your name."),
      address);

  chat_confirm (over, _ ("Go On without Encryption?"), body, NULL, _ ("_Go On Unencrypted"),
                on_plain_allowed, decision, decision_free);
}

/* --- another key ---------------------------------------------------------------------------------
 */

static void
on_key_accepted (ChatKeyDialog *dialog, const char *key, Decision *decision)
{
  if (chat_client_accept_key (decision->window->client, decision->endpoint, key))
    go_on (decision);
  else
    chat_window_toast (decision->window, _ ("The new key could not be saved."));
}

static void
show_keys (GtkWindow *over, Decision *decision)
{
  ChatClient *client = decision->window->client;
  g_autofree char *address = chat_endpoint_to_string (decision->endpoint);
  ChatKeyDialog *dialog =
      chat_key_dialog_new (over, address, chat_client_get_pin (client, decision->endpoint),
                           chat_client_get_offered_key (client, decision->endpoint));

  g_signal_connect_data (dialog, "accepted", G_CALLBACK (on_key_accepted), decision,
                         decision_free_closure, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- a server ------------------------------------------------------------------------------------
 */

static void
on_forget_confirmed (gpointer data)
{
  Decision *decision = data;
  g_autofree char *address = chat_endpoint_to_string (decision->endpoint);
  ChatSession *session = find_session (decision->window, address);

  chat_client_forget_pin (decision->window->client, decision->endpoint);
  chat_window_toast (decision->window, _ ("The key was forgotten"));
  if (session != NULL)
    chat_session_retry (session);
  go_on (decision); /* closes the details */
}

static void
on_forget_requested (ChatServerDetails *details, Decision *shown)
{
  Decision *decision = decision_new (shown->window, shown->endpoint);
  g_autofree char *address = chat_endpoint_to_string (shown->endpoint);
  /* Translators: %s is the address of a server */
  g_autofree char *heading = g_strdup_printf (_ ("Forget the Key of %s?"), address);

  decision->retry = (ChatConfirmed) gtk_window_destroy;
  decision->data = g_object_ref (details);
  decision->destroy = g_object_unref;
  chat_confirm (GTK_WINDOW (details), heading,
                _ ("The next connection takes whatever the server shows then, another key or none. "
                   "Only do this when you know that the server was set up anew."),
                NULL, _ ("_Forget"), on_forget_confirmed, decision, decision_free);
}

static void
on_compared (ChatServerDetails *details, Decision *shown)
{
  g_autofree char *address = chat_endpoint_to_string (shown->endpoint);
  ChatSession *session = find_session (shown->window, address);

  if (session != NULL)
    chat_session_confirm_fingerprint (session);
}

static void
on_keys_requested (ChatServerDetails *details, Decision *shown)
{
  Decision *decision = decision_new (shown->window, shown->endpoint);

  decision->retry = (ChatConfirmed) gtk_window_destroy;
  decision->data = g_object_ref (details);
  decision->destroy = g_object_unref;
  show_keys (GTK_WINDOW (details), decision);
}

static void
show_details (ChatWindow *self, GtkWindow *over, ChatEndpoint *endpoint, const GError *stop)
{
  g_autofree char *address = chat_endpoint_to_string (endpoint);
  ChatServerDetails *details =
      chat_server_details_new (over, endpoint, find_session (self, address));
  Decision *shown = decision_new (self, endpoint);

  chat_server_details_set_pin (details, chat_client_get_pin (self->client, endpoint));
  chat_server_details_set_stop (details, stop);
  g_object_set_data_full (G_OBJECT (details), "chat-decision", shown, decision_free);
  g_signal_connect (details, "compared", G_CALLBACK (on_compared), shown);
  g_signal_connect (details, "keys-requested", G_CALLBACK (on_keys_requested), shown);
  g_signal_connect (details, "forget-requested", G_CALLBACK (on_forget_requested), shown);
  gtk_window_present (GTK_WINDOW (details));
}

void
chat_window_show_server (ChatWindow *self, const char *address)
{
  ChatSession *session = find_session (self, address);
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_parse (address, NULL);

  if (session != NULL && chat_lock_of (session) == CHAT_LOCK_STOPPED &&
      g_error_matches (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_KEY_CHANGED))
    show_keys (GTK_WINDOW (self), decision_new (self, chat_session_get_endpoint (session)));
  else if (endpoint != NULL)
    show_details (self, GTK_WINDOW (self), endpoint, NULL);
}

/* --- no encryption where there was ---------------------------------------------------------------
 */

static void
on_lost_response (AdwMessageDialog *dialog, const char *response, Decision *decision)
{
  g_autoptr (GError) stop = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST, "");

  if (g_str_equal (response, "server"))
    show_details (decision->window, GTK_WINDOW (decision->window), decision->endpoint, stop);
}

/* A stop without a way on: only the server's details, where one can forget its key. */
static void
tell_lost (GtkWindow *over, Decision *decision)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
      over, _ ("The Encryption Is Missing"),
      _ ("This server was encrypted before, and now it is not. Somebody may be in between. Nothing "
         "was sent. Ask whoever runs the server.")));

  adw_message_dialog_add_responses (dialog, "close", _ ("_Close"), "server",
                                    _ ("Show the _Server…"), NULL);
  adw_message_dialog_set_close_response (dialog, "close");
  adw_message_dialog_set_default_response (dialog, "close");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_lost_response), decision,
                         decision_free_closure, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- asking --------------------------------------------------------------------------------------
 */

gboolean
chat_window_ask_trust (ChatWindow *self,
                       GtkWindow *over,
                       ChatEndpoint *endpoint,
                       const GError *error,
                       ChatConfirmed retry,
                       gpointer data,
                       GDestroyNotify destroy)
{
  Decision *decision = decision_new (self, endpoint);

  decision->retry = retry;
  decision->data = data;
  decision->destroy = destroy;
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_ENCRYPTED))
    ask_plain (over, decision);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED))
    show_keys (over, decision);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST))
    tell_lost (over, decision);
  else
    {
      decision_free (decision);
      return FALSE;
    }
  return TRUE;
}

/* --- first contact -------------------------------------------------------------------------------
 */

static gboolean
is_own_server (ChatWindow *self, ChatEndpoint *endpoint)
{
  if (chat_local_server_get_state (self->local_server) != CHAT_LOCAL_SERVER_RUNNING)
    return FALSE;

  g_autoptr (ChatEndpoint) own = chat_local_server_dup_endpoint (self->local_server);
  return chat_addresses_is_local (chat_endpoint_get_host (endpoint)) &&
         chat_endpoint_get_tcp_port (endpoint) == chat_endpoint_get_tcp_port (own);
}

static void
tell_remembered (ChatWindow *self, const char *address)
{
  AdwToast *toast = adw_toast_new (_ ("The key of this server was remembered"));

  /* Translators: a button that shows a server's details */
  adw_toast_set_button_label (toast, _ ("_Show It"));
  adw_toast_set_action_name (toast, "win.show-server");
  adw_toast_set_action_target (toast, "s", address);
  adw_toast_set_timeout (toast, GREETING_S);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
chat_window_greet_server (ChatWindow *self, ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);
  ChatEndpoint *endpoint = session != NULL ? chat_session_get_endpoint (session) : NULL;

  if (session == NULL || !chat_session_is_first_contact (session) ||
      g_object_get_data (G_OBJECT (session), "chat-greeted") != NULL)
    return;
  g_object_set_data (G_OBJECT (session), "chat-greeted", session);
  /* Nobody is between two programs on one computer. */
  if (is_own_server (self, endpoint))
    chat_session_confirm_fingerprint (session);
  else if (!chat_addresses_is_local (chat_endpoint_get_host (endpoint)))
    {
      g_autofree char *address = chat_endpoint_to_string (endpoint);

      tell_remembered (self, address);
    }
}
