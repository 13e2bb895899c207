/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include "chat-tcp-frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_S 20

typedef struct
{
  guint32 id;
  guint8 state;
  GBytes *payload;
} Reply;

struct _PeerPrivate
{
  int tcp;
  int udp;
  guint tcp_source;
  guint udp_source;
  gnutls_session_t tls;
  gnutls_certificate_credentials_t credentials;
  gboolean shaken;
  GByteArray *in;
  GArray *replies; /* Reply */
  guint32 last_id;
  struct sockaddr_in server_udp;
  ChatSealedDatagram *next_sealed; /* not heard yet */
  guint8 last[CHAT_DATAGRAM_MAX];
  gsize last_size;
};

/* --- waiting --- */

static gboolean
on_too_long (gpointer message)
{
  g_error ("waited for too long: %s", (const char *) message);
  return G_SOURCE_REMOVE;
}

guint
wait_begin (const char *where, const char *condition)
{
  return g_timeout_add_seconds_full (G_PRIORITY_HIGH, WAIT_S, on_too_long,
                                     g_strdup_printf ("%s: %s", where, condition), g_free);
}

/* --- in --- */

static void
rekey (Peer *self, const ChatDataFrame *frame)
{
  guint32 id;

  memcpy (&id, frame->tail, sizeof id);
  self->n_rekeys++;
  chat_sealed_datagram_free (self->priv->next_sealed);
  self->priv->next_sealed = self->sealed; /* the old ones, which still open */
  self->sealed =
      chat_sealed_datagram_new (CHAT_PEER_CLIENT, GUINT32_FROM_BE (id), frame->tail + sizeof id);
}

static void
take_data (Peer *self, const guint8 *bytes, gsize len, ChatRoad road)
{
  ChatDataFrame frame;
  gsize used;

  for (; len > 0; bytes += used, len -= used)
    {
      g_assert_cmpint (chat_data_frame_decode (bytes, len, &frame, &used, NULL), ==,
                       CHAT_DECODE_OK);
      if (frame.type == CHAT_DATA_REKEY && road == CHAT_ROAD_TCP)
        rekey (self, &frame);
      else if (self->on_frame != NULL)
        self->on_frame (self, &frame, road, self->data);
    }
}

static void
take_event (Peer *self, const ChatTcpFrame *frame)
{
  ChatControlEvent *event = g_new0 (ChatControlEvent, 1);

  g_assert_true (chat_control_event_decode (frame->payload, frame->payload_len, event, NULL));
  g_queue_push_tail (&self->events, event);
}

static guint32
reply_id (const ChatTcpFrame *frame)
{
  /* Every reply has it; what else it has differs. */
  g_autofree char *text = g_strndup ((const char *) frame->payload, frame->payload_len);
  const char *at = strstr (text, "\"id\":");

  g_assert_nonnull (at);
  return (guint32) g_ascii_strtoull (at + strlen ("\"id\":"), NULL, 10);
}

static void
take_frame (Peer *self, const ChatTcpFrame *frame)
{
  if (frame->operation == CHAT_OPERATION_DATA)
    {
      g_assert_cmpint (frame->state, ==, CHAT_STATE_EVENT);
      self->n_tcp_data++;
      take_data (self, frame->payload, frame->payload_len, CHAT_ROAD_TCP);
    }
  else if (frame->state == CHAT_STATE_EVENT)
    take_event (self, frame);
  else
    {
      const Reply reply = { reply_id (frame), frame->state,
                            g_bytes_new (frame->payload, frame->payload_len) };
      g_array_append_val (self->priv->replies, reply);
    }
}

static void
take_bytes (Peer *self)
{
  GByteArray *in = self->priv->in;
  ChatTcpFrame frame;
  gsize used;

  while (in->len > 0 && chat_tcp_frame_decode (in->data, in->len, CHAT_CONTROL_REPLY_MAX, &frame,
                                               &used, NULL) == CHAT_DECODE_OK)
    {
      take_frame (self, &frame);
      g_byte_array_remove_range (in, 0, (guint) used);
    }
}

static gboolean
shake (Peer *self)
{
  const int result = gnutls_handshake (self->priv->tls);

  if (result == 0)
    self->priv->shaken = TRUE;
  else if (gnutls_error_is_fatal (result))
    self->closed = TRUE;
  return self->priv->shaken;
}

static void
read_tls (Peer *self)
{
  guint8 bytes[16384];
  gssize n;

  while ((n = gnutls_record_recv (self->priv->tls, bytes, sizeof bytes)) > 0)
    g_byte_array_append (self->priv->in, bytes, (guint) n);
  if (n == 0 || gnutls_error_is_fatal ((int) n))
    self->closed = TRUE;
  take_bytes (self);
}

static gboolean
on_tcp (gint fd, GIOCondition condition, gpointer data)
{
  Peer *self = data;

  if (self->priv->shaken || shake (self))
    read_tls (self);
  if (!self->closed)
    return G_SOURCE_CONTINUE;

  self->priv->tcp_source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
open_datagram (Peer *self,
               ChatSealedDatagram *sealed,
               const guint8 *bytes,
               gsize len,
               guint8 *frames,
               gsize *n)
{
  gboolean newest;

  return sealed != NULL &&
         chat_sealed_datagram_open (sealed, bytes, len, frames, n, &newest) == CHAT_OPEN_OK;
}

static void
take_datagram (Peer *self, const guint8 *bytes, gsize len)
{
  guint8 frames[CHAT_DATAGRAM_MAX];
  gsize n;

  g_assert_cmpuint (len, <=, CHAT_DATAGRAM_MAX);
  if (self->loses != NULL && self->loses (FALSE, self->data))
    return;
  if (!open_datagram (self, self->sealed, bytes, len, frames, &n) &&
      !open_datagram (self, self->priv->next_sealed, bytes, len, frames, &n))
    return;

  self->n_udp++;
  take_data (self, frames, n, CHAT_ROAD_UDP);
}

static gboolean
on_udp (gint fd, GIOCondition condition, gpointer data)
{
  guint8 bytes[2048];
  gssize n;

  while ((n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    take_datagram (data, bytes, (gsize) n);
  return G_SOURCE_CONTINUE;
}

/* --- out --- */

void
peer_send_bytes (Peer *self, const guint8 *bytes, gsize len)
{
  while (len > 0 && !self->closed)
    {
      const gssize n = gnutls_record_send (self->priv->tls, bytes, len);

      if (n > 0)
        {
          bytes += n;
          len -= (gsize) n;
        }
      else if (gnutls_error_is_fatal ((int) n))
        self->closed = TRUE;
      else
        g_main_context_iteration (NULL, FALSE);
    }
}

guint32
peer_send (Peer *self, guint8 operation, const ChatControlRequest *request)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  ChatControlRequest copy = *request;

  copy.id = ++self->priv->last_id;
  chat_control_request_append (operation, &copy, out);
  peer_send_bytes (self, out->data, out->len);
  return copy.id;
}

void
peer_send_data (Peer *self, const guint8 *frames, gsize len)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  chat_control_data_append (CHAT_STATE_REQUEST, frames, len, out);
  peer_send_bytes (self, out->data, out->len);
}

void
peer_send_raw (Peer *self, const guint8 *bytes, gsize len)
{
  g_assert_cmpint (sendto (self->priv->udp, bytes, len, 0,
                           (struct sockaddr *) &self->priv->server_udp,
                           sizeof self->priv->server_udp),
                   ==, (gssize) len);
}

void
peer_send_datagram (Peer *self, const guint8 *frames, gsize len)
{
  g_assert_cmpuint (len + CHAT_SEALED_OVERHEAD, <=, CHAT_DATAGRAM_MAX);
  g_assert_true (chat_sealed_datagram_seal (self->sealed, frames, len, self->priv->last));
  self->priv->last_size = len + CHAT_SEALED_OVERHEAD;
  if (self->loses == NULL || !self->loses (TRUE, self->data))
    peer_send_raw (self, self->priv->last, self->priv->last_size);
}

gsize
peer_get_last_datagram (Peer *self, guint8 bytes[CHAT_DATAGRAM_MAX])
{
  memcpy (bytes, self->priv->last, self->priv->last_size);
  return self->priv->last_size;
}

/* --- asking --- */

static GBytes *
steal_reply (Peer *self, guint32 id, guint8 *state)
{
  for (guint i = 0; i < self->priv->replies->len; i++)
    {
      const Reply reply = g_array_index (self->priv->replies, Reply, i);

      if (reply.id != id)
        continue;
      g_array_remove_index (self->priv->replies, i);
      *state = reply.state;
      return reply.payload;
    }
  return NULL;
}

GBytes *
peer_wait_reply (Peer *self, guint32 id, guint8 *state)
{
  GBytes *payload = NULL;

  wait_until ((payload = steal_reply (self, id, state)) != NULL || self->closed);
  g_assert_nonnull (payload);
  return payload;
}

GBytes *
peer_ask (Peer *self, guint8 operation, const ChatControlRequest *request)
{
  guint8 state;
  GBytes *payload = peer_wait_reply (self, peer_send (self, operation, request), &state);

  if (state != CHAT_STATE_SUCCESS)
    g_error ("operation %u: %.*s", operation, (int) g_bytes_get_size (payload),
             (const char *) g_bytes_get_data (payload, NULL));
  return payload;
}

char *
peer_ask_error (Peer *self, guint8 operation, const ChatControlRequest *request)
{
  guint8 state;
  g_autoptr (GBytes) payload = peer_wait_reply (self, peer_send (self, operation, request), &state);
  g_auto (ChatControlError) error = { 0 };

  g_assert_cmpint (state, ==, CHAT_STATE_ERROR);
  g_assert_true (chat_control_error_decode (g_bytes_get_data (payload, NULL),
                                            g_bytes_get_size (payload), &error, NULL));
  g_assert_cmpuint (error.message[0], !=, 0);
  return g_strdup (error.code);
}

void
peer_enter (Peer *self,
            guint8 operation,
            const ChatControlRequest *request,
            ChatControlEntered *out)
{
  g_autoptr (GBytes) payload = peer_ask (self, operation, request);

  g_assert_true (chat_control_entered_decode (g_bytes_get_data (payload, NULL),
                                              g_bytes_get_size (payload), out, NULL));
}

void
peer_event_free (ChatControlEvent *event)
{
  chat_control_event_clear (event);
  g_free (event);
}

static ChatControlEvent *
steal_event (Peer *self, ChatControlEventKind kind)
{
  ChatControlEvent *event;

  while ((event = g_queue_pop_head (&self->events)) != NULL)
    {
      if (event->kind == kind)
        return event;
      peer_event_free (event);
    }
  return NULL;
}

ChatControlEvent *
peer_wait_event (Peer *self, ChatControlEventKind kind)
{
  ChatControlEvent *event = NULL;

  wait_until (self->closed || (event = steal_event (self, kind)) != NULL);
  g_assert_nonnull (event);
  return event;
}

void
peer_wait_closed (Peer *self)
{
  wait_until (self->closed);
}

/* --- life --- */

void
peer_hello (Peer *self)
{
  const ChatControlRequest request = { .protocol = CHAT_PROTOCOL_VERSION,
                                       .agent = (char *) "test" };
  g_autoptr (GBytes) payload = peer_ask (self, CHAT_OPERATION_HELLO, &request);

  g_assert_true (chat_control_welcome_decode (g_bytes_get_data (payload, NULL),
                                              g_bytes_get_size (payload), &self->welcome, NULL));
  self->sealed =
      chat_sealed_datagram_new (CHAT_PEER_CLIENT, self->welcome.session, self->welcome.secret);
}

static void
open_udp (Peer *self)
{
  self->priv->udp = socket (AF_INET, SOCK_DGRAM, 0);
  self->priv->udp_source = g_unix_fd_add (self->priv->udp, G_IO_IN, on_udp, self);
}

static void
close_udp (Peer *self)
{
  g_source_remove (self->priv->udp_source);
  close (self->priv->udp);
}

void
peer_move (Peer *self)
{
  const int old = self->priv->udp;

  g_source_remove (self->priv->udp_source);
  open_udp (self); /* before the old one is closed, so that it has another port */
  close (old);
}

static void
start_tls (Peer *self)
{
  struct _PeerPrivate *priv = self->priv;

  gnutls_certificate_allocate_credentials (&priv->credentials);
  gnutls_init (&priv->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (priv->tls);
  gnutls_credentials_set (priv->tls, GNUTLS_CRD_CERTIFICATE, priv->credentials);
  gnutls_transport_set_int (priv->tls, priv->tcp);
}

static void
connect_tcp (Peer *self, guint port)
{
  const struct sockaddr_in to = { .sin_family = AF_INET,
                                  .sin_port = htons ((guint16) port),
                                  .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  self->priv->tcp = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (self->priv->tcp, (const struct sockaddr *) &to, sizeof to), ==, 0);
  g_unix_set_fd_nonblocking (self->priv->tcp, TRUE, NULL);
}

Peer *
peer_new_silent (guint tcp_port, guint udp_port)
{
  Peer *self = g_new0 (Peer, 1);

  self->priv = g_new0 (struct _PeerPrivate, 1);
  self->priv->in = g_byte_array_new ();
  self->priv->replies = g_array_new (FALSE, FALSE, sizeof (Reply));
  self->priv->server_udp = (struct sockaddr_in){ .sin_family = AF_INET,
                                                 .sin_port = htons ((guint16) udp_port),
                                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  g_queue_init (&self->events);
  connect_tcp (self, tcp_port);
  open_udp (self);
  start_tls (self);
  shake (self);
  self->priv->tcp_source = g_unix_fd_add (self->priv->tcp, G_IO_IN, on_tcp, self);
  wait_until (self->closed || self->priv->shaken);
  return self;
}

Peer *
peer_new (guint tcp_port, guint udp_port)
{
  Peer *self = peer_new_silent (tcp_port, udp_port);

  peer_hello (self);
  return self;
}

static void
free_replies (Peer *self)
{
  for (guint i = 0; i < self->priv->replies->len; i++)
    g_bytes_unref (g_array_index (self->priv->replies, Reply, i).payload);
  g_array_unref (self->priv->replies);
}

void
peer_free (Peer *self)
{
  struct _PeerPrivate *priv = self->priv;

  if (priv->tcp_source != 0)
    g_source_remove (priv->tcp_source);
  close_udp (self);
  gnutls_deinit (priv->tls);
  gnutls_certificate_free_credentials (priv->credentials);
  close (priv->tcp);
  chat_sealed_datagram_free (self->sealed);
  chat_sealed_datagram_free (priv->next_sealed);
  g_byte_array_unref (priv->in);
  free_replies (self);
  g_queue_clear_full (&self->events, (GDestroyNotify) peer_event_free);
  chat_control_welcome_clear (&self->welcome);
  g_free (priv);
  g_free (self);
}
