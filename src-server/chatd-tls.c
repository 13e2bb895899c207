/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-tls.h"

#include "chat-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE"
#define CERTIFICATE_YEARS 50
/* A handshake costs a signature: others wait for the next turn of the loop. */
#define HANDSHAKES_PER_TURN 8

/* Shared by the peers that were made with it */
typedef struct
{
  guint n_refs;
  gnutls_certificate_credentials_t credentials;
} Identity;

struct _ChatdTls
{
  Identity *identity; /* a reference */
  char *fingerprint;  /* owned */
  gnutls_priority_t priorities;
  gnutls_datum_t ticket_key;
  gint64 turn_us; /* of the loop, as its sources see it */
  guint n_handshakes;
};

struct _ChatdTlsPeer
{
  ChatdTls *tls;      /* borrowed */
  Identity *identity; /* a reference */
  gnutls_session_t session;
  int fd;         /* borrowed */
  gsize n_pulled; /* while the handshake is under way */
  gboolean is_complete;
  gboolean is_interrupted; /* a record was not taken whole by the socket */
};

static void
identity_unref (Identity *identity)
{
  if (--identity->n_refs > 0)
    return;

  gnutls_certificate_free_credentials (identity->credentials);
  g_free (identity);
}

/* --- files ------------------------------------------------------------------------------------ */

static gboolean
fail (GError **error, const char *path, const char *why)
{
  /* translators: a file of the certificate or its key, then the reason */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Cannot use %s for encryption: %s"), path,
               why);
  return FALSE;
}

/* Never over a file that is there, and for nobody else's eyes. */
static gboolean
write_new_file (const char *path, const gnutls_datum_t *pem, GError **error)
{
  const int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return fail (error, path, g_strerror (errno));

  const gboolean good = write (fd, pem->data, pem->size) == (gssize) pem->size && fsync (fd) == 0;
  const int errsv = errno;
  if (close (fd) == 0 && good)
    return TRUE;

  g_unlink (path);
  return fail (error, path, g_strerror (errsv));
}

static gboolean
read_key (const char *path, gnutls_x509_privkey_t key, GError **error)
{
  g_autofree char *text = NULL;
  gsize len;

  if (!g_file_get_contents (path, &text, &len, error))
    return FALSE;

  const gnutls_datum_t pem = { (guint8 *) text, (unsigned int) len };
  const int result = gnutls_x509_privkey_import (key, &pem, GNUTLS_X509_FMT_PEM);
  gnutls_memset (text, 0, len);
  return result >= 0 || fail (error, path, gnutls_strerror (result));
}

static gboolean
make_key (const char *path, gnutls_x509_privkey_t key, GError **error)
{
  const unsigned int bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);
  gnutls_datum_t pem = { NULL, 0 };
  int result = gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, bits, 0);

  if (result >= 0)
    result = gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem);
  if (result < 0)
    return fail (error, path, gnutls_strerror (result));

  const gboolean good = write_new_file (path, &pem, error);
  gnutls_memset (pem.data, 0, pem.size);
  gnutls_free (pem.data);
  return good;
}

static int
sign_certificate (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
  const time_t now = (time_t) (g_get_real_time () / G_USEC_PER_SEC);
  guint8 serial[16];
  int result = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

  serial[0] &= 0x7f;
  if (result >= 0)
    result = gnutls_x509_crt_set_version (crt, 3);
  if (result >= 0)
    result = gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
  if (result >= 0)
    result = gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, "chatd", 5);
  if (result >= 0)
    result = gnutls_x509_crt_set_activation_time (crt, now - 24 * 60 * 60);
  if (result >= 0)
    result = gnutls_x509_crt_set_expiration_time (
        crt, now + (time_t) CERTIFICATE_YEARS * 365 * 24 * 60 * 60);
  if (result >= 0)
    result = gnutls_x509_crt_set_key (crt, key);
  if (result >= 0)
    result = gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0);
  return result;
}

static gboolean
make_certificate (const char *path, gnutls_x509_privkey_t key, GError **error)
{
  gnutls_x509_crt_t crt = NULL;
  gnutls_datum_t pem = { NULL, 0 };
  int result = gnutls_x509_crt_init (&crt);

  if (result >= 0)
    result = sign_certificate (crt, key);
  if (result >= 0)
    result = gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &pem);
  g_clear_pointer (&crt, gnutls_x509_crt_deinit);
  if (result < 0)
    return fail (error, path, gnutls_strerror (result));

  const gboolean good = write_new_file (path, &pem, error);
  gnutls_free (pem.data);
  return good;
}

/* A certificate that is missing is made anew for the key, which is what people's apps remember. */
static gboolean
make_own_files (const char *certificate, const char *key_path, GError **error)
{
  gnutls_x509_privkey_t key = NULL;
  gboolean good = gnutls_x509_privkey_init (&key) >= 0;

  if (g_file_test (key_path, G_FILE_TEST_EXISTS))
    good = good && read_key (key_path, key, error);
  else
    good = good && make_key (key_path, key, error);
  if (good && !g_file_test (certificate, G_FILE_TEST_EXISTS))
    good = make_certificate (certificate, key, error);
  g_clear_pointer (&key, gnutls_x509_privkey_deinit);
  return good;
}

/* Returns: (transfer full) (nullable): the public key's SHA-256, in hex */
static char *
hash_public_key (gnutls_certificate_credentials_t credentials)
{
  gnutls_x509_crt_t *chain = NULL;
  unsigned int n = 0;
  gnutls_pubkey_t key = NULL;
  gnutls_datum_t der = { NULL, 0 };
  char *hex = NULL;

  if (gnutls_certificate_get_x509_crt (credentials, 0, &chain, &n) >= 0 && n > 0 &&
      gnutls_pubkey_init (&key) >= 0 && gnutls_pubkey_import_x509 (key, chain[0], 0) >= 0 &&
      gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) >= 0)
    hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  for (unsigned int i = 0; i < n; i++)
    gnutls_x509_crt_deinit (chain[i]);
  gnutls_free (chain);
  gnutls_free (der.data);
  g_clear_pointer (&key, gnutls_pubkey_deinit);
  return hex;
}

static gboolean
load (ChatdTls *self, const char *certificate, const char *key, GError **error)
{
  Identity *identity = g_new0 (Identity, 1);
  char *fingerprint = NULL;
  int result;

  identity->n_refs = 1;
  gnutls_certificate_allocate_credentials (&identity->credentials);
  result = gnutls_certificate_set_x509_key_file (identity->credentials, certificate, key,
                                                 GNUTLS_X509_FMT_PEM);
  if (result >= 0)
    fingerprint = hash_public_key (identity->credentials);
  if (fingerprint == NULL)
    {
      identity_unref (identity);
      return fail (error, certificate,
                   result < 0 ? gnutls_strerror (result)
                              : gnutls_strerror (GNUTLS_E_ASN1_DER_ERROR));
    }

  g_clear_pointer (&self->identity, identity_unref);
  self->identity = identity;
  g_free (self->fingerprint);
  self->fingerprint = fingerprint;
  return TRUE;
}

gboolean
chatd_tls_reload (
    ChatdTls *self, const char *certificate, const char *key, const char *data_dir, GError **error)
{
  g_autofree char *own_certificate = g_build_filename (data_dir, "chatd.crt", NULL);
  g_autofree char *own_key = g_build_filename (data_dir, "chatd.key", NULL);

  if ((certificate == NULL) != (key == NULL))
    return fail (error, certificate != NULL ? certificate : key,
                 _ ("a certificate and its key belong together"));
  if (certificate == NULL && !make_own_files (own_certificate, own_key, error))
    return FALSE;

  return load (self, certificate != NULL ? certificate : own_certificate,
               key != NULL ? key : own_key, error);
}

ChatdTls *
chatd_tls_new (const char *certificate, const char *key, const char *data_dir, GError **error)
{
  g_autoptr (ChatdTls) self = g_new0 (ChatdTls, 1);
  int result = gnutls_priority_init (&self->priorities, PRIORITIES, NULL);

  if (result >= 0)
    result = gnutls_session_ticket_key_generate (&self->ticket_key);
  if (result < 0)
    {
      fail (error, "GnuTLS", gnutls_strerror (result));
      return NULL;
    }
  if (!chatd_tls_reload (self, certificate, key, data_dir, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
chatd_tls_free (ChatdTls *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->identity, identity_unref);
  g_free (self->fingerprint);
  if (self->ticket_key.data != NULL)
    gnutls_memset (self->ticket_key.data, 0, self->ticket_key.size);
  gnutls_free (self->ticket_key.data);
  g_clear_pointer (&self->priorities, gnutls_priority_deinit);
  g_free (self);
}

const char *
chatd_tls_get_fingerprint (ChatdTls *self)
{
  return self->fingerprint;
}

/* --- a peer ----------------------------------------------------------------------------------- */

static gssize
pull (gnutls_transport_ptr_t pointer, void *bytes, gsize size)
{
  ChatdTlsPeer *peer = pointer;
  gssize n;

  if (!peer->is_complete && peer->n_pulled >= CHAT_HANDSHAKE_MAX)
    {
      gnutls_transport_set_errno (peer->session, ECONNRESET);
      return -1;
    }
  if (!peer->is_complete)
    size = MIN (size, CHAT_HANDSHAKE_MAX - peer->n_pulled);
  n = recv (peer->fd, bytes, size, MSG_DONTWAIT);
  if (n > 0)
    peer->n_pulled += (gsize) n;
  else if (n < 0)
    gnutls_transport_set_errno (peer->session, errno);
  return n;
}

static gssize
push (gnutls_transport_ptr_t pointer, const void *bytes, gsize len)
{
  ChatdTlsPeer *peer = pointer;
  const gssize n = send (peer->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);

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

ChatdTlsPeer *
chatd_tls_peer_new (ChatdTls *self, int fd)
{
  ChatdTlsPeer *peer = g_new0 (ChatdTlsPeer, 1);

  peer->tls = self;
  peer->fd = fd;
  peer->identity = self->identity;
  peer->identity->n_refs++;
  gnutls_init (&peer->session,
               GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_AUTO_REKEY);
  gnutls_priority_set (peer->session, self->priorities);
  gnutls_credentials_set (peer->session, GNUTLS_CRD_CERTIFICATE, peer->identity->credentials);
  gnutls_session_ticket_enable_server (peer->session, &self->ticket_key);
  gnutls_certificate_server_set_request (peer->session, GNUTLS_CERT_IGNORE);
  gnutls_handshake_set_timeout (peer->session, 0);
  gnutls_transport_set_ptr (peer->session, peer);
  gnutls_transport_set_pull_function (peer->session, pull);
  gnutls_transport_set_push_function (peer->session, push);
  gnutls_transport_set_pull_timeout_function (peer->session, pull_timeout);
  return peer;
}

void
chatd_tls_peer_free (ChatdTlsPeer *peer)
{
  g_return_if_fail (peer != NULL);

  gnutls_deinit (peer->session);
  identity_unref (peer->identity);
  g_free (peer);
}

GIOCondition
chatd_tls_peer_get_condition (ChatdTlsPeer *peer)
{
  return gnutls_record_get_direction (peer->session) == 1 ? G_IO_OUT : G_IO_IN;
}

static gboolean
is_temporary (gssize result)
{
  return result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED ||
         (result < 0 && !gnutls_error_is_fatal ((int) result));
}

static gboolean
may_handshake (ChatdTls *self)
{
  const GSource *source = g_main_current_source ();
  const gint64 turn_us = source != NULL ? g_source_get_time ((GSource *) source) : 0;

  if (turn_us != self->turn_us)
    self->n_handshakes = 0;
  self->turn_us = turn_us;
  return self->n_handshakes++ < HANDSHAKES_PER_TURN;
}

ChatdTlsResult
chatd_tls_peer_handshake (ChatdTlsPeer *peer)
{
  int result;

  if (!may_handshake (peer->tls))
    return CHATD_TLS_AGAIN;

  result = gnutls_handshake (peer->session);
  if (result == GNUTLS_E_SUCCESS)
    {
      peer->is_complete = TRUE;
      return CHATD_TLS_DONE;
    }
  if (is_temporary (result))
    return CHATD_TLS_AGAIN;

  gnutls_alert_send_appropriate (peer->session, result);
  return CHATD_TLS_END;
}

ChatdTlsResult
chatd_tls_peer_read (ChatdTlsPeer *peer, guint8 *bytes, gsize size, gsize *len)
{
  const gssize n = gnutls_record_recv (peer->session, bytes, size);

  if (n > 0)
    {
      *len = (gsize) n;
      return CHATD_TLS_DONE;
    }
  return is_temporary (n) ? CHATD_TLS_AGAIN : CHATD_TLS_END;
}

gboolean
chatd_tls_peer_has_pending (ChatdTlsPeer *peer)
{
  return gnutls_record_check_pending (peer->session) > 0;
}

ChatdTlsResult
chatd_tls_peer_write (ChatdTlsPeer *peer, const guint8 *bytes, gsize len, gsize *written)
{
  const gssize n = peer->is_interrupted ? gnutls_record_send (peer->session, NULL, 0)
                                        : gnutls_record_send (peer->session, bytes, len);

  peer->is_interrupted = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
  if (n >= 0)
    {
      *written = (gsize) n;
      return CHATD_TLS_DONE;
    }
  return is_temporary (n) ? CHATD_TLS_AGAIN : CHATD_TLS_END;
}

void
chatd_tls_peer_say_goodbye (ChatdTlsPeer *peer)
{
  if (peer->is_complete)
    gnutls_bye (peer->session, GNUTLS_SHUT_WR);
}
