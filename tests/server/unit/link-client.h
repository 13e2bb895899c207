/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link-fixture.h"

#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* Somebody who speaks TLS with chatd, and reads when the test says so */

typedef struct
{
  int fd;
  guint source; /* 0: it does not read */
  gnutls_session_t tls;
  gnutls_certificate_credentials_t credentials;
  GByteArray *in;
  guint n_records;
  gboolean is_open;  /* its handshake is complete */
  gboolean is_ended; /* by chatd: in order */
  gboolean is_cut;   /* by chatd: otherwise */
} LinkClient;

/* Begins to shake hands. */
LinkClient *link_client_start (LinkFixture *f);
/* The same, and waits until chatd has taken it in. */
LinkClient *link_client_new (LinkFixture *f);
void link_client_free (LinkClient *c);

void link_client_listen (LinkClient *c, gboolean listen);
gboolean link_client_is_over (const LinkClient *c);
void link_client_send (LinkClient *c, const guint8 *bytes, gsize len);
/* A frame for each of @operations */
void link_client_say (LinkClient *c, const char *operations, gsize payload_len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkClient, link_client_free)

G_END_DECLS
