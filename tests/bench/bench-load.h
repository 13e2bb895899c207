/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One process that plays every member of every room, and what it lets a protocol see. A protocol
 * brings one member into its room, says what it is told to, and tells what it hears; windows,
 * rates, latencies, losses and the server's figures are the same for all of them (bench-load.c). */

#define BENCH_TEXT_MIN 25 /* '@', 16 digits of time, 8 of the message's number */
#define BENCH_US 1000ull  /* ns */

typedef struct
{
  int tcp_port, udp_port;
  gboolean tcp_only; /* no datagrams */
  gboolean gro;      /* the members' sockets take several datagrams as one */
  gboolean durable;  /* rooms on the record */
  int text_len;
  char *room_name;   /* owned: what comes before the number */
  gboolean survives; /* a connection that ends is no error */
} BenchOptions;

typedef enum
{
  BENCH_STATE_NEW,
  BENCH_STATE_ENTERING,
  BENCH_STATE_IN,
} BenchState;

typedef struct
{
  guint32 id, room;
  guint32 place; /* in the room; 0 makes it */
  int tcp, udp;  /* -1: none */
  BenchState state;
  gboolean touched;
  guint in_flight;
  gint64 due_us; /* when it wants to be flushed next; G_MAXINT64: only when touched */
  gpointer own;  /* the protocol's */
} BenchClient;

typedef struct
{
  const char *name;
  gboolean echoes; /* the sender hears itself: a delivery like the others */
  guint entering_max;

  /* Opens its sockets, which are then watched. */
  void (*start) (BenchClient *client);
  /* One of its sockets has something. */
  void (*readable) (BenchClient *client, gboolean is_udp);
  /* Puts one message with the others that go out with the next flush. */
  void (*say) (BenchClient *client, const char *text, gsize len);
  void (*flush) (BenchClient *client);
  /* (nullable) Tells the server that it is still there. */
  void (*keep) (BenchClient *client);
  /* (nullable) Closes its sockets; start() then brings it back to its room. */
  void (*drop) (BenchClient *client);
} BenchProtocol;

extern const BenchProtocol bench_secure, bench_legacy, bench_resp, bench_nats, bench_irc,
    bench_mqtt;
extern BenchOptions bench_options;

G_NORETURN void bench_die (const char *what);
void bench_connect (BenchClient *client);
void bench_open_udp (BenchClient *client, int buffer_size);
/* It wants to be flushed at the end of this turn. */
void bench_load_touch (BenchClient *client);
void bench_load_entered (BenchClient *client);
/* Its connection ended; it was dropped. */
void bench_load_lost (BenchClient *client);
/* @text: from its '@' on */
void bench_load_heard (const char *text, gsize len);
gint64 bench_load_now_us (void);

G_END_DECLS
