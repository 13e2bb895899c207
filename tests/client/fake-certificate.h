/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* A key and a certificate that nobody vouches for, made on the spot. */

typedef struct
{
  gnutls_certificate_credentials_t credentials;
  char *fingerprint; /* 64 hex digits of SHA-256 of its SubjectPublicKeyInfo */
} FakeCertificate;

FakeCertificate *fake_certificate_new (void);
void fake_certificate_free (FakeCertificate *self);

G_END_DECLS
