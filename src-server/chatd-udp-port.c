/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-udp-port.h"

#include "chatd-legacy-member.h"
#include "chatd-timer.h"

#include "chat-limits.h"

#include <errno.h>
#include <string.h>

/* Datagrams taken at once */
#define BATCH 64
/* How often in one turn of the loop: what came meanwhile is taken before anything is sent, so that
 * members get it together */
#define BATCHES 8
/* What a member may send, and one byte more, by which a longer one is known */
#define DATAGRAM_MAX                                                                               \
  (2 + CHAT_ROOM_NAME_MAX_BYTES + CHAT_LEGACY_TOKEN_LEN + CHAT_LEGACY_TEXT_MAX + 1)
/* After which others have their turn, and the rest of the batch waits: a message to a large room
 * takes long */
#define TURN_US (2 * G_TIME_SPAN_MILLISECOND)
/* Asked of the kernel, which may give less */
#define BUFFER_SIZE (8 * 1024 * 1024)
/* Until a network card's full queue is tried again */
#define BUSY_RETRY_US (5 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  ChatdUdpPort *port;     /* borrowed */
  GSocket *socket;        /* owned */
  ChatdOutbox *outbox;    /* owned */
  GSource *source;        /* owned (nullable): while something is waited for */
  GIOCondition condition; /* of source */
  int family;

  /* the batch: those before next are done */
  struct mmsghdr messages[BATCH];
  struct iovec vectors[BATCH];
  ChatdAddress senders[BATCH];
  guint8 buffers[BATCH][DATAGRAM_MAX];
  guint n_received;
  guint next;
  gboolean heard; /* in this turn of the loop: more may come in it */
} Channel;

struct _ChatdUdpPort
{
  GPtrArray *channels;     /* owned, of owned Channel */
  ChatdTimer *timer;       /* owned: tries busy outboxes again, and what sessions wait for */
  ChatdRoster *roster;     /* borrowed */
  ChatdSessions *sessions; /* borrowed (nullable): no sealed datagrams */
  gboolean in_turn;        /* update() follows */
};

static void update (ChatdUdpPort *self);

/* --- in --------------------------------------------------------------------------------------- */

static void
receive (ChatdUdpPort *self, const guint8 *bytes, gsize len, const ChatdAddress *sender, gint64 now)
{
  ChatLegacyDatagram datagram;
  ChatdToken token;

  if (len > 0 && bytes[0] == 0)
    {
      if (self->sessions != NULL)
        chatd_sessions_receive (self->sessions, bytes, len, sender, now);
      return;
    }
  if (!chat_legacy_datagram_parse (bytes, len, &datagram) ||
      !chatd_token_parse (&token, datagram.token, datagram.token_len))
    return;

  ChatdRosterEntry *entry = chatd_roster_find (self->roster, &token);
  if (entry != NULL)
    chatd_legacy_member_receive (chatd_legacy_member_from_entry (entry), &datagram, sender, now);
}

/* Returns: %FALSE where nothing is there */
static gboolean
receive_batch (Channel *channel)
{
  const int fd = g_socket_get_fd (channel->socket);

  for (guint i = 0; i < BATCH; i++)
    channel->messages[i].msg_hdr.msg_namelen = sizeof channel->senders[i];

  const int n = recvmmsg (fd, channel->messages, BATCH, MSG_DONTWAIT, NULL);
  channel->next = 0;
  channel->n_received = n > 0 ? (guint) n : 0;
  if (n < 0 && errno != EAGAIN)
    chatd_outbox_drain_errors (channel->outbox);
  return n > 0;
}

static gboolean
is_blocked (ChatdUdpPort *self)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      const Channel *channel = g_ptr_array_index (self->channels, i);
      if (chatd_outbox_get_state (channel->outbox) != CHATD_OUTBOX_EMPTY)
        return TRUE;
    }
  return FALSE;
}

/* Stops where an outbox is full, and at @stop_us; the rest of the batch is taken up later. */
static void
handle_batch (Channel *channel, gint64 stop_us)
{
  gint64 now_us = g_get_monotonic_time ();

  while (channel->next < channel->n_received && !is_blocked (channel->port) && now_us < stop_us)
    {
      const guint i = channel->next++;
      receive (channel->port, channel->buffers[i], channel->messages[i].msg_len,
               &channel->senders[i], now_us);
      now_us = g_get_monotonic_time ();
    }
}

/* --- out -------------------------------------------------------------------------------------- */

static void
on_unreachable (const ChatdAddress *to, gpointer data)
{
  ChatdUdpPort *self = data;
  const gint64 now_us = g_get_monotonic_time ();

  /* Thousands may say that they are there: all of them are counted once, not for each error. */
  for (ChatdRosterEntry *entry = chatd_roster_find_at (self->roster, to); entry != NULL;
       entry = entry->next_at)
    if (!chatd_legacy_member_unreachable (chatd_legacy_member_from_entry (entry), now_us))
      break;
}

static void
flush_all (ChatdUdpPort *self)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      Channel *channel = g_ptr_array_index (self->channels, i);
      chatd_outbox_flush (channel->outbox);
    }
}

/* --- the loop --------------------------------------------------------------------------------- */

static gboolean
has_received (ChatdUdpPort *self)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      const Channel *channel = g_ptr_array_index (self->channels, i);
      if (channel->next < channel->n_received)
        return TRUE;
    }
  return FALSE;
}

static gboolean
receive_more (ChatdUdpPort *self)
{
  gboolean more = FALSE;

  for (guint i = 0; i < self->channels->len; i++)
    {
      Channel *channel = g_ptr_array_index (self->channels, i);

      if (channel->heard && channel->next == channel->n_received)
        more = receive_batch (channel) || more;
    }
  return more;
}

/* Works off what was received, and what came meanwhile: nothing is sent before. */
static void
handle_all (ChatdUdpPort *self, gint64 stop_us)
{
  guint n = 0;

  do
    {
      for (guint i = 0; i < self->channels->len; i++)
        handle_batch (g_ptr_array_index (self->channels, i), stop_us);
      flush_all (self);
    }
  while (!is_blocked (self) && g_get_monotonic_time () < stop_us &&
         (has_received (self) || (++n < BATCHES && receive_more (self))));
}

/* Some of the sessions that were told something. Returns: whether there are others */
static gboolean
drain_sessions (ChatdUdpPort *self)
{
  if (self->sessions == NULL || is_blocked (self))
    return FALSE;

  const gboolean more = chatd_sessions_drain (self->sessions, g_get_monotonic_time ());
  flush_all (self);
  return more;
}

/* As long as what comes of it can be sent. Before each few sessions are served it is looked for
 * what came: who has their turn later gets it with the rest, in as many datagrams less. Even where
 * others took all of the time some have theirs. */
static void
resume (ChatdUdpPort *self)
{
  const gint64 stop_us = g_get_monotonic_time () + TURN_US;

  self->in_turn = TRUE;
  do
    handle_all (self, stop_us);
  while (drain_sessions (self) && !is_blocked (self) && g_get_monotonic_time () < stop_us);
  self->in_turn = FALSE;
  for (guint i = 0; i < self->channels->len; i++)
    ((Channel *) g_ptr_array_index (self->channels, i))->heard = FALSE;

  update (self);
}

static void
on_wake (gpointer data)
{
  ChatdUdpPort *self = data;

  if (!self->in_turn && !is_blocked (self))
    chatd_timer_set (self->timer, 0);
}

static void
on_timer (gpointer data)
{
  ChatdUdpPort *self = data;

  flush_all (self);
  resume (self);
}

static gboolean
on_ready (GSocket *socket, GIOCondition condition, gpointer data)
{
  Channel *channel = data;
  ChatdUdpPort *self = channel->port;

  if (condition & G_IO_ERR)
    chatd_outbox_drain_errors (channel->outbox);
  if (condition & G_IO_OUT)
    flush_all (self);
  if (condition & G_IO_IN && channel->next == channel->n_received)
    channel->heard = receive_batch (channel);

  resume (self);
  return G_SOURCE_CONTINUE;
}

static void
watch (Channel *channel, GIOCondition condition)
{
  if (channel->condition == condition)
    return;

  if (channel->source != NULL)
    g_source_destroy (channel->source);
  g_clear_pointer (&channel->source, g_source_unref);
  channel->condition = condition;
  if (condition == 0)
    return;

  channel->source = g_socket_create_source (channel->socket, condition, NULL);
  g_source_set_static_name (channel->source, "chatd UDP");
  g_source_set_can_recurse (channel->source, TRUE); /* as in chatd-poller */
  g_source_set_callback (channel->source, G_SOURCE_FUNC (on_ready), channel, NULL);
  g_source_attach (channel->source, NULL);
}

/* Returns: when there is something to do without a socket's having said so; -1: never */
static gint64
next_alarm (ChatdUdpPort *self)
{
  if (has_received (self))
    return 0;

  const gint64 due_us =
      self->sessions != NULL ? chatd_sessions_get_deadline (self->sessions) : G_MAXINT64;
  return due_us == G_MAXINT64 ? -1 : due_us;
}

/* Reads while all outboxes are empty; else waits for those that are not. */
static void
update (ChatdUdpPort *self)
{
  const gboolean blocked = is_blocked (self);
  gboolean busy = FALSE;

  for (guint i = 0; i < self->channels->len; i++)
    {
      Channel *channel = g_ptr_array_index (self->channels, i);
      const ChatdOutboxState state = chatd_outbox_get_state (channel->outbox);

      busy = busy || state == CHATD_OUTBOX_BUSY;
      watch (channel, !blocked ? G_IO_IN : state == CHATD_OUTBOX_FULL ? G_IO_OUT : 0);
    }
  if (busy)
    chatd_timer_set (self->timer, g_get_monotonic_time () + BUSY_RETRY_US);
  else
    chatd_timer_set (self->timer, blocked ? -1 : next_alarm (self));
}

/* --- sockets ---------------------------------------------------------------------------------- */

static void
set_buffer (int fd, int privileged, int ordinary)
{
  const int size = BUFFER_SIZE;

  if (setsockopt (fd, SOL_SOCKET, privileged, &size, sizeof size) < 0)
    setsockopt (fd, SOL_SOCKET, ordinary, &size, sizeof size);
}

static void
set_options (GSocket *socket, int family)
{
  const int fd = g_socket_get_fd (socket);

  set_buffer (fd, SO_RCVBUFFORCE, SO_RCVBUF);
  set_buffer (fd, SO_SNDBUFFORCE, SO_SNDBUF);
  if (family == AF_INET)
    {
      g_socket_set_option (socket, IPPROTO_IP, IP_RECVERR, TRUE, NULL);
      /* Nothing sends a lost datagram again, so routers may cut a long one up. */
      g_socket_set_option (socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, NULL);
    }
  else
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_RECVERR, TRUE, NULL);
}

static Channel *
channel_new (ChatdUdpPort *port, GSocket *socket)
{
  Channel *channel = g_new0 (Channel, 1);

  channel->port = port;
  channel->socket = g_object_ref (socket);
  channel->family = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4 ? AF_INET : AF_INET6;
  channel->outbox = chatd_outbox_new (g_socket_get_fd (socket), on_unreachable, port);
  for (guint i = 0; i < BATCH; i++)
    {
      channel->vectors[i] =
          (struct iovec){ .iov_base = channel->buffers[i], .iov_len = DATAGRAM_MAX };
      channel->messages[i].msg_hdr = (struct msghdr){ .msg_name = &channel->senders[i],
                                                      .msg_iov = &channel->vectors[i],
                                                      .msg_iovlen = 1 };
    }
  set_options (socket, channel->family);
  return channel;
}

static void
channel_free (gpointer data)
{
  Channel *channel = data;

  watch (channel, 0);
  chatd_outbox_free (channel->outbox);
  g_object_unref (channel->socket);
  g_free (channel);
}

ChatdUdpPort *
chatd_udp_port_new (GPtrArray *sockets, ChatdRoster *roster)
{
  g_return_val_if_fail (sockets->len > 0, NULL);

  ChatdUdpPort *self = g_new0 (ChatdUdpPort, 1);
  self->roster = roster;
  self->timer = chatd_timer_new (on_timer, self);
  self->channels = g_ptr_array_new_with_free_func (channel_free);
  for (guint i = 0; i < sockets->len; i++)
    g_ptr_array_add (self->channels, channel_new (self, g_ptr_array_index (sockets, i)));
  update (self);
  return self;
}

void
chatd_udp_port_free (ChatdUdpPort *self)
{
  g_return_if_fail (self != NULL);

  chatd_udp_port_set_sessions (self, NULL);
  g_ptr_array_unref (self->channels);
  chatd_timer_free (self->timer);
  g_free (self);
}

ChatdOutbox *
chatd_udp_port_get_outbox (ChatdUdpPort *self, int family)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      const Channel *channel = g_ptr_array_index (self->channels, i);
      if (channel->family == family)
        return channel->outbox;
    }
  return NULL;
}

void
chatd_udp_port_set_sessions (ChatdUdpPort *self, ChatdSessions *sessions)
{
  g_return_if_fail (self != NULL);

  if (self->sessions != NULL)
    chatd_sessions_set_port (self->sessions, NULL, NULL, NULL, NULL);
  self->sessions = sessions;
  if (sessions != NULL)
    chatd_sessions_set_port (sessions, chatd_udp_port_get_outbox (self, AF_INET),
                             chatd_udp_port_get_outbox (self, AF_INET6), on_wake, self);
}

gboolean
chatd_udp_port_flush (ChatdUdpPort *self)
{
  flush_all (self);
  update (self);
  return !is_blocked (self);
}
