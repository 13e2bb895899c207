/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

G_BEGIN_DECLS

/* A peer on loopback for one encrypted connection after the other, that behaves as a test wants it
 * to. It knows HELLO, LIST and PING, no room. In a thread of its own, with blocking calls. */

typedef enum
{
  FAKE_SECURE_ANSWER,
  FAKE_SECURE_TLS_1_2,      /* knows no newer one */
  FAKE_SECURE_HANG_UP,      /* ends the connection when the first bytes came */
  FAKE_SECURE_PLAIN,        /* answers with a frame of protocol 1 */
  FAKE_SECURE_SILENT,       /* reads, says nothing */
  FAKE_SECURE_HALF,         /* a handshake record that does not end, then hangs up */
  FAKE_SECURE_GARBAGE,      /* encrypted, but no frames */
  FAKE_SECURE_HUGE,         /* a frame whose header tells of a gigabyte */
  FAKE_SECURE_MUTE,         /* takes requests, answers none */
  FAKE_SECURE_WRONG_ANSWER, /* to an operation that nobody asked for, with the right id */
  FAKE_SECURE_REFUSE,       /* too-fast, come back in 70 ms */
  FAKE_SECURE_EVENTS,       /* an event and data frames before each reply */
} FakeSecureMode;

typedef struct _FakeSecureServer FakeSecureServer;

FakeSecureServer *fake_secure_server_new (FakeSecureMode mode);
void fake_secure_server_free (FakeSecureServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeSecureServer, fake_secure_server_free)

/* For the next connection */
void fake_secure_server_set_mode (FakeSecureServer *self, FakeSecureMode mode);
void fake_secure_server_change_key (FakeSecureServer *self);

const char *fake_secure_server_get_fingerprint (FakeSecureServer *self); /* of the key just now */
ChatEndpoint *fake_secure_server_endpoint (FakeSecureServer *self);      /* (transfer full) */
guint fake_secure_server_count_requests (FakeSecureServer *self, guint8 operation);
guint fake_secure_server_count_connections (FakeSecureServer *self);
/* TCP writes that brought requests: what came in one record */
guint fake_secure_server_count_records (FakeSecureServer *self);

G_END_DECLS
