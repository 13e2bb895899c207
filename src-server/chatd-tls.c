/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-tls.h"

#include "chatd-identity-tls.h"

#include "chat-limits.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

/* The two groups that cost little: a client that knows 8192-bit Diffie-Hellman alone would make
 * each of its handshakes hold the loop up for as long as a hundred others. All have the second.
 * AES-128 comes first for its hash: processors have SHA-256 built in, the SHA-384 of AES-256 makes
 * a handshake a tenth longer. */
#define PRIORITIES                                                                                 \
  "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1"                        \
  ":-CIPHER-ALL:+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:%SERVER_PRECEDENCE"
/* The library derives a new key of tickets from this one every few hours; this one is forgotten
 * now and then too. A client whose ticket nobody understands any more shakes hands in full. */
#define TICKET_KEY_LIFE_US (24 * G_TIME_SPAN_HOUR)

struct _ChatdTls
{
  ChatdIdentity *identity; /* a reference */
  gnutls_priority_t priorities;
  gnutls_datum_t ticket_key;
  gint64 ticket_key_since_us;
};

struct _ChatdTlsPeer
{
  ChatdIdentity *identity; /* a reference */
  gnutls_session_t session;
  int fd;         /* borrowed */
  guint n_pulled; /* bytes, while the handshake is under way */
  gboolean is_complete;
  gboolean is_interrupted; /* the socket did not take a record whole */
};

/* --- tickets ---------------------------------------------------------------------------------- */

static void
forget_ticket_key (ChatdTls *self)
{
  if (self->ticket_key.data != NULL)
    gnutls_memset (self->ticket_key.data, 0, self->ticket_key.size);
  gnutls_free (self->ticket_key.data);
  self->ticket_key = (gnutls_datum_t){ NULL, 0 };
}

static void
renew_ticket_key (ChatdTls *self)
{
  forget_ticket_key (self);
  if (gnutls_session_ticket_key_generate (&self->ticket_key) < 0)
    self->ticket_key = (gnutls_datum_t){ NULL, 0 };
  self->ticket_key_since_us = g_get_monotonic_time ();
}

/* Without a key, which is a matter of random bytes, there are no tickets. */
static void
offer_tickets (ChatdTls *self, gnutls_session_t session)
{
  if (g_get_monotonic_time () - self->ticket_key_since_us > TICKET_KEY_LIFE_US)
    renew_ticket_key (self);
  if (self->ticket_key.data != NULL)
    gnutls_session_ticket_enable_server (session, &self->ticket_key);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void
take_identity (ChatdTls *self, ChatdIdentity *identity)
{
  /* A ticket would let a client in that was never shown the new key. */
  renew_ticket_key (self);
  g_clear_pointer (&self->identity, chatd_identity_unref);
  self->identity = identity;
}

static gboolean
load (ChatdTls *self, const ChatdIdentityFiles *files, GError **error)
{
  ChatdIdentity *identity = chatd_identity_load (files, error);

  if (identity != NULL)
    take_identity (self, identity);
  return identity != NULL;
}

static gboolean
start (
    ChatdTls *self, const char *certificate, const char *key, const char *data_dir, GError **error)
{
  g_auto (ChatdIdentityFiles) files = { 0 };

  return chatd_identity_files_find (certificate, key, data_dir, &files, error) &&
         (!files.is_own || chatd_identity_files_make (&files, error)) && load (self, &files, error);
}

ChatdTls *
chatd_tls_new (const char *certificate, const char *key, const char *data_dir, GError **error)
{
  g_return_val_if_fail (data_dir != NULL, NULL);

  g_autoptr (ChatdTls) self = g_new0 (ChatdTls, 1);
  const int result = gnutls_priority_init (&self->priorities, PRIORITIES, NULL);
  if (result < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "GnuTLS: %s", gnutls_strerror (result));
      return NULL;
    }

  return start (self, certificate, key, data_dir, error) ? g_steal_pointer (&self) : NULL;
}

void
chatd_tls_free (ChatdTls *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->identity, chatd_identity_unref);
  g_clear_pointer (&self->priorities, gnutls_priority_deinit);
  forget_ticket_key (self);
  g_free (self);
}

gboolean
chatd_tls_reload (
    ChatdTls *self, const char *certificate, const char *key, const char *data_dir, GError **error)
{
  g_auto (ChatdIdentityFiles) files = { 0 };

  g_return_val_if_fail (self != NULL, FALSE);

  return chatd_identity_files_find (certificate, key, data_dir, &files, error) &&
         load (self, &files, error);
}

const char *
chatd_tls_get_fingerprint (ChatdTls *self)
{
  return chatd_identity_get_fingerprint (self->identity);
}

/* --- a peer ----------------------------------------------------------------------------------- */

static gssize
pull (gnutls_transport_ptr_t pointer, void *bytes, gsize size)
{
  ChatdTlsPeer *peer = pointer;

  if (!peer->is_complete)
    size = MIN (size, CHAT_HANDSHAKE_MAX - peer->n_pulled);
  if (size == 0)
    {
      gnutls_transport_set_errno (peer->session, ECONNRESET);
      return -1;
    }

  const gssize n = recv (peer->fd, bytes, size, MSG_DONTWAIT);
  if (n < 0)
    gnutls_transport_set_errno (peer->session, errno);
  else if (!peer->is_complete)
    peer->n_pulled += (guint) n;
  return n;
}

/* All records of a flight at once */
static gssize
push (gnutls_transport_ptr_t pointer, const giovec_t *parts, int n_parts)
{
  ChatdTlsPeer *peer = pointer;
  const struct msghdr message = { .msg_iov = (struct iovec *) parts,
                                  .msg_iovlen = (gsize) n_parts };
  const gssize n = sendmsg (peer->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n < 0)
    gnutls_transport_set_errno (peer->session, errno);
  return n;
}

/* There is no blocking wait here. */
static int
pull_timeout (gnutls_transport_ptr_t pointer, unsigned int ms)
{
  guint8 byte;
  const ChatdTlsPeer *peer = pointer;

  return recv (peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void
set_transport (ChatdTlsPeer *peer)
{
  gnutls_transport_set_ptr (peer->session, peer);
  gnutls_transport_set_pull_function (peer->session, pull);
  gnutls_transport_set_vec_push_function (peer->session, push);
  gnutls_transport_set_pull_timeout_function (peer->session, pull_timeout);
  gnutls_handshake_set_timeout (peer->session, 0);
}

ChatdTlsPeer *
chatd_tls_peer_new (ChatdTls *self, int fd)
{
  gnutls_session_t session = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (gnutls_init (&session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
    return NULL;
  if (gnutls_priority_set (session, self->priorities) < 0 ||
      gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE,
                              chatd_identity_get_credentials (self->identity)) < 0)
    {
      gnutls_deinit (session);
      return NULL;
    }

  ChatdTlsPeer *peer = g_new0 (ChatdTlsPeer, 1);
  peer->identity = chatd_identity_ref (self->identity);
  peer->session = session;
  peer->fd = fd;
  offer_tickets (self, session);
  set_transport (peer);
  return peer;
}

void
chatd_tls_peer_free (ChatdTlsPeer *peer)
{
  g_return_if_fail (peer != NULL);

  gnutls_deinit (peer->session);
  chatd_identity_unref (peer->identity);
  g_free (peer);
}

GIOCondition
chatd_tls_peer_get_condition (ChatdTlsPeer *peer)
{
  return gnutls_record_get_direction (peer->session) == 1 ? G_IO_OUT : G_IO_IN;
}

gboolean
chatd_tls_peer_is_resumed (ChatdTlsPeer *peer)
{
  return gnutls_session_is_resumed (peer->session) != 0;
}

/* What is not fatal, as the library sees it, passes. */
static ChatdTlsResult
judge (gssize result)
{
  if (result >= 0)
    return CHATD_TLS_DONE;
  return gnutls_error_is_fatal ((int) result) ? CHATD_TLS_END : CHATD_TLS_AGAIN;
}

ChatdTlsResult
chatd_tls_peer_handshake (ChatdTlsPeer *peer)
{
  const int result = gnutls_handshake (peer->session);
  const ChatdTlsResult verdict = judge (result);

  peer->is_complete = verdict == CHATD_TLS_DONE;
  if (verdict == CHATD_TLS_END)
    gnutls_alert_send_appropriate (peer->session, result);
  return verdict;
}

ChatdTlsResult
chatd_tls_peer_read (ChatdTlsPeer *peer, guint8 *bytes, gsize size, gsize *len)
{
  const gssize n = gnutls_record_recv (peer->session, bytes, size);

  if (n == 0)
    return CHATD_TLS_END;
  if (n > 0)
    *len = (gsize) n;
  return judge (n);
}

gboolean
chatd_tls_peer_has_pending (ChatdTlsPeer *peer)
{
  return gnutls_record_check_pending (peer->session) > 0;
}

ChatdTlsResult
chatd_tls_peer_write (ChatdTlsPeer *peer, const guint8 *bytes, gsize len, gsize *written)
{
  /* The library has an interrupted record still, and wants it named so. */
  const gssize n = peer->is_interrupted ? gnutls_record_send (peer->session, NULL, 0)
                                        : gnutls_record_send (peer->session, bytes, len);

  peer->is_interrupted = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
  if (n >= 0)
    *written = (gsize) n;
  return judge (n);
}

ChatdTlsResult
chatd_tls_peer_say_goodbye (ChatdTlsPeer *peer)
{
  return peer->is_complete ? judge (gnutls_bye (peer->session, GNUTLS_SHUT_WR)) : CHATD_TLS_DONE;
}
