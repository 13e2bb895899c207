/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-session.h"

#include "chat-deadline.h"
#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-legacy-exchange.h"
#include "chat-legacy-leave.h"
#include "chat-legacy-membership.h"
#include "chat-legacy-watch.h"
#include "chat-limits.h"
#include "chat-room-info.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

#include <string.h>

/* The original server reads this much of a datagram and drops the rest. */
#define UP_DATAGRAM_MAX 4096 /* bytes */

struct _ChatLegacySession
{
  ChatSession parent_instance;

  GPtrArray *memberships; /* owned, of ChatLegacyMembership: rooms that have not ended */
  ChatLegacyWatch *watch; /* owned */
  ChatEndpoint *pinned;   /* owned, nullable: the host's address that has our rooms */
  GList *requests;        /* of Request, borrowed: under way */
  guint entering;         /* creates and joins under way */
  gboolean disposed;
};

G_DEFINE_FINAL_TYPE (ChatLegacySession, chat_legacy_session, CHAT_TYPE_SESSION)

/* --- requests ------------------------------------------------------------ */

/* What disposing the session cancels. Task data. */
typedef struct
{
  ChatLegacySession *session; /* owned */
  ChatDeadline *deadline;     /* owned */
  ChatOperation operation;    /* of a create or a join */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  request->session->requests = g_list_remove (request->session->requests, request);
  chat_deadline_free (request->deadline);
  g_object_unref (request->session);
  g_free (request);
}

static GTask *
new_task (ChatLegacySession *self,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer data,
          gpointer source_tag)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static Request *
guard (GTask *task)
{
  ChatLegacySession *self = g_task_get_source_object (task);
  Request *request = g_new0 (Request, 1);

  request->session = g_object_ref (self);
  request->deadline = chat_deadline_new (g_task_get_cancellable (task), 0);
  self->requests = g_list_prepend (self->requests, request);
  g_task_set_task_data (task, request, free_request);
  return request;
}

/* Where one is in rooms, the address that has them is asked, whatever its name means by now. */
static ChatEndpoint *
get_target (ChatLegacySession *self)
{
  return self->pinned != NULL ? self->pinned : chat_session_get_endpoint (CHAT_SESSION (self));
}

/* --- the link ------------------------------------------------------------ */

static void
set_link (ChatLegacySession *self, ChatLink link)
{
  chat_session_set_link (CHAT_SESSION (self), link, NULL, 0);
}

static void
rest_if_unused (ChatLegacySession *self)
{
  if (self->memberships->len > 0)
    return;

  chat_legacy_watch_stop (self->watch);
  g_clear_object (&self->pinned);
  set_link (self, self->entering > 0 ? CHAT_LINK_CONNECTING : CHAT_LINK_IDLE);
}

/* Its ends may change the array; each is looked at once. */
static GPtrArray *
copy_memberships (ChatLegacySession *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->memberships->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (self->memberships, i)));
  return copy;
}

static gboolean
is_listed (ChatLegacyMembership *membership, GStrv rooms)
{
  const char *name = chat_room_get_name (chat_legacy_membership_get_room (membership));

  return rooms == NULL || g_strv_contains ((const char *const *) rooms, name);
}

static void
on_server_answered (ChatLegacyWatch *watch, GStrv rooms, gint64 asked_at_us, gpointer data)
{
  g_autoptr (ChatLegacySession) self = g_object_ref (data);
  g_autoptr (GPtrArray) memberships = copy_memberships (self);

  set_link (self, CHAT_LINK_ONLINE);
  for (guint i = 0; i < memberships->len; i++)
    {
      ChatLegacyMembership *membership = g_ptr_array_index (memberships, i);

      if (chat_legacy_membership_get_since_us (membership) > asked_at_us ||
          is_listed (membership, rooms))
        chat_legacy_membership_set_reachable (membership, TRUE);
      else if (chat_room_get_state (chat_legacy_membership_get_room (membership)) !=
               CHAT_ROOM_LEAVING)
        chat_legacy_membership_end (membership, CHAT_ROOM_END_GONE);
    }
}

/* The link was up before, so whatever is wrong now is not what it would mean at the first try; but
 * one's own network is told apart from the server. */
static GError *
make_gone_error (const GError *error)
{
  return g_error_new_literal (CHAT_ERROR,
                              error->code == CHAT_ERROR_UNREACHABLE ? CHAT_ERROR_UNREACHABLE
                                                                    : CHAT_ERROR_SERVER_GONE,
                              error->message);
}

static void
on_server_failed (ChatLegacyWatch *watch, const GError *error, gint64 retry_at_us, gpointer data)
{
  g_autoptr (ChatLegacySession) self = g_object_ref (data);
  g_autoptr (GPtrArray) memberships = copy_memberships (self);
  g_autoptr (GError) gone = make_gone_error (error);

  chat_session_set_link (CHAT_SESSION (self), CHAT_LINK_OFFLINE, gone, retry_at_us);
  for (guint i = 0; i < memberships->len; i++)
    chat_legacy_membership_set_reachable (g_ptr_array_index (memberships, i), FALSE);
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  ChatLegacySession *self = data;

  if (chat_session_get_link (CHAT_SESSION (self)) == CHAT_LINK_OFFLINE)
    chat_legacy_watch_ask_soon (self->watch);
}

/* A request failed on its way: then the rooms may be cut off as well. */
static void
doubt_server (ChatLegacySession *self, const GError *error)
{
  if (error->code != CHAT_ERROR_CANCELLED && error->code <= CHAT_ERROR_SERVER_GONE)
    chat_legacy_watch_ask_soon (self->watch);
}

/* --- rooms --------------------------------------------------------------- */

static ChatLegacyMembership *
find_membership (ChatLegacySession *self, ChatRoom *room)
{
  for (guint i = 0; i < self->memberships->len; i++)
    if (chat_legacy_membership_get_room (g_ptr_array_index (self->memberships, i)) == room)
      return g_ptr_array_index (self->memberships, i);

  return NULL;
}

static void
on_membership_refused (ChatLegacyMembership *membership, gpointer data)
{
  chat_legacy_watch_ask_soon (CHAT_LEGACY_SESSION (data)->watch);
}

static void
on_membership_ended (ChatLegacyMembership *membership, gpointer data)
{
  ChatLegacySession *self = data;

  g_ptr_array_remove (self->memberships, membership);
  if (!self->disposed)
    rest_if_unused (self);
}

/* Returns: (transfer full): with its zone, where a link-local one has it */
static char *
format_address (GInetSocketAddress *address)
{
  GInetAddress *host = g_inet_socket_address_get_address (address);
  g_autofree char *text = g_inet_address_to_string (host);

  if (g_inet_address_get_family (host) != G_SOCKET_FAMILY_IPV6 ||
      g_inet_socket_address_get_scope_id (address) == 0)
    return g_steal_pointer (&text);

  return g_strdup_printf ("%s%%%u", text, g_inet_socket_address_get_scope_id (address));
}

static void
pin (ChatLegacySession *self, GInetSocketAddress *address)
{
  ChatEndpoint *endpoint = chat_session_get_endpoint (CHAT_SESSION (self));
  g_autofree char *host = format_address (address);

  if (self->pinned == NULL)
    self->pinned = chat_endpoint_new (host, chat_endpoint_get_tcp_port (endpoint),
                                      chat_endpoint_get_udp_port (endpoint));
}

static void
append_entered_line (ChatRoom *room, gboolean host)
{
  g_autoptr (ChatMessage) line =
      chat_message_new (host ? CHAT_MESSAGE_ROOM_CREATED : CHAT_MESSAGE_ROOM_JOINED,
                        chat_room_get_user_name (room), NULL, g_get_real_time (), TRUE);

  chat_room_append (room, &line, 1);
}

/* Returns: (transfer full) */
static ChatRoom *
enter (ChatLegacySession *self, ChatLegacyAdmission *admission, gboolean host)
{
  ChatRoom *room = chat_room_new (CHAT_SESSION (self), admission->room, admission->user_name, host);
  ChatLegacyMembership *membership;

  pin (self, admission->address);
  append_entered_line (room, host);
  membership = chat_legacy_membership_new (room, admission);
  g_signal_connect_object (membership, "refused", G_CALLBACK (on_membership_refused), self, 0);
  g_signal_connect_object (membership, "ended", G_CALLBACK (on_membership_ended), self, 0);
  g_ptr_array_add (self->memberships, membership);
  chat_session_add_room (CHAT_SESSION (self), room);
  return room;
}

static void
on_entered_link (ChatLegacySession *self)
{
  if (chat_session_get_link (CHAT_SESSION (self)) == CHAT_LINK_OFFLINE)
    {
      chat_legacy_watch_ask_now (self->watch); /* the other rooms want to know, too */
      return;
    }

  chat_legacy_watch_start (self->watch, self->pinned);
  set_link (self, CHAT_LINK_ONLINE);
}

static void
on_admitted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChatLegacySession *self = g_task_get_source_object (task);
  const Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatLegacyAdmission) admission = chat_legacy_admission_finish (result, &error);

  self->entering--;
  if (admission != NULL && self->disposed)
    {
      chat_legacy_admission_send (admission, "/quit", NULL);
      error = chat_io_error_new_cancelled ();
    }

  if (error != NULL)
    {
      if (!self->disposed)
        {
          rest_if_unused (self);
          doubt_server (self, error);
        }
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ChatRoom *room =
      enter (self, g_steal_pointer (&admission), request->operation == CHAT_OPERATION_CREATE);

  on_entered_link (self);
  g_task_return_pointer (task, room, g_object_unref);
}

static void
enter_room (GTask *task, ChatOperation operation, const char *room, const char *user)
{
  ChatLegacySession *self = g_task_get_source_object (task);

  Request *request = guard (task);

  request->operation = operation;
  self->entering++;
  if (chat_session_get_link (CHAT_SESSION (self)) == CHAT_LINK_IDLE)
    set_link (self, CHAT_LINK_CONNECTING);
  chat_legacy_admission_async (get_target (self), operation, room, user,
                               chat_deadline_get_cancellable (request->deadline), on_admitted,
                               task);
}

/* --- session class ------------------------------------------------------- */

static void
create_room_async (ChatSession *session,
                   const char *room,
                   const char *user,
                   ChatRoomFlags flags,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer data)
{
  GTask *task =
      new_task (CHAT_LEGACY_SESSION (session), cancellable, callback, data, create_room_async);

  if (flags == 0)
    {
      enter_room (task, CHAT_OPERATION_CREATE, room, user);
      return;
    }

  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_BAD_REQUEST,
                           "Protocol 1 knows no such rooms");
  g_object_unref (task);
}

static void
join_room_async (ChatSession *session,
                 const char *room,
                 const char *user,
                 const char *password,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer data)
{
  enter_room (
      new_task (CHAT_LEGACY_SESSION (session), cancellable, callback, data, join_room_async),
      CHAT_OPERATION_JOIN, room, user);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = chat_legacy_list_finish (result, &error);
  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM_INFO);
  g_autoptr (GPtrArray) infos = g_ptr_array_new_with_free_func (g_object_unref);

  if (names == NULL)
    {
      doubt_server (g_task_get_source_object (task), error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (infos, chat_room_info_new (names[i], -1, 0));
  g_list_store_splice (rooms, 0, 0, infos->pdata, infos->len);
  g_task_return_pointer (task, g_steal_pointer (&rooms), g_object_unref);
}

static void
list_rooms_async (ChatSession *session,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  ChatLegacySession *self = CHAT_LEGACY_SESSION (session);
  GTask *task = new_task (self, cancellable, callback, data, list_rooms_async);

  chat_legacy_list_async (get_target (self), chat_deadline_get_cancellable (guard (task)->deadline),
                          on_listed, task);
}

static void
send_async (ChatSession *session,
            ChatRoom *room,
            ChatMessage *message,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  ChatLegacySession *self = CHAT_LEGACY_SESSION (session);
  ChatLegacyMembership *membership = find_membership (self, room);
  g_autoptr (GTask) task = new_task (self, cancellable, callback, data, send_async);

  if (membership != NULL)
    {
      chat_legacy_membership_send (membership, message, g_steal_pointer (&task));
      return;
    }

  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");

  chat_message_set_delivery (message, CHAT_DELIVERY_FAILED, error);
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (!chat_legacy_leave_finish (result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
leave_async (ChatSession *session,
             ChatRoom *room,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer data)
{
  ChatLegacySession *self = CHAT_LEGACY_SESSION (session);
  ChatLegacyMembership *membership = find_membership (self, room);
  g_autoptr (GTask) task = new_task (self, cancellable, callback, data, leave_async);
  const gboolean online = chat_session_get_link (session) == CHAT_LINK_ONLINE;

  if (membership == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  GCancellable *guarded = chat_deadline_get_cancellable (guard (task)->deadline);

  chat_room_set_state (room, CHAT_ROOM_LEAVING, CHAT_ROOM_END_NONE);
  chat_legacy_leave_async (membership, get_target (self), online && chat_room_is_host (room),
                           guarded, on_left, g_steal_pointer (&task));
}

static void
retry (ChatSession *session)
{
  chat_legacy_watch_ask_now (CHAT_LEGACY_SESSION (session)->watch);
}

/* What fits into a datagram to the server, and with the name into one to the original clients:
 * the original server does not split what they cannot take. */
static gsize
max_text_len (ChatSession *session, ChatRoom *room)
{
  const gsize room_len = strlen (chat_room_get_name (room));
  const gsize user_len = strlen (chat_room_get_user_name (room));
  const gsize up = UP_DATAGRAM_MAX - 2 - MIN (room_len, G_MAXUINT8) - CHAT_LEGACY_TOKEN_LEN;
  const gsize prefix_len = user_len + strlen ("[]: ");
  const gsize down = CHAT_LEGACY_DATAGRAM_MAX - MIN (prefix_len, CHAT_LEGACY_DATAGRAM_MAX / 2);

  return MIN (CHAT_LEGACY_TEXT_MAX, MIN (up, down));
}

/* --- object -------------------------------------------------------------- */

static void
chat_legacy_session_dispose (GObject *object)
{
  ChatLegacySession *self = CHAT_LEGACY_SESSION (object);

  self->disposed = TRUE;
  for (GList *l = self->requests; l != NULL; l = l->next)
    g_cancellable_cancel (chat_deadline_get_cancellable (((Request *) l->data)->deadline));
  while (self->memberships->len > 0)
    {
      g_autoptr (ChatLegacyMembership) membership =
          g_object_ref (g_ptr_array_index (self->memberships, 0));

      g_object_run_dispose (G_OBJECT (membership)); /* leaves, and with that the array */
    }
  chat_legacy_watch_stop (self->watch);

  G_OBJECT_CLASS (chat_legacy_session_parent_class)->dispose (object);
}

static void
chat_legacy_session_finalize (GObject *object)
{
  ChatLegacySession *self = CHAT_LEGACY_SESSION (object);

  g_ptr_array_unref (self->memberships);
  g_object_unref (self->watch);
  g_clear_object (&self->pinned);

  G_OBJECT_CLASS (chat_legacy_session_parent_class)->finalize (object);
}

static void
chat_legacy_session_class_init (ChatLegacySessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ChatSessionClass *session_class = CHAT_SESSION_CLASS (klass);

  object_class->dispose = chat_legacy_session_dispose;
  object_class->finalize = chat_legacy_session_finalize;

  session_class->create_room_async = create_room_async;
  session_class->join_room_async = join_room_async;
  session_class->list_rooms_async = list_rooms_async;
  session_class->send_async = send_async;
  session_class->leave_async = leave_async;
  session_class->retry = retry;
  session_class->max_text_len = max_text_len;
}

static void
chat_legacy_session_init (ChatLegacySession *self)
{
  self->memberships = g_ptr_array_new_with_free_func (g_object_unref);
  self->watch = chat_legacy_watch_new ();
  g_signal_connect_object (self->watch, "answered", G_CALLBACK (on_server_answered), self, 0);
  g_signal_connect_object (self->watch, "failed", G_CALLBACK (on_server_failed), self, 0);
  /* It only hastens a question: without a default route it says that there is no network, and a LAN
   * without internet has none. */
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (on_network_changed), self, 0);
}

ChatSession *
chat_legacy_session_new (ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  ChatSession *self = g_object_new (CHAT_TYPE_LEGACY_SESSION, "endpoint", endpoint, NULL);

  chat_session_set_security (self, CHAT_SECURITY_PLAIN);
  return self;
}

void
chat_legacy_session_set_watch_interval (ChatLegacySession *self, guint interval_ms)
{
  g_return_if_fail (CHAT_IS_LEGACY_SESSION (self));

  chat_legacy_watch_set_interval (self->watch, interval_ms);
}
