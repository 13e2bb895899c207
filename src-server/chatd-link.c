/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-link.h"

#include "chat-limits.h"

#include <string.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define READ_SIZE (16 * 1024)
/* Of one peer in one turn of the loop */
#define READ_PER_TURN (64 * 1024)
/* One TLS record */
#define WRITE_SIZE (16 * 1024)

/* handshaking → open → closing → over; each may be over at once. */
typedef enum
{
  STATE_HANDSHAKING,
  STATE_OPEN,
  STATE_CLOSING, /* what is queued is sent, nothing is read */
  STATE_OVER,    /* ends when the loop comes by */
} State;

struct _ChatdLink
{
  /* owned */
  ChatdTlsPeer *tls;
  GByteArray *in;  /* (nullable): less than a frame */
  GByteArray *out; /* (nullable): from n_out on not sent yet */
  /* borrowed */
  ChatdPoller *poller;
  ChatdPollerWatch *watch;
  const ChatdLinkAcceptor *acceptor;
  const ChatdLinkOwner *owner;
  gpointer owner_data;
  const ChatdLinkFuncs *funcs; /* (nullable) */
  gpointer data;

  ChatdPeer peer;
  State state;
  gsize n_out;
  gsize max_payload;
  gboolean was_full; /* drained() is due */
};

ChatdLink *
chatd_link_new (ChatdTls *tls,
                ChatdPoller *poller,
                ChatdPollerWatch *watch,
                const ChatdPeer *peer,
                const ChatdLinkAcceptor *acceptor,
                const ChatdLinkOwner *owner,
                gpointer data)
{
  ChatdLink *self = g_new0 (ChatdLink, 1);

  self->tls = chatd_tls_peer_new (tls, watch->fd);
  self->poller = poller;
  self->watch = watch;
  self->peer = *peer;
  self->acceptor = acceptor;
  self->owner = owner;
  self->owner_data = data;
  self->max_payload = CHAT_HELLO_MAX;
  return self;
}

static void
tell_closed (ChatdLink *self)
{
  const ChatdLinkFuncs *funcs = g_steal_pointer (&self->funcs);

  if (funcs != NULL)
    funcs->closed (self, self->data);
}

void
chatd_link_free (ChatdLink *self)
{
  g_return_if_fail (self != NULL);

  self->state = STATE_OVER;
  tell_closed (self);
  chatd_tls_peer_free (self->tls);
  g_clear_pointer (&self->in, g_byte_array_unref);
  g_clear_pointer (&self->out, g_byte_array_unref);
  g_free (self);
}

void
chatd_link_set_handler (ChatdLink *self, const ChatdLinkFuncs *funcs, gpointer data)
{
  self->funcs = funcs;
  self->data = data;
}

const ChatdPeer *
chatd_link_get_peer (const ChatdLink *self)
{
  return &self->peer;
}

void
chatd_link_set_max_payload (ChatdLink *self, gsize max_payload)
{
  self->max_payload = max_payload;
}

void
chatd_link_established (ChatdLink *self)
{
  self->owner->established (self->owner_data);
}

gsize
chatd_link_get_queued (const ChatdLink *self)
{
  return self->out != NULL ? self->out->len - self->n_out : 0;
}

/* --- out -------------------------------------------------------------------------------------- */

static void
wait_for (ChatdLink *self, GIOCondition condition)
{
  chatd_poller_change (self->poller, self->watch, condition);
}

/* What is left goes with the socket; the loop comes by, since it is readable then. */
static void
cut_off (ChatdLink *self)
{
  self->state = STATE_OVER;
  shutdown (self->watch->fd, SHUT_RDWR);
  wait_for (self, G_IO_IN);
}

void
chatd_link_send (ChatdLink *self, const guint8 *bytes, gsize len)
{
  if (self->state != STATE_OPEN || len == 0)
    return;
  if (chatd_link_get_queued (self) + len > CHATD_LINK_QUEUE_MAX)
    {
      cut_off (self);
      return;
    }

  if (self->out == NULL)
    self->out = g_byte_array_new ();
  g_byte_array_append (self->out, bytes, (guint) len);
  self->was_full = self->was_full || chatd_link_get_queued (self) > CHATD_LINK_QUEUE_LOW;
  wait_for (self, G_IO_IN | G_IO_OUT);
}

/* Returns: %FALSE where the peer is gone */
static gboolean
write_some (ChatdLink *self)
{
  while (chatd_link_get_queued (self) > 0)
    {
      gsize n = 0;

      switch (chatd_tls_peer_write (self->tls, self->out->data + self->n_out,
                                    MIN (chatd_link_get_queued (self), WRITE_SIZE), &n))
        {
        case CHATD_TLS_DONE:
          self->n_out += n;
          break;
        case CHATD_TLS_AGAIN:
          return TRUE;
        case CHATD_TLS_END:
        default:
          return FALSE;
        }
    }

  g_clear_pointer (&self->out, g_byte_array_unref);
  self->n_out = 0;
  return TRUE;
}

/* A queue that never empties must not keep what it has sent. */
static void
forget_sent (ChatdLink *self)
{
  if (self->out == NULL || self->n_out < CHATD_LINK_QUEUE_LOW)
    return;

  g_byte_array_remove_range (self->out, 0, (guint) self->n_out);
  self->n_out = 0;
}

static void
tell_drained (ChatdLink *self)
{
  if (!self->was_full || chatd_link_get_queued (self) > CHATD_LINK_QUEUE_LOW ||
      self->state != STATE_OPEN)
    return;

  self->was_full = FALSE;
  if (self->funcs != NULL)
    self->funcs->drained (self, self->data);
}

static void
finish (ChatdLink *self)
{
  chatd_tls_peer_say_goodbye (self->tls);
  self->owner->ended (self->owner_data);
}

void
chatd_link_close (ChatdLink *self)
{
  if (self->state != STATE_OPEN)
    return;

  self->state = STATE_CLOSING;
  self->owner->closing (self->owner_data);
  wait_for (self, G_IO_OUT);
}

/* --- in --------------------------------------------------------------------------------------- */

static void
take_frames (ChatdLink *self)
{
  gsize used = 0, at = 0;
  ChatTcpFrame frame;

  while (self->state == STATE_OPEN && self->in->len > at)
    {
      const ChatDecodeResult result = chat_tcp_frame_decode (
          self->in->data + at, self->in->len - at, self->max_payload, &frame, &used, NULL);

      if (result == CHAT_DECODE_MORE)
        break;
      if (result != CHAT_DECODE_OK || self->funcs == NULL)
        {
          chatd_link_close (self);
          break;
        }
      at += used;
      self->funcs->frame (self, &frame, self->data);
    }

  if (at == self->in->len || self->state != STATE_OPEN)
    g_clear_pointer (&self->in, g_byte_array_unref);
  else if (at > 0)
    g_byte_array_remove_range (self->in, 0, (guint) at);
}

/* Returns: %FALSE where the peer is gone */
static gboolean
read_some (ChatdLink *self)
{
  guint8 bytes[READ_SIZE];
  gsize total = 0, len = 0;

  while (self->state == STATE_OPEN &&
         (total < READ_PER_TURN || chatd_tls_peer_has_pending (self->tls)))
    {
      const ChatdTlsResult result = chatd_tls_peer_read (self->tls, bytes, sizeof bytes, &len);

      if (result == CHATD_TLS_AGAIN)
        break;
      if (result == CHATD_TLS_END)
        return FALSE;
      if (total == 0)
        self->owner->heard (self->owner_data);
      total += len;
      if (self->in == NULL)
        self->in = g_byte_array_new ();
      g_byte_array_append (self->in, bytes, (guint) len);
      take_frames (self);
    }
  return TRUE;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void
open_up (ChatdLink *self)
{
  const int on = 1;

  setsockopt (self->watch->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  self->state = STATE_OPEN;
  wait_for (self, G_IO_IN);
  self->acceptor->opened (self, self->acceptor->data);
}

static void
handshake (ChatdLink *self)
{
  switch (chatd_tls_peer_handshake (self->tls))
    {
    case CHATD_TLS_DONE:
      open_up (self);
      break;
    case CHATD_TLS_AGAIN:
      wait_for (self, chatd_tls_peer_get_condition (self->tls));
      break;
    case CHATD_TLS_END:
    default:
      self->state = STATE_OVER;
    }
}

void
chatd_link_on_ready (ChatdLink *self, GIOCondition condition)
{
  if (self->state == STATE_HANDSHAKING)
    handshake (self);
  else if (self->state == STATE_OPEN && (condition & ~G_IO_OUT) != 0 && !read_some (self))
    self->state = STATE_OVER;

  /* bytes that came with the end of the handshake are in no socket any more */
  if (self->state == STATE_OPEN && chatd_tls_peer_has_pending (self->tls) && !read_some (self))
    self->state = STATE_OVER;
  if ((self->state == STATE_OPEN || self->state == STATE_CLOSING) && !write_some (self))
    self->state = STATE_OVER;
  if (self->state == STATE_OVER ||
      (self->state == STATE_CLOSING && chatd_link_get_queued (self) == 0))
    {
      finish (self);
      return;
    }
  if (self->state != STATE_OPEN)
    return;

  forget_sent (self);
  tell_drained (self);
  if (self->state == STATE_OPEN)
    wait_for (self, chatd_link_get_queued (self) > 0 ? G_IO_IN | G_IO_OUT : G_IO_IN);
}
