/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-server.h"
#include "chat-process.h"
#include "chat-server-record.h"
#include "mock-systemd.h"
#include "shell-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *record_path;
  ChatClient *client;
  ChatLocalServer *server;
  GError *error;
  gboolean done;
} Fixture;

static void
set_up (Fixture *f, gconstpointer program)
{
  f->folder = g_dir_make_tmp ("chat-XXXXXX", NULL);
  f->record_path = g_build_filename (f->folder, "chatd", NULL);
  f->client = chat_client_new ();
  f->server = chat_local_server_new_at (f->client, program != NULL ? program : g_getenv ("CHATD"),
                                        f->folder);
}

static void
tear_down (Fixture *f, gconstpointer program)
{
  g_autofree char *log = g_build_filename (f->folder, "chatd.log", NULL);

  g_assert_finalize_object (f->server);
  g_assert_finalize_object (f->client);
  g_clear_error (&f->error);
  g_unlink (f->record_path);
  g_unlink (log);
  g_rmdir (f->folder);
  g_free (f->record_path);
  g_free (f->folder);
}

static gboolean
is_done (gpointer data)
{
  Fixture *f = data;

  return f->done;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  g_clear_error (&f->error);
  chat_local_server_start_finish (CHAT_LOCAL_SERVER (source), result, &f->error);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  g_clear_error (&f->error);
  chat_local_server_stop_finish (CHAT_LOCAL_SERVER (source), result, &f->error);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  chat_local_server_refresh_finish (CHAT_LOCAL_SERVER (source), result);
}

static void
start (Fixture *f, ChatLocalServer *server, ChatLocalServerFlags flags)
{
  f->done = FALSE;
  chat_local_server_start_async (server, flags, NULL, on_started, f);
  shell_wait_until (is_done, f);
}

static void
stop (Fixture *f, ChatLocalServer *server)
{
  f->done = FALSE;
  chat_local_server_stop_async (server, NULL, on_stopped, f);
  shell_wait_until (is_done, f);
  g_assert_no_error (f->error);
  g_assert_cmpint (chat_local_server_get_state (server), ==, CHAT_LOCAL_SERVER_STOPPED);
}

static void
refresh (Fixture *f, ChatLocalServer *server)
{
  f->done = FALSE;
  chat_local_server_refresh_async (server, NULL, on_refreshed, f);
  shell_wait_until (is_done, f);
}

/* --- ports -------------------------------------------------------------------------------------
 */

/* What the configuration says, wherever root's would be */
static void
configure_ports (guint16 tcp_port, guint16 udp_port)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HEADLESS_RUN_DIR"), "chatd", NULL);
  g_autofree char *path = g_build_filename (folder, "chatd.conf", NULL);
  g_autofree char *text =
      g_strdup_printf ("[server]\ntcp-port=%u\nudp-port=%u\n", tcp_port, udp_port);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_setenv ("CONFIGURATION_DIRECTORY", folder, TRUE);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* Returns: (transfer full): on a port that nobody had */
static GSocket *
hold_port (GSocketType type)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  GError *error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  return socket;
}

static void
configure_free_ports (void)
{
  g_autoptr (GSocket) tcp = hold_port (G_SOCKET_TYPE_STREAM);
  g_autoptr (GSocket) udp = hold_port (G_SOCKET_TYPE_DATAGRAM);

  configure_ports (get_port (tcp), get_port (udp));
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  g_clear_error (&f->error);
  g_autoptr (GListModel) rooms =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &f->error);
}

static void
test_start_stop (Fixture *f, gconstpointer data)
{
  ChatServerRecord record;

  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_RUNNING);
  g_assert_true (chat_server_record_read (f->record_path, &record));
  /* A session of its own: it outlives the app and its terminal. */
  g_assert_cmpint (getsid (record.pid), ==, record.pid);

  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (f->server);
  f->done = FALSE;
  chat_client_list_rooms_async (f->client, endpoint, NULL, on_listed, f);
  shell_wait_until (is_done, f);
  g_assert_no_error (f->error);

  g_auto (GStrv) addresses = chat_local_server_list_addresses (f->server);
  g_assert_cmpuint (g_strv_length (addresses), ==, 1);
  g_assert_true (g_str_has_prefix (addresses[0], "localhost:"));

  stop (f, f->server);
  g_assert_false (chat_server_record_read (f->record_path, &record));
}

/* A later start of the app finds it, takes it for its own, and stops it. */
static void
test_adopt (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatLocalServer) later =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), f->folder);
  g_autoptr (ChatLocalServer) rash =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), f->folder);

  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  refresh (f, later);
  g_assert_cmpint (chat_local_server_get_state (later), ==, CHAT_LOCAL_SERVER_RUNNING);

  /* Without looking: there is still only one. */
  start (f, rash, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  g_autoptr (ChatEndpoint) first = chat_local_server_dup_endpoint (f->server);
  g_autoptr (ChatEndpoint) second = chat_local_server_dup_endpoint (rash);
  g_assert_true (chat_endpoint_equal (first, second));

  stop (f, later);
  refresh (f, f->server);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);
}

/* A file that names a process which is another one by now: it is not believed, and not killed. */
static void
test_recycled_pid (Fixture *f, gconstpointer data)
{
  g_autoptr (GSubprocess) other =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "sleep", "100", NULL);
  GPid pid = (GPid) g_ascii_strtoll (g_subprocess_get_identifier (other), NULL, 10);
  ChatServerRecord record = {
    .pid = pid,
    .start_time = chat_process_get_start_time (pid) - 1,
    .tcp_port = 8888,
    .udp_port = 8889,
  };
  int fd = chat_server_record_lock (f->record_path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (chat_server_record_write (fd, &record, NULL));
  close (fd);
  refresh (f, f->server);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);
  g_assert_cmpuint (chat_process_get_start_time (pid), !=, 0);

  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, NULL);
}

static void
test_not_installed (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatLocalServer) server = chat_local_server_new_at (f->client, NULL, f->folder);

  start (f, server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_NOT_INSTALLED);
  g_assert_cmpint (chat_local_server_get_state (server), ==, CHAT_LOCAL_SERVER_STOPPED);
}

static void
test_dies (Fixture *f, gconstpointer data)
{
  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_FAILED);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);

  /* Its lock went with it. */
  int fd = chat_server_record_lock (f->record_path, NULL);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

static gboolean
on_stranger (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

/* Something listens there, and it is no chat server. */
static void
test_tcp_port_in_use (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocket) udp = hold_port (G_SOCKET_TYPE_DATAGRAM);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_assert_cmpuint (port, !=, 0);
  g_signal_connect (service, "incoming", G_CALLBACK (on_stranger), NULL);
  configure_ports (port, get_port (udp));
  g_clear_object (&udp);
  start (f, f->server, 0);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);

  /* The way out */
  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  stop (f, f->server);
}

static void
test_udp_port_in_use (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) tcp = hold_port (G_SOCKET_TYPE_STREAM);
  g_autoptr (GSocket) udp = hold_port (G_SOCKET_TYPE_DATAGRAM);

  configure_ports (get_port (tcp), get_port (udp));
  g_clear_object (&tcp);
  start (f, f->server, 0);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_PORT_IN_USE);
}

static void
test_chat_server_there (Fixture *f, gconstpointer data)
{
  ShellServer *other = shell_server_new ();

  configure_ports (chat_endpoint_get_tcp_port (other->endpoint),
                   chat_endpoint_get_udp_port (other->endpoint));
  start (f, f->server, 0);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_ALREADY_RUNNING);
  shell_server_free (other);
}

static void
test_any_address (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatLocalServer) later =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), f->folder);
  ChatServerRecord record;

  configure_free_ports ();
  start (f, f->server, CHAT_LOCAL_SERVER_ANY_ADDRESS);
  g_assert_no_error (f->error);
  g_assert_true (chat_local_server_is_for_network (f->server));
  g_assert_true (chat_server_record_read (f->record_path, &record));
  g_assert_true (record.any);

  /* One for each address of this computer; where it has no network, the one that always works */
  g_auto (GStrv) addresses = chat_local_server_list_addresses (f->server);
  g_autofree char *port = g_strdup_printf (":%u", record.tcp_port);
  g_assert_cmpuint (g_strv_length (addresses), >=, 1);
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (ChatEndpoint) endpoint = chat_endpoint_parse (addresses[i], NULL);
      g_assert_nonnull (endpoint);
      g_assert_cmpuint (chat_endpoint_get_udp_port (endpoint), ==, record.udp_port);
      g_assert_nonnull (strstr (addresses[i], port));
    }

  /* A later start of the app knows whom it is for. */
  refresh (f, later);
  g_assert_true (chat_local_server_is_for_network (later));
  stop (f, f->server);
}

/* Asked for the network while one runs for this computer: it is shown, and says what to do. */
static void
test_narrower_one_runs (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatLocalServer) rash =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), f->folder);

  configure_free_ports ();
  start (f, f->server, 0);
  g_assert_no_error (f->error);
  start (f, rash, CHAT_LOCAL_SERVER_ANY_ADDRESS);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_FAILED);
  g_assert_cmpint (chat_local_server_get_state (rash), ==, CHAT_LOCAL_SERVER_RUNNING);
  g_assert_false (chat_local_server_is_for_network (rash));
  stop (f, rash);
}

/* --- through systemd ---------------------------------------------------------------------------
 */

static void
test_systemd (Fixture *f, gconstpointer data)
{
  MockSystemd *systemd = mock_systemd_new (g_getenv ("CHATD"));
  g_autoptr (ChatLocalServer) later = chat_local_server_new_at (f->client, NULL, f->folder);
  ChatServerRecord record;

  configure_ports (mock_systemd_get_tcp_port (systemd), mock_systemd_get_udp_port (systemd));
  chat_local_server_set_use_systemd (f->server, TRUE);
  chat_local_server_set_use_systemd (later, TRUE);
  start (f, f->server, 0);
  g_assert_no_error (f->error);
  g_assert_cmpstr (mock_systemd_get_running (systemd), ==, "chatd@localhost.service");
  /* The unit's, not one of ours */
  g_assert_false (chat_server_record_read (f->record_path, &record));

  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (f->server);
  f->done = FALSE;
  chat_client_list_rooms_async (f->client, endpoint, NULL, on_listed, f);
  shell_wait_until (is_done, f);
  g_assert_no_error (f->error);

  refresh (f, later);
  g_assert_cmpint (chat_local_server_get_state (later), ==, CHAT_LOCAL_SERVER_RUNNING);
  stop (f, later);
  g_assert_null (mock_systemd_get_running (systemd));
  refresh (f, f->server);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);

  start (f, f->server, CHAT_LOCAL_SERVER_ANY_ADDRESS);
  g_assert_no_error (f->error);
  g_assert_cmpstr (mock_systemd_get_running (systemd), ==, "chatd@any.service");
  refresh (f, later);
  g_assert_true (chat_local_server_is_for_network (later));
  stop (f, f->server);
  mock_systemd_free (systemd);
}

/* A manager that has no such unit, as from an installation without units. */
static void
test_unit_unknown (Fixture *f, gconstpointer data)
{
  MockSystemd *systemd = mock_systemd_new (NULL);
  ChatServerRecord record;

  configure_free_ports ();
  chat_local_server_set_use_systemd (f->server, TRUE);
  start (f, f->server, 0);
  g_assert_no_error (f->error);
  g_assert_true (chat_server_record_read (f->record_path, &record));
  stop (f, f->server);
  mock_systemd_free (systemd);
}

static void
test_no_manager (Fixture *f, gconstpointer data)
{
  ChatServerRecord record;

  configure_free_ports ();
  chat_local_server_set_use_systemd (f->server, TRUE);
  start (f, f->server, 0);
  g_assert_no_error (f->error);
  g_assert_true (chat_server_record_read (f->record_path, &record));
  stop (f, f->server);
}

static void
test_job_failed (Fixture *f, gconstpointer data)
{
  MockSystemd *systemd = mock_systemd_new ("/bin/false");

  configure_ports (mock_systemd_get_tcp_port (systemd), mock_systemd_get_udp_port (systemd));
  chat_local_server_set_use_systemd (f->server, TRUE);
  start (f, f->server, 0);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_FAILED);
  /* It says where to look. */
  g_assert_nonnull (strstr (f->error->message, "journalctl --user -u chatd@localhost.service"));
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);
  mock_systemd_free (systemd);
}

/* A unit cannot be told other ports. */
static void
test_any_port_is_detached (Fixture *f, gconstpointer data)
{
  MockSystemd *systemd = mock_systemd_new (g_getenv ("CHATD"));

  chat_local_server_set_use_systemd (f->server, TRUE);
  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  g_assert_null (mock_systemd_get_running (systemd));
  stop (f, f->server);
  mock_systemd_free (systemd);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  add ("/local-server/start-stop", test_start_stop);
  add ("/local-server/adopt", test_adopt);
  add ("/local-server/recycled-pid", test_recycled_pid);
  add ("/local-server/not-installed", test_not_installed);
  g_test_add ("/local-server/dies", Fixture, "/bin/false", set_up, test_dies, tear_down);
  add ("/local-server/tcp-port-in-use", test_tcp_port_in_use);
  add ("/local-server/udp-port-in-use", test_udp_port_in_use);
  add ("/local-server/chat-server-there", test_chat_server_there);
  add ("/local-server/any-address", test_any_address);
  add ("/local-server/narrower-one-runs", test_narrower_one_runs);
  add ("/local-server/systemd", test_systemd);
  add ("/local-server/systemd/unit-unknown", test_unit_unknown);
  add ("/local-server/systemd/no-manager", test_no_manager);
  add ("/local-server/systemd/job-failed", test_job_failed);
  add ("/local-server/systemd/any-port-is-detached", test_any_port_is_detached);
  return g_test_run ();
}
