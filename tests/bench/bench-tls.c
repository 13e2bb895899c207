/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tcp-frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <locale.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* What encrypted connections cost chatd: processor time of handshakes, in full and with a ticket,
 * and memory and processor time of sessions that are idle. Starts a chatd of its own. */

static struct
{
  int handshakes;
  int sessions;
  int idle_s;
} options = { 2000, 5000, 5 };

static const GOptionEntry entries[] = {
  { "handshakes", 0, 0, G_OPTION_ARG_INT, &options.handshakes, "Of each kind (2000)", "N" },
  { "sessions", 0, 0, G_OPTION_ARG_INT, &options.sessions, "Idle at one time (5000)", "N" },
  { "idle", 0, 0, G_OPTION_ARG_INT, &options.idle_s, "Seconds to look at them (5)", "S" },
  { NULL },
};

typedef struct
{
  GSubprocess *process;
  const char *pid; /* borrowed */
  guint16 port;
  char *folder;
} Server;

/* --- chatd ------------------------------------------------------------------------------------ */

static void
server_start (Server *self, const char *chatd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  guint tcp_port;

  self->folder = g_dir_make_tmp ("bench-tls-XXXXXX", &error);
  if (self->folder != NULL)
    self->process = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, chatd,
        "--bind=localhost", "--tcp-port=0", "--udp-port=0", "--data-dir", self->folder, NULL);
  if (self->process == NULL)
    g_error ("%s", error->message);

  self->pid = g_subprocess_get_identifier (self->process);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  if (line == NULL || sscanf (line, "chatd ready: tcp %u", &tcp_port) != 1)
    g_error ("chatd does not start");
  self->port = (guint16) tcp_port;
}

static void
server_stop (Server *self)
{
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", self->folder);

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  if (system (command) != 0)
    g_printerr ("%s stays\n", self->folder);
}

static char *
read_proc (Server *self, const char *name)
{
  g_autofree char *path = g_build_filename ("/proc", self->pid, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("chatd is gone");
  return text;
}

/* Processor time so far, all its threads */
static double
cpu_s (Server *self)
{
  g_autofree char *text = read_proc (self, "stat");
  g_auto (GStrv) fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);

  return (double) (atol (fields[11]) + atol (fields[12])) / (double) sysconf (_SC_CLK_TCK);
}

static long
memory_kib (Server *self)
{
  g_autofree char *text = read_proc (self, "status");

  return atol (strstr (text, "VmRSS:") + strlen ("VmRSS:"));
}

/* --- clients ---------------------------------------------------------------------------------- */

static gnutls_certificate_credentials_t credentials;

typedef struct
{
  int fd;
  gnutls_session_t tls;
} Client;

static int
connect_to (Server *server)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (server->port) };
  const int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;

  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || connect (fd, (struct sockaddr *) &to, sizeof to) != 0)
    g_error ("cannot connect: %s", g_strerror (errno));
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/* @ticket: (nullable) */
static void
client_start (Client *self, Server *server, const gnutls_datum_t *ticket)
{
  int result;

  self->fd = connect_to (server);
  gnutls_init (&self->tls, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (self->tls);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_int (self->tls, self->fd);
  if (ticket != NULL)
    gnutls_session_set_data (self->tls, ticket->data, ticket->size);
  result = gnutls_handshake (self->tls);
  if (result < 0)
    g_error ("no handshake: %s", gnutls_strerror (result));
}

static void
client_hello (Client *self)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const char *json = "{\"id\":1,\"protocol\":2,\"agent\":\"bench-tls\"}";
  const ChatTcpFrame frame = { .operation = CHAT_OPERATION_HELLO,
                               .payload = (const guint8 *) json,
                               .payload_len = strlen (json) };
  guint8 reply[4096];
  gssize n;

  chat_tcp_frame_append (&frame, bytes);
  gnutls_record_send (self->tls, bytes->data, bytes->len);
  do
    n = gnutls_record_recv (self->tls, reply, sizeof reply);
  while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED); /* a ticket came */
  if (n <= 0)
    g_error ("no reply to HELLO");
}

static void
client_end (Client *self)
{
  gnutls_deinit (self->tls);
  close (self->fd);
}

/* --- measuring -------------------------------------------------------------------------------- */

static void
shake_hands (Server *server, const char *what, const gnutls_datum_t *ticket)
{
  const double before_s = cpu_s (server);
  guint n_resumed = 0;
  double used_s;

  for (int i = 0; i < options.handshakes; i++)
    {
      Client client;

      client_start (&client, server, ticket);
      n_resumed += gnutls_session_is_resumed (client.tls) != 0;
      client_end (&client);
    }
  used_s = cpu_s (server) - before_s;
  printf ("%s: %.0f a core-second, %.3f ms each, %u of %d resumed\n", what,
          options.handshakes / used_s, 1000 * used_s / options.handshakes, n_resumed,
          options.handshakes);
}

static void
get_ticket (Server *server, gnutls_datum_t *ticket)
{
  Client client;

  client_start (&client, server, NULL);
  client_hello (&client); /* tickets come with the first reply */
  gnutls_session_get_data2 (client.tls, ticket);
  client_end (&client);
}

static void
stay_idle (Server *server)
{
  g_autofree Client *clients = g_new0 (Client, options.sessions);
  const long before_kib = memory_kib (server);
  double before_s;

  for (int i = 0; i < options.sessions; i++)
    {
      client_start (&clients[i], server, NULL);
      client_hello (&clients[i]);
    }
  printf ("%d idle sessions: %.1f KiB each\n", options.sessions,
          (double) (memory_kib (server) - before_kib) / options.sessions);

  before_s = cpu_s (server);
  g_usleep ((gulong) options.idle_s * G_USEC_PER_SEC);
  printf ("their processor time: %.2f %% of a core\n",
          100 * (cpu_s (server) - before_s) / options.idle_s);
  for (int i = 0; i < options.sessions; i++)
    client_end (&clients[i]);
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("CHATD");
  g_autoptr (GError) error = NULL;
  gnutls_datum_t ticket = { NULL, 0 };
  Server server = { 0 };

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "which chatd?");
      return 2;
    }

  raise_descriptor_limit ();
  gnutls_certificate_allocate_credentials (&credentials);
  server_start (&server, argv[1]);
  shake_hands (&server, "handshakes in full", NULL);
  get_ticket (&server, &ticket);
  shake_hands (&server, "with a ticket", &ticket);
  stay_idle (&server);
  server_stop (&server);
  gnutls_free (ticket.data);
  gnutls_certificate_free_credentials (credentials);
  g_object_unref (server.process);
  g_free (server.folder);
  return 0;
}
