/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "peer.h"

#include "chat-delivery.h"
#include "chat-road-choice.h"

#include <glib.h>

/* A member of one room, for tests: a peer, and the client's own delivery on top of it. Its log and
 * outbox are in memory and outlive its connections. */

typedef struct
{
  Peer *peer; /* owned (nullable): not connected */
  ChatDelivery *delivery;
  ChatRoadChoice road;
  ChatControlEntered room; /* as entered last */
  ChatControlRequest keys; /* what it enters with */
  GPtrArray *log;          /* owned texts, in the order of the log: "1:hello", by member and text */
  GArray *ids;             /* guint64, of all entries */
  GHashTable *outbox;      /* cseq -> text, what was not echoed */
  guint64 last_id;
  guint n_withdrawn;
  guint n_refused;

  gboolean tcp_only;
  guint loss_permille; /* of datagrams, each way */
  GRand *rand;
  guint wake; /* source */
} Person;

Person *person_new (const char *room_name, const char *user_name, guint32 seed);
void person_free (Person *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

/* Connects, says HELLO */
void person_connect (Person *self, guint tcp_port, guint udp_port);
/* The cable is out. */
void person_disconnect (Person *self);

/* CREATE or JOIN, by name; or RESUME, by the uid of before */
void person_enter (Person *self, guint8 operation);

void person_say (Person *self, const char *text);

/* Returns: whether its messages were echoed, and its log has all that it heard of */
gboolean person_is_done (Person *self);
/* Returns: whether its datagrams go by UDP */
gboolean person_is_on_udp (Person *self);
/* Waits until all of them have equal logs with @n texts, and nothing more to send. */
void persons_wait_equal (Person **persons, guint n_persons, guint n);
