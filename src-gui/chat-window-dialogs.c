/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-addresses.h"
#include "chat-profile.h"
#include "chat-room-key.h"

/* One dialog's conversation with the server. The dialog may be gone before the answer. */
typedef struct
{
  ChatWindow *window; /* owned */
  GWeakRef dialog;
  GCancellable *cancellable; /* owned: of what is being asked */
  ChatEndpoint *endpoint;    /* owned */
  char *user;                /* owned (nullable) */
  char *invited_key;         /* owned (nullable): the server's, as an invite has it */
} Request;

static Request *
request_new (ChatWindow *window, gpointer dialog, ChatEndpoint *endpoint, const char *user)
{
  Request *request = g_new0 (Request, 1);

  request->window = g_object_ref (window);
  g_weak_ref_init (&request->dialog, dialog);
  request->cancellable = g_cancellable_new ();
  request->endpoint = g_object_ref (endpoint);
  request->user = g_strdup (user);
  /* Closing the dialog, or its Cancel, ends what it asked for. */
  g_object_set_data_full (dialog, "chat-request", g_object_ref (request->cancellable),
                          g_object_unref);
  return request;
}

static void
request_free (Request *request)
{
  g_object_unref (request->window);
  g_weak_ref_clear (&request->dialog);
  g_object_unref (request->cancellable);
  g_object_unref (request->endpoint);
  g_free (request->user);
  g_free (request->invited_key);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
cancel_request (gpointer dialog)
{
  GCancellable *cancellable = g_object_get_data (dialog, "chat-request");

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

static void
remember (ChatWindow *self, ChatEndpoint *endpoint, const char *user)
{
  g_autofree char *address = chat_endpoint_to_string (endpoint);

  chat_profile_remember_server (self->settings, address);
  if (user != NULL)
    g_settings_set_string (self->settings, "user-name", user);
  g_settings_set_boolean (self->settings, "set-up", TRUE);
}

/* Asked for again, by the launcher say, while it is open with something typed in it */
static gboolean
present_dialog (ChatWindow *self)
{
  if (self->dialog != NULL)
    gtk_window_present (self->dialog);

  return self->dialog != NULL;
}

static void
close_dialog (ChatWindow *self)
{
  GtkWindow *dialog = self->dialog;

  g_clear_weak_pointer (&self->dialog);
  if (dialog != NULL)
    gtk_window_destroy (dialog);
}

/* --- create and join ---------------------------------------------------------------------------
 */

static void
submit_again (gpointer dialog)
{
  chat_room_dialog_submit (dialog);
}

static void
refuse_entering (Request *request, GtkWindow *dialog, const GError *error)
{
  chat_room_dialog_refuse (CHAT_ROOM_DIALOG (dialog), error);
  if (!chat_window_stop_invite (request->window, dialog, request->endpoint, request->invited_key,
                                error))
    chat_window_ask_trust (request->window, dialog, request->endpoint, error, submit_again,
                           g_object_ref (dialog), g_object_unref);
}

static void
end_entering (Request *request, ChatRoom *room, const GError *error)
{
  g_autoptr (GtkWindow) dialog = g_weak_ref_get (&request->dialog);

  if (!chat_window_is_open (request->window))
    return;
  if (room == NULL)
    {
      if (dialog != NULL)
        refuse_entering (request, dialog, error);
      return;
    }

  remember (request->window, request->endpoint, request->user);
  if (dialog != NULL)
    gtk_window_destroy (dialog);
  chat_window_show_room (request->window, room);
  chat_window_greet_server (request->window, room);
}

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatRoom) room = chat_client_create_room_finish (CHAT_CLIENT (source), result, &error);

  end_entering (request, room, error);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatRoom) room = chat_client_join_room_finish (CHAT_CLIENT (source), result, &error);

  end_entering (request, room, error);
}

/* Takes the request. */
static void
ask_to_enter (Request *request, ChatRoomDialog *dialog, const char *room, guint flags)
{
  ChatClient *client = request->window->client;

  if (chat_room_dialog_get_purpose (dialog) == CHAT_ROOM_DIALOG_CREATE)
    chat_client_create_room_async (client, request->endpoint, room, request->user, flags,
                                   request->cancellable, on_created, request);
  else
    chat_client_join_locked_room_async (client, request->endpoint, room, request->user,
                                        chat_room_dialog_get_password (dialog),
                                        request->cancellable, on_joined, request);
}

static void
on_submitted (ChatRoomDialog *dialog,
              ChatEndpoint *endpoint,
              const char *room,
              const char *user,
              guint flags,
              ChatWindow *self)
{
  ChatRoom *joined = chat_room_key_find_joined (chat_window_get_rooms (self), endpoint, room);
  gboolean create = chat_room_dialog_get_purpose (dialog) == CHAT_ROOM_DIALOG_CREATE;

  if (joined != NULL && !create)
    {
      gtk_window_destroy (GTK_WINDOW (dialog));
      chat_window_show_room (self, joined);
      return;
    }

  g_autoptr (Request) request = request_new (self, dialog, endpoint, user);
  g_autoptr (GError) error = NULL;
  request->invited_key = g_strdup (chat_room_dialog_get_invited_key (dialog));
  if (!chat_client_expect_key (self->client, endpoint, request->invited_key, &error))
    {
      refuse_entering (request, GTK_WINDOW (dialog), error);
      return;
    }

  ask_to_enter (g_steal_pointer (&request), dialog, room, flags);
}

/* --- the way out: start a server on this computer ----------------------------------------------
 */

static void
on_started_for_room (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  ChatLocalServer *server = CHAT_LOCAL_SERVER (source);
  gboolean started = chat_local_server_start_finish (server, result, &error);
  g_autoptr (GtkWindow) dialog = g_weak_ref_get (&request->dialog);

  if (dialog == NULL || !chat_window_is_open (request->window))
    return;
  if (!started)
    {
      chat_room_dialog_refuse (CHAT_ROOM_DIALOG (dialog), error);
      return;
    }

  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (server);
  g_autofree char *address = chat_endpoint_to_string (endpoint);
  chat_room_dialog_fill (CHAT_ROOM_DIALOG (dialog), address, NULL, NULL);
  chat_room_dialog_submit (CHAT_ROOM_DIALOG (dialog));
}

static void
on_started_for_list (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  ChatLocalServer *server = CHAT_LOCAL_SERVER (source);
  gboolean started = chat_local_server_start_finish (server, result, &error);
  g_autoptr (GtkWindow) dialog = g_weak_ref_get (&request->dialog);

  if (dialog == NULL || !chat_window_is_open (request->window))
    return;
  if (!started)
    {
      chat_list_dialog_show_error (CHAT_LIST_DIALOG (dialog), error);
      return;
    }

  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (server);
  g_autofree char *address = chat_endpoint_to_string (endpoint);
  chat_list_dialog_set_address (CHAT_LIST_DIALOG (dialog), address);
  chat_list_dialog_refresh (CHAT_LIST_DIALOG (dialog));
}

/* For this computer only: whoever wants more chooses it knowingly, on the page of servers. */
static void
start_server (ChatWindow *self, gpointer dialog, GAsyncReadyCallback callback)
{
  g_autoptr (ChatEndpoint) nowhere = chat_endpoint_new ("localhost", 1, 2);

  if (chat_local_server_get_state (self->local_server) == CHAT_LOCAL_SERVER_STOPPED)
    chat_local_server_start_async (self->local_server, 0, NULL, callback,
                                   request_new (self, dialog, nowhere, NULL));
  else
    chat_window_show_welcome (self);
}

static void
on_start_server_for_room (ChatRoomDialog *dialog, ChatWindow *self)
{
  start_server (self, dialog, on_started_for_room);
}

static void
on_start_server_for_list (ChatListDialog *dialog, ChatWindow *self)
{
  start_server (self, dialog, on_started_for_list);
}

/* --- the dialog for a room ---------------------------------------------------------------------
 */

static ChatRoomDialog *
open_room_dialog (ChatWindow *self,
                  ChatRoomDialogPurpose purpose,
                  const char *address,
                  const char *room,
                  const char *user)
{
  ChatRoomDialog *dialog = chat_room_dialog_new (GTK_WINDOW (self), purpose);
  g_autofree char *usual_user = chat_profile_dup_user_name (self->settings);
  g_autofree char *usual_address = g_settings_get_string (self->settings, "server");
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-servers");

  chat_room_dialog_set_recent (dialog, (const char *const *) recent);
  chat_room_dialog_set_found (dialog, chat_discovery_get_servers (self->discovery));
  chat_room_dialog_fill (dialog, address != NULL ? address : usual_address, room,
                         user != NULL ? user : usual_user);
  g_signal_connect_object (dialog, "submitted", G_CALLBACK (on_submitted), self, 0);
  g_signal_connect (dialog, "cancelled", G_CALLBACK (cancel_request), NULL);
  g_signal_connect_object (dialog, "start-server-requested", G_CALLBACK (on_start_server_for_room),
                           self, 0);
  g_set_weak_pointer (&self->dialog, GTK_WINDOW (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}

static char *
dup_address_of (ChatRoom *room)
{
  ChatSession *session = room != NULL ? chat_room_get_session (room) : NULL;

  return session != NULL ? chat_endpoint_to_string (chat_session_get_endpoint (session)) : NULL;
}

void
chat_window_ask_for_room (ChatWindow *self, ChatRoomDialogPurpose purpose)
{
  if (present_dialog (self))
    return;

  gboolean ended = self->room != NULL && chat_room_get_state (self->room) == CHAT_ROOM_ENDED;
  g_autofree char *address = dup_address_of (self->room);

  /* Whoever looks at a room that has ended most likely wants that one again. */
  open_room_dialog (self, purpose, address, ended ? chat_room_get_name (self->room) : NULL, NULL);
}

void
chat_window_rejoin (ChatWindow *self, ChatRoom *room)
{
  if (present_dialog (self))
    return;

  g_autofree char *address = dup_address_of (room);

  chat_room_dialog_submit (open_room_dialog (self, CHAT_ROOM_DIALOG_JOIN, address,
                                             chat_room_get_name (room),
                                             chat_room_get_user_name (room)));
}

/* Who has just typed a name on the page of the first start wants to have it. */
static char *
dup_typed_user (ChatWindow *self)
{
  gboolean typing = self->welcome != NULL &&
                    gtk_stack_get_visible_child (self->main_stack) == GTK_WIDGET (self->welcome);

  return typing ? chat_welcome_page_dup_user (self->welcome) : NULL;
}

void
chat_window_ask_for_invited (ChatWindow *self, const ChatInvite *invite)
{
  g_autofree char *user = dup_typed_user (self);

  if (CHAT_IS_ROOM_DIALOG (self->dialog) &&
      chat_room_dialog_is_busy (CHAT_ROOM_DIALOG (self->dialog)))
    {
      present_dialog (self);
      return;
    }

  close_dialog (self);
  chat_room_dialog_set_invite (open_room_dialog (self, CHAT_ROOM_DIALOG_JOIN, NULL, NULL, user),
                               invite);
}

/* --- the list of rooms -------------------------------------------------------------------------
 */

static void
list_again (gpointer dialog)
{
  chat_list_dialog_refresh (dialog);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &error);
  g_autoptr (ChatListDialog) dialog = g_weak_ref_get (&request->dialog);

  /* An answer to an older question */
  if (dialog == NULL || g_cancellable_is_cancelled (request->cancellable))
    return;
  if (rooms == NULL)
    {
      chat_list_dialog_show_error (dialog, error);
      if (chat_window_is_open (request->window))
        chat_window_ask_trust (request->window, GTK_WINDOW (dialog), request->endpoint, error,
                               list_again, g_object_ref (dialog), g_object_unref);
      return;
    }

  chat_list_dialog_show_rooms (dialog, rooms);
  if (chat_window_is_open (request->window))
    remember (request->window, request->endpoint, NULL);
}

static void
on_refresh_requested (ChatListDialog *dialog, ChatEndpoint *endpoint, ChatWindow *self)
{
  cancel_request (dialog);
  Request *request = request_new (self, dialog, endpoint, NULL);
  chat_client_expect_key (self->client, endpoint, NULL, NULL);
  chat_client_list_rooms_async (self->client, endpoint, request->cancellable, on_listed, request);
}

/* With the usual name at once; the dialog to join says what the server has against it. */
static void
on_room_chosen (ChatListDialog *dialog, ChatEndpoint *endpoint, const char *room, ChatWindow *self)
{
  g_autofree char *address = chat_endpoint_to_string (endpoint);

  close_dialog (self);
  chat_room_dialog_submit (open_room_dialog (self, CHAT_ROOM_DIALOG_JOIN, address, room, NULL));
}

static void
on_create_requested (ChatListDialog *dialog, ChatWindow *self)
{
  close_dialog (self);
  chat_window_ask_for_room (self, CHAT_ROOM_DIALOG_CREATE);
}

void
chat_window_list_rooms (ChatWindow *self)
{
  if (present_dialog (self))
    return;

  ChatListDialog *dialog = chat_list_dialog_new (GTK_WINDOW (self), chat_window_get_rooms (self));
  g_autofree char *address = dup_address_of (self->room);
  g_autofree char *usual_address = g_settings_get_string (self->settings, "server");
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-servers");

  chat_list_dialog_set_recent (dialog, (const char *const *) recent);
  chat_list_dialog_set_found (dialog, chat_discovery_get_servers (self->discovery));
  chat_list_dialog_set_address (dialog, address != NULL ? address : usual_address);
  g_signal_connect_object (dialog, "refresh-requested", G_CALLBACK (on_refresh_requested), self, 0);
  g_signal_connect_object (dialog, "room-chosen", G_CALLBACK (on_room_chosen), self, 0);
  g_signal_connect_object (dialog, "create-requested", G_CALLBACK (on_create_requested), self, 0);
  g_signal_connect_object (dialog, "start-server-requested", G_CALLBACK (on_start_server_for_list),
                           self, 0);
  g_signal_connect (dialog, "destroy", G_CALLBACK (cancel_request), NULL);
  g_set_weak_pointer (&self->dialog, GTK_WINDOW (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
  chat_list_dialog_refresh (dialog);
}
