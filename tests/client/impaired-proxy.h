/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

G_BEGIN_DECLS

/* A bad network between a client and a server on loopback: TCP and UDP pass through it, delayed,
 * lost, doubled, overtaken, by a seeded random generator. In the test's own main loop. */

typedef struct
{
  guint delay_ms; /* one way */
  /* datagrams only, either way */
  guint loss_permille;
  guint duplicate_permille;
  guint reorder_permille; /* comes up to 30 ms later */
  gboolean udp_blocked;
  gboolean cable_out; /* nothing passes, nobody is told; TCP bytes wait */
} Impairment;

typedef struct _ImpairedProxy ImpairedProxy;

/* @tcp_port, @udp_port: of the server */
ImpairedProxy *impaired_proxy_new (guint16 tcp_port, guint16 udp_port, guint32 seed);
void impaired_proxy_free (ImpairedProxy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImpairedProxy, impaired_proxy_free)

ChatEndpoint *impaired_proxy_endpoint (ImpairedProxy *self); /* (transfer full): for the client */

/* From now on; what is under way arrives as it was going to. */
void impaired_proxy_set (ImpairedProxy *self, const Impairment *impairment);

/* For connections and datagrams to come */
void impaired_proxy_set_server (ImpairedProxy *self, guint16 tcp_port, guint16 udp_port);

/* Ends all TCP connections; new ones are taken. */
void impaired_proxy_cut (ImpairedProxy *self);

/* Datagrams that came to it, in both directions */
guint impaired_proxy_count_datagrams (ImpairedProxy *self);
/* … and of them, those that it let through */
guint impaired_proxy_count_passed (ImpairedProxy *self);
guint impaired_proxy_count_connections (ImpairedProxy *self); /* accepted so far */

G_END_DECLS
