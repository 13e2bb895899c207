/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-server.h"

#include "peer.h"
#include "person.h"

G_BEGIN_DECLS

/* The real server in this process, and clients of protocol 2 beside it. */

typedef struct
{
  char *folder;
  ChatdConfig *config;
  ChatdServer *server;
  guint tcp_port;
  guint udp_port;
} Fixture;

void add (const char *path, void (*test) (Fixture *f, gconstpointer unused));

/* Another life of the server on the same data and ports */
void restart (Fixture *f);

/* --- people --- */

Peer *connect_peer (Fixture *f);
/* Is answered; drops its reply. */
void assert_answers (Peer *peer);
Person *make_person (Fixture *f, const char *name, guint32 seed);

/* A host and a member; both are in "room" … */
void make_pair (Fixture *f, Person *pair[2]);
/* … one or both only by TCP */
void make_pair_on_tcp (Fixture *f, Person *pair[2], gboolean host_only, gboolean member_only);
/* … both use datagrams */
void make_pair_on_udp (Fixture *f, Person *pair[2]);
/* … and @n texts were said. */
void make_talking_pair (Fixture *f, Person *pair[2], guint n);
void free_pair (Person *pair[2]);

void say_in_turn (Person **persons, guint n_persons, guint n);
/* … and waits until all of them have @n_all texts. */
void talk (Person **persons, guint n_persons, guint n, guint n_all);

/* --- pages --- */

typedef struct
{
  guint pages;
  guint64 head; /* as the last one told */
} Pages;

/* From now on what comes to @peer only counts. */
void count_pages (Peer *peer, Pages *pages);

G_END_DECLS
