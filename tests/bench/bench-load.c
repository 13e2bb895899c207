/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plays every member of every room from one process, and measures what a protocol-1 server does.
 *
 * Closed loop (no --rate): each sender keeps --window messages in flight; a message is done when
 * all its deliveries have arrived, so the server is always busy and never over-run. Paced (--rate):
 * messages go at that rate in all, and their latency counts from the moment that each was due.
 * Without --tcp-port the server is bench-relay. Writes one line of key=value. */

#include "bench-histogram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ull
#define HEADER_SIZE 32
#define TEXT_MIN 25 /* '@', 16 digits of time, 8 of the message's number */
#define RING_SIZE (1u << 16)
#define GIVEN_UP_NS (NS_PER_S / 2)
#define EVENTS_MAX 256
#define READS_MAX 16 /* datagrams of one socket before the next has its turn */
#define SOCKET_BUFFER (4 << 20)

typedef struct
{
  int fd;
  guint room, place;
  guint in_flight;
  guint8 head[2 + 255 + 255]; /* what each of its datagrams begins with */
  gsize head_len;
} Member;

typedef struct
{
  guint32 number;
  guint left; /* deliveries that have not arrived */
  guint sender;
  guint64 sent_ns;
} Message;

typedef struct
{
  /* owned */
  Member *members;
  Message *ring;
  char *text;
  int epoll_fd;
  BenchHistogram latencies;

  guint n_members;
  guint32 next_number, oldest_number;
  guint next_sender;
  guint64 now_ns, next_due_ns, next_expiry_ns;
  gboolean measuring;
  guint64 n_sent, n_delivered, n_lost;
} Load;

static int tcp_port, udp_port, pid;
static int n_rooms = 1, room_size = 100, n_senders = 4, window = 4, text_len = 100;
static double rate, warm_up_s = 0.5, measure_s = 2;
static gboolean idle;

static const GOptionEntry options[] = {
  { "tcp-port", 't', 0, G_OPTION_ARG_INT, &tcp_port, "chatd's TCP port", "N" },
  { "udp-port", 'u', 0, G_OPTION_ARG_INT, &udp_port, "the server's UDP port", "N" },
  { "pid", 'p', 0, G_OPTION_ARG_INT, &pid, "the server, for its CPU and memory", "PID" },
  { "rooms", 'R', 0, G_OPTION_ARG_INT, &n_rooms, "rooms", "N" },
  { "members", 'N', 0, G_OPTION_ARG_INT, &room_size, "members of each room", "N" },
  { "senders", 'S', 0, G_OPTION_ARG_INT, &n_senders, "members of each room who talk", "N" },
  { "window", 'W', 0, G_OPTION_ARG_INT, &window, "messages in flight of each sender", "N" },
  { "rate", 'r', 0, G_OPTION_ARG_DOUBLE, &rate, "messages a second in all", "N" },
  { "size", 's', 0, G_OPTION_ARG_INT, &text_len, "bytes of a text", "N" },
  { "warm-up", 'w', 0, G_OPTION_ARG_DOUBLE, &warm_up_s, "seconds before the measurement", "S" },
  { "seconds", 'd', 0, G_OPTION_ARG_DOUBLE, &measure_s, "seconds of measurement", "S" },
  { "idle", 'i', 0, G_OPTION_ARG_NONE, &idle, "join, tell the memory of a member, end", NULL },
  G_OPTION_ENTRY_NULL,
};

static void
die (const char *what)
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

static struct sockaddr_in
loopback (int port)
{
  return (struct sockaddr_in){
    .sin_family = AF_INET,
    .sin_port = htons ((guint16) port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
}

/* --- the server, from outside ----------------------------------------------------------------- */

/* CPU time of all its threads. */
static guint64
server_cpu_ns (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) tasks = g_dir_open (path, 0, NULL);
  guint64 total = 0;
  const char *name;

  while (tasks != NULL && (name = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, "schedstat", NULL);
      g_autofree char *contents = NULL;

      if (g_file_get_contents (file, &contents, NULL, NULL))
        total += g_ascii_strtoull (contents, NULL, 10);
    }
  return total;
}

static guint64
server_memory (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", pid);
  g_autofree char *contents = NULL;
  char *second;

  if (!g_file_get_contents (path, &contents, NULL, NULL))
    return 0;
  second = strchr (contents, ' ');
  return g_ascii_strtoull (second, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE);
}

/* --- joining ---------------------------------------------------------------------------------- */

static char *
ask (guint8 operation, const char *room, const char *name, int port)
{
  g_autofree char *payload = g_strdup_printf ("{\"user_name\":\"%s\",\"udp_port\":%d}", name, port);
  struct sockaddr_in to = loopback (tcp_port);
  guint8 frame[1024] = { (guint8) strlen (room), operation };
  gsize room_len = strlen (room), payload_len = strlen (payload), have = 0;
  g_autofree char *reply = g_malloc0 (4096);
  ssize_t part;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *) &to, sizeof to) != 0)
    die ("connect");
  frame[HEADER_SIZE - 1] = (guint8) payload_len;
  memcpy (frame + HEADER_SIZE, room, room_len);
  memcpy (frame + HEADER_SIZE + room_len, payload, payload_len);
  if (send (fd, frame, HEADER_SIZE + room_len + payload_len, MSG_NOSIGNAL) < 0)
    die ("send a request");
  while (have < 4095 && (part = recv (fd, reply + have, 4095 - have, 0)) > 0)
    have += (gsize) part;
  close (fd);
  for (gsize i = 0; i < MIN (have, (gsize) HEADER_SIZE); i++)
    reply[i] = ' '; /* so that the rest is one string */
  return g_steal_pointer (&reply);
}

static char *
enter (const Member *member, const char *room, int port)
{
  g_autofree char *name = g_strdup_printf ("m%u", member->place);
  g_autofree char *reply = ask (member->place == 0 ? 1 : 2, room, name, port);
  const char *key = strstr (reply, "\"token\"");
  const char *token = key != NULL ? strchr (key + strlen ("\"token\""), '"') : NULL;
  const char *end = token != NULL ? strchr (token + 1, '"') : NULL;

  if (end == NULL)
    {
      fprintf (stderr, "bench-load: refused: %s\n", reply + HEADER_SIZE);
      exit (EXIT_FAILURE);
    }
  return g_strndup (token + 1, (gsize) (end - token - 1));
}

static void
submit (const Member *member, const char *text, gsize len)
{
  struct sockaddr_in to = loopback (udp_port);
  struct iovec parts[] = { { (void *) member->head, member->head_len }, { (void *) text, len } };
  struct msghdr message = {
    .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = 2
  };

  if (sendmsg (member->fd, &message, 0) < 0 && errno != EAGAIN && errno != ENOBUFS)
    die ("send a message");
}

static void
open_socket (Load *load, Member *member, guint id)
{
  const int size = SOCKET_BUFFER;
  struct sockaddr_in address = loopback (0);
  struct epoll_event event = { .events = EPOLLIN, .data.u32 = id };

  member->fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (member->fd < 0 || bind (member->fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      epoll_ctl (load->epoll_fd, EPOLL_CTL_ADD, member->fd, &event) != 0)
    die ("open a member's socket");
  setsockopt (member->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt (member->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

static int
port_of (const Member *member)
{
  struct sockaddr_in address;
  socklen_t len = sizeof address;

  if (getsockname (member->fd, (struct sockaddr *) &address, &len) != 0)
    die ("getsockname");
  return ntohs (address.sin_port);
}

static void
join (Load *load, guint id)
{
  Member *member = &load->members[id];
  g_autofree char *room = NULL;
  g_autofree char *token = NULL;

  member->room = id / (guint) room_size;
  member->place = id % (guint) room_size;
  open_socket (load, member, id);
  room = tcp_port != 0 ? g_strdup_printf ("bench %d %u", getpid (), member->room)
                       : g_strdup_printf ("%u", member->room);
  token = tcp_port != 0 ? enter (member, room, port_of (member))
                        : g_strdup_printf ("%u", member->place);
  member->head[0] = (guint8) strlen (room);
  member->head[1] = (guint8) strlen (token);
  memcpy (member->head + 2, room, member->head[0]);
  memcpy (member->head + 2 + member->head[0], token, member->head[1]);
  member->head_len = 2u + member->head[0] + member->head[1];
  if (tcp_port == 0)
    submit (member, "+", 1);
}

static void
leave_all (Load *load)
{
  for (guint id = 0; id < load->n_members; id += (guint) room_size)
    if (tcp_port != 0)
      submit (&load->members[id], "/quit", 5);
}

/* --- messages --------------------------------------------------------------------------------- */

static void
put_hex (char *to, guint64 value, guint digits)
{
  while (digits-- > 0)
    {
      to[digits] = "0123456789abcdef"[value & 15];
      value >>= 4;
    }
}

static guint64
get_hex (const char *from, guint digits)
{
  guint64 value = 0;

  while (digits-- > 0)
    value = value << 4 | (guint64) g_ascii_xdigit_value (*from++);
  return value;
}

static Message *
message_of (Load *load, guint32 number)
{
  return &load->ring[number % RING_SIZE];
}

static void
send_message (Load *load, guint sender, guint64 stamp_ns)
{
  guint32 number = load->next_number++;

  *message_of (load, number) = (Message){ number, (guint) room_size - 1, sender, stamp_ns };
  put_hex (load->text + 1, stamp_ns, 16);
  put_hex (load->text + 17, number, 8);
  load->members[sender].in_flight++;
  load->n_sent += load->measuring;
  submit (&load->members[sender], load->text, (gsize) text_len);
}

static void
fill_window (Load *load, guint sender)
{
  while (rate == 0 && load->members[sender].in_flight < (guint) window)
    send_message (load, sender, clock_ns ());
}

static void
finish_message (Load *load, Message *message)
{
  message->left = 0;
  load->members[message->sender].in_flight--;
  fill_window (load, message->sender);
}

static void
on_delivered (Load *load, const char *text)
{
  guint64 stamp_ns = get_hex (text + 1, 16);
  guint32 number = (guint32) get_hex (text + 17, 8);
  Message *message = message_of (load, number);

  if (message->number != number || message->left == 0)
    return; /* given up before */
  if (load->measuring)
    {
      load->n_delivered++;
      bench_histogram_add (&load->latencies, load->now_ns > stamp_ns ? load->now_ns - stamp_ns : 0);
    }
  if (--message->left == 0)
    finish_message (load, message);
}

static void
on_readable (Load *load, const Member *member)
{
  static char in[65536];

  for (guint i = 0; i < READS_MAX; i++)
    {
      ssize_t len = recv (member->fd, in, sizeof in, 0);
      const char *text = len > 0 ? memchr (in, '@', (gsize) len) : NULL;

      if (len < 0)
        return;
      if (text != NULL && in + len - text >= TEXT_MIN)
        on_delivered (load, text);
    }
}

static void
give_up_old (Load *load)
{
  while (load->oldest_number != load->next_number)
    {
      Message *message = message_of (load, load->oldest_number);

      if (message->left > 0 && message->sent_ns + GIVEN_UP_NS > load->now_ns)
        break;
      load->oldest_number++;
      if (message->left == 0)
        continue;
      load->n_lost += load->measuring ? message->left : 0;
      finish_message (load, message);
    }
}

static guint
sender_at (guint turn)
{
  guint room = turn / (guint) n_senders % (guint) n_rooms;

  return room * (guint) room_size + turn % (guint) n_senders;
}

static void
send_due (Load *load)
{
  const guint64 interval_ns = (guint64) ((double) NS_PER_S / rate);

  for (; load->next_due_ns <= load->now_ns; load->next_due_ns += interval_ns)
    send_message (load, sender_at (load->next_sender++), load->next_due_ns);
}

static void
turn (Load *load)
{
  struct epoll_event events[EVENTS_MAX];
  struct timespec timeout = { 0, 20 * 1000 * 1000 };
  int n_events;

  load->now_ns = clock_ns ();
  if (rate > 0)
    {
      send_due (load);
      timeout.tv_nsec = (long) MIN (load->next_due_ns - load->now_ns, 20u * 1000 * 1000);
    }
  n_events = epoll_pwait2 (load->epoll_fd, events, EVENTS_MAX, &timeout, NULL);
  load->now_ns = clock_ns ();
  for (int i = 0; i < n_events; i++)
    on_readable (load, &load->members[events[i].data.u32]);
  if (load->now_ns >= load->next_expiry_ns)
    {
      give_up_old (load);
      load->next_expiry_ns = load->now_ns + NS_PER_S / 20;
    }
}

static void
run_until (Load *load, guint64 end_ns)
{
  while (load->now_ns < end_ns)
    turn (load);
}

static void
report (const Load *load, double took_s, guint64 cpu_ns)
{
  double delivered = (double) MAX (load->n_delivered, 1);

  printf ("sent=%" G_GUINT64_FORMAT " delivered=%" G_GUINT64_FORMAT " lost=%" G_GUINT64_FORMAT
          " per_second=%.0f cpu_ns=%.0f cpu_share=%.3f"
          " p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f\n",
          load->n_sent, load->n_delivered, load->n_lost, (double) load->n_delivered / took_s,
          (double) cpu_ns / delivered, (double) cpu_ns / 1e9 / took_s,
          (double) bench_histogram_percentile (&load->latencies, 0.5) / 1e3,
          (double) bench_histogram_percentile (&load->latencies, 0.99) / 1e3,
          (double) bench_histogram_percentile (&load->latencies, 0.999) / 1e3,
          (double) load->latencies.max_ns / 1e3);
}

static void
measure (Load *load)
{
  guint64 started_ns, cpu_ns;

  load->now_ns = load->next_due_ns = clock_ns ();
  for (guint i = 0; i < (guint) (n_rooms * n_senders); i++)
    fill_window (load, sender_at (i));
  run_until (load, load->now_ns + (guint64) (warm_up_s * 1e9));
  load->measuring = TRUE;
  started_ns = load->now_ns;
  cpu_ns = server_cpu_ns ();
  run_until (load, started_ns + (guint64) (measure_s * 1e9));
  report (load, (double) (load->now_ns - started_ns) / 1e9, server_cpu_ns () - cpu_ns);
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
  text_len = MAX (text_len, TEXT_MIN);
}

int
main (int argc, char *argv[])
{
  Load load = { .next_number = 1, .oldest_number = 1 };
  guint64 memory;

  parse_options (&argc, &argv);
  load.n_members = (guint) (n_rooms * room_size);
  load.members = g_new0 (Member, load.n_members);
  load.ring = g_new0 (Message, RING_SIZE);
  load.text = g_strnfill ((gsize) text_len, 'x');
  load.text[0] = '@';
  load.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  memory = server_memory ();
  for (guint id = 0; id < load.n_members; id++)
    join (&load, id);
  if (idle)
    printf ("members=%u bytes_per_member=%.0f\n", load.n_members,
            (double) (server_memory () - memory) / (double) load.n_members);
  else
    measure (&load);
  leave_all (&load);
  g_free (load.members);
  g_free (load.ring);
  g_free (load.text);
  return EXIT_SUCCESS;
}
