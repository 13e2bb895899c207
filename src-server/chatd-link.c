/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-link.h"

#include "chat-limits.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#define READ_SIZE (16 * 1024)
/* Of one peer in one turn of the loop */
#define READ_PER_TURN (64 * 1024)
/* One TLS record */
#define WRITE_SIZE (16 * 1024)
/* The kernel asks a silent peer whether it is there: seconds, then between so many questions */
#define KEEPALIVE_IDLE_S 45
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_PROBES 3
/* In the kernel, each way, of a peer that is bulk: bytes */
#define BULK_BUFFER (256 * 1024)

/* handshaking → open → closing → over; each may be over at once. */
typedef enum
{
  STATE_HANDSHAKING,
  STATE_OPEN,
  STATE_CLOSING, /* what is queued is sent, then the goodbye; nothing is read */
  STATE_OVER,    /* in order: the peer should get what was sent last */
  STATE_CUT_OFF, /* there is nobody to send anything to */
} State;

struct _ChatdLink
{
  /* owned */
  ChatdTlsPeer *tls;
  GByteArray *in;  /* (nullable): less than a frame */
  GByteArray *out; /* (nullable): from n_out on not sent yet */
  /* borrowed */
  const ChatdLinkShared *shared;
  ChatdPollerWatch *watch;
  const ChatdLinkOwner *owner;
  gpointer owner_data;
  const ChatdLinkFuncs *funcs; /* (nullable) */
  gpointer data;

  ChatdTurn turn; /* a step of the handshake, later a write, or its end */
  ChatdPeer peer;
  State state;
  GIOCondition watched;
  gsize n_out;
  gsize max_payload;
  gboolean is_stuck; /* the socket takes no more */
  gboolean was_full; /* drained() is due */
  gboolean is_bulk;
  gboolean is_held;
  gboolean is_readable; /* bulk: its turn reads */
};

/* --- the loop's attention --------------------------------------------------------------------- */

static void
watch_for (ChatdLink *self, GIOCondition condition)
{
  if (condition == self->watched)
    return;

  self->watched = condition;
  chatd_poller_change (self->shared->poller, self->watch, condition);
}

static void
wait_for_turn (ChatdLink *self)
{
  chatd_turns_add (self->state == STATE_HANDSHAKING ? self->shared->handshakes
                   : self->is_bulk                  ? self->shared->bulk
                                                    : self->shared->writes,
                   &self->turn);
}

/* Where a handler may still be at work: the loop comes by. */
static void
end_later (ChatdLink *self, State state)
{
  self->state = state;
  watch_for (self, 0);
  wait_for_turn (self);
}

/* --- out -------------------------------------------------------------------------------------- */

gsize
chatd_link_get_queued (const ChatdLink *self)
{
  return self->out != NULL ? self->out->len - self->n_out : 0;
}

void
chatd_link_send (ChatdLink *self, const guint8 *bytes, gsize len)
{
  if (self->state != STATE_OPEN || len == 0)
    return;
  if (chatd_link_get_queued (self) + len > CHATD_LINK_QUEUE_MAX)
    {
      end_later (self, STATE_CUT_OFF);
      return;
    }

  if (self->out == NULL)
    self->out = g_byte_array_new ();
  g_byte_array_append (self->out, bytes, (guint) len);
  self->was_full = self->was_full || chatd_link_get_queued (self) > CHATD_LINK_QUEUE_LOW;
  if (!self->is_stuck)
    wait_for_turn (self);
}

/* A queue that never empties must not keep what it has sent. */
static void
forget_sent (ChatdLink *self)
{
  if (chatd_link_get_queued (self) == 0)
    {
      g_clear_pointer (&self->out, g_byte_array_unref);
      self->n_out = 0;
    }
  else if (self->n_out >= CHATD_LINK_QUEUE_LOW)
    {
      g_byte_array_remove_range (self->out, 0, (guint) self->n_out);
      self->n_out = 0;
    }
}

/* Notes where the peer is gone. */
static void
write_queued (ChatdLink *self)
{
  gsize n = 0;
  ChatdTlsResult result = CHATD_TLS_DONE;

  while (result == CHATD_TLS_DONE && chatd_link_get_queued (self) > 0)
    {
      result = chatd_tls_peer_write (self->tls, self->out->data + self->n_out,
                                     MIN (chatd_link_get_queued (self), WRITE_SIZE), &n);
      if (result == CHATD_TLS_DONE)
        self->n_out += n;
    }
  if (result == CHATD_TLS_DONE && self->state == STATE_CLOSING)
    result = chatd_tls_peer_say_goodbye (self->tls);

  self->is_stuck = result == CHATD_TLS_AGAIN;
  if (result == CHATD_TLS_END)
    self->state = STATE_CUT_OFF;
  else if (result == CHATD_TLS_DONE && self->state == STATE_CLOSING)
    self->state = STATE_OVER;
  forget_sent (self);
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

static void
take_bytes (ChatdLink *self, const guint8 *bytes, gsize len)
{
  if (self->in == NULL)
    self->in = g_byte_array_new ();
  g_byte_array_append (self->in, bytes, (guint) len);
  take_frames (self);
}

/* Notes where the peer is gone. A record that was decrypted in part is read to its end: the socket
 * does not tell of it. */
static void
read_some (ChatdLink *self)
{
  guint8 bytes[READ_SIZE];
  gsize total = 0, len = 0;

  while (self->state == STATE_OPEN &&
         (total < READ_PER_TURN || chatd_tls_peer_has_pending (self->tls)))
    {
      const ChatdTlsResult result = chatd_tls_peer_read (self->tls, bytes, sizeof bytes, &len);

      if (result == CHATD_TLS_END)
        self->state = STATE_CUT_OFF;
      if (result != CHATD_TLS_DONE)
        return;
      if (total == 0)
        self->owner->heard (self->owner_data);
      total += len;
      take_bytes (self, bytes, len);
    }
}

/* --- the handshake ---------------------------------------------------------------------------- */

/* Bytes that came with the end of the handshake may be in no socket any more. */
static void
open_up (ChatdLink *self)
{
  self->state = STATE_OPEN;
  self->shared->acceptor->opened (self, self->shared->acceptor->data);
  read_some (self);
}

static void
shake_hands (ChatdLink *self)
{
  switch (chatd_tls_peer_handshake (self->tls))
    {
    case CHATD_TLS_DONE:
      open_up (self);
      break;
    case CHATD_TLS_AGAIN:
      self->turn.is_begun = TRUE;
      watch_for (self, chatd_tls_peer_get_condition (self->tls));
      break;
    case CHATD_TLS_END:
    default:
      self->state = STATE_OVER;
    }
}

/* --- events ----------------------------------------------------------------------------------- */

/* Last in each call from the loop: may free @self. */
static void
settle (ChatdLink *self)
{
  if (self->state == STATE_OPEN)
    watch_for (self, (self->is_stuck ? G_IO_OUT : 0) |
                         (self->is_held || self->is_readable ? 0 : G_IO_IN));
  else if (self->state == STATE_CLOSING)
    watch_for (self, self->is_stuck ? G_IO_OUT : 0);
  else if (self->state != STATE_HANDSHAKING)
    self->owner->ended (self->state == STATE_OVER, self->owner_data);
}

static void
read_in_turn (ChatdLink *self)
{
  const gboolean is_readable = self->is_readable && !self->is_held;

  self->is_readable = FALSE;
  if (is_readable)
    read_some (self);
}

static void
on_turn (gpointer data)
{
  ChatdLink *self = data;

  if (self->state == STATE_HANDSHAKING)
    shake_hands (self);
  else if (self->state == STATE_OPEN || self->state == STATE_CLOSING)
    {
      read_in_turn (self);
      write_queued (self);
      tell_drained (self);
    }
  settle (self);
}

void
chatd_link_on_ready (ChatdLink *self, GIOCondition condition)
{
  const gboolean is_dead = (condition & (G_IO_ERR | G_IO_HUP)) != 0;

  if (self->state == STATE_HANDSHAKING && !is_dead)
    {
      watch_for (self, 0);
      wait_for_turn (self);
      return;
    }

  if (self->state == STATE_OPEN && self->is_bulk && condition == G_IO_IN)
    {
      self->is_readable = TRUE;
      wait_for_turn (self);
    }
  else if (self->state == STATE_OPEN && (condition & ~G_IO_OUT) != 0 && !self->is_held)
    read_some (self);
  if (is_dead)
    self->state = STATE_CUT_OFF;
  else if ((condition & G_IO_OUT) != 0 &&
           (self->state == STATE_OPEN || self->state == STATE_CLOSING))
    {
      write_queued (self);
      tell_drained (self);
    }
  settle (self);
}

/* --- life ------------------------------------------------------------------------------------- */

static void
set_options (int fd)
{
  const int on = 1, idle_s = KEEPALIVE_IDLE_S, interval_s = KEEPALIVE_INTERVAL_S;
  const int probes = KEEPALIVE_PROBES;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

ChatdLink *
chatd_link_new (const ChatdLinkShared *shared,
                ChatdPollerWatch *watch,
                const ChatdPeer *peer,
                const ChatdLinkOwner *owner,
                gpointer data)
{
  ChatdTlsPeer *tls = chatd_tls_peer_new (shared->tls, watch->fd);
  ChatdLink *self;

  if (tls == NULL)
    return NULL;

  set_options (watch->fd);
  self = g_new0 (ChatdLink, 1);
  self->tls = tls;
  self->shared = shared;
  self->watch = watch;
  self->peer = *peer;
  self->owner = owner;
  self->owner_data = data;
  self->max_payload = CHAT_HELLO_MAX;
  self->watched = G_IO_IN;
  self->turn.func = on_turn;
  self->turn.data = self;
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

  self->state = STATE_CUT_OFF;
  tell_closed (self);
  chatd_turn_cancel (&self->turn);
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

void
chatd_link_close (ChatdLink *self)
{
  if (self->state != STATE_OPEN)
    return;

  self->state = STATE_CLOSING;
  self->owner->closing (self->owner_data);
  wait_for_turn (self);
}

void
chatd_link_established (ChatdLink *self)
{
  self->owner->established (self->owner_data);
}

void
chatd_link_set_max_payload (ChatdLink *self, gsize max_payload)
{
  self->max_payload = max_payload;
}

void
chatd_link_set_bulk (ChatdLink *self)
{
  const int size = BULK_BUFFER;

  self->is_bulk = TRUE;
  setsockopt (self->watch->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt (self->watch->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/* What was decrypted already the socket does not tell of: it is looked at in the next turn. */
void
chatd_link_hold (ChatdLink *self, gboolean held)
{
  if (self->is_held == held || self->state != STATE_OPEN)
    return;

  self->is_held = held;
  self->is_readable = !held;
  if (!held)
    wait_for_turn (self);
}

const ChatdPeer *
chatd_link_get_peer (const ChatdLink *self)
{
  return &self->peer;
}
