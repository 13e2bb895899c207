/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-capture.h"
#include "link-console.h"
#include "link-namespace.h"
#include "link-nat.h"
#include "link-queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A server and some clients in network namespaces of their own, and between them roads as bad as a
 * test wants them:
 *   impaired-link [--seed=N] [--capture=FILE] [CLIENTS]
 * The server is 10.77.0.1, client N is 10.77.0.(N + 1). The first line on stdout tells, as JSON,
 * how to get in: "namespaces" has a path for nsenter --net, the server's first. More commands than
 * those of link-console.h: "rebind CLIENT udp|tcp", see link-nat.h. Ends when stdin does. Needs
 * root. Exit code 77: this computer does not allow it. */

#define NETWORK "10.77.0."
#define PACKET_MAX 65536
#define BATCH 64 /* packets from one place before the next one's turn */
#define EXIT_SKIP 77

typedef struct
{
  LinkTable table;
  LinkNamespace places[1 + LINK_CLIENTS_MAX]; /* the server's first */
  LinkNat *nats[LINK_CLIENTS_MAX];            /* owned */
  LinkQueue *queue;                           /* owned */
  LinkCapture *capture;                       /* owned, nullable */
  LinkDice dice;
} Link;

static LinkRoad *
find_road (Link *self, guint client, LinkWay way, const guint8 *packet)
{
  return &self->table.roads[client][way][packet[9] == IPPROTO_UDP ? LINK_UDP : LINK_TCP];
}

static void
send_on (Link *self, guint client, LinkWay way, const guint8 *packet, gsize len)
{
  LinkRoad *road = find_road (self, client, way, packet);
  gint64 now_us = g_get_monotonic_time ();
  LinkFate fate = link_fate_throw (&road->rules, &road->counts, &self->dice, len, now_us);
  g_autoptr (GBytes) bytes = g_bytes_new (packet, len);

  for (guint i = 0; i < fate.copies; i++)
    link_queue_push (self->queue, fate.due_us[i], way == LINK_UP ? 0 : client + 1, bytes);
}

/* Where the last byte of the address counts the places from 1 */
static gboolean
find_place (const Link *self, const guint8 *packet, guint *place)
{
  guint last = packet[19];

  if (packet[16] != 10 || packet[17] != 77 || last < 1 || last > self->table.n_clients + 1)
    return FALSE;
  *place = last - 1;
  return TRUE;
}

/* From one client to another nothing goes. */
static void
take_packet (Link *self, guint from, guint8 *packet, gsize len)
{
  guint to;

  if (len < 20 || packet[0] >> 4 != 4 || !find_place (self, packet, &to))
    return;
  if (from != 0 && to == 0)
    {
      link_nat_out (self->nats[from - 1], packet, len);
      if (self->capture != NULL)
        link_capture_add (self->capture, packet, len);
      send_on (self, from - 1, LINK_UP, packet, len);
    }
  else if (from == 0 && to != 0)
    {
      if (self->capture != NULL)
        link_capture_add (self->capture, packet, len);
      if (link_nat_in (self->nats[to - 1], packet, len))
        send_on (self, to - 1, LINK_DOWN, packet, len);
    }
}

static void
take_packets (Link *self, guint from)
{
  guint8 packet[PACKET_MAX];

  for (guint i = 0; i < BATCH; i++)
    {
      ssize_t len = read (self->places[from].tun_fd, packet, sizeof packet);

      if (len <= 0)
        return;
      take_packet (self, from, packet, (gsize) len);
    }
}

static void
deliver (Link *self)
{
  LinkPacket *packet;

  while ((packet = link_queue_pop (self->queue, g_get_monotonic_time ())) != NULL)
    {
      gsize len;
      const guint8 *bytes = g_bytes_get_data (packet->bytes, &len);

      if (write (self->places[packet->to].tun_fd, bytes, len) < 0)
        g_error ("A packet was not taken: %s", g_strerror (errno));
      link_packet_free (packet);
    }
}

/* --- commands --- */

static gboolean
on_command (char *const *words, gpointer data)
{
  Link *self = data;
  guint first, last, n = g_strv_length ((char **) words);
  gboolean tcp;

  if (n != 3 || strcmp (words[0], "rebind") != 0 ||
      !link_table_find (&self->table, words[1], &first, &last))
    return FALSE;

  tcp = strcmp (words[2], "tcp") == 0;
  for (guint client = first; client <= last; client++)
    link_nat_rebind (self->nats[client], tcp ? IPPROTO_TCP : IPPROTO_UDP);
  return tcp || strcmp (words[2], "udp") == 0;
}

static guint
on_held (gpointer data)
{
  return link_queue_get_length (((Link *) data)->queue);
}

/* --- the life of it --- */

static void
sleep_until_due (Link *self, struct pollfd *polled, guint n)
{
  const gint64 due_us = link_queue_get_due (self->queue);
  const gint64 now_us = g_get_monotonic_time ();
  const gint64 wait_us = MAX (due_us - now_us, 0);
  const struct timespec timeout = { .tv_sec = wait_us / G_USEC_PER_SEC,
                                    .tv_nsec = wait_us % G_USEC_PER_SEC * 1000 };

  if (ppoll (polled, n, due_us == G_MAXINT64 ? NULL : &timeout, NULL) < 0 && errno != EINTR)
    g_error ("ppoll: %s", g_strerror (errno));
}

static void
run (Link *self)
{
  guint n = self->table.n_clients + 1;
  struct pollfd polled[2 + LINK_CLIENTS_MAX];
  LinkConsole console = { &self->table, on_command, on_held, self, NULL };
  gboolean goes_on = TRUE;

  link_console_init (&console);
  for (guint i = 0; i < n; i++)
    polled[i] = (struct pollfd){ .fd = self->places[i].tun_fd, .events = POLLIN };
  polled[n] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
  while (goes_on)
    {
      sleep_until_due (self, polled, n + 1);
      deliver (self);
      for (guint i = 0; i < n; i++)
        if (polled[i].revents != 0)
          take_packets (self, i);
      if (polled[n].revents != 0)
        goes_on = link_console_read (&console);
    }
  link_console_clear (&console);
}

static void
open_places (Link *self)
{
  for (guint i = 0; i <= self->table.n_clients; i++)
    {
      g_autofree char *address = g_strdup_printf (NETWORK "%u", i + 1);
      g_autoptr (GError) error = NULL;

      if (!link_namespace_open (&self->places[i], address, &error))
        {
          g_printerr ("impaired-link: %s\n", error->message);
          exit (EXIT_SKIP);
        }
      if (i > 0)
        self->nats[i - 1] = link_nat_new ();
    }
}

static void
tell_ready (const Link *self)
{
  g_autoptr (GString) paths = g_string_new (NULL);

  for (guint i = 0; i <= self->table.n_clients; i++)
    g_string_append_printf (paths, "%s\"/proc/%d/fd/%d\"", i > 0 ? "," : "", (int) getpid (),
                            self->places[i].namespace_fd);
  link_console_tell ("{\"server\":\"" NETWORK "1\",\"namespaces\":[%s]}", paths->str);
}

static void
close_all (Link *self)
{
  for (guint i = 0; i < self->table.n_clients; i++)
    link_nat_free (self->nats[i]);
  g_clear_pointer (&self->capture, link_capture_free);
  link_queue_free (self->queue);
  g_free (self);
}

static void
parse_options (Link *self, int argc, char **argv)
{
  g_autofree char *capture = NULL;
  g_autoptr (GError) error = NULL;
  gint64 seed = 1;
  GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Seed of the dice", "N" },
    { "capture", 0, 0, G_OPTION_ARG_FILENAME, &capture, "Write all packets there", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[CLIENTS]");
  guint64 n = 1;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) ||
      (capture != NULL && (self->capture = link_capture_new (capture, &error)) == NULL) ||
      (argc > 1 && !g_ascii_string_to_unsigned (argv[1], 10, 1, LINK_CLIENTS_MAX, &n, &error)))
    {
      g_printerr ("impaired-link: %s\n", error->message);
      exit (EXIT_FAILURE);
    }
  self->dice = (LinkDice) seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) | 1;
  self->table.n_clients = (guint) n;
}

int
main (int argc, char **argv)
{
  Link *self = g_new0 (Link, 1);

  parse_options (self, argc, argv);
  self->queue = link_queue_new ();
  open_places (self);
  tell_ready (self);
  run (self);
  close_all (self);
  return EXIT_SUCCESS;
}
