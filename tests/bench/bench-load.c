/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plays every member of every room from one process, and measures what a server does with them.
 *
 * Closed loop (no --rate): each sender keeps --window messages in flight; one is done when all its
 * deliveries have arrived. Paced (--rate): messages are said at that rate in all, by the senders in
 * turn, and their latency counts from the moment that each was due. A delivery is a message that
 * arrives at a member, the sender too where the server sends it there. Writes one line of
 * key=value.
 *
 * With --orders all that is on stdin, a word a line: "go" and "pause" (talking), "mark" (a line
 * about what came since the last one), "return" (all connections are closed and made anew, at
 * once), "end". Each is answered by a line. */

#include "bench-load.h"

#include "bench-messages.h"
#include "bench-orders.h"
#include "bench-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#define NS_PER_S 1000000000ull
#define EVENTS_MAX 256
#define DEADLINES_EVERY_NS (2 * NS_PER_S / 1000) /* the finest timer of a protocol is 10 ms */
#define WAIT_MAX_NS (5 * NS_PER_S / 1000)
#define GIVEN_UP_NS (3 * NS_PER_S)
#define DRAIN_NS (3 * NS_PER_S / 2) /* after the measurement: what arrives then is not lost */
#define STUCK_NS (30 * NS_PER_S)
#define KEEP_S 30 /* every member says so often that it is there, as the app does */
#define DESCRIPTORS_WANTED 65000

typedef struct
{
  const BenchProtocol *protocol;
  /* owned */
  BenchClient *clients;
  BenchClient **touched;
  guint32 *hungry; /* senders whose windows have room */
  char *text;

  BenchMessages messages;
  int epoll_fd;
  guint n_clients, n_started, n_entered;
  guint n_touched, n_hungry;
  guint next_sender;
  guint64 now_ns, next_due_ns, next_deadlines_ns, kept_ns;
  guint64 n_kept;
  guint n_lost;       /* connections */
  guint entering_max; /* at the same time */
  gboolean talking;
} Load;

BenchOptions bench_options = { .text_len = 100 };

static Load load;
static int n_busy_rooms;
static int pid, n_rooms = 1, room_size = 100, n_senders = 4, window = 8;
static double rate, warm_up_s = 0.5, measure_s = 2;
static gboolean idle, orders;
static char *protocol_name;

static const BenchProtocol *const protocols[] = { &bench_secure, &bench_legacy, &bench_resp,
                                                  &bench_nats,   &bench_irc,    &bench_mqtt };

static const GOptionEntry options[] = {
  { "protocol", 'P', 0, G_OPTION_ARG_STRING, &protocol_name,
    "secure (protocol 2, the default), legacy (1), resp, nats, irc, mqtt", "NAME" },
  { "tcp-port", 't', 0, G_OPTION_ARG_INT, &bench_options.tcp_port, "the server's TCP port", "N" },
  { "udp-port", 'u', 0, G_OPTION_ARG_INT, &bench_options.udp_port, "its UDP port", "N" },
  { "pid", 'p', 0, G_OPTION_ARG_INT, &pid, "the server, for its CPU and memory", "PID" },
  { "rooms", 'R', 0, G_OPTION_ARG_INT, &n_rooms, "rooms", "N" },
  { "members", 'N', 0, G_OPTION_ARG_INT, &room_size, "members of each room", "N" },
  { "busy-rooms", 'B', 0, G_OPTION_ARG_INT, &n_busy_rooms, "rooms in which somebody talks", "N" },
  { "senders", 'S', 0, G_OPTION_ARG_INT, &n_senders, "members of each room who talk", "N" },
  { "window", 'W', 0, G_OPTION_ARG_INT, &window, "messages in flight of each sender", "N" },
  { "rate", 'r', 0, G_OPTION_ARG_DOUBLE, &rate, "messages a second in all", "N" },
  { "size", 's', 0, G_OPTION_ARG_INT, &bench_options.text_len, "bytes of a text", "N" },
  { "warm-up", 'w', 0, G_OPTION_ARG_DOUBLE, &warm_up_s, "seconds before the measurement", "S" },
  { "seconds", 'd', 0, G_OPTION_ARG_DOUBLE, &measure_s, "seconds of measurement", "S" },
  { "tcp-only", 0, 0, G_OPTION_ARG_NONE, &bench_options.tcp_only, "no datagrams", NULL },
  { "gro", 0, 0, G_OPTION_ARG_NONE, &bench_options.gro, "members receive with UDP_GRO", NULL },
  { "durable", 0, 0, G_OPTION_ARG_NONE, &bench_options.durable, "rooms on the record", NULL },
  { "name", 0, 0, G_OPTION_ARG_STRING, &bench_options.room_name, "of the rooms, without a number",
    "NAME" },
  { "orders", 0, 0, G_OPTION_ARG_NONE, &orders, "do what stdin says", NULL },
  { "idle", 'i', 0, G_OPTION_ARG_NONE, &idle, "enter, stay, tell what that costs", NULL },
  G_OPTION_ENTRY_NULL,
};

void
bench_die (const char *what)
{
  fprintf (stderr, "bench-load: %s: %s\n", what, g_strerror (errno));
  exit (EXIT_FAILURE);
}

static guint64
clock_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (guint64) now.tv_sec * NS_PER_S + (guint64) now.tv_nsec;
}

gint64
bench_load_now_us (void)
{
  return (gint64) (load.now_ns / 1000);
}

/* --- sockets ---------------------------------------------------------------------------------- */

static struct sockaddr_in
loopback (int port)
{
  return (struct sockaddr_in){
    .sin_family = AF_INET,
    .sin_port = htons ((guint16) port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
}

static void
watch (const BenchClient *client, int fd, gboolean is_udp)
{
  struct epoll_event event = { .events = EPOLLIN };

  event.data.u64 = (guint64) client->id << 1 | (is_udp ? 1 : 0);
  if (epoll_ctl (load.epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    bench_die ("watch a socket");
}

void
bench_connect (BenchClient *client)
{
  const struct sockaddr_in to = loopback (bench_options.tcp_port);
  const int on = 1;

  client->tcp = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client->tcp < 0 || connect (client->tcp, (const struct sockaddr *) &to, sizeof to) != 0)
    bench_die ("connect");
  setsockopt (client->tcp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl (client->tcp, F_SETFL, O_NONBLOCK);
  watch (client, client->tcp, FALSE);
}

void
bench_open_udp (BenchClient *client, int buffer_size)
{
  const struct sockaddr_in to = loopback (bench_options.udp_port);
  const int on = 1;

  client->udp = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client->udp < 0 || connect (client->udp, (const struct sockaddr *) &to, sizeof to) != 0)
    bench_die ("connect a socket for datagrams");
  if (buffer_size > 0)
    setsockopt (client->udp, SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size);
  if (bench_options.gro && setsockopt (client->udp, IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0)
    bench_die ("UDP_GRO");
  watch (client, client->udp, TRUE);
}

/* --- talking ---------------------------------------------------------------------------------- */

void
bench_load_touch (BenchClient *client)
{
  if (client->touched)
    return;
  client->touched = TRUE;
  load.touched[load.n_touched++] = client;
}

static void
say (BenchClient *client, guint64 due_ns)
{
  const guint deliveries = (guint) room_size - (load.protocol->echoes ? 0 : 1);

  bench_messages_write (&load.messages, client->id, deliveries, due_ns, load.text);
  client->in_flight++;
  load.protocol->say (client, load.text, (gsize) bench_options.text_len);
  bench_load_touch (client);
}

static void
on_done (guint32 sender)
{
  load.clients[sender].in_flight--;
  load.hungry[load.n_hungry++] = sender;
}

void
bench_load_heard (const char *text, gsize len)
{
  guint32 sender;

  if (!bench_messages_read (&load.messages, text, len, load.now_ns, &sender))
    return;
  if (rate > 0)
    load.clients[sender].in_flight--;
  else
    on_done (sender);
}

static void
fill_windows (void)
{
  for (guint i = 0; i < load.n_hungry; i++)
    {
      BenchClient *client = &load.clients[load.hungry[i]];

      while (load.talking && rate <= 0 && client->in_flight < (guint) window)
        say (client, load.now_ns);
    }
  load.n_hungry = 0;
}

/* The @i-th of all senders: the first of each room, then the second of each, and so on. */
static BenchClient *
sender_at (guint i)
{
  const guint rooms = (guint) n_busy_rooms;

  return &load.clients[i % rooms * (guint) room_size + i / rooms];
}

static void
say_due (void)
{
  const guint64 gap_ns = (guint64) (1e9 / rate);

  while (load.next_due_ns <= load.now_ns)
    {
      say (sender_at (load.next_sender++ % (guint) (n_busy_rooms * n_senders)), load.next_due_ns);
      load.next_due_ns += gap_ns;
    }
}

/* --- the loop --------------------------------------------------------------------------------- */

static void
flush (void)
{
  for (guint i = 0; i < load.n_touched; i++)
    {
      load.touched[i]->touched = FALSE;
      load.protocol->flush (load.touched[i]);
    }
  load.n_touched = 0;
}

static void
keep_deadlines (void)
{
  const gint64 now_us = bench_load_now_us ();

  for (guint i = 0; i < load.n_clients; i++)
    if (load.clients[i].due_us <= now_us)
      bench_load_touch (&load.clients[i]);
  load.next_deadlines_ns = load.now_ns + DEADLINES_EVERY_NS;
}

static void
keep_members (void)
{
  const double members_per_ns = (double) load.n_clients / KEEP_S / 1e9;
  const guint64 owed = (guint64) ((double) (load.now_ns - load.kept_ns) * members_per_ns);

  if (load.protocol->keep == NULL || owed == 0)
    return;
  load.kept_ns = load.now_ns;
  for (guint64 i = 0; i < owed; i++)
    {
      BenchClient *client = &load.clients[load.n_kept++ % load.n_clients];

      if (client->state == BENCH_STATE_IN)
        load.protocol->keep (client);
    }
}

static void
wait_and_read (guint64 wait_ns)
{
  const struct timespec timeout = { 0, (long) wait_ns };
  struct epoll_event events[EVENTS_MAX];
  const int n = epoll_pwait2 (load.epoll_fd, events, EVENTS_MAX, &timeout, NULL);

  for (int i = 0; i < n; i++)
    {
      load.now_ns = clock_ns ();
      load.protocol->readable (&load.clients[events[i].data.u64 >> 1], events[i].data.u64 & 1);
    }
  load.now_ns = clock_ns ();
}

static void
give_up_old (void)
{
  guint32 sender;

  while (bench_messages_give_up (&load.messages, load.now_ns - GIVEN_UP_NS, &sender))
    on_done (sender);
}

static void
turn (void)
{
  guint64 wait_ns = WAIT_MAX_NS;

  if (load.talking && rate > 0)
    {
      say_due ();
      wait_ns = MIN (wait_ns, load.next_due_ns - load.now_ns);
    }
  fill_windows ();
  flush ();
  wait_and_read (wait_ns);
  if (load.now_ns < load.next_deadlines_ns)
    return;
  keep_deadlines ();
  keep_members ();
  give_up_old ();
}

static void
run_for (double seconds)
{
  const guint64 end_ns = load.now_ns + (guint64) (seconds * 1e9);

  while (load.now_ns < end_ns)
    turn ();
}

/* --- entering --------------------------------------------------------------------------------- */

void
bench_load_entered (BenchClient *client)
{
  client->state = BENCH_STATE_IN;
  load.n_entered++;
  bench_load_touch (client);
}

void
bench_load_lost (BenchClient *client)
{
  load.n_lost++;
  if (client->state == BENCH_STATE_ENTERING)
    load.protocol->start (client);
  else
    client->state = BENCH_STATE_NEW;
}

/* Those who make the rooms come before all others. */
static gboolean
may_start (void)
{
  return load.n_started < load.n_clients && load.n_started - load.n_entered < load.entering_max &&
         (load.n_started < (guint) n_rooms || load.n_entered >= (guint) n_rooms);
}

static BenchClient *
next_to_start (void)
{
  const guint i = load.n_started++, others = (guint) room_size - 1;

  if (i < (guint) n_rooms)
    return &load.clients[i * (guint) room_size];
  return &load.clients[(i - (guint) n_rooms) / others * (guint) room_size +
                       (i - (guint) n_rooms) % others + 1];
}

static void
enter_all (void)
{
  guint64 progress_ns = load.now_ns;
  guint entered = 0;

  while (load.n_entered < load.n_clients)
    {
      while (may_start ())
        {
          BenchClient *client = next_to_start ();

          client->state = BENCH_STATE_ENTERING;
          load.protocol->start (client);
        }
      turn ();
      if (load.n_entered > entered)
        progress_ns = load.now_ns;
      entered = load.n_entered;
      if (load.now_ns > progress_ns + STUCK_NS)
        bench_die ("nobody gets in any more");
    }
}

/* --- measuring -------------------------------------------------------------------------------- */

static void
report_entering (guint64 memory, BenchCpu before, guint64 started_ns)
{
  const BenchCpu cpu = bench_server_read_cpu (pid);
  const double n = load.n_clients, took_s = (double) (load.now_ns - started_ns) / 1e9;
  const guint64 cpu_ns = cpu.main_ns + cpu.rest_ns - before.main_ns - before.rest_ns;

  /* until news about who came are told */
  run_for (idle ? 2.5 : load.n_clients >= 1000 ? 1.2 : 0.2);
  printf ("protocol=%s clients=%u joins_per_second=%.0f join_cpu_us=%.1f bytes_per_member=%.0f ",
          load.protocol->name, load.n_clients, n / took_s, (double) cpu_ns / 1e3 / n,
          ((double) bench_server_read_memory (pid) - (double) memory) / n);
}

static double
percentile (double fraction)
{
  return (double) bench_histogram_percentile (&load.messages.latencies, fraction) / 1e3;
}

static void
report (double took_s, BenchCpu cpu, double own_share)
{
  const BenchMessages *messages = &load.messages;
  const double delivered = (double) MAX (messages->n_delivered, 1);
  const double cpu_ns = (double) (cpu.main_ns + cpu.rest_ns);

  printf ("sent=%" G_GUINT64_FORMAT " delivered=%" G_GUINT64_FORMAT " lost=%" G_GUINT64_FORMAT
          " sent_per_second=%.0f per_second=%.0f cpu_us=%.4f cpu_main_us=%.4f cpu_share=%.3f"
          " load_share=%.3f p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f",
          messages->n_sent, messages->n_delivered, messages->n_lost,
          (double) messages->n_sent / took_s, delivered / took_s, cpu_ns / 1e3 / delivered,
          (double) cpu.main_ns / 1e3 / delivered, cpu_ns / 1e9 / took_s, own_share,
          percentile (0.5), percentile (0.99), percentile (0.999),
          (double) messages->latencies.max_ns / 1e3);
}

static double
own_cpu_s (void)
{
  struct timespec used;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double) used.tv_sec + (double) used.tv_nsec / 1e9;
}

static void
count_what_is_missing (void)
{
  const guint64 end_ns = load.now_ns + DRAIN_NS;
  guint32 sender;

  load.talking = FALSE;
  while (!bench_messages_are_done (&load.messages) && load.now_ns < end_ns)
    turn ();
  while (bench_messages_give_up (&load.messages, G_MAXUINT64, &sender))
    continue;
}

static void
start_talking (void)
{
  load.talking = TRUE;
  load.next_due_ns = load.now_ns;
  for (guint i = 0; rate <= 0 && i < (guint) (n_busy_rooms * n_senders); i++)
    load.hungry[load.n_hungry++] = sender_at (i)->id;
}

static void
measure (void)
{
  BenchCpu before, after;
  guint64 started_ns;
  double own_s;

  start_talking ();
  run_for (warm_up_s);

  load.messages.measuring = TRUE;
  started_ns = load.now_ns;
  before = bench_server_read_cpu (pid);
  own_s = own_cpu_s ();
  run_for (measure_s);
  after = bench_server_read_cpu (pid);
  after.main_ns -= before.main_ns;
  after.rest_ns -= before.rest_ns;
  own_s = own_cpu_s () - own_s;
  load.messages.measuring = FALSE;

  const double took_s = (double) (load.now_ns - started_ns) / 1e9;
  count_what_is_missing ();
  report (took_s, after, own_s / took_s);
}

static void
measure_idle (void)
{
  const BenchCpu before = bench_server_read_cpu (pid);
  const guint64 started_ns = load.now_ns;

  run_for (measure_s);

  const BenchCpu after = bench_server_read_cpu (pid);
  printf ("cpu_share=%.4f",
          (double) (after.main_ns + after.rest_ns - before.main_ns - before.rest_ns) /
              (double) (load.now_ns - started_ns));
}

/* --- orders ----------------------------------------------------------------------------------- */

static void
mark (void)
{
  BenchMessages *messages = &load.messages;

  printf ("sent=%" G_GUINT64_FORMAT " delivered=%" G_GUINT64_FORMAT
          " p50_us=%.1f p99_us=%.1f max_us=%.1f\n",
          messages->n_sent, messages->n_delivered, percentile (0.5), percentile (0.99),
          (double) messages->latencies.max_ns / 1e3);
  messages->n_sent = messages->n_delivered = 0;
  messages->latencies = (BenchHistogram){ 0 };
}

static void
come_back (void)
{
  const guint64 started_ns = load.now_ns;

  for (guint i = 0; i < load.n_clients; i++)
    {
      load.clients[i].state = BENCH_STATE_NEW;
      load.protocol->drop (&load.clients[i]);
    }
  load.n_started = load.n_entered = load.n_lost = 0;
  load.entering_max = load.n_clients;
  enter_all ();
  printf ("seconds=%.3f lost=%u\n", (double) (load.now_ns - started_ns) / 1e9, load.n_lost);
}

/* Returns: whether it goes on */
static gboolean
obey (const char *order)
{
  if (strcmp (order, "end") == 0)
    return FALSE;
  if (strcmp (order, "mark") == 0)
    mark ();
  else if (strcmp (order, "return") == 0 && load.protocol->drop != NULL)
    come_back ();
  else
    {
      if (strcmp (order, "go") == 0)
        start_talking ();
      load.talking = strcmp (order, "go") == 0;
      printf ("%s\n", order);
    }
  fflush (stdout);
  return TRUE;
}

static void
follow_orders (void)
{
  const char *order;

  bench_orders_begin ();
  load.messages.measuring = TRUE;
  printf ("ready\n");
  fflush (stdout);
  for (;;)
    {
      order = bench_orders_take ();
      if (order != NULL && !obey (order))
        return;
      turn ();
    }
}

/* --- main ------------------------------------------------------------------------------------- */

static const BenchProtocol *
find_protocol (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (protocol_name == NULL || strcmp (protocols[i]->name, protocol_name) == 0)
      return protocols[i];
  fprintf (stderr, "bench-load: there is no protocol “%s”\n", protocol_name);
  exit (EXIT_FAILURE);
}

static void
parse_options (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      fprintf (stderr, "bench-load: %s\n", error->message);
      exit (EXIT_FAILURE);
    }
  n_senders = CLAMP (n_senders, 1, room_size);
  n_busy_rooms = n_busy_rooms > 0 ? MIN (n_busy_rooms, n_rooms) : n_rooms;
  bench_options.text_len = MAX (bench_options.text_len, BENCH_TEXT_MIN);
  bench_options.survives = orders;
  if (bench_options.room_name == NULL)
    bench_options.room_name = g_strdup ("room");
}

static void
raise_limits (void)
{
  struct rlimit limit = { DESCRIPTORS_WANTED, DESCRIPTORS_WANTED };

  prctl (PR_SET_TIMERSLACK, 1);
  signal (SIGPIPE, SIG_IGN); /* a server that ends is told of where it is read from */
  if (setrlimit (RLIMIT_NOFILE, &limit) == 0)
    return;
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
init_load (void)
{
  load.protocol = find_protocol ();
  load.entering_max = load.protocol->entering_max;
  load.n_clients = (guint) (n_rooms * room_size);
  load.clients = g_new0 (BenchClient, load.n_clients);
  load.touched = g_new0 (BenchClient *, load.n_clients);
  load.hungry = g_new0 (guint32, (gsize) load.n_clients * (gsize) MAX (window, 1) + (1u << 18));
  load.text = g_strnfill ((gsize) bench_options.text_len, 'x');
  load.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  load.now_ns = load.kept_ns = clock_ns ();
  bench_messages_init (&load.messages);
  for (guint id = 0; id < load.n_clients; id++)
    load.clients[id] = (BenchClient){ .id = id,
                                      .room = id / (guint) room_size,
                                      .place = id % (guint) room_size,
                                      .tcp = -1,
                                      .udp = -1,
                                      .due_us = G_MAXINT64 };
}

int
main (int argc, char *argv[])
{
  guint64 memory, started_ns;
  BenchCpu cpu;

  parse_options (&argc, &argv);
  raise_limits ();
  init_load ();
  memory = bench_server_read_memory (pid);
  cpu = bench_server_read_cpu (pid);
  started_ns = load.now_ns;
  enter_all ();
  if (orders)
    {
      follow_orders ();
      return EXIT_SUCCESS;
    }
  report_entering (memory, cpu, started_ns);
  if (idle)
    measure_idle ();
  else
    measure ();
  printf ("\n");
  return EXIT_SUCCESS;
}
