/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim.h"

#include "chat-replay-window.h"

/* What the nodes of one run share: the clock, chance, the network, and the record of what happened,
 * which no node may read. */

typedef struct _SimServer SimServer;
typedef struct _SimMember SimMember;

typedef enum
{
  SIM_UDP_UP, /* to the server */
  SIM_UDP_DOWN,
  SIM_TCP_UP,
  SIM_TCP_DOWN,
  SIM_HELLO,   /* a connection reaches the server */
  SIM_WELCOME, /* its answer reaches the member */
  SIM_LOST,    /* a member finds its connection gone */
  /* members */
  SIM_CONNECT,
  SIM_MEMBER_WAKE,
  SIM_TYPE,
  SIM_CRASH,
  SIM_BOOT,
  SIM_DROP,
  SIM_SNAPSHOT,
  SIM_CUT,
  /* server */
  SIM_SERVER_WAKE,
  SIM_COMMIT,
  SIM_PAGE,
  SIM_KILL,
  SIM_START,
  SIM_FAIL_COMMIT,
  SIM_RETAIN,
  SIM_ERASE,
} SimEventKind;

typedef struct
{
  gint64 at_us;
  guint64 order; /* first come, first served */
  SimEventKind kind;
  guint member;
  guint64 session; /* events of a session that is over reach nobody */
  guint64 number;  /* counter of a packet, or what the kind needs */
  guint64 number2;
  /* owned */
  guint8 *bytes;
  gsize len;
} SimEvent;

typedef enum
{
  SIM_FATE_NONE = 0,
  SIM_FATE_WRITTEN,
  SIM_FATE_REFUSED,
  SIM_FATE_UNSEEN,    /* decided, the outcome went with old history: in the log, or refused */
  SIM_FATE_FORGOTTEN, /* lost with a member's database, allowed to be missing */
} SimFate;

typedef struct
{
  SimFate fate;
  gboolean echoed;
  gboolean refusable; /* the server refuses it whenever it sees it */
  gint64 written_us;
} SimMessage;

typedef struct
{
  const SimConfig *config;
  SimResult *result;
  gint64 now_us;
  guint64 random;
  guint64 order;
  GArray *heap; /* SimEvent */
  SimServer *server;
  SimMember *members[SIM_MEMBERS_MAX];
  gint64 tcp_up_us[SIM_MEMBERS_MAX]; /* the newest packet under way arrives */
  gint64 tcp_down_us[SIM_MEMBERS_MAX];
  gint64 cut_until_us[SIM_MEMBERS_MAX];
  SimMessage messages[SIM_MEMBERS_MAX][SIM_MESSAGES_MAX];
  guint withdrawn;
  GArray *latencies_us; /* (nullable) */
} SimWorld;

guint64 sim_world_random (SimWorld *self);
/* Returns: from @from up to but not @to */
gint64 sim_world_between (SimWorld *self, gint64 from, gint64 to);
gboolean sim_world_chance (SimWorld *self, guint permille);

/* Returns: (transfer none): to fill in, already due @delay_us from now; valid until the next call
 */
SimEvent *
sim_world_plan (SimWorld *self, gint64 delay_us, SimEventKind kind, guint member, guint64 session);
gboolean sim_world_next (SimWorld *self, SimEvent *event);

void sim_world_send_udp (SimWorld *self,
                         SimEventKind kind,
                         guint member,
                         guint64 session,
                         guint64 counter,
                         const GByteArray *bytes);
void sim_world_send_tcp (
    SimWorld *self, SimEventKind kind, guint member, guint64 session, const GByteArray *bytes);
/* Like a frame over TCP, in order with it. */
SimEvent *sim_world_plan_tcp (SimWorld *self, SimEventKind kind, guint member, guint64 session);

/* A member's cable is out from now on, for a while. */
void sim_world_cut (SimWorld *self, guint member);

void sim_world_violation (SimWorld *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The text of message @number of @member; its length follows from both and the seed. */
#define SIM_BODY_MAX 4096
gsize sim_world_body (const SimWorld *self, guint member, guint number, guint8 *out);
/* Returns: whether @body is the text of a message, whole */
gboolean sim_world_parse_body (
    const SimWorld *self, const guint8 *body, gsize len, guint *member, guint *number);

typedef void (*SimTakeFrame) (gpointer node, guint member, gconstpointer frame, gboolean by_udp);

/* --- nodes --- */

SimServer *sim_server_new (SimWorld *world);
void sim_server_free (SimServer *self);
void sim_server_handle (SimServer *self, const SimEvent *event);
/* A member's connection ended. */
void sim_server_disconnect (SimServer *self, guint member);
gboolean sim_server_is_up (const SimServer *self);
gboolean sim_server_is_idle (const SimServer *self);
guint sim_server_get_n (const SimServer *self);
guint64 sim_server_get_floor (const SimServer *self);
/* Entry @i of the whole history, what retention removed included. Returns: whether it is still in
 * the log */
gboolean sim_server_get (const SimServer *self, guint i, guint64 *id, guint *member, guint *number);
guint64 sim_server_get_head (const SimServer *self);

SimMember *sim_member_new (SimWorld *world, guint index);
void sim_member_free (SimMember *self);
void sim_member_handle (SimMember *self, const SimEvent *event);
void sim_member_lose_connection (SimMember *self);
gboolean sim_member_is_done (const SimMember *self, guint64 head);
const GArray *sim_member_get_ids (const SimMember *self); /* guint64, its log */
guint64 sim_member_get_floor (const SimMember *self);
