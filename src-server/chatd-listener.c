/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-listener.h"

#include "chatd-connection.h"
#include "chatd-crowd.h"
#include "chatd-log.h"
#include "chatd-timer.h"

#include "chat-limits.h"

#include <sys/resource.h>

/* Seconds from the answer until the peer has taken it and closed */
#define CLOSE_TIMEOUT_S 5
/* Descriptors kept free for everything else; of small limits, a quarter */
#define DESCRIPTORS_RESERVED 64
#define DESCRIPTORS_WANTED (1024 * 1024)
/* Until accept() is tried again after it failed */
#define ACCEPT_PAUSE_US (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GList link;                  /* in one of the listener's queues; data is the guest */
  ChatdConnection *connection; /* owned */
  ChatdListener *listener;     /* borrowed */
  gint64 since_us;             /* accepted, answered, or heard of last */
  GQueue *queue;               /* borrowed: in which it is */
} Guest;

struct _ChatdListener
{
  /* owned */
  GSocketService *service;
  ChatdCrowd *crowd;
  ChatdTimer *deadline_timer;
  ChatdTimer *accept_timer;
  /* borrowed */
  ChatdPoller *poller;
  ChatdRequests *requests;
  ChatdTls *tls;
  const ChatdLinkAcceptor *acceptor;

  /* of owned Guest, the oldest first; one time limit for each queue keeps them in order */
  GQueue asking;
  GQueue answered;
  GQueue alive;

  guint warning_handler; /* of GLib-GIO's warnings */
  gboolean is_full;      /* not accepting for want of descriptors */
  gboolean is_failing;   /* accept() failed, and has not worked since */
};

/* --- time ------------------------------------------------------------------------------------- */

static gint64
due_of (const GQueue *queue, gint64 patience_us)
{
  const Guest *first = queue->head != NULL ? queue->head->data : NULL;

  return first != NULL ? first->since_us + patience_us : G_MAXINT64;
}

/* @queue's first one, if it is due before @due_us */
static void
look_at (GQueue *queue, guint patience_s, gint64 *due_us, Guest **guest)
{
  const gint64 first_us = due_of (queue, (gint64) patience_s * G_USEC_PER_SEC);

  if (first_us >= *due_us)
    return;
  *due_us = first_us;
  *guest = queue->head->data;
}

static gint64
next_due (ChatdListener *self, Guest **guest)
{
  gint64 due_us = G_MAXINT64;

  look_at (&self->asking, CHAT_REQUEST_TIMEOUT_S, &due_us, guest);
  look_at (&self->answered, CLOSE_TIMEOUT_S, &due_us, guest);
  look_at (&self->alive, CHAT_SESSION_SILENCE_S, &due_us, guest);
  return due_us;
}

static void
set_deadline (ChatdListener *self)
{
  Guest *unused;
  const gint64 due_us = next_due (self, &unused);

  chatd_timer_set (self->deadline_timer, due_us < G_MAXINT64 ? due_us : -1);
}

/* --- guests ----------------------------------------------------------------------------------- */

static void
guest_free (Guest *guest)
{
  ChatdListener *self = guest->listener;

  chatd_crowd_leave (self->crowd, &chatd_connection_get_peer (guest->connection)->remote);
  g_queue_unlink (guest->queue, &guest->link);
  chatd_connection_free (guest->connection);
  g_free (guest);
}

static void
resume_if_full (ChatdListener *self)
{
  if (!self->is_full)
    return;

  self->is_full = FALSE;
  g_socket_service_start (self->service);
}

static void
on_ended (ChatdConnection *connection, gpointer data)
{
  Guest *guest = data;
  ChatdListener *self = guest->listener;

  guest_free (guest);
  resume_if_full (self);
}

static void
move_to (Guest *guest, GQueue *queue)
{
  ChatdListener *self = guest->listener;

  g_queue_unlink (guest->queue, &guest->link);
  guest->queue = queue;
  guest->since_us = g_get_monotonic_time ();
  g_queue_push_tail_link (queue, &guest->link);
  if (!chatd_timer_is_set (self->deadline_timer) || queue == &self->answered)
    set_deadline (self);
}

static void
on_answered (ChatdConnection *connection, gpointer data)
{
  Guest *guest = data;

  move_to (guest, &guest->listener->answered);
}

static void
on_alive (ChatdConnection *connection, gpointer data)
{
  Guest *guest = data;

  move_to (guest, &guest->listener->alive);
}

static void
on_deadline (gpointer data)
{
  ChatdListener *self = data;
  const gint64 now_us = g_get_monotonic_time ();
  Guest *guest = NULL;

  while (next_due (self, &guest) <= now_us)
    on_ended (guest->connection, guest);
  set_deadline (self);
}

static const ChatdConnectionFuncs connection_funcs = { on_answered, on_alive, on_ended };

static void
receive_guest (ChatdListener *self,
               GSocketConnection *stream,
               const ChatdPeer *peer,
               gboolean refused)
{
  g_autoptr (GError) error = NULL;
  Guest *guest = g_new0 (Guest, 1);

  guest->listener = self;
  guest->link.data = guest;
  guest->since_us = g_get_monotonic_time ();
  guest->connection =
      chatd_connection_new (stream, self->poller, self->requests, self->tls, self->acceptor, peer,
                            refused, &connection_funcs, guest, &error);
  if (guest->connection == NULL)
    {
      chatd_log (CHATD_LOG_ACCEPT_FAILED, NULL, "cannot watch a connection: %s", error->message);
      chatd_crowd_leave (self->crowd, &peer->remote);
      g_free (guest);
      return;
    }

  guest->queue = &self->asking;
  g_queue_push_tail_link (&self->asking, &guest->link);
  if (!chatd_timer_is_set (self->deadline_timer))
    set_deadline (self);
}

/* --- accepting -------------------------------------------------------------------------------- */

static guint64
descriptor_limit (void)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

/* The kernel gives the lowest number that is free: so a high one says that all below are taken.
 * The end of a connection ends the pause, so there must be one. */
static void
pause_if_full (ChatdListener *self, int newest_fd)
{
  const guint64 limit = descriptor_limit ();
  const guint64 reserved = MIN (DESCRIPTORS_RESERVED, limit / 4);

  if ((guint64) newest_fd + 1 + reserved < limit ||
      self->asking.length + self->answered.length + self->alive.length == 0)
    return;

  chatd_log (CHATD_LOG_DESCRIPTORS, NULL,
             "no more connections for now: %d of %" G_GUINT64_FORMAT
             " descriptors are in use (raise LimitNOFILE or ulimit -n)",
             newest_fd + 1, limit);
  self->is_full = TRUE;
  g_socket_service_stop (self->service);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  ChatdListener *self = data;
  const int fd = g_socket_get_fd (g_socket_connection_get_socket (stream));
  ChatdPeer peer;

  self->is_failing = FALSE;
  if (!chatd_address_of_peer (&peer.remote, fd) || !chatd_address_of_socket (&peer.local, fd))
    return TRUE; /* it is gone already */

  const ChatdLogContext context = { .address = &peer.remote };
  switch (chatd_crowd_enter (self->crowd, &peer.remote, g_get_monotonic_time ()))
    {
    case CHATD_CROWD_WELCOME:
      receive_guest (self, stream, &peer, FALSE);
      break;
    case CHATD_CROWD_TOO_FAST:
      chatd_log (CHATD_LOG_CROWDED, &context, "an address connects too often");
      receive_guest (self, stream, &peer, TRUE);
      break;
    case CHATD_CROWD_TOO_MANY:
    default:
      chatd_log (CHATD_LOG_CROWDED, &context, "an address has too many connections");
    }
  pause_if_full (self, fd);
  return TRUE;
}

static void
on_accept_timer (gpointer data)
{
  ChatdListener *self = data;

  if (!self->is_full)
    g_socket_service_start (self->service);
}

/* GSocketService tells of a failing accept() by a warning only, and then tries again at once, for
 * ever: it is stopped for a moment. Other warnings are none of our business. */
static void
on_gio_warning (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  ChatdListener *self = data;

  if (!g_str_has_prefix (message, "fail: "))
    {
      g_log_default_handler (domain, level, message, NULL);
      return;
    }

  if (!self->is_failing)
    chatd_log (CHATD_LOG_ACCEPT_FAILED, NULL, "cannot accept connections: %s",
               message + strlen ("fail: "));
  self->is_failing = TRUE;
  g_socket_service_stop (self->service);
  chatd_timer_set (self->accept_timer, g_get_monotonic_time () + ACCEPT_PAUSE_US);
}

/* --- the whole -------------------------------------------------------------------------------- */

ChatdListener *
chatd_listener_new (GPtrArray *sockets,
                    ChatdPoller *poller,
                    ChatdRequests *requests,
                    ChatdTls *tls,
                    const ChatdLinkAcceptor *acceptor,
                    GError **error)
{
  ChatdListener *self = g_new0 (ChatdListener, 1);

  self->poller = poller;
  self->requests = requests;
  self->tls = tls;
  self->acceptor = acceptor;
  self->crowd = chatd_crowd_new ();
  self->deadline_timer = chatd_timer_new (on_deadline, self);
  self->accept_timer = chatd_timer_new (on_accept_timer, self);
  /* Stopped while it gets its sockets: each new one calls off the accept() that is under way, and
   * a connection that comes just then would be lost. */
  self->service = g_socket_service_new ();
  g_socket_service_stop (self->service);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  self->warning_handler = g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_WARNING, on_gio_warning, self);

  for (guint i = 0; i < sockets->len; i++)
    if (!g_socket_listener_add_socket (G_SOCKET_LISTENER (self->service),
                                       g_ptr_array_index (sockets, i), NULL, error))
      {
        chatd_listener_free (self);
        return NULL;
      }
  g_socket_service_start (self->service);
  return self;
}

void
chatd_listener_free (ChatdListener *self)
{
  g_return_if_fail (self != NULL);

  g_log_remove_handler ("GLib-GIO", self->warning_handler);
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  while (self->asking.head != NULL)
    guest_free (self->asking.head->data);
  while (self->answered.head != NULL)
    guest_free (self->answered.head->data);
  while (self->alive.head != NULL)
    guest_free (self->alive.head->data);

  g_object_unref (self->service);
  chatd_timer_free (self->deadline_timer);
  chatd_timer_free (self->accept_timer);
  chatd_crowd_free (self->crowd);
  g_free (self);
}

void
chatd_listener_configure (ChatdListener *self, const ChatdConfig *config)
{
  g_return_if_fail (self != NULL);

  chatd_crowd_set_limits (self->crowd, config->connections_per_address,
                          config->new_connections_per_10s);
}

guint64
chatd_listener_raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS_WANTED)
    {
      limit.rlim_cur = MIN (limit.rlim_max, DESCRIPTORS_WANTED);
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  return descriptor_limit ();
}
