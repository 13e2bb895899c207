/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "chat-entry.h"

/* Delivery on a virtual network: the very modules of both sides, a seeded random generator for a
 * fate, and a clock that jumps from event to event. One run is one room with a few members who
 * type, while the network and the machines misbehave; then it is checked that
 *   I1 every log equals the server's            I2 no id twice, ids growing, each after its prev
 *   I3 what a sender saw echoed is in the log   I4 what was submitted is in the log exactly once,
 *      exactly once                                or was refused and said so
 *   I5 each sender's messages are in order      I6 nothing that was shown was withdrawn
 *   I7 no more is in flight than the credit allows. */

#define SIM_MEMBERS_MAX 6
#define SIM_MESSAGES_MAX 64

/* What machines and stores do for delivery, and can be told not to. The modules' own rules are
 * those of chat-delivery-rules.h. */
typedef enum
{
  SIM_RULE_DURABLE_CSEQ = 1 << 0,     /* last_cseq survives the server */
  SIM_RULE_COMMIT_FIRST = 1 << 1,     /* entries are sent only when they are durable */
  SIM_RULE_RESERVED_IDS = 1 << 2,     /* no id is used twice */
  SIM_RULE_DURABLE_OUTBOX = 1 << 3,   /* messages survive the app */
  SIM_RULE_REFUSAL_CONSUMES = 1 << 4, /* a final REJECT uses up the cseq */
  SIM_RULE_RETRY_KEEPS = 1 << 5,      /* REJECT(retry) does not */
  SIM_RULE_ROLL_BACK = 1 << 6,        /* a failed commit is as if never offered */
} SimRule;

typedef struct
{
  guint64 seed;
  guint members;
  guint messages;   /* each member types so many */
  gint64 typing_us; /* mean pause between two */
  gint64 faults_us; /* no fault is begun after it, and the network heals … */
  gboolean heals;   /* … unless it does not */
  guint loss_permille;
  gint64 deaf_after_us; /* from then on every datagram is lost but probes; 0: never */
  gboolean burst;       /* everybody writes at once, and large messages */
  guint duplicate_permille;
  guint reorder_permille;
  guint refuse_permille; /* for good */
  guint retry_permille;
  guint large_permille;        /* messages that fit in no datagram */
  gint64 commit_us;            /* at most, how long a commit takes */
  guint kills, crashes, drops; /* at most; server, apps, TCP connections */
  guint cuts; /* a member's cable is out for a while: datagrams are lost, TCP waits */
  guint commit_failures;
  gboolean store_loses;  /* a kill also takes the newest commits: a store restored from a backup */
  gboolean member_loses; /* a crash may bring an app's database back from an earlier state */
  gboolean retention;
  gboolean erasure;
  guint rules_off;     /* bits of ChatRule */
  guint sim_rules_off; /* bits of SimRule */
} SimConfig;

typedef struct
{
  gboolean ok;
  char what[120]; /* the first violation */
  guint events;
  guint udp_up, udp_down, tcp_up, tcp_down; /* packets */
} SimResult;

/* The mixed bag: all faults, drawn from the seed. */
void sim_config_draw (SimConfig *config, guint64 seed);

/* No machine fails, the network loses @loss_permille for ever. */
void sim_config_steady (SimConfig *config, guint64 seed, guint loss_permille);

/* @latencies_us: (nullable): gets the latencies appended */
void sim_run (const SimConfig *config, SimResult *result, GArray *latencies_us);
