/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-store.h"

#include "chat-admission.h"
#include "chat-data-frame.h"
#include "chat-fanout.h"

/* The server: a store that commits in groups, one room, and for each member an admission and, while
 * it is connected, a fan-out. What its files share. */

#define SIM_MS ((gint64) 1000)
#define SIM_ROOM 1
#define SIM_ID_BLOCK 1000

typedef struct
{
  gboolean connected;
  guint64 session;
  guint64 counter; /* of the next datagram to it */
  ChatReplayWindow window;
  ChatFanout fanout;
  gboolean reading; /* a READ is being answered */
} SimPeer;

struct _SimServer
{
  SimWorld *world;
  /* durable */
  SimStore store;
  gboolean welcomed[SIM_MEMBERS_MAX];
  /* volatile */
  gboolean up;
  guint64 life;    /* counts the starts: events of an earlier one are void */
  GArray *pending; /* SimRow */
  gboolean committing;
  gboolean next_commit_fails;
  guint64 next_id;
  guint64 head; /* pending ones included */
  ChatHoldBudget budget;
  ChatAdmission *admissions[SIM_MEMBERS_MAX];
  SimPeer peers[SIM_MEMBERS_MAX];
  ChatLogTail *tail;
  gint64 wake_us; /* planned; G_MAXINT64: none */
  GByteArray *udp;
  GByteArray *tcp;
};

gboolean sim_server_has_rule (const SimServer *self, SimRule which);

/* --- sending --- */

void sim_server_answer (SimServer *self, guint member, const ChatDataFrame *frame, gboolean by_udp);
void sim_server_reject (
    SimServer *self, guint member, guint64 instance, guint64 cseq, guint retry_ms, gboolean by_udp);
void sim_server_drain_member (SimServer *self, guint member);
void sim_server_drain (SimServer *self);
void sim_server_plan_wake (SimServer *self);

/* --- sim-server-commit.c --- */

/* Into the next commit. */
void sim_server_write_row (SimServer *self, const SimRow *added);
/* @entry: gets its id, prev and time */
void sim_server_write_entry (SimServer *self, guint member, guint number, ChatEntry *entry);
void sim_server_commit (SimServer *self);

/* --- sim-server-frames.c --- */

void sim_server_take_frames (SimServer *self, const SimEvent *event);
void sim_server_send_page (SimServer *self, const SimEvent *event);
