/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A peer on loopback that behaves as a test wants it to: a protocol-1 server with at most one
 * member, or something that is none. It knows no TLS. In the test's own main loop. */

typedef enum
{
  FAKE_ANSWER,
  FAKE_ANSWER_BYTE_BY_BYTE,
  FAKE_REFUSE, /* with refusal */
  FAKE_HOLD,   /* reads the request, answers when told to */
  FAKE_SILENT,
  FAKE_CLOSE,
  FAKE_HTTP,
  FAKE_GARBAGE,
  FAKE_HALF_FRAME, /* then nothing */
  FAKE_BAD_JSON,
  FAKE_WRONG_OPERATION,
  FAKE_NO_TOKEN,
} FakeMode;

typedef struct
{
  FakeMode mode;
  const char *refusal;
  guint16 tcp_port;
  guint16 udp_port;
  GPtrArray *rooms;    /* of char *: what a list answers */
  GPtrArray *texts;    /* of char *: what the member sent */
  guint16 member_port; /* UDP */
  guint requests[4];   /* how many of each operation came */
  /* private */
  GSocketService *service;
  GSocket *udp;
  GSource *udp_source;
  GPtrArray *open; /* of GSocketConnection */
  GPtrArray *held; /* of GBytes, beside open */
} FakeServer;

FakeServer *fake_server_new (FakeMode mode);
void fake_server_free (FakeServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

ChatEndpoint *fake_server_endpoint (FakeServer *self); /* (transfer full) */
/* Sends a datagram to the member. */
void fake_server_say (FakeServer *self, const char *text);
/* Answers what FAKE_HOLD holds. */
void fake_server_release (FakeServer *self);
/* From now on nobody listens there. */
void fake_server_stop_tcp (FakeServer *self);
void fake_server_start_tcp (FakeServer *self);
void fake_server_stop_udp (FakeServer *self);
void fake_server_start_udp (FakeServer *self);

G_END_DECLS
