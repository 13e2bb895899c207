/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plays every member of every room by protocol 2 from one process, and measures what they cost the
 * server while they only stay: bytes of memory each, and its share of a processor. They PING and
 * probe as often as the app does. With --rate, one member of each room also speaks, and the time
 * from then to each of the others counts. Writes one line of key=value. */

#include "bench-histogram.h"

#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-entry.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"
#include "chat-tcp-frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PING_S 30     /* as often as the app, which says something at least so often */
#define PROBE_S 15    /* likewise */
#define SHAKING_MAX 8 /* chatd takes the newest first: of many the oldest would wait too long */
#define EVENTS_MAX 256
#define SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)
#define STAMP_LEN 16 /* digits of the time in what is said */

typedef enum
{
  STATE_SHAKING,
  STATE_HELLO,
  STATE_ENTERING,
  STATE_IN,
} State;

typedef struct
{
  int fd;
  State state;
  gnutls_session_t tls;
  GByteArray *in;
  ChatSealedDatagram *sealed;
  guint64 room;
  guint64 cursor;
  guint64 cseq;
  guint64 uncredited; /* entries since the last CURSOR */
  gint64 cursor_due_us;
  guint32 index;
} Client;

typedef struct
{
  gint tcp_port, udp_port, pid, members, rooms, seconds;
  double rate;
  gboolean tcp_only;

  Client *clients;
  GHashTable *by_session;
  GQueue owing; /* clients that owe a CURSOR, the earliest first */
  gnutls_certificate_credentials_t credentials;
  struct sockaddr_in udp_to;
  int epoll_fd, udp;
  guint n_started, n_in, n_shaking;
  guint64 n_said, n_heard, n_by_udp;
  BenchHistogram latencies;
} Bench;

static void
die (const char *what)
{
  g_printerr ("bench-sessions: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

/* --- the server's figures --------------------------------------------------------------------- */

static gsize
read_rss (const Bench *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", self->pid);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    die (path);
  return g_ascii_strtoull (strchr (text, ' '), NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

/* Of all its threads; /proc/PID/stat counts ticks, which is far too coarse for one that sleeps. */
static double
read_cpu_s (const Bench *self)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", self->pid);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  guint64 ns = 0;
  const char *name;

  if (dir == NULL)
    die (tasks);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (tasks, name, "schedstat", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        ns += g_ascii_strtoull (text, NULL, 10);
    }
  return (double) ns / 1e9;
}

/* --- out -------------------------------------------------------------------------------------- */

static void
send_bytes (Client *client, const GByteArray *bytes)
{
  gsize sent = 0;

  while (sent < bytes->len)
    {
      const gssize n = gnutls_record_send (client->tls, bytes->data + sent, bytes->len - sent);
      if (n > 0)
        sent += (gsize) n;
      else if (gnutls_error_is_fatal ((int) n))
        die (gnutls_strerror ((int) n));
    }
}

static void
request (Client *client, guint8 operation, const ChatControlRequest *what)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  chat_control_request_append (operation, what, out);
  send_bytes (client, out);
}

static void
send_datagram (Bench *self, Client *client, const ChatDataFrame *frame, gsize padding)
{
  static GByteArray *frames;
  guint8 sealed[CHAT_DATAGRAM_MAX];

  if (frames == NULL)
    frames = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  g_byte_array_set_size (frames, 0);
  chat_data_frame_append (frame, frames);
  chat_data_frame_append_padding (padding > frames->len ? padding - frames->len : 0, frames);
  chat_sealed_datagram_seal (client->sealed, frames->data, frames->len, sealed);
  sendto (self->udp, sealed, frames->len + CHAT_SEALED_OVERHEAD, 0,
          (struct sockaddr *) &self->udp_to, sizeof self->udp_to);
}

static void
send_frame (Bench *self, Client *client, const ChatDataFrame *frame)
{
  if (!self->tcp_only)
    {
      send_datagram (self, client, frame, 0);
      return;
    }

  g_autoptr (GByteArray) frames = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  chat_data_frame_append (frame, frames);
  chat_control_data_append (CHAT_STATE_REQUEST, frames->data, frames->len, out);
  send_bytes (client, out);
}

static void
send_probe (Bench *self, Client *client)
{
  const ChatDataFrame probe = { .type = CHAT_DATA_PROBE,
                                .tail = (const guint8 *) "probing!",
                                .tail_len = CHAT_DATA_PROBE_SIZE };

  send_datagram (self, client, &probe, SPACE);
}

static void
send_cursor (Bench *self, Client *client)
{
  const ChatDataFrame cursor = { .type = CHAT_DATA_CURSOR,
                                 .room = client->room,
                                 .cursor = client->cursor,
                                 .credit = 64 * 1024,
                                 .road = self->tcp_only ? CHAT_ROAD_TCP : CHAT_ROAD_UDP };

  client->cursor_due_us = 0;
  send_frame (self, client, &cursor);
}

static void
send_ping (Client *client)
{
  const ChatControlRequest ping = { .id = 3 };

  request (client, CHAT_OPERATION_PING, &ping);
}

static void
say (Bench *self, Client *client)
{
  char text[101];
  const ChatDataFrame submit = { .type = CHAT_DATA_SUBMIT,
                                 .room = client->room,
                                 .instance = 1,
                                 .cseq = ++client->cseq,
                                 .kind = CHAT_ENTRY_TEXT,
                                 .tail = (const guint8 *) text,
                                 .tail_len = 100 };

  snprintf (text, sizeof text, "%0*" G_GINT64_FORMAT ".%083d", STAMP_LEN, g_get_monotonic_time (),
            0);
  self->n_said++;
  send_frame (self, client, &submit);
}

/* --- in --------------------------------------------------------------------------------------- */

static void
take_entries (Bench *self, Client *client, const ChatDataFrame *frame, ChatRoad road)
{
  const guint8 *bytes = frame->tail;
  gsize left = frame->tail_len, used;
  ChatEntry entry;

  while (left > 0 && chat_entry_decode (bytes, left, &entry, &used, NULL) == CHAT_DECODE_OK)
    {
      bytes += used;
      left -= used;
      if (entry.id <= client->cursor)
        continue;
      client->cursor = entry.id;
      if (entry.kind != CHAT_ENTRY_TEXT || client->state != STATE_IN)
        continue;
      self->n_heard++;
      self->n_by_udp += road == CHAT_ROAD_UDP;
      const gint64 said_us = g_ascii_strtoll ((const char *) entry.body, NULL, 10);
      bench_histogram_add (&self->latencies,
                           (guint64) MAX (g_get_monotonic_time () - said_us, 0) * 1000);
    }
  if (client->cursor_due_us == 0)
    {
      client->cursor_due_us = g_get_monotonic_time () + 100 * 1000;
      g_queue_push_tail (&self->owing, client);
    }
}

static void
take_frames (Bench *self, Client *client, const guint8 *bytes, gsize len, ChatRoad road)
{
  ChatDataFrame frame;
  gsize used;

  for (; len > 0 && chat_data_frame_decode (bytes, len, &frame, &used, NULL) == CHAT_DECODE_OK;
       bytes += used, len -= used)
    {
      if (frame.type == CHAT_DATA_ENTRIES)
        take_entries (self, client, &frame, road);
      else if (frame.type == CHAT_DATA_PROBE)
        {
          frame.type = CHAT_DATA_PROBE_ACK;
          send_datagram (self, client, &frame, 0);
        }
    }
}

static void
on_udp (Bench *self)
{
  guint8 bytes[2048], frames[2048];
  gssize n;

  while ((n = recv (self->udp, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    {
      gboolean newest;
      guint32 id;
      gsize len;

      if (!chat_sealed_datagram_peek_session (bytes, (gsize) n, &id))
        continue;
      Client *client = g_hash_table_lookup (self->by_session, GUINT_TO_POINTER (id));
      if (client != NULL && chat_sealed_datagram_open (client->sealed, bytes, (gsize) n, frames,
                                                       &len, &newest) == CHAT_OPEN_OK)
        take_frames (self, client, frames, len, CHAT_ROAD_UDP);
    }
}

static void
enter (Bench *self, Client *client)
{
  const guint room = client->index % (guint) self->rooms;
  const gboolean is_host = client->index < (guint) self->rooms;
  g_autofree char *room_name = g_strdup_printf ("room %u", room);
  g_autofree char *user_name = g_strdup_printf ("member %u", client->index);
  ChatControlRequest what = {
    .id = 2, .room_name = room_name, .user_name = user_name, .instance = 1, .attempt = 1
  };

  if (getrandom (what.key, sizeof what.key, 0) < 0)
    die ("getrandom");
  memcpy (what.host_key, what.key, sizeof what.key);
  request (client, is_host ? CHAT_OPERATION_CONTROL_CREATE : CHAT_OPERATION_CONTROL_JOIN, &what);
  client->state = STATE_ENTERING;
}

static void
on_welcome (Bench *self, Client *client, const ChatTcpFrame *frame)
{
  g_auto (ChatControlWelcome) welcome = { 0 };

  if (!chat_control_welcome_decode (frame->payload, frame->payload_len, &welcome, NULL))
    die ("HELLO was refused");
  client->sealed = chat_sealed_datagram_new (CHAT_PEER_CLIENT, welcome.session, welcome.secret);
  g_hash_table_insert (self->by_session, GUINT_TO_POINTER (welcome.session), client);
  enter (self, client);
}

static void
on_entered (Bench *self, Client *client, const ChatTcpFrame *frame)
{
  g_auto (ChatControlEntered) entered = { 0 };

  if (frame->state != CHAT_STATE_SUCCESS ||
      !chat_control_entered_decode (frame->payload, frame->payload_len, &entered, NULL))
    {
      g_printerr ("%.*s\n", (int) frame->payload_len, (const char *) frame->payload);
      die ("no way into a room");
    }
  client->room = entered.room;
  client->cursor = entered.head;
  client->state = STATE_IN;
  self->n_in++;
  self->n_shaking--;
  if (!self->tcp_only)
    send_probe (self, client);
  send_cursor (self, client);
}

static void
take_frame (Bench *self, Client *client, const ChatTcpFrame *frame)
{
  if (frame->operation == CHAT_OPERATION_DATA)
    take_frames (self, client, frame->payload, frame->payload_len, CHAT_ROAD_TCP);
  else if (frame->operation == CHAT_OPERATION_HELLO)
    on_welcome (self, client, frame);
  else if (client->state == STATE_ENTERING && frame->operation != CHAT_OPERATION_EVENT)
    on_entered (self, client, frame);
}

static void
read_tls (Bench *self, Client *client)
{
  static guint8 bytes[16384];
  ChatTcpFrame frame;
  gssize n;
  gsize used;

  while ((n = gnutls_record_recv (client->tls, bytes, sizeof bytes)) > 0)
    g_byte_array_append (client->in, bytes, (guint) n);
  if (n == 0 || gnutls_error_is_fatal ((int) n))
    die ("the server hung up");
  while (client->in->len > 0 &&
         chat_tcp_frame_decode (client->in->data, client->in->len, CHAT_CONTROL_REPLY_MAX, &frame,
                                &used, NULL) == CHAT_DECODE_OK)
    {
      take_frame (self, client, &frame);
      g_byte_array_remove_range (client->in, 0, (guint) used);
    }
}

static void
on_tcp (Bench *self, Client *client)
{
  if (client->state == STATE_SHAKING)
    {
      const ChatControlRequest hello = { .id = 1,
                                         .protocol = CHAT_PROTOCOL_VERSION,
                                         .agent = (char *) "bench" };
      const int result = gnutls_handshake (client->tls);

      if (result < 0 && gnutls_error_is_fatal (result))
        die (gnutls_strerror (result));
      if (result < 0)
        return;
      client->state = STATE_HELLO;
      request (client, CHAT_OPERATION_HELLO, &hello);
    }
  read_tls (self, client);
}

/* --- the members ------------------------------------------------------------------------------ */

static void
start_client (Bench *self)
{
  Client *client = &self->clients[self->n_started];
  const struct sockaddr_in to = { .sin_family = AF_INET,
                                  .sin_port = htons ((guint16) self->tcp_port),
                                  .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

  client->index = self->n_started++;
  self->n_shaking++;
  client->fd = socket (AF_INET, SOCK_STREAM, 0);
  if (client->fd < 0 || connect (client->fd, (const struct sockaddr *) &to, sizeof to) < 0)
    die ("connect");
  fcntl (client->fd, F_SETFL, O_NONBLOCK);
  client->in = g_byte_array_new ();
  gnutls_init (&client->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS);
  gnutls_set_default_priority (client->tls);
  gnutls_credentials_set (client->tls, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_transport_set_int (client->tls, client->fd);
  epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, client->fd, &event);
  on_tcp (self, client);
}

static void
pay_cursors (Bench *self)
{
  const gint64 now_us = g_get_monotonic_time ();
  Client *client;

  while ((client = g_queue_peek_head (&self->owing)) != NULL && client->cursor_due_us <= now_us)
    send_cursor (self, g_queue_pop_head (&self->owing));
}

static void
iterate (Bench *self, int timeout_ms)
{
  struct epoll_event events[EVENTS_MAX];
  const int n = epoll_wait (self->epoll_fd, events, EVENTS_MAX, timeout_ms);

  for (int i = 0; i < n; i++)
    {
      if (events[i].data.ptr == NULL)
        on_udp (self);
      else
        on_tcp (self, events[i].data.ptr);
    }
  pay_cursors (self);
}

/* What n events a second owe since @from_us. */
static guint64
owed (double rate, gint64 from_us)
{
  return (guint64) ((double) (g_get_monotonic_time () - from_us) / 1e6 * rate);
}

/* Says that all who are in are still there, in turn; @n counts what was said since @from_us. */
static void
keep_alive (Bench *self, gint64 from_us, guint64 *pings, guint64 *probes)
{
  const guint n = MAX (self->n_in, 1);
  Client *client;

  for (; *pings < owed ((double) n / PING_S, from_us); (*pings)++)
    if ((client = &self->clients[*pings % n])->state == STATE_IN)
      send_ping (client);
  for (; !self->tcp_only && *probes < owed ((double) n / PROBE_S, from_us); (*probes)++)
    if ((client = &self->clients[*probes % n])->state == STATE_IN)
      send_probe (self, client);
}

static void
fill_rooms (Bench *self)
{
  const gint64 from_us = g_get_monotonic_time ();
  guint64 pings = 0, probes = 0;

  while (self->n_in < (guint) self->members)
    {
      /* Hosts first: members need a room. */
      const guint may =
          self->n_in < (guint) self->rooms ? (guint) self->rooms : (guint) self->members;

      while (self->n_started < may && self->n_shaking < SHAKING_MAX)
        start_client (self);
      keep_alive (self, from_us, &pings, &probes);
      iterate (self, 100);
    }
}

static void
stay (Bench *self, double seconds, double rate)
{
  const gint64 from_us = g_get_monotonic_time ();
  guint64 pings = 0, probes = 0, said = 0;

  while (g_get_monotonic_time () < from_us + (gint64) (seconds * 1e6))
    {
      keep_alive (self, from_us, &pings, &probes);
      for (; said < owed (rate, from_us); said++)
        say (self, &self->clients[said % (guint) self->rooms]);
      iterate (self, 1);
    }
}

static gboolean
parse (Bench *self, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "tcp-port", 0, 0, G_OPTION_ARG_INT, &self->tcp_port, "of chatd", "PORT" },
    { "udp-port", 0, 0, G_OPTION_ARG_INT, &self->udp_port, "of chatd", "PORT" },
    { "pid", 0, 0, G_OPTION_ARG_INT, &self->pid, "of chatd", "PID" },
    { "members", 0, 0, G_OPTION_ARG_INT, &self->members, "in all", "N" },
    { "rooms", 0, 0, G_OPTION_ARG_INT, &self->rooms, "in all", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &self->seconds, "to measure", "S" },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &self->rate, "messages a second in all", "R" },
    { "tcp-only", 0, 0, G_OPTION_ARG_NONE, &self->tcp_only, "no datagrams", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && self->pid > 0 &&
      self->members >= self->rooms && self->rooms > 0)
    return TRUE;

  g_printerr ("bench-sessions: %s\n", error != NULL ? error->message : "see --help");
  return FALSE;
}

static void
open_sockets (Bench *self)
{
  struct epoll_event event = { .events = EPOLLIN };
  const int size = 16 << 20;
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  self->epoll_fd = epoll_create1 (0);
  self->udp = socket (AF_INET, SOCK_DGRAM, 0);
  if (setsockopt (self->udp, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    setsockopt (self->udp, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  self->udp_to = (struct sockaddr_in){ .sin_family = AF_INET,
                                       .sin_port = htons ((guint16) self->udp_port),
                                       .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, self->udp, &event);
}

static void
measure (Bench *self)
{
  const gsize before = read_rss (self);
  const gint64 started_us = g_get_monotonic_time ();

  fill_rooms (self);
  const double entering_s = (double) (g_get_monotonic_time () - started_us) / 1e6;
  stay (self, 8, 0); /* until news about who came are told */
  const gsize after = read_rss (self);
  const double cpu_s = read_cpu_s (self);
  self->latencies = (BenchHistogram){ 0 };
  self->n_heard = self->n_said = self->n_by_udp = 0;
  const gint64 from_us = g_get_monotonic_time ();
  stay (self, self->seconds, self->rate);
  const double elapsed_s = (double) (g_get_monotonic_time () - from_us) / 1e6;
  printf ("members=%d rooms=%d entering_s=%.1f bytes_per_member=%.0f cpu_percent=%.2f "
          "said=%" G_GUINT64_FORMAT " heard=%" G_GUINT64_FORMAT " by_udp=%" G_GUINT64_FORMAT
          " p50_us=%.0f p99_us=%.0f rss_end=%zu\n",
          self->members, self->rooms, entering_s, (double) (after - before) / self->members,
          (read_cpu_s (self) - cpu_s) / elapsed_s * 100, self->n_said, self->n_heard,
          self->n_by_udp, (double) bench_histogram_percentile (&self->latencies, 0.5) / 1e3,
          (double) bench_histogram_percentile (&self->latencies, 0.99) / 1e3, read_rss (self));
}

int
main (int argc, char **argv)
{
  Bench self = { .members = 1000, .rooms = 10, .seconds = 20 };

  if (!parse (&self, argc, argv))
    return 2;

  gnutls_certificate_allocate_credentials (&self.credentials);
  self.clients = g_new0 (Client, (gsize) self.members);
  self.by_session = g_hash_table_new (NULL, NULL);
  open_sockets (&self);
  measure (&self);
  return 0;
}
