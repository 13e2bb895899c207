/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-connection.h"

#include "chatd-log.h"

#include "chat-limits.h"

#include <errno.h>
#include <sys/socket.h>

#define READ_SIZE 8192
/* What a peer may still send after its request before it is cut off */
#define LINGER_MAX_BYTES (64 * 1024)

/* sniffing → linked, or sniffing → reading → answering → writing → lingering → over; each may be
 * over at once. Closing a socket that has unread bytes resets the connection, and the peer may lose
 * the reply: hence the lingering, until the peer closes too. */
typedef enum
{
  STATE_SNIFFING, /* which protocol is it */
  STATE_LINKED,   /* the link's business from now on */
  STATE_READING,
  STATE_ANSWERING, /* the reply waits for the disk */
  STATE_WRITING,
  STATE_LINGERING,
} State;

struct _ChatdConnection
{
  /* owned */
  GSocketConnection *stream; /* closes its socket when it is freed */
  GByteArray *buffer;        /* (nullable): the request, then the reply */
  ChatdLink *link;           /* (nullable) */
  /* borrowed */
  ChatdPoller *poller;
  ChatdRequests *requests;
  ChatdTls *tls;
  const ChatdLinkAcceptor *acceptor;
  const ChatdConnectionFuncs *funcs;
  gpointer data;

  ChatdRequest *request; /* (nullable): while it is being answered */
  ChatdPollerWatch watch;
  ChatdPeer peer;
  State state;
  gsize n_done; /* bytes of the reply that are sent, then bytes that were dropped */
  gboolean refused;
  gboolean is_established;
  gboolean is_low_water_set;
};

typedef enum
{
  READ_BYTES,
  READ_LATER,
  READ_END, /* also on an error: either way nothing more will come */
} ReadResult;

static ReadResult
read_some (ChatdConnection *self, guint8 *bytes, gsize *len)
{
  const gssize n = recv (self->watch.fd, bytes, READ_SIZE, MSG_DONTWAIT);

  if (n > 0)
    {
      *len = (gsize) n;
      return READ_BYTES;
    }
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return READ_LATER;
  return READ_END;
}

static void
end (ChatdConnection *self)
{
  self->funcs->ended (self, self->data);
}

static void
linger (ChatdConnection *self)
{
  self->state = STATE_LINGERING;
  self->n_done = 0;
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  shutdown (self->watch.fd, SHUT_WR);
  chatd_poller_change (self->poller, &self->watch, G_IO_IN);
}

static void
write_reply (ChatdConnection *self)
{
  const gssize n = send (self->watch.fd, self->buffer->data + self->n_done,
                         self->buffer->len - self->n_done, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n > 0)
    self->n_done += (gsize) n;
  else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    {
      end (self);
      return;
    }

  if (self->n_done == self->buffer->len)
    linger (self);
  else
    chatd_poller_change (self->poller, &self->watch, G_IO_OUT);
}

/* @reply: (transfer full) (nullable) */
static void
reply_with (GByteArray *reply, gpointer data)
{
  ChatdConnection *self = data;

  self->request = NULL;
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  self->buffer = reply;
  self->n_done = 0;
  self->state = STATE_WRITING;
  self->funcs->answered (self, self->data);

  if (reply != NULL)
    write_reply (self);
  else
    linger (self);
}

static void
answer (ChatdConnection *self, const ChatTcpFrame *frame)
{
  ChatdRequest *request;

  self->state = STATE_ANSWERING;
  request = chatd_requests_answer (self->requests, frame, &self->peer, reply_with, self);
  if (request == NULL)
    return;

  self->request = request;
  chatd_poller_change (self->poller, &self->watch, 0);
}

static void
take_request (ChatdConnection *self)
{
  ChatTcpFrame frame = { 0 };
  gsize used;

  switch (chat_tcp_frame_decode (self->buffer->data, self->buffer->len, CHAT_LEGACY_REQUEST_MAX,
                                 &frame, &used, NULL))
    {
    case CHAT_DECODE_MORE:
      return;
    case CHAT_DECODE_OK:
      if (self->refused)
        reply_with (
            chatd_requests_refuse (self->requests, &frame, &self->peer, CHAT_ERROR_TOO_FAST), self);
      else
        answer (self, &frame);
      return;
    case CHAT_DECODE_BAD:
    default:
      reply_with (
          chatd_requests_refuse (self->requests, &frame, &self->peer, CHAT_ERROR_BAD_REQUEST),
          self);
    }
}

static void
read_request (ChatdConnection *self)
{
  guint8 bytes[READ_SIZE];
  gsize len;

  switch (read_some (self, bytes, &len))
    {
    case READ_BYTES:
      if (self->buffer == NULL)
        self->buffer = g_byte_array_new ();
      g_byte_array_append (self->buffer, bytes, (guint) len);
      take_request (self);
      break;
    case READ_END:
      end (self);
      break;
    case READ_LATER:
    default:
      break;
    }
}

static void
drop_rest (ChatdConnection *self)
{
  guint8 bytes[READ_SIZE];
  gsize len;

  switch (read_some (self, bytes, &len))
    {
    case READ_BYTES:
      self->n_done += len;
      if (self->n_done > LINGER_MAX_BYTES)
        end (self);
      break;
    case READ_END:
      end (self);
      break;
    case READ_LATER:
    default:
      break;
    }
}

/* --- which protocol --------------------------------------------------------------------------- */

static void
on_link_established (gpointer data)
{
  ChatdConnection *self = data;

  self->is_established = TRUE;
  self->funcs->alive (self, self->data);
}

static void
on_link_heard (gpointer data)
{
  ChatdConnection *self = data;

  if (self->is_established)
    self->funcs->alive (self, self->data);
}

static void
on_link_closing (gpointer data)
{
  ChatdConnection *self = data;

  self->is_established = FALSE;
  self->funcs->answered (self, self->data);
}

static void
on_link_ended (gpointer data)
{
  end (data);
}

static const ChatdLinkOwner link_owner = { on_link_established, on_link_heard, on_link_closing,
                                           on_link_ended };

static void
become_link (ChatdConnection *self)
{
  if (self->refused)
    {
      end (self);
      return;
    }

  self->state = STATE_LINKED;
  self->link = chatd_link_new (self->tls, self->poller, &self->watch, &self->peer, self->acceptor,
                               &link_owner, self);
  chatd_link_on_ready (self->link, G_IO_IN);
}

static void
set_low_water (ChatdConnection *self, int bytes)
{
  setsockopt (self->watch.fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
  self->is_low_water_set = bytes > 1;
}

/* A ClientHello begins with 16 03 01 to 16 03 04; a list of protocol 1 with a room name of 22 bytes
 * with 16 03 00. */
static void
sniff (ChatdConnection *self)
{
  guint8 bytes[3] = { 0 };
  const gssize n = recv (self->watch.fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return;
  if (n <= 0)
    {
      end (self);
      return;
    }

  const gboolean may_be_tls =
      bytes[0] == 0x16 && (n < 2 || bytes[1] == 3) && (n < 3 || (bytes[2] >= 1 && bytes[2] <= 4));
  if (may_be_tls && n < 3 && !self->is_low_water_set)
    {
      set_low_water (self, 3); /* else the loop would spin */
      return;
    }

  if (self->is_low_water_set)
    set_low_water (self, 1);
  if (may_be_tls && n == 3)
    {
      become_link (self);
      return;
    }
  self->state = STATE_READING;
  read_request (self);
}

static void
on_ready (GIOCondition condition, gpointer data)
{
  ChatdConnection *self = data;

  switch (self->state)
    {
    case STATE_SNIFFING:
      sniff (self);
      break;
    case STATE_LINKED:
      chatd_link_on_ready (self->link, condition);
      break;
    case STATE_READING:
      read_request (self);
      break;
    case STATE_ANSWERING:
      end (self); /* nothing was asked for: the peer hung up */
      break;
    case STATE_WRITING:
      write_reply (self);
      break;
    case STATE_LINGERING:
    default:
      drop_rest (self);
    }
}

ChatdConnection *
chatd_connection_new (GSocketConnection *stream,
                      ChatdPoller *poller,
                      ChatdRequests *requests,
                      ChatdTls *tls,
                      const ChatdLinkAcceptor *acceptor,
                      const ChatdPeer *peer,
                      gboolean refused,
                      const ChatdConnectionFuncs *funcs,
                      gpointer data,
                      GError **error)
{
  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (stream), NULL);

  const int fd = g_socket_get_fd (g_socket_connection_get_socket (stream));
  ChatdConnection *self = g_new0 (ChatdConnection, 1);
  self->stream = g_object_ref (stream);
  self->poller = poller;
  self->requests = requests;
  self->tls = tls;
  self->acceptor = acceptor;
  self->peer = *peer;
  self->refused = refused;
  self->funcs = funcs;
  self->data = data;
  if (!chatd_poller_add (poller, &self->watch, fd, G_IO_IN, on_ready, self, error))
    g_clear_pointer (&self, chatd_connection_free);
  return self;
}

void
chatd_connection_free (ChatdConnection *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->link, chatd_link_free);
  chatd_poller_remove (self->poller, &self->watch);
  g_clear_pointer (&self->request, chatd_request_cancel);
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  g_object_unref (self->stream);
  g_free (self);
}

const ChatdPeer *
chatd_connection_get_peer (ChatdConnection *self)
{
  return &self->peer;
}
