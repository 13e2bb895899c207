/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tls.h"

#include "chat-error.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3"

/* First bytes of a TLS record that a server may begin with, RFC 8446, section 5.1 */
#define RECORD_ALERT 21
#define RECORD_HANDSHAKE 22
#define RECORD_VERSION_MAJOR 3

struct _ChatTls
{
  /* owned */
  GSocket *socket;
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
  char *pin;         /* nullable */
  char *fingerprint; /* nullable */

  guint8 first[2]; /* bytes that the peer sent */
  guint n_first;
  gboolean hung_up;
  gboolean interrupted; /* a record was not taken whole by the socket */
  gboolean wrong_key;
};

/* --- the socket ---------------------------------------------------------- */

static gssize
fail_io (ChatTls *self, const GError *error)
{
  const gboolean again = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  self->hung_up |= !again;
  gnutls_transport_set_errno (self->session, again ? EAGAIN : ECONNRESET);
  return -1;
}

static gssize
pull (gnutls_transport_ptr_t pointer, void *buffer, gsize size)
{
  ChatTls *self = pointer;
  g_autoptr (GError) error = NULL;
  const gssize len = g_socket_receive (self->socket, buffer, size, NULL, &error);

  if (len < 0)
    return fail_io (self, error);

  self->hung_up |= len == 0;
  for (gssize i = 0; i < len && self->n_first < sizeof self->first; i++)
    self->first[self->n_first++] = ((guint8 *) buffer)[i];
  return len;
}

static gssize
push (gnutls_transport_ptr_t pointer, const void *bytes, gsize len)
{
  ChatTls *self = pointer;
  g_autoptr (GError) error = NULL;
  const gssize n = g_socket_send (self->socket, bytes, len, NULL, &error);

  return n < 0 ? fail_io (self, error) : n;
}

/* There is no blocking wait here. */
static int
pull_timeout (gnutls_transport_ptr_t pointer, unsigned int ms)
{
  ChatTls *self = pointer;

  return (g_socket_condition_check (self->socket, G_IO_IN) & G_IO_IN) != 0;
}

/* --- the peer's key ------------------------------------------------------ */

/* Returns: (transfer full) (nullable) */
static char *
hash_public_key (const gnutls_datum_t *certificate)
{
  gnutls_x509_crt_t crt = NULL;
  gnutls_pubkey_t key = NULL;
  gnutls_datum_t der = { NULL, 0 };
  char *hex = NULL;

  if (gnutls_x509_crt_init (&crt) >= 0 && gnutls_pubkey_init (&key) >= 0 &&
      gnutls_x509_crt_import (crt, certificate, GNUTLS_X509_FMT_DER) >= 0 &&
      gnutls_pubkey_import_x509 (key, crt, 0) >= 0 &&
      gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) >= 0)
    hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);

  gnutls_free (der.data);
  g_clear_pointer (&key, gnutls_pubkey_deinit);
  g_clear_pointer (&crt, gnutls_x509_crt_deinit);
  return hex;
}

/* Within the handshake: behind it nothing was sent yet that a stranger could read. */
static int
verify (gnutls_session_t session)
{
  ChatTls *self = gnutls_session_get_ptr (session);
  unsigned int n = 0;
  const gnutls_datum_t *chain = gnutls_certificate_get_peers (session, &n);

  if (n == 0)
    return -1;

  g_free (self->fingerprint);
  self->fingerprint = hash_public_key (&chain[0]);
  self->wrong_key =
      self->fingerprint != NULL && self->pin != NULL && strcmp (self->pin, self->fingerprint) != 0;
  return self->fingerprint == NULL || self->wrong_key ? -1 : 0;
}

/* --- handshake ----------------------------------------------------------- */

static gboolean
looks_like_tls (const ChatTls *self)
{
  if (self->first[0] != RECORD_HANDSHAKE && self->first[0] != RECORD_ALERT)
    return FALSE;

  return self->n_first < 2 || self->first[1] == RECORD_VERSION_MAJOR;
}

ChatTlsPeer
chat_tls_get_peer (ChatTls *self)
{
  if (self->n_first == 0)
    return self->hung_up ? CHAT_TLS_PEER_HUNG_UP : CHAT_TLS_PEER_SILENT;

  return looks_like_tls (self) ? CHAT_TLS_PEER_TLS : CHAT_TLS_PEER_OTHER;
}

static ChatError
judge_failure (ChatTls *self)
{
  if (chat_tls_get_peer (self) != CHAT_TLS_PEER_TLS)
    return CHAT_ERROR_NOT_ENCRYPTED;
  if (self->wrong_key)
    return CHAT_ERROR_KEY_CHANGED;

  return self->hung_up ? CHAT_ERROR_SERVER_GONE : CHAT_ERROR_BAD_PROTOCOL;
}

static gboolean
is_again (int result)
{
  return result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED;
}

ChatTlsResult
chat_tls_step (ChatTls *self, GError **error)
{
  int result;

  do
    result = gnutls_handshake (self->session);
  while (result < 0 && !is_again (result) && !gnutls_error_is_fatal (result));

  if (is_again (result))
    return CHAT_TLS_AGAIN;
  if (result == GNUTLS_E_SUCCESS && self->fingerprint != NULL)
    return CHAT_TLS_DONE;

  if (chat_tls_get_peer (self) == CHAT_TLS_PEER_TLS)
    gnutls_alert_send_appropriate (self->session, result);
  g_set_error (error, CHAT_ERROR, judge_failure (self), "The handshake failed: %s",
               gnutls_strerror (result));
  return CHAT_TLS_FAILED;
}

GIOCondition
chat_tls_get_condition (ChatTls *self)
{
  return gnutls_record_get_direction (self->session) == 0 ? G_IO_IN : G_IO_OUT;
}

const char *
chat_tls_get_fingerprint (ChatTls *self)
{
  return self->fingerprint;
}

/* --- records ------------------------------------------------------------- */

ChatTlsResult
chat_tls_read (ChatTls *self, guint8 *buffer, gsize size, gsize *n_read)
{
  gssize result;

  do
    result = gnutls_record_recv (self->session, buffer, size);
  while (result < 0 && !is_again ((int) result) && !gnutls_error_is_fatal ((int) result));

  if (result > 0)
    {
      *n_read = (gsize) result;
      return CHAT_TLS_DONE;
    }

  if (result == 0 || result == GNUTLS_E_PREMATURE_TERMINATION)
    return CHAT_TLS_END;

  return is_again ((int) result) ? CHAT_TLS_AGAIN : CHAT_TLS_FAILED;
}

gboolean
chat_tls_has_pending (ChatTls *self)
{
  return gnutls_record_check_pending (self->session) > 0;
}

ChatTlsResult
chat_tls_write (ChatTls *self, const guint8 *bytes, gsize len, gsize *n_written)
{
  const gssize result = gnutls_record_send (self->session, self->interrupted ? NULL : bytes,
                                            self->interrupted ? 0 : len);

  self->interrupted = is_again ((int) result);
  if (result >= 0)
    {
      *n_written = (gsize) result;
      return CHAT_TLS_DONE;
    }

  return self->interrupted ? CHAT_TLS_AGAIN : CHAT_TLS_FAILED;
}

void
chat_tls_say_goodbye (ChatTls *self)
{
  gnutls_bye (self->session, GNUTLS_SHUT_WR);
}

/* --- life ---------------------------------------------------------------- */

ChatTls *
chat_tls_new (GSocket *socket, const char *pin)
{
  ChatTls *self = g_new0 (ChatTls, 1);

  self->socket = g_object_ref (socket);
  self->pin = g_strdup (pin);
  g_socket_set_blocking (socket, FALSE);

  gnutls_certificate_allocate_credentials (&self->credentials);
  gnutls_init (&self->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_priority_set_direct (self->session, PRIORITIES, NULL);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_session_set_ptr (self->session, self);
  gnutls_session_set_verify_function (self->session, verify);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_push_function (self->session, push);
  gnutls_transport_set_pull_timeout_function (self->session, pull_timeout);
  return self;
}

void
chat_tls_free (ChatTls *self)
{
  gnutls_deinit (self->session);
  gnutls_certificate_free_credentials (self->credentials);
  g_object_unref (self->socket);
  g_free (self->pin);
  g_free (self->fingerprint);
  g_free (self);
}
