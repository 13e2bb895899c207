/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

static void
check (int result)
{
  if (result < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (result));
}

static char *
hash_key (gnutls_x509_crt_t crt)
{
  gnutls_pubkey_t key;
  gnutls_datum_t der;
  char *hex;

  check (gnutls_pubkey_init (&key));
  check (gnutls_pubkey_import_x509 (key, crt, 0));
  check (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der));
  hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);
  gnutls_pubkey_deinit (key);
  return hex;
}

FakeCertificate *
fake_certificate_new (void)
{
  FakeCertificate *self = g_new0 (FakeCertificate, 1);
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t crt;

  check (gnutls_x509_privkey_init (&key));
  check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                       GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
  check (gnutls_x509_crt_init (&crt));
  check (gnutls_x509_crt_set_version (crt, 3));
  check (gnutls_x509_crt_set_serial (crt, "\x01", 1));
  check (gnutls_x509_crt_set_activation_time (crt, 0));
  check (gnutls_x509_crt_set_expiration_time (crt, G_GINT64_CONSTANT (4102444800)));
  check (gnutls_x509_crt_set_dn (crt, "CN=fake", NULL));
  check (gnutls_x509_crt_set_key (crt, key));
  check (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0));

  check (gnutls_certificate_allocate_credentials (&self->credentials));
  check (gnutls_certificate_set_x509_key (self->credentials, &crt, 1, key));
  self->fingerprint = hash_key (crt);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);
  return self;
}

void
fake_certificate_free (FakeCertificate *self)
{
  gnutls_certificate_free_credentials (self->credentials);
  g_free (self->fingerprint);
  g_free (self);
}
