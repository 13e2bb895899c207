/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-listener.h"

#include "chatd-connection.h"
#include "chatd-crowd.h"
#include "chatd-log.h"
#include "chatd-timer.h"

#include "chat-limits.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Seconds from the answer until the peer has taken it and closed */
#define CLOSE_TIMEOUT_S 5
/* Descriptors kept free for everything else; of small limits, a quarter */
#define DESCRIPTORS_RESERVED 64
#define DESCRIPTORS_WANTED (1024 * 1024)
/* Of each listening socket in one turn of the loop, and for how long */
#define ACCEPTS_PER_TURN 64
#define ACCEPTS_US 500
/* For steps of handshakes in one turn of the loop; one with a signature takes half of it */
#define HANDSHAKES_US 1000
/* Likewise for writing to connections */
#define WRITES_US 1000
/* Likewise for those that carry files, behind everything else; one that has its turn is read or
 * written to for about as long again */
#define BULK_US 300
/* Whoever waited so long for the first step has hardly the time for the others */
#define HANDSHAKE_PATIENCE_US (CHAT_REQUEST_TIMEOUT_S * G_USEC_PER_SEC / 2)
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

/* A listening socket */
typedef struct
{
  GSocket *socket; /* a reference */
  ChatdPollerWatch watch;
  ChatdListener *listener; /* borrowed */
} Door;

struct _ChatdListener
{
  /* owned */
  Door *doors;
  guint n_doors;
  ChatdCrowd *crowd;
  ChatdTimer *deadline_timer;
  ChatdTimer *accept_timer;
  ChatdLinkShared links; /* its turns are owned */
  /* borrowed */
  ChatdPoller *poller;
  ChatdRequests *requests;

  /* of owned Guest, the oldest first; one time limit for each queue keeps them in order */
  GQueue asking;
  GQueue answered;
  GQueue alive;

  gboolean is_full;    /* not accepting for want of descriptors */
  gboolean is_failing; /* accept() failed, and has not worked since */
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
open_doors (ChatdListener *self, gboolean open)
{
  for (guint i = 0; i < self->n_doors; i++)
    chatd_poller_change (self->poller, &self->doors[i].watch, open ? G_IO_IN : 0);
}

static void
resume_if_full (ChatdListener *self)
{
  if (!self->is_full)
    return;

  self->is_full = FALSE;
  open_doors (self, TRUE);
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

/* @fd: (transfer full) */
static void
receive_guest (ChatdListener *self, int fd, const ChatdPeer *peer, gboolean refused)
{
  g_autoptr (GError) error = NULL;
  Guest *guest = g_new0 (Guest, 1);

  guest->listener = self;
  guest->link.data = guest;
  guest->since_us = g_get_monotonic_time ();
  guest->connection = chatd_connection_new (fd, self->poller, self->requests, &self->links, peer,
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
  open_doors (self, FALSE);
}

/* @fd: (transfer full) */
static void
take_in (ChatdListener *self, int fd)
{
  ChatdPeer peer;
  const ChatdLogContext context = { .address = &peer.remote };

  if (!chatd_address_of_peer (&peer.remote, fd) || !chatd_address_of_socket (&peer.local, fd))
    {
      close (fd); /* it is gone already */
      return;
    }

  switch (chatd_crowd_enter (self->crowd, &peer.remote, g_get_monotonic_time ()))
    {
    case CHATD_CROWD_WELCOME:
      receive_guest (self, fd, &peer, FALSE);
      break;
    case CHATD_CROWD_TOO_FAST:
      chatd_log (CHATD_LOG_CROWDED, &context, "an address connects too often");
      receive_guest (self, fd, &peer, TRUE);
      break;
    case CHATD_CROWD_TOO_MANY:
    default:
      chatd_log (CHATD_LOG_CROWDED, &context, "an address has too many connections");
      close (fd);
    }
}

static void
on_accept_timer (gpointer data)
{
  ChatdListener *self = data;

  if (!self->is_full)
    open_doors (self, TRUE);
}

/* The connection that could not be accepted waits still, and would be told of for ever. */
static void
pause_accepting (ChatdListener *self, int errsv)
{
  if (!self->is_failing)
    chatd_log (CHATD_LOG_ACCEPT_FAILED, NULL, "cannot accept connections: %s", g_strerror (errsv));
  self->is_failing = TRUE;
  open_doors (self, FALSE);
  chatd_timer_set (self->accept_timer, g_get_monotonic_time () + ACCEPT_PAUSE_US);
}

/* Errors of a network that are of one connection, accept(2) */
static gboolean
is_passing (int errsv)
{
  static const int passing[] = { EINTR,        ECONNABORTED, EPROTO,      EPERM,
                                 ENETDOWN,     ENOPROTOOPT,  EHOSTDOWN,   ENONET,
                                 EHOSTUNREACH, EOPNOTSUPP,   ENETUNREACH, ETIMEDOUT };

  for (gsize i = 0; i < G_N_ELEMENTS (passing); i++)
    if (passing[i] == errsv)
      return TRUE;

  return FALSE;
}

/* Returns: whether there may be more */
static gboolean
accept_one (ChatdListener *self, int listening_fd)
{
  const int fd = accept4 (listening_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  const int errsv = errno;

  if (fd >= 0)
    {
      self->is_failing = FALSE;
      take_in (self, fd);
      pause_if_full (self, fd);
      return !self->is_full;
    }
  if (errsv == EAGAIN || errsv == EWOULDBLOCK)
    return FALSE;
  if (is_passing (errsv))
    return TRUE;

  pause_accepting (self, errsv);
  return FALSE;
}

/* Many in one turn: behind a crowd that costs much, an honest client would wait for a turn for each
 * of it before it is even seen. */
static void
on_incoming (GIOCondition condition, gpointer data)
{
  Door *door = data;
  const gint64 stop_us = g_get_monotonic_time () + ACCEPTS_US;

  for (guint i = 0; i < ACCEPTS_PER_TURN && accept_one (door->listener, door->watch.fd); i++)
    if (g_get_monotonic_time () >= stop_us)
      break;
}

/* --- the whole -------------------------------------------------------------------------------- */

static const ChatdTurnsRules handshake_rules = { .order = CHATD_TURNS_MIXED,
                                                 .budget_us = HANDSHAKES_US,
                                                 .patience_us = HANDSHAKE_PATIENCE_US };
static const ChatdTurnsRules write_rules = { .order = CHATD_TURNS_IN_ORDER,
                                             .budget_us = WRITES_US };

static const ChatdTurnsRules bulk_rules = { .order = CHATD_TURNS_IN_ORDER, .budget_us = BULK_US };

static gboolean
add_door (ChatdListener *self, GSocket *socket, GError **error)
{
  Door *door = &self->doors[self->n_doors];

  door->listener = self;
  if (!chatd_poller_add (self->poller, &door->watch, g_socket_get_fd (socket), G_IO_IN, on_incoming,
                         door, error))
    return FALSE;

  door->socket = g_object_ref (socket);
  self->n_doors++;
  return TRUE;
}

static void
remove_doors (ChatdListener *self)
{
  for (guint i = 0; i < self->n_doors; i++)
    {
      chatd_poller_remove (self->poller, &self->doors[i].watch);
      g_socket_close (self->doors[i].socket, NULL);
      g_object_unref (self->doors[i].socket);
    }
  self->n_doors = 0;
  g_free (self->doors);
}

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
  self->links = (ChatdLinkShared){
    .tls = tls,
    .poller = poller,
    .handshakes = chatd_turns_new (&handshake_rules),
    .writes = chatd_turns_new (&write_rules),
    .bulk = chatd_turns_new (&bulk_rules),
    .acceptor = acceptor,
  };
  self->crowd = chatd_crowd_new ();
  self->deadline_timer = chatd_timer_new (on_deadline, self);
  self->accept_timer = chatd_timer_new (on_accept_timer, self);
  self->doors = g_new0 (Door, sockets->len);
  for (guint i = 0; i < sockets->len; i++)
    if (!add_door (self, g_ptr_array_index (sockets, i), error))
      {
        chatd_listener_free (self);
        return NULL;
      }
  return self;
}

void
chatd_listener_free (ChatdListener *self)
{
  g_return_if_fail (self != NULL);

  remove_doors (self);
  while (self->asking.head != NULL)
    guest_free (self->asking.head->data);
  while (self->answered.head != NULL)
    guest_free (self->answered.head->data);
  while (self->alive.head != NULL)
    guest_free (self->alive.head->data);

  chatd_timer_free (self->deadline_timer);
  chatd_timer_free (self->accept_timer);
  chatd_turns_free (self->links.handshakes);
  chatd_turns_free (self->links.writes);
  chatd_turns_free (self->links.bulk);
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
